// The operations on audits.
import type { Call, Handlers } from '../contract/bind.ts';
import { type EventIds, eventIds } from '../events/index.ts';
import { readCursor } from '../families/cursor.ts';
import { cursorPage } from '../families/cursor-page.ts';
import { refuse } from '../http/errors.ts';
import { auditEntry, auditSight, namesFor, statesOf } from './entry.ts';
import { EXPORTED } from './export.ts';
import { type AuditSight, type Filter, type ListedAudit, listAudits } from './store.ts';

export const auditHandlers: Handlers = {
  getLiaisonAudits: async (call) => {
    const { principal, query, url } = call;
    const { cursor, limit = DEFAULT_LIMIT, ...asked } = query;
    const filter = readFilter(asked);
    const listing = `audits ${JSON.stringify(filter)}`;
    const { ids, read, entryOf } = readerOf(call, filter);
    // Positions are enciphered in cursors as in ids: whoever holds a cursor can read what it signs.
    const before = cursor ? (ids.positionOf(readCursor(principal, listing, cursor)) as number) : null;
    return cursorPage({ principal, url }, listing, await read(before, limit + 1), limit, {
      bodyOf: entryOf,
      placeOf: ({ position }) => ids.cursorOf(Number(position)),
    });
  },

  getLiaisonAuditsExport: (call) => {
    const { format = 'csv', ...asked } = call.query;
    const { type, header, lineOf } = EXPORTED[format];
    const { read, entryOf } = readerOf(call, readFilter(asked));
    const lines = async function* () {
      yield header;
      for (let before: number | null = null; ; ) {
        const rows: ListedAudit[] = await read(before, EXPORTED_AT_ONCE);
        if (rows.length === 0) return;
        yield rows.map((row) => lineOf(entryOf(row))).join('');
        before = Number(rows.at(-1)?.position);
      }
    };
    return { stream: lines(), type };
  },

  getLiaisonAuditsRecord: async (call) => {
    const { entityType, entityId } = call.path;
    const at = readTime('at', call.query.at);
    // Times are shown to the millisecond: what is shown to have happened then has happened.
    const until = at && new Date(at.getTime() + 1);
    const { read, entryOf, sight } = readerOf(call, { ...NOTHING, kind: entityType, recordId: entityId, to: until });
    const [last] = await read(null, 1);
    const record = last && statesOf(last, sight).after;
    if (!last || !record) throw refuse('not.found');
    return `{"record":${JSON.stringify(record)},"entry":${entryOf(last)}}`;
  },
};

const DEFAULT_LIMIT = 100;
const EXPORTED_AT_ONCE = 200;

interface Reader {
  ids: EventIds;
  sight: AuditSight;
  /** Backwards from a position, or from the newest. */
  read(before: number | null, size: number): Promise<ListedAudit[]>;
  /** As the caller is shown it, as JSON. */
  entryOf(row: ListedAudit): string;
}

function readerOf({ principal, divisions, door }: Pick<Call, 'principal' | 'divisions' | 'door'>, filter: Filter): Reader {
  const { orgId, signingKey } = principal;
  const ids = eventIds(orgId, signingKey);
  const sight = auditSight(principal, divisions);
  const names = namesFor(principal);
  return {
    ids,
    sight,
    read: (before, size) => listAudits(door, orgId, filter, sight, before, size),
    entryOf: (row) => auditEntry(row, sight, names, ids),
  };
}

const NOTHING: Filter = {
  kind: null,
  recordId: null,
  action: null,
  userId: null,
  clientId: null,
  homeOrgId: null,
  correlationId: null,
  from: null,
  to: null,
};

type Asked = Omit<Call<'getLiaisonAudits'>['query'], 'cursor' | 'limit'>;

/** @throws Refusal 400 for what is no time */
function readFilter(asked: Asked): Filter {
  return {
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
}

/** RFC 3339, from the year 0 to 9999. @throws Refusal 400 */
function readTime(name: string, value: string | undefined): Date | null {
  if (value === undefined) return null;
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i.test(value) ? new Date(value.toUpperCase()) : undefined;
  if (time && !Number.isNaN(time.getTime())) return time;
  throw refuse('invalid.query.param.value', { params: { name, value, rule: 'It takes a date and time such as 2026-07-01T00:00:00Z.' } });
}
