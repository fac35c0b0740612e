// The server killed thirty times with kill -9, at whatever moment, under writers that add and change contacts in bulk:
// every write that was acknowledged is there once, and each follower of each feed has seen every change, each record's in
// order. (That the database is whole after a kill, too, is the matter of crash.test.ts.)
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { listen, movedTo } from './channel-client.ts';
import { E } from './directory.ts';
import type { Json } from './sdk.ts';
import { newFolder, type Server, startServer } from './server.ts';
import { makeWebhook, startReceiver } from './webhook-receiver.ts';

const KILLS = 30;
const WRITERS = 4;
const BATCH = 20;

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const start = () =>
  startServer({
    LIAISON_DATA_DIR: folder,
    LIAISON_RATE_LIMIT: '0',
    LIAISON_CHECK_REPLIES: 'no',
    LIAISON_WEBHOOK_PRIVATE_TARGETS: 'yes',
    LIAISON_WEBHOOK_RETRY_MS: '50',
  });

it('loses no write, and tells every follower of each', { timeout: 300_000 }, async () => {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  let server = await start();
  onTestFinished(() => void server.process.kill('SIGKILL'));
  /** Resolves when there is another server. */
  let restarted = Promise.withResolvers<void>();
  let over = false;

  await makeWebhook(server, receiver);
  const { id: channel, connectUri } = (await server.request('POST', '/api/v2/notifications/channels')).body;
  await server.request('PUT', `/api/v2/notifications/channels/${channel}/subscriptions`, { body: [{ id: 'v2.externalcontacts.contacts.*' }] });
  const begun = (await server.request('GET', '/liaison/v1/events?after=now')).body.cursors.after;
  const seeds = (await server.request('POST', `${E}/bulk/contacts/add`, { body: { entities: Array.from({ length: BATCH }, () => ({ title: 'at first' })) } }))
    .body.results;
  const kept: string[] = seeds.map(({ id }: Json) => id);

  // Writers -----------------------------------------------------------------------------------------------------------
  const added = new Set<string>();
  let batches = 0;
  let acknowledged = 0;
  let reached: { count: number; tell: () => void } | undefined;
  const write = async (): Promise<void> => {
    batches += 1;
    const batch = batches;
    const adds = batch % 2 === 0;
    const entities = adds
      ? Array.from({ length: BATCH }, (_, i) => ({ workEmail: `b${batch}.${i}@example.com` }))
      : kept.map((id) => ({ id, title: `batch ${batch}` }));
    const answer = await server.request('POST', `${E}/bulk/contacts/${adds ? 'add' : 'update'}`, { body: { entities } }).catch(() => undefined);
    if (answer === undefined) return;
    expect([answer.status, answer.body.errorCount]).toEqual([200, 0]);
    if (adds) for (const { id } of answer.body.results) added.add(id);
    acknowledged += 1;
    if (reached && acknowledged >= reached.count) reached.tell();
  };
  const writer = async () => {
    while (!over) {
      const on = server;
      await write();
      if (!over && on === server && on.process.killed) await restarted.promise;
    }
  };

  // Followers ---------------------------------------------------------------------------------------------------------
  const polled: Json[] = [];
  const poll = async () => {
    for (let after = begun; ; ) {
      const on = server;
      const page = await on.request('GET', `/liaison/v1/events?after=${after}&limit=500&wait=5`).catch(() => undefined);
      if (page === undefined) {
        if (over) return;
        if (on === server) await restarted.promise;
        continue;
      }
      polled.push(...page.body.entities);
      after = page.body.cursors.after;
      if (over && page.body.entities.length === 0) return;
    }
  };
  const streamed: Json[] = [];
  const stop = new AbortController();
  const stream = async () => {
    for (let last = begun; !stop.signal.aborted; ) {
      const on = server;
      try {
        const response = await fetch(`${on.url}/liaison/v1/events/stream`, {
          headers: { authorization: `Bearer ${await on.token()}`, 'last-event-id': last },
          signal: stop.signal,
        });
        let text = '';
        for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
          text += chunk;
          for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
            const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
            text = text.slice(end + 2);
            if (data === undefined) continue;
            streamed.push(JSON.parse(data));
            last = streamed.at(-1).metadata.id;
          }
        }
      } catch {
        // The server is gone, or the test is over.
      }
      if (!over && on === server) await restarted.promise;
    }
  };
  const notified: Json[] = [];
  const subscribe = async (on: Server) => {
    const listener = await listen(movedTo(on, connectUri)).catch(() => undefined);
    listener?.socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message.topicName.startsWith('v2.externalcontacts.')) notified.push(message);
    });
    for (const event of listener?.events ?? []) if (!notified.includes(event)) notified.push(event);
    return listener;
  };

  // Chaos -------------------------------------------------------------------------------------------------------------
  let listener = await subscribe(server);
  const working = [poll(), stream(), ...Array.from({ length: WRITERS }, writer)];
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await new Promise<void>((tell) => {
      reached = { count: acknowledged + 1 + Math.floor(Math.random() * 8), tell };
    });
    reached = undefined;
    // Some moment in the middle of what the other writers have under way.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
    server.process.kill('SIGKILL');
    await once(server.process, 'exit');
    listener?.socket.terminate();
    const next = await start();
    listener = await subscribe(next);
    const waiting = restarted;
    restarted = Promise.withResolvers();
    server = next;
    waiting.resolve();
  }
  over = true;
  restarted.resolve();
  await Promise.all(working.slice(2));

  // What is true ------------------------------------------------------------------------------------------------------
  const found: string[] = [];
  for (let uri: string | undefined = `${E}/scan/contacts?limit=200`; uri; ) {
    const { body }: Json = await server.request('GET', uri);
    found.push(...body.entities.map(({ id }: Json) => id));
    uri = body.nextUri;
  }
  expect(new Set(found).size).toBe(found.length);
  expect([...added, ...kept].filter((id) => !found.includes(id))).toEqual([]);
  expect(added.size).toBeGreaterThan(KILLS * BATCH);

  const truth: Json[] = [];
  for (let after = begun; ; ) {
    const { body } = await server.request('GET', `/liaison/v1/events?after=${after}&limit=1000`);
    truth.push(...body.entities);
    after = body.cursors.after;
    if (body.entities.length === 0) break;
  }
  const last = truth.at(-1).metadata.id;
  await Promise.all([
    working[0],
    receiver.until((arrivals) =>
      seesAll(
        arrivals.filter(({ status }) => status === 200).map(({ event }) => event),
        truth,
      ),
    ),
    until(
      () => seesAll(notified, truth),
      () => once(listener?.socket as never, 'message'),
    ),
    until(() => streamed.some((event) => event.metadata.id === last)),
  ]);
  stop.abort();
  await working[1];
  const told = { polled, streamed, delivered: receiver.accepted().map(({ event }) => event), notified };
  const wanted = byRecord(truth);
  expect([...wanted.values()].flat().length).toBeGreaterThan(2 * KILLS * BATCH);
  for (const [feed, events] of Object.entries(told)) {
    const seen = byRecord(events);
    for (const [record, ids] of wanted) expect({ feed, record, ids: seen.get(record) }).toEqual({ feed, record, ids });
  }
  await listener?.close();
  expect(await server.stop({ keep: true })).toBe(0);
});

/** The ids of each record's events, in the order in which they were first seen. */
function byRecord(events: Json[]): Map<string, string[]> {
  const records = new Map<string, Set<string>>();
  for (const { topicName, metadata } of events) records.set(topicName, (records.get(topicName) ?? new Set()).add(metadata.id));
  return new Map([...records].map(([record, ids]) => [record, [...ids]]));
}

function seesAll(events: Json[], truth: Json[]): boolean {
  const ids = new Set(events.map(({ metadata }) => metadata.id));
  return truth.every(({ metadata }) => ids.has(metadata.id));
}

/** Looks again whenever something may have come: at an event, or where there is none to wait for, at the next turn. */
async function until(found: () => boolean, next: () => Promise<unknown> = () => new Promise(setImmediate)): Promise<void> {
  while (!found()) await next();
}
