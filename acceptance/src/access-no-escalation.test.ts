// Nobody gives what they do not hold, takes over who is stronger, or locks everybody out.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, makeCaller, makeClient, makeDivision, makeRole, makeUser, must, policy, roleNamed, unique } from './access-callers.ts';
import { type Server, startServer } from './server.ts';

const EVERY_ADMIN_RIGHT = [
  'authorization:grant:add',
  'authorization:grant:delete',
  'authorization:grant:view',
  'authorization:role:add',
  'authorization:role:edit',
  'authorization:role:delete',
  'authorization:role:view',
  'authorization:division:add',
  'authorization:division:edit',
  'authorization:division:delete',
  'oauth:client:add',
  'oauth:client:edit',
  'oauth:client:view',
  'oauth:client:delete',
  'oauth:token:delete',
  'directory:user:view',
  'directory:user:add',
  'directory:user:edit',
  'directory:user:delete',
  'directory:user:setPassword',
  'directory:group:add',
  'directory:group:edit',
  'directory:group:view',
  'directory:group:delete',
  'externalContacts:contact:view',
];

let server: Server;
let admin: Caller;
let strong: { id: string };
let full: { id: string };

beforeAll(async () => {
  server = await startServer();
  admin = await makeCaller(server, EVERY_ADMIN_RIGHT);
  strong = await makeRole(server, 'externalContacts:contact:delete');
  full = await roleNamed(server, 'Full Access');
}, 60_000);
afterAll(() => server.stop());

async function as(caller: Caller, method: string, path: string, body?: unknown): Promise<string> {
  const answer = await server.request(method, path, { token: caller.token, ...(body === undefined ? {} : { body }) });
  return `${answer.status} ${answer.body?.code ?? ''}`.trim();
}
const REFUSED = '403 missing.permissions';
const role = (...permissions: string[]) => ({ name: unique('Role'), permissionPolicies: permissions.map(policy) });
const grant = (roleId: string, divisionId = '*') => ({ grants: [{ roleId, divisionId }] });

describe('more than the caller holds is refused', () => {
  it('as a role', async () => {
    expect(await as(admin, 'POST', '/api/v2/authorization/roles', role('externalContacts:contact:view'))).toBe('200');
    for (const more of ['externalContacts:contact:delete', 'externalContacts:contact:*', 'externalContacts:*:view', '*:*:*']) {
      expect(await as(admin, 'POST', '/api/v2/authorization/roles', role(more))).toBe(REFUSED);
    }
    const answer = await server.request('POST', '/api/v2/authorization/roles', {
      token: admin.token,
      body: role('directory:user:view', 'relate:contact:view'),
    });
    expect(answer.body.messageParams.permissions).toBe('relate:contact:view');
  });

  it('as a grant, by every way to grant', async () => {
    const user = await makeUser(server);
    const subject = `/api/v2/authorization/subjects/${user.id}`;
    expect(await as(admin, 'POST', `${subject}/bulkadd`, grant(strong.id))).toBe(REFUSED);
    expect(await as(admin, 'POST', `${subject}/bulkreplace`, grant(full.id))).toBe(REFUSED);
    expect(await as(admin, 'POST', `${subject}/divisions/*/roles/${strong.id}`)).toBe(REFUSED);
    expect(await as(admin, 'POST', `/api/v2/authorization/roles/${strong.id}`, { subjectIds: [user.id], divisionIds: ['*'] })).toBe(REFUSED);
    expect(await as(admin, 'PUT', `/api/v2/users/${user.id}/roles`, [strong.id])).toBe(REFUSED);
    expect(await as(admin, 'POST', `/api/v2/authorization/subjects/${admin.clientId}/bulkadd`, grant(strong.id))).toBe(REFUSED);
    expect((await must(server, 'GET', subject)).grants).toEqual([]);
  });

  it('as a client', async () => {
    const body = { name: unique('Client'), authorizedGrantType: 'CLIENT_CREDENTIALS' };
    expect(await as(admin, 'POST', '/api/v2/oauth/clients', { ...body, roleDivisions: [{ roleId: strong.id, divisionId: '*' }] })).toBe(REFUSED);
    expect(await as(admin, 'POST', '/api/v2/oauth/clients', { ...body, roleIds: [strong.id] })).toBe(REFUSED);
    expect(await as(admin, 'PUT', `/api/v2/oauth/clients/${admin.clientId}`, { ...body, roleDivisions: [{ roleId: full.id, divisionId: '*' }] })).toBe(REFUSED);
  });

  it('by editing a role that the caller or somebody else has', async () => {
    const own = await makeRole(server, ...EVERY_ADMIN_RIGHT);
    const caller = await makeClient(server, [{ roleId: own.id, divisionId: '*' }]);
    const policies = [...EVERY_ADMIN_RIGHT, 'externalContacts:contact:delete'].map(policy);
    expect(await as(caller, 'PUT', `/api/v2/authorization/roles/${own.id}`, { name: own.name, permissionPolicies: policies })).toBe(REFUSED);
    expect(
      await as(caller, 'PATCH', `/api/v2/authorization/roles/${own.id}`, { permissionPolicies: [{ domain: '*', entityName: '*', actionSet: ['*'] }] }),
    ).toBe(REFUSED);
    // What is in a stronger role already may stay in it.
    expect(
      await as(caller, 'PATCH', `/api/v2/authorization/roles/${strong.id}`, {
        permissionPolicies: ['externalContacts:contact:delete', 'directory:user:view'].map(policy),
      }),
    ).toBe('200');
  });

  it('by restoring a default role', async () => {
    const agent = await roleNamed(server, 'Agent');
    await must(server, 'PATCH', `/api/v2/authorization/roles/${agent.id}`, { permissionPolicies: [] });
    expect(await as(admin, 'PUT', '/api/v2/authorization/roles/default', [{ id: agent.id }])).toBe(REFUSED);
  });

  it('by joining a group, or by letting its roles count', async () => {
    const group = await must(server, 'POST', '/api/v2/groups', { name: unique('Group') });
    const user = await makeUser(server);
    const members = `/api/v2/groups/${group.id}/members`;
    expect(await as(admin, 'POST', `/api/v2/authorization/subjects/${group.id}/bulkadd`, grant(strong.id))).toBe(REFUSED);
    await must(server, 'POST', `/api/v2/authorization/subjects/${group.id}/bulkadd`, grant(strong.id));
    expect(await as(admin, 'POST', members, { memberIds: [user.id] })).toBe(REFUSED);
    const off = await must(server, 'PUT', `/api/v2/groups/${group.id}`, { version: group.version, rolesEnabled: false });
    expect(await as(admin, 'POST', members, { memberIds: [user.id] })).toBe('202');
    expect(await as(admin, 'PUT', `/api/v2/groups/${group.id}`, { version: off.version + 1, rolesEnabled: true })).toBe(REFUSED);
  });
});

describe('whoever is stronger cannot be taken over', () => {
  it('by the secret of a client', async () => {
    expect(await as(admin, 'POST', `/api/v2/oauth/clients/${server.firstRun.clientId}/secret`)).toBe(REFUSED);
    expect((await server.request('GET', `/api/v2/oauth/clients/${server.firstRun.clientId}`, { token: admin.token })).text).not.toContain('secret');
    expect(await as(admin, 'POST', `/api/v2/oauth/clients/${admin.clientId}/secret`)).toBe('200');
  });

  it('by the password or the e-mail address of a user', async () => {
    const user = await makeUser(server);
    expect(await as(admin, 'POST', `/api/v2/users/${user.id}/password`, { newPassword: 'long enough' })).toBe('204');
    await must(server, 'POST', `/api/v2/authorization/subjects/${user.id}/bulkadd`, grant(strong.id));
    expect(await as(admin, 'POST', `/api/v2/users/${user.id}/password`, { newPassword: 'long enough' })).toBe(REFUSED);
    expect(await as(admin, 'PATCH', `/api/v2/users/${user.id}`, { version: 2, email: 'mine@example.com' })).toBe(REFUSED);
    expect(await as(admin, 'PATCH', `/api/v2/users/${user.id}`, { version: 2, title: 'Boss' })).toBe('200');
  });
});

describe('divisions count', () => {
  it('for what is granted, and where', async () => {
    const [here, there] = [await makeDivision(server), await makeDivision(server)];
    const local = await makeCaller(server, [...EVERY_ADMIN_RIGHT, 'externalContacts:contact:delete'], here.id);
    const user = await makeUser(server, { divisionId: here.id });
    const subject = `/api/v2/authorization/subjects/${user.id}`;
    expect(await as(local, 'POST', `${subject}/bulkadd`, grant(strong.id, here.id))).toBe('204');
    for (const division of [there.id, '*'])
      expect(await as(local, 'POST', `${subject}/bulkadd`, grant(strong.id, division))).toBe('403 missing.division.permission');
    const body = { name: unique('Client'), authorizedGrantType: 'CLIENT_CREDENTIALS' };
    expect(await as(local, 'POST', '/api/v2/oauth/clients', { ...body, roleDivisions: [{ roleId: strong.id, divisionId: here.id }] })).toBe('200');
    expect(await as(local, 'POST', '/api/v2/oauth/clients', { ...body, roleDivisions: [{ roleId: strong.id, divisionId: '*' }] })).toBe(REFUSED);
    await must(server, 'POST', `${subject}/divisions/${there.id}/roles/${strong.id}`);
    expect(await as(local, 'DELETE', `${subject}/divisions/${there.id}/roles/${strong.id}`)).toBe('403 missing.division.permission');
    expect(await as(local, 'DELETE', `/api/v2/users/${user.id}/roles`)).toBe('403 missing.division.permission');
    expect((await server.request('GET', subject, { token: local.token })).body.grants).toHaveLength(1);
    expect(await as(local, 'PUT', `/api/v2/authorization/divisions/${there.id}`, { name: 'Mine' })).toBe('403 missing.division.permission');
    expect(await as(local, 'DELETE', `/api/v2/authorization/divisions/${there.id}`)).toBe('403 missing.division.permission');
  });

  it('for a role that is granted beyond them', async () => {
    const [here, there] = [await makeDivision(server), await makeDivision(server)];
    const local = await makeCaller(server, [...EVERY_ADMIN_RIGHT, 'relate:contact:view'], here.id);
    const shared = await makeRole(server, 'directory:user:view');
    await makeClient(server, [{ roleId: shared.id, divisionId: here.id }]);
    const path = `/api/v2/authorization/roles/${shared.id}`;
    expect(await as(local, 'PATCH', path, { permissionPolicies: ['directory:user:view', 'relate:contact:view'].map(policy) })).toBe('200');
    await makeClient(server, [{ roleId: shared.id, divisionId: there.id }]);
    expect(await as(local, 'PATCH', path, { permissionPolicies: [] })).toBe('403 missing.division.permission');
    expect(await as(local, 'DELETE', path)).toBe('403 missing.division.permission');
    // Held in one division is not held in the other.
    const both = await makeClient(server, [
      { roleId: (await makeRole(server, 'authorization:role:edit')).id, divisionId: '*' },
      { roleId: (await makeRole(server, 'externalContacts:session:view')).id, divisionId: here.id },
    ]);
    expect(await as(both, 'PATCH', path, { permissionPolicies: ['externalContacts:session:view'].map(policy) })).toBe(REFUSED);
  });

  it('for users: lists are filtered, hidden ones do not exist, visible ones may be closed', async () => {
    const [here, there] = [await makeDivision(server), await makeDivision(server)];
    const [mine, other] = [await makeUser(server, { divisionId: here.id }), await makeUser(server, { divisionId: there.id })];
    const local = await makeCaller(
      server,
      ['directory:user:view', 'directory:user:edit', 'directory:user:add', 'directory:user:delete', 'directory:group:view'],
      here.id,
    );
    const ids = async (path: string) => (await must(server, 'GET', path, undefined, local.token)).entities.map(({ id }: { id: string }) => id);
    expect(await ids('/api/v2/users')).toEqual([mine.id]);
    expect((await must(server, 'POST', '/api/v2/users/search', {}, local.token)).results.map(({ id }: { id: string }) => id)).toEqual([mine.id]);
    const group = await must(server, 'POST', '/api/v2/groups', { name: unique('Group') });
    await must(server, 'POST', `/api/v2/groups/${group.id}/members`, { memberIds: [mine.id, other.id] });
    for (const of of ['members', 'individuals']) expect(await ids(`/api/v2/groups/${group.id}/${of}`)).toEqual([mine.id]);
    for (const [method, body] of [['GET'], ['PATCH', { version: 1, title: 'x' }], ['DELETE']] as [string, unknown?][]) {
      expect(await as(local, method, `/api/v2/users/${other.id}`, body)).toBe('404 general.resource.not.found');
    }
    const seeing = await makeClient(server, [
      { roleId: (await makeRole(server, 'directory:user:view')).id, divisionId: '*' },
      { roleId: (await makeRole(server, 'directory:user:edit', 'directory:user:delete')).id, divisionId: here.id },
    ]);
    expect(await as(seeing, 'DELETE', `/api/v2/users/${other.id}`)).toBe('403 missing.division.permission');
    expect(await as(local, 'POST', '/api/v2/users', { name: 'x', email: 'home@example.com' })).toBe('403 missing.division.permission');
    expect(await as(local, 'POST', `/api/v2/authorization/divisions/${there.id}/objects/USER`, [mine.id])).toBe('403 missing.division.permission');
    expect(await as(seeing, 'POST', `/api/v2/authorization/divisions/${here.id}/objects/USER`, [other.id])).toBe('403 missing.division.permission');
  });
});

describe('the last who may do everything', () => {
  it('cannot be removed, disabled or weakened', async () => {
    const { entities } = await must(server, 'GET', '/api/v2/users');
    const administrator = entities.find((user: { email: string }) => user.email === server.firstRun.adminEmail);
    const client = `/api/v2/oauth/clients/${server.firstRun.clientId}`;
    await must(server, 'DELETE', `/api/v2/authorization/subjects/${administrator.id}/divisions/*/roles/${full.id}`);
    for (const [method, path, body] of [
      ['DELETE', `/api/v2/authorization/subjects/${server.firstRun.clientId}/divisions/*/roles/${full.id}`],
      ['POST', `/api/v2/authorization/subjects/${server.firstRun.clientId}/bulkreplace`, { grants: [] }],
      ['PATCH', `/api/v2/authorization/roles/${full.id}`, { permissionPolicies: [] }],
      ['DELETE', client],
      ['PUT', client, { name: 'First client', authorizedGrantType: 'CLIENT_CREDENTIALS', state: 'disabled' }],
      ['PUT', client, { name: 'First client', authorizedGrantType: 'CODE' }],
    ] as [string, string, unknown?][]) {
      const answer = await server.request(method, path, body === undefined ? {} : { body });
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 409, 'conflict']);
    }
    // By a group of its own, somebody else has it too; then the client may go, and the user may not.
    const group = await must(server, 'POST', '/api/v2/groups', { name: unique('Owners') });
    await must(server, 'POST', `/api/v2/groups/${group.id}/members`, { memberIds: [administrator.id] });
    await must(server, 'POST', `/api/v2/authorization/subjects/${group.id}/bulkadd`, grant(full.id));
    const second = await makeClient(server, [{ roleId: full.id, divisionId: '*' }]);
    expect(await as(second, 'DELETE', client)).toBe('204');
    expect(await as(second, 'DELETE', `/api/v2/authorization/subjects/${second.clientId}/divisions/*/roles/${full.id}`)).toBe('204');
    expect(await as(second, 'GET', '/api/v2/users')).toBe('403 missing.any.permissions');
  });
});
