// What a write stores of a record's custom fields: they are held against the version of the schema that the body names,
// or the newest. The state of a schema is asked for with every write, for it may be disabled at any moment; a version's
// document never changes, so that its validator is kept.
import type { Fault } from '../contract/validate.ts';
import type { Door } from '../db/database.ts';
import { isId } from '../families/id.ts';
import type { CustomFields, ReadCustomFields } from '../families/record.ts';
import { limits } from '../http/limits.ts';
import { divisionArray, type Principal, reach } from '../http/principal.ts';
import { type AppliesTo, type Held, heldFields, type SchemaState, schemaDocuments, schemaStates } from './store.ts';
import { createValidator, type Validator } from './validator.ts';

type Body = Parameters<ReadCustomFields>[0];

/** @param as the one of the bodies in whose place this one stands */
export type ReadFieldsAs = (body: Body, faults: Fault[], as?: Body) => CustomFields;

/** What the reading of one body depends on. */
export interface Known {
  state: SchemaState | undefined;
  /** Of the version that is meant. */
  validator: Validator | undefined;
  held: Held | undefined;
}

/**
 * Makes the reader for a write. One statement asks for the schemas that the bodies name, and one for the documents that
 * this process does not know yet; there is none where no body names a schema.
 * @param stored the records that the bodies replace, in the order of the bodies, by their ids; or, of a record that is
 *   not stored yet, what it takes over from others; none where they make new ones
 */
export async function customFieldsReader(
  call: { door: Door; principal: Principal },
  appliesTo: AppliesTo,
  bodies: readonly Body[],
  stored: readonly (string | Held)[] = [],
): Promise<ReadFieldsAs> {
  const { door, principal } = call;
  const { orgId } = principal;
  const ids = [...new Set(bodies.flatMap(({ schema }) => schemaId(schema?.id) ?? []))];
  const states = ids.length > 0 ? await schemaStates(door, orgId, ids) : new Map<string, SchemaState>();
  const validators = await validatorsOf(door, orgId, bodies, states);
  const knownOf = ({ schema }: Body): Omit<Known, 'held'> => {
    const state = states.get(schemaId(schema?.id) ?? '');
    return { state, validator: state && validators.get(keyOf(orgId, schema as Named, state)) };
  };
  const mayKeep = new Map(bodies.flatMap((body, i) => (stored[i] && dependsOnHeld(knownOf(body)) ? [[body, stored[i]] as const] : [])));
  const asked = [...mayKeep.values()].filter((record) => typeof record === 'string');
  const held = asked.length > 0 ? await heldFields(door, orgId, appliesTo, asked, divisionArray(reach(principal, ...SEES[appliesTo]))) : undefined;
  const heldOf = (body: Body) => {
    const record = mayKeep.get(body);
    return typeof record === 'string' ? held?.get(record) : record;
  };
  return (body, faults, as = body) => readCustomFields(appliesTo, body, { ...knownOf(body), held: heldOf(as) }, faults);
}

/** The rules, for one body. */
export function readCustomFields(appliesTo: AppliesTo, { schema, customFields = {} }: Body, { state, validator, held }: Known, faults: Fault[]): CustomFields {
  const refused = (field: string, code: string, rule: string) => {
    faults.push({ field, code, rule });
    return NONE;
  };
  if (!schema) {
    const isNothing = Object.values(customFields).every((value) => value === null);
    return isNothing ? NONE : refused('schema', 'required', 'is required with customFields.');
  }
  const keeps = held !== undefined && held.schemaId === schemaId(schema.id);
  if (!state || state.appliesTo !== appliesTo || (state.deleted && !keeps))
    return refused('schema.id', 'not.found', `names no schema of ${PLURAL[appliesTo]}.`);
  if (!validator) return refused('schema.version', 'not.found', `must be a version of the schema, 1 to ${state.version}, but is ${schema.version}.`);
  if (!state.enabled && !keeps) return refused('schema.id', 'disabled', 'names a schema that is disabled.');
  const { values, texts, ids } = validator.read(customFields, keeps ? held.customFields : null, faults);
  const isEmpty = Object.keys(values).length === 0;
  return { schema_id: schemaId(schema.id) ?? null, schema_version: schema.version ?? state.version, custom_fields: isEmpty ? null : values, texts, ids };
}

const NONE: CustomFields = { schema_id: null, schema_version: null, custom_fields: null, texts: [], ids: [] };

const PLURAL = { CONTACT: 'contacts', EXTERNAL_ORGANIZATION: 'external organizations' } as const;

/** Who is hidden a record is not told what it holds. */
const SEES = {
  CONTACT: ['externalContacts:contact:view', 'relate:contact:view', 'externalContacts:contact:edit', 'relate:contact:edit'],
  EXTERNAL_ORGANIZATION: [
    'externalContacts:externalOrganization:view',
    'relate:externalOrganization:view',
    'externalContacts:externalOrganization:edit',
    'relate:externalOrganization:edit',
  ],
} as const;

/** Whether a record that holds something already may do what a new one may not. */
const dependsOnHeld = ({ state, validator }: Omit<Known, 'held'>) =>
  state !== undefined && validator !== undefined && (state.deleted || !state.enabled || validator.hasDisabled);

interface Named {
  id?: string;
  version?: number;
}

/** @returns undefined for what is no id */
function schemaId(id: string | undefined): string | undefined {
  const lower = id?.toLowerCase();
  return isId(lower) ? lower : undefined;
}

const keyOf = (orgId: string, { id, version }: Named, state: SchemaState) => `${orgId} ${schemaId(id)} ${version ?? state.version}`;

// The validators that were used last, the most recent at the end.
const kept = new Map<string, Validator>();

/** The validators of the versions that the bodies name, by keyOf; a version that is not there has none. */
async function validatorsOf(door: Door, orgId: string, bodies: readonly Body[], states: Map<string, SchemaState>): Promise<Map<string, Validator>> {
  const validators = new Map<string, Validator>();
  const missing = new Map<string, { id: string; version: number }>();
  for (const { schema } of bodies) {
    const id = schemaId(schema?.id) ?? '';
    const state = states.get(id);
    if (!schema || !state) continue;
    const key = keyOf(orgId, schema, state);
    const version = schema.version ?? state.version;
    const known = kept.get(key);
    if (known) validators.set(key, known);
    else if (version >= 1 && version <= state.version) missing.set(key, { id, version });
  }
  if (missing.size > 0) {
    const wanted = [...missing.values()];
    for (const { id, version, document } of await schemaDocuments(door, orgId, wanted)) validators.set(`${orgId} ${id} ${version}`, createValidator(document));
  }
  for (const [key, validator] of validators) keep(key, validator);
  return validators;
}

function keep(key: string, validator: Validator): void {
  kept.delete(key);
  kept.set(key, validator);
  if (kept.size <= limits.schemaValidatorsMax) return;
  const [oldest] = kept.keys();
  kept.delete(oldest as string);
}
