// A server that was not told otherwise sends to public addresses only: no webhook leads into the network it stands in
// (OWASP API7). How addresses are judged is in server/src/http/public-address.test.ts.
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { connectDatabase } from './database.ts';
import { E, make } from './directory.ts';
import { type Server, startServer } from './server.ts';
import { makeWebhook, type Receiver, startReceiver, W, whenWebhook } from './webhook-receiver.ts';

let server: Server;
let receiver: Receiver;
beforeAll(async () => {
  server = await startServer({ LIAISON_WEBHOOK_RETRY_MS: '20', LIAISON_WEBHOOK_ATTEMPTS: '2' });
  receiver = await startReceiver();
});
afterAll(async () => {
  receiver.close();
  await server.stop();
});

const PUBLIC = 'https://receiver.example/hook';

describe('a webhook to', () => {
  test.each([
    'http://127.0.0.1:9999/',
    'http://127.1/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://017700000001/',
    'http://0.0.0.0/',
    'http://10.0.0.7/',
    'http://172.20.1.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/iam/',
    'http://168.63.129.16/',
    'http://224.0.0.1/',
    'http://[::1]/',
    'http://[::]/',
    'http://[fd00:ec2::254]/',
    'http://[fe80::1]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[2002:7f00:1::]/',
    'http://localhost:5432/',
    'http://db.localhost/',
  ])('%s is refused, made or changed, with a word on the url', async (url) => {
    const refused = await server.request('POST', W, { body: { name: 'Hook', url } });
    expect(refused).toMatchObject({ status: 422, body: { code: 'constraint.validation', details: [{ errorCode: 'address', fieldName: 'url' }] } });
    const hook = await makeWebhook(server, { url: PUBLIC });
    expect((await server.request('PUT', `${W}/${hook.id}`, { body: { ...hook, url } })).body).toMatchObject({ details: [{ fieldName: 'url' }] });
    expect((await server.request('GET', `${W}/${hook.id}`)).body.url).toBe(PUBLIC);
    await server.request('DELETE', `${W}/${hook.id}`);
  });

  test.each([PUBLIC, 'http://8.8.8.8:8080/hook', 'https://[2606:4700:4700::1111]/'])('%s is not', async (url) => {
    const hook = await makeWebhook(server, { url }, { enabled: false });
    expect(hook.url).toBe(url);
    await server.request('DELETE', `${W}/${hook.id}`);
  });
});

it('nothing is sent to a private address by any way: a name or a setting that has changed since, a test', async () => {
  const hook = await makeWebhook(server, { url: PUBLIC }, { kinds: ['contact'] });
  const database = await connectDatabase(server);
  // As if a name that was public then leads here now: names are looked up for each connection.
  await database.query('update webhooks set url = $2, version = version + 1 where id = $1', [hook.id, receiver.url.replace('127.0.0.1', 'localhost')]);
  await database.end();
  expect((await server.request('POST', `${W}/${hook.id}/test`)).body).toMatchObject({ delivered: false, error: 'address.refused' });
  const { id } = await make(server, '/contacts', { lastName: 'Inside' });
  await whenWebhook(server, hook.id, ({ deliveries }) => deliveries.dead === 1);
  expect((await server.request('GET', `${W}/${hook.id}/deliveries`)).body.entities).toMatchObject([
    { recordId: id, state: 'dead', attempts: 2, lastError: 'address.refused' },
  ]);
  expect(receiver.arrivals).toEqual([]);
  // The receiver is there.
  expect((await fetch(receiver.url, { method: 'POST', body: '{}' })).status).toBe(200);
  expect((await server.request('DELETE', `${E}/contacts/${id}`)).status).toBeLessThan(300);
});
