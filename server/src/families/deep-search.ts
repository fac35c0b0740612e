// Deep searches: a page of the records that match, in an order and behind a place in it, without an end. What a search
// asks is read here for every noun; the statements that answer it are the noun's (contacts/search-store.ts).
import { type Fault, invalidFields } from '../contract/validate.ts';
import { limits } from '../http/limits.ts';
import type { Divisions, Principal } from '../http/principal.ts';
import { makeCursor, readCursor } from './cursor.ts';
import { cut } from './cut.ts';
import { chosenFields } from './fields.ts';
import { type Filter, type Filterable, type Raw, readFilter } from './filter.ts';
import { columnsOf, jsonPathOf, weightOf } from './filter-path.ts';
import { wordsOf } from './filter-words.ts';
import { divisionsAsked } from './listing.ts';
import { type Order, type Stretch, stretchOf } from './position.ts';
import { divisionId } from './wire.ts';
import { searchQuery } from './words.ts';

/** What a noun can be searched by. */
export interface Searchable<By extends string> extends Filterable {
  /** Names the listing that a cursor continues. */
  what: string;
  /** The first is the order where none is asked for. */
  orders: Record<By, Order>;
  /** What `fields` may name, and lies in no column. */
  others: readonly string[];
}

/** A search as its statements take it. */
export interface Question<By extends string> extends Stretch {
  by: By;
  descending: boolean;
  size: number;
  /** A tsquery that every match meets, and by which few others do; null where there is none. */
  words: string | null;
  filter: Filter | undefined;
  /** What the statement checks of a row's values, and which of them it gives to the check; null for nothing. */
  path: string | null;
  columns: string[];
  /** Rows that are checked at most. */
  checks: number;
  /** Divisions to look in; null for all. */
  divisions: string[] | null;
  /** What asks for no word finds nothing. */
  asksNothing: boolean;
}

/** What a statement answers: a page, where it stopped, how many match if it knows. */
export interface Met {
  /** A JSON array, as text. */
  entities: string;
  met: number;
  /** Where the next page begins; null at the end. */
  reached: string[] | null;
  total: number | null;
}

export interface SearchCall<By extends string> {
  principal: Principal;
  divisions: Divisions;
  body: {
    q?: string;
    filter?: Raw;
    sort?: { field: By; direction?: 'asc' | 'desc' }[];
    fields?: string[];
    divisionIds?: string[];
    limit?: number;
    cursor?: string;
  };
}

/**
 * @param find answers a question that asks for something
 * @returns the page's text
 * @throws Refusal 422 naming what cannot be read, or for a cursor of another search
 */
export async function deepSearch<By extends string>(
  call: SearchCall<By>,
  searchable: Searchable<By>,
  find: (question: Question<By>) => Promise<Met>,
): Promise<string> {
  const { principal, body } = call;
  checkFields(body.fields ?? [], searchable);
  const { field: by, direction = 'asc' } = body.sort?.[0] ?? { field: Object.keys(searchable.orders)[0] as By };
  const listing = JSON.stringify(['search', searchable.what, body.q, body.filter, by, direction, body.divisionIds]);
  const order = { by, descending: direction === 'desc', size: body.limit ?? LIMIT };
  const question = questionOf(principal, searchable, body, { ...order, divisions: readDivisions(call) });
  if (body.cursor !== undefined) question[direction === 'asc' ? 'from' : 'to'] = JSON.parse(readCursor(principal, listing, body.cursor)) as string[];
  const found = question.asksNothing ? NOTHING_MET : await find(question);
  const after = found.reached && makeCursor(principal, listing, JSON.stringify(found.reached));
  const total = found.total ?? (body.cursor === undefined && !after ? found.met : undefined);
  const entities = body.fields ? chosenFields(found.entities, body.fields) : found.entities;
  return `{"entities":${entities},"cursors":${after ? JSON.stringify({ after }) : '{}'}${total === undefined ? '' : `,"total":${total}`}}`;
}

/**
 * What words and a filter ask for, from one end of an order to the other.
 * @throws Refusal 422 naming what cannot be read
 */
export function questionOf<By extends string>(
  { wordPrefix, defaultCountryCode }: Principal,
  { columns, fields, orders }: Searchable<By>,
  { q, filter: raw }: { q?: string; filter?: Raw },
  order: Pick<Question<By>, 'by' | 'descending' | 'size' | 'divisions'>,
): Question<By> {
  const filter = raw && readFilter(raw, { columns, fields });
  const query = q === undefined ? undefined : searchQuery(wordPrefix, q, defaultCountryCode)?.prefix;
  const words = [query, filter && wordsOf(filter, wordPrefix)].filter((one) => one !== undefined).map((one) => `(${one})`);
  return {
    ...order,
    ...stretchOf(filter, orders[order.by]),
    asksNothing: q !== undefined && query === undefined,
    words: words.length > 0 ? words.join(' & ') : null,
    filter,
    path: filter ? jsonPathOf(filter, columns) : null,
    columns: filter ? columnsOf(filter, columns) : [],
    checks: filter ? Math.min(limits.checkedRowsMax, Math.floor(limits.checksMax / weightOf(filter))) : limits.checkedRowsMax,
  };
}

function checkFields<By extends string>(paths: string[], { columns, fields, others }: Searchable<By>): void {
  const known = new Set([...columns, ...Object.keys(fields), ...others].map(firstName));
  const unknown = paths.flatMap((path, i): Fault[] =>
    known.has(firstName(path)) ? [] : [{ field: `fields[${i}]`, code: 'unknown.field', rule: `names no field: ${JSON.stringify(cut(path, 100))}.` }],
  );
  if (unknown.length > 0) throw invalidFields(unknown);
}

const firstName = (path: string) => path.split('.')[0] as string;

/** @throws Refusal 422 naming what is no division */
export function readDivisions({ body, divisions }: { body: { divisionIds?: string[] }; divisions: Divisions }): string[] | null {
  const wrong = body.divisionIds?.findIndex((id) => divisionId({ id }) === undefined) ?? -1;
  if (wrong >= 0)
    throw invalidFields([{ field: `divisionIds[${wrong}]`, code: 'format', rule: 'must be the id of a division (a UUID), or * for unassigned.' }]);
  return divisionsAsked(body.divisionIds, divisions);
}

const LIMIT = 25;
const NOTHING_MET: Met = { entities: '[]', met: 0, reached: null, total: 0 };
