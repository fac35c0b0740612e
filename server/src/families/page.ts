// Page listings: numbered pages over the first 1,000 records, in the platform's envelope. Links are relative, there is
// a nextUri only where there is a next page, and none contains the words that make one client switch to cursors.
import { refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { withQuery } from './url.ts';

export interface Page {
  size: number;
  number: number;
  offset: number;
  /** How many records numbered pages reach. */
  window: number;
}

/** What a list's statement is told of the page. */
export type Slice = Pick<Page, 'size' | 'offset'>;

/** What a list's statement answers. */
export interface Listed {
  /** A JSON array, as text. */
  entities: string;
  /** All that match, counted as far as the statement counts. */
  total: number;
}

/** Listed, where counting stops at limits.totalExactMax. */
export interface Found extends Listed {
  partial: boolean;
}

/** @param row of a statement that counts one further than the exact total */
export function found(row: Listed | undefined): Found {
  const total = row?.total ?? 0;
  return { entities: row?.entities ?? '[]', total: Math.min(total, limits.totalExactMax), partial: total > limits.totalExactMax };
}

export const NOTHING_FOUND: Found = { entities: '[]', total: 0, partial: false };

/** @throws Refusal 400 where the page lies past the window */
export function pageOf(query: { pageSize?: number; pageNumber?: number }, window: number = limits.pageWindow): Page {
  const { pageSize: size = 25, pageNumber: number = 1 } = query;
  if (size * number > window) {
    throw refuse('invalid.query.param.value', {
      params: { name: 'pageNumber', value: number, rule: `pageSize × pageNumber must be at most ${window}; use a scan to go further.` },
    });
  }
  return { size, number, offset: (number - 1) * size, window };
}

/**
 * @param url the request's own path and query
 * @param entities a JSON array, as text
 * @param found all that match; `partial` where the count stopped there
 */
export function pageListing(url: string, page: Page, entities: string, found: { total: number; partial?: boolean }): string {
  const last = Math.ceil(Math.min(found.total, page.window) / page.size);
  const reachable = Math.min(last, Math.floor(page.window / page.size));
  const link = (number: number) => JSON.stringify(withQuery(url, { pageSize: page.size, pageNumber: number }));
  const next = page.number < reachable ? `,"nextUri":${link(page.number + 1)}` : '';
  const previous = page.number > 1 ? `,"previousUri":${link(page.number - 1)}` : '';
  const partial = found.partial === undefined ? '' : `,"partialResults":${found.partial}`;
  return (
    `{"entities":${entities},"pageSize":${page.size},"pageNumber":${page.number},"total":${found.total}${partial}` +
    `,"firstUri":${link(1)}${next}${previous},"lastUri":${link(Math.max(reachable, 1))},"selfUri":${link(page.number)},"pageCount":${last}}`
  );
}
