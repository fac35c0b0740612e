// Who acts where no request does: work that goes on after its request, and must stop when whoever asked for it may not any
// more. So it is asked anew at each step, as a token would be.
import type { Door } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { Principal } from '../http/principal.ts';
import { principalOf } from './authenticate.ts';
import type { TokenRow } from './tokens/store.ts';

export interface Actor {
  clientId: string;
  userId: string | null;
  homeOrgId: string;
}

/** Whom the client, and the user if there is one, stand for by now; undefined where they may not act. */
export async function actorOf(door: Door, orgId: string, { clientId, userId, homeOrgId }: Actor): Promise<Principal | undefined> {
  const [row] = await door.rows<Omit<TokenRow, 'home_org_id' | 'expires_at'>>(
    sql`select c.id as client_id, c.name as client_name, u.id as user_id, c.rate_limit,
      o.word_prefix, o.signing_key, o.default_country_code, o.division_moves, o.identity_expiry_days, o.shared_identifiers,
      (select coalesce(json_agg(json_build_object('divisionId', g.division_id, 'policies', r.policies)), '[]')
        from grants g join roles r on r.org_id = $1 and r.id = g.role_id
        where g.org_id = $1 and (g.subject_id = coalesce(u.id, c.id) or g.subject_id in (
          select m.group_id from group_members m join groups s on s.org_id = $1 and s.id = m.group_id
          where m.org_id = $1 and m.user_id = u.id and s.state = 'active' and s.roles_enabled))) as powers
    from organizations o
    join oauth_clients c on c.org_id = $1 and c.id = $2 and c.state <> 'disabled'
    left join users u on u.org_id = $1 and u.id = $3 and u.state = 'active'
    where o.id = $1 and o.state = 'active' and ($3::uuid is null or u.id is not null)`,
    [orgId, clientId, userId],
  );
  return row && principalOf(orgId, Buffer.alloc(0), { ...row, home_org_id: homeOrgId, expires_at: new Date() });
}
