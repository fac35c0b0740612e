// The one statement on audits between organizations: what users of trustees did in a trustor, and what became of its
// trusts with them.
import type { AuditRow } from '../../audits/index.ts';
import type { Door } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';

export interface TrustAuditRow extends AuditRow {
  user_name: string | null;
  /** The trustee that a change of a trust is about. */
  trustee_org_id: string | null;
}

export interface TrustAuditFilter {
  trustorOrgId: string;
  /** Null for all. */
  trusteeOrgIds: string[] | null;
  /** Who did it, or whom it was done to; null for everybody. */
  userIds: string[] | null;
  from: Date | null;
  to: Date | null;
}

// Two ways in, each by its own index; what an acting user did to a trust is found by the first.
const actedBy = sql`select a.position from changes a where a.org_id = $1 and a.home_org_id <> a.org_id and ($2::uuid[] is null or a.home_org_id = any ($2))
  and ($3::uuid[] is null or a.user_id = any ($3) or a.record_id = any ($3)) and ($4::timestamptz is null or a.at >= $4) and ($5::timestamptz is null or a.at < $5)`;
const ofTrusts = sql`select a.position from changes a where a.org_id = $1 and a.home_org_id = a.org_id and a.kind in ('trust', 'trustUser', 'trustGroup', 'clonedUser')
  and ($2::uuid[] is null or (a.body ->> 'trusteeOrganizationId')::uuid = any ($2))
  and ($3::uuid[] is null or a.user_id = any ($3) or a.record_id = any ($3)) and ($4::timestamptz is null or a.at >= $4) and ($5::timestamptz is null or a.at < $5)`;

/** @param newest whether the last so many, else the first */
export function trustAudits(system: Door, filter: TrustAuditFilter, newest: boolean, most: number): Promise<TrustAuditRow[]> {
  const which = newest ? lastOnes : firstOnes;
  return system.rows<TrustAuditRow>(
    sql`select x.position, x.kind, x.record_id, x.action, x.division_id, x.left_division_id, wire_date(x.at) as at, x.user_id, x.client_id, c.name as client_name,
      x.home_org_id, x.correlation_id, x.body, b.division_id as before_division_id, b.body as before, u.name as user_name,
      case when x.kind in ('trust', 'trustUser', 'trustGroup', 'clonedUser') then x.body ->> 'trusteeOrganizationId' end as trustee_org_id
    from changes x
    left join lateral (select e.division_id, e.body from changes e
      where e.org_id = $1 and e.record_id = x.record_id and e.kind = x.kind and e.position < x.position order by e.position desc limit 1) b on true
    left join users u on u.org_id = x.home_org_id and u.id = x.user_id
    left join lateral (select k.name from oauth_clients k where k.org_id in ($1, x.home_org_id) and k.id = x.client_id limit 1) c on true
    where x.org_id = $1 and x.position in (${which})
    order by x.position`,
    [filter.trustorOrgId, filter.trusteeOrgIds, filter.userIds, filter.from, filter.to, most],
  );
}

const lastOnes = sql`select found.position from (
  (${actedBy} order by a.position desc limit $6) union all (${ofTrusts} order by a.position desc limit $6)) found order by found.position desc limit $6`;
const firstOnes = sql`select found.position from (
  (${actedBy} order by a.position limit $6) union all (${ofTrusts} order by a.position limit $6)) found order by found.position limit $6`;
