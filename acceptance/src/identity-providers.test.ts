// Providers that people may sign in through: who may choose them, what is shown of them, and where they may be.
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { makeCaller, must, unique } from './access-callers.ts';
import { type DatabaseOf, databaseOf } from './database-of.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

const P = '/liaison/v1/identity-providers';
let server: Server;
let database: DatabaseOf;
beforeAll(async () => {
  server = await startServer();
  database = await databaseOf(server);
});
afterAll(async () => {
  await database.client.end();
  await server.stop();
});

const fields = (more: object = {}) => ({ name: unique('Provider'), issuer: 'https://id.example/realm', clientId: 'liaison', ...more });
const make = (more: object = {}): Promise<Json> => must(server, 'POST', P, fields({ clientSecret: 'hush-hush', ...more }));

describe('a provider', () => {
  it('is made, listed, read, replaced and deleted, and never shows its secret', async () => {
    const body = fields({ clientSecret: 'hush-hush' });
    const made = await server.request('POST', P, { body });
    expect(made.body).toEqual({
      id: expect.any(String),
      name: body.name,
      issuer: body.issuer,
      clientId: 'liaison',
      state: 'active',
      redirectUri: `${server.url}/oauth/callback/${made.body.id}`,
      dateCreated: expect.stringMatching(/Z$/),
      dateModified: expect.stringMatching(/Z$/),
      createdBy: { id: server.firstRun.clientId },
      selfUri: `${P}/${made.body.id}`,
    });
    expect((await must(server, 'GET', P)).entities).toContainEqual(made.body);
    const read = await server.request('GET', `${P}/${made.body.id}`);
    expect([read.body, read.headers.get('etag')]).toEqual([made.body, made.headers.get('etag')]);
    const change = { ...made.body, name: `${body.name} 2`, state: 'inactive' };
    expect(await must(server, 'PUT', `${P}/${made.body.id}`, change)).toMatchObject({ name: change.name, state: 'inactive' });
    for (const [method, more] of [
      ['PUT', { body: change }],
      ['DELETE', {}],
    ] as const) {
      const late = await server.request(method, `${P}/${made.body.id}`, { ...more, headers: { 'if-match': read.headers.get('etag') as string } });
      expect([late.status, late.body.code]).toEqual([412, 'version.mismatch']);
    }
    expect((await server.request('DELETE', `${P}/${made.body.id}`)).status).toBe(204);
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect((await server.request(method, `${P}/${made.body.id}`, method === 'PUT' ? { body: change } : {})).status).toBe(404);
    const { rows } = await database.client.query(
      "select action, body::text from changes where kind = 'identityProvider' and record_id = $1 order by position",
      [made.body.id],
    );
    expect(rows.map(({ action }) => action)).toEqual(['create', 'update', 'delete']);
    expect(rows.map(({ body: text }) => text).join()).not.toContain('hush-hush');
  });

  it('has a name of its own, and all that it takes', async () => {
    const first = await make();
    const again = await server.request('POST', P, { body: fields({ name: first.name.toUpperCase() }) });
    expect([again.status, again.body.code, again.body.details[0].fieldName]).toEqual([409, 'conflict', 'name']);
    for (const field of ['name', 'issuer', 'clientId']) {
      const refused = await server.request('POST', P, { body: fields({ [field]: null }) });
      expect([refused.status, refused.body.details[0].fieldName]).toEqual([422, field]);
    }
  });

  it('keeps its secret, and gives it to no other issuer', async () => {
    const made = await make();
    const secret = async () => (await database.client.query('select client_secret from identity_providers where id = $1', [made.id])).rows[0].client_secret;
    await must(server, 'PUT', `${P}/${made.id}`, { ...made, name: unique('Renamed') });
    expect(await secret()).toBe('hush-hush');
    const moved = { ...made, issuer: 'https://evil.example' };
    const refused = await server.request('PUT', `${P}/${made.id}`, { body: moved });
    expect([refused.status, refused.body.details]).toEqual([422, [expect.objectContaining({ fieldName: 'clientSecret', errorCode: 'required' })]]);
    await must(server, 'PUT', `${P}/${made.id}`, { ...moved, clientSecret: 'another' });
    expect(await secret()).toBe('another');
  });
});

describe('whoever runs a provider can be anybody, so', () => {
  const all = ['view', 'add', 'edit', 'delete'].map((action) => `sso:provider:${action}`);

  it('only who may do everything may choose one', async () => {
    const made = await make();
    const { token } = await makeCaller(server, [...all, 'directory:*:*', 'externalContacts:*:*']);
    const refused = { status: 403, body: { code: 'missing.permissions', messageParams: { permissions: '*:*:*' } } };
    expect(await server.request('POST', P, { token, body: fields() })).toMatchObject(refused);
    expect(await server.request('PUT', `${P}/${made.id}`, { token, body: { ...made, state: 'inactive' } })).toMatchObject(refused);
    expect((await server.request('GET', `${P}/${made.id}`, { token })).status).toBe(200);
    expect((await server.request('DELETE', `${P}/${made.id}`, { token })).status).toBe(204);
  });
});

describe('an issuer', () => {
  test.each(['http://id.example', 'https://user:password@id.example', 'https://id.example?a=b', 'https://id.example#a', 'ftp://id.example', 'id.example'])(
    'is no %s',
    async (issuer) => {
      const refused = await server.request('POST', P, { body: fields({ issuer }) });
      expect([refused.status, refused.body.details[0].fieldName]).toEqual([422, 'issuer']);
    },
  );

  test.each(['https://127.0.0.1', 'https://localhost:8443', 'https://10.1.2.3/realm', 'https://[::1]', 'https://169.254.169.254', 'https://2130706433'])(
    'is not at the private address %s, where the operator does not allow it',
    async (issuer) => {
      const refused = await server.request('POST', P, { body: fields({ issuer }) });
      expect(refused).toMatchObject({ status: 422, body: { details: [{ fieldName: 'issuer', errorCode: 'address' }] } });
      const made = await make();
      expect((await server.request('PUT', `${P}/${made.id}`, { body: { ...made, issuer, clientSecret: 'x' } })).status).toBe(422);
    },
  );
});
