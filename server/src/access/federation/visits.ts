// Statements on browsers that are at a provider, each of which comes back once. What they have to bring back is kept as
// hashes; what they do not see is kept in the clear.
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { limits } from '../../http/limits.ts';
import type { ActiveProvider } from './store.ts';

export interface Visit {
  nonce: string;
  verifier: string;
  return_to: string;
}

export const insertVisit = (orgId: string, hash: Buffer, browserHash: Buffer, provider: Pick<ActiveProvider, 'id' | 'version'>, visit: Visit): Step => [
  sql`insert into provider_visits (org_id, hash, browser_hash, provider_id, provider_version, nonce, verifier, return_to, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, now() + $9 * interval '1 second')`,
  [orgId, hash, browserHash, provider.id, provider.version, visit.nonce, visit.verifier, visit.return_to, limits.providerVisitSeconds],
];

/** Ends a visit of this browser to this provider as it still is; nothing where there is none, or no more. */
export async function takeVisit(
  door: Door,
  orgId: string,
  hash: Buffer,
  browserHash: Buffer,
  provider: Pick<ActiveProvider, 'id' | 'version'>,
): Promise<Visit | undefined> {
  const [row] = await door.rows<Visit>(
    sql`delete from provider_visits v where v.org_id = $1 and v.hash = $2 and v.browser_hash = $3 and v.provider_id = $4 and v.provider_version = $5
      and v.expires_at > now() returning v.nonce, v.verifier, v.return_to`,
    [orgId, hash, browserHash, provider.id, provider.version],
  );
  return row;
}

export async function deleteExpiredVisits(door: Door, orgId: string): Promise<void> {
  await door.rows(sql`delete from provider_visits v where v.org_id = $1 and v.expires_at < now()`, [orgId]);
}
