// Who is let in by a trust, users or groups alike: how members are read from requests, and what is asked of them.
import { findSubjects, type Pair, readPairs } from '../../access/index.ts';
import { isId } from '../../families/id.ts';
import type { Wire } from '../../families/wire.ts';
import { refuse } from '../../http/errors.ts';
import { limits } from '../../http/limits.ts';
import type { TrustDeps } from '../trust.ts';
import type { NewMember } from '../writes.ts';

/** `roleIds` are granted in all divisions, beside what `roleDivisions` has. @throws Refusal 404 for what is no id */
export function readMember(type: NewMember['type'], { id, roleIds = [], roleDivisions }: Wire['TrustMemberCreate']): NewMember {
  return { id: id.toLowerCase(), type, pairs: distinct([...inAllDivisions(roleIds), ...readPairs(roleDivisions?.grants ?? [])]) };
}

export const inAllDivisions = (roleIds: readonly string[]): Pair[] => distinct(readPairs(roleIds.map((roleId) => ({ roleId, divisionId: '*' }))));

export const distinct = (pairs: readonly Pair[]): Pair[] => [...new Map(pairs.map((pair) => [`${pair.roleId} ${pair.divisionId}`, pair])).values()];

/** @throws Refusal 404 for who is no user or group of the trustee */
export async function requireTrusteeSubjects({ database }: TrustDeps, trusteeOrgId: string, members: readonly Pick<NewMember, 'id' | 'type'>[]): Promise<void> {
  const subjects = await findSubjects(database.tenant(trusteeOrgId), trusteeOrgId, members.map(({ id }) => id).filter(isId));
  const unknown = members.find((member) => !subjects.some((subject) => subject.id === member.id && subject.type === member.type));
  if (unknown) throw refuse('not.found', { details: [{ errorCode: 'not.found', entityId: unknown.id }] });
}

/** @throws Refusal 400 for more than a trust takes */
export function requireRoom(type: NewMember['type'], count: number): void {
  const [code, value] =
    type === 'PC_USER' ? (['max.trustee.users', limits.trusteeUsersMax] as const) : (['max.trustee.groups', limits.trusteeGroupsMax] as const);
  if (count > value) throw refuse(code, { params: { most: value }, limit: { key: code, value, namespace: 'org.authorization' } });
}
