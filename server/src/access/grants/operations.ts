// The operations on grants: roles that subjects hold in divisions.
import type { Call, Handlers } from '../../contract/bind.ts';
import { pageListing, pageOf } from '../../families/page.ts';
import { refuse } from '../../http/errors.ts';
import { divisionArray } from '../../http/principal.ts';
import type { Acting } from '../acting/acting.ts';
import type { Catalogue } from '../catalogue.ts';
import { requireDivisions } from '../ceiling.ts';
import type { Changes } from '../changes.ts';
import { homeDivision } from '../divisions/store.ts';
import { storedRoles } from '../roles/store.ts';
import { type StoredUser, storedUser } from '../users/store.ts';
import { userNotFound } from '../users/user.ts';
import { addSteps, grantSteps, isSame, readDivision, readPairs, removeSteps, requireGrantable, requireSubjects, userAuthorization } from './grant.ts';
import { directGrants, grantsText, type Pair, type Subject, subjectsOfRole, usersOfRole } from './store.ts';

export const grantHandlers = (changes: Changes, catalogue: Catalogue, acting: Acting): Handlers => ({
  getAuthorizationSubjectsMe: async ({ door, principal, query }) => {
    const { homeOrgId, orgId, userId, clientId } = principal;
    const [subject] = await requireSubjects(acting.homeDoor(principal), homeOrgId, [userId ?? clientId]);
    return subjectBody(subject as Subject, await grantsText(door, orgId, await acting.subjectsOf(principal), null, query.includeDuplicates ?? false));
  },

  getAuthorizationSubject: async ({ door, principal, divisions, path, query }) => {
    const [subject] = await requireSubjects(door, principal.orgId, [path.subjectId]);
    return subjectBody(
      subject as Subject,
      await grantsText(door, principal.orgId, [path.subjectId], divisionArray(divisions), query.includeDuplicates ?? false),
    );
  },

  postAuthorizationSubjectBulkadd: (call) => change(call, changes, call.query.subjectType, () => ({ add: readPairs(call.body.grants) })),

  postAuthorizationSubjectBulkremove: (call) => change(call, changes, undefined, () => ({ remove: readPairs(call.body.grants) })),

  postAuthorizationSubjectBulkreplace: (call) =>
    change(call, changes, call.query.subjectType, (has) => {
      const wanted = readPairs(call.body.grants);
      return { add: wanted.filter((pair) => !has.some(isSame(pair))), remove: has.filter((pair) => !wanted.some(isSame(pair))) };
    }),

  postAuthorizationSubjectDivisionRole: (call) => change(call, changes, call.query.subjectType, () => ({ add: readPairs([call.path]) })),

  deleteAuthorizationSubjectDivisionRole: (call) =>
    change(call, changes, undefined, (has) => {
      const [pair] = readPairs([call.path]);
      if (!has.some(isSame(pair as Pair))) throw refuse('not.found');
      return { remove: [pair as Pair] };
    }),

  postAuthorizationRole: (call) => grantToMany(call, changes),

  getAuthorizationRoleUsers: async ({ door, principal, path, query, url }) => {
    await requireRole(door, principal.orgId, path.roleId);
    const page = pageOf(query, Number.MAX_SAFE_INTEGER);
    const found = await usersOfRole(door, principal.orgId, path.roleId, divisionArray(principal.divisionsOf('directory:user:view')), page);
    return pageListing(url, page, found.entities, found);
  },

  getAuthorizationRoleSubjectgrants: async ({ door, principal, divisions, path, query, url }) => {
    await requireRole(door, principal.orgId, path.roleId);
    const page = pageOf(query, Number.MAX_SAFE_INTEGER);
    const found = await subjectsOfRole(door, principal.orgId, path.roleId, divisionArray(divisions), page);
    return pageListing(url, page, found.entities, found);
  },

  getUserRoles: async ({ door, principal, path }) => {
    await requireUser(door, principal.orgId, path.subjectId);
    return JSON.stringify(await userAuthorization(door, principal.orgId, [path.subjectId], catalogue));
  },

  putUserRoles: async (call) => {
    await setRoles(call, changes, call.body);
    return JSON.stringify(await userAuthorization(call.door, call.principal.orgId, [call.path.subjectId], catalogue));
  },

  deleteUserRoles: (call) => removeRoles(call, changes),
});

function subjectBody({ id, name, version }: Subject, grants: string): string {
  return `{"id":"${id}","name":${JSON.stringify(name)},"grants":${grants},"version":${version},"selfUri":"/api/v2/authorization/subjects/${id}"}`;
}

async function requireRole(door: Call['door'], orgId: string, id: string): Promise<void> {
  if ((await storedRoles(door, orgId, [id])).length === 0) throw refuse('not.found');
}

async function requireUser(door: Call['door'], orgId: string, id: string): Promise<StoredUser> {
  const user = await storedUser(door, orgId, id);
  if (!user || user.state === 'deleted') throw userNotFound(id);
  return user;
}

async function grantToMany({ door, principal, author, path, query, body }: Call<'postAuthorizationRole'>, changes: Changes) {
  const { orgId } = principal;
  const pairs = [...new Set(body.divisionIds.map(readDivision))].map((divisionId) => ({ roleId: path.roleId, divisionId }));
  await changes.make(door, orgId, async () => {
    const subjects = await requireSubjects(door, orgId, body.subjectIds, query.subjectType);
    await requireGrantable(door, principal, pairs, 'authorization:grant:add');
    return subjects.flatMap((subject) => addSteps(author, subject, pairs));
  });
  return { status: 204 };
}

type Asking = Pick<Call<'postAuthorizationSubjectBulkadd'>, 'door' | 'principal' | 'author'> & { path: { subjectId: string } };

async function change(call: Asking, changes: Changes, type: Subject['type'] | undefined, decide: (has: Pair[]) => { add?: Pair[]; remove?: Pair[] }) {
  const { door, principal, path } = call;
  await changes.make(door, principal.orgId, async () => {
    const [subject] = await requireSubjects(door, principal.orgId, [path.subjectId], type);
    return grantSteps(call, subject as Subject, decide(await directGrants(door, principal.orgId, [path.subjectId])));
  });
  return { status: 204 };
}

/** Roles that the user has already keep their divisions; new ones are granted in the home division. */
async function setRoles(call: Call<'putUserRoles'>, changes: Changes, roleIds: string[]): Promise<void> {
  const { door, principal, path } = call;
  await changes.make(door, principal.orgId, async () => {
    const user = await requireUser(door, principal.orgId, path.subjectId);
    const home = await homeDivision(door, principal.orgId);
    const wanted = readPairs(roleIds.map((roleId) => ({ roleId, divisionId: home })));
    const has = await directGrants(door, principal.orgId, [user.id]);
    const add = wanted.filter((pair) => !has.some(({ roleId }) => roleId === pair.roleId));
    const remove = has.filter((pair) => !wanted.some(({ roleId }) => roleId === pair.roleId));
    const subject = { id: user.id, name: user.name, type: 'PC_USER', version: user.version } as const;
    // The operation asks for the right to grant alone, and replaces: in the divisions it reaches, it takes away as well.
    return grantSteps(call, subject, { add, remove, removeBy: 'authorization:grant:add' });
  });
}

async function removeRoles({ door, principal, author, divisions, path }: Call<'deleteUserRoles'>, changes: Changes) {
  const { orgId } = principal;
  await changes.make(door, orgId, async () => {
    const user = await requireUser(door, orgId, path.subjectId);
    const has = await directGrants(door, orgId, [user.id]);
    requireDivisions(
      divisions,
      has.map((pair) => pair.divisionId),
      'authorization:grant:delete',
    );
    return removeSteps(author, user.id, has);
  });
  return { status: 204 };
}
