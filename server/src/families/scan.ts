// Scans: every record of a kind in the order of ids, page by page, each page with a cursor to the next. One shape for
// contacts, organizations, notes and relationships, in one division or across all that may be seen.
import type { Principal } from '../http/principal.ts';
import { makeCursor, readCursor } from './cursor.ts';
import { withQuery } from './url.ts';

export interface ScanCall {
  principal: Principal;
  query: { limit?: number; cursor?: string };
  url: string;
}

/**
 * @param listing names what is scanned, so that a cursor fits no other scan
 * @param page reads the records after an id, in order
 */
export async function scan(call: ScanCall, listing: string, page: (after: string, size: number) => Promise<{ id: string; body: string }[]>): Promise<string> {
  const size = call.query.limit ?? DEFAULT_LIMIT;
  const after = call.query.cursor ? readCursor(call.principal, listing, call.query.cursor) : START;
  const rows = await page(after, size + 1);
  const shown = rows.slice(0, size);
  const next = rows.length > size ? makeCursor(call.principal, listing, (shown.at(-1) as { id: string }).id) : undefined;
  const entities = shown.map((row) => row.body).join(',');
  const links = next ? `,"nextUri":${JSON.stringify(withQuery(call.url, { cursor: next }))},"cursors":{"after":${JSON.stringify(next)}}` : ',"cursors":{}';
  return `{"entities":[${entities}],"selfUri":${JSON.stringify(call.url)}${links}}`;
}

const DEFAULT_LIMIT = 100;
/** Before every id. */
const START = '00000000-0000-0000-0000-000000000000';
