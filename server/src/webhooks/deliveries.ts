// What a webhook could not deliver, page by page, in the order of changes.

import type { Door } from '../db/database.ts';
import { type EventIds, eventIds } from '../events/index.ts';
import { makeCursor, readCursor } from '../families/cursor.ts';
import { withQuery } from '../families/url.ts';
import type { Principal } from '../http/principal.ts';
import { type Delivery, listDeliveries } from './queue.ts';

/** Positions are no ids, so this is no scan as the directory's are; it answers in the same shape. */
export async function listedDeliveries(
  { door, principal, url }: { door: Door; principal: Principal; url: string },
  webhookId: string,
  query: { state?: string; limit?: number; cursor?: string },
): Promise<string> {
  const listing = `deliveries ${webhookId} ${query.state ?? ''}`;
  const size = query.limit ?? DEFAULT_LIMIT;
  const after = query.cursor ? Number(readCursor(principal, listing, query.cursor)) : 0;
  const rows = await listDeliveries(door, principal.orgId, webhookId, query.state ?? null, after, size + 1);
  const shown = rows.slice(0, size);
  const next = rows.length > size ? makeCursor(principal, listing, (shown.at(-1) as Delivery).position) : undefined;
  const ids = eventIds(principal.orgId, principal.signingKey);
  return JSON.stringify({
    entities: shown.map((row) => wireOf(row, ids)),
    selfUri: url,
    nextUri: next && withQuery(url, { cursor: next }),
    cursors: { after: next },
  });
}

const DEFAULT_LIMIT = 100;

/** JSON leaves out what is undefined. */
function wireOf(row: Delivery, ids: EventIds) {
  return {
    id: ids.idOf(Number(row.position)),
    state: row.state,
    kind: row.kind,
    recordId: row.record_id,
    action: row.action,
    attempts: row.attempts,
    nextAttempt: row.next_attempt ?? undefined,
    dateDied: row.died ?? undefined,
    lastStatus: row.last_status ?? undefined,
    lastError: row.last_error ?? undefined,
  };
}
