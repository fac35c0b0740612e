// Whoever changes who may do what, or another part of an organization's set-up, leaves exactly one entry for each thing
// changed: who did it, by which request, and what it was afterwards. Never a secret; and nothing where it was refused.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeClient, makeDivision, makeRole, makeUser, must, policy, unique } from './access-callers.ts';
import { type DatabaseOf, databaseOf } from './database-of.ts';
import { E, make } from './directory.ts';
import { type Answer, type Json, type Server, startServer } from './server.ts';

const A = '/api/v2/authorization';
let server: Server;
let database: DatabaseOf;
let home: { id: string };

beforeAll(async () => {
  server = await startServer();
  database = await databaseOf(server);
  home = await must(server, 'GET', `${A}/divisions/home`);
}, 60_000);
afterAll(async () => {
  await database.client.end();
  await server.stop();
});

interface Entry {
  what: string;
  id: string;
  division: string | null;
  version: number | null;
  body: Json;
}

async function position(): Promise<string> {
  return (await database.client.query('select coalesce(max(position), 0) as position from changes')).rows[0].position;
}

/** What was recorded since, after it is seen that all of it is the first client's doing. */
async function entriesSince(since: string, correlationId?: string | null, clientId = server.firstRun.clientId): Promise<Entry[]> {
  const { rows } = await database.client.query('select * from changes where position > $1 order by position', [since]);
  const orgId = server.firstRun.organizationId;
  for (const row of rows) {
    expect(row).toMatchObject({ org_id: orgId, client_id: clientId, user_id: null, home_org_id: orgId, left_division_id: null });
    if (correlationId) expect(row.correlation_id).toBe(correlationId);
    expect(Date.now() - row.at.getTime()).toBeLessThan(30_000);
  }
  return rows.map((row) => ({ what: `${row.action} ${row.kind}`, id: row.record_id, division: row.division_id, version: row.version, body: row.body }));
}

/** Sends a request that goes well, and gives what it recorded. */
async function recorded(method: string, path: string, body?: unknown): Promise<{ answer: Answer; entries: Entry[] }> {
  const since = await position();
  const answer = await server.request(method, path, body === undefined ? {} : { body });
  expect([path, answer.status, answer.status < 300 ? '' : answer.text]).toEqual([path, answer.status, '']);
  return { answer, entries: await entriesSince(since, answer.headers.get('inin-correlation-id')) };
}

/** The same for a request that records one thing. */
async function one(method: string, path: string, body?: unknown): Promise<Entry & { answer: Answer }> {
  const { answer, entries } = await recorded(method, path, body);
  expect(entries.map(({ what, id }) => `${what} ${id}`)).toHaveLength(1);
  return { ...(entries[0] as Entry), answer };
}

const whats = (entries: Entry[]) => entries.map(({ what }) => what);

describe('users', () => {
  it('made, changed, moved, given a password and deleted', async () => {
    const division = await makeDivision(server);
    const made = await one('POST', '/api/v2/users', { name: unique('User'), email: `${crypto.randomUUID()}@example.com`, password: 'correct horse' });
    const { id } = made.answer.body;
    expect(made).toMatchObject({ what: 'create user', id, division: home.id, version: 1, body: made.answer.body });
    const changed = await one('PATCH', `/api/v2/users/${id}`, { version: 1, title: 'Chief' });
    expect(changed).toMatchObject({ what: 'update user', id, division: home.id, version: 2, body: { title: 'Chief' } });
    const moved = await one('POST', `${A}/divisions/${division.id}/objects/USER`, [id]);
    expect(moved).toMatchObject({ what: 'update user', id, division: division.id, body: { division: { id: division.id } } });
    expect((await recorded('POST', `${A}/divisions/${division.id}/objects/USER`, [id])).entries).toEqual([]);
    expect(await one('POST', `/api/v2/users/${id}/password`, { newPassword: 'battery staple' })).toMatchObject({ what: 'update user', id });
    const last = await must(server, 'GET', `/api/v2/users/${id}`);
    expect(await one('DELETE', `/api/v2/users/${id}`)).toMatchObject({ what: 'delete user', id, division: division.id, body: last });
    expect(last.state).toBe('active');
    for (const secret of ['argon2', 'correct horse', 'battery staple']) {
      const { rows } = await database.client.query('select from changes where strpos(body::text, $1) > 0', [secret]);
      expect(rows).toEqual([]);
    }
  });

  it('deleted with what they held and were members of', async () => {
    const [user, role, group] = [
      await makeUser(server),
      await makeRole(server, 'a:b:c'),
      await must(server, 'POST', '/api/v2/groups', { name: unique('Group') }),
    ];
    await must(server, 'POST', `${A}/subjects/${user.id}/divisions/*/roles/${role.id}`);
    await must(server, 'POST', `/api/v2/groups/${group.id}/members`, { memberIds: [user.id] });
    const { entries } = await recorded('DELETE', `/api/v2/users/${user.id}`);
    expect(whats(entries)).toEqual(['delete user', 'delete grant', 'update group']);
    expect(entries[1]?.body).toEqual({ subjectId: user.id, subjectType: 'PC_USER', roleId: role.id, divisionId: '*' });
    expect(entries[2]).toMatchObject({ id: group.id, body: { memberIds: [] } });
  });
});

it('groups made, changed, given and losing members, deleted', async () => {
  const user = await makeUser(server);
  const made = await one('POST', '/api/v2/groups', { name: unique('Group') });
  const { id } = made.answer.body;
  expect(made).toMatchObject({ what: 'create group', id, division: null, version: 1, body: { ...made.answer.body, memberIds: [] } });
  const name = unique('Renamed');
  expect(await one('PUT', `/api/v2/groups/${id}`, { version: 1, name })).toMatchObject({ what: 'update group', version: 2, body: { name } });
  expect(await one('POST', `/api/v2/groups/${id}/members`, { memberIds: [user.id] })).toMatchObject({
    what: 'update group',
    body: { memberIds: [user.id], memberCount: 1 },
  });
  expect(await one('DELETE', `/api/v2/groups/${id}/members?ids=${user.id}`)).toMatchObject({ what: 'update group', body: { memberIds: [] } });
  expect(await one('DELETE', `/api/v2/groups/${id}`)).toMatchObject({ what: 'delete group', id, body: { name, state: 'active' } });
});

it('roles made, changed in part and whole, restored, deleted', async () => {
  const made = await one('POST', `${A}/roles`, { name: unique('Role'), permissionPolicies: [policy('a:b:c')] });
  const { id } = made.answer.body;
  const { userCount: _, ...body } = made.answer.body;
  expect(made).toMatchObject({ what: 'create role', id, division: null, version: 1 });
  expect(made.body).toEqual(body);
  const changed = await one('PATCH', `${A}/roles/${id}`, { permissionPolicies: [policy('a:b:d')] });
  expect(changed).toMatchObject({ what: 'update role', id, version: 2, body: { permissionPolicies: [policy('a:b:d')] } });
  expect(await one('PUT', `${A}/roles/${id}`, { name: body.name, permissionPolicies: [] })).toMatchObject({
    what: 'update role',
    body: { permissionPolicies: [] },
  });
  const { entities } = await must(server, 'GET', `${A}/roles?defaultRoleId=agent&defaultRoleId=readOnly`);
  const restored = await recorded('PUT', `${A}/roles/default`, entities);
  expect(restored.entries.map((entry) => `${entry.what} ${entry.id}`).sort()).toEqual(entities.map((role: Json) => `update role ${role.id}`).sort());
  const user = await makeUser(server);
  await must(server, 'POST', `${A}/subjects/${user.id}/divisions/${home.id}/roles/${id}`);
  const deleted = await recorded('DELETE', `${A}/roles/${id}`);
  expect(whats(deleted.entries)).toEqual(['delete role', 'delete grant']);
  expect(deleted.entries[1]).toMatchObject({ id: user.id, body: { roleId: id, divisionId: home.id } });
});

it('divisions made, changed, and deleted with the users who move home and the grants that go', async () => {
  const made = await one('POST', `${A}/divisions`, { name: unique('Division') });
  const { id } = made.answer.body;
  expect(made).toMatchObject({ what: 'create division', id, division: null, body: made.answer.body });
  const name = unique('Renamed');
  expect(await one('PUT', `${A}/divisions/${id}`, { name })).toMatchObject({ what: 'update division', id, body: { name } });
  const [user, role] = [await makeUser(server, { divisionId: id }), await makeRole(server, 'a:b:c')];
  await must(server, 'POST', `${A}/subjects/${user.id}/divisions/${id}/roles/${role.id}`);
  const { entries } = await recorded('DELETE', `${A}/divisions/${id}?force=true`);
  expect(entries.map((entry) => `${entry.what} ${entry.id}`)).toEqual([`delete division ${id}`, `delete grant ${user.id}`, `update user ${user.id}`]);
  expect(entries[2]).toMatchObject({ division: home.id, body: { division: { id: home.id } } });
});

describe('grants', () => {
  it('each that is added or goes, by whatever way, and none that was there or was not', async () => {
    const [user, one, two] = [await makeUser(server), await makeRole(server, 'a:b:c'), await makeRole(server, 'a:b:d')];
    const grants = [one, two].map((role) => ({ roleId: role.id, divisionId: home.id }));
    const subject = `${A}/subjects/${user.id}`;
    const bodyOf = (roleId: string, divisionId: string) => ({ subjectId: user.id, subjectType: 'PC_USER', roleId, divisionId });
    const steps: [string, string, unknown, string[], Json[]][] = [
      ['POST', `${subject}/divisions/${home.id}/roles/${one.id}`, undefined, ['create grant'], [bodyOf(one.id, home.id)]],
      ['POST', `${subject}/bulkadd`, { grants: [...grants, ...grants] }, ['create grant'], [bodyOf(two.id, home.id)]],
      ['POST', `${subject}/bulkadd`, { grants }, [], []],
      ['POST', `${subject}/bulkremove`, { grants: [...grants.slice(1), { roleId: two.id, divisionId: '*' }] }, ['delete grant'], [bodyOf(two.id, home.id)]],
      ['POST', `${subject}/bulkreplace`, { grants: grants.slice(1) }, ['create grant', 'delete grant'], [bodyOf(two.id, home.id), bodyOf(one.id, home.id)]],
      ['POST', `${A}/roles/${one.id}?subjectType=PC_USER`, { subjectIds: [user.id], divisionIds: ['*'] }, ['create grant'], [bodyOf(one.id, '*')]],
      ['DELETE', `${subject}/divisions/*/roles/${one.id}`, undefined, ['delete grant'], [bodyOf(one.id, '*')]],
      ['PUT', `/api/v2/users/${user.id}/roles`, [one.id], ['create grant', 'delete grant'], [bodyOf(one.id, home.id), bodyOf(two.id, home.id)]],
      ['DELETE', `/api/v2/users/${user.id}/roles`, undefined, ['delete grant'], [bodyOf(one.id, home.id)]],
    ];
    for (const [method, path, body, what, bodies] of steps) {
      const { entries } = await recorded(method, path, body);
      expect({ path, what: whats(entries), bodies: entries.map((entry) => entry.body) }).toEqual({ path, what, bodies });
      expect(entries.every((entry) => entry.id === user.id && entry.division === null)).toBe(true);
    }
  });
});

it('clients made, changed, given another secret and deleted, with their grants and without their secrets', async () => {
  const role = await makeRole(server, 'a:b:c');
  const fields = { name: unique('Client'), authorizedGrantType: 'CLIENT_CREDENTIALS' };
  const made = await recorded('POST', '/api/v2/oauth/clients', { ...fields, roleDivisions: [{ roleId: role.id, divisionId: '*' }] });
  const { id, secret, ...body } = made.answer.body;
  const path = `/api/v2/oauth/clients/${id}`;
  expect(whats(made.entries)).toEqual(['create grant', 'create client']);
  expect(made.entries[1]).toMatchObject({ id, division: null, body });
  expect(await one('PUT', path, { ...fields, description: 'Changed' })).toMatchObject({ what: 'update client', id, body: { description: 'Changed' } });
  const renewed = await one('POST', `${path}/secret`);
  expect(renewed).toMatchObject({ what: 'update client', id });
  expect(whats((await recorded('PUT', path, { ...fields, roleDivisions: [] })).entries)).toEqual(['delete grant', 'update client']);
  expect(await one('DELETE', path)).toMatchObject({ what: 'delete client', id, body: { name: fields.name } });
  const { rows } = await database.client.query("select from changes where body::text ~ 'ecret' or strpos(body::text, $1) > 0 or strpos(body::text, $2) > 0", [
    secret,
    renewed.answer.body.secret,
  ]);
  expect(rows).toEqual([]);
});

it('tokens revoked by their holder, and a user’s by an administrator', async () => {
  const { token, clientId } = await makeCaller(server, ['a:b:c']);
  const since = await position();
  const { headers } = await server.request('DELETE', '/api/v2/tokens/me', { token });
  const entries = await entriesSince(since, headers.get('inin-correlation-id'), clientId);
  expect(entries).toMatchObject([{ what: 'delete token', id: clientId, body: { clientId, dateExpires: expect.any(String) } }]);
  const user = await makeUser(server);
  await database.makeToken(server.firstRun.organizationId, clientId, user.id, 60);
  expect(await one('DELETE', `/api/v2/tokens/${user.id}`)).toMatchObject({ what: 'delete token', id: user.id, body: { clientId, userId: user.id } });
  expect((await recorded('DELETE', `/api/v2/tokens/${user.id}`)).entries).toEqual([]);
});

it('the organization and its settings, under one name and with one body', async () => {
  const { organizationId } = server.firstRun;
  const before = await must(server, 'GET', '/api/v2/organizations/me');
  const renamed = await one('PUT', '/api/v2/organizations/me', { ...before, name: 'Renamed' });
  const rest = { identityExpiryDays: 60, sharedIdentifiers: {}, duplicates: true, duplicateThreshold: 0.5, erasureApprovalDays: 0, historyDays: 0 };
  expect(renamed).toMatchObject({ what: 'update settings', id: organizationId, body: { ...renamed.answer.body, ...rest, divisionMoves: false } });
  const set = await one('PUT', '/liaison/v1/settings', { divisionMoves: true });
  expect(set).toMatchObject({ what: 'update settings', id: organizationId, body: { ...renamed.answer.body, ...rest, divisionMoves: true } });
  await must(server, 'PUT', '/liaison/v1/settings', { divisionMoves: false });
});

it('external sources made, changed and deleted', async () => {
  const made = await one('POST', `${E}/externalsources`, { name: unique('Source') });
  const { id } = made.answer.body;
  expect(made).toMatchObject({ what: 'create externalSource', id, division: null, body: made.answer.body });
  const changed = await one('PUT', `${E}/externalsources/${id}`, { name: unique('Source'), active: false });
  expect(changed).toMatchObject({ what: 'update externalSource', id, body: changed.answer.body });
  expect(await one('DELETE', `${E}/externalsources/${id}`)).toMatchObject({ what: 'delete externalSource', id, body: changed.answer.body });
});

it('what is refused leaves nothing', async () => {
  const [user, group, role, division] = [
    await makeUser(server),
    await must(server, 'POST', '/api/v2/groups', { name: unique('Group') }),
    await makeRole(server, 'a:b:c'),
    await makeDivision(server),
  ];
  const source = await make(server, '/externalsources', { name: unique('Source') });
  const weak = await makeClient(server, []);
  const since = await position();
  const refusals: [string, string, unknown?][] = [
    ['POST', '/api/v2/users', { name: 'x', email: user.email }],
    ['PATCH', `/api/v2/users/${user.id}`, { version: 7, title: 'x' }],
    ['DELETE', `/api/v2/users/${weak.clientId}`],
    ['PUT', `/api/v2/groups/${group.id}`, { version: 7 }],
    ['POST', `/api/v2/groups/${group.id}/members`, { memberIds: [user.id, weak.clientId] }],
    ['POST', `${A}/roles`, { name: role.name }],
    ['PATCH', `${A}/roles/${role.id}`, { name: 'Agent' }],
    ['POST', `${A}/divisions`, { name: division.name }],
    ['DELETE', `${A}/divisions/${home.id}`],
    [
      'POST',
      `${A}/subjects/${user.id}/bulkadd`,
      {
        grants: [
          { roleId: role.id, divisionId: '*' },
          { roleId: user.id, divisionId: '*' },
        ],
      },
    ],
    ['DELETE', `${A}/subjects/${user.id}/divisions/*/roles/${role.id}`],
    ['DELETE', `/api/v2/oauth/clients/${user.id}`],
    ['PUT', '/api/v2/organizations/me', { name: 'x', version: 0 }],
    ['PUT', '/liaison/v1/settings', { divisionMoves: 'perhaps' }],
    ['POST', `${E}/externalsources`, { name: source.name }],
    ['PUT', `${E}/externalsources/${user.id}`, { name: unique('Source') }],
    ['DELETE', `${E}/externalsources/${user.id}`],
  ];
  for (const [method, path, body] of refusals) {
    const answer = await server.request(method, path, body === undefined ? {} : { body });
    expect([method, path, answer.status >= 400 && answer.status < 500]).toEqual([method, path, true]);
    expect((await server.request(method, path, { token: weak.token, ...(body === undefined ? {} : { body }) })).status).toBeGreaterThanOrEqual(400);
  }
  expect(await entriesSince(since)).toEqual([]);
});

it('of two who delete the same source or end the same token at the same time, one leaves an entry', async () => {
  for (let times = 0; times < 5; times += 1) {
    const source = await make(server, '/externalsources', { name: unique('Source') });
    const user = await makeUser(server);
    await database.makeToken(server.firstRun.organizationId, server.firstRun.clientId, user.id, 60);
    const since = await position();
    const paths = Array.from({ length: 4 }, () => [`${E}/externalsources/${source.id}`, `/api/v2/tokens/${user.id}`]).flat();
    await Promise.all(paths.map((path) => server.request('DELETE', path)));
    expect(whats(await entriesSince(since)).sort()).toEqual(['delete externalSource', 'delete token']);
  }
});

it('the operator’s commands, as nobody’s doing', async () => {
  const since = await position();
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['server/src/cli.ts', ...args], {
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      env: { ...process.env, DATABASE_URL: '', LIAISON_DATA_DIR: server.folder },
    });
  const email = `${crypto.randomUUID()}@example.com`;
  await run('user', 'create', email, '--role', 'agent');
  await run('role', 'grant', 'readOnly', email);
  const entries = await entriesSince(since, undefined, '00000000-0000-0000-0000-000000000000');
  expect(whats(entries)).toEqual(['create user', 'create grant', 'create grant']);
});
