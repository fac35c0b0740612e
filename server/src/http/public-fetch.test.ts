import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { createPublicFetch } from './public-fetch.ts';

const opened: Server[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  opened.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const GET = { method: 'GET', headers: {} };

test('what is asked arrives, and the answer comes as fetch has it', async () => {
  const url = await serve(async (request, response) => {
    const body = await text(request);
    response
      .writeHead(201, { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] })
      .end(JSON.stringify([request.method, request.url, request.headers.x, body]));
  });
  const body = new URLSearchParams({ a: 'b c' });
  const answer = await createPublicFetch(true, 1000)(`${url}/there?q`, { method: 'POST', headers: { x: 'y' }, body });
  expect([answer.status, answer.headers.getSetCookie(), await answer.json()]).toEqual([201, ['a=1', 'b=2'], ['POST', '/there?q', 'y', 'a=b+c']]);
});

test('a redirect is an answer like any other', async () => {
  const url = await serve((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end());
  expect((await createPublicFetch(true, 1000)(url, GET)).status).toBe(302);
});

test('an address that is not public is not asked', async () => {
  let asked = 0;
  const url = await serve((_, response) => {
    asked += 1;
    response.end();
  });
  const { port } = new URL(url);
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '2130706433'])
    await expect(createPublicFetch(false, 1000)(`http://${host}:${port}`, GET)).rejects.toMatchObject({ code: 'address.refused' });
  expect(asked).toBe(0);
});

test('an answer that fetch knows no form for is an error, and no more', async () => {
  const [odd, full] = await Promise.all([
    serve((_, response) => response.writeHead(999).end()),
    // A 205 has no body, whatever its sender thinks.
    serve((_, response) => response.socket?.end('HTTP/1.1 205 Reset Content\r\nContent-Length: 1\r\n\r\nx')),
  ]);
  for (const url of [odd, full]) await expect(createPublicFetch(true, 1000)(url, GET)).rejects.toThrow();
});

test('an answer that is too long is given up, and so is one that is not waited for', async () => {
  const long = await serve((_, response) => response.end('x'.repeat(2000)));
  await expect(createPublicFetch(true, 1000)(long, GET)).rejects.toThrow('longer than 1000 bytes');
  const silent = await serve(() => undefined);
  await expect(createPublicFetch(true, 1000)(silent, { ...GET, signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ name: 'AbortError' });
});
