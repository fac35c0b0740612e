// The operations on users.
import type { Call, Handlers } from '../../contract/bind.ts';
import { invalidFields } from '../../contract/validate.ts';
import { fold } from '../../families/fold.ts';
import { bodyOf } from '../../families/guarded.ts';
import { isId, newId } from '../../families/id.ts';
import { pageListing, pageOf } from '../../families/page.ts';
import { unique } from '../../families/unique.ts';
import { refuse } from '../../http/errors.ts';
import { divisionArray } from '../../http/principal.ts';
import type { Acting } from '../acting/acting.ts';
import type { Catalogue } from '../catalogue.ts';
import { requireDivisions, requireHeld } from '../ceiling.ts';
import type { Changes } from '../changes.ts';
import { homeDivision } from '../divisions/store.ts';
import { subjectPowers } from '../grants/store.ts';
import { endSignIns } from '../oauth/store.ts';
import { hashPassword } from '../password.ts';
import { expandMe, expandUser, type TrustorsOf } from './expand.ts';
import { removeUser } from './remove.ts';
import { insertUser, listUsers, recordUsers, searchUsers, storedUser, updateUser, userStep, userText } from './store.ts';
import { isDescending, readCriteria, readIds, requireOpen, requireOwnSignIn, userNotFound } from './user.ts';

export const userHandlers = (changes: Changes, catalogue: Catalogue, acting: Acting, trustorsOf: TrustorsOf): Handlers => ({
  getUsersMe: async (call) => {
    const { userId, cloneId, orgId, homeOrgId } = call.principal;
    if (userId === undefined) throw refuse('not.a.user');
    const text = cloneId ? await userText(call.door, orgId, cloneId) : await userText(acting.homeDoor(call.principal), homeOrgId, userId);
    if (text === undefined) throw userNotFound(userId);
    return expandMe(call, { catalogue, acting, trustorsOf }, userId, text);
  },

  getUsers: async ({ door, principal, divisions, query, url }) => {
    const page = pageOf(query, Number.MAX_SAFE_INTEGER);
    const state = query.state === 'any' ? undefined : query.state;
    const filter = { divisions: divisionArray(divisions), state, ids: readIds(query.id), descending: isDescending(query.sortOrder) };
    const found = await listUsers(door, principal.orgId, filter, page);
    return pageListing(url, page, found.entities, found);
  },

  postUsers: (call) => postUser(call),

  postUsersSearch: async ({ door, principal, divisions, body }) => {
    const { pageSize = 25, pageNumber = 1, query = [], sortOrder } = body;
    const deleted = query.some(({ fields }) => fields.includes('state'));
    const search = { divisions: divisionArray(divisions), criteria: readCriteria(query), deleted, descending: sortOrder === 'DESC' };
    const found = await searchUsers(door, principal.orgId, search, { size: pageSize, offset: (pageNumber - 1) * pageSize });
    return `{"total":${found.total},"pageCount":${Math.ceil(found.total / pageSize)},"pageSize":${pageSize},"pageNumber":${pageNumber},"types":["users"],"results":${found.entities}}`;
  },

  getUser: async (call) => {
    const { door, principal, path, query } = call;
    const user = await storedUser(door, principal.orgId, path.userId);
    requireOpen(user, path.userId, call, 'directory:user:view');
    const asked = query.state === undefined ? user.state !== 'deleted' : query.state === 'any' || query.state === user.state;
    const text = asked ? await userText(door, principal.orgId, path.userId) : undefined;
    if (text === undefined) throw userNotFound(path.userId);
    return expandUser(call, catalogue, path.userId, text);
  },

  patchUser: (call) => patchUser(call, changes),

  deleteUser: async (call) => {
    const { door, author, principal } = call;
    const { orgId } = principal;
    const id = call.path.userId;
    await changes.make(door, orgId, async () => {
      const user = await storedUser(door, orgId, id);
      requireOpen(user, id, call, 'directory:user:delete');
      if (user.state === 'deleted') throw userNotFound(id);
      return removeUser(door, author, id);
    });
    return '{}';
  },
});

async function postUser({ door, principal, author, divisions, body }: Call<'postUsers'>): Promise<string> {
  const divisionId = body.divisionId?.toLowerCase() ?? (await homeDivision(door, principal.orgId));
  if (!isId(divisionId)) throw unknownDivision(body.divisionId);
  requireDivisions(divisions, [divisionId], 'directory:user:add');
  const id = newId();
  const passwordHash = body.password === undefined ? undefined : await hashPassword(body.password);
  const user = {
    id,
    divisionId,
    name: body.name,
    nameKey: fold(body.name),
    email: body.email,
    title: body.title,
    department: body.department,
    state: body.state ?? 'active',
    passwordHash,
  };
  try {
    const steps = [insertUser(principal.orgId, user), ...recordUsers(author, 'create', [id]), userStep(principal.orgId, id)];
    return bodyOf(await unique('email', body.email, door.flight(steps)));
  } catch (error) {
    if ((error as { code?: string }).code === '23503') throw unknownDivision(body.divisionId);
    throw error;
  }
}

const unknownDivision = (id: string | undefined) => invalidFields([{ field: 'divisionId', code: 'not.found', rule: `there is no division ${id}.` }]);

async function patchUser(call: Call<'patchUser'>, changes: Changes): Promise<string> {
  const { door, principal, body, path } = call;
  const { orgId } = principal;
  const change = {
    name: body.name,
    nameKey: body.name && fold(body.name),
    email: body.email,
    title: body.title,
    department: body.department,
    state: body.state,
  };
  const made = changes.make(door, orgId, async () => {
    const user = await storedUser(door, orgId, path.userId);
    requireOpen(user, path.userId, call, 'directory:user:edit');
    if (user.state === 'deleted' && body.state !== 'active') throw userNotFound(path.userId);
    if (user.version !== body.version) throw refuse('general.conflict', { params: { what: 'user' } });
    // Users sign in by their e-mail address.
    if (body.email !== undefined && body.email !== user.email) {
      requireOwnSignIn(user);
      requireHeld(principal, await subjectPowers(door, orgId, [path.userId]));
    }
    const ending = body.state === undefined || body.state === 'active' ? [] : endSignIns(orgId, path.userId);
    return [...ending, updateUser(orgId, path.userId, change), ...recordUsers(call.author, 'update', [path.userId]), userStep(orgId, path.userId)];
  });
  return bodyOf(await unique('email', body.email, made));
}
