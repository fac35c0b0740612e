// Pages of a contact's sessions, the last that began at first. A page has links to the next and to the one before, both by
// `after`: a cursor says from which session on, and in which direction.
import type { Call } from '../contract/bind.ts';
import { readSize } from '../families/after.ts';
import { makeCursor, readCursor } from '../families/cursor.ts';
import { withQuery } from '../families/url.ts';
import { limits } from '../http/limits.ts';
import { listSessions, type SessionRow } from './sessions-store.ts';

/** @throws Refusal 400 for a size out of bounds, and for a cursor of another listing */
export async function pageOfSessions(call: Call<'getExternalcontactsContactJourneySessions'>): Promise<string> {
  const { principal, url } = call;
  const { contactId } = call.path;
  const { after, pageSize, includeMerged = false } = call.query;
  const size = readSize(pageSize, limits.sessionsPageMax);
  const listing = `sessions of ${contactId} ${includeMerged}`;
  const place = after === undefined ? undefined : (JSON.parse(readCursor(principal, listing, after)) as Place);
  const rows = await listSessions(call.door, principal.orgId, { contactId, includeMerged, place, size: size + 1 });
  const shown = rows.slice(0, size);
  if (place?.back) shown.reverse();
  const more = rows.length > size;
  const link = (row: SessionRow | undefined, back: boolean) =>
    row && withQuery(url, { after: makeCursor(principal, listing, JSON.stringify({ id: row.id, startedAt: row.startedAt, back } satisfies Place)) });
  const nextUri = more || place?.back ? link(shown.at(-1), false) : undefined;
  const previousUri = place && (more || !place.back) ? link(shown[0], true) : undefined;
  const links = JSON.stringify({ nextUri, selfUri: url, previousUri }).slice(1, -1);
  return `{"entities":[${shown.map(({ body }) => body).join(',')}],${links}}`;
}

/** The page lies behind this session, or before it. */
export interface Place {
  id: string;
  /** As PostgreSQL writes it in JSON: to the microsecond. */
  startedAt: string;
  back: boolean;
}
