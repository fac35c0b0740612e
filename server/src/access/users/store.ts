// Statements on users.
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../../families/changes.ts';
import type { Listed, Slice } from '../../families/page.ts';
import type { Author } from '../../http/principal.ts';
import { endSignIns } from '../oauth/store.ts';
import { userBody } from './wire.ts';

export interface StoredUser {
  id: string;
  division_id: string;
  name: string;
  email: string;
  state: 'active' | 'inactive' | 'deleted';
  version: number;
  /** Stands for a user of another organization, and is nobody to sign in as. */
  cloned: boolean;
}

export async function storedUser(door: Door, orgId: string, id: string): Promise<StoredUser | undefined> {
  const [row] = await storedUsers(door, orgId, [id]);
  return row;
}

export function storedUsers(door: Door, orgId: string, ids: readonly string[]): Promise<StoredUser[]> {
  return door.rows<StoredUser>(
    sql`select u.id, u.division_id, u.name, u.email, u.state, u.version,
        exists (select 1 from cloned_users k where k.org_id = $1 and k.user_id = u.id) as cloned
      from users u where u.org_id = $1 and u.id = any ($2::uuid[])`,
    [orgId, ids],
  );
}

/** Those who count: deleted ones move with the others, and nobody needs to know. */
export async function usersOfDivision(door: Door, orgId: string, divisionId: string): Promise<string[]> {
  const rows = await door.rows<{ id: string }>(sql`select u.id from users u where u.org_id = $1 and u.division_id = $2 and u.state <> 'deleted'`, [
    orgId,
    divisionId,
  ]);
  return rows.map((row) => row.id);
}

export function userText(door: Door, orgId: string, id: string): Promise<string | undefined> {
  return door.text(sql`select ${userBody}::text from users u where u.org_id = $1 and u.id = $2`, [orgId, id]);
}

export const userStep = (orgId: string, id: string): Step => [
  sql`select ${userBody}::text as body from users u where u.org_id = $1 and u.id = $2`,
  [orgId, id],
];

/** Records what users are: after they were made or changed, before they are deleted. */
export const recordUsers = (author: Author, action: Action, ids: readonly string[]): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, 'user', u.id, ${doneBy}, u.division_id, u.version, ${userBody}
      from (select $3::text as action, $4::uuid[] as author) done, users u where u.org_id = $1 and u.id = any ($2::uuid[])`,
    [author.orgId, ids, action, authorValue(author)],
  ],
];

export interface UserFilter {
  divisions: string[] | null;
  /** undefined for any */
  state: string | undefined;
  ids: string[] | undefined;
  descending: boolean;
}

const userListed = sql`($2::uuid[] is null or u.division_id = any ($2)) and ($3::text is null or u.state = $3) and ($4::uuid[] is null or u.id = any ($4))`;

export async function listUsers(door: Door, orgId: string, filter: UserFilter, slice: Slice): Promise<Listed> {
  const [row] = await door.rows<Listed>(
    sql`select
      (select count(*) from users u where u.org_id = $1 and ${userListed})::int as total,
      (select coalesce(json_agg(page.body), '[]') from (
        select ${userBody} as body from users u where u.org_id = $1 and ${userListed}
        order by case when $5 then u.name_key end desc, u.name_key, u.id limit $6 offset $7) page)::text as entities`,
    [orgId, filter.divisions, filter.state ?? null, filter.ids ?? null, filter.descending, slice.size, slice.offset],
  );
  return row as Listed;
}

/** One condition: any of the fields, any of the values, folded. */
export interface Criterion {
  fields: string[];
  values: string[];
  operator: 'AND' | 'OR' | 'NOT';
  compare: 'equal' | 'start' | 'contain';
}

// Every AND must hold and no NOT; where there are ORs, one of them must.
const userFound = sql`($2::uuid[] is null or u.division_id = any ($2)) and ($4 or u.state <> 'deleted') and (
  select coalesce(bool_and(hit.found = (asked.operator = 'AND')) filter (where asked.operator <> 'OR'), true)
    and coalesce(bool_or(hit.found) filter (where asked.operator = 'OR'), true)
  from jsonb_to_recordset($3::jsonb) asked (fields text[], values text[], operator text, compare text)
  cross join lateral (
    select exists (
      select 1 from unnest(asked.fields) field (name) cross join unnest(asked.values) wanted (value)
      cross join lateral (select case field.name when 'id' then u.id::text when 'name' then u.name_key when 'email' then u.email_key
        when 'username' then u.email_key when 'title' then lower(u.title) when 'department' then lower(u.department) else u.state end as held) stored
      where case asked.compare when 'equal' then stored.held = wanted.value when 'start' then starts_with(stored.held, wanted.value)
        else strpos(stored.held, wanted.value) > 0 end) as found) hit)`;

export async function searchUsers(
  door: Door,
  orgId: string,
  search: { divisions: string[] | null; criteria: Criterion[]; deleted: boolean; descending: boolean },
  slice: Slice,
): Promise<Listed> {
  const [row] = await door.rows<Listed>(
    sql`select
      (select count(*) from users u where u.org_id = $1 and ${userFound})::int as total,
      (select coalesce(json_agg(page.body), '[]') from (
        select ${userBody} as body from users u where u.org_id = $1 and ${userFound}
        order by case when $5 then u.name_key end desc, u.name_key, u.id limit $6 offset $7) page)::text as entities`,
    [orgId, search.divisions, JSON.stringify(search.criteria), search.deleted, search.descending, slice.size, slice.offset],
  );
  return row as Listed;
}

export interface NewUser {
  id: string;
  divisionId: string;
  name: string;
  nameKey: string;
  email: string;
  title: string | undefined;
  department: string | undefined;
  state: string;
  passwordHash: string | undefined;
}

export const insertUser = (orgId: string, user: NewUser): Step => [
  sql`insert into users (org_id, id, division_id, name, name_key, email, email_key, title, department, state, password_hash, created_at, modified_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)`,
  [
    orgId,
    user.id,
    user.divisionId,
    user.name,
    user.nameKey,
    user.email,
    emailKey(user.email),
    user.title,
    user.department,
    user.state,
    user.passwordHash,
    new Date(),
  ],
];

/** What is undefined stays. */
export interface UserChange {
  name: string | undefined;
  nameKey: string | undefined;
  email: string | undefined;
  title: string | undefined;
  department: string | undefined;
  state: string | undefined;
}

export const updateUser = (orgId: string, id: string, change: UserChange): Step => [
  sql`update users u set name = coalesce($3, u.name), name_key = coalesce($4, u.name_key), email = coalesce($5, u.email), email_key = coalesce($6, u.email_key),
      title = coalesce($7, u.title), department = coalesce($8, u.department), state = coalesce($9, u.state), version = u.version + 1, modified_at = $10
    where u.org_id = $1 and u.id = $2`,
  [orgId, id, change.name, change.nameKey, change.email, change.email && emailKey(change.email), change.title, change.department, change.state, new Date()],
];

/** Undefined for who has none. */
export async function passwordHash(door: Door, orgId: string, id: string): Promise<string | undefined> {
  const [row] = await door.rows<{ password_hash: string | null }>(sql`select u.password_hash from users u where u.org_id = $1 and u.id = $2`, [orgId, id]);
  return row?.password_hash ?? undefined;
}

/** Ends the transaction where the password is another one by now. */
export const expectPassword = (orgId: string, id: string, passwordHash: string | undefined): Step => [
  sql`select expect((select count(*) from (select u.id from users u where u.org_id = $1 and u.id = $2 and u.password_hash = $3 for update of u) there), 1)`,
  [orgId, id, passwordHash ?? null],
];

export const setPassword = (orgId: string, id: string, passwordHash: string): Step => [
  sql`update users u set password_hash = $3, version = u.version + 1, modified_at = $4 where u.org_id = $1 and u.id = $2`,
  [orgId, id, passwordHash, new Date()],
];

export const moveUsers = (orgId: string, ids: readonly string[], divisionId: string): Step => [
  sql`update users u set division_id = $3, version = u.version + 1, modified_at = $4 where u.org_id = $1 and u.id = any ($2::uuid[]) and u.division_id <> $3`,
  [orgId, ids, divisionId, new Date()],
];

/** The row stays, because records say who wrote them; what the user could do goes. */
export const deleteUserSteps = (orgId: string, id: string): Step[] => [
  [
    sql`update users u set state = 'deleted', password_hash = null, acting_tokens_after = clock_timestamp(), version = u.version + 1, modified_at = $3 where u.org_id = $1 and u.id = $2`,
    [orgId, id, new Date()],
  ],
  ...endSignIns(orgId, id),
  [sql`delete from tokens t where t.org_id = $1 and t.user_id = $2`, [orgId, id]],
  [sql`delete from group_members m where m.org_id = $1 and m.user_id = $2`, [orgId, id]],
];

/** Mail addresses differ by more than case nowhere that matters. */
export const emailKey = (email: string): string => email.toLowerCase();
