// Statements on cloned users: native users of a trustor that stand for users of a trustee.
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../../families/changes.ts';
import type { Author } from '../../http/principal.ts';

/** $1 the trustor. The path is the trustee's, which alone can read a single one. */
const cloneBody = sql`json_build_object('id', u.id, 'name', u.name,
  'trustor', json_build_object('id', o.id, 'name', o.name, 'selfUri', '/api/v2/organizations/' || o.id),
  'selfUri', '/api/v2/orgauthorization/trustors/' || o.id || '/clonedusers/' || k.trustee_user_id)`;

export interface CloneRow {
  id: string;
  division_id: string;
  trustee_user_id: string;
  body: string;
}

/** By name; those in the given divisions, or everywhere. */
export function clonesOf(door: Door, trustorOrgId: string, trusteeOrgId: string, divisions: string[] | null): Promise<CloneRow[]> {
  return door.rows<CloneRow>(
    sql`select u.id, u.division_id, k.trustee_user_id, ${cloneBody}::text as body
      from cloned_users k join users u on u.org_id = $1 and u.id = k.user_id and u.state <> 'deleted' join organizations o on o.id = $1
      where k.org_id = $1 and k.trustee_org_id = $2 and ($3::uuid[] is null or u.division_id = any ($3)) order by u.name_key, u.id`,
    [trustorOrgId, trusteeOrgId, divisions],
  );
}

/** All that an organization has, of all its trustees. */
export async function countClones(door: Door, trustorOrgId: string): Promise<number> {
  const [row] = await door.rows<{ total: number }>(
    sql`select count(*)::int as total from cloned_users k join users u on u.org_id = $1 and u.id = k.user_id and u.state <> 'deleted' where k.org_id = $1`,
    [trustorOrgId],
  );
  return row?.total ?? 0;
}

export const insertClone = (orgId: string, trusteeOrgId: string, trusteeUserId: string, userId: string): Step => [
  sql`insert into cloned_users (org_id, trustee_org_id, trustee_user_id, user_id, created_at) values ($1, $2, $3, $4, now())
    on conflict (org_id, trustee_org_id, trustee_user_id) do update set user_id = excluded.user_id, created_at = excluded.created_at`,
  [orgId, trusteeOrgId, trusteeUserId, userId],
];

/** It stands under the native user's id. */
export const recordClone = (author: Author, action: Action, trusteeOrgId: string, trusteeUserId: string): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, 'clonedUser', k.user_id, ${doneBy}, null, null,
        json_build_object('id', k.user_id, 'trusteeOrganizationId', k.trustee_org_id, 'trusteeUserId', k.trustee_user_id)
      from (select $4::text as action, $5::uuid[] as author) done, cloned_users k where k.org_id = $1 and k.trustee_org_id = $2 and k.trustee_user_id = $3`,
    [author.orgId, trusteeOrgId, trusteeUserId, action, authorValue(author)],
  ],
];

export const deleteClone = (orgId: string, trusteeOrgId: string, trusteeUserId: string): Step => [
  sql`delete from cloned_users k where k.org_id = $1 and k.trustee_org_id = $2 and k.trustee_user_id = $3`,
  [orgId, trusteeOrgId, trusteeUserId],
];
