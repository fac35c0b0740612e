// Every operation by which an organization is administered: what it does, and what it refuses.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeDivision, makeRole, makeUser, must, roleNamed, unique } from './access-callers.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';
let server: Server;
let home: { id: string };

beforeAll(async () => {
  server = await startServer();
  home = await must(server, 'GET', '/api/v2/authorization/divisions/home');
}, 60_000);
afterAll(() => server.stop());

const get = <B = Json>(path: string) => must<B>(server, 'GET', path);
const code = async (method: string, path: string, body?: unknown, token?: string) => {
  const answer = await server.request(method, path, { ...(body === undefined ? {} : { body }), ...(token === undefined ? {} : { token }) });
  return `${answer.status} ${answer.body?.code ?? ''}`.trim();
};

describe('users', () => {
  it('are made, read, changed under their version, and deleted', async () => {
    const user = await makeUser(server, { title: 'Clerk', department: 'Sales', password: 'correct horse' });
    expect(user).toMatchObject({ title: 'Clerk', state: 'active', version: 1, division: { id: home.id, name: 'Home' }, selfUri: `/api/v2/users/${user.id}` });
    expect(user).not.toHaveProperty('password');
    expect(await get(`/api/v2/users/${user.id}?expand=groups,authorization,nonsense`)).toMatchObject({
      id: user.id,
      groups: [],
      authorization: { roles: [], permissions: [] },
    });
    const changed = await must(server, 'PATCH', `/api/v2/users/${user.id}`, { version: 1, title: 'Chief', department: '' });
    expect(changed).toMatchObject({ title: 'Chief', department: 'Sales', version: 2 });
    expect(await code('PATCH', `/api/v2/users/${user.id}`, { version: 1, title: 'x' })).toBe('409 general.conflict');
    expect(await code('DELETE', `/api/v2/users/${user.id}`)).toBe('200');
    expect(await code('GET', `/api/v2/users/${user.id}`)).toBe('404 general.resource.not.found');
    expect(await get(`/api/v2/users/${user.id}?state=deleted`)).toMatchObject({ state: 'deleted' });
    expect(await code('DELETE', `/api/v2/users/${user.id}`)).toBe('404 general.resource.not.found');
  });

  it('have an e-mail address of their own, until they are deleted', async () => {
    const user = await makeUser(server);
    const again = { name: 'Again', email: user.email.toUpperCase() };
    const refused = await server.request('POST', '/api/v2/users', { body: again });
    expect([refused.status, refused.body.code, refused.body.details[0].fieldName]).toEqual([409, 'conflict', 'email']);
    const other = await makeUser(server);
    expect(await code('PATCH', `/api/v2/users/${other.id}`, { version: 1, email: user.email })).toBe('409 conflict');
    await must(server, 'DELETE', `/api/v2/users/${user.id}`);
    const second = await must(server, 'POST', '/api/v2/users', again);
    expect(await code('PATCH', `/api/v2/users/${user.id}`, { version: 2, state: 'active' })).toBe('409 conflict');
    await must(server, 'DELETE', `/api/v2/users/${second.id}`);
    expect(await must(server, 'PATCH', `/api/v2/users/${user.id}`, { version: 2, state: 'active' })).toMatchObject({ state: 'active', version: 3 });
  });

  it.each([
    [{ name: 'x' }, 'email'],
    [{ email: 'a@example.com' }, 'name'],
    [{ name: 'x', email: 'nonsense' }, 'email'],
    [{ name: 'x', email: 'b@example.com', divisionId: NOBODY }, 'divisionId'],
    [{ name: 'x', email: 'b@example.com', password: 'short' }, 'password'],
    [{ name: 'x'.repeat(201), email: 'b@example.com' }, 'name'],
  ])('are not made of %j', async (body, field) => {
    const answer = await server.request('POST', '/api/v2/users', { body });
    expect([answer.status, answer.body.details[0].fieldName]).toEqual([422, field]);
  });

  it('are listed by page, state and id, and found by their fields', async () => {
    const name = unique('Zoë Müller');
    const [a, b] = [await makeUser(server, { name, department: 'Ops' }), await makeUser(server, { name: `${name} 2`, state: 'inactive' })];
    expect((await get(`/api/v2/users?id=${a.id}&id=${b.id},nonsense&state=any&sortOrder=DESC`)).entities.map((user: { id: string }) => user.id)).toEqual([
      b.id,
      a.id,
    ]);
    expect((await get(`/api/v2/users?id=${a.id},${b.id}`)).total).toBe(1);
    const page = await get('/api/v2/users?pageSize=1&pageNumber=2&state=any');
    expect(page).toMatchObject({ pageSize: 1, pageNumber: 2, nextUri: expect.any(String), previousUri: expect.any(String) });
    expect((await get('/api/v2/users?pageSize=&pageNumber=9999')).entities).toEqual([]);
    const found = async (...query: unknown[]) => (await must(server, 'POST', '/api/v2/users/search', { query })).results.map((user: { id: string }) => user.id);
    expect(await found({ type: 'STARTS_WITH', fields: ['name'], value: 'ZOE MUL' })).toEqual([a.id, b.id]);
    expect(await found({ type: 'STARTS_WITH', fields: ['name'], value: 'zoë' }, { type: 'EXACT', fields: ['state'], values: ['inactive', 'deleted'] })).toEqual(
      [b.id],
    );
    expect(await found({ type: 'EXACT', fields: ['email'], value: a.email.toUpperCase() })).toEqual([a.id]);
    expect(
      await found({ type: 'CONTAINS', fields: ['name'], value: 'müller' }, { type: 'EXACT', fields: ['department'], value: 'ops', operator: 'NOT' }),
    ).toEqual([b.id]);
    expect(await found({ type: 'EXACT', fields: ['id'], value: a.id, operator: 'OR' }, { type: 'EXACT', fields: ['id'], value: b.id, operator: 'OR' })).toEqual(
      [a.id, b.id],
    );
    expect(await code('POST', '/api/v2/users/search', { query: [{ type: 'RANGE', fields: ['name'], value: 'x' }] })).toBe('422 constraint.validation');
    expect((await must(server, 'POST', '/api/v2/users/search', {})).total).toBeGreaterThan(1);
  });

  it('get passwords and lose tokens', async () => {
    const user = await makeUser(server);
    expect(await code('POST', `/api/v2/users/${user.id}/password`, { newPassword: 'long enough' })).toBe('204');
    expect(await code('POST', `/api/v2/users/${user.id}/password`, { newPassword: 'short' })).toBe('422 constraint.validation');
    expect(await code('POST', `/api/v2/users/${NOBODY}/password`, { newPassword: 'long enough' })).toBe('404 general.resource.not.found');
    expect(await code('DELETE', `/api/v2/tokens/${user.id}`)).toBe('200');
    expect(await code('DELETE', `/api/v2/tokens/${NOBODY}`)).toBe('404 general.resource.not.found');
  });

  it('have roles: new ones in the home division, others where they are', async () => {
    const user = await makeUser(server);
    const [one, two] = [await makeRole(server, 'directory:user:view'), await makeRole(server, 'directory:group:view')];
    await must(server, 'POST', `/api/v2/authorization/subjects/${user.id}/divisions/*/roles/${one.id}`);
    const set = await must(server, 'PUT', `/api/v2/users/${user.id}/roles`, [one.id, two.id]);
    expect(set.roles.map((role: { id: string }) => role.id).sort()).toEqual([one.id, two.id].sort());
    expect(set).toMatchObject({ unusedRoles: [], permissions: ['directory:group:view', 'directory:user:view'] });
    const { grants } = await get(`/api/v2/authorization/subjects/${user.id}?includeDuplicates=true`);
    expect(grants.map((grant: Json) => [grant.subjectId, grant.role.id, grant.division.id]).sort()).toEqual(
      [
        [user.id, one.id, '*'],
        [user.id, two.id, home.id],
      ].sort(),
    );
    expect((await must(server, 'PUT', `/api/v2/users/${user.id}/roles`, [two.id])).roles).toHaveLength(1);
    expect(await code('PUT', `/api/v2/users/${user.id}/roles`, [NOBODY])).toBe('404 not.found');
    expect((await get(`/api/v2/users/${user.id}/roles`)).roles).toHaveLength(1);
    expect(await code('DELETE', `/api/v2/users/${user.id}/roles`)).toBe('204');
    expect(await get(`/api/v2/users/${user.id}/roles`)).toMatchObject({ roles: [], permissions: [], permissionPolicies: [] });
    expect(await code('GET', `/api/v2/users/${NOBODY}/roles`)).toBe('404 general.resource.not.found');
    expect(await code('DELETE', `/api/v2/users/${NOBODY}/roles`)).toBe('404 general.resource.not.found');
  });
});

describe('the organization', () => {
  it('is read, and changed under its version', async () => {
    const before = await get('/api/v2/organizations/me');
    expect(before).toMatchObject({ defaultCountryCode: 'US', version: expect.any(Number), thirdPartyOrgName: 'my-organization' });
    const after = await must(server, 'PUT', '/api/v2/organizations/me', {
      version: before.version,
      name: 'Acme',
      defaultCountryCode: 'DE',
      thirdPartyOrgName: 'other',
    });
    expect(after).toMatchObject({ name: 'Acme', defaultCountryCode: 'DE', thirdPartyOrgName: 'my-organization', version: before.version + 1 });
    expect(await code('PUT', '/api/v2/organizations/me', { version: before.version })).toBe('409 general.conflict');
    expect(await code('PUT', '/api/v2/organizations/me', { version: after.version, defaultCountryCode: 'Germany' })).toBe('422 constraint.validation');
    // Numbers without a country code are read as the country says, on the next request.
    const contact = await must(server, 'POST', '/api/v2/externalcontacts/contacts', { lastName: 'Schmidt', workPhone: { display: '030 901820' } });
    expect(contact.workPhone.e164).toBe('+4930901820');
  });
});

describe('divisions', () => {
  it('are made, listed, renamed and deleted', async () => {
    const division = await makeDivision(server);
    expect(division).toMatchObject({ homeDivision: false, description: '' });
    expect(await code('POST', '/api/v2/authorization/divisions', { name: division.name.toUpperCase() })).toBe('409 conflict');
    expect(await code('POST', '/api/v2/authorization/divisions', {})).toBe('422 constraint.validation');
    expect((await get(`/api/v2/authorization/divisions?name=${encodeURIComponent(division.name)}`)).entities).toHaveLength(1);
    expect((await get(`/api/v2/authorization/divisions?id=${division.id},${home.id}&objectCount=true`)).entities).toHaveLength(2);
    expect(await get(`/api/v2/authorization/divisions/${division.id}?objectCount=true`)).toMatchObject({ objectCounts: { USER: 0 } });
    const name = unique('Renamed');
    expect(await must(server, 'PUT', `/api/v2/authorization/divisions/${division.id}`, { name, description: 'why' })).toMatchObject({
      name,
      description: 'why',
    });
    expect(await code('PUT', `/api/v2/authorization/divisions/${division.id}`, { name: 'Home' })).toBe('409 conflict');
    expect(await code('DELETE', `/api/v2/authorization/divisions/${division.id}`)).toBe('204');
    expect(await code('GET', `/api/v2/authorization/divisions/${division.id}`)).toBe('404 not.found');
    expect(await code('PUT', `/api/v2/authorization/divisions/${division.id}`, { name: 'x' })).toBe('404 not.found');
    expect(await code('DELETE', `/api/v2/authorization/divisions/${division.id}`)).toBe('404 not.found');
    expect(await code('DELETE', `/api/v2/authorization/divisions/${home.id}?force=true`)).toBe('409 conflict');
    expect(await get('/api/v2/authorization/divisions/limit')).toBeGreaterThan(1);
  });

  it('are not deleted with records in them, and with users and grants only by force', async () => {
    const division = await makeDivision(server);
    const path = `/api/v2/authorization/divisions/${division.id}`;
    const contact = await must(server, 'POST', '/api/v2/externalcontacts/contacts', { lastName: 'Here', division: { id: division.id } });
    expect(await code('DELETE', `${path}?force=true`)).toBe('409 division.not.empty');
    await must(server, 'DELETE', `/api/v2/externalcontacts/contacts/${contact.id}`);
    const user = await makeUser(server, { divisionId: division.id });
    const role = await makeRole(server, 'directory:user:view');
    await must(server, 'POST', `/api/v2/authorization/subjects/${user.id}/bulkadd`, { grants: [{ roleId: role.id, divisionId: division.id }] });
    expect(await code('DELETE', path)).toBe('409 division.not.empty');
    expect(await code('DELETE', `${path}?force=true`)).toBe('204');
    expect(await get(`/api/v2/users/${user.id}`)).toMatchObject({ division: { id: home.id } });
    expect((await get(`/api/v2/authorization/subjects/${user.id}`)).grants).toEqual([]);
  });

  it('take users in', async () => {
    const [division, user] = [await makeDivision(server), await makeUser(server)];
    expect(await code('POST', `/api/v2/authorization/divisions/${division.id}/objects/USER`, [user.id])).toBe('204');
    expect(await get(`/api/v2/users/${user.id}`)).toMatchObject({ division: { id: division.id }, version: 2 });
    expect(await code('POST', `/api/v2/authorization/divisions/${division.id}/objects/QUEUE`, [user.id])).toBe('400 bad.request');
    expect(await code('POST', `/api/v2/authorization/divisions/${division.id}/objects/USER`, [NOBODY])).toBe('404 general.resource.not.found');
    expect(await code('POST', `/api/v2/authorization/divisions/${NOBODY}/objects/USER`, [user.id])).toBe('404 not.found');
  });

  it('are named to whoever asks where they may act', async () => {
    const division = await makeDivision(server);
    const caller = await makeCaller(server, ['externalContacts:contact:view'], division.id);
    const permission = 'permission=externalContacts:contact:view';
    expect(await must(server, 'GET', `/api/v2/authorization/divisionspermitted/me?${permission}`, undefined, caller.token)).toMatchObject([
      { id: division.id },
    ]);
    expect(await must(server, 'GET', `/api/v2/authorization/divisionspermitted/paged/me?${permission}`, undefined, caller.token)).toMatchObject({ total: 1 });
    expect((await get(`/api/v2/authorization/divisionspermitted/me?${permission}&name=home`)).map((entry: { id: string }) => entry.id)).toEqual([home.id]);
    expect(await code('GET', '/api/v2/authorization/divisionspermitted/me')).toBe('400 invalid.query.param.value');
  });
});

describe('roles', () => {
  it('are made, listed, changed and deleted', async () => {
    const role = await makeRole(server, 'externalContacts:contact:view');
    const path = `/api/v2/authorization/roles/${role.id}`;
    expect(await get(path)).toMatchObject({
      permissionPolicies: [{ domain: 'externalContacts', entityName: 'contact', actionSet: ['view'] }],
      userCount: 0,
      default: false,
    });
    expect(await code('POST', '/api/v2/authorization/roles', { name: role.name })).toBe('409 conflict');
    const name = unique('Role');
    expect(
      await must(server, 'PUT', path, { name, permissions: ['group_creation'], permissionPolicies: [{ domain: 'relate', entityName: '*', actionSet: ['*'] }] }),
    ).toMatchObject({
      name,
      permissions: ['group_creation'],
      permissionPolicies: [{ domain: 'relate' }],
    });
    expect(await must(server, 'PATCH', path, { description: 'patched' })).toMatchObject({
      name,
      description: 'patched',
      permissionPolicies: [{ domain: 'relate' }],
    });
    expect((await get(`/api/v2/authorization/roles?permission=relate:contact:view&id=${role.id}`)).total).toBe(1);
    expect((await get(`/api/v2/authorization/roles?permission=oauth:client:add&id=${role.id}`)).total).toBe(0);
    expect(await code('DELETE', path)).toBe('204');
    for (const method of ['GET', 'DELETE']) expect(await code(method, path)).toBe('404 not.found');
    expect(await code('PUT', path, { name })).toBe('404 not.found');
    expect(await code('PATCH', path, { name })).toBe('404 not.found');
  });

  it('are refused with conditions, which would not hold', async () => {
    const policies = [
      { domain: 'a', entityName: 'b', actionSet: ['c'], resourceConditionNode: { variableName: 'x', operator: 'EQ', operands: [{ type: 'USER' }] } },
    ];
    expect(await code('POST', '/api/v2/authorization/roles', { name: unique('Role'), permissionPolicies: policies })).toBe('422 constraint.validation');
    expect(
      await code('POST', '/api/v2/authorization/roles', { name: unique('Role'), permissionPolicies: [{ domain: 'a:b', entityName: 'b', actionSet: ['c'] }] }),
    ).toBe('422 constraint.validation');
  });

  it('of every new organization are there, can be restored, and stay', async () => {
    const { entities } = await get('/api/v2/authorization/roles?defaultRoleId=fullAccess,admin,contactManager,agent,readOnly');
    expect(entities.map((role: { name: string }) => role.name)).toEqual(['Admin', 'Agent', 'Contact Manager', 'Full Access', 'Read-only']);
    const agent = await roleNamed(server, 'Agent');
    await must(server, 'PATCH', `/api/v2/authorization/roles/${agent.id}`, { permissionPolicies: [] });
    expect((await must(server, 'PUT', '/api/v2/authorization/roles/default', [{ id: agent.id }])).entities).toMatchObject([
      { id: agent.id, permissionPolicies: agent.permissionPolicies },
    ]);
    expect(await code('DELETE', `/api/v2/authorization/roles/${agent.id}`)).toBe('409 conflict');
    const own = await makeRole(server);
    expect(await code('PUT', '/api/v2/authorization/roles/default', [{ id: own.id }])).toBe('400 bad.request');
    expect(await code('PUT', '/api/v2/authorization/roles/default', [{ id: NOBODY }])).toBe('404 not.found');
  });

  it('are granted to many at once, and say to whom', async () => {
    const [role, division] = [await makeRole(server, 'directory:user:view'), await makeDivision(server)];
    const users = [await makeUser(server), await makeUser(server)];
    const path = `/api/v2/authorization/roles/${role.id}`;
    const subjectIds = users.map(({ id }) => id);
    expect(await code('POST', `${path}?subjectType=PC_USER`, { subjectIds, divisionIds: [division.id, '*'] })).toBe('204');
    expect(await code('POST', `${path}?subjectType=PC_GROUP`, { subjectIds, divisionIds: ['*'] })).toBe('404 not.found');
    expect(await code('POST', path, { subjectIds, divisionIds: [NOBODY] })).toBe('404 not.found');
    expect((await get(`${path}/users`)).entities.map(({ id }: { id: string }) => id).sort()).toEqual([...subjectIds].sort());
    const { entities, total } = await get(`${path}/subjectgrants?pageSize=1`);
    expect([total, entities.length, entities[0].divisions.length, entities[0].type]).toEqual([2, 1, 2, 'PC_USER']);
    expect((await get(path)).userCount).toBe(2);
    for (const of of ['users', 'subjectgrants']) expect(await code('GET', `/api/v2/authorization/roles/${NOBODY}/${of}`)).toBe('404 not.found');
  });

  it('are made of permissions that are listed', async () => {
    const all = await get('/api/v2/authorization/permissions?pageSize=100');
    expect(all.entities.map((entry: { domain: string }) => entry.domain)).toEqual(
      expect.arrayContaining(['authorization', 'directory', 'externalContacts', 'oauth', 'relate']),
    );
    const one = await get('/api/v2/authorization/permissions?queryType=domain&query=externalContacts');
    expect(one.entities[0].permissionMap.contact).toContainEqual(expect.objectContaining({ action: 'view', divisionAware: true }));
    expect((await get('/api/v2/authorization/permissions?queryType=permission&query=oauth:client:add')).total).toBe(1);
  });
});

describe('grants', () => {
  it('are added, replaced and removed', async () => {
    const [user, division] = [await makeUser(server), await makeDivision(server)];
    const [one, two] = [await makeRole(server, 'directory:user:view'), await makeRole(server, 'directory:group:view')];
    const path = `/api/v2/authorization/subjects/${user.id}`;
    const pairs = async () => (await get(path)).grants.map((grant: Json) => `${grant.role.id} ${grant.division.id}`).sort();
    const grants = [
      { roleId: one.id, divisionId: division.id },
      { roleId: two.id, divisionId: '*' },
    ];
    expect(await code('POST', `${path}/bulkadd?subjectType=PC_USER`, { grants })).toBe('204');
    expect(await code('POST', `${path}/bulkadd`, { grants })).toBe('204');
    expect(await pairs()).toEqual([`${one.id} ${division.id}`, `${two.id} *`].sort());
    expect(
      await code('POST', `${path}/bulkadd`, {
        grants: [
          { roleId: one.id, divisionId: '*' },
          { roleId: NOBODY, divisionId: '*' },
        ],
      }),
    ).toBe('404 not.found');
    expect(await code('POST', `${path}/bulkadd`, { grants: [{ roleId: one.id, divisionId: '00000000-0000-0000-0000-000000000000' }] })).toBe('404 not.found');
    expect(await code('POST', `${path}/bulkadd?subjectType=PC_GROUP`, { grants })).toBe('404 not.found');
    expect(await code('POST', `${path}/bulkreplace`, { grants: [{ roleId: one.id, divisionId: '*' }] })).toBe('204');
    expect(await pairs()).toEqual([`${one.id} *`]);
    expect(await code('DELETE', `${path}/divisions/${division.id}/roles/${one.id}`)).toBe('404 not.found');
    expect(await code('DELETE', `${path}/divisions/*/roles/${one.id}`)).toBe('204');
    expect(await code('POST', `${path}/divisions/${division.id}/roles/${two.id}`)).toBe('204');
    expect(await code('POST', `${path}/bulkremove`, { grants: [...grants, { roleId: two.id, divisionId: division.id }] })).toBe('204');
    expect(await pairs()).toEqual([]);
    for (const act of ['bulkadd', 'bulkremove', 'bulkreplace'])
      expect(await code('POST', `/api/v2/authorization/subjects/${NOBODY}/${act}`, { grants })).toBe('404 not.found');
    expect(await code('GET', `/api/v2/authorization/subjects/${NOBODY}`)).toBe('404 not.found');
    expect(await get('/api/v2/authorization/subjects/me')).toMatchObject({
      id: server.firstRun.clientId,
      grants: [{ role: { name: 'Full Access' }, division: { id: '*' } }],
    });
  });

  it('made at the same time all hold', async () => {
    const user = await makeUser(server);
    const roles = await Promise.all(Array.from({ length: 8 }, () => makeRole(server, 'directory:user:view')));
    await Promise.all(roles.map((role) => must(server, 'POST', `/api/v2/authorization/subjects/${user.id}/divisions/*/roles/${role.id}`)));
    expect((await get(`/api/v2/authorization/subjects/${user.id}`)).grants).toHaveLength(8);
  });
});

describe('groups', () => {
  it('are made, listed, changed under their version, and deleted', async () => {
    const group = await must(server, 'POST', '/api/v2/groups', { name: unique('Group'), type: 'official', rulesVisible: true, visibility: 'public' });
    const path = `/api/v2/groups/${group.id}`;
    expect(group).toMatchObject({ memberCount: 0, version: 1, state: 'active', rolesEnabled: true });
    expect((await get(`/api/v2/groups?id=${group.id}`)).total).toBe(1);
    // By a part of the name, as one types it.
    expect((await get(`/api/v2/groups?name=${group.name.slice(2).toUpperCase()}`)).entities).toMatchObject([{ id: group.id }]);
    expect((await get('/api/v2/groups?name=nobody+is+called+so')).total).toBe(0);
    expect(await must(server, 'PUT', path, { version: 1, description: 'why', rolesEnabled: false })).toMatchObject({
      version: 2,
      description: 'why',
      rolesEnabled: false,
    });
    expect(await code('PUT', path, { version: 1 })).toBe('409 general.conflict');
    expect(await code('PUT', path, { version: 2, visibility: 'nobody' })).toBe('422 constraint.validation');
    expect(await code('POST', '/api/v2/groups', { type: 'official' })).toBe('422 constraint.validation');
    expect(await code('DELETE', path)).toBe('204');
    for (const method of ['GET', 'DELETE']) expect(await code(method, path)).toBe('404 general.resource.not.found');
    expect(await code('PUT', path, { version: 3 })).toBe('404 general.resource.not.found');
  });

  it('have members, who have the roles of the group while it is there', async () => {
    const group = await must(server, 'POST', '/api/v2/groups', { name: unique('Group') });
    const user = await makeUser(server);
    const role = await makeRole(server, 'directory:user:view');
    await must(server, 'POST', `/api/v2/authorization/subjects/${group.id}/bulkadd?subjectType=PC_GROUP`, { grants: [{ roleId: role.id, divisionId: '*' }] });
    const members = `/api/v2/groups/${group.id}/members`;
    expect(await code('POST', members, { memberIds: [user.id], version: 9 })).toBe('409 general.conflict');
    expect(await code('POST', members, { memberIds: [user.id], version: group.version })).toBe('202');
    expect(await code('POST', members, { memberIds: [NOBODY] })).toBe('404 general.resource.not.found');
    expect((await get(members)).entities).toMatchObject([{ id: user.id }]);
    expect(await get(`/api/v2/groups/${group.id}/individuals`)).toMatchObject({ total: 1, entities: [{ id: user.id }] });
    expect(await get(`/api/v2/users/${user.id}?expand=groups,authorization`)).toMatchObject({
      groups: [{ id: group.id }],
      authorization: { permissions: ['directory:user:view'] },
    });
    // With a grant of its own for the same role, the group's stands beside it only as a duplicate.
    await must(server, 'POST', `/api/v2/authorization/subjects/${user.id}/divisions/*/roles/${role.id}`);
    expect((await get(`/api/v2/authorization/subjects/${user.id}`)).grants).toMatchObject([{ subjectId: user.id }]);
    expect((await get(`/api/v2/authorization/subjects/${user.id}?includeDuplicates=true`)).grants).toHaveLength(2);
    expect(await code('DELETE', `${members}?ids=${user.id},${NOBODY}`)).toBe('202');
    expect((await get(members)).total).toBe(0);
    for (const of of ['members', 'individuals']) expect(await code('GET', `/api/v2/groups/${NOBODY}/${of}`)).toBe('404 general.resource.not.found');
    expect(await code('POST', `/api/v2/groups/${NOBODY}/members`, { memberIds: [user.id] })).toBe('404 general.resource.not.found');
    expect(await code('DELETE', `/api/v2/groups/${NOBODY}/members?ids=${user.id}`)).toBe('404 general.resource.not.found');
  });
});

describe('OAuth clients', () => {
  it('are made, listed, changed and deleted; their secret is shown when it is made', async () => {
    const role = await makeRole(server, 'directory:user:view');
    const body = { name: unique('Client'), authorizedGrantType: 'CLIENT_CREDENTIALS', roleDivisions: [{ roleId: role.id, divisionId: '*' }] };
    const client = await must(server, 'POST', '/api/v2/oauth/clients', body);
    const path = `/api/v2/oauth/clients/${client.id}`;
    expect(client).toMatchObject({
      secret: expect.any(String),
      roleDivisions: body.roleDivisions,
      state: 'active',
      accessTokenValiditySeconds: 86_400,
      createdBy: { id: server.firstRun.clientId },
    });
    expect(await get(path)).not.toHaveProperty('secret');
    expect((await get('/api/v2/oauth/clients')).entities.map(({ id }: { id: string }) => id)).toContain(client.id);
    const kept = await must(server, 'PUT', path, { name: 'Renamed', authorizedGrantType: 'CLIENT_CREDENTIALS', scope: ['users'] });
    expect(kept).toMatchObject({ name: 'Renamed', roleDivisions: body.roleDivisions, scope: ['users'] });
    expect(await must(server, 'PUT', path, { ...body, roleDivisions: [] })).toMatchObject({ roleDivisions: [], roleIds: [] });
    expect(await must(server, 'PUT', path, { ...body, roleDivisions: undefined, roleIds: [role.id] })).toMatchObject({ roleDivisions: body.roleDivisions });
    expect(await code('POST', '/api/v2/oauth/clients', { ...body, roleDivisions: [{ roleId: NOBODY, divisionId: '*' }] })).toBe('404 not.found');
    expect(await code('POST', '/api/v2/oauth/clients', { ...body, accessTokenValiditySeconds: 10 })).toBe('422 constraint.validation');
    expect(await code('PUT', path, { name: 'x' })).toBe('422 constraint.validation');
    const renewed = await must(server, 'POST', `${path}/secret`);
    await expect(server.tokenFor(client.id, client.secret)).rejects.toThrow('authentication failed');
    const token = await server.tokenFor(client.id, renewed.secret);
    expect(await code('GET', '/api/v2/users', undefined, token)).toBe('200');
    expect(await code('DELETE', path)).toBe('204');
    expect(await code('GET', '/api/v2/users', undefined, token)).toBe('401 bad.credentials');
    for (const method of ['GET', 'DELETE']) expect(await code(method, path)).toBe('404 not.found');
    expect(await code('POST', `${path}/secret`)).toBe('404 not.found');
    expect(await code('PUT', path, body)).toBe('404 not.found');
  });
});
