// The command line, beside a running server and without one.
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
let server: Server;

beforeAll(async () => {
  server = await startServer();
}, 60_000);
afterAll(() => server.stop());

interface Outcome {
  code: number;
  out: string;
  err: string;
}

function liaison(...args: string[]): Promise<Outcome> {
  const env = { ...process.env, DATABASE_URL: '', LIAISON_DATA_DIR: server.folder };
  return new Promise((resolve) => {
    execFile(process.execPath, ['server/src/cli.ts', ...args], { cwd: ROOT, env }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, out, err }),
    );
  });
}

async function json<T = Json>(...args: string[]): Promise<T> {
  const { code, out, err } = await liaison(...args, '--json');
  if (code !== 0) throw new Error(err);
  return JSON.parse(out);
}

it('gives a token of the first client', async () => {
  const { out } = await liaison('token');
  expect((await server.request('GET', '/api/v2/tokens/me', { token: out.trim() })).body.OAuthClient.id).toBe(server.firstRun.clientId);
  expect(await json('token', server.firstRun.clientId, server.firstRun.clientSecret)).toMatchObject({ token_type: 'bearer', expires_in: 86_400 });
  expect(await liaison('token', server.firstRun.clientId, 'wrong')).toMatchObject({ code: 1, err: 'authentication failed\n' });
});

it('makes users, clients and grants that the running server knows at once', async () => {
  const user = await json('user', 'create', 'ann@example.com', '--name', 'Ann Lee', '--role', 'Agent');
  expect(user).toMatchObject({ email: 'ann@example.com', password: expect.any(String) });
  expect((await server.request('GET', `/api/v2/authorization/subjects/${user.id}`)).body.grants).toMatchObject([
    { role: { name: 'Agent' }, division: { id: '*' } },
  ]);
  const client = await json('client', 'create', 'CRM sync', '--role', 'readOnly');
  const token = await server.tokenFor(client.clientId, client.clientSecret);
  expect((await server.request('GET', '/api/v2/externalcontacts/contacts', { token })).status).toBe(200);
  expect((await server.request('GET', '/api/v2/users', { token })).status).toBe(403);
  expect(await json('role', 'grant', 'Admin', 'CRM sync')).toEqual({ role: 'Admin', subject: 'CRM sync', division: '*' });
  expect((await server.request('GET', '/api/v2/users', { token })).status).toBe(200);
  await json('role', 'grant', 'Contact Manager', 'ann@example.com', '--division', 'home');
  expect(await json('client', 'create', 'Web', '--grant', 'code', '--redirect-uri', 'https://a.example', '--redirect-uri', 'https://b.example')).toMatchObject({
    grantType: 'CODE',
  });
  expect((await json('user', 'list')).map((row: { email: string }) => row.email)).toEqual(['admin@liaison.local', 'ann@example.com']);
  expect((await json('client', 'list')).map((row: { name: string }) => row.name)).toEqual(['CRM sync', 'First client', 'Liaison Console', 'Web']);
  expect((await json('role', 'list')).map((row: { name: string }) => row.name)).toEqual(['Admin', 'Agent', 'Contact Manager', 'Full Access', 'Read-only']);
});

it('makes roles out of permissions', async () => {
  const role = await json('role', 'create', 'Caller', '--permission', 'externalContacts:contact:view', '--permission', 'relate:*:view');
  const { body } = await server.request('GET', `/api/v2/authorization/roles/${role.id}`);
  expect(body).toMatchObject({ name: 'Caller', permissionPolicies: [{ domain: 'externalContacts', actionSet: ['view'] }, { entityName: '*' }] });
  expect(await liaison('role', 'create', 'Caller', '--permission', 'a:b:c')).toMatchObject({ code: 1, err: 'There is a role "Caller" already.\n' });
  expect((await liaison('role', 'create', 'Other', '--permission', 'view')).err).toContain('"view" is no permission');
  expect(await liaison('role', 'create', 'Other')).toMatchObject({ code: 2 });
});

it('makes organizations that stand for themselves', async () => {
  const made = await json('org', 'create', 'Größe & Co');
  expect(made).toMatchObject({ shortName: 'gro-e-co', clientId: expect.any(String), adminPassword: expect.any(String) });
  const token = await server.tokenFor(made.clientId, made.clientSecret);
  expect((await server.request('GET', '/api/v2/authorization/roles', { token })).body.total).toBe(5);
  expect((await server.request('GET', '/api/v2/authorization/divisions/home', { token })).body).toMatchObject({ name: 'Home', homeDivision: true });
  expect(await json('org', 'list')).toHaveLength(2);
  expect(await liaison('user', 'list')).toMatchObject({ code: 1, err: expect.stringContaining('--org') });
  expect(await json('user', 'list', '--org', made.shortName)).toMatchObject([{ email: made.adminEmail }]);
  expect(await liaison('org', 'create', 'Größe & Co')).toMatchObject({ code: 1, err: expect.stringContaining('already') });
});

describe('says what it does not understand, and ends with 2', () => {
  it.each([
    [['dance'], '"dance" is no command'],
    [['org', 'destroy'], '"org destroy" is no command'],
    [['org', 'create'], 'takes 1 more words'],
    [['org', 'list', '--role', 'x'], 'takes no --role'],
    [['org', 'list', '--colour'], '--colour'],
    [['client', 'create', 'x', '--grant', 'magic'], '--grant is "magic"'],
  ])('%j', async (args, sentence) => {
    expect(await liaison(...args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(sentence) });
  });
});

it('says what is not there, and ends with 1', async () => {
  const org = ['--org', 'my-organization'];
  expect(await liaison('user', 'create', 'b@example.com', '--role', 'Nobody', ...org)).toMatchObject({
    code: 1,
    err: expect.stringContaining('There are: Admin'),
  });
  expect(await liaison('user', 'create', 'ann@example.com', ...org)).toMatchObject({ code: 1, err: expect.stringContaining('already') });
  expect(await liaison('role', 'grant', 'Admin', 'nobody@example.com', ...org)).toMatchObject({ code: 1, err: expect.stringContaining('nobody@example.com') });
  expect(await liaison('role', 'grant', 'Admin', 'ann@example.com', '--division', 'Mars', ...org)).toMatchObject({
    code: 1,
    err: expect.stringContaining('Mars'),
  });
});

it('helps, and works without a server', async () => {
  expect((await liaison('--help')).out).toContain('Examples');
  await server.stop({ keep: true });
  expect(await json('org', 'list')).toHaveLength(2);
  rmSync(server.folder, { recursive: true, force: true });
});
