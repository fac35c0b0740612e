// A whole organization is administered by the API, with the vendor's SDK, in the order and with the fields that its
// Terraform provider sends. The vectors B-05 to B-16 are those of the platform's identity operations.
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { unique } from './access-callers.ts';
import { commandLine } from './other-organization.ts';
import { type Json, refused } from './sdk.ts';
import { readContract } from './served-contract.ts';
import { type Server, startServer } from './server.ts';

const require = createRequire(import.meta.url);
let server: Server;
let admin: Apis;
beforeAll(async () => {
  server = await startServer();
  admin = apisOf();
  await admin.client.loginClientCredentialsGrant(server.firstRun.clientId, server.firstRun.clientSecret);
}, 60_000);
afterAll(() => server.stop());

type Apis = ReturnType<typeof apisOf>;

function apisOf() {
  const sdk = require('purecloud-newest');
  const client = new sdk.ApiClientClass();
  client.setGateway({ protocol: 'http', host: '127.0.0.1', port: server.port });
  return {
    client,
    authorization: new sdk.AuthorizationApi(client),
    users: new sdk.UsersApi(client),
    groups: new sdk.GroupsApi(client),
    oauth: new sdk.OAuthApi(client),
    tokens: new sdk.TokensApi(client),
    organization: new sdk.OrganizationApi(client),
    contacts: new sdk.ExternalContactsApi(client),
  };
}

/** The APIs as somebody who has signed in. */
async function as(user: { email: string }): Promise<Apis> {
  const apis = apisOf();
  apis.client.setAccessToken((await commandLine<{ access_token: string }>(server, 'token', '--user', user.email)).access_token);
  return apis;
}

const policies = (...actionSet: string[]) => [{ domain: 'externalContacts', entityName: 'contact', actionSet, allowConditions: false }];
const makeRole = (...actions: string[]): Promise<Json> =>
  admin.authorization.postAuthorizationRoles({
    name: unique('Role'),
    description: 'Made by a plan',
    permissions: [],
    permissionPolicies: policies(...actions),
  });
const makeUser = (more: object = {}): Promise<Json> =>
  admin.users.postUsers({ name: unique('User'), email: `${unique('u').replace(' ', '')}@example.com`, state: 'active', ...more });
const makeDivision = (): Promise<Json> => admin.authorization.postAuthorizationDivisions({ name: unique('Division'), description: '' });
const grantsOf = async (id: string): Promise<string[]> =>
  (await admin.authorization.getAuthorizationSubject(id, { includeDuplicates: true })).grants.map(({ role, division }: Json) => `${role.id} ${division.id}`);

describe('what a program asks first', () => {
  it('B-05: who the user is, of which a client has none', async () => {
    expect(await refused(admin.users.getUsersMe())).toMatchObject({ status: 400, code: 'not.a.user' });
  });

  it('B-06: what the token stands for, and whether it still counts', async () => {
    const organization = { id: server.firstRun.organizationId, name: 'My organization' };
    expect(await admin.tokens.getTokensMe()).toMatchObject({
      organization,
      homeOrganization: organization,
      OAuthClient: { id: server.firstRun.clientId, authorizedGrantType: 'CLIENT_CREDENTIALS', organization },
    });
    await admin.tokens.headTokensMe();
  });

  it('B-11: the organization, with its country and version', async () => {
    expect(await admin.organization.getOrganizationsMe()).toMatchObject({ defaultCountryCode: expect.any(String), version: expect.any(Number) });
  });

  it('B-12: the home division, of which there is one', async () => {
    const home = await admin.authorization.getAuthorizationDivisionsHome();
    expect(home).toMatchObject({ homeDivision: true, selfUri: `/api/v2/authorization/divisions/${home.id}` });
    const { entities } = await admin.authorization.getAuthorizationDivisions({ pageSize: 500 });
    expect(entities.filter(({ homeDivision }: Json) => homeDivision)).toMatchObject([{ id: home.id }]);
  });

  it('what it has bought', async () => {
    expect(await admin.authorization.getAuthorizationProducts()).toMatchObject({ total: 1, entities: [{ id: expect.any(String) }] });
  });
});

test('divisions are made, renamed, filled and deleted', async () => {
  const { authorization } = admin;
  const division = await makeDivision();
  const name = unique('Renamed');
  expect(await authorization.putAuthorizationDivision(division.id, { name, description: 'x' })).toMatchObject({ id: division.id, name, homeDivision: false });
  const [a, b] = [await makeUser(), await makeUser({ divisionId: division.id })];
  await authorization.postAuthorizationDivisionObject(division.id, 'USER', [a.id]);
  for (const { id } of [a, b]) expect(await admin.users.getUser(id)).toMatchObject({ division: { id: division.id, name } });
  expect(await refused(authorization.deleteAuthorizationDivision(division.id))).toMatchObject({ status: 409, code: 'division.not.empty' });
  await authorization.deleteAuthorizationDivision(division.id, { force: true });
  expect(await refused(authorization.getAuthorizationDivision(division.id))).toMatchObject({ status: 404 });
  const home = await authorization.getAuthorizationDivisionsHome();
  expect(await admin.users.getUser(b.id)).toMatchObject({ division: { id: home.id } });
  expect(await refused(authorization.deleteAuthorizationDivision(home.id, { force: true }))).toMatchObject({ status: 409 });
});

test('roles are made, found, replaced, patched and deleted; default ones are restored', async () => {
  const { authorization } = admin;
  const role = await makeRole('view', 'add');
  expect(role).toMatchObject({ default: false, base: false, userCount: 0, permissions: [], selfUri: `/api/v2/authorization/roles/${role.id}` });
  expect((await authorization.getAuthorizationRoles({ name: role.name })).entities).toMatchObject([{ id: role.id }]);
  expect((await authorization.getAuthorizationPermissions({ queryType: 'domain', query: 'externalContacts' })).entities).toMatchObject([
    { domain: 'externalContacts', permissionMap: { contact: expect.arrayContaining([expect.objectContaining({ action: 'view' })]) } },
  ]);
  const replaced = await authorization.putAuthorizationRole(role.id, { name: role.name, permissionPolicies: policies('view') });
  expect(replaced.permissionPolicies).toMatchObject([{ actionSet: ['view'] }]);
  expect(await authorization.patchAuthorizationRole(role.id, { description: 'Less' })).toMatchObject({ description: 'Less', name: role.name });

  const [agent] = (await authorization.getAuthorizationRoles({ defaultRoleId: ['agent'] })).entities;
  await authorization.putAuthorizationRole(agent.id, { ...agent, permissionPolicies: policies('view') });
  const restored = await authorization.putAuthorizationRolesDefault([{ id: agent.id }]);
  expect(restored.entities).toMatchObject([{ id: agent.id, permissionPolicies: agent.permissionPolicies }]);
  expect(await refused(authorization.putAuthorizationRolesDefault([{ id: role.id }]))).toMatchObject({ status: 400 });
  expect(await refused(authorization.deleteAuthorizationRole(agent.id))).toMatchObject({ status: 409 });
  await authorization.deleteAuthorizationRole(role.id);
  expect(await refused(authorization.getAuthorizationRole(role.id))).toMatchObject({ status: 404 });
});

describe('users', () => {
  it('B-14: are made, found and changed under their version', async () => {
    const { users } = admin;
    const user = await makeUser({ title: 'Clerk', department: 'Sales' });
    // As a plan writes it, with fields that no directory of this server has.
    const change = { version: user.version, name: user.name, title: 'Chief', manager: '', addresses: [], acdAutoAnswer: false, certifications: [] };
    expect(await users.patchUser(user.id, change)).toMatchObject({ version: user.version + 1, title: 'Chief', department: 'Sales' });
    expect(await refused(users.patchUser(user.id, { version: user.version, title: 'x' }))).toMatchObject({ status: 409, code: 'general.conflict' });
    const query = [{ type: 'EXACT', fields: ['email'], value: user.email }];
    expect(await users.postUsersSearch({ query, pageSize: 1 })).toMatchObject({ total: 1, results: [{ id: user.id, title: 'Chief' }] });
    expect((await users.getUsers({ pageSize: 500, state: 'active' })).entities).toContainEqual(expect.objectContaining({ id: user.id }));
  });

  it('are deleted, found among the deleted and restored', async () => {
    const { users } = admin;
    const user = await makeUser();
    await users.deleteUser(user.id);
    expect(await refused(users.getUser(user.id, { expand: ['skills', 'languages'] }))).toMatchObject({ status: 404, code: 'general.resource.not.found' });
    const query = [
      { type: 'EXACT', fields: ['email'], value: user.email },
      { type: 'EXACT', fields: ['state'], values: ['deleted'] },
    ];
    const { results } = await users.postUsersSearch({ query });
    expect(results).toMatchObject([{ id: user.id, state: 'deleted' }]);
    expect(await users.patchUser(user.id, { version: results[0].version, state: 'active' })).toMatchObject({ state: 'active' });
  });

  it('get roles in the home division as a list', async () => {
    const { users, authorization } = admin;
    const [user, one, other] = [await makeUser(), await makeRole('view'), await makeRole('add')];
    const home = await authorization.getAuthorizationDivisionsHome();
    expect(await users.putUserRoles(user.id, [one.id])).toMatchObject({ roles: [{ id: one.id }], unusedRoles: [] });
    expect(await users.putUserRoles(user.id, [other.id])).toMatchObject({ roles: [{ id: other.id }], permissions: ['externalContacts:contact:add'] });
    expect(await grantsOf(user.id)).toEqual([`${other.id} ${home.id}`]);
    await users.putUserRoles(user.id, []);
    expect(await users.getUserRoles(user.id)).toMatchObject({ roles: [], permissions: [] });
  });

  it('see themselves, with what they ask to see', async () => {
    const [user, role, group] = [await makeUser(), await makeRole('view'), await admin.groups.postGroups({ name: unique('Group'), type: 'official' })];
    await admin.groups.postGroupMembers(group.id, { memberIds: [user.id], version: group.version });
    await admin.authorization.postAuthorizationSubjectDivisionRole(user.id, '*', role.id);
    const own = await as(user);
    const expand = ['token', 'trustors', 'organization', 'authorization', 'orgauthorization', 'groups', 'orgProducts', 'date', 'nonsense'];
    const me = await own.users.getUsersMe({ expand });
    expect(me).toMatchObject({
      id: user.id,
      token: { organization: { id: server.firstRun.organizationId }, OAuthClient: { id: server.firstRun.clientId } },
      trustors: [],
      organization: { id: server.firstRun.organizationId, thirdPartyOrgName: expect.any(String) },
      authorization: { permissions: ['externalContacts:contact:view'] },
      groups: [{ id: group.id }],
      orgProducts: [{ id: expect.any(String) }],
      date: { currentDate: expect.anything() },
    });
    expect(Object.keys(await own.users.getUsersMe()).filter((part) => ['nonsense', ...expand].includes(part))).toEqual([]);
    expect((await own.authorization.getAuthorizationSubjectsMe()).grants).toMatchObject([{ role: { id: role.id } }]);
  });

  it('B-16: sign out, and are signed out by who may', async () => {
    const user = await makeUser();
    const [one, other] = [await as(user), await as(user)];
    await one.tokens.deleteTokensMe();
    expect(await refused(one.users.getUsersMe())).toMatchObject({ status: 401, code: 'bad.credentials' });
    await other.users.getUsersMe();
    await admin.tokens.deleteToken(user.id);
    expect(await refused(other.users.getUsersMe())).toMatchObject({ status: 401, code: 'bad.credentials' });
  });
});

test('B-13: grants are added, removed and replaced in bulk, for users, groups and clients', async () => {
  const { authorization } = admin;
  const [one, other, division] = [await makeRole('view'), await makeRole('add'), await makeDivision()];
  const client = await admin.oauth.postOauthClients({ name: unique('Client'), authorizedGrantType: 'CLIENT-CREDENTIALS' });
  const subjects = [
    [(await makeUser()).id, 'PC_USER'],
    [(await admin.groups.postGroups({ name: unique('Group'), type: 'official' })).id, 'PC_GROUP'],
    [client.id, 'PC_OAUTH_CLIENT'],
  ];
  const pair = (role: Json, divisionId: string) => ({ roleId: role.id, divisionId });
  for (const [id, subjectType] of subjects) {
    await authorization.postAuthorizationSubjectBulkadd(id, { grants: [pair(one, '*'), pair(other, division.id)] }, { subjectType });
    const { grants } = await authorization.getAuthorizationSubject(id, { includeDuplicates: true });
    expect(grants).toContainEqual(
      expect.objectContaining({ subjectId: id, role: expect.objectContaining({ id: one.id }), division: expect.objectContaining({ id: '*' }) }),
    );
    await authorization.postAuthorizationSubjectBulkremove(id, { grants: [pair(one, '*'), pair(one, division.id)] });
    expect(await grantsOf(id)).toEqual([`${other.id} ${division.id}`]);
    await authorization.postAuthorizationSubjectBulkreplace(id, { grants: [pair(one, division.id)] }, { subjectType });
    expect(await grantsOf(id)).toEqual([`${one.id} ${division.id}`]);
    await authorization.deleteAuthorizationSubjectDivisionRole(id, division.id, one.id);
    expect(await grantsOf(id)).toEqual([]);
  }
  const nobody = '00000000-0000-4000-8000-000000000000';
  expect(await refused(authorization.postAuthorizationSubjectBulkadd(nobody, { grants: [pair(one, '*')] }))).toMatchObject({ status: 404 });
});

test('groups are made, filled, emptied, changed under their version and deleted', async () => {
  const { groups } = admin;
  const group = await groups.postGroups({ name: unique('Group'), type: 'official', visibility: 'public', rulesVisible: true, rolesEnabled: true });
  const [a, b] = [await makeUser(), await makeUser()];
  await groups.postGroupMembers(group.id, { memberIds: [a.id, b.id], version: group.version });
  expect((await groups.getGroupMembers(group.id, { pageSize: 100 })).entities).toHaveLength(2);
  expect((await groups.getGroupIndividuals(group.id)).entities.map(({ id }: Json) => id).sort()).toEqual([a.id, b.id].sort());
  await groups.deleteGroupMembers(group.id, a.id);
  const read = await groups.getGroup(group.id);
  expect(read.memberCount).toBe(1);
  expect(await refused(groups.putGroup(group.id, { body: { version: group.version, name: 'x' } }))).toMatchObject({ status: 409, code: 'general.conflict' });
  expect(await groups.putGroup(group.id, { body: { version: read.version, name: group.name, description: 'New' } })).toMatchObject({ description: 'New' });
  await groups.deleteGroup(group.id);
  expect(await refused(groups.getGroup(group.id))).toMatchObject({ status: 404, code: 'general.resource.not.found' });
});

test('OAuth clients get tokens as their state and secret say', async () => {
  const { oauth } = admin;
  const role = await makeRole('view');
  const fields = { name: unique('Client'), authorizedGrantType: 'CLIENT-CREDENTIALS', accessTokenValiditySeconds: 600 };
  const client = await oauth.postOauthClients({ ...fields, roleDivisions: [{ roleId: role.id, divisionId: '*' }], scope: [], registeredRedirectUri: [] });
  const own = apisOf();
  const signIn = (secret: string) => own.client.loginClientCredentialsGrant(client.id, secret);
  await signIn(client.secret);
  expect(await own.contacts.getExternalcontactsContacts()).toMatchObject({ total: 0 });
  expect(await oauth.getOauthClient(client.id)).not.toHaveProperty('secret');

  await oauth.putOauthClient(client.id, { ...fields, state: 'inactive' });
  await own.contacts.getExternalcontactsContacts();
  await expect(signIn(client.secret)).rejects.toMatchObject({ response: { status: 400, data: { error: 'unauthorized_client' } } });
  await oauth.putOauthClient(client.id, { ...fields, state: 'disabled' });
  expect(await refused(own.contacts.getExternalcontactsContacts())).toMatchObject({ status: 401 });
  await oauth.putOauthClient(client.id, { ...fields, state: 'active' });

  const { secret } = await oauth.postOauthClientSecret(client.id);
  await expect(signIn(client.secret)).rejects.toMatchObject({ response: { status: 400, data: { error: 'invalid_client' } } });
  await signIn(secret);
  await oauth.deleteOauthClient(client.id);
  expect(await refused(own.contacts.getExternalcontactsContacts())).toMatchObject({ status: 401 });
});

/** What the platform's reference says of each; `-` where any token will do. */
const PERMISSIONS: Record<string, string> = {
  getTokensMe: '-',
  headTokensMe: '-',
  deleteTokensMe: '-',
  deleteToken: 'ANY oauth:token:delete',
  getUsersMe: '-',
  getOrganizationsMe: '-',
  getAuthorizationProducts: '-',
  getAuthorizationDivisions: '-',
  getAuthorizationDivisionsHome: '-',
  getAuthorizationDivision: '-',
  postAuthorizationDivisions: 'ALL authorization:division:add authorization:grant:add',
  putAuthorizationDivision: 'ANY authorization:division:edit',
  deleteAuthorizationDivision: 'ALL authorization:division:delete authorization:grant:delete',
  getAuthorizationRoles: 'ANY authorization:role:view',
  postAuthorizationRoles: 'ANY authorization:role:add',
  putAuthorizationRole: 'ANY authorization:role:edit',
  putAuthorizationRolesDefault: 'ANY authorization:role:edit',
  deleteAuthorizationRole: 'ANY authorization:role:delete',
  getAuthorizationPermissions: 'ANY authorization:role:view',
  getAuthorizationSubject: 'ANY authorization:grant:view',
  getAuthorizationSubjectsMe: '-',
  postAuthorizationSubjectBulkadd: 'ANY authorization:grant:add',
  postAuthorizationSubjectBulkremove: 'ANY authorization:grant:delete',
  deleteAuthorizationSubjectDivisionRole: 'ANY authorization:grant:delete',
  getUserRoles: 'ANY authorization:grant:view',
  putUserRoles: 'ANY authorization:grant:add',
  getUsers: 'ANY directory:user:view',
  postUsersSearch: 'ANY directory:user:view',
  postUsers: 'ANY directory:user:add',
  patchUser: 'ANY directory:user:edit',
  deleteUser: 'ANY directory:user:delete',
  getGroups: 'ANY directory:group:view',
  postGroups: 'ANY directory:group:add',
  putGroup: 'ANY directory:group:edit',
  deleteGroup: 'ANY directory:group:delete',
  getGroupMembers: 'ANY directory:group:view',
  postGroupMembers: 'ANY directory:group:edit',
  deleteGroupMembers: 'ANY directory:group:edit',
  getGroupIndividuals: 'ANY directory:group:view',
  getOauthClients: 'ANY oauth:client:view',
  postOauthClients: 'ANY oauth:client:add',
  putOauthClient: 'ANY oauth:client:edit',
  deleteOauthClient: 'ANY oauth:client:delete',
};

test('each operation takes the permission that the platform names', async () => {
  const { operations } = await readContract(server);
  const taken = Object.keys(PERMISSIONS).map((name) => {
    const operation = operations.find(({ id, gap }) => id === name && !gap);
    const { mode, of } = operation?.permissions ?? {};
    return [name, operation && (mode ? [mode, ...(of ?? [])].join(' ') : '-')];
  });
  expect(Object.fromEntries(taken)).toEqual(PERMISSIONS);
});
