// Bulk operations: up to a thousand items, each with an outcome of its own, in the order of the request. Over the same
// set-shaped writes as the single operations, so that a bulk operation adds nothing but its envelope. Rules: the answer is
// 200 whatever became of the items; an entity on success only, an error on failure only; a removed record shows nothing.
import type { BulkItem } from '../contract/validate.ts';
import { Refusal, refuse } from '../http/errors.ts';
import { cut } from './cut.ts';
import { isId } from './id.ts';
import { inTurn, type Outcome, type Removal, type Replacement, type Writes, type Writing, type Written } from './writes.ts';

interface Bulk<Body> extends Writing {
  body: { entities?: Body[] };
}

type Identified = { id?: string };

/** What came of an item that says itself what it is answered with. */
export type ItemOutcome = { status: number; body: string } | Refusal;

/**
 * Items that are done one after the other, in the order of the request. What an item calls itself is its result's id.
 * @param run an item's work; what it throws as a Refusal is the item's outcome
 */
export async function bulkInOrder<Item>(
  call: { body: { entities?: Item[] } },
  run: (item: Item) => Promise<{ status: number; body: string }>,
): Promise<string> {
  const items = itemsOf<Item>(call);
  const outcomes: ItemOutcome[] = [];
  for (const { item } of items) {
    outcomes.push(
      item instanceof Refusal
        ? item
        : await run(item).catch((error: unknown) => {
            if (error instanceof Refusal) return error;
            throw error;
          }),
    );
  }
  return bulkText(
    items,
    outcomes.map((outcome) => (outcome instanceof Refusal ? outcome : { id: '', ...outcome })),
    { entity: true, asked: true },
  );
}

/**
 * Items that are written together, each read and refused by itself.
 * @param write the outcomes in the order of the items; what is refused already stays so
 */
export async function bulkInSets<Item>(
  call: { body: { entities?: Item[] } },
  write: (items: readonly (Item | Refusal)[]) => Promise<Outcome[]>,
): Promise<string> {
  const items = itemsOf<Item>(call);
  return bulkText(items, await write(items.map(({ item }) => item)), { entity: true, asked: true });
}

export interface BulkOperations<Body> {
  /** @param find the records that are there and to be seen, in any order */
  fetch(call: Bulk<Identified>, find: (ids: string[]) => Promise<Written[]>): Promise<string>;
  add(call: Bulk<Body>): Promise<string>;
  update(call: Bulk<Body & Identified>): Promise<string>;
  remove(call: Bulk<Identified>): Promise<string>;
}

export function bulkOf<Body extends object>(writes: Writes<Body>): BulkOperations<Body> {
  return {
    async fetch(call, find) {
      const items = itemsOf<Identified>(call);
      const ids = items.map(idOf);
      const found = new Map((await find([...new Set(ids.filter((id) => typeof id === 'string'))])).map((record) => [record.id, record]));
      return bulkText(
        items,
        ids.map((id) => (id instanceof Refusal ? id : (found.get(id) ?? refuse('not.found')))),
        { entity: true, asked: true },
      );
    },
    async add(call) {
      const items = itemsOf<Body>(call);
      const bodies = items.map(({ item }) => item);
      return bulkText(items, await writes.create(call, bodies), { entity: true, asked: false });
    },
    async update(call) {
      const items = itemsOf<Body & Identified>(call);
      const replacements = items.map((item): Replacement<Body> | Refusal => {
        const id = idOf(item);
        return item.item instanceof Refusal ? item.item : id instanceof Refusal ? id : { id, body: item.item };
      });
      return bulkText(items, await inTurn(replacements, (turn) => writes.update(call, turn)), { entity: true, asked: true });
    },
    async remove(call) {
      const items = itemsOf<Identified>(call);
      const removals = items.map((item): Removal | Refusal => {
        const id = idOf(item);
        return id instanceof Refusal ? id : { id };
      });
      return bulkText(items, await inTurn(removals, (turn) => writes.remove(call, turn)), { entity: false, asked: true });
    },
  };
}

/** The contract marks the lists of these bodies as read item by item, so that this is what stands in them. */
const itemsOf = <Item>(call: { body: { entities?: unknown[] } }) => (call.body.entities ?? []) as BulkItem<Item>[];

function idOf({ item }: BulkItem<Identified>): string | Refusal {
  if (item instanceof Refusal) return item;
  const id = item.id?.toLowerCase();
  return isId(id) ? id : refuse('not.found');
}

/** @param shows whether a result has its record, and whether its id is the one that was asked for, in the caller's spelling */
function bulkText(items: readonly BulkItem[], outcomes: readonly (Outcome & { status?: number })[], shows: { entity: boolean; asked: boolean }): string {
  const failed: number[] = [];
  const results = outcomes.map((outcome, i) => {
    const { item, sent } = items[i] as BulkItem<Identified>;
    if (outcome instanceof Refusal) {
      failed.push(i);
      return failure(outcome, JSON.parse(sent), shows.asked);
    }
    const id = shows.asked ? (item as Identified).id : outcome.id;
    const named = id === undefined ? '' : `"id":${JSON.stringify(id)},`;
    return `{${named}"success":true${shows.entity ? `,"entity":${outcome.body}` : ''},"status":${outcome.status ?? 200}}`;
  });
  return `{"results":[${results.join(',')}],"errorCount":${failed.length},"errorIndexes":[${failed.join(',')}]}`;
}

function failure(refusal: Refusal, sent: unknown, asked: boolean): string {
  const record = typeof sent === 'object' && sent !== null && !Array.isArray(sent) ? (sent as Identified) : undefined;
  const error = {
    code: refusal.code,
    message: refusal.message,
    status: refusal.status,
    retryable: refusal.code === 'conflict' || refusal.status >= 500,
    details: (refusal.facts.details ?? []).map(({ errorCode, fieldName, rule }) => ({
      ...(fieldName === undefined ? {} : { fieldName, value: shown(valueAt(sent, fieldName)) }),
      message: rule ?? errorCode,
    })),
    ...(record ? { entity: record } : {}),
  };
  return JSON.stringify({ ...(asked && typeof record?.id === 'string' ? { id: record.id } : {}), success: false, error, status: refusal.status });
}

/** What stands at a field's name as refusals write it: `externalIds[0].value`. */
function valueAt(record: unknown, fieldName: string): unknown {
  let at = record;
  for (const [, name, index] of fieldName.matchAll(/([^.[\]]+)|\[(\d+)\]/g)) {
    if (typeof at !== 'object' || at === null) return undefined;
    const key = name ?? (index as string);
    at = Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined;
  }
  return at;
}

function shown(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return cut(typeof value === 'string' ? value : JSON.stringify(value), SHOWN_CHARACTERS);
}

const SHOWN_CHARACTERS = 255;
