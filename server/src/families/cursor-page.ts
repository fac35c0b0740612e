// The envelope of a page that ends with a cursor to the next: of scans, and of this server's own lists.
import type { Principal } from '../http/principal.ts';
import { makeCursor } from './cursor.ts';
import { withQuery } from './url.ts';

/**
 * @param listing what the cursor continues: see makeCursor
 * @param rows one more than the page has, where there is a next one
 * @param placeOf the place behind a row, as the cursor has it
 */
export function cursorPage<Row>(
  { principal, url }: { principal: Principal; url: string },
  listing: string,
  rows: readonly Row[],
  size: number,
  { bodyOf, placeOf }: { bodyOf(row: NoInfer<Row>): string; placeOf(row: NoInfer<Row>): string },
): string {
  const shown = rows.slice(0, size);
  const next = rows.length > size ? makeCursor(principal, listing, placeOf(shown.at(-1) as Row)) : undefined;
  const links = next ? `,"nextUri":${JSON.stringify(withQuery(url, { cursor: next }))},"cursors":{"after":${JSON.stringify(next)}}` : ',"cursors":{}';
  return `{"entities":[${shown.map(bodyOf).join(',')}],"selfUri":${JSON.stringify(url)}${links}}`;
}
