// The operations on tokens.
import type { Handlers } from '../../contract/bind.ts';
import { refuse } from '../../http/errors.ts';
import type { Changes } from '../changes.ts';
import { storedUser } from '../users/store.ts';
import { deleteTokenStep, deleteUserTokensStep, recordTokens, tokenInfo } from './store.ts';

export const tokenHandlers = (changes: Changes): Handlers => ({
  getTokensMe: async ({ door, principal }) => {
    const text = await tokenInfo(door, principal.orgId, principal.tokenHash);
    if (text === undefined) throw refuse('bad.credentials');
    return text;
  },

  headTokensMe: () => ({ status: 200 }),

  deleteTokensMe: async ({ door, principal, author }) => {
    const { orgId, tokenHash } = principal;
    await changes.send(door, orgId, [...recordTokens(author, { hash: tokenHash }), deleteTokenStep(orgId, tokenHash)]);
    return { status: 200 };
  },

  deleteToken: async ({ door, principal, author, path }) => {
    const user = await storedUser(door, principal.orgId, path.userId);
    if (!user) throw refuse('general.resource.not.found', { params: { what: `user ${path.userId}` } });
    await changes.send(door, principal.orgId, [...recordTokens(author, { userId: path.userId }), deleteUserTokensStep(principal.orgId, path.userId)]);
    return { status: 200 };
  },
});
