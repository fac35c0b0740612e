// Listings that go on behind the last record of the page before, by a cursor in the query parameter `after`, with a size
// that comes as text. They are in the order in which the records were made, which ids have.
import { refuse } from '../http/errors.ts';
import type { Principal } from '../http/principal.ts';
import { makeCursor, readCursor } from './cursor.ts';
import { withQuery } from './url.ts';

export interface AfterCall {
  principal: Principal;
  query: { after?: string; pageSize?: string; sortOrder?: 'Ascending' | 'Descending' };
  url: string;
}

/** What a page's statement is told: the ids behind this one, in this direction; null for the first page. */
export interface AfterPlace {
  after: string | null;
  descending: boolean;
  size: number;
}

export interface AfterListing {
  /** Names what is listed, so that a cursor fits no other listing. */
  listing: string;
  sizeMax: number;
  /** Whether the envelope has an object of cursors; the link to the next page is always there. */
  cursors: boolean;
}

/**
 * @param page reads the records behind a place
 * @throws Refusal 400 for a size out of bounds, 422 for a cursor of another listing
 */
export async function listAfter(call: AfterCall, options: AfterListing, page: (place: AfterPlace) => Promise<{ id: string; body: string }[]>): Promise<string> {
  const { after, pageSize, sortOrder = 'Ascending' } = call.query;
  const size = readSize(pageSize, options.sizeMax);
  const listing = `${options.listing} ${sortOrder}`;
  const place = { after: after === undefined ? null : readCursor(call.principal, listing, after), descending: sortOrder === 'Descending' };
  const rows = await page({ ...place, size: size + 1 });
  const shown = rows.slice(0, size);
  const next = rows.length > size ? makeCursor(call.principal, listing, (shown.at(-1) as { id: string }).id) : undefined;
  const cursors = options.cursors ? `,"cursors":${JSON.stringify({ after: next })}` : '';
  const link = next ? `,"nextUri":${JSON.stringify(withQuery(call.url, { after: next }))}` : '';
  return `{"entities":[${shown.map(({ body }) => body).join(',')}],"selfUri":${JSON.stringify(call.url)}${link}${cursors}}`;
}

const SIZE = 25;

/** @throws Refusal 400 for what is no whole number from 1 to the most */
export function readSize(text: string | undefined, most: number): number {
  const size = text === undefined ? SIZE : Number(text);
  if (size >= 1 && size <= most) return size;
  throw refuse('invalid.query.param.value', { params: { name: 'pageSize', value: String(text), rule: `It takes a whole number from 1 to ${most}.` } });
}
