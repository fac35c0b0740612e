// Statements on divisions.
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../../families/changes.ts';
import type { Listed, Slice } from '../../families/page.ts';
import type { Author } from '../../http/principal.ts';

const authzCounts = sql`json_build_object(
  'USER', (select count(*) from users u where u.org_id = $1 and u.division_id = d.id and u.state <> 'deleted'),
  'EXTERNAL_CONTACT', (select count(*) from contacts c where c.org_id = $1 and c.division_id = d.id),
  'EXTERNAL_ORGANIZATION', (select count(*) from external_organizations o where o.org_id = $1 and o.division_id = d.id))`;

/** The body of the division aliased d. $1 organization, $2 whether to count its records. */
const authzDivisionBody = sql`json_strip_nulls(json_build_object('id', d.id, 'name', d.name, 'description', coalesce(d.description, ''), 'homeDivision', d.home,
  'objectCounts', case when $2::boolean then ${authzCounts} end,
  'selfUri', '/api/v2/authorization/divisions/' || d.id))`;

export function divisionText(door: Door, orgId: string, id: string, counts: boolean): Promise<string | undefined> {
  return door.text(sql`select ${authzDivisionBody}::text from divisions d where d.org_id = $1 and d.id = $3`, [orgId, counts, id]);
}

export const divisionStep = (orgId: string, id: string): Step => [
  sql`select ${authzDivisionBody}::text as body from divisions d where d.org_id = $1 and d.id = $3`,
  [orgId, false, id],
];

/** Records what divisions are: after they were made or changed, before they are deleted. */
export const recordDivisions = (author: Author, action: Action, ids: readonly string[]): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, 'division', d.id, ${doneBy}, null, null, ${authzDivisionBody}
      from (select $4::text as action, $5::uuid[] as author) done, divisions d where d.org_id = $1 and d.id = any ($3::uuid[])`,
    [author.orgId, false, ids, action, authorValue(author)],
  ],
];

export async function homeDivision(door: Door, orgId: string): Promise<string> {
  const [row] = await door.rows<{ id: string }>(sql`select d.id from divisions d where d.org_id = $1 and d.home`, [orgId]);
  if (!row) throw new Error(`the organization ${orgId} has no home division`);
  return row.id;
}

export interface StoredDivision {
  id: string;
  home: boolean;
}

export function storedDivisions(door: Door, orgId: string, ids: readonly string[]): Promise<StoredDivision[]> {
  return door.rows<StoredDivision>(sql`select d.id, d.home from divisions d where d.org_id = $1 and d.id = any ($2::uuid[])`, [orgId, ids]);
}

export interface DivisionFilter {
  ids: readonly string[] | null | undefined;
  /** Part of the name, folded. */
  nameKey: string | undefined;
  counts: boolean;
}

const divisionListed = sql`($3::uuid[] is null or d.id = any ($3)) and ($4::text is null or strpos(d.name_key, $4) > 0)`;

export async function listDivisions(door: Door, orgId: string, filter: DivisionFilter, slice: Slice): Promise<Listed> {
  const [row] = await door.rows<Listed>(
    sql`select
      (select count(*) from divisions d where d.org_id = $1 and ${divisionListed})::int as total,
      (select coalesce(json_agg(page.body), '[]') from (
        select ${authzDivisionBody} as body from divisions d where d.org_id = $1 and ${divisionListed}
        order by d.name_key, d.id limit $5 offset $6) page)::text as entities`,
    [orgId, filter.counts, filter.ids ?? null, filter.nameKey ?? null, slice.size, slice.offset],
  );
  return row as Listed;
}

export async function countDivisions(door: Door, orgId: string): Promise<number> {
  const [row] = await door.rows<{ total: number }>(sql`select count(*)::int as total from divisions d where d.org_id = $1`, [orgId]);
  return row?.total ?? 0;
}

export interface DivisionFields {
  name: string;
  nameKey: string;
  description: string | undefined;
}

export const insertDivision = (orgId: string, id: string, fields: DivisionFields): Step => [
  sql`insert into divisions (org_id, id, name, name_key, description, created_at) values ($1, $2, $3, $4, $5, $6)`,
  [orgId, id, fields.name, fields.nameKey, fields.description, new Date()],
];

export const updateDivision = (orgId: string, id: string, fields: DivisionFields): Step => [
  sql`update divisions d set name = $3, name_key = $4, description = $5 where d.org_id = $1 and d.id = $2`,
  [orgId, id, fields.name, fields.nameKey, fields.description],
];

// Counted no further than needed to say that there are many. Identifiers lie in their owner's division, and are looked
// at last because no index finds them by it.
const divisionRecords = sql`(
  (select count(*) from (select 1 from contacts c where c.org_id = $1 and c.division_id = $2 limit 10001) counted)
  + (select count(*) from (select 1 from external_organizations o where o.org_id = $1 and o.division_id = $2 limit 10001) counted)
  + (select count(*) from (select 1 from notes n where n.org_id = $1 and n.division_id = $2 limit 10001) counted)
  + (select count(*) from (select 1 from relationships s where s.org_id = $1 and s.division_id = $2 limit 10001) counted)
  + (select count(*) from (select 1 from identifiers i where i.org_id = $1 and i.division_id = $2 limit 10001) counted))`;

/** How many records of the directory a division holds, and how many users and grants name it. */
export async function divisionContents(door: Door, orgId: string, id: string): Promise<{ records: number; naming: number }> {
  const [row] = await door.rows<{ records: number; naming: number }>(
    sql`select ${divisionRecords}::int as records,
      ((select count(*) from users u where u.org_id = $1 and u.division_id = $2 and u.state <> 'deleted')
        + (select count(*) from grants g where g.org_id = $1 and g.division_id = $2))::int as naming`,
    [orgId, id],
  );
  return row as { records: number; naming: number };
}

/** Users, deleted ones too, move home; grants go. Records that came in meanwhile end it. */
export const deleteDivisionSteps = (orgId: string, id: string): Step[] => [
  [
    sql`update users u set division_id = (select d.id from divisions d where d.org_id = $1 and d.home), version = u.version + 1 where u.org_id = $1 and u.division_id = $2`,
    [orgId, id],
  ],
  [sql`delete from grants g where g.org_id = $1 and g.division_id = $2`, [orgId, id]],
  [sql`delete from divisions d where d.org_id = $1 and d.id = $2`, [orgId, id]],
  [sql`select expect(${divisionRecords}, 0)`, [orgId, id]],
];
