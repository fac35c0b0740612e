// Tokens of programs that ask for themselves, and how a client shows at /oauth/token that it is the one.
import { timingSafeEqual } from 'node:crypto';
import type { Database } from '../../db/database.ts';
import { digest, makeToken } from '../token.ts';
import { insertToken } from '../tokens/store.ts';
import { type Client, findOAuthClient } from './client.ts';
import { OAuthError } from './errors.ts';

export interface Issued {
  access_token: string;
  token_type: 'bearer';
  expires_in: number;
  refresh_token?: string;
}

/** A token of a client-credentials client. @throws OAuthError where the client may not have one */
export async function issueToken(database: Database, clientId: string, secret: string, secondsMax = Number.POSITIVE_INFINITY): Promise<Issued> {
  const client = await findOAuthClient(database, clientId);
  requireSecret(client, secret);
  if (client.grant_type.replace('-', '_') !== 'CLIENT_CREDENTIALS') throw new OAuthError('unauthorized_client', 'the client is not made for this grant type');
  requireActive(client);
  const orgId = client.orgId as string;
  const token = makeToken(orgId);
  const lifeSeconds = Math.min(client.token_validity_seconds, secondsMax);
  await database.tenant(orgId).flight([insertToken(orgId, { hash: digest(token), clientId: client.id, userId: null, scopes: [], lifeSeconds })]);
  return { access_token: token, token_type: 'bearer', expires_in: lifeSeconds };
}

export function requireSecret(client: Client, secret: string): void {
  if (!timingSafeEqual(digest(secret), client.secret_hash)) throw new OAuthError('invalid_client', 'authentication failed');
}

export function requireActive(client: Client): void {
  if (client.state !== 'active') throw new OAuthError('unauthorized_client', `the client is ${client.state}`);
}
