// All ids that a search finds, and what is done to them in portions that the server takes.
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import type { Kind } from '../record/record.ts';

const PAGE = 200;
/** What the bulk operations take at once (/liaison/v1/limits). */
const PORTION = 500;

export async function allIds(kind: Kind, question: Omit<Schema['ContactSearch'], 'cursor' | 'limit'>): Promise<string[]> {
  const path = kind === 'contact' ? '/liaison/v1/contacts/search' : '/liaison/v1/organizations/search';
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await body(api.POST(path, { body: { ...(question as object), fields: ['id'], limit: PAGE, ...(cursor ? { cursor } : {}) } }));
    ids.push(...page.entities.map((entity) => (entity as { id: string }).id));
    cursor = page.cursors.after;
  } while (cursor !== undefined);
  return ids;
}

export async function* inBulk<T>(ids: readonly string[], send: (portion: string[]) => Promise<T[]>): AsyncGenerator<T[]> {
  for (let i = 0; i < ids.length; i += PORTION) yield await send(ids.slice(i, i + PORTION));
}
