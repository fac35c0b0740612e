// The operations on tokens.
import type { Handlers } from '../../contract/bind.ts';
import { refuse } from '../../http/errors.ts';
import { type Acting, isActing } from '../acting/acting.ts';
import type { Changes } from '../changes.ts';
import { revokeAuthorization } from '../oauth/store.ts';
import { storedUser } from '../users/store.ts';
import { authorizationOfToken, deleteTokenStep, deleteUserTokens, recordTokens, tokenInfo } from './store.ts';

export const tokenHandlers = (changes: Changes, acting: Acting): Handlers => ({
  getTokensMe: async ({ door, principal }) => {
    const text = await (isActing(principal) ? acting.tokenInfo(principal) : tokenInfo(door, principal.orgId, principal.tokenHash));
    if (text === undefined) throw refuse('bad.credentials');
    return text;
  },

  headTokensMe: () => ({ status: 200 }),

  deleteTokensMe: async ({ door, principal, author }) => {
    const { orgId, homeOrgId, tokenHash } = principal;
    const authorization = await authorizationOfToken(door, orgId, tokenHash);
    // Who signs out does not expect the program to get itself another.
    if (authorization) await revokeAuthorization(acting.homeDoor(principal), homeOrgId, authorization);
    await changes.send(door, orgId, [...recordTokens(author, 'delete', { hash: tokenHash }), deleteTokenStep(orgId, tokenHash)]);
    return { status: 200 };
  },

  deleteToken: async ({ door, principal, author, path }) => {
    const user = await storedUser(door, principal.orgId, path.userId);
    if (!user) throw refuse('general.resource.not.found', { params: { what: `user ${path.userId}` } });
    await changes.send(door, principal.orgId, [...recordTokens(author, 'delete', { userId: path.userId }), ...deleteUserTokens(principal.orgId, path.userId)]);
    return { status: 200 };
  },
});
