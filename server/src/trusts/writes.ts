// What is written of trusts: always in the trustor's organization, and so behind its own door.

import type { Pair, SubjectType } from '../access/index.ts';
import { addSteps, deleteSubjectGrants, recordLostGrants, removeUser } from '../access/index.ts';
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import { type Author, UNASSIGNED } from '../http/principal.ts';
import type { StoredTrust } from './store.ts';

export interface NewTrust {
  trusteeOrgId: string;
  enabled: boolean;
  expiresAt: Date | null;
  usesDefaultRole: boolean;
  hasFullAccess: boolean;
  isTrustedUser: boolean;
}

export const insertTrust = ({ orgId, homeOrgId, userId }: Author, trust: NewTrust): Step => [
  sql`insert into trusts (org_id, trustee_org_id, enabled, expires_at, uses_default_role, has_full_access, is_trusted_user, created_by, created_by_org_id, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now())`,
  [orgId, trust.trusteeOrgId, trust.enabled, trust.expiresAt, trust.usesDefaultRole, trust.hasFullAccess, trust.isTrustedUser, userId, homeOrgId],
];

export const updateTrust = (orgId: string, trusteeOrgId: string, enabled: boolean, expiresAt: Date | null): Step => [
  sql`update trusts t set enabled = $3, expires_at = $4 where t.org_id = $1 and t.trustee_org_id = $2`,
  [orgId, trusteeOrgId, enabled, expiresAt],
];

/** Records what a trust is: after it was made or changed, before it is deleted. It stands under the trustee's id. */
export const recordTrust = (author: Author, action: Action, trusteeOrgId: string): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, 'trust', t.trustee_org_id, ${doneBy}, null, null, json_strip_nulls(json_build_object(
        'trusteeOrganizationId', t.trustee_org_id, 'enabled', t.enabled, 'dateExpired', wire_date(t.expires_at),
        'usesDefaultRole', t.uses_default_role, 'hasFullAccess', t.has_full_access, 'isTrustedUser', t.is_trusted_user))
      from (select $3::text as action, $4::uuid[] as author) done, trusts t where t.org_id = $1 and t.trustee_org_id = $2`,
    [author.orgId, trusteeOrgId, action, authorValue(author)],
  ],
];

/** The trust, its members with their roles, and the native users that stand for some of them. */
export async function endTrust(door: Door, author: Author, trusteeOrgId: string): Promise<Step[]> {
  const { orgId } = author;
  const members = await door.rows<{ id: string }>(sql`select m.subject_id as id from trust_members m where m.org_id = $1 and m.trustee_org_id = $2`, [
    orgId,
    trusteeOrgId,
  ]);
  const clones = await door.rows<{ id: string }>(
    sql`select k.user_id as id from cloned_users k join users u on u.org_id = $1 and u.id = k.user_id and u.state <> 'deleted'
      where k.org_id = $1 and k.trustee_org_id = $2`,
    [orgId, trusteeOrgId],
  );
  const removed: Step[] = [];
  for (const { id } of clones) removed.push(...(await removeUser(door, author, id)));
  return [
    ...members.flatMap(({ id }) => [...recordLostGrants(author, { subjectId: id }), deleteSubjectGrants(orgId, id)]),
    ...removed,
    ...recordTrust(author, 'delete', trusteeOrgId),
    [sql`delete from trusts t where t.org_id = $1 and t.trustee_org_id = $2`, [orgId, trusteeOrgId]],
  ];
}

export interface NewMember {
  id: string;
  type: Exclude<SubjectType, 'PC_OAUTH_CLIENT'>;
  pairs: readonly Pair[];
}

export const addMember = (author: Author, trusteeOrgId: string, { id, type, pairs }: NewMember): Step[] => [
  [
    sql`insert into trust_members (org_id, trustee_org_id, subject_id, subject_type, created_by, created_by_org_id, created_at) values ($1, $2, $3, $4, $5, $6, now())`,
    [author.orgId, trusteeOrgId, id, type, author.userId, author.homeOrgId],
  ],
  ...addSteps(author, { id, type }, pairs),
  ...recordMember(author, 'create', trusteeOrgId, id),
];

export const removeMember = (author: Author, trusteeOrgId: string, id: string): Step[] => [
  ...recordMember(author, 'delete', trusteeOrgId, id),
  ...recordLostGrants(author, { subjectId: id }),
  deleteSubjectGrants(author.orgId, id),
  [sql`delete from trust_members m where m.org_id = $1 and m.trustee_org_id = $2 and m.subject_id = $3`, [author.orgId, trusteeOrgId, id]],
];

/** Records a member with its roles: after it was added or changed, before it is removed. */
export const recordMember = (author: Author, action: Action, trusteeOrgId: string, id: string): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, case m.subject_type when 'PC_USER' then 'trustUser' else 'trustGroup' end, m.subject_id, ${doneBy}, null, null,
        json_build_object('id', m.subject_id, 'trusteeOrganizationId', m.trustee_org_id, 'roles', (
          select coalesce(json_agg(json_build_object('roleId', g.role_id, 'divisionId', wire_division(g.division_id)) order by g.role_id, g.division_id), '[]')
          from grants g where g.org_id = $1 and g.subject_id = m.subject_id))
      from (select $4::text as action, $5::uuid[] as author) done, trust_members m where m.org_id = $1 and m.trustee_org_id = $2 and m.subject_id = $3`,
    [author.orgId, trusteeOrgId, id, action, authorValue(author)],
  ],
];

/** The roles that every new member of a trust gets, in all divisions. */
export async function defaultPairs(door: Door, orgId: string, trust: Pick<StoredTrust, 'uses_default_role' | 'has_full_access'>): Promise<Pair[]> {
  const keys = [...(trust.uses_default_role ? ['admin'] : []), ...(trust.has_full_access ? ['fullAccess'] : [])];
  if (keys.length === 0) return [];
  const roles = await door.rows<{ id: string }>(sql`select r.id from roles r where r.org_id = $1 and r.default_role = any ($2)`, [orgId, keys]);
  return roles.map(({ id }) => ({ roleId: id, divisionId: UNASSIGNED }));
}
