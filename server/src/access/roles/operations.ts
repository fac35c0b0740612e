// The operations on roles.
import type { Call, Handlers } from '../../contract/bind.ts';
import { invalidFields } from '../../contract/validate.ts';
import type { Step } from '../../db/database.ts';
import { fold } from '../../families/fold.ts';
import { bodyOf } from '../../families/guarded.ts';
import { isId, newId } from '../../families/id.ts';
import { pageListing, pageOf } from '../../families/page.ts';
import { unique } from '../../families/unique.ts';
import type { Wire } from '../../families/wire.ts';
import { refuse } from '../../http/errors.ts';
import type { Catalogue } from '../catalogue.ts';
import { requireDivisions, requireHeld, requireHeldSomewhere } from '../ceiling.ts';
import type { Changes } from '../changes.ts';
import { DEFAULT_ROLES } from '../default-roles.ts';
import { recordLostGrants } from '../grants/store.ts';
import { allows, type Policy, patternsOf } from '../policies.ts';
import { readIds } from '../users/user.ts';
import {
  deleteRole,
  divisionsOfRole,
  insertRole,
  listRoles,
  type RoleFields,
  recordRoles,
  roleStep,
  roleText,
  type StoredRole,
  storedRoles,
  updateRole,
} from './store.ts';

export const roleHandlers = (changes: Changes, catalogue: Catalogue): Handlers => ({
  getAuthorizationRoles: async ({ door, principal, query, url }) => {
    const page = pageOf(query, Number.MAX_SAFE_INTEGER);
    const nameKey = query.name && fold(query.name.replaceAll('*', ''));
    const filter = { ids: readIds(query.id), nameKey, defaults: query.defaultRoleId, permissions: query.permission, count: query.userCount ?? true };
    const found = await listRoles(door, principal.orgId, filter, page);
    return pageListing(url, page, found.entities, found);
  },

  postAuthorizationRoles: async ({ door, principal, author, body }) => {
    const policies = readPolicies(body.permissionPolicies);
    requireHeldSomewhere(principal, patternsOf(policies));
    const id = newId();
    const fields = { name: body.name, nameKey: fold(body.name), description: body.description, policies, permissions: body.permissions ?? [] };
    const steps = [insertRole(principal.orgId, id, fields), ...recordRoles(author, 'create', [id]), roleStep(principal.orgId, id)];
    return bodyOf(await unique('name', body.name, door.flight(steps)));
  },

  putAuthorizationRolesDefault: (call) => restoreDefaults(call, changes),

  getAuthorizationRole: async ({ door, principal, path, query }) => {
    const text = await roleText(door, principal.orgId, path.roleId, query.userCount ?? true);
    if (text === undefined) throw refuse('not.found');
    return text;
  },

  putAuthorizationRole: (call) =>
    editRole(call, changes, () => ({
      name: call.body.name,
      nameKey: fold(call.body.name),
      description: call.body.description,
      policies: readPolicies(call.body.permissionPolicies),
      permissions: call.body.permissions ?? [],
    })),

  patchAuthorizationRole: (call) =>
    editRole(call, changes, (role) => {
      const { name = role.name, description = role.description ?? undefined, permissionPolicies, permissions = role.permissions } = call.body;
      return { name, nameKey: fold(name), description, policies: permissionPolicies ? readPolicies(permissionPolicies) : role.policies, permissions };
    }),

  deleteAuthorizationRole: async ({ door, principal, author, divisions, path }) => {
    const { orgId } = principal;
    await changes.make(door, orgId, async () => {
      const role = await requireRole(door, orgId, path.roleId);
      if (role.default_role !== null) throw refuse('conflict', { params: { reason: 'A default role cannot be deleted.' } });
      requireDivisions(divisions, await divisionsOfRole(door, orgId, role.id), 'authorization:role:delete');
      return [...recordRoles(author, 'delete', [role.id]), ...recordLostGrants(author, { roleId: role.id }), deleteRole(orgId, role.id)];
    });
    return { status: 204 };
  },

  getAuthorizationPermissions: ({ query, url }) => {
    const page = pageOf(query, Number.MAX_SAFE_INTEGER);
    const asked = query.query?.split(',').map((part) => part.trim());
    // Permissions are asked for by name, and found in their domains.
    const domains = asked && new Set(asked.map((part) => (query.queryType === 'permission' ? (part.split(':')[0] as string) : part)));
    const found = catalogue.collections.filter((collection) => !domains || domains.has(collection.domain as string));
    return pageListing(url, page, JSON.stringify(found.slice(page.offset, page.offset + page.size)), { total: found.length });
  },
});

async function requireRole(door: Call['door'], orgId: string, id: string): Promise<StoredRole> {
  const [role] = await storedRoles(door, orgId, [id]);
  if (!role) throw refuse('not.found');
  return role;
}

/** @throws Refusal 422 for conditions: ignored, they would grant more than was meant */
function readPolicies(policies: readonly Wire['DomainPermissionPolicy'][] | undefined): Policy[] {
  const faults = (policies ?? []).flatMap((policy, i) =>
    policy.resourceConditionNode === undefined
      ? []
      : [{ field: `permissionPolicies[${i}].resourceConditionNode`, code: 'unsupported', rule: 'conditions are not supported.' }],
  );
  if (faults.length > 0) throw invalidFields(faults);
  return [...(policies ?? [])] as Policy[];
}

type Editing = Pick<Call<'putAuthorizationRole'>, 'door' | 'principal' | 'author' | 'divisions' | 'path'>;

async function editRole(call: Editing, changes: Changes, decide: (role: StoredRole) => RoleFields): Promise<string> {
  const { orgId } = call.principal;
  let name = '';
  const made = changes.make(call.door, orgId, async () => {
    const role = await requireRole(call.door, orgId, call.path.roleId);
    const fields = decide(role);
    name = fields.name;
    return [...(await editSteps(call, role, fields)), roleStep(orgId, role.id)];
  });
  return bodyOf(await unique('name', name, made));
}

/**
 * Who edits a role acts on everybody who holds it: the caller needs the permission wherever the role is granted, and
 * must hold what it grants anew in each of these divisions.
 */
async function editSteps(call: Omit<Editing, 'path'>, role: StoredRole, fields: RoleFields): Promise<Step[]> {
  const { door, principal, divisions } = call;
  const granted = await divisionsOfRole(door, principal.orgId, role.id);
  requireDivisions(divisions, granted, 'authorization:role:edit');
  const added = patternsOf(fields.policies).filter((pattern) => !allows(role.policies, pattern));
  requireHeldSomewhere(principal, added);
  const powers = granted.map((divisionId) => ({ divisionId, policies: added.map(policyOf) }));
  requireHeld(principal, powers);
  return [updateRole(principal.orgId, role.id, fields), ...recordRoles(call.author, 'update', [role.id])];
}

function policyOf(pattern: string): Policy {
  const [domain, entityName, action] = pattern.split(':') as [string, string, string];
  return { domain, entityName, actionSet: [action] };
}

async function restoreDefaults(call: Call<'putAuthorizationRolesDefault'>, changes: Changes): Promise<string> {
  const { door, principal, url } = call;
  const { orgId } = principal;
  const ids = [...new Set(call.body.map(({ id }) => id.toLowerCase()))];
  if (!ids.every(isId)) throw refuse('not.found');
  await changes.make(door, orgId, async () => {
    const roles = await storedRoles(door, orgId, ids);
    if (roles.length < ids.length) throw refuse('not.found');
    return (await Promise.all(roles.map((role) => editSteps(call, role, restored(role))))).flat();
  });
  const page = pageOf({ pageSize: ids.length }, Number.MAX_SAFE_INTEGER);
  const found = await listRoles(door, orgId, { ids, nameKey: undefined, defaults: undefined, permissions: undefined, count: true }, page);
  return pageListing(url, page, found.entities, found);
}

function restored(role: StoredRole): RoleFields {
  const original = DEFAULT_ROLES.find((candidate) => candidate.key === role.default_role);
  if (!original) throw refuse('bad.request', { params: { reason: `"${role.name}" is no default role.` } });
  return { name: role.name, nameKey: fold(role.name), description: original.description, policies: original.policies, permissions: role.permissions };
}
