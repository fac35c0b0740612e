// The operation on audits.
import type { Handlers } from '../contract/bind.ts';
import { eventIds } from '../events/index.ts';
import { readCursor } from '../families/cursor.ts';
import { cursorPage } from '../families/cursor-page.ts';
import { refuse } from '../http/errors.ts';
import { reach } from '../http/principal.ts';
import { auditEntry, auditSight } from './entry.ts';
import { type Filter, listAudits } from './store.ts';

export const auditHandlers: Handlers = {
  getLiaisonAudits: async ({ principal, divisions, door, query, url }) => {
    const { orgId, signingKey } = principal;
    const ids = eventIds(orgId, signingKey);
    const { cursor, limit = DEFAULT_LIMIT, ...asked } = query;
    const filter: Filter = {
      kind: asked.entityType ?? null,
      recordId: asked.entityId ?? null,
      action: asked.action ?? null,
      userId: asked.userId ?? null,
      clientId: asked.clientId ?? null,
      homeOrgId: asked.homeOrganizationId ?? null,
      correlationId: asked.correlationId ?? null,
      from: readTime('from', asked.from),
      to: readTime('to', asked.to),
    };
    const listing = `audits ${JSON.stringify(filter)}`;
    // Positions are enciphered in cursors as in ids: whoever holds a cursor can read what it signs.
    const before = cursor ? (ids.positionOf(readCursor(principal, listing, cursor)) as number) : null;
    const sight = auditSight(principal, divisions);
    const clients = reach(principal, 'oauth:client:view');
    const rows = await listAudits(door, orgId, filter, sight, before, limit + 1);
    return cursorPage({ principal, url }, listing, rows, limit, {
      bodyOf: (row) => auditEntry(row, sight, clients === 'all' || clients.size > 0, ids),
      placeOf: ({ position }) => ids.cursorOf(Number(position)),
    });
  },
};

const DEFAULT_LIMIT = 100;

/** RFC 3339, from the year 0 to 9999. @throws Refusal 400 */
function readTime(name: string, value: string | undefined): Date | null {
  if (value === undefined) return null;
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i.test(value) ? new Date(value.toUpperCase()) : undefined;
  if (time && !Number.isNaN(time.getTime())) return time;
  throw refuse('invalid.query.param.value', { params: { name, value, rule: 'It takes a date and time such as 2026-07-01T00:00:00Z.' } });
}
