// Two organizations on one server: the other one's ids do not exist, whatever they are ids of.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeDivision, makeRole, makeUser, must, unique } from './access-callers.ts';
import { makeOrganization } from './other-organization.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let stranger: string;
let theirs: { user: string; role: string; division: string; group: string; client: string };

beforeAll(async () => {
  server = await startServer();
  const made = await makeOrganization(server, 'Other');
  stranger = await server.tokenFor(made.clientId, made.clientSecret);
  const [user, role, division] = [await makeUser(server), await makeRole(server, 'directory:user:view'), await makeDivision(server)];
  const group = await must(server, 'POST', '/api/v2/groups', { name: unique('Group') });
  theirs = { user: user.id, role: role.id, division: division.id, group: group.id, client: server.firstRun.clientId };
}, 60_000);
afterAll(() => server.stop());

it('nothing of theirs is found', async () => {
  const { user, role, division, group, client } = theirs;
  const grants = { grants: [{ roleId: role, divisionId: '*' }] };
  const own = (await must(server, 'GET', '/api/v2/users', undefined, stranger)).entities[0];
  const ownRole = (await must(server, 'GET', '/api/v2/authorization/roles?defaultRoleId=agent', undefined, stranger)).entities[0];
  for (const [method, path, body] of [
    ['GET', `/api/v2/users/${user}?state=any`],
    ['PATCH', `/api/v2/users/${user}`, { version: 1 }],
    ['DELETE', `/api/v2/users/${user}`],
    ['POST', `/api/v2/users/${user}/password`, { newPassword: 'long enough' }],
    ['GET', `/api/v2/users/${user}/roles`],
    ['PUT', `/api/v2/users/${user}/roles`, []],
    ['PUT', `/api/v2/users/${own.id}/roles`, [role]],
    ['DELETE', `/api/v2/users/${user}/roles`],
    ['DELETE', `/api/v2/tokens/${user}`],
    ['GET', `/api/v2/authorization/divisions/${division}`],
    ['PUT', `/api/v2/authorization/divisions/${division}`, { name: 'x' }],
    ['DELETE', `/api/v2/authorization/divisions/${division}?force=true`],
    ['POST', `/api/v2/authorization/divisions/${division}/objects/USER`, [own.id]],
    ['GET', `/api/v2/authorization/roles/${role}`],
    ['PUT', `/api/v2/authorization/roles/${role}`, { name: 'x' }],
    ['PATCH', `/api/v2/authorization/roles/${role}`, { name: 'x' }],
    ['DELETE', `/api/v2/authorization/roles/${role}`],
    ['PUT', '/api/v2/authorization/roles/default', [{ id: role }]],
    ['GET', `/api/v2/authorization/roles/${role}/users`],
    ['GET', `/api/v2/authorization/roles/${role}/subjectgrants`],
    ['POST', `/api/v2/authorization/roles/${ownRole.id}`, { subjectIds: [user], divisionIds: ['*'] }],
    ['POST', `/api/v2/authorization/roles/${ownRole.id}`, { subjectIds: [own.id], divisionIds: [division] }],
    ['GET', `/api/v2/authorization/subjects/${client}`],
    ['POST', `/api/v2/authorization/subjects/${user}/bulkadd`, { grants: [{ roleId: ownRole.id, divisionId: '*' }] }],
    ['POST', `/api/v2/authorization/subjects/${own.id}/bulkadd`, grants],
    ['POST', `/api/v2/authorization/subjects/${user}/bulkremove`, grants],
    ['POST', `/api/v2/authorization/subjects/${group}/bulkreplace`, { grants: [] }],
    ['POST', `/api/v2/authorization/subjects/${own.id}/divisions/${division}/roles/${ownRole.id}`],
    ['DELETE', `/api/v2/authorization/subjects/${client}/divisions/*/roles/${role}`],
    ['GET', `/api/v2/groups/${group}`],
    ['PUT', `/api/v2/groups/${group}`, { version: 1 }],
    ['DELETE', `/api/v2/groups/${group}`],
    ['GET', `/api/v2/groups/${group}/members`],
    ['GET', `/api/v2/groups/${group}/individuals`],
    ['POST', `/api/v2/groups/${group}/members`, { memberIds: [own.id] }],
    ['DELETE', `/api/v2/groups/${group}/members?ids=${own.id}`],
    ['GET', `/api/v2/oauth/clients/${client}`],
    ['PUT', `/api/v2/oauth/clients/${client}`, { name: 'x', authorizedGrantType: 'CODE' }],
    ['DELETE', `/api/v2/oauth/clients/${client}`],
    ['POST', `/api/v2/oauth/clients/${client}/secret`],
    ['POST', '/api/v2/oauth/clients', { name: 'x', authorizedGrantType: 'CLIENT_CREDENTIALS', roleDivisions: [{ roleId: role, divisionId: '*' }] }],
  ] as [string, string, unknown?][]) {
    const answer = await server.request(method, path, { token: stranger, ...(body === undefined ? {} : { body }) });
    expect([method, path, answer.status]).toEqual([method, path, 404]);
  }
});

it("lists show one's own only, and names may be the same", async () => {
  for (const path of ['/api/v2/users?state=any', '/api/v2/groups', '/api/v2/authorization/roles', '/api/v2/authorization/divisions', '/api/v2/oauth/clients']) {
    const answer = await server.request('GET', path, { token: stranger });
    expect(answer.status).toBe(200);
    for (const id of Object.values(theirs)) expect(answer.text).not.toContain(id);
  }
  const user = await must(server, 'GET', `/api/v2/users/${theirs.user}`);
  expect((await server.request('POST', '/api/v2/users', { token: stranger, body: { name: user.name, email: user.email } })).status).toBe(200);
  const outside = await server.request('POST', '/api/v2/users', { token: stranger, body: { name: 'x', email: 'x@example.com', divisionId: theirs.division } });
  expect(outside.status).toBe(422);
});
