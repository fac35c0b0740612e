// Statements on grants: which subject holds which role in which division; the nil UUID stands for all divisions.
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { authorValue, changeColumns, doneBy, holdStep } from '../../families/changes.ts';
import type { Listed, Slice } from '../../families/page.ts';
import type { Author } from '../../http/principal.ts';
import type { Policy, Power } from '../policies.ts';

export type SubjectType = 'PC_USER' | 'PC_GROUP' | 'PC_OAUTH_CLIENT';

export interface Subject {
  id: string;
  name: string;
  type: SubjectType;
  version: number;
}

export interface Pair {
  roleId: string;
  divisionId: string;
}

const grantSubjects = sql`select u.id, u.name, 'PC_USER' as type, u.version from users u where u.org_id = $1 and u.id = any ($2::uuid[]) and u.state <> 'deleted'
  union all select s.id, s.name, 'PC_GROUP', s.version from groups s where s.org_id = $1 and s.id = any ($2::uuid[]) and s.state <> 'deleted'
  union all select c.id, c.name, 'PC_OAUTH_CLIENT', 1 from oauth_clients c where c.org_id = $1 and c.id = any ($2::uuid[])`;

export function findSubjects(door: Door, orgId: string, ids: readonly string[]): Promise<Subject[]> {
  return door.rows<Subject>(grantSubjects, [orgId, ids]);
}

// What the subjects $2 hold themselves, and as users by their groups.
const grantHeld = sql`(g.subject_id = any ($2::uuid[]) or g.subject_id in (
  select m.group_id from group_members m join groups s on s.org_id = $1 and s.id = m.group_id
  where m.org_id = $1 and m.user_id = any ($2::uuid[]) and s.state = 'active' and s.roles_enabled))`;

export interface HeldRole extends Power {
  roleId: string;
  name: string;
  policies: Policy[];
}

/** All that a subject may do, or several as one, with the names of the roles it comes from. */
export function subjectPowers(door: Door, orgId: string, subjectIds: string[]): Promise<HeldRole[]> {
  return door.rows<HeldRole>(
    sql`select g.division_id as "divisionId", r.id as "roleId", r.name, r.policies from grants g join roles r on r.org_id = $1 and r.id = g.role_id
    where g.org_id = $1 and ${grantHeld} order by r.name_key, r.id`,
    [orgId, subjectIds],
  );
}

export function directGrants(door: Door, orgId: string, subjectIds: readonly string[]): Promise<(Pair & { subjectId: string })[]> {
  return door.rows(
    sql`select g.subject_id as "subjectId", g.role_id as "roleId", g.division_id as "divisionId" from grants g where g.org_id = $1 and g.subject_id = any ($2::uuid[])`,
    [orgId, subjectIds],
  );
}

// A grant by a group stands beside the subject's own only where duplicates are asked for.
const grantsListed = sql`select json_build_object('subjectId', g.subject_id,
    'division', json_build_object('id', wire_division(g.division_id), 'name', coalesce(d.name, '*'), 'description', coalesce(d.description, ''),
      'homeDivision', coalesce(d.home, false), 'selfUri', '/api/v2/authorization/divisions/' || wire_division(g.division_id)),
    'role', json_build_object('id', r.id, 'name', r.name, 'description', coalesce(r.description, ''), 'default', r.default_role is not null,
      'policies', (select coalesce(json_agg(json_build_object('domain', p.policy -> 'domain', 'entityName', p.policy -> 'entityName', 'actions', p.policy -> 'actionSet')), '[]')
        from jsonb_array_elements(r.policies) p (policy)),
      'selfUri', '/api/v2/authorization/roles/' || r.id),
    'grantMadeAt', wire_date(g.granted_at)) as body,
    r.name_key, coalesce(d.name_key, '') as division_key,
    row_number() over (partition by g.role_id, g.division_id order by g.subject_id = any ($2) desc, g.subject_id) as copy
  from grants g join roles r on r.org_id = $1 and r.id = g.role_id
  left join divisions d on d.org_id = $1 and d.id = g.division_id
  where g.org_id = $1 and ${grantHeld} and ($3::uuid[] is null or g.division_id = any ($3))`;

/** The grants of a subject, or of several as one, as a JSON array, so far as they lie in the given divisions. */
export async function grantsText(door: Door, orgId: string, subjectIds: string[], divisions: string[] | null, duplicates: boolean): Promise<string> {
  const text = await door.text(
    sql`select coalesce(json_agg(listed.body order by listed.name_key, listed.division_key), '[]')::text from (${grantsListed}) listed where $4 or listed.copy = 1`,
    [orgId, subjectIds, divisions, duplicates],
  );
  return text as string;
}

const grantBody = sql`json_build_object('subjectId', g.subject_id, 'subjectType', g.subject_type, 'roleId', g.role_id, 'divisionId', wire_division(g.division_id))`;

/** Records the grants that there will be after insertGrants and are not there before it. They stand under their subject's id. */
export const recordNewGrants = (author: Author, subject: Pick<Subject, 'id' | 'type'>, pairs: readonly Pair[]): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, 'grant', g.subject_id, ${doneBy}, null, null, ${grantBody}
      from (select 'create' as action, $6::uuid[] as author) done,
        (select distinct $2::uuid as subject_id, $3::text as subject_type, pair.role_id, pair.division_id from unnest($4::uuid[], $5::uuid[]) pair (role_id, division_id)) g
      where not exists (select 1 from grants h where h.org_id = $1 and h.subject_id = g.subject_id and h.role_id = g.role_id and h.division_id = g.division_id)`,
    [author.orgId, subject.id, subject.type, pairs.map((pair) => pair.roleId), pairs.map((pair) => pair.divisionId), authorValue(author)],
  ],
];

/** Which grants go: those that are of every one of these. */
export interface Leaving {
  subjectId?: string;
  roleId?: string;
  divisionId?: string;
  pairs?: readonly Pair[];
}

/** Records grants before they are deleted, be it by themselves or with their subject, role or division. */
export const recordLostGrants = (author: Author, { subjectId, roleId, divisionId, pairs }: Leaving): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, 'grant', g.subject_id, ${doneBy}, null, null, ${grantBody}
      from (select 'delete' as action, $7::uuid[] as author) done, grants g
      where g.org_id = $1 and ($2::uuid is null or g.subject_id = $2) and ($3::uuid is null or g.role_id = $3) and ($4::uuid is null or g.division_id = $4)
        and ($5::uuid[] is null or (g.role_id, g.division_id) in (
          select pair.role_id, pair.division_id from unnest($5, $6::uuid[]) pair (role_id, division_id)))`,
    [author.orgId, subjectId, roleId, divisionId, pairs?.map((pair) => pair.roleId), pairs?.map((pair) => pair.divisionId), authorValue(author)],
  ],
];

export const insertGrants = (orgId: string, subject: Pick<Subject, 'id' | 'type'>, pairs: readonly Pair[]): Step => [
  sql`insert into grants (org_id, subject_id, subject_type, role_id, division_id, granted_at)
    select $1, $2, $3, pair.role_id, pair.division_id, $6 from unnest($4::uuid[], $5::uuid[]) pair (role_id, division_id)
    on conflict do nothing`,
  [orgId, subject.id, subject.type, pairs.map((pair) => pair.roleId), pairs.map((pair) => pair.divisionId), new Date()],
];

export const deleteGrants = (orgId: string, subjectId: string, pairs: readonly Pair[]): Step => [
  sql`delete from grants g using unnest($3::uuid[], $4::uuid[]) pair (role_id, division_id)
    where g.org_id = $1 and g.subject_id = $2 and g.role_id = pair.role_id and g.division_id = pair.division_id`,
  [orgId, subjectId, pairs.map((pair) => pair.roleId), pairs.map((pair) => pair.divisionId)],
];

export const deleteSubjectGrants = (orgId: string, subjectId: string): Step => [
  sql`delete from grants g where g.org_id = $1 and g.subject_id = $2`,
  [orgId, subjectId],
];

/** The users who hold a role directly, by reference. */
export async function usersOfRole(door: Door, orgId: string, roleId: string, divisions: string[] | null, slice: Slice): Promise<Listed> {
  const [row] = await door.rows<Listed>(
    sql`select
      (select count(*) from users u where u.org_id = $1 and ${roleUser})::int as total,
      (select coalesce(json_agg(page.body), '[]') from (
        select json_build_object('id', u.id, 'name', u.name, 'selfUri', '/api/v2/users/' || u.id) as body from users u
        where u.org_id = $1 and ${roleUser} order by u.name_key, u.id limit $4 offset $5) page)::text as entities`,
    [orgId, roleId, divisions, slice.size, slice.offset],
  );
  return row as Listed;
}

const roleUser = sql`u.id in (select g.subject_id from grants g where g.org_id = $1 and g.role_id = $2) and ($3::uuid[] is null or u.division_id = any ($3))`;

/** Whoever holds a role directly, each with the divisions. */
export async function subjectsOfRole(door: Door, orgId: string, roleId: string, divisions: string[] | null, slice: Slice): Promise<Listed> {
  const [row] = await door.rows<Listed>(
    sql`select
      (select count(distinct g.subject_id) from grants g where g.org_id = $1 and g.role_id = $2 and ($3::uuid[] is null or g.division_id = any ($3)))::int as total,
      (select coalesce(json_agg(page.body), '[]') from (
        select json_strip_nulls(json_build_object('id', g.subject_id, 'type', g.subject_type,
          'name', coalesce((select u.name from users u where u.org_id = $1 and u.id = g.subject_id), (select s.name from groups s where s.org_id = $1 and s.id = g.subject_id),
            (select c.name from oauth_clients c where c.org_id = $1 and c.id = g.subject_id)),
          'divisions', json_agg(json_build_object('id', wire_division(g.division_id),
            'name', coalesce((select d.name from divisions d where d.org_id = $1 and d.id = g.division_id), '*'),
            'selfUri', '/api/v2/authorization/divisions/' || wire_division(g.division_id))),
          'selfUri', '/api/v2/authorization/subjects/' || g.subject_id)) as body
        from grants g where g.org_id = $1 and g.role_id = $2 and ($3::uuid[] is null or g.division_id = any ($3))
        group by g.subject_id, g.subject_type order by g.subject_id limit $4 offset $5) page)::text as entities`,
    [orgId, roleId, divisions, slice.size, slice.offset],
  );
  return row as Listed;
}
