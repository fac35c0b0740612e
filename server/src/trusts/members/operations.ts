// The operations on members of trusts: one family, for users and for groups, and from either side.
import { addSteps, directGrants, isSame, type Pair, readPairs, removeSteps, requireGrantable, userAuthorization } from '../../access/index.ts';
import type { Reply } from '../../contract/bind.ts';
import { pageListing, pageOf } from '../../families/page.ts';
import type { Wire } from '../../families/wire.ts';
import { refuse } from '../../http/errors.ts';
import { storedTrust } from '../store.ts';
import type { Side, TrustDeps } from '../trust.ts';
import { addMember, defaultPairs, type NewMember, recordMember, removeMember } from '../writes.ts';
import { distinct, inAllDivisions, readMember, requireRoom, requireTrusteeSubjects } from './member.ts';
import { listMembers, memberIds, memberText } from './store.ts';

export interface Members {
  list(side: Side, query: { pageSize?: number; pageNumber?: number }, url: string): Promise<string>;
  get(side: Side, id: string): Promise<string>;
  /** By the trustor, with roles. Who is a member already gets these instead of his own, where there are any. */
  add(side: Side, body: Wire['TrustMemberCreate']): Promise<string>;
  /** By the trustee, which gives no roles. */
  join(side: Side, id: string): Promise<string>;
  remove(side: Side, id: string): Promise<Reply>;
  roles(side: Side, id: string): Promise<string>;
  setRoles(side: Side, id: string, roleIds: string[]): Promise<string>;
  setGrants(side: Side, id: string, grants: Wire['RoleDivisionGrants']): Promise<string>;
  clearRoles(side: Side, id: string): Promise<Reply>;
}

export function createMembers(deps: TrustDeps, type: NewMember['type']): Members {
  const { database, changes, catalogue } = deps;
  const { system } = database;

  const require = async (side: Side, id: string) => {
    if (!(await memberIds(system, side, type)).includes(id)) throw refuse('not.found');
  };
  const get = async (side: Side, id: string) => {
    const text = await memberText(system, side, type, id);
    if (text === undefined) throw refuse('not.found');
    return text;
  };
  const roles = async (side: Side, id: string) => {
    await require(side, id);
    return JSON.stringify(await userAuthorization(side.door, side.trustorOrgId, [id], catalogue));
  };

  const newMember = async (side: Side, member: NewMember, ids: readonly string[]) => {
    const [trust] = await Promise.all([storedTrust(system, side.trustorOrgId, side.trusteeOrgId), requireTrusteeSubjects(deps, side.trusteeOrgId, [member])]);
    requireRoom(type, ids.length + 1);
    if (!trust) throw refuse('not.found');
    const pairs = distinct([...member.pairs, ...(await defaultPairs(side.door, side.trustorOrgId, trust))]);
    return addMember(side.author, side.trusteeOrgId, { ...member, pairs });
  };

  // The fewer the round trips, the rarer it is that somebody else changes access meanwhile, and all is decided anew.
  const replace = async (side: Side, id: string, wanted: readonly Pair[]) => {
    const [has] = await Promise.all([directGrants(side.door, side.trustorOrgId, [id]), require(side, id)]);
    const add = wanted.filter((pair) => !has.some(isSame(pair)));
    const remove = has.filter((pair) => !wanted.some(isSame(pair)));
    await requireGrantable(side.door, side.principal, add, undefined);
    return [
      ...addSteps(side.author, { id, type }, add),
      ...removeSteps(side.author, id, remove),
      ...recordMember(side.author, 'update', side.trusteeOrgId, id),
    ];
  };
  const set = async (side: Side, id: string, wanted: readonly Pair[]) => {
    await changes.make(side.door, side.trustorOrgId, () => replace(side, id, wanted));
  };

  return {
    async list(side, query, url) {
      const page = pageOf(query, Number.MAX_SAFE_INTEGER);
      const found = await listMembers(system, side, type, page);
      return pageListing(url, page, found.entities, found);
    },
    get,
    async add(side, body) {
      const member = readMember(type, body);
      // Through the system door, so that it is read back before an Idempotency-Key's transaction ends.
      await changes.make(system, side.trustorOrgId, async () => {
        const ids = await memberIds(system, side, type);
        if (ids.includes(member.id)) return member.pairs.length > 0 ? replace(side, member.id, member.pairs) : [];
        await requireGrantable(side.door, side.principal, member.pairs, undefined);
        return newMember(side, member, ids);
      });
      return get(side, member.id);
    },
    async join(side, id) {
      await changes.make(side.door, side.trustorOrgId, async () => {
        const ids = await memberIds(system, side, type);
        return ids.includes(id) ? [] : newMember(side, { id, type, pairs: [] }, ids);
      });
      return get(side, id);
    },
    async remove(side, id) {
      await changes.make(side.door, side.trustorOrgId, async () => {
        await require(side, id);
        return removeMember(side.author, side.trusteeOrgId, id);
      });
      return { status: 204 };
    },
    roles,
    async setRoles(side, id, roleIds) {
      await set(side, id, inAllDivisions(roleIds));
      return roles(side, id);
    },
    async setGrants(side, id, { grants }) {
      await set(side, id, distinct(readPairs(grants)));
      return roles(side, id);
    },
    async clearRoles(side, id) {
      await set(side, id, []);
      return { status: 204 };
    },
  };
}
