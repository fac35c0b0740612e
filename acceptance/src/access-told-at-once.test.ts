// Two servers on one database: what one changes, the other's next request knows.
import { createHash } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeDivision, makeRole, makeUser, must, policy, unique } from './access-callers.ts';
import { newFolder, type Server, startServer } from './server.ts';

let one: Server;
let two: Server;
let database: Client;

beforeAll(async () => {
  one = await startServer();
  const url = `postgresql://liaison@/liaison?host=${encodeURIComponent(join(one.folder, 'postgres', 'socket'))}`;
  database = new Client({ connectionString: url });
  await database.connect();
  const folder = newFolder();
  cpSync(join(one.folder, 'first-run.json'), join(folder, 'first-run.json'));
  two = await startServer({ DATABASE_URL: url, LIAISON_DATA_DIR: folder });
}, 60_000);
afterAll(async () => {
  await database?.end();
  await two?.stop();
  await one?.stop();
});

/** A token of the user, as signing in will give one. */
async function tokenOfUser(userId: string): Promise<string> {
  const orgId = one.firstRun.organizationId;
  const token = Buffer.concat([Buffer.from(orgId.replaceAll('-', ''), 'hex'), crypto.getRandomValues(new Uint8Array(24))]).toString('base64url');
  await database.query(
    "insert into tokens (org_id, hash, client_id, user_id, home_org_id, created_at, expires_at) values ($1, $2, $3, $4, $1, now(), now() + interval '1 hour')",
    [orgId, createHash('sha256').update(token).digest(), one.firstRun.clientId, userId],
  );
  return token;
}

/** Both servers have the token in memory. */
async function known(token: string, path = '/api/v2/tokens/me'): Promise<void> {
  for (const server of [one, two]) {
    expect(await reached(server, token, path, 200)).toBe(200);
    expect((await server.request('GET', path, { token })).status).toBe(200);
  }
}

/** What the server that made a change says at once, and what the other says as soon as it was told. */
async function statuses(token: string, path = '/api/v2/tokens/me'): Promise<number[]> {
  const { status } = await one.request('GET', path, { token });
  return [status, await reached(two, token, path, status)];
}

/** Asks until the answer is as wanted, for half as long as a process would remember what it was not told to forget. */
async function reached(server: Server, token: string, path: string, wanted: number): Promise<number> {
  const end = Date.now() + 1000;
  for (;;) {
    const { status } = await server.request('GET', path, { token });
    if (status === wanted || Date.now() > end) return status;
    await sleep(20);
  }
}

describe('a token stops', () => {
  it('when it is revoked', async () => {
    const { token } = await makeCaller(one, ['directory:user:view']);
    await known(token);
    await one.request('DELETE', '/api/v2/tokens/me', { token });
    expect(await statuses(token)).toEqual([401, 401]);
  });

  it('when its client is disabled, and works again when it is enabled', async () => {
    const { token, clientId } = await makeCaller(one, ['directory:user:view']);
    const state = (to: string) => must(one, 'PUT', `/api/v2/oauth/clients/${clientId}`, { name: 'x', authorizedGrantType: 'CLIENT_CREDENTIALS', state: to });
    await known(token);
    await state('disabled');
    expect(await statuses(token)).toEqual([401, 401]);
    await state('inactive');
    expect(await statuses(token)).toEqual([200, 200]);
    await expect(one.tokenFor(clientId, 'wrong')).rejects.toThrow('authentication failed');
  });

  it('when its user is made inactive, or deleted, or its tokens are', async () => {
    const user = await makeUser(one);
    const token = await tokenOfUser(user.id);
    await known(token, '/api/v2/users/me');
    const inactive = await must(one, 'PATCH', `/api/v2/users/${user.id}`, { version: 1, state: 'inactive' });
    expect(await statuses(token)).toEqual([401, 401]);
    await must(one, 'PATCH', `/api/v2/users/${user.id}`, { version: inactive.version, state: 'active' });
    await known(token);
    await must(one, 'DELETE', `/api/v2/tokens/${user.id}`);
    expect(await statuses(token)).toEqual([401, 401]);
    const second = await tokenOfUser(user.id);
    await known(second);
    await must(one, 'DELETE', `/api/v2/users/${user.id}`);
    expect(await statuses(second)).toEqual([401, 401]);
  });

  it('when it expires', async () => {
    const user = await makeUser(one);
    const token = await tokenOfUser(user.id);
    await database.query("update tokens set expires_at = now() + interval '700 milliseconds' where user_id = $1", [user.id]);
    await known(token);
    await sleep(800);
    expect(await statuses(token)).toEqual([401, 401]);
  });
});

describe('a permission goes', () => {
  const path = '/api/v2/users';

  it('with the grant, with the policy in the role, and with the role', async () => {
    const { token, clientId } = await makeCaller(one, ['oauth:client:view']);
    const role = await makeRole(one, 'directory:user:view');
    const grant = `/api/v2/authorization/subjects/${clientId}/divisions/*/roles/${role.id}`;
    const regain = async () => {
      await must(one, 'POST', grant);
      await known(token, path);
    };
    await regain();
    await must(one, 'DELETE', grant);
    expect(await statuses(token, path)).toEqual([403, 403]);
    await regain();
    await must(one, 'PATCH', `/api/v2/authorization/roles/${role.id}`, { permissionPolicies: [policy('directory:user:edit')] });
    expect(await statuses(token, path)).toEqual([403, 403]);
    await must(one, 'PATCH', `/api/v2/authorization/roles/${role.id}`, { permissionPolicies: [policy('directory:user:*')] });
    await regain();
    await must(one, 'DELETE', `/api/v2/authorization/roles/${role.id}`);
    expect(await statuses(token, path)).toEqual([403, 403]);
  });

  it("with the membership, with the group's roles, and with the group", async () => {
    const user = await makeUser(one);
    const token = await tokenOfUser(user.id);
    const role = await makeRole(one, 'directory:user:view');
    const group = await must(one, 'POST', '/api/v2/groups', { name: unique('Group') });
    await must(one, 'POST', `/api/v2/authorization/subjects/${group.id}/bulkadd`, { grants: [{ roleId: role.id, divisionId: '*' }] });
    const join = async () => {
      await must(one, 'POST', `/api/v2/groups/${group.id}/members`, { memberIds: [user.id] });
      await known(token, path);
    };
    await join();
    await must(one, 'DELETE', `/api/v2/groups/${group.id}/members?ids=${user.id}`);
    expect(await statuses(token, path)).toEqual([403, 403]);
    await join();
    const { version } = await must(one, 'GET', `/api/v2/groups/${group.id}`);
    await must(one, 'PUT', `/api/v2/groups/${group.id}`, { version, rolesEnabled: false });
    expect(await statuses(token, path)).toEqual([403, 403]);
    await must(one, 'PUT', `/api/v2/groups/${group.id}`, { version: version + 1, rolesEnabled: true });
    await join();
    await must(one, 'DELETE', `/api/v2/groups/${group.id}`);
    expect(await statuses(token, path)).toEqual([403, 403]);
  });

  it('with the division', async () => {
    const division = await makeDivision(one);
    const { token } = await makeCaller(one, ['directory:user:view'], division.id);
    await known(token, path);
    await must(one, 'DELETE', `/api/v2/authorization/divisions/${division.id}?force=true`);
    expect(await statuses(token, path)).toEqual([403, 403]);
  });
});

it('users/me shows a user with what is asked for', async () => {
  const user = await makeUser(one);
  const role = await makeRole(one, 'directory:user:view');
  await must(one, 'PUT', `/api/v2/users/${user.id}/roles`, [role.id]);
  const token = await tokenOfUser(user.id);
  const expand = 'token,organization,authorization,orgauthorization,groups,trustors,orgProducts,date,presence';
  const { body } = await one.request('GET', `/api/v2/users/me?expand=${expand}`, { token });
  expect(body).toMatchObject({
    id: user.id,
    token: { organization: { id: one.firstRun.organizationId }, homeOrganization: { id: one.firstRun.organizationId } },
    organization: { id: one.firstRun.organizationId, defaultCountryCode: 'US' },
    authorization: { roles: [{ id: role.id }], permissions: ['directory:user:view'] },
    orgAuthorization: [{ id: role.id }],
    groups: [],
    trustors: [],
    date: { currentDate: expect.stringMatching(/Z$/) },
  });
  const bare = (await one.request('GET', '/api/v2/users/me', { token })).body;
  for (const name of ['token', 'organization', 'authorization', 'groups', 'trustors']) expect(bare).not.toHaveProperty(name);
  expect((await one.request('GET', '/api/v2/authorization/subjects/me', { token })).body).toMatchObject({ id: user.id, grants: [{ role: { id: role.id } }] });
});

it('a server that cannot hear remembers nothing, and hears again', async () => {
  const { token } = await makeCaller(one, ['directory:user:view']);
  await database.query("select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%' and pid <> pg_backend_pid()");
  await sleep(50);
  await known(token);
  await one.request('DELETE', '/api/v2/tokens/me', { token });
  expect(await statuses(token)).toEqual([401, 401]);
  await sleep(1500);
  const { rows } = await database.query("select pid from pg_stat_activity where query ilike 'listen%'");
  expect(rows).toHaveLength(2);
});
