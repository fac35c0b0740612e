// POST with an Idempotency-Key: done once, answered as often as it is asked, whatever happens in between.
import { once } from 'node:events';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeClient, must, roleNamed, unique } from './access-callers.ts';
import { type DatabaseOf, databaseOf } from './database-of.ts';
import { E, idsOf, make } from './directory.ts';
import { makeOrganization } from './other-organization.ts';
import { type Answer, newFolder, type Server, startServer } from './server.ts';

const CONTACTS = `${E}/contacts`;
const folder = newFolder();
const start = () => startServer({ LIAISON_DATA_DIR: folder });
let server: Server;
let database: DatabaseOf;

beforeAll(async () => {
  server = await start();
  database = await databaseOf(server);
}, 60_000);
afterAll(async () => {
  await database.client.end();
  await server.stop({ keep: true });
  rmSync(folder, { recursive: true, force: true });
});

const newKey = () => crypto.randomUUID();
const post = (path: string, key: string, body: unknown, token?: string): Promise<Answer> =>
  server.request('POST', path, { body, headers: { 'idempotency-key': key }, ...(token === undefined ? {} : { token }) });
const replayed = ({ headers }: Answer) => headers.get('idempotency-replayed');
const refusal = ({ status, body }: Answer) => `${status} ${body.code}`;
const named = async (lastName: string): Promise<string[]> => {
  const { rows } = await database.client.query<{ id: string }>('select id from contacts where last_name = $1', [lastName]);
  return idsOf(rows);
};

function expectReplay(again: Answer, first: Answer): void {
  expect(replayed(first)).toBeNull();
  expect({ replayed: replayed(again), status: again.status, text: again.text, etag: again.headers.get('etag') }).toEqual({
    replayed: 'true',
    status: first.status,
    text: first.text,
    etag: first.headers.get('etag'),
  });
}

describe('the same request again', () => {
  it('is answered as the first one was, and does nothing', async () => {
    const [key, body] = [newKey(), { lastName: unique('Once') }];
    const first = await post(CONTACTS, key, body);
    expect(first.status).toBe(200);
    expect(first.headers.get('etag')).toBe('"1"');
    // By then the record has changed: the answer is the one that was missed.
    await must(server, 'PUT', `${CONTACTS}/${first.body.id}`, { ...body, firstName: 'Later' });
    expectReplay(await post(CONTACTS, key, body), first);
    expectReplay(await post(CONTACTS, key, `\n${JSON.stringify(body, null, 2)}`), first);
    expect(await named(body.lastName)).toEqual([first.body.id]);
  });

  it('without a body is answered without one', async () => {
    const user = await must(server, 'POST', '/api/v2/users', { name: unique('User'), email: `${newKey()}@example.com` });
    const [key, path] = [newKey(), `/api/v2/users/${user.id}/password`];
    const first = await post(path, key, { newPassword: 'correct horse' });
    expect([first.status, first.text]).toEqual([204, '']);
    expectReplay(await post(path, key, { newPassword: 'correct horse' }), first);
    expect(refusal(await post(path, key, { newPassword: 'battery staple' }))).toBe('422 idempotency.key.reused');
  });

  it('20 times at once has one effect and one answer', async () => {
    await expectOne([server]);
  });

  it('20 times at once, on two servers of one database, has one effect and one answer', async () => {
    const data = newFolder();
    cpSync(join(folder, 'first-run.json'), join(data, 'first-run.json'));
    const url = `postgresql://liaison@/liaison?host=${encodeURIComponent(join(folder, 'postgres', 'socket'))}`;
    const other = await startServer({ DATABASE_URL: url, LIAISON_DATA_DIR: data });
    await expectOne([server, other]);
    await other.stop();
  });

  async function expectOne(servers: Server[]): Promise<void> {
    const [key, body, token] = [newKey(), { lastName: unique('Together') }, await server.token()];
    const options = { body, token, headers: { 'idempotency-key': key } };
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => (servers[i % servers.length] as Server).request('POST', CONTACTS, options)));
    expect(answers.map(({ status, text }) => ({ status, text }))).toEqual(answers.map(() => ({ status: 200, text: answers[0]?.text })));
    expect(answers.filter((answer) => replayed(answer) === null)).toHaveLength(1);
    expect(await named(body.lastName)).toEqual([answers[0]?.body.id]);
  }

  it('in bulk is answered item by item as the first time', async () => {
    const lastName = unique('Many');
    const body = {
      entities: [{ lastName }, { lastName, workEmail: 'nonsense' }, ...Array.from({ length: 200 }, (_, i) => ({ lastName, firstName: `No ${i}` }))],
    };
    const key = newKey();
    const first = await post(`${E}/bulk/contacts/add`, key, body);
    expect([first.status, first.body.errorCount]).toEqual([200, 1]);
    expectReplay(await post(`${E}/bulk/contacts/add`, key, body), first);
    expect(await named(lastName)).toHaveLength(201);
  });

  it('that changes who may do what has its effect at once, and tells a secret again that is stored nowhere', async () => {
    const role = await roleNamed(server, 'Read-only');
    const body = { name: unique('Role'), permissionPolicies: [{ domain: 'directory', entityName: 'user', actionSet: ['view'] }] };
    const roleKey = newKey();
    const made = await post('/api/v2/authorization/roles', roleKey, body);
    expectReplay(await post('/api/v2/authorization/roles', roleKey, body), made);
    expect((await must(server, 'GET', `/api/v2/authorization/roles?name=${encodeURIComponent(body.name)}`)).entities).toHaveLength(1);

    const clientKey = newKey();
    const client = { name: unique('Client'), authorizedGrantType: 'CLIENT_CREDENTIALS', roleDivisions: [{ roleId: role.id, divisionId: '*' }] };
    const first = await post('/api/v2/oauth/clients', clientKey, client);
    const again = await post('/api/v2/oauth/clients', clientKey, client);
    expectReplay(again, first);
    for (const secret of [first.body.secret, clientKey]) expect(await database.mentions(server.firstRun.organizationId, secret)).toBe(false);
    const token = await server.tokenFor(again.body.id, again.body.secret);

    expect((await server.request('GET', '/api/v2/users', { token })).status).toBe(403);
    const grant = await post(`/api/v2/authorization/subjects/${first.body.id}/divisions/*/roles/${made.body.id}`, newKey(), undefined);
    expect(grant.status).toBe(204);
    expect((await server.request('GET', '/api/v2/users', { token })).status).toBe(200);
  });
});

describe('a key', () => {
  it('is of one request: another body, address or method’s request with it is refused and does nothing', async () => {
    const [key, lastName] = [newKey(), unique('Mine')];
    await post(CONTACTS, key, { lastName });
    expect(refusal(await post(CONTACTS, key, { lastName: `${lastName} 2` }))).toBe('422 idempotency.key.reused');
    expect(refusal(await post(`${E}/organizations`, key, { name: lastName }))).toBe('422 idempotency.key.reused');
    // An operation for which the contract declares no 422.
    expect(refusal(await post('/api/v2/authorization/divisions/none/objects/USER', key, []))).toBe('404 not.found');
    expect(refusal(await post('/api/v2/groups', key, { name: lastName }))).toBe('422 idempotency.key.reused');
    expect(await named(`${lastName} 2`)).toEqual([]);
  });

  it('means something to POST only', async () => {
    const headers = { 'idempotency-key': newKey() };
    const contact = await make(server, '/contacts', { lastName: unique('Other') });
    for (const [method, body] of [['GET'], ['PUT', { lastName: 'One' }], ['PUT', { lastName: 'Two' }], ['DELETE']] as const) {
      const answer = await server.request(method, `${CONTACTS}/${contact.id}`, { headers, ...(body ? { body } : {}) });
      expect([answer.status < 300, replayed(answer)]).toEqual([true, null]);
      if (body) expect(answer.body.lastName).toBe(body.lastName);
    }
  });

  it('has 1 to 255 printable characters', async () => {
    const body = { lastName: unique('Key') };
    for (const key of ['', 'k'.repeat(256), 'tab\tin it', 'é']) expect(refusal(await post(CONTACTS, key, body))).toBe('400 bad.request');
    expect(await named(body.lastName)).toEqual([]);
    for (const key of ['k'.repeat(255), '"quoted, with a comma"']) expect((await post(CONTACTS, key, { ...body, firstName: key })).status).toBe(200);
  });

  it('is the client’s own, and the organization’s', async () => {
    const [key, body] = [newKey(), { lastName: unique('Own') }];
    const one = await makeCaller(server, ['externalContacts:contact:*']);
    const other = await makeClient(server, []);
    const elsewhere = await makeOrganization(server, unique('Elsewhere'));
    const first = await post(CONTACTS, key, body, one.token);
    const admin = await post(CONTACTS, key, body);
    const foreign = await post(CONTACTS, key, body, await server.tokenFor(elsewhere.clientId, elsewhere.clientSecret));
    expect([first, admin, foreign].map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await named(body.lastName)).sort()).toEqual(idsOf([first.body, admin.body, foreign.body]).sort());
    // Who may not do it is not told what came of it, either.
    expect((await post(CONTACTS, key, body, other.token)).status).toBe(403);
    const user = await must(server, 'POST', '/api/v2/users', { name: unique('User'), email: `${newKey()}@example.com` });
    const [role] = (await must(server, 'GET', `/api/v2/authorization/subjects/${one.clientId}`)).grants;
    await must(server, 'POST', `/api/v2/authorization/subjects/${user.id}/divisions/*/roles/${role.role.id}`);
    const byUser = await post(CONTACTS, key, body, await database.makeToken(server.firstRun.organizationId, one.clientId, user.id, 600));
    expect([byUser.status, replayed(byUser), byUser.body.id === first.body.id]).toEqual([200, null, false]);
  });

  it('is free again after a day, and what it stood for is gone at the next cleaning', async () => {
    const [key, body] = [newKey(), { lastName: unique('Yesterday') }];
    const age = (hours: number) => database.client.query("update idempotent_answers set created_at = created_at - $1 * interval '1 hour'", [hours]);
    const first = await post(CONTACTS, key, body);
    await age(23.9);
    expectReplay(await post(CONTACTS, key, body), first);
    await age(0.2);
    const second = await post(CONTACTS, key, body);
    expect([replayed(second), second.body.id === first.body.id]).toEqual([null, false]);
    expectReplay(await post(CONTACTS, key, body), second);
    await age(26);
    await database.client.end();
    await server.stop({ keep: true });
    server = await start();
    database = await databaseOf(server);
    await expect.poll(async () => (await database.client.query('select from idempotent_answers')).rows.length).toBe(0);
  });
});

describe('what is refused is not kept', () => {
  it('so that the same request does its work once nothing stands in its way', async () => {
    const [key, name] = [newKey(), unique('Source')];
    const path = `${E}/externalsources`;
    const inTheWay = await make(server, '/externalsources', { name });
    for (let times = 0; times < 2; times += 1) expect(refusal(await post(path, key, { name }))).toBe('409 conflict');
    // Not even for another request.
    expect(refusal(await post(path, key, { name: 'n'.repeat(201) }))).toBe('422 constraint.validation');
    await must(server, 'DELETE', `${path}/${inTheWay.id}`);
    const done = await post(path, key, { name });
    expect(done.status).toBe(200);
    expectReplay(await post(path, key, { name }), done);
  });

  it('and of several at the same time each is refused', async () => {
    const [key, name] = [newKey(), unique('Taken')];
    await make(server, '/externalsources', { name });
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(`${E}/externalsources`, key, { name })));
    expect(answers.map(refusal)).toEqual(answers.map(() => '409 conflict'));
  });

  it('nor is a request whose answer would be too large, which does nothing', async () => {
    const website = `https://example.com/${'x'.repeat(1950)}`;
    const lastOf = unique('Large');
    const entities = Array.from({ length: 45 }, () => ({ name: lastOf, websites: Array(100).fill(website) }));
    const refused = await post(`${E}/bulk/organizations/add`, newKey(), { entities });
    expect(refusal(refused)).toBe('413 idempotent.answer.too.large');
    const { rows } = await database.client.query('select from external_organizations where name = $1', [lastOf]);
    expect(rows).toEqual([]);
  });
});

it('a server that is killed at any moment has done each request once, or will', { timeout: 120_000 }, async () => {
  const lastName = unique('Survivor');
  const answered = new Map<string, string>();
  await database.client.end();
  for (let round = 0; round < 6; round += 1) {
    const keys = Array.from({ length: 60 }, newKey);
    const killAfter = Math.floor(Math.random() * 30);
    const waiting = keys.values();
    let answers = 0;
    const gone = once(server.process, 'exit');
    // Five at a time, until the server is gone.
    const clients = Array.from({ length: 5 }, async () => {
      for (const key of waiting) {
        const answer = await post(CONTACTS, key, { lastName, firstName: key }).catch(() => undefined);
        if (!answer) return;
        answered.set(key, answer.text);
        answers += 1;
        if (answers === killAfter) setImmediate(() => server.process.kill('SIGKILL'));
      }
    });
    if (killAfter === 0) server.process.kill('SIGKILL');
    await gone;
    await Promise.all(clients);
    server = await start();
    for (const key of keys) {
      const answer = await post(CONTACTS, key, { lastName, firstName: key });
      expect(answer.status).toBe(200);
      if (answered.has(key)) expect([answer.text, replayed(answer)]).toEqual([answered.get(key), 'true']);
      answered.set(key, answer.text);
    }
  }
  database = await databaseOf(server);
  expect((await named(lastName)).sort()).toEqual([...answered.values()].map((text) => JSON.parse(text).id).sort());
});
