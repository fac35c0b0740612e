// Every statement on relationships: what a user of ours is to an external organization. A relationship lies in the
// division of its organization, and goes with it.
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Found, found, type Listed, type Slice } from '../families/page.ts';
import { divisionExpanded } from '../families/wire.ts';
import { limits } from '../http/limits.ts';

export interface RelationshipRow {
  id: string;
  /** The division the caller expects, if any: it must be the organization's. */
  division_id: string | null;
  user_id: string;
  external_organization_id: string;
  relationship: string;
  relationship_key: string;
}

/** The body of the relationship aliased x: both sides by reference, since their names are for those who may see them. $1 organization, $2 fields to expand. */
const relationshipBody = sql`json_strip_nulls(json_build_object(
  'id', x.id,
  'division', ${divisionExpanded},
  'user', json_build_object('id', x.user_id, 'selfUri', '/api/v2/users/' || x.user_id),
  'externalOrganization', json_build_object('id', x.external_organization_id, 'selfUri', '/api/v2/externalcontacts/organizations/' || x.external_organization_id),
  'relationship', x.relationship,
  'selfUri', '/api/v2/externalcontacts/relationships/' || x.id))`;

export function relationshipText(door: Door, orgId: string, expand: readonly string[], divisions: string[] | null, id: string): Promise<string | undefined> {
  return door.text(
    sql`select ${relationshipBody}::text from relationships x where x.org_id = $1 and x.id = $3 and ($4::uuid[] is null or x.division_id = any ($4))`,
    [orgId, expand, id, divisions],
  );
}

export function bodyStep(orgId: string, id: string): Step {
  return [sql`select ${relationshipBody}::text as body from relationships x where x.org_id = $1 and x.id = $3`, [orgId, [], id]];
}

export function storedRelationships(door: Door, orgId: string, ids: string[]): Promise<{ id: string; division_id: string }[]> {
  return door.rows(sql`select k.id, k.division_id from relationships k where k.org_id = $1 and k.id = any ($2::uuid[])`, [orgId, ids]);
}

/** Guarded: ends the transaction unless each organization is there, in a division that may be written in. */
export function insertSteps(orgId: string, rows: RelationshipRow[], divisions: string[] | null): Step[] {
  const input = JSON.stringify(rows);
  return [
    [
      sql`select expect((select count(*) from (
          select o.id from jsonb_to_recordset($2::jsonb) as r (external_organization_id uuid, division_id uuid)
          join external_organizations o on o.org_id = $1 and o.id = r.external_organization_id and (r.division_id is null or r.division_id = o.division_id)
            and ($3::uuid[] is null or o.division_id = any ($3)) order by o.id for key share of o) there), $4)`,
      [orgId, input, divisions, rows.length],
    ],
    [
      sql`insert into relationships as k (org_id, id, division_id, user_id, external_organization_id, relationship, relationship_key, created_at, modified_at)
        select $1, r.id, o.division_id, r.user_id, r.external_organization_id, r.relationship, r.relationship_key, now(), now()
        from jsonb_to_recordset($2::jsonb) as r (id uuid, user_id uuid, external_organization_id uuid, relationship text, relationship_key text)
        join external_organizations o on o.org_id = $1 and o.id = r.external_organization_id`,
      [orgId, input],
    ],
  ];
}

/** Guarded: each relationship is there, may be written, and stays in the division it has. */
export function updateSteps(orgId: string, rows: RelationshipRow[], divisions: string[] | null): Step[] {
  const input = JSON.stringify(rows);
  return [
    [
      sql`select expect((select count(*) from (
          select k.id from relationships k join jsonb_to_recordset($2::jsonb) as r (id uuid, external_organization_id uuid, division_id uuid)
            on r.id = k.id and (r.division_id is null or r.division_id = k.division_id)
          join external_organizations o on o.org_id = $1 and o.id = r.external_organization_id and o.division_id = k.division_id
          where k.org_id = $1 and ($3::uuid[] is null or k.division_id = any ($3)) order by k.id for update of k for key share of o) there), $4)`,
      [orgId, input, divisions, rows.length],
    ],
    [
      sql`update relationships k set user_id = r.user_id, external_organization_id = r.external_organization_id, relationship = r.relationship,
          relationship_key = r.relationship_key, modified_at = now()
        from jsonb_to_recordset($2::jsonb) as r (id uuid, user_id uuid, external_organization_id uuid, relationship text, relationship_key text)
        where k.org_id = $1 and k.id = r.id`,
      [orgId, input],
    ],
  ];
}

export function deleteSteps(orgId: string, ids: string[], divisions: string[] | null): Step[] {
  return [
    [
      sql`select expect((select count(*) from (
          select k.id from relationships k where k.org_id = $1 and k.id = any ($2::uuid[]) and ($3::uuid[] is null or k.division_id = any ($3))
          order by k.id for update) there), $4)`,
      [orgId, ids, divisions, ids.length],
    ],
    [sql`delete from relationships k where k.org_id = $1 and k.id = any ($2::uuid[])`, [orgId, ids]],
  ];
}

export const SORTS = ['createDate', 'relationship'] as const;
export type Sort = { by: (typeof SORTS)[number]; descending: boolean };

export async function organizationRelationships(
  door: Door,
  orgId: string,
  expand: readonly string[],
  organizationId: string,
  sort: Sort,
  slice: Slice,
): Promise<Found> {
  const order = ORDERS[sort.by][sort.descending ? 'descending' : 'ascending'];
  const [row] = await door.rows<Listed>(
    sql`select (select count(*)::int from (select from relationships k where k.org_id = $1 and k.external_organization_id = $3 limit $6) counted) as total,
      (select '[' || coalesce(string_agg(${relationshipBody}::text, ',' order by x.at), '') || ']' from (
        select k.*, row_number() over () as at from (select * from relationships k where k.org_id = $1 and k.external_organization_id = $3
          order by ${order} limit $4 offset $5) k) x) as entities`,
    [orgId, expand, organizationId, slice.size, slice.offset, limits.totalExactMax + 1],
  );
  return found(row);
}

export function scanRelationships(door: Door, orgId: string, divisions: string[] | null, after: string, size: number): Promise<{ id: string; body: string }[]> {
  return door.rows(
    sql`select x.id, ${relationshipBody}::text as body from relationships x
      where x.org_id = $1 and x.id > $3 and ($4::uuid[] is null or x.division_id = any ($4)) order by x.id limit $5`,
    [orgId, [], after, divisions, size],
  );
}

const ORDERS = {
  createDate: { ascending: sql`k.created_at, k.id`, descending: sql`k.created_at desc, k.id desc` },
  relationship: { ascending: sql`k.relationship_key, k.id`, descending: sql`k.relationship_key desc, k.id desc` },
} as const;
