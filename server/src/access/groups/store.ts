// Statements on groups and their members.
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../../families/changes.ts';
import type { Listed, Slice } from '../../families/page.ts';
import type { Author } from '../../http/principal.ts';
import { userBody } from '../users/wire.ts';

/** The body of the group aliased s. $1 organization. */
const groupBody = sql`json_strip_nulls(json_build_object('id', s.id, 'name', s.name, 'description', s.description, 'dateModified', wire_date(s.modified_at),
  'memberCount', (select count(*) from group_members n where n.org_id = $1 and n.group_id = s.id),
  'state', s.state, 'version', s.version, 'type', s.type, 'addresses', '[]'::json, 'images', '[]'::json,
  'rulesVisible', s.rules_visible, 'visibility', s.visibility, 'rolesEnabled', s.roles_enabled, 'includeOwners', false,
  'selfUri', '/api/v2/groups/' || s.id))`;

export function groupText(door: Door, orgId: string, id: string): Promise<string | undefined> {
  return door.text(sql`select ${groupBody}::text from groups s where s.org_id = $1 and s.id = $2 and s.state <> 'deleted'`, [orgId, id]);
}

export const groupStep = (orgId: string, id: string): Step => [
  sql`select ${groupBody}::text as body from groups s where s.org_id = $1 and s.id = $2`,
  [orgId, id],
];

/** Records what groups are, with their members, who hold their roles: after they were made or changed, before they are deleted. */
export const recordGroups = (author: Author, action: Action, ids: readonly string[]): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, 'group', s.id, ${doneBy}, null, s.version,
        (${groupBody}::jsonb || jsonb_build_object('memberIds', array(
          select m.user_id from group_members m where m.org_id = $1 and m.group_id = s.id order by m.user_id)))::json
      from (select $3::text as action, $4::uuid[] as author) done, groups s where s.org_id = $1 and s.id = any ($2::uuid[])`,
    [author.orgId, ids, action, authorValue(author)],
  ],
];

export async function groupIdsOfUser(door: Door, orgId: string, userId: string): Promise<string[]> {
  const rows = await door.rows<{ group_id: string }>(sql`select m.group_id from group_members m where m.org_id = $1 and m.user_id = $2`, [orgId, userId]);
  return rows.map((row) => row.group_id);
}

/** The groups of a user as a JSON array. */
export function groupsOfUser(door: Door, orgId: string, userId: string): Promise<string | undefined> {
  return door.text(
    sql`select coalesce(json_agg(${groupBody} order by s.name_key, s.id), '[]')::text from groups s
      join group_members m on m.org_id = $1 and m.group_id = s.id and m.user_id = $2
    where s.org_id = $1 and s.state <> 'deleted'`,
    [orgId, userId],
  );
}

export interface StoredGroup {
  id: string;
  name: string;
  state: string;
  roles_enabled: boolean;
  version: number;
}

export async function storedGroup(door: Door, orgId: string, id: string): Promise<StoredGroup | undefined> {
  const [row] = await door.rows<StoredGroup>(
    sql`select s.id, s.name, s.state, s.roles_enabled, s.version from groups s where s.org_id = $1 and s.id = $2 and s.state <> 'deleted'`,
    [orgId, id],
  );
  return row;
}

const groupListed = sql`s.state <> 'deleted' and ($2::uuid[] is null or s.id = any ($2)) and ($6::text is null or strpos(s.name_key, $6) > 0)`;

export async function listGroups(
  door: Door,
  orgId: string,
  filter: { ids: string[] | undefined; descending: boolean; nameKey: string | undefined },
  slice: Slice,
): Promise<Listed> {
  const [row] = await door.rows<Listed>(
    sql`select
      (select count(*) from groups s where s.org_id = $1 and ${groupListed})::int as total,
      (select coalesce(json_agg(page.body), '[]') from (
        select ${groupBody} as body from groups s where s.org_id = $1 and ${groupListed}
        order by case when $3 then s.name_key end desc, s.name_key, s.id limit $4 offset $5) page)::text as entities`,
    [orgId, filter.ids ?? null, filter.descending, slice.size, slice.offset, filter.nameKey ?? null],
  );
  return row as Listed;
}

const groupMember = sql`u.id in (select m.user_id from group_members m where m.org_id = $1 and m.group_id = $2) and ($3::uuid[] is null or u.division_id = any ($3))`;

export async function listMembers(
  door: Door,
  orgId: string,
  groupId: string,
  filter: { divisions: string[] | null; descending: boolean },
  slice: Slice,
): Promise<Listed> {
  const [row] = await door.rows<Listed>(
    sql`select
      (select count(*) from users u where u.org_id = $1 and ${groupMember})::int as total,
      (select coalesce(json_agg(page.body), '[]') from (
        select ${userBody} as body from users u where u.org_id = $1 and ${groupMember}
        order by case when $4 then u.name_key end desc, u.name_key, u.id limit $5 offset $6) page)::text as entities`,
    [orgId, groupId, filter.divisions, filter.descending, slice.size, slice.offset],
  );
  return row as Listed;
}

export interface NewGroup {
  id: string;
  name: string;
  nameKey: string;
  description: string | undefined;
  type: string;
  visibility: string;
  rulesVisible: boolean;
  rolesEnabled: boolean;
}

export const insertGroup = (orgId: string, group: NewGroup): Step => [
  sql`insert into groups (org_id, id, name, name_key, description, type, visibility, rules_visible, roles_enabled, created_at, modified_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)`,
  [orgId, group.id, group.name, group.nameKey, group.description, group.type, group.visibility, group.rulesVisible, group.rolesEnabled, new Date()],
];

/** What is undefined stays. */
export interface GroupChange {
  name: string | undefined;
  nameKey: string | undefined;
  description: string | undefined;
  visibility: string | undefined;
  rulesVisible: boolean | undefined;
  rolesEnabled: boolean | undefined;
  state: string | undefined;
}

export const updateGroup = (orgId: string, id: string, change: GroupChange): Step => [
  sql`update groups s set name = coalesce($3, s.name), name_key = coalesce($4, s.name_key), description = coalesce($5, s.description),
      visibility = coalesce($6, s.visibility), rules_visible = coalesce($7, s.rules_visible), roles_enabled = coalesce($8, s.roles_enabled),
      state = coalesce($9, s.state), version = s.version + 1, modified_at = $10
    where s.org_id = $1 and s.id = $2`,
  [orgId, id, change.name, change.nameKey, change.description, change.visibility, change.rulesVisible, change.rolesEnabled, change.state, new Date()],
];

const raiseGroup = sql`update groups s set version = s.version + 1, modified_at = $3 where s.org_id = $1 and s.id = $2`;

export const addMembers = (orgId: string, id: string, userIds: readonly string[]): Step[] => [
  [
    sql`insert into group_members (org_id, group_id, user_id) select $1, $2, added.user_id from unnest($3::uuid[]) added (user_id) on conflict do nothing`,
    [orgId, id, userIds],
  ],
  [raiseGroup, [orgId, id, new Date()]],
];

export const removeMembers = (orgId: string, id: string, userIds: readonly string[]): Step[] => [
  [sql`delete from group_members m where m.org_id = $1 and m.group_id = $2 and m.user_id = any ($3::uuid[])`, [orgId, id, userIds]],
  [raiseGroup, [orgId, id, new Date()]],
];

/** The row stays, because trusts may name it; its members and roles go. */
export const deleteGroupSteps = (orgId: string, id: string): Step[] => [
  [sql`update groups s set state = 'deleted', version = s.version + 1, modified_at = $3 where s.org_id = $1 and s.id = $2`, [orgId, id, new Date()]],
  [sql`delete from group_members m where m.org_id = $1 and m.group_id = $2`, [orgId, id]],
];
