// The operations on webhooks: what may be set, and what is told of it; the secret, which is not.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDivision } from './access-callers.ts';
import { databaseOf } from './database-of.ts';
import { make, NOBODY, UUID } from './directory.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';
import { makeWebhook, type Receiver, startReceiver, W } from './webhook-receiver.ts';

let server: Server;
let receiver: Receiver;
let output = '';
beforeAll(async () => {
  server = await startServer({ LIAISON_WEBHOOK_PRIVATE_TARGETS: 'yes', LIAISON_LOG_LEVEL: 'trace' });
  for (const stream of [server.process.stdout, server.process.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  receiver = await startReceiver();
});
afterAll(async () => {
  receiver.close();
  await server.stop();
});

const SECRET = /^whsec_[A-Za-z0-9+/]{32,}=*$/;
const post = (body: object, token?: string) => server.request('POST', W, { body, ...(token ? { token } : {}) });

describe('a webhook', () => {
  it('is made, read, changed and deleted', async () => {
    const made = await post({ name: '  Hook ', url: receiver.url });
    expect(made).toMatchObject({ status: 200, body: { name: 'Hook', url: receiver.url, enabled: true, deliveries: { waiting: 0, dead: 0 } } });
    const { secret, ...hook } = made.body;
    expect(secret).toMatch(SECRET);
    expect(hook.id).toMatch(UUID);
    expect(hook.kinds).toEqual(['contact', 'organization', 'contactNote', 'organizationNote', 'relationship']);
    expect(hook.divisionIds).toBeUndefined();
    expect(hook.createdBy).toEqual({ id: server.firstRun.clientId });
    const at = `${W}/${hook.id}`;
    expect((await server.request('GET', at)).body).toEqual(hook);
    expect((await server.request('GET', W)).body.entities).toEqual([hook]);
    const division = await makeDivision(server);
    const changed = await server.request('PUT', at, {
      body: { name: 'Other', url: `${receiver.url}?a=b#c`, kinds: ['relationship', 'contact'], divisionIds: [division.id], enabled: false, secret: 'no' },
    });
    expect(changed.body).toMatchObject({
      name: 'Other',
      url: `${receiver.url}?a=b`,
      kinds: ['contact', 'relationship'],
      divisionIds: [division.id],
      enabled: false,
    });
    expect((await server.request('GET', `${at}/secret`)).body).toEqual({ secret });
    expect(await server.request('DELETE', at)).toMatchObject({ status: 204, text: '' });
    for (const [method, path] of [
      ['GET', at],
      ['DELETE', at],
      ['GET', `${at}/secret`],
      ['GET', `${at}/deliveries`],
      ['POST', `${at}/test`],
      ['POST', `${at}/deliveries/replay`],
      ['POST', `${at}/secret`],
    ] as const)
      expect(await server.request(method, path), path).toMatchObject({ status: 404, body: { code: 'not.found' } });
    expect(await server.request('PUT', at, { body: hook })).toMatchObject({ status: 404 });
  });

  it.each([
    [{ name: undefined }, 'name'],
    [{ name: 'x'.repeat(201) }, 'name'],
    [{ url: undefined }, 'url'],
    [{ url: 'ftp://receiver.example/' }, 'url'],
    [{ url: 'receiver.example' }, 'url'],
    [{ url: 'https://user@receiver.example/' }, 'url'],
    [{ url: 'https://:password@receiver.example/' }, 'url'],
    [{ url: `https://receiver.example/${'x'.repeat(2000)}` }, 'url'],
    [{ kinds: ['contact', 'user'] }, 'kinds[1]'],
    [{ divisionIds: ['everywhere'] }, 'divisionIds[0]'],
    [{ divisionIds: [NOBODY] }, 'divisionIds'],
    [{ secret: 'whsec_' }, 'secret'],
    [{ secret: `whsec_${Buffer.alloc(23).toString('base64')}` }, 'secret'],
    [{ secret: `whsec_${Buffer.alloc(65).toString('base64')}` }, 'secret'],
    [{ secret: Buffer.alloc(32).toString('base64') }, 'secret'],
    [{ secret: 'whsec_canary!canary!canary!canary!canary' }, 'secret'],
  ])('is refused with %j', async (fault, field) => {
    const answer = await post({ name: 'Hook', url: receiver.url, ...fault });
    expect(answer).toMatchObject({ status: 422, body: { code: 'constraint.validation', details: [{ fieldName: field }] } });
    expect(answer.text).not.toContain('canary');
  });

  it('takes a secret of one’s own, and nothing for what is left empty', async () => {
    const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
    const { body } = await post({ name: 'Hook', url: receiver.url, secret, kinds: [], divisionIds: [], enabled: null });
    expect(body).toMatchObject({ secret, enabled: true });
    expect(body.kinds).toHaveLength(5);
    await server.request('DELETE', `${W}/${body.id}`);
  });

  it('is changed only in the version that was read', async () => {
    const hook = await makeWebhook(server, receiver);
    const at = `${W}/${hook.id}`;
    const read = await server.request('GET', at);
    const tag = read.headers.get('etag') as string;
    const put = (version: string) => server.request('PUT', at, { body: { ...hook, name: version }, headers: { 'if-match': version } });
    const first = await put(tag);
    expect(first).toMatchObject({ status: 200, body: { name: tag } });
    expect(first.headers.get('etag')).not.toBe(tag);
    expect(await put(tag)).toMatchObject({ status: 412, body: { code: 'version.mismatch' } });
    for (const [method, path] of [
      ['DELETE', at],
      ['POST', `${at}/secret`],
    ] as const)
      expect(await server.request(method, path, { headers: { 'if-match': tag } })).toMatchObject({ status: 412 });
    expect((await server.request('DELETE', at, { headers: { 'if-match': first.headers.get('etag') as string } })).status).toBe(204);
  });

  it('is one of a hundred at most', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 100; i += 1) ids.push((await makeWebhook(server, receiver, { enabled: false })).id);
    expect(await post({ name: 'Hook', url: receiver.url })).toMatchObject({ status: 409, body: { code: 'conflict' } });
    for (const id of ids) await server.request('DELETE', `${W}/${id}`);
  });
});

describe('its secret', () => {
  it('stands in no answer but those that are about it, in no change, and in no log', async () => {
    const canary = Buffer.from('canary-of-a-secret-that-nobody-else-has').toString('base64');
    const later = Buffer.from('canary-of-the-secret-that-comes-after-it').toString('base64');
    const hook = await makeWebhook(server, receiver, { secret: `whsec_${canary}` });
    const at = `${W}/${hook.id}`;
    expect((await server.request('GET', `${at}/secret`)).text).toContain(canary);
    const shown = [
      await server.request('GET', W),
      await server.request('GET', at),
      await server.request('PUT', at, { body: { ...hook, name: 'Again' } }),
      await server.request('POST', `${at}/test`),
      await server.request('GET', `${at}/deliveries`),
    ];
    expect((await server.request('POST', `${at}/secret`, { body: { secret: `whsec_${later}` } })).text).toContain(later);
    await make(server, '/contacts', { lastName: 'Watched' });
    await receiver.until((all) => all.some(({ event }) => event.eventBody.lastName === 'Watched'));
    const { client, tables } = await databaseOf(server);
    const holding: string[] = [];
    for (const table of tables) {
      const { rows } = await client.query(`select 1 from ${table} x where strpos(x::text, $1) > 0 or strpos(x::text, $2) > 0`, [canary, later]);
      if (rows.length > 0) holding.push(table);
    }
    expect(holding).toEqual(['webhooks']);
    const recorded = await client.query("select action, body, version from changes where kind = 'webhook' and record_id = $1 order by position", [hook.id]);
    expect(recorded.rows.map(({ action, version }) => [action, version])).toEqual([
      ['create', 1],
      ['update', 2],
      ['update', 3],
    ]);
    expect(recorded.rows[0].body).toMatchObject({ id: hook.id, name: 'Hook', url: hook.url });
    expect(recorded.rows[2].body.dateSecretChanged).not.toBe(recorded.rows[1].body.dateSecretChanged);
    await client.end();
    for (const secret of [canary, later]) {
      for (const { text } of [...shown, ...receiver.arrivals]) expect(text).not.toContain(secret);
      expect(output).not.toContain(secret);
    }
    expect(output).toContain('/liaison/v1/webhooks');
    await server.request('DELETE', at);
  });
});

it('what is not delivered is listed page by page', async () => {
  const closed = await startReceiver();
  const hook = await makeWebhook(server, closed, { kinds: ['contact'] });
  closed.close();
  const ids: string[] = [];
  for (let i = 0; i < 23; i += 1) ids.push((await make(server, '/contacts', { lastName: `Page ${i}` })).id);
  const read = async (path: string) => (await server.request('GET', path)).body;
  let all = await read(`${W}/${hook.id}/deliveries`);
  while (all.entities.length < ids.length) all = await read(`${W}/${hook.id}/deliveries`);
  expect(all.entities.map(({ recordId }: Json) => recordId)).toEqual(ids);
  expect(all.entities[0]).toMatchObject({ state: 'waiting', kind: 'contact', action: 'create', lastError: 'ECONNREFUSED' });
  expect(all.cursors).toEqual({});
  const pages: Json[] = [];
  for (let uri = `${W}/${hook.id}/deliveries?limit=10&state=waiting`; uri; uri = pages.at(-1).nextUri) pages.push(await read(uri));
  expect(pages.map(({ entities }) => entities.length)).toEqual([10, 10, 3]);
  expect(pages.flatMap(({ entities }) => entities.map(({ recordId }: Json) => recordId))).toEqual(ids);
  expect((await read(`${W}/${hook.id}/deliveries?state=dead`)).entities).toEqual([]);
  const cursor = pages[0].cursors.after;
  const elsewhere = await makeWebhook(server, receiver, { enabled: false });
  for (const path of [`${W}/${hook.id}/deliveries?cursor=${cursor}`, `${W}/${elsewhere.id}/deliveries?state=waiting&cursor=${cursor}`])
    expect(await server.request('GET', path)).toMatchObject({ status: 422, body: { code: 'invalid.cursor' } });
  for (const { id } of [hook, elsewhere]) await server.request('DELETE', `${W}/${id}`);
});
