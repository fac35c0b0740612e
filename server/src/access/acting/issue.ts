// Tokens of users, for their own organization or for one that trusts it. Whoever asks has made sure who the user is.
import type { Database } from '../../db/database.ts';
import type { Author } from '../../http/principal.ts';
import { digest, makeToken } from '../token.ts';
import { insertToken, recordTokens } from '../tokens/store.ts';
import { storedUser } from '../users/store.ts';
import { type ActingClient, findAccess, findClient } from './store.ts';

export interface Wish {
  /** The organization that the user is of. */
  homeOrgId: string;
  userId: string;
  client: { orgId: string; id: string };
  /** By default all that the client may have by now; never more. */
  scopes?: string[];
  /** By default what the client's tokens live. */
  lifeSeconds?: number;
  /** What the token is got for, and ends with. */
  authorizationId?: string;
  correlationId: string;
}

export interface UserToken {
  token: string;
  lifeSeconds: number;
}

/** @returns undefined where the user or the client may not act, and for a clone: nobody is one at home */
export async function issueUserToken(database: Database, wish: Wish): Promise<UserToken | undefined> {
  const { homeOrgId, userId } = wish;
  const client = wish.client.orgId === homeOrgId ? await activeClient(database, wish) : undefined;
  const user = await storedUser(database.tenant(homeOrgId), homeOrgId, userId);
  if (client === undefined || user?.state !== 'active' || user.cloned) return undefined;
  return issue(database, homeOrgId, wish, client);
}

/**
 * A token by which the user acts in another organization, the target. It carries no powers of its own: what it may do is
 * what the trust gives the user at the moment of each request.
 * @returns undefined without a trust in force that has the user as a member, and for a client that is of neither organization
 */
export async function issueActingToken(database: Database, wish: Wish, targetOrgId: string): Promise<UserToken | undefined> {
  if (targetOrgId === wish.homeOrgId) return issueUserToken(database, wish);
  const known = [wish.homeOrgId, targetOrgId].includes(wish.client.orgId);
  const client = known ? await activeClient(database, wish) : undefined;
  const access = await findAccess(database.system, targetOrgId, wish.homeOrgId, wish.userId);
  if (client === undefined || access === undefined) return undefined;
  return issue(database, targetOrgId, wish, client);
}

async function activeClient(database: Database, { client }: Wish) {
  const found = await findClient(database.system, client.orgId, client.id);
  return found?.state === 'active' ? found : undefined;
}

/** Recorded in the organization that the token is for, which sees who came in, from where. */
async function issue(database: Database, orgId: string, wish: Wish, client: ActingClient): Promise<UserToken | undefined> {
  const { homeOrgId, userId, authorizationId, correlationId, lifeSeconds = client.token_validity_seconds } = wish;
  const scopes = scopesWithin(client.scopes, wish.scopes ?? []);
  if (scopes === undefined) return undefined;
  const token = makeToken(orgId);
  const hash = digest(token);
  const author: Author = { orgId, homeOrgId, clientId: wish.client.id, userId, correlationId };
  const made = { hash, clientId: wish.client.id, clientOrgId: wish.client.orgId, userId, homeOrgId, scopes, lifeSeconds, authorizationId };
  await database.tenant(orgId).flight([insertToken(orgId, made), ...recordTokens(author, 'create', { hash })]);
  return { token, lifeSeconds };
}

/** Either without any sets no bounds. Undefined where nothing is left: a token without scopes would have no bounds. */
function scopesWithin(allowed: string[], wished: string[]): string[] | undefined {
  if (allowed.length === 0 || wished.length === 0) return allowed.length === 0 ? wished : allowed;
  const left = wished.filter((scope) => allowed.includes(scope));
  return left.length === 0 ? undefined : left;
}
