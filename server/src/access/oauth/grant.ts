// What a signed-in person's client gets: a code or a token, for the person's own organization or for one that trusts it.
import type { Database, Step } from '../../db/database.ts';
import { isObjection } from '../../families/guarded.ts';
import { newId } from '../../families/id.ts';
import { issueActingToken } from '../acting/issue.ts';
import { findAccess, findClient } from '../acting/store.ts';
import type { Session } from '../sign-in/sessions.ts';
import { holdSessionStep } from '../sign-in/store.ts';
import { digest, makeKey } from '../token.ts';
import { deleteTokenStep } from '../tokens/store.ts';
import { OAuthError } from './errors.ts';
import { answerTo } from './redirect.ts';
import type { AuthorizeRequest } from './request.ts';
import { insertAuthorization } from './store.ts';

/** @returns the address to go to. @throws OAuthError where this person may not have it */
export async function grant(
  database: Database,
  request: AuthorizeRequest,
  who: Pick<Session, 'orgId' | 'userId' | 'hash'>,
  correlationId: string,
): Promise<string> {
  const { orgId: homeOrgId, userId } = who;
  const target = request.target ?? homeOrgId;
  const client = { orgId: request.client.orgId ?? homeOrgId, id: request.client.id };
  if (![homeOrgId, target].includes(client.orgId)) throw new OAuthError('access_denied', 'the client is of another organization');
  if ((await findClient(database.system, client.orgId, client.id))?.state !== 'active') throw new OAuthError('unauthorized_client', 'the client is not active');
  if (target !== homeOrgId && !(await findAccess(database.system, target, homeOrgId, userId)))
    throw new OAuthError('access_denied', 'no trust in force lets you into that organization');
  if (request.responseType === 'token') {
    const made = await issueActingToken(database, { homeOrgId, userId, client, scopes: request.scopes, correlationId }, target);
    if (!made) throw new OAuthError('access_denied', 'you may not act in that organization');
    // Tokens end after sessions do: one that was made while its session ended has to end, too.
    await inSession(database, who, []).catch(async (error) => {
      await database.tenant(target).flight([deleteTokenStep(target, digest(made.token))]);
      throw error;
    });
    return answerTo(request, { access_token: made.token, expires_in: made.lifeSeconds, token_type: 'bearer' });
  }
  const code = makeKey(homeOrgId);
  const authorization = {
    id: newId(),
    userId,
    clientId: client.id,
    clientOrgId: client.orgId,
    targetOrgId: target,
    scopes: request.scopes,
    redirectUri: request.redirectUri,
    codeHash: digest(code),
    challenge: request.challenge,
  };
  await inSession(database, who, [insertAuthorization(homeOrgId, authorization)]);
  return answerTo(request, { code });
}

/** @throws OAuthError where the session has ended */
async function inSession(database: Database, { orgId, hash }: Pick<Session, 'orgId' | 'hash'>, steps: Step[]): Promise<void> {
  try {
    await database.tenant(orgId).flight([holdSessionStep(orgId, hash), ...steps]);
  } catch (error) {
    throw isObjection(error) ? new OAuthError('access_denied', 'you were signed out') : error;
  }
}
