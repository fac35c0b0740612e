// Members of trusts as they are shown: what they are at home, and how they came in. $1 the trustor, $2 the trustee.
import type { Door } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import type { Listed, Slice } from '../../families/page.ts';
import type { NewMember } from '../writes.ts';

type Type = NewMember['type'];
type Organizations = { trustorOrgId: string; trusteeOrgId: string };

const memberBody = sql`case m.subject_type
  when 'PC_USER' then wire_trust_user($2, m.subject_id) || jsonb_build_object('trustUserDetails', jsonb_strip_nulls(jsonb_build_object(
    'dateCreated', wire_date(m.created_at), 'createdBy', wire_org_user(m.created_by_org_id, m.created_by))))
  else wire_trust_group($2, m.subject_id) || jsonb_strip_nulls(jsonb_build_object(
    'dateCreated', wire_date(m.created_at), 'createdBy', wire_org_user(m.created_by_org_id, m.created_by))) end`;

export function memberText(system: Door, { trustorOrgId, trusteeOrgId }: Organizations, type: Type, id: string): Promise<string | undefined> {
  return system.text(
    sql`select (${memberBody})::text from trust_members m where m.org_id = $1 and m.trustee_org_id = $2 and m.subject_type = $3 and m.subject_id = $4`,
    [trustorOrgId, trusteeOrgId, type, id],
  );
}

export async function listMembers(system: Door, { trustorOrgId, trusteeOrgId }: Organizations, type: Type, slice: Slice): Promise<Listed> {
  const [row] = await system.rows<Listed>(
    sql`select
      (select count(*) from trust_members m where m.org_id = $1 and m.trustee_org_id = $2 and m.subject_type = $3)::int as total,
      (select coalesce(json_agg(page.body), '[]') from (
        select ${memberBody} as body from trust_members m
        left join users u on u.org_id = $2 and u.id = m.subject_id left join groups s on s.org_id = $2 and s.id = m.subject_id
        where m.org_id = $1 and m.trustee_org_id = $2 and m.subject_type = $3
        order by coalesce(u.name_key, s.name_key), m.subject_id limit $4 offset $5) page)::text as entities`,
    [trustorOrgId, trusteeOrgId, type, slice.size, slice.offset],
  );
  return row as Listed;
}

export async function memberIds(system: Door, { trustorOrgId, trusteeOrgId }: Organizations, type: Type): Promise<string[]> {
  const rows = await system.rows<{ id: string }>(
    sql`select m.subject_id as id from trust_members m where m.org_id = $1 and m.trustee_org_id = $2 and m.subject_type = $3`,
    [trustorOrgId, trusteeOrgId, type],
  );
  return rows.map((row) => row.id);
}
