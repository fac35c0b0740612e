// Who acts where no request does: work that goes on after its request, and must stop when whoever asked for it may not any
// more. So it is asked anew at each step, as a token would be.
import type { Database } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { Principal } from '../http/principal.ts';
import { principalOf } from './authenticate.ts';
import type { TokenRow } from './tokens/store.ts';

export interface Actor {
  clientId: string;
  userId: string | null;
  homeOrgId: string;
}

/**
 * Whom the client, and the user if there is one, stand for by now; undefined where they may not act. The client of a user of
 * another organization may be of either.
 */
export async function actorOf(database: Database, orgId: string, { clientId, userId, homeOrgId }: Actor): Promise<Principal | undefined> {
  const [row] = await database.tenant(orgId).rows<Omit<TokenRow, 'home_org_id' | 'scopes' | 'created_at' | 'expires_at'>>(
    sql`select $2::uuid as client_id, case when c.id is null then $4::uuid end as client_org_id, c.name as client_name, $3::uuid as user_id, c.rate_limit,
      o.short_name, o.word_prefix, o.signing_key, o.default_country_code, o.division_moves, o.identity_expiry_days, o.shared_identifiers,
      (select coalesce(json_agg(json_build_object('divisionId', g.division_id, 'policies', r.policies)), '[]')
        from grants g join roles r on r.org_id = $1 and r.id = g.role_id
        where g.org_id = $1 and (g.subject_id = coalesce(u.id, c.id) or g.subject_id in (
          select m.group_id from group_members m join groups s on s.org_id = $1 and s.id = m.group_id
          where m.org_id = $1 and m.user_id = u.id and s.state = 'active' and s.roles_enabled))) as powers
    from organizations o
    left join oauth_clients c on c.org_id = $1 and c.id = $2
    left join users u on u.org_id = $1 and u.id = $3 and u.state = 'active'
    where o.id = $1 and o.state = 'active' and ($4 <> $1 or (c.state <> 'disabled' and ($3::uuid is null or u.id is not null)))`,
    [orgId, clientId, userId, homeOrgId],
  );
  // No token's time or scopes count here: what was asked for with it goes on when it has expired.
  const now = new Date();
  return row && principalOf(database, orgId, Buffer.alloc(0), { ...row, home_org_id: homeOrgId, scopes: [], created_at: now, expires_at: now });
}
