// What may be granted, and what a subject's grants come to.
import type { Door, Step } from '../../db/database.ts';
import { isId } from '../../families/id.ts';
import type { Wire } from '../../families/wire.ts';
import { refuse } from '../../http/errors.ts';
import { type Author, type Principal, UNASSIGNED } from '../../http/principal.ts';
import type { Catalogue } from '../catalogue.ts';
import { requireDivisions, requireHeld } from '../ceiling.ts';
import { storedDivisions } from '../divisions/store.ts';
import { storedRoles } from '../roles/store.ts';
import {
  deleteGrants,
  findSubjects,
  insertGrants,
  type Pair,
  recordLostGrants,
  recordNewGrants,
  type Subject,
  type SubjectType,
  subjectPowers,
} from './store.ts';

/** "*" is all divisions. @throws Refusal 404 for what is no id, the nil UUID among it: it means "all" in the tables */
export function readDivision(wire: string): string {
  const id = wire.toLowerCase();
  if (id === '*') return UNASSIGNED;
  if (!isId(id) || id === UNASSIGNED) throw refuse('not.found');
  return id;
}

export function readPairs(grants: readonly { roleId: string; divisionId: string }[]): Pair[] {
  return grants.map((grant) => {
    const roleId = grant.roleId.toLowerCase();
    if (!isId(roleId)) throw refuse('not.found');
    return { roleId, divisionId: readDivision(grant.divisionId) };
  });
}

/** @throws Refusal 404 where a subject is not there, or is of another kind than said */
export async function requireSubjects(door: Door, orgId: string, ids: readonly string[], type?: SubjectType): Promise<Subject[]> {
  const wanted = [...new Set(ids.map((id) => id.toLowerCase()))];
  const subjects = wanted.every(isId) ? await findSubjects(door, orgId, wanted) : [];
  if (subjects.length < wanted.length || subjects.some((subject) => type !== undefined && subject.type !== type)) throw refuse('not.found');
  return subjects;
}

/**
 * Refuses grants of unknown roles or divisions (404), in divisions where the caller may not grant (403), and of more
 * than the caller holds there (403).
 * @param permission by which the caller grants; none where the operation has one that is bound to no division
 */
export async function requireGrantable(door: Door, principal: Principal, pairs: readonly Pair[], permission: string | undefined): Promise<void> {
  if (pairs.length === 0) return;
  const { orgId } = principal;
  const divisions = new Set(pairs.map((pair) => pair.divisionId));
  if (permission !== undefined) requireDivisions(principal.divisionsOf(permission), divisions, permission);
  const roles = new Map((await storedRoles(door, orgId, [...new Set(pairs.map((pair) => pair.roleId))])).map((role) => [role.id, role]));
  const known = new Set((await storedDivisions(door, orgId, [...divisions])).map((division) => division.id)).add(UNASSIGNED);
  const powers = pairs.map(({ roleId, divisionId }) => {
    const role = roles.get(roleId);
    if (!role || !known.has(divisionId)) throw refuse('not.found');
    return { divisionId, policies: role.policies };
  });
  requireHeld(principal, powers);
}

const GRANT = 'authorization:grant:add';
const TAKE = 'authorization:grant:delete';

/** Adds and removes grants of one subject. What is added already, or not there to be removed, is no matter. */
export async function grantSteps(
  { door, principal, author }: { door: Door; principal: Principal; author: Author },
  subject: Subject,
  change: { add?: readonly Pair[]; remove?: readonly Pair[]; removeBy?: string },
): Promise<Step[]> {
  const { add = [], remove = [], removeBy = TAKE } = change;
  await requireGrantable(door, principal, add, GRANT);
  requireDivisions(
    principal.divisionsOf(removeBy),
    remove.map((pair) => pair.divisionId),
    removeBy,
  );
  return [...addSteps(author, subject, add), ...removeSteps(author, subject.id, remove)];
}

/** Grants, and the record of them. */
export const addSteps = (author: Author, subject: Pick<Subject, 'id' | 'type'>, pairs: readonly Pair[]): Step[] =>
  pairs.length === 0 ? [] : [...recordNewGrants(author, subject, pairs), insertGrants(author.orgId, subject, pairs)];

export const removeSteps = (author: Author, subjectId: string, pairs: readonly Pair[]): Step[] =>
  pairs.length === 0 ? [] : [...recordLostGrants(author, { subjectId, pairs }), deleteGrants(author.orgId, subjectId, pairs)];

export const isSame = (a: Pair) => (b: Pair) => a.roleId === b.roleId && a.divisionId === b.divisionId;

/** The roles of a subject, or of several as one, and the permissions that follow from them. */
export async function userAuthorization(door: Door, orgId: string, subjectIds: string[], catalogue: Catalogue): Promise<Wire['UserAuthorization']> {
  const held = await subjectPowers(door, orgId, subjectIds);
  const roles = new Map(held.map(({ roleId, name, policies }) => [roleId, { id: roleId, name, policies }]));
  const policies = [...roles.values()].flatMap((role) => role.policies);
  return {
    roles: [...roles.values()].map(({ id, name }) => ({ id, name })),
    unusedRoles: [],
    permissions: catalogue.expand(policies),
    permissionPolicies: policies as Wire['ResourcePermissionPolicy'][],
  };
}
