// Places in an order of records: the keys of a record that stands there, its id last. A page begins behind one, and what
// a filter says of the field that the order goes by narrows the walk to a stretch between two.

import type { Filter, Test } from './filter.ts';
import { foldsAlike } from './filter-path.ts';
import { fold, sortKey } from './fold.ts';

export type Position = readonly string[];

export interface Order {
  /** The field that the order goes by first. */
  field: string;
  /** What the keys before the id are made of. Without any, records are in the order of their ids, which is that of their making. */
  keys: readonly ('text' | 'date')[];
}

export interface Stretch {
  /** All records of it lie between the two, and none at either. */
  from: Position;
  to: Position;
}

/** The stretch of an order in which everything lies that the filter lets pass. */
export function stretchOf(filter: Filter | undefined, order: Order): Stretch {
  const tests = filter ? testsOf(filter, order.field) : [];
  const lows = tests.flatMap((test) => lowest(test, order) ?? []);
  const highs = tests.flatMap((test) => highest(test, order) ?? []);
  return { from: fill(extreme(lows, 1), order, LOW), to: fill(extreme(highs, -1), order, HIGH) };
}

/** The tests that every record must pass in this field. */
function testsOf(filter: Filter, field: string): Test[] {
  if ('all' in filter) return filter.all.flatMap((part) => testsOf(part, field));
  return 'path' in filter && filter.path === field ? filter.tests : [];
}

function lowest(test: Test, order: Order): string | undefined {
  if (test.op === 'exists' || test.op === 'in') return undefined;
  if (typeof test.value === 'number') return test.op === 'lt' || test.op === 'lte' ? undefined : momentKey(test.value, -1, order);
  if (typeof test.value !== 'string' || order.keys[0] !== 'text' || !foldsAlike(test.value)) return undefined;
  return test.op === 'eq' || test.op === 'prefix' ? sortKey(test.value) : undefined;
}

function highest(test: Test, order: Order): string | undefined {
  if (test.op === 'exists' || test.op === 'in') return undefined;
  // Dates are compared by the millisecond, and stored by the microsecond.
  if (typeof test.value === 'number') return test.op === 'gt' || test.op === 'gte' ? undefined : momentKey(test.value + 1, 1, order);
  if (typeof test.value !== 'string' || order.keys[0] !== 'text' || !foldsAlike(test.value)) return undefined;
  if (test.op === 'eq') return sortKey(test.value);
  return test.op === 'prefix' ? fold(test.value) + HIGH.text : undefined;
}

/** A date as a key; in the order of ids an id of that day, or of the one before or after: two clocks may differ. */
function momentKey(ms: number, way: 1 | -1, order: Order): string {
  if (order.keys[0] === 'date') return new Date(Math.min(ms, LAST_MS)).toISOString();
  const hex = Math.min(Math.max(ms + way * DAY_MS, 0), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** The narrowest of several bounds; keys of one order compare as texts. */
function extreme(keys: string[], way: 1 | -1): string | undefined {
  return keys.toSorted((a, b) => way * Buffer.compare(Buffer.from(b), Buffer.from(a)))[0];
}

/** A key and everything behind it, down or up to the end. */
function fill(key: string | undefined, { keys }: Order, ends: typeof LOW): Position {
  const all = [...keys.map((kind) => ends[kind]), ends.id];
  return key === undefined ? all : [key, ...all.slice(1)];
}

const LOW = { text: '', date: '-infinity', id: '00000000-0000-0000-0000-000000000000' };
// Longer than any key: nothing sorts behind it.
const HIGH = { text: '\u{10FFFF}'.repeat(101), date: 'infinity', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };
const DAY_MS = 86_400_000;
const LAST_MS = 253_402_300_799_999;
