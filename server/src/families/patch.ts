// Partial updates: a list of changes to single fields, applied to the record as it is. What comes out is a whole record,
// checked and written like one that is replaced, and only where the record is still the one that was read.
import type { Contract, Schema } from '../contract/load.ts';
import { type Fault, invalidFields, type Validator } from '../contract/validate.ts';
import { Refusal, refuse } from '../http/errors.ts';
import { cut } from './cut.ts';
import { agrees, asSent, has, isEmpty, type Json } from './sent.ts';
import type { Wire } from './wire.ts';
import type { Outcome, Writes, Writing, Written } from './writes.ts';

export type Change = Wire['ContactsPatchChange'];

export interface Patches {
  /**
   * Changes one record.
   * @param current reads the record as its plain body. @throws Refusal 404
   */
  apply<Body>(
    call: Writing & { expectedVersion: number | undefined; body: { changes?: Change[] } },
    model: keyof Wire,
    writes: Pick<Writes<Body>, 'update'>,
    current: () => Promise<Written>,
  ): Promise<{ status: 200; body: string; version?: number }>;
}

export function createPatches(contract: Contract, validator: Validator): Patches {
  return {
    async apply(call, model, writes, current) {
      const changes = readChanges(call.body.changes ?? [], (path) => faultOfPath(contract, contract.document.components.schemas[model] as Schema, path));
      return edit(call, writes, current, (record) => validator.named(model, applyChanges(record, changes)) as never);
    },
  };
}

/**
 * Writes what is to become of a record as it is now.
 * @param current reads the record as its plain body. @throws Refusal 404
 * @param next makes of that, as a caller would have sent it, the body to write
 */
export async function edit<Body>(
  call: Writing & { expectedVersion: number | undefined },
  writes: Pick<Writes<Body>, 'update'>,
  current: () => Promise<Written>,
  next: (record: Json) => Body,
): Promise<{ status: 200; body: string; version?: number }> {
  for (let tries = 1; ; tries += 1) {
    const now = await current();
    if (call.expectedVersion !== undefined && call.expectedVersion !== now.version)
      throw refuse('version.mismatch', { params: { stored: now.version ?? 0, wanted: call.expectedVersion } });
    const replacement = { id: now.id, version: now.version, body: next(asSent(JSON.parse(now.body))) };
    const [outcome] = (await writes.update(call, [replacement])) as [Outcome];
    if (!(outcome instanceof Refusal)) return { status: 200, body: outcome.body, ...(outcome.version === undefined ? {} : { version: outcome.version }) };
    // Somebody else was in between: what was asked for is done to what the record has become.
    if (outcome.code !== 'version.mismatch' || tries === TRIES)
      throw outcome.code === 'version.mismatch' ? refuse('conflict', { params: { reason: 'It keeps changing; try again.' } }) : outcome;
  }
}

const TRIES = 10;

export interface Edit {
  path: string[];
  action: Change['action'];
  value: unknown;
}

/** @throws Refusal 422 naming each change that cannot be read, 409 where a field and a part of it are changed together */
export function readChanges(changes: readonly Change[], faultOf: (path: string[]) => string | undefined): Edit[] {
  const faults: Fault[] = [];
  const edits = changes.map(({ field, value, action }, i): Edit => {
    const path = PATH.test(field) ? field.slice(2).split('.') : undefined;
    const fault = path ? faultOf(path) : 'must be a path such as $.address.city: names and dots only, starting with "$."';
    if (fault) faults.push({ field: `changes[${i}].field`, code: 'field', rule: `${fault}, but is "${cut(field, 100)}".` });
    else if (!VALUELESS.has(action) && isEmpty(value) && action !== 'Update')
      faults.push({ field: `changes[${i}].value`, code: 'required', rule: `is required with ${action}.` });
    return { path: path ?? [], action, value };
  });
  if (faults.length > 0) throw invalidFields(faults);
  for (const parent of edits) {
    const child = edits.find(({ path }) => path.length > parent.path.length && parent.path.every((name, i) => name === path[i]));
    if (child) throw refuse('patch.conflict', { params: { parent: `$.${parent.path.join('.')}`, child: `$.${child.path.join('.')}` } });
  }
  return edits;
}

const PATH = /^\$(\.[\p{L}\p{N}_$-]+)+$/u;
const VALUELESS = new Set<Change['action']>(['Remove']);

/**
 * The record with the edits applied, in their order; the one given is left as it is. Null, "", an empty list or object are
 * no value. A collection is appended to by what it does not have yet, so that a request sent twice does no more than one.
 */
export function applyChanges(record: Json, edits: readonly Edit[]): Json {
  const changed = structuredClone(record);
  for (const { path, action, value } of edits) {
    const parent = walk(changed, path.slice(0, -1), action === 'Remove' || action === 'RemoveFromCollection' || action === 'UpdateIfExists');
    if (!parent) continue;
    const name = path.at(-1) as string;
    const now = Object.hasOwn(parent, name) ? parent[name] : undefined;
    const next = edited(now, action, value);
    if (isEmpty(next)) delete parent[name];
    else Object.defineProperty(parent, name, { value: structuredClone(next), enumerable: true, configurable: true, writable: true });
  }
  return changed;
}

function edited(now: unknown, action: Change['action'], value: unknown): unknown {
  switch (action) {
    case 'Update':
      return value;
    case 'UpdateIfEmpty':
      return isEmpty(now) ? value : now;
    case 'UpdateIfExists':
      return isEmpty(now) ? now : value;
    case 'AppendToCollection':
      return appended(listOf(now), listOf(value));
    case 'Remove':
      return undefined;
    case 'RemoveFromCollection':
      return listOf(now).filter((item) => !listOf(value).some((asked) => agrees(item, asked)));
    default:
      throw new Error(`unknown action ${action satisfies never}`);
  }
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : isEmpty(value) ? [] : [value]);

function appended(list: unknown[], items: unknown[]): unknown[] {
  const longer = [...list];
  for (const item of items) if (!has(longer, item)) longer.push(item);
  return longer;
}

/** The object at the path, made on the way where it is not there; undefined where it is not there and not to be made. */
function walk(record: Json, path: string[], existing: boolean): Json | undefined {
  let at = record;
  for (const name of path) {
    const next = Object.hasOwn(at, name) ? at[name] : undefined;
    if (typeof next === 'object' && next !== null && !Array.isArray(next)) at = next as Json;
    else if (existing) return undefined;
    else {
      const made: Json = {};
      Object.defineProperty(at, name, { value: made, enumerable: true, configurable: true, writable: true });
      at = made;
    }
  }
  return at;
}

/** Why a path is none that can be written. */
export function faultOfPath(contract: Contract, model: Schema, path: string[]): string | undefined {
  let schema = contract.resolve(model);
  for (const [depth, name] of path.entries()) {
    if (schema.additionalProperties === true) return undefined;
    const property = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
    if (!property || (depth === 0 && name === 'id')) return 'must be a field of the record that can be written';
    schema = contract.resolve(property);
    if (schema.readOnly) return 'must not be a field that only the server writes';
  }
  return undefined;
}
