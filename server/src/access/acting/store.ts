// What a user may do in an organization that trusts his own. Asked through the system door, because it is decided by the
// rows of both organizations: the trustor's trust, members and grants, and the home's user and groups. Nothing of it is
// stored with the token, so that it is true at the moment of each request.
import type { Door } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import type { Power } from '../policies.ts';

export interface ActingAccess {
  expires_at: Date | null;
  /** Tokens from before count no more. */
  tokens_after: Date | null;
  /** Whose grants in the trustor are the user's: the user, groups of his home, his clone. */
  subjects: string[];
  /** The native user that he is in the trustor, if there is one. */
  clone_id: string | null;
  powers: Power[];
}

/** @returns undefined without access: no trust that is in force, organizations and user not all active, not a member */
export async function findAccess(system: Door, trustorOrgId: string, trusteeOrgId: string, userId: string): Promise<ActingAccess | undefined> {
  const [row] = await system.rows<ActingAccess>(
    sql`select t.expires_at, u.acting_tokens_after as tokens_after, clone.id as clone_id, array_remove(member.subjects || clone.id, null) as subjects,
      (select coalesce(json_agg(json_build_object('divisionId', g.division_id, 'policies', r.policies)), '[]')
        from grants g join roles r on r.org_id = $1 and r.id = g.role_id
        where g.org_id = $1 and (g.subject_id = any (member.subjects || clone.id) or g.subject_id in (
          select m.group_id from group_members m join groups s on s.org_id = $1 and s.id = m.group_id
          where m.org_id = $1 and m.user_id = clone.id and s.state = 'active' and s.roles_enabled))) as powers
    from trusts t
    join organizations o on o.id = $1 and o.state = 'active'
    join organizations h on h.id = $2 and h.state = 'active'
    join users u on u.org_id = $2 and u.id = $3 and u.state = 'active'
    cross join lateral (select array_agg(m.subject_id) as subjects from trust_members m
      where m.org_id = $1 and m.trustee_org_id = $2 and (m.subject_id = $3 or m.subject_id in (
        select i.group_id from group_members i join groups s on s.org_id = $2 and s.id = i.group_id
        where i.org_id = $2 and i.user_id = $3 and s.state = 'active'))) member
    left join lateral (select n.id from cloned_users k join users n on n.org_id = $1 and n.id = k.user_id and n.state = 'active'
      where k.org_id = $1 and k.trustee_org_id = $2 and k.trustee_user_id = $3) clone on true
    where t.org_id = $1 and t.trustee_org_id = $2 and t.enabled and (t.expires_at is null or t.expires_at > now()) and member.subjects is not null`,
    [trustorOrgId, trusteeOrgId, userId],
  );
  return row;
}

export interface ActingClient {
  name: string;
  grant_type: string;
  state: string;
  token_validity_seconds: number;
  scopes: string[];
  rate_limit: number | null;
}

/** The client that a token was made with, in its own organization; undefined where it is gone or disabled. */
export async function findClient(system: Door, orgId: string, clientId: string): Promise<ActingClient | undefined> {
  const [row] = await system.rows<ActingClient>(
    sql`select c.name, c.grant_type, c.state, c.token_validity_seconds, c.scopes, c.rate_limit from oauth_clients c
      join organizations o on o.id = $1 and o.state = 'active'
      where c.org_id = $1 and c.id = $2 and c.state <> 'disabled'`,
    [orgId, clientId],
  );
  return row;
}

/** TokenInfo of an acting token, which shows both organizations. */
export function actingTokenInfo(system: Door, trustorOrgId: string, homeOrgId: string, hash: Buffer): Promise<string | undefined> {
  return system.text(
    sql`select json_strip_nulls(json_build_object(
      'organization', json_build_object('id', o.id, 'name', o.name),
      'homeOrganization', json_build_object('id', h.id, 'name', h.name),
      'authorizedScope', t.scopes,
      'clonedUser', (select json_build_object('id', k.trustee_user_id, 'organization', json_build_object('id', h.id))
        from cloned_users k join users n on n.org_id = $1 and n.id = k.user_id and n.state = 'active'
        where k.org_id = $1 and k.trustee_org_id = $2 and k.trustee_user_id = t.user_id),
      'OAuthClient', json_build_object('id', c.id, 'name', c.name, 'authorizedGrantType', c.grant_type,
        'organization', json_build_object('id', p.id, 'name', p.name))))::text
    from tokens t join organizations o on o.id = $1 join organizations h on h.id = $2
    join oauth_clients c on c.org_id = coalesce(t.client_org_id, $1) and c.id = t.client_id join organizations p on p.id = c.org_id
    where t.org_id = $1 and t.home_org_id = $2 and t.hash = $3`,
    [trustorOrgId, homeOrgId, hash],
  );
}
