// Statements on roles.
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../../families/changes.ts';
import type { Listed, Slice } from '../../families/page.ts';
import type { Author } from '../../http/principal.ts';
import type { Policy } from '../policies.ts';

/** The body of the role aliased r. $1 organization, $2 whether to count the users to whom it is granted directly. */
const roleBody = sql`json_strip_nulls(json_build_object('id', r.id, 'name', r.name, 'description', r.description, 'defaultRoleId', r.default_role,
  'permissions', r.permissions, 'permissionPolicies', r.policies,
  'userCount', case when $2::boolean then (
    select count(distinct g.subject_id) from grants g where g.org_id = $1 and g.role_id = r.id and g.subject_type = 'PC_USER') end,
  'roleNeedsUpdate', false, 'default', r.default_role is not null, 'base', r.default_role is not null,
  'selfUri', '/api/v2/authorization/roles/' || r.id))`;

export function roleText(door: Door, orgId: string, id: string, count: boolean): Promise<string | undefined> {
  return door.text(sql`select ${roleBody}::text from roles r where r.org_id = $1 and r.id = $3`, [orgId, count, id]);
}

export const roleStep = (orgId: string, id: string): Step => [
  sql`select ${roleBody}::text as body from roles r where r.org_id = $1 and r.id = $3`,
  [orgId, true, id],
];

/** Records what roles are, without their users: after they were made or changed, before they are deleted. */
export const recordRoles = (author: Author, action: Action, ids: readonly string[]): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, 'role', r.id, ${doneBy}, null, r.version, ${roleBody}
      from (select $4::text as action, $5::uuid[] as author) done, roles r where r.org_id = $1 and r.id = any ($3::uuid[])`,
    [author.orgId, false, ids, action, authorValue(author)],
  ],
];

export interface StoredRole {
  id: string;
  name: string;
  description: string | null;
  default_role: string | null;
  policies: Policy[];
  permissions: string[];
}

export function storedRoles(door: Door, orgId: string, ids: readonly string[]): Promise<StoredRole[]> {
  return door.rows<StoredRole>(
    sql`select r.id, r.name, r.description, r.default_role, r.policies, r.permissions from roles r where r.org_id = $1 and r.id = any ($2::uuid[])`,
    [orgId, ids],
  );
}

export interface RoleFilter {
  ids: readonly string[] | undefined;
  /** Part of the name, folded. */
  nameKey: string | undefined;
  defaults: readonly string[] | undefined;
  /** All of which the role must grant. */
  permissions: readonly string[] | undefined;
  count: boolean;
}

const roleListed = sql`($3::uuid[] is null or r.id = any ($3)) and ($4::text is null or strpos(r.name_key, $4) > 0)
  and ($5::text[] is null or r.default_role = any ($5))
  and ($6::text[] is null or not exists (select 1 from unnest($6) asked (permission) where not exists (
    select 1 from jsonb_array_elements(r.policies) held (policy)
    where held.policy ->> 'domain' in ('*', split_part(asked.permission, ':', 1))
      and held.policy ->> 'entityName' in ('*', split_part(asked.permission, ':', 2))
      and held.policy -> 'actionSet' ?| array['*', split_part(asked.permission, ':', 3)])))`;

export async function listRoles(door: Door, orgId: string, filter: RoleFilter, slice: Slice): Promise<Listed> {
  const [row] = await door.rows<Listed>(
    sql`select
      (select count(*) from roles r where r.org_id = $1 and ${roleListed})::int as total,
      (select coalesce(json_agg(page.body), '[]') from (
        select ${roleBody} as body from roles r where r.org_id = $1 and ${roleListed}
        order by r.name_key, r.id limit $7 offset $8) page)::text as entities`,
    [orgId, filter.count, filter.ids ?? null, filter.nameKey ?? null, filter.defaults ?? null, filter.permissions ?? null, slice.size, slice.offset],
  );
  return row as Listed;
}

/** The roles of subjects, also by their groups, as a JSON array. */
export function rolesOfSubjects(door: Door, orgId: string, subjectIds: string[]): Promise<string | undefined> {
  return door.text(
    sql`select coalesce(json_agg(${roleBody} order by r.name_key), '[]')::text from roles r
    where r.org_id = $1 and r.id in (select g.role_id from grants g where g.org_id = $1 and (g.subject_id = any ($3::uuid[]) or g.subject_id in (
      select m.group_id from group_members m join groups s on s.org_id = $1 and s.id = m.group_id
      where m.org_id = $1 and m.user_id = any ($3::uuid[]) and s.state = 'active' and s.roles_enabled)))`,
    [orgId, false, subjectIds],
  );
}

/** The divisions in which a role is granted to anybody. */
export async function divisionsOfRole(door: Door, orgId: string, id: string): Promise<string[]> {
  const rows = await door.rows<{ division_id: string }>(sql`select distinct g.division_id from grants g where g.org_id = $1 and g.role_id = $2`, [orgId, id]);
  return rows.map((row) => row.division_id);
}

export interface RoleFields {
  name: string;
  nameKey: string;
  description: string | undefined;
  policies: readonly Policy[];
  permissions: readonly string[];
}

export const insertRole = (orgId: string, id: string, fields: RoleFields): Step => [
  sql`insert into roles (org_id, id, name, name_key, description, policies, permissions, created_at, modified_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
  [orgId, id, fields.name, fields.nameKey, fields.description, JSON.stringify(fields.policies), JSON.stringify(fields.permissions), new Date()],
];

export const updateRole = (orgId: string, id: string, fields: RoleFields): Step => [
  sql`update roles r set name = $3, name_key = $4, description = $5, policies = $6, permissions = $7, version = r.version + 1, modified_at = $8
    where r.org_id = $1 and r.id = $2`,
  [orgId, id, fields.name, fields.nameKey, fields.description, JSON.stringify(fields.policies), JSON.stringify(fields.permissions), new Date()],
];

/** Its grants go with it. */
export const deleteRole = (orgId: string, id: string): Step => [sql`delete from roles r where r.org_id = $1 and r.id = $2`, [orgId, id]];
