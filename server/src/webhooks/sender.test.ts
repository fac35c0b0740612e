import dns from 'node:dns';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { leadsAstray } from '../http/public-address.ts';
import { createSender } from './sender.ts';
import { newSecret } from './webhook.ts';

const opened: Server[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function receiver(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  opened.push(server);
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, server };
}

const secret = newSecret();
const message = { id: 'event-1', text: '{"name":"Zoë"}' };
async function sendTo(url: string, signal?: AbortSignal) {
  const sender = createSender(true);
  return sender.send({ url, secrets: [secret] }, message, signal).finally(sender.close);
}

describe('a delivery', () => {
  test('is signed so that each of the secrets verifies it, and no other', async () => {
    const seen: { headers: Record<string, string>; text: string }[] = [];
    const { url } = await receiver(async (request, response) => {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += chunk;
      seen.push({ headers: request.headers as Record<string, string>, text });
      response.end();
    });
    const secrets = [newSecret(), newSecret()];
    const sender = createSender(true);
    expect(await sender.send({ url, secrets }, message)).toEqual({ delivered: true, status: 200 });
    sender.close();
    const [{ headers, text }] = seen as [(typeof seen)[0]];
    expect(headers).toMatchObject({ 'webhook-id': 'event-1', 'content-type': 'application/json' });
    for (const known of secrets) expect(new Webhook(known).verify(text, headers)).toEqual({ name: 'Zoë' });
    expect(() => new Webhook(secret).verify(text, headers)).toThrow();
    expect(() => new Webhook(secrets[0] as string).verify(text.replace('Zoë', 'Zoe'), headers)).toThrow();
  });

  test.each([200, 201, 202, 204])('is through with %d', async (status) => {
    const { url } = await receiver((_, response) => response.writeHead(status).end());
    expect(await sendTo(url)).toEqual({ delivered: true, status });
  });

  test.each([400, 404, 410, 500, 503])('has failed with %d', async (status) => {
    const { url } = await receiver((_, response) => response.writeHead(status).end('no'));
    expect(await sendTo(url)).toEqual({ delivered: false, status, error: 'status' });
  });

  test.each([301, 302, 303, 307, 308])('does not follow a %d', async (status) => {
    let followed = 0;
    const target = await receiver((_, response) => {
      followed += 1;
      response.end();
    });
    const { url } = await receiver((_, response) => response.writeHead(status, { location: target.url }).end());
    expect(await sendTo(url)).toEqual({ delivered: false, status, error: 'redirect' });
    expect(followed).toBe(0);
  });

  test('hears when it is to come again', async () => {
    const { url } = await receiver((_, response) => response.writeHead(429, { 'retry-after': '7' }).end());
    expect(await sendTo(url)).toEqual({ delivered: false, status: 429, error: 'status', retryAfterMs: 7000 });
  });

  test('fails where nobody listens, and where the receiver hangs up', async () => {
    const { url, server } = await receiver((request) => request.socket.destroy());
    expect(await sendTo(url)).toEqual({ delivered: false, error: 'ECONNRESET' });
    server.close();
    expect(await sendTo(url)).toEqual({ delivered: false, error: 'ECONNREFUSED' });
  });

  test('does not wait for a body without end, nor read it', async () => {
    let written = 0;
    const hungUp = Promise.withResolvers<void>();
    const { url } = await receiver((_, response) => {
      const more = () => {
        while (response.write('x'.repeat(64 * 1024))) written += 1;
      };
      response.on('drain', more).on('close', hungUp.resolve);
      more();
    });
    const sender = createSender(true);
    expect(await sender.send({ url, secrets: [secret] }, message)).toEqual({ delivered: true, status: 200 });
    await hungUp.promise;
    expect(written * 64).toBeLessThan(64 * 1024);
    sender.close();
  });

  test('is stopped by its signal, and not begun after it', async () => {
    const asked = Promise.withResolvers<void>();
    let requests = 0;
    const { url } = await receiver(() => {
      requests += 1;
      asked.resolve();
    });
    const stop = new AbortController();
    const outcome = sendTo(url, stop.signal);
    await asked.promise;
    stop.abort();
    expect(await outcome).toEqual({ delivered: false, error: 'stopped' });
    expect(await sendTo(url, stop.signal)).toEqual({ delivered: false, error: 'stopped' });
    expect(requests).toBe(1);
  });

  test('goes again where a connection that was kept has been closed meanwhile', async () => {
    let closes = 0;
    const { url, server } = await receiver((request, response) => {
      request.resume().on('end', () => response.end());
    });
    // Closes each connection when a second request comes on it, as a receiver does whose patience ends just then.
    server.on('connection', (socket) => {
      let requests = 0;
      socket.prependListener('data', (chunk: Buffer) => {
        if (chunk.toString().startsWith('POST')) requests += 1;
        if (requests > 1) {
          closes += 1;
          socket.resetAndDestroy();
        }
      });
    });
    const sender = createSender(true);
    for (let i = 0; i < 3; i += 1) expect(await sender.send({ url, secrets: [secret] }, message)).toEqual({ delivered: true, status: 200 });
    sender.close();
    expect(closes).toBe(2);
  });
});

describe('without leave for private targets', () => {
  test.each(['127.0.0.1', '2130706433', '[::ffff:127.0.0.1]', 'localhost'])('nothing reaches %s', async (host) => {
    let connections = 0;
    const { url, server } = await receiver((_, response) => response.end());
    server.on('connection', () => {
      connections += 1;
    });
    const there = url.replace('127.0.0.1', host);
    const sender = createSender(false);
    expect(await sender.send({ url: there, secrets: [secret] }, message)).toEqual({ delivered: false, error: 'address.refused' });
    sender.close();
    expect(connections).toBe(0);
    if (host !== '[::ffff:127.0.0.1]') expect(await sendTo(there)).toEqual({ delivered: true, status: 200 });
  });

  test('nor by a name that was public when it was looked up before, and leads here when it is connected to', async () => {
    const answer = (address: string) => {
      vi.spyOn(dns.promises, 'lookup').mockImplementation((async () => [{ address, family: 4 }]) as never);
      vi.spyOn(dns, 'lookup').mockImplementation(((_name: string, _options: object, callback: (error: null, found: object[]) => void) =>
        callback(null, [{ address, family: 4 }])) as never);
    };
    let connections = 0;
    const { url, server } = await receiver((_, response) => response.end());
    server.on('connection', () => {
      connections += 1;
    });
    const there = url.replace('127.0.0.1', 'receiver.example');
    answer('8.8.8.8');
    expect(await leadsAstray(new URL(there))).toBe(false);
    answer('127.0.0.1');
    const sender = createSender(false);
    expect(await sender.send({ url: there, secrets: [secret] }, message)).toEqual({ delivered: false, error: 'address.refused' });
    sender.close();
    expect(connections).toBe(0);
    // The same name leads here where it may.
    expect(await sendTo(there)).toEqual({ delivered: true, status: 200 });
    vi.restoreAllMocks();
  });
});
