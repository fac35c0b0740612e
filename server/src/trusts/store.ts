// Trusts as both sides see them. Through the system door, because the answers show the other organization; each
// statement names the organizations whose trusts it reads.
import type { Door } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { Listed, Slice } from '../families/page.ts';

export interface StoredTrust {
  trustee_org_id: string;
  enabled: boolean;
  uses_default_role: boolean;
  has_full_access: boolean;
}

export async function storedTrust(system: Door, trustorOrgId: string, trusteeOrgId: string): Promise<StoredTrust | undefined> {
  const [row] = await storedTrusts(system, trustorOrgId, [trusteeOrgId]);
  return row;
}

export function storedTrusts(system: Door, trustorOrgId: string, trusteeOrgIds: readonly string[]): Promise<StoredTrust[]> {
  return system.rows<StoredTrust>(
    sql`select t.trustee_org_id, t.enabled, t.uses_default_role, t.has_full_access from trusts t
      where t.org_id = $1 and t.trustee_org_id = any ($2::uuid[]) order by t.trustee_org_id`,
    [trustorOrgId, trusteeOrgIds],
  );
}

const trusteeBody = sql`json_strip_nulls(json_build_object('id', t.trustee_org_id, 'enabled', t.enabled, 'usesDefaultRole', t.uses_default_role,
  'hasFullAccess', t.has_full_access, 'isTrustedUser', t.is_trusted_user, 'dateCreated', wire_date(t.created_at), 'dateExpired', wire_date(t.expires_at),
  'createdBy', wire_org_user(t.created_by_org_id, t.created_by), 'organization', wire_organization(t.trustee_org_id),
  'selfUri', '/api/v2/orgauthorization/trustees/' || t.trustee_org_id))`;

export function trusteeText(system: Door, trustorOrgId: string, trusteeOrgId: string): Promise<string | undefined> {
  return system.text(sql`select ${trusteeBody}::text from trusts t where t.org_id = $1 and t.trustee_org_id = $2`, [trustorOrgId, trusteeOrgId]);
}

/** @param only some trustees; undefined for all */
export async function listTrustees(system: Door, trustorOrgId: string, only: readonly string[] | undefined, slice: Slice): Promise<Listed> {
  const [row] = await system.rows<Listed>(
    sql`select
      (select count(*) from trusts t where t.org_id = $1 and ($2::uuid[] is null or t.trustee_org_id = any ($2)))::int as total,
      (select coalesce(json_agg(page.body), '[]') from (
        select ${trusteeBody} as body from trusts t join organizations o on o.id = t.trustee_org_id
        where t.org_id = $1 and ($2::uuid[] is null or t.trustee_org_id = any ($2)) order by lower(o.name), o.id limit $3 offset $4) page)::text as entities`,
    [trustorOrgId, only, slice.size, slice.offset],
  );
  return row as Listed;
}

export interface TrustorRow {
  id: string;
  body: string;
}

/** Which of the organizations that trust the trustee. */
export interface TrustorFilter {
  ids?: readonly string[];
  /** A user of the trustee whom they let in. */
  memberId?: string;
}

// $1 the trustee, $2 ids or null, $3 a member or null.
const trustorListed = sql`t.trustee_org_id = $1 and ($2::uuid[] is null or t.org_id = any ($2)) and ($3::uuid is null or exists (
  select 1 from trust_members m where m.org_id = t.org_id and m.trustee_org_id = $1 and (m.subject_id = $3 or m.subject_id in (
    select i.group_id from group_members i join groups s on s.org_id = $1 and s.id = i.group_id where i.org_id = $1 and i.user_id = $3 and s.state = 'active'))))`;

export function listTrustors(system: Door, trusteeOrgId: string, { ids, memberId }: TrustorFilter, slice: Slice): Promise<TrustorRow[]> {
  return system.rows<TrustorRow>(
    sql`select t.org_id as id, json_strip_nulls(json_build_object('id', t.org_id, 'enabled', t.enabled, 'dateCreated', wire_date(t.created_at),
        'createdBy', wire_org_user(t.created_by_org_id, t.created_by), 'organization', wire_organization(t.org_id),
        'selfUri', '/api/v2/orgauthorization/trustors/' || t.org_id))::text as body
      from trusts t join organizations o on o.id = t.org_id
      where ${trustorListed} order by lower(o.name), o.id limit $4 offset $5`,
    [trusteeOrgId, ids, memberId, slice.size, slice.offset],
  );
}

export async function countTrustors(system: Door, trusteeOrgId: string): Promise<number> {
  const [row] = await system.rows<{ total: number }>(sql`select count(*)::int as total from trusts t where t.trustee_org_id = $1`, [trusteeOrgId]);
  return row?.total ?? 0;
}

/** Those of the organizations that trust the trustee at present. */
export async function presentTrustors(system: Door, trusteeOrgId: string, trustorOrgIds: readonly string[]): Promise<string[]> {
  const rows = await system.rows<{ id: string }>(
    sql`select t.org_id as id from trusts t
      where t.trustee_org_id = $1 and t.org_id = any ($2::uuid[]) and (t.expires_at is null or t.expires_at > now())`,
    [trusteeOrgId, trustorOrgIds],
  );
  return rows.map((row) => row.id);
}

/** Those that are there, in the order given. */
export async function existingOrganizations(system: Door, ids: readonly string[]): Promise<string[]> {
  const rows = await system.rows<{ id: string }>(
    sql`select o.id from unnest($1::uuid[]) with ordinality asked (id, at) join organizations o on o.id = asked.id and o.state = 'active' order by asked.at`,
    [ids],
  );
  return rows.map((row) => row.id);
}
