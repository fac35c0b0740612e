// The operations on groups and their members.
import type { Call, Handlers } from '../../contract/bind.ts';
import { fold } from '../../families/fold.ts';
import { bodyOf } from '../../families/guarded.ts';
import { isId, newId } from '../../families/id.ts';
import { pageListing, pageOf } from '../../families/page.ts';
import { type Refusal, refuse } from '../../http/errors.ts';
import { divisionArray, type Principal } from '../../http/principal.ts';
import { requireHeld } from '../ceiling.ts';
import type { Changes } from '../changes.ts';
import { deleteSubjectGrants, recordLostGrants, subjectPowers } from '../grants/store.ts';
import { storedUsers } from '../users/store.ts';
import { isDescending, readIds, userNotFound } from '../users/user.ts';
import {
  addMembers,
  deleteGroupSteps,
  groupStep,
  groupText,
  insertGroup,
  listGroups,
  listMembers,
  recordGroups,
  removeMembers,
  type StoredGroup,
  storedGroup,
  updateGroup,
} from './store.ts';

export const groupHandlers = (changes: Changes): Handlers => ({
  getGroups: async ({ door, principal, query, url }) => {
    const page = pageOf(query, Number.MAX_SAFE_INTEGER);
    const filter = { ids: readIds(query.id), descending: isDescending(query.sortOrder), nameKey: query.name && fold(query.name) };
    const found = await listGroups(door, principal.orgId, filter, page);
    return pageListing(url, page, found.entities, found);
  },

  postGroups: async ({ door, principal, author, body }) => {
    const id = newId();
    const { name, description, type = 'official', visibility = 'public', rulesVisible = true, rolesEnabled = true } = body;
    const results = await door.flight([
      insertGroup(principal.orgId, { id, name, nameKey: fold(name), description, type, visibility, rulesVisible, rolesEnabled }),
      ...recordGroups(author, 'create', [id]),
      groupStep(principal.orgId, id),
    ]);
    return bodyOf(results);
  },

  getGroup: async ({ door, principal, path }) => {
    const text = await groupText(door, principal.orgId, path.groupId);
    if (text === undefined) throw groupNotFound(path.groupId);
    return text;
  },

  putGroup: (call) => putGroup(call, changes),

  deleteGroup: async ({ door, principal, author, path }) => {
    const { orgId } = principal;
    await changes.make(door, orgId, async () => {
      await requireGroup(door, orgId, path.groupId);
      const id = path.groupId;
      return [
        ...recordGroups(author, 'delete', [id]),
        ...recordLostGrants(author, { subjectId: id }),
        ...deleteGroupSteps(orgId, id),
        deleteSubjectGrants(orgId, id),
      ];
    });
    return { status: 204 };
  },

  getGroupMembers: async ({ door, principal, path, query, url }) => {
    await requireGroup(door, principal.orgId, path.groupId);
    const page = pageOf(query, Number.MAX_SAFE_INTEGER);
    const found = await listMembers(door, principal.orgId, path.groupId, { divisions: viewable(principal), descending: isDescending(query.sortOrder) }, page);
    return pageListing(url, page, found.entities, found);
  },

  postGroupMembers: (call) => postMembers(call, changes),

  deleteGroupMembers: async ({ door, principal, author, path, query }) => {
    const { orgId } = principal;
    await changes.make(door, orgId, async () => {
      await requireGroup(door, orgId, path.groupId);
      return [...removeMembers(orgId, path.groupId, readIds(query.ids) ?? []), ...recordGroups(author, 'update', [path.groupId])];
    });
    return { status: 202, body: '{}' };
  },

  getGroupIndividuals: async ({ door, principal, path, url }) => {
    await requireGroup(door, principal.orgId, path.groupId);
    const found = await listMembers(
      door,
      principal.orgId,
      path.groupId,
      { divisions: viewable(principal), descending: false },
      { size: INDIVIDUALS_MAX, offset: 0 },
    );
    return pageListing(url, pageOf({ pageSize: Math.max(found.total, 1) }, Number.MAX_SAFE_INTEGER), found.entities, found);
  },
});

/** The operation has no pages; the members' listing has. */
const INDIVIDUALS_MAX = 10_000;

const groupNotFound = (id: string): Refusal => refuse('general.resource.not.found', { params: { what: `group ${id}` } });

async function requireGroup(door: Call['door'], orgId: string, id: string): Promise<StoredGroup> {
  const group = await storedGroup(door, orgId, id);
  if (!group) throw groupNotFound(id);
  return group;
}

/** Members are users, and are seen where the caller may view users. */
const viewable = (principal: Principal) => divisionArray(principal.divisionsOf('directory:user:view'));

const givesRoles = (group: Pick<StoredGroup, 'state' | 'roles_enabled'>) => group.state === 'active' && group.roles_enabled;

async function putGroup({ door, principal, author, path, body }: Call<'putGroup'>, changes: Changes): Promise<string> {
  const { orgId } = principal;
  const { name, description, visibility, rulesVisible, rolesEnabled, state } = body;
  const results = await changes.make(door, orgId, async () => {
    const group = await requireGroup(door, orgId, path.groupId);
    if (group.version !== body.version) throw refuse('general.conflict', { params: { what: 'group' } });
    const after = { state: state ?? group.state, roles_enabled: rolesEnabled ?? group.roles_enabled };
    if (givesRoles(after) && !givesRoles(group)) requireHeld(principal, await subjectPowers(door, orgId, [group.id]));
    return [
      updateGroup(orgId, group.id, { name, nameKey: name && fold(name), description, visibility, rulesVisible, rolesEnabled, state }),
      ...recordGroups(author, 'update', [group.id]),
      groupStep(orgId, group.id),
    ];
  });
  return bodyOf(results);
}

async function postMembers({ door, principal, author, path, body }: Call<'postGroupMembers'>, changes: Changes) {
  const { orgId } = principal;
  const ids = [...new Set(body.memberIds.map((id) => id.toLowerCase()))];
  await changes.make(door, orgId, async () => {
    const group = await requireGroup(door, orgId, path.groupId);
    if (body.version !== undefined && body.version !== group.version) throw refuse('general.conflict', { params: { what: 'group' } });
    const users = await storedUsers(door, orgId, ids.filter(isId));
    const missing = ids.find((id) => !users.some((user) => user.id === id && user.state !== 'deleted'));
    if (missing !== undefined) throw userNotFound(missing);
    if (givesRoles(group)) requireHeld(principal, await subjectPowers(door, orgId, [group.id]));
    return [...addMembers(orgId, group.id, ids), ...recordGroups(author, 'update', [group.id])];
  });
  return { status: 202, body: '{}' };
}
