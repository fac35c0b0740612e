// Every statement on relationships: what a user of ours is to an external organization. A relationship lies in the
// division of its organization, and goes with it.
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import type { StoredRecord } from '../families/guarded.ts';
import { type Found, found, type Listed, type Slice } from '../families/page.ts';
import type { Scanned, ScanPlace } from '../families/scan.ts';
import { divisionExpanded } from '../families/wire.ts';
import type { Dependents, Removal, Written } from '../families/writes.ts';
import { limits } from '../http/limits.ts';
import type { Author } from '../http/principal.ts';

export interface RelationshipRow {
  id: string;
  /** The division the caller expects, if any: it must be the organization's. */
  division_id: string | null;
  user_id: string;
  external_organization_id: string;
  relationship: string;
  relationship_key: string;
  /** The version that an update expects; null for any. */
  version: number | null;
}

/** The body of the relationship aliased x: both sides by reference, since their names are for those who may see them. $1 organization, $2 fields to expand. */
export const relationshipBody = sql`json_strip_nulls(json_build_object(
  'id', x.id,
  'division', ${divisionExpanded},
  'user', json_build_object('id', x.user_id, 'selfUri', '/api/v2/users/' || x.user_id),
  'externalOrganization', json_build_object('id', x.external_organization_id, 'selfUri', '/api/v2/externalcontacts/organizations/' || x.external_organization_id),
  'relationship', x.relationship,
  'selfUri', '/api/v2/externalcontacts/relationships/' || x.id))`;

/** The relationships that are there and to be seen. */
export function relationshipBodies(door: Door, orgId: string, expand: readonly string[], divisions: string[] | null, ids: string[]): Promise<Written[]> {
  return door.rows(
    sql`select x.id, x.version, ${relationshipBody}::text as body from relationships x
      where x.org_id = $1 and x.id = any ($3::uuid[]) and ($4::uuid[] is null or x.division_id = any ($4))`,
    [orgId, expand, ids, divisions],
  );
}

export function storedRelationships(door: Door, orgId: string, ids: string[]): Promise<(StoredRecord & { id: string })[]> {
  return door.rows(sql`select k.id, k.division_id, k.version from relationships k where k.org_id = $1 and k.id = any ($2::uuid[])`, [orgId, ids]);
}

/** Guarded: ends the transaction unless each organization is there, in a division that may be written in. */
export function insertSteps(author: Author, rows: RelationshipRow[], divisions: string[] | null): Step[] {
  const { orgId } = author;
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
    ...recordSteps(author, 'create', rows),
  ];
}

/** Guarded: each relationship is there, of the version expected, may be written, and stays in the division it has. */
export function updateSteps(author: Author, rows: RelationshipRow[], divisions: string[] | null): Step[] {
  const { orgId } = author;
  const input = JSON.stringify(rows);
  return [
    [
      sql`select expect((select count(*) from (
          select k.id from relationships k join jsonb_to_recordset($2::jsonb) as r (id uuid, external_organization_id uuid, division_id uuid, version integer)
            on r.id = k.id and (r.division_id is null or r.division_id = k.division_id) and (r.version is null or r.version = k.version)
          join external_organizations o on o.org_id = $1 and o.id = r.external_organization_id and o.division_id = k.division_id
          where k.org_id = $1 and ($3::uuid[] is null or k.division_id = any ($3)) order by k.id for update of k for key share of o) there), $4)`,
      [orgId, input, divisions, rows.length],
    ],
    [
      sql`update relationships k set user_id = r.user_id, external_organization_id = r.external_organization_id, relationship = r.relationship,
          relationship_key = r.relationship_key, version = k.version + 1, modified_at = greatest(now(), k.modified_at)
        from jsonb_to_recordset($2::jsonb) as r (id uuid, user_id uuid, external_organization_id uuid, relationship text, relationship_key text)
        where k.org_id = $1 and k.id = r.id`,
      [orgId, input],
    ],
    ...recordSteps(author, 'update', rows),
  ];
}

export function deleteSteps(author: Author, removals: Removal[], divisions: string[] | null): Step[] {
  const { orgId } = author;
  const ids = removals.map(({ id }) => id);
  return [
    [
      sql`select expect((select count(*) from (
          select k.id from relationships k join jsonb_to_recordset($2::jsonb) as r (id uuid, version integer) on r.id = k.id and (r.version is null or r.version = k.version)
          where k.org_id = $1 and ($3::uuid[] is null or k.division_id = any ($3)) order by k.id for update of k) there), $4)`,
      [orgId, JSON.stringify(removals), divisions, ids.length],
    ],
    ...recordSteps(author, 'delete', removals),
    [sql`delete from relationships k where k.org_id = $1 and k.id = any ($2::uuid[]) returning k.id as record_id`, [orgId, ids]],
  ];
}

/** What goes with external organizations: the relationships to them. */
export const relationshipsOfOrganizations: Dependents = {
  goes: (author, organizationIds) => [
    holdStep(author.orgId),
    [
      sql`insert into changes (${changeColumns})
        select $1, 'relationship', x.id, ${doneBy}, x.division_id, x.version, ${relationshipBody}
        from (select 'delete' as action, $4::uuid[] as author) done, relationships x where x.org_id = $1 and x.external_organization_id = any ($3::uuid[]) order by x.id`,
      [author.orgId, [], organizationIds, authorValue(author)],
    ],
  ],
  moved: () => [],
};

/** The relationships to external organizations go over to another of their division. */
export function handOverRelationshipsSteps(author: Author, from: string[], to: string): Step[] {
  return [
    holdStep(author.orgId),
    // Held first, for what somebody writes between the next two would be missing from the change.
    [
      sql`select k.id from relationships k where k.org_id = $1 and k.external_organization_id = any ($2::uuid[]) order by k.id for no key update`,
      [author.orgId, from],
    ],
    [
      sql`insert into changes (${changeColumns})
        select $1, 'relationship', x.id, ${doneBy}, x.division_id, x.version, ${relationshipBody}
        from (select 'update' as action, $5::uuid[] as author) done, relationships k cross join lateral jsonb_populate_record(k, jsonb_build_object('external_organization_id', $4::uuid, 'version', k.version + 1, 'modified_at', now())) x
        where k.org_id = $1 and k.external_organization_id = any ($3::uuid[]) order by x.id`,
      [author.orgId, [], from, to, authorValue(author)],
    ],
    [
      sql`update relationships k set external_organization_id = $3, version = k.version + 1, modified_at = greatest(now(), k.modified_at)
        where k.org_id = $1 and k.external_organization_id = any ($2::uuid[])`,
      [author.orgId, from, to],
    ],
  ];
}

/** What the relationships are now, as changes; answers with their bodies. */
function recordSteps(author: Author, action: Action, rows: { id: string }[]): Step[] {
  return [
    holdStep(author.orgId),
    [
      sql`insert into changes as c (${changeColumns})
        select $1, 'relationship', x.id, ${doneBy}, x.division_id, x.version, ${relationshipBody}
        from (select $4::text as action, $5::uuid[] as author) done, unnest($3::uuid[]) with ordinality wanted (id, at) join relationships x on x.org_id = $1 and x.id = wanted.id order by wanted.at
        returning c.record_id, c.version, c.body::text as body`,
      [author.orgId, [], rows.map(({ id }) => id), action, authorValue(author)],
    ],
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

/** One page of a scan. */
export function scanRelationships(
  door: Door,
  orgId: string,
  divisions: string[] | null,
  expand: readonly string[],
  after: ScanPlace,
  size: number,
): Promise<Scanned[]> {
  const next = SCANS[after.modifiedAt === null ? 'byId' : 'byChange'];
  return door.rows(
    sql`select x.id, ${relationshipBody}::text as body, case when $6::timestamptz is not null then to_json(x.modified_at) end as "modifiedAt" from relationships x
      where x.org_id = $1 and ($4::uuid[] is null or x.division_id = any ($4)) and ${next} limit $5`,
    [orgId, expand, after.id, divisions, size, after.modifiedAt],
  );
}

const ORDERS = {
  createDate: { ascending: sql`k.created_at, k.id`, descending: sql`k.created_at desc, k.id desc` },
  relationship: { ascending: sql`k.relationship_key, k.id`, descending: sql`k.relationship_key desc, k.id desc` },
} as const;

// What stands behind a place: the moment $6 is null in the order of ids.
const SCANS = {
  byId: sql`x.id > $3 and $6::timestamptz is null order by x.id`,
  byChange: sql`(x.modified_at, x.id) > ($6::timestamptz, $3::uuid) order by x.modified_at, x.id`,
} as const;
