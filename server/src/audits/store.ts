// The one statement on audits: what is recorded of every change, with the record's state before.
import type { Door } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { Action, Kind } from '../families/changes.ts';

type Body = Record<string, unknown>;

export interface AuditRow {
  position: string;
  kind: Kind;
  record_id: string;
  action: Action;
  division_id: string | null;
  left_division_id: string | null;
  at: string;
  user_id: string | null;
  client_id: string;
  client_name: string | null;
  home_org_id: string;
  correlation_id: string;
  body: Body;
  /** The record's change before, if there is one. */
  before_division_id: string | null;
  before: Body | null;
}

/** With who did it, where that is somebody of the organization's own. */
export interface ListedAudit extends AuditRow {
  user_name: string | null;
  user_division_id: string | null;
}

/** Null leaves out nothing. */
export interface Filter {
  kind: string | null;
  recordId: string | null;
  action: string | null;
  userId: string | null;
  clientId: string | null;
  homeOrgId: string | null;
  correlationId: string | null;
  from: Date | null;
  to: Date | null;
}

/** Divisions, by what lies in them, as SQL arrays; null for all, and then for what lies in none. */
export interface AuditSight {
  contacts: string[] | null;
  organizations: string[] | null;
  identifiers: string[] | null;
  sessions: string[] | null;
  segments: string[] | null;
  others: string[] | null;
}

/** @param before a position, or null for the newest; a page is read backwards from there */
export function listAudits(door: Door, orgId: string, filter: Filter, sight: AuditSight, before: number | null, size: number): Promise<ListedAudit[]> {
  // A text of its own, so that a plan for all values finds one record by its index.
  const which = filter.recordId === null ? anyRecord : oneRecord;
  return door.rows<ListedAudit>(
    sql`select x.position, x.kind, x.record_id, x.action, x.division_id, x.left_division_id, wire_date(x.at) as at, x.user_id, x.client_id, c.name as client_name,
      x.home_org_id, x.correlation_id, x.body, b.division_id as before_division_id, b.body as before, u.name as user_name, u.division_id as user_division_id
    from changes x
    left join lateral (select e.division_id, e.body from changes e
      where e.org_id = $1 and e.record_id = x.record_id and e.kind = x.kind and e.position < x.position order by e.position desc limit 1) b on true
    left join oauth_clients c on c.org_id = $1 and c.id = x.client_id
    left join users u on u.org_id = $1 and u.id = x.user_id
    where x.org_id = $1 and x.action <> 'progress' and ($2::text is null or x.kind = $2) and ${which} and ($4::text is null or x.action = $4)
      and ($5::uuid is null or x.user_id = $5) and ($6::uuid is null or x.client_id = $6) and ($7::uuid is null or x.home_org_id = $7)
      and ($8::uuid is null or x.correlation_id = $8) and ($9::timestamptz is null or x.at >= $9) and ($10::timestamptz is null or x.at < $10)
      and case
        when x.kind in ('contact', 'contactNote', 'conversation') then $11::uuid[] is null or x.division_id = any ($11) or x.left_division_id = any ($11)
        when x.kind in ('organization', 'organizationNote', 'relationship') then $12::uuid[] is null or x.division_id = any ($12) or x.left_division_id = any ($12)
        when x.kind in ('identifier', 'duplicate') then $13::uuid[] is null or x.division_id = any ($13) or x.left_division_id = any ($13)
        when x.kind = 'journeySession' then $17::uuid[] is null or x.division_id = any ($17) or x.left_division_id = any ($17)
        when x.kind = 'journeySegment' then $18::uuid[] is null or x.division_id = any ($18) or x.left_division_id = any ($18)
        else $14::uuid[] is null or x.division_id = any ($14) or x.left_division_id = any ($14) end
      and ($15::bigint is null or x.position < $15)
    order by x.position desc limit $16`,
    [
      orgId,
      filter.kind,
      filter.recordId,
      filter.action,
      filter.userId,
      filter.clientId,
      filter.homeOrgId,
      filter.correlationId,
      filter.from,
      filter.to,
      sight.contacts,
      sight.organizations,
      sight.identifiers,
      sight.others,
      before,
      size,
      sight.sessions,
      sight.segments,
    ],
  );
}

const anyRecord = sql`$3::uuid is null`;
const oneRecord = sql`x.record_id = $3`;
