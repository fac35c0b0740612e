// The operations on cloned users. One is an ordinary user of the trustor, which may give it roles and groups of its own;
// nobody signs in as it, and whom it stands for acts as it as long as the trust lets him in.
import { findAccess, homeDivision, insertUser, recordUsers, removeUser, requireDivisions, storedUser } from '../../access/index.ts';
import type { Call, Handlers } from '../../contract/bind.ts';
import { fold } from '../../families/fold.ts';
import { newId } from '../../families/id.ts';
import { refuse } from '../../http/errors.ts';
import { limits } from '../../http/limits.ts';
import { divisionArray, reach } from '../../http/principal.ts';
import { asTrustee, asTrustor, type Side, type TrustDeps } from '../trust.ts';
import { type CloneRow, clonesOf, countClones, deleteClone, insertClone, recordClone } from './store.ts';

const VIEW = 'authorization:orgTrusteeUser:view';

export const cloneHandlers = (deps: TrustDeps): Handlers => ({
  getOrgauthorizationTrusteeClonedusers: async (call) => {
    const side = await asTrustor(deps, call, call.path.trusteeOrgId);
    return listing(call.url, await clonesOf(side.door, side.trustorOrgId, side.trusteeOrgId, divisionArray(call.divisions)));
  },

  deleteOrgauthorizationTrusteeCloneduser: async (call) => {
    const side = await asTrustor(deps, call, call.path.trusteeOrgId);
    // Hidden ones do not exist for the caller, as elsewhere.
    const seen = divisionArray(reach(call.principal, 'directory:user:view', 'directory:user:delete'));
    const clone = await require(side, call.path.trusteeUserId, seen);
    requireDivisions(call.divisions, [clone.division_id], 'directory:user:delete');
    return remove(deps, side, call.path.trusteeUserId);
  },

  getOrgauthorizationTrustorClonedusers: async (call) => {
    const side = await asTrustee(deps, call, call.path.trustorOrgId, VIEW);
    return listing(call.url, await clonesOf(side.door, side.trustorOrgId, side.trusteeOrgId, null));
  },

  getOrgauthorizationTrustorCloneduser: async (call) => {
    const side = await asTrustee(deps, call, call.path.trustorOrgId, VIEW);
    return (await require(side, call.path.trusteeUserId)).body;
  },

  putOrgauthorizationTrustorCloneduser: (call) => make(deps, call),

  deleteOrgauthorizationTrustorCloneduser: async (call) => {
    const side = await asTrustee(deps, call, call.path.trustorOrgId, 'authorization:orgTrusteeUser:delete');
    return remove(deps, side, call.path.trusteeUserId);
  },
});

const listing = (url: string, clones: readonly CloneRow[]) =>
  `{"total":${clones.length},"entities":[${clones.map(({ body }) => body).join(',')}],"selfUri":${JSON.stringify(url)}}`;

async function require(side: Side, trusteeUserId: string, divisions: string[] | null = null): Promise<CloneRow> {
  const clone = (await clonesOf(side.door, side.trustorOrgId, side.trusteeOrgId, divisions)).find((row) => row.trustee_user_id === trusteeUserId);
  if (!clone) throw refuse('not.found');
  return clone;
}

async function make(deps: TrustDeps, call: Call<'putOrgauthorizationTrustorCloneduser'>): Promise<string> {
  const { database } = deps;
  const side = await asTrustee(deps, call, call.path.trustorOrgId, 'authorization:orgTrusteeUser:add');
  const { door, author, trustorOrgId, trusteeOrgId } = side;
  const userId = call.path.trusteeUserId;
  await deps.changes.make(door, trustorOrgId, async () => {
    const user = await storedUser(database.tenant(trusteeOrgId), trusteeOrgId, userId);
    // Whom the trust lets in, himself or by a group.
    if (!user || !(await findAccess(database.system, trustorOrgId, trusteeOrgId, userId))) throw refuse('not.found');
    if ((await clonesOf(door, trustorOrgId, trusteeOrgId, null)).some((clone) => clone.trustee_user_id === userId)) return [];
    const most = limits.clonedUsersMax;
    if ((await countClones(door, trustorOrgId)) >= most)
      throw refuse('max.cloned.users', { params: { most }, limit: { key: 'max.cloned.users', value: most, namespace: 'org.authorization' } });
    const id = newId();
    const clone = {
      id,
      divisionId: await homeDivision(door, trustorOrgId),
      name: user.name,
      nameKey: fold(user.name),
      // Nobody's address (RFC 2606): by that of the user, somebody could sign in as the clone.
      email: `${userId}@clones.invalid`,
      title: undefined,
      department: undefined,
      state: 'active',
      passwordHash: undefined,
    };
    return [
      insertUser(trustorOrgId, clone),
      ...recordUsers(author, 'create', [id]),
      insertClone(trustorOrgId, trusteeOrgId, userId, id),
      ...recordClone(author, 'create', trusteeOrgId, userId),
    ];
  });
  return (await require(side, userId)).body;
}

async function remove({ changes }: TrustDeps, side: Side, trusteeUserId: string): Promise<{ status: number }> {
  const { door, author, trustorOrgId, trusteeOrgId } = side;
  await changes.make(door, trustorOrgId, async () => {
    const clone = await require(side, trusteeUserId);
    return [
      ...recordClone(author, 'delete', trusteeOrgId, trusteeUserId),
      ...(await removeUser(door, author, clone.id)),
      deleteClone(trustorOrgId, trusteeOrgId, trusteeUserId),
    ];
  });
  return { status: 204 };
}
