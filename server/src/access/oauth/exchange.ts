// Tokens for a code, and for a refresh token. Either is good once. Who brings one a second time may have stolen it, or had it
// stolen: then all that came of it ends (RFC 6749 §4.1.2, RFC 9700 §4.14.2).
import { hash, timingSafeEqual } from 'node:crypto';
import type { Database } from '../../db/database.ts';
import { isObjection } from '../../families/guarded.ts';
import { issueActingToken } from '../acting/issue.ts';
import type { RecordRefusal } from '../sign-in/record.ts';
import { digest, makeKey, organizationOf } from '../token.ts';
import type { Client } from './client.ts';
import { type Issued, requireActive, requireSecret } from './client-credentials.ts';
import { OAuthError } from './errors.ts';
import { type Ending, revoke } from './revoke.ts';
import { type Authorization, authorizationOfCode, authorizationOfRefreshToken, insertRefreshToken, isRevoked, useCode, useRefreshToken } from './store.ts';

export interface Exchanging extends Ending {
  refused: RecordRefusal;
}

/** A request at /oauth/token, as far as it is about somebody's authorization. */
export interface Asking {
  client: Client;
  /** Undefined or empty for a public client, which has none that it could keep. */
  secret: string | undefined;
  form: Record<string, string | undefined>;
  correlationId: string;
  address: string;
}

/** @throws OAuthError */
export async function exchangeCode(deps: Exchanging, asking: Asking): Promise<Issued> {
  const { client, secret, form } = asking;
  if (form.code === undefined) throw new OAuthError('invalid_request', 'code is required');
  if (form.redirect_uri === undefined) throw new OAuthError('invalid_request', 'redirect_uri is required');
  if (secret) requireSecret(client, secret);
  requireActive(client);
  const orgId = organizationOf(form.code);
  if (orgId === undefined) throw new OAuthError('invalid_grant', 'the code is not one of this server');
  const door = deps.database.tenant(orgId);
  const found = await useCode(door, orgId, digest(form.code));
  if (!found) {
    const used = await authorizationOfCode(door, orgId, digest(form.code));
    if (used) {
      await revoke(deps, orgId, used, asking.correlationId);
      await refuse(deps, orgId, used, asking, 'the code was used before');
    }
    throw new OAuthError('invalid_grant', 'the code is unknown or was used before');
  }
  const fault = faultOf(found, asking);
  if (fault !== undefined) {
    await refuse(deps, orgId, found, asking, fault);
    throw new OAuthError('invalid_grant', fault);
  }
  return issue(deps, orgId, found, asking, secret !== undefined && secret !== '');
}

/** What is wrong with a code that was good: it is used up all the same. */
function faultOf(found: Authorization, { client, secret, form }: Asking): string | undefined {
  if (found.client_id !== client.id) return 'the code was given to another client';
  if (found.late) return 'the code has expired';
  if (found.redirect_uri !== form.redirect_uri) return 'the redirect_uri is not the one that the code was sent to';
  if (found.challenge === null) {
    if (form.code_verifier !== undefined) return 'the code was asked for without a code_challenge';
    return secret ? undefined : 'the client has to authenticate';
  }
  return verifies(form.code_verifier, found.challenge) ? undefined : 'the code_verifier does not go with the code_challenge';
}

function verifies(verifier: string | undefined, challenge: string): boolean {
  if (verifier === undefined || !/^[\w.~-]{43,128}$/.test(verifier)) return false;
  return timingSafeEqual(Buffer.from(hash('sha256', verifier, 'base64url')), Buffer.from(challenge));
}

/** @throws OAuthError */
export async function refresh(deps: Exchanging, asking: Asking): Promise<Issued> {
  const { client, secret, form, correlationId } = asking;
  if (form.refresh_token === undefined) throw new OAuthError('invalid_request', 'refresh_token is required');
  requireSecret(client, secret ?? '');
  requireActive(client);
  const orgId = organizationOf(form.refresh_token);
  if (orgId === undefined) throw new OAuthError('invalid_grant', 'the refresh token is not one of this server');
  const door = deps.database.tenant(orgId);
  const found = await useRefreshToken(door, orgId, digest(form.refresh_token), client.id);
  if (!found) {
    const other = await authorizationOfRefreshToken(door, orgId, digest(form.refresh_token));
    if (other?.used && other.client_id === client.id) await revoke(deps, orgId, other, correlationId);
    if (other)
      await refuse(deps, orgId, other, asking, other.used ? 'the refresh token was used before' : 'the refresh token cannot be used by this client any more');
    throw new OAuthError('invalid_grant', 'the refresh token is unknown, has expired or was used before');
  }
  return issue(deps, orgId, found, asking, true);
}

/** @param orgId the organization of the user */
async function issue(deps: Exchanging, orgId: string, found: Authorization, asking: Asking, refreshable: boolean): Promise<Issued> {
  const { database } = deps;
  const { correlationId } = asking;
  const client = { orgId: found.client_org_id, id: found.client_id };
  const wish = { homeOrgId: orgId, userId: found.user_id, client, scopes: found.scopes, authorizationId: found.id, correlationId };
  const made = await issueActingToken(database, wish, found.target_org_id);
  if (!made) {
    await refuse(deps, orgId, found, asking, 'the user may not act there any more');
    throw new OAuthError('invalid_grant', 'the user or the client may not act there any more');
  }
  const next = refreshable ? makeKey(orgId) : undefined;
  if (next !== undefined) await insertRefresh(database, orgId, digest(next), found.id);
  // Somebody may have brought the same code or refresh token meanwhile.
  if (await isRevoked(database.tenant(orgId), orgId, found.id)) {
    await revoke(deps, orgId, found, correlationId);
    throw new OAuthError('invalid_grant', 'the authorization was revoked');
  }
  return { access_token: made.token, token_type: 'bearer', expires_in: made.lifeSeconds, ...(next === undefined ? {} : { refresh_token: next }) };
}

/** What it would hang on may have been deleted, with all that came of it: then `isRevoked` says so. */
async function insertRefresh(database: Database, orgId: string, hash: Buffer, authorizationId: string): Promise<void> {
  try {
    await database.tenant(orgId).flight([insertRefreshToken(orgId, hash, authorizationId)]);
  } catch (error) {
    if (!isObjection(error)) throw error;
  }
}

function refuse({ refused }: Exchanging, orgId: string, { user_id }: Authorization, { client, correlationId, address }: Asking, reason: string): Promise<void> {
  return refused('token', { orgId, clientId: client.id, userId: user_id, correlationId, reason, address });
}
