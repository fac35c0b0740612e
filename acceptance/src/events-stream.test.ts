// Events as a stream: resumed where it broke off, and no longer than the follower may see.
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Caller, makeCaller, makeDivision, must, policy, roleNamed, unique } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { make, UUID } from './directory.ts';
import type { Json } from './sdk.ts';
import { newFolder, type Server, startServer } from './server.ts';

const EVENTS = '/liaison/v1/events';
const VIEW = ['liaison:event:view', 'externalContacts:contact:view'];

interface Message {
  id: string;
  data: Json;
}

interface Stream {
  type: string | null;
  /** The next message with data; undefined at the end. */
  next(): Promise<Message | undefined>;
  /** The id that a client would resume from. */
  lastId(): string;
  close(): void;
}

/** Reads as a browser's EventSource does: an id counts with or without data. */
async function open(server: Server, query: string, { token, lastEventId }: { token?: string; lastEventId?: string } = {}): Promise<Stream> {
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  const response = await fetch(`${server.url}${EVENTS}/stream?${query}`, {
    signal: gone.signal,
    headers: { authorization: `Bearer ${token ?? (await server.token())}`, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
  });
  expect(response.status).toBe(200);
  const chunks = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream() as never).getReader();
  let text = '';
  let lastId = '';
  const block = async (): Promise<string | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const found = text.slice(0, end);
        text = text.slice(end + 2);
        return found;
      }
      const { value, done } = (await chunks.read()) as { value?: string; done: boolean };
      if (done) return undefined;
      text += value;
    }
  };
  const next = async (): Promise<Message | undefined> => {
    for (let found = await block(); found !== undefined; found = await block()) {
      const fields = Object.fromEntries(found.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]));
      lastId = fields.id ?? lastId;
      if (fields.data) return { id: lastId, data: JSON.parse(fields.data) };
      if (fields.retry) return next();
    }
    return undefined;
  };
  const first = await block();
  lastId = /^retry: \d+\nid: (.*)$/.exec(first ?? '')?.[1] ?? '';
  expect(lastId).toMatch(UUID);
  return { type: response.headers.get('content-type'), next, lastId: () => lastId, close: () => gone.abort() };
}

const named = (message: Message | undefined) => message?.data.eventBody.firstName;

describe('a stream', () => {
  let server: Server;
  let here: { id: string };
  let there: { id: string };
  beforeAll(async () => {
    server = await startServer({ LIAISON_RATE_LIMIT: '0' });
    [here, there] = [await makeDivision(server), await makeDivision(server)];
  });
  afterAll(() => server.stop());
  const contact = (firstName: string, division?: { id: string }) => make(server, '/contacts', { firstName, ...(division ? { division } : {}) });
  const revoke = (caller: Caller) => must(server, 'DELETE', `/api/v2/oauth/clients/${caller.clientId}`);

  it('tells of each event what a page tells', async () => {
    const { after } = (await server.request('GET', `${EVENTS}?after=now`)).body.cursors;
    const stream = await open(server, 'after=now');
    expect(stream.type).toBe('text/event-stream');
    await contact('First');
    await contact('Second');
    const messages = [await stream.next(), await stream.next()];
    expect(messages.map(named)).toEqual(['First', 'Second']);
    const { entities } = (await server.request('GET', `${EVENTS}?after=${after}`)).body;
    expect(messages).toEqual(entities.map((data: Json) => ({ id: data.metadata.id, data })));
  });

  it('begins with what there is, and narrows as a page does', async () => {
    const made = await contact('Narrow');
    expect(await (await open(server, '')).next()).toEqual(await (await open(server, 'after=')).next());
    const stream = await open(server, `topics=v2.externalcontacts.contacts.${made.id}&kinds=contact`);
    expect(named(await stream.next())).toBe('Narrow');
  });

  it('is resumed by Last-Event-ID, which goes before `after`', async () => {
    const stream = await open(server, 'after=now');
    await contact('Seen');
    const seen = await stream.next();
    stream.close();
    await contact('Missed');
    const again = await open(server, 'after=now', { lastEventId: seen?.id ?? '' });
    expect(named(await again.next())).toBe('Missed');
  });

  it('that broke off before its first event is resumed where it began', async () => {
    const stream = await open(server, 'after=now');
    stream.close();
    await contact('Missed');
    expect(named(await (await open(server, 'after=now', { lastEventId: stream.lastId() })).next())).toBe('Missed');
  });

  it('shows what its follower may see', async () => {
    const caller = await makeCaller(server, VIEW, here.id);
    const stream = await open(server, 'after=now', { token: caller.token });
    await contact('Hidden', there);
    await contact('Shown', here);
    expect(named(await stream.next())).toBe('Shown');
  });

  it('ends when its token does', async () => {
    const caller = await makeCaller(server, VIEW);
    const stream = await open(server, 'after=now', { token: caller.token });
    await contact('Before');
    expect(named(await stream.next())).toBe('Before');
    await revoke(caller);
    await contact('After');
    expect(await stream.next()).toBeUndefined();
  });

  it('ends within moments where nothing happens, too', { timeout: 10_000 }, async () => {
    const caller = await makeCaller(server, VIEW);
    const stream = await open(server, 'after=now', { token: caller.token });
    await revoke(caller);
    const startedAt = performance.now();
    expect(await stream.next()).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(4000);
  });

  it('loses what its follower may no longer see, and goes on with the rest', async () => {
    const [events, contacts] = [VIEW.slice(0, 1), VIEW.slice(1)];
    const [follow, view] = [unique('Follow'), unique('View')];
    for (const [name, permissions] of [
      [follow, [...events, 'externalContacts:externalOrganization:view']],
      [view, contacts],
    ] as const)
      await must(server, 'POST', '/api/v2/authorization/roles', { name, permissionPolicies: permissions.map(policy) });
    const roles = [await roleNamed(server, follow), await roleNamed(server, view)];
    const client = await must(server, 'POST', '/api/v2/oauth/clients', {
      name: unique('Client'),
      authorizedGrantType: 'CLIENT_CREDENTIALS',
      roleDivisions: roles.map(({ id }) => ({ roleId: id, divisionId: '*' })),
    });
    const stream = await open(server, 'after=now', { token: await server.tokenFor(client.id, client.secret) });
    await contact('Seen');
    expect(named(await stream.next())).toBe('Seen');
    await must(server, 'PUT', `/api/v2/oauth/clients/${client.id}`, {
      name: client.name,
      authorizedGrantType: 'CLIENT_CREDENTIALS',
      roleDivisions: roles.slice(0, 1).map(({ id }) => ({ roleId: id, divisionId: '*' })),
    });
    await contact('Unseen');
    await make(server, '/organizations', { name: 'Acme' });
    expect((await stream.next())?.data.eventBody.name).toBe('Acme');
  });

  it('is refused for what is no event of the organization', async () => {
    for (const [path, headers] of [
      [`${EVENTS}/stream?after=x`, {}],
      [`${EVENTS}/stream`, { 'last-event-id': here.id }],
    ] as const)
      expect(await server.request('GET', path, { headers })).toMatchObject({ status: 422, body: { code: 'invalid.cursor' } });
  });
});

it('whoever follows is let go when the server ends, which it does at once', { timeout: 60_000 }, async () => {
  const folder = newFolder();
  const server = await startServer({ LIAISON_DATA_DIR: folder });
  onTestFinished(() => void server.process.kill('SIGKILL'));
  const streams = [await open(server, 'after=now'), await open(server, 'after=now')];
  await make(server, '/contacts', { firstName: 'Last' });
  for (const stream of streams) expect(named(await stream.next())).toBe('Last');
  const { after } = (await server.request('GET', `${EVENTS}?after=now`)).body.cursors;
  const waiting = server.request('GET', `${EVENTS}?after=${after}&wait=30`);
  // The server has the waiting request by the time that it has answered another one after it.
  await server.request('GET', `${EVENTS}?limit=1`);
  const startedAt = performance.now();
  const exited = once(server.process, 'exit');
  server.process.kill('SIGTERM');
  expect(await waiting).toMatchObject({ status: 200, body: { entities: [] } });
  for (const stream of streams) expect(await stream.next()).toBeUndefined();
  expect(await exited).toEqual([0, null]);
  expect(performance.now() - startedAt).toBeLessThan(5000);
  const again = await startServer({ LIAISON_DATA_DIR: folder });
  await make(again, '/contacts', { firstName: 'Next' });
  expect(named(await (await open(again, 'after=now', { lastEventId: streams[0]?.lastId() ?? '' })).next())).toBe('Next');
  expect(await again.stop()).toBe(0);
});

it('a follower who reads nothing does not keep the server from ending', { timeout: 60_000 }, async () => {
  const server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  onTestFinished(() => void server.process.kill('SIGKILL'));
  const database = await connectDatabase(server);
  // 20 MB: more than the sockets between the two hold.
  await database.query(
    `insert into changes (org_id, kind, record_id, action, division_id, at, client_id, home_org_id, correlation_id, body)
      select $1, 'contact', $1, 'update', '00000000-0000-0000-0000-000000000000', now(), $1, $1, $1, json_build_object('id', $1::uuid, 'title', repeat('x', 200000))
      from generate_series(1, 100)`,
    [server.firstRun.organizationId],
  );
  await database.end();
  const socket = createConnection(server.port, '127.0.0.1');
  socket.write(`GET ${EVENTS}/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${await server.token()}\r\n\r\n`);
  while (socket.bytesRead < 1_000_000) await once(socket, 'data');
  socket.pause();
  // By the time that another has read it all, this one has been served as far as the sockets hold.
  const quick = await open(server, '');
  for (let i = 0; i < 100; i += 1) expect((await quick.next())?.data.eventBody.title).toHaveLength(200_000);
  const exited = once(server.process, 'exit');
  server.process.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  socket.destroy();
});
