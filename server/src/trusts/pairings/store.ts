// Statements on pairings. One is read by whoever knows its id, of whatever organization; it shows the one that made it.
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { authorValue, changeColumns, doneBy, holdStep } from '../../families/changes.ts';
import type { Author } from '../../http/principal.ts';

export interface NewPairing {
  id: string;
  userIds: string[];
  groupIds: string[];
  hours: number;
}

/** Makes and records it. The record has no id of its own: whoever reads audits could use it. */
export const insertPairing = (author: Author, { id, userIds, groupIds, hours }: NewPairing): Step[] => [
  [
    sql`insert into pairings (org_id, id, user_ids, group_ids, created_by, created_by_org_id, created_at, expires_at)
      values ($1, $2, $3::uuid[], $4::uuid[], $5, $6, now(), now() + $7 * interval '1 hour')`,
    [author.orgId, id, userIds, groupIds, author.userId, author.homeOrgId, hours],
  ],
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, 'pairing', $1, ${doneBy}, null, null, json_build_object('userIds', $2::uuid[], 'groupIds', $3::uuid[])
      from (select 'create' as action, $4::uuid[] as author) done`,
    [author.orgId, userIds, groupIds, authorValue(author)],
  ],
];

/** Records that somebody tried a pairing that is none, or is used up, or is their own. */
export const recordRefusedPairing = (author: Author, pairingId: string, reason: string): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, 'pairing', $2, ${doneBy}, null, null, json_build_object('reason', $3::text)
      from (select 'refuse' as action, $4::uuid[] as author) done`,
    [author.orgId, pairingId, reason, authorValue(author)],
  ],
];

export function pairingText(system: Door, id: string): Promise<string | undefined> {
  return system.text(
    sql`select json_strip_nulls(json_build_object('id', p.id, 'createdBy', wire_org_user(p.created_by_org_id, p.created_by), 'dateCreated', wire_date(p.created_at),
      'trustee', wire_organization(p.org_id),
      'users', (select coalesce(json_agg(wire_org_user(p.org_id, asked.id) order by asked.at), '[]') from unnest(p.user_ids) with ordinality asked (id, at)),
      'groups', (select coalesce(json_agg(wire_trust_group(p.org_id, asked.id) order by asked.at), '[]') from unnest(p.group_ids) with ordinality asked (id, at)),
      'selfUri', '/api/v2/orgauthorization/pairings/' || p.id))::text
    from pairings p where p.id = $1 and p.expires_at > now()`,
    [id],
  );
}

/** A pairing that may still be used. */
export async function openPairing(system: Door, id: string): Promise<{ org_id: string } | undefined> {
  const [row] = await system.rows<{ org_id: string }>(sql`select p.org_id from pairings p where p.id = $1 and p.expires_at > now() and p.used_at is null`, [
    id,
  ]);
  return row;
}

/** Ends the transaction where somebody else used it meanwhile. */
export const usePairing = (orgId: string, id: string): Step => [
  sql`with used as (update pairings p set used_at = now() where p.org_id = $1 and p.id = $2 and p.used_at is null and p.expires_at > now() returning p.id)
    select expect((select count(*) from used), 1)`,
  [orgId, id],
];

/** Used or not, its time is over. */
export async function deleteExpiredPairings(door: Door, orgId: string): Promise<void> {
  await door.rows(sql`delete from pairings p where p.org_id = $1 and p.expires_at < now()`, [orgId]);
}
