// The operations on passwords: that of any user, by who may, and one's own, by who knows it.
import type { Handlers } from '../../contract/bind.ts';
import { invalidFields } from '../../contract/validate.ts';
import type { Database } from '../../db/database.ts';
import { isObjection } from '../../families/guarded.ts';
import { refuse } from '../../http/errors.ts';
import { isActing } from '../acting/acting.ts';
import { requireHeld } from '../ceiling.ts';
import type { Changes } from '../changes.ts';
import { subjectPowers } from '../grants/store.ts';
import { hashPassword, verifyPassword } from '../password.ts';
import { attempt } from '../sign-in/attempts.ts';
import { deleteUserTokens } from '../tokens/store.ts';
import { expectPassword, passwordHash, recordUsers, setPassword, storedUser } from './store.ts';
import { requireOpen, requireOwnSignIn, userNotFound } from './user.ts';

export const passwordHandlers = (database: Database, changes: Changes): Handlers => ({
  postUserPassword: async (call) => {
    const { orgId } = call.principal;
    const id = call.path.userId;
    const hash = await hashPassword(call.body.newPassword);
    await changes.make(call.door, orgId, async () => {
      const user = await storedUser(call.door, orgId, id);
      requireOpen(user, id, call, 'directory:user:setPassword');
      if (user.state === 'deleted') throw userNotFound(id);
      requireOwnSignIn(user);
      requireHeld(call.principal, await subjectPowers(call.door, orgId, [id]));
      return [setPassword(orgId, id, hash), ...deleteUserTokens(orgId, id), ...recordUsers(call.author, 'update', [id])];
    });
    return { status: 204 };
  },

  postUsersMePassword: async ({ door, principal, author, body }) => {
    const { orgId, userId, tokenHash } = principal;
    if (userId === undefined) throw refuse('not.a.user');
    if (isActing(principal))
      throw refuse('conflict', { params: { reason: 'Your password is one of your own organization: change it with a token for that.' } });
    const user = await storedUser(door, orgId, userId);
    // Whoever found a token must not find the password by it.
    const tried = await attempt(database.system, { email: user?.email ?? userId, orgId, address: undefined });
    if (tried.blockedFor !== undefined)
      throw refuse('too.many.requests.retry.after', { params: { seconds: tried.blockedFor }, headers: { 'Retry-After': String(tried.blockedFor) } });
    const old = await passwordHash(door, orgId, userId);
    if (!(await verifyPassword(body.oldPassword, old))) {
      throw invalidFields([{ field: 'oldPassword', code: 'invalid', rule: 'this is not the password.' }]);
    }
    await tried.succeeded();
    const hash = await hashPassword(body.newPassword);
    try {
      await changes.send(door, orgId, [
        expectPassword(orgId, userId, old),
        setPassword(orgId, userId, hash),
        ...deleteUserTokens(orgId, userId, tokenHash),
        ...recordUsers(author, 'update', [userId]),
      ]);
    } catch (error) {
      if (isObjection(error)) throw refuse('conflict', { params: { reason: 'Your password was changed meanwhile.' }, cause: error });
      throw error;
    }
    return { status: 204 };
  },
});
