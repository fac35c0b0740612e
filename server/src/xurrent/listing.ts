// What lists of the second dialect share: pages told in headers, fields that can be chosen. Sources: the vendor's pages on
// collections and pagination; one of its clients takes an answer for a list only where X-Pagination-Total-Entries is there.
import type { Reply } from '../contract/bind.ts';
import { cut } from '../families/cut.ts';
import { withQuery } from '../families/url.ts';
import { refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';

export interface Page {
  size: number;
  number: number;
  offset: number;
}

/** What no filter is called. */
export const LIST_PARAMETERS = ['per_page', 'page', 'fields', 'sort', 'state'];

const SIZE = 20;
const SIZE_MAX = 100;

export const badRequest = (reason: string) => refuse('bad.request', { params: { reason } });

/** @throws Refusal 400 */
export function readPage({ per_page = SIZE, page = 1 }: { per_page?: number; page?: number }): Page {
  for (const [name, value] of Object.entries({ per_page, page })) if (value < 1) throw badRequest(`Parameter '${name}' cannot be less than 1`);
  const size = Math.min(per_page, SIZE_MAX);
  if (size * (page - 1) > limits.xurrentEntriesMax) throw badRequest(`Parameter 'page' cannot reach beyond ${limits.xurrentEntriesMax} entries`);
  return { size, number: page, offset: (page - 1) * size };
}

/** Names that a query lists; undefined for the list's own choice. @throws Refusal 400 naming those that there are not */
export function readFields(fields: string | undefined, known: readonly string[]): string[] | undefined {
  const asked = fields?.split(',').map((name) => name.trim());
  const unknown = asked?.filter((name) => !known.includes(name));
  if (unknown && unknown.length > 0) throw badRequest(`Unknown fields: ${cut([...new Set(unknown)].join(', '), 500)}`);
  return asked;
}

/** `id` is always among the chosen, and the first. */
export const chosen = (record: object, fields: readonly string[]) => {
  const { id } = record as { id: number };
  return { id, ...Object.fromEntries(Object.entries(record).filter(([name]) => fields.includes(name))) };
};

/** @param origin scheme and host by which the caller reaches the server */
export function listReply(records: readonly object[], total: number, page: Page, url: string, origin: string): Exclude<Reply, string> {
  const entries = Math.min(total, limits.xurrentEntriesMax);
  const pages = Math.ceil(entries / page.size);
  // One client splits the header at commas and semicolons: in a link they stand encoded.
  const link = (rel: string, number: number) =>
    `<${origin}${withQuery(url, { per_page: page.size, page: number }).replaceAll(',', '%2C').replaceAll(';', '%3B')}>; rel="${rel}"`;
  const links = [
    ...(page.number > 1 ? [link('first', 1), link('prev', page.number - 1)] : []),
    ...(page.number < pages ? [link('next', page.number + 1)] : []),
  ];
  return {
    status: 200,
    body: JSON.stringify(records),
    headers: {
      'X-Pagination-Per-Page': String(page.size),
      'X-Pagination-Current-Page': String(page.number),
      'X-Pagination-Total-Pages': String(pages),
      'X-Pagination-Total-Entries': String(entries),
      ...(total > entries ? { 'X-Pagination-Throttled': 'true' } : {}),
      ...(links.length > 0 ? { Link: links.join(', ') } : {}),
    },
  };
}
