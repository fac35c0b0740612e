// Statements on what users let clients do: authorizations with their codes, and refresh tokens.
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { limits } from '../../http/limits.ts';

export interface Authorization {
  id: string;
  user_id: string;
  client_id: string;
  client_org_id: string;
  target_org_id: string;
  scopes: string[];
  redirect_uri: string;
  challenge: string | null;
  /** The code has had its time. */
  late: boolean;
}

export interface NewAuthorization {
  id: string;
  userId: string;
  clientId: string;
  clientOrgId: string;
  targetOrgId: string;
  scopes: string[];
  redirectUri: string;
  codeHash: Buffer;
  challenge: string | undefined;
}

export const insertAuthorization = (orgId: string, made: NewAuthorization): Step => [
  sql`insert into authorizations (org_id, id, user_id, client_id, client_org_id, target_org_id, scopes, redirect_uri, code_hash, challenge, created_at, code_expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now(), now() + $11 * interval '1 second')`,
  [
    orgId,
    made.id,
    made.userId,
    made.clientId,
    made.clientOrgId,
    made.targetOrgId,
    JSON.stringify(made.scopes),
    made.redirectUri,
    made.codeHash,
    made.challenge,
    limits.codeLifeSeconds,
  ],
];

const facts = sql`a.id, a.user_id, a.client_id, a.client_org_id, a.target_org_id, a.scopes, a.redirect_uri, a.challenge, a.code_expires_at < now() as late`;

/** Uses up a code: of several who try, one gets its row. */
export async function useCode(door: Door, orgId: string, hash: Buffer): Promise<Authorization | undefined> {
  const [row] = await door.rows<Authorization>(
    sql`update authorizations a set code_used_at = now()
      where a.org_id = $1 and a.code_hash = $2 and a.code_used_at is null and a.revoked_at is null returning ${facts}`,
    [orgId, hash],
  );
  return row;
}

/** What a code was for that cannot be used any more. */
export async function authorizationOfCode(door: Door, orgId: string, hash: Buffer): Promise<Authorization | undefined> {
  const [row] = await door.rows<Authorization>(sql`select ${facts} from authorizations a where a.org_id = $1 and a.code_hash = $2`, [orgId, hash]);
  return row;
}

/** Uses up the client's refresh token: of several who try, one gets its row. */
export async function useRefreshToken(door: Door, orgId: string, hash: Buffer, clientId: string): Promise<Authorization | undefined> {
  const [row] = await door.rows<Authorization>(
    sql`update refresh_tokens r set used_at = now() from authorizations a
      where r.org_id = $1 and r.hash = $2 and r.used_at is null and r.expires_at > now()
        and a.org_id = $1 and a.id = r.authorization_id and a.client_id = $3 and a.revoked_at is null returning ${facts}`,
    [orgId, hash, clientId],
  );
  return row;
}

/** What a refresh token was for that this client cannot use, or not any more. */
export async function authorizationOfRefreshToken(door: Door, orgId: string, hash: Buffer): Promise<(Authorization & { used: boolean }) | undefined> {
  const [row] = await door.rows<Authorization & { used: boolean }>(
    sql`select ${facts}, r.used_at is not null as used from refresh_tokens r join authorizations a on a.org_id = $1 and a.id = r.authorization_id
      where r.org_id = $1 and r.hash = $2`,
    [orgId, hash],
  );
  return row;
}

export const insertRefreshToken = (orgId: string, hash: Buffer, authorizationId: string): Step => [
  sql`insert into refresh_tokens (org_id, hash, authorization_id, created_at, expires_at) values ($1, $2, $3, now(), now() + $4 * interval '1 second')`,
  [orgId, hash, authorizationId, limits.refreshTokenLifeSeconds],
];

export async function revokeAuthorization(door: Door, orgId: string, id: string): Promise<void> {
  await door.rows(sql`update authorizations a set revoked_at = now() where a.org_id = $1 and a.id = $2 and a.revoked_at is null`, [orgId, id]);
}

/** Waits for whoever is about to end it. */
export async function isRevoked(door: Door, orgId: string, id: string): Promise<boolean> {
  return (
    (await door.rows(sql`select 1 from authorizations a where a.org_id = $1 and a.id = $2 and a.revoked_at is null for share of a`, [orgId, id])).length === 0
  );
}

/** Ends what a user let clients do, and where he is signed in. The tokens are another matter: see ../tokens/store.ts. */
export const endSignIns = (orgId: string, userId: string): Step[] => [
  // In the order in which one comes of the other: whoever is about to make the next holds the one before, and is waited for.
  [sql`delete from sessions s where s.org_id = $1 and s.user_id = $2`, [orgId, userId]],
  [sql`delete from authorizations a where a.org_id = $1 and a.user_id = $2`, [orgId, userId]],
];

/** Ends what users let a client do. */
export const endAuthorizationsOfClient = (orgId: string, clientId: string): Step => [
  sql`delete from authorizations a where a.org_id = $1 and a.client_id = $2`,
  [orgId, clientId],
];

/** Codes are remembered for a while after they were used, and all that hangs on them for as long as a refresh token is good. */
export async function deleteOldAuthorizations(door: Door, orgId: string): Promise<void> {
  await door.rows(sql`delete from refresh_tokens r where r.org_id = $1 and r.expires_at < now()`, [orgId]);
  await door.rows(
    sql`delete from authorizations a where a.org_id = $1 and a.code_expires_at < now() - $2 * interval '1 second'
      and not exists (select 1 from refresh_tokens r where r.org_id = $1 and r.authorization_id = a.id)`,
    [orgId, limits.codeKeptSeconds],
  );
}
