// The four ways to follow what happens in an organization, read alike: pages of events, a stream, a webhook, a
// notification channel.
import { must } from './access-callers.ts';
import { listen } from './channel-client.ts';
import type { Json, Server } from './server.ts';
import { startReceiver, W } from './webhook-receiver.ts';

export interface Follower {
  way: 'poll' | 'stream' | 'webhook' | 'channel';
  /** What came so far, in its order. */
  events: Json[];
  /** Resolves with the events so far once they are as wanted. @throws where the feed ended before */
  until(wanted: (events: Json[]) => boolean): Promise<Json[]>;
  /** Resolves when the server has ended it, with how: a status, a code, or nothing. */
  ended: Promise<unknown>;
  stop(): void;
}

export const EVENTS = '/liaison/v1/events';
export const CHANNELS = '/api/v2/notifications/channels';
/** Everything that can be subscribed to. */
export const TOPICS = [
  'contacts.*',
  'contacts.*.notes.*',
  'contacts.*.journey.sessions',
  'contacts.*.journey.segments',
  'organizations.*',
  'organizations.*.notes.*',
  'relationships.*',
].map((of) => `v2.externalcontacts.${of}`);

interface Inbox extends Pick<Follower, 'events' | 'until' | 'ended'> {
  push(...events: Json[]): void;
  end(how: unknown): void;
}

function createInbox(): Inbox {
  const events: Json[] = [];
  const looks = new Set<() => void>();
  const ended = Promise.withResolvers<unknown>();
  const look = () => {
    for (const one of [...looks]) one();
  };
  return {
    events,
    push(...more) {
      events.push(...more);
      look();
    },
    end: ended.resolve,
    ended: ended.promise,
    until: (wanted) =>
      new Promise((resolve, reject) => {
        const one = () => {
          if (!wanted(events)) return;
          looks.delete(one);
          resolve(events);
        };
        looks.add(one);
        one();
        void ended.promise.then((how) => reject(new Error(`ended with ${how} before it came: ${JSON.stringify(events)}`)));
      }),
  };
}

/** Pages of events, each with the cursor of the one before, from now on. */
export async function poll(server: Server, token: string): Promise<Follower> {
  const { end, push, ...inbox } = createInbox();
  let over = false;
  let { after } = (await must(server, 'GET', `${EVENTS}?after=now`, undefined, token)).cursors;
  const run = async () => {
    while (!over) {
      const { status, body } = await server.request('GET', `${EVENTS}?after=${after}&wait=1`, { token });
      if (status !== 200) return end(status);
      push(...body.entities);
      after = body.cursors.after;
    }
  };
  void run().catch(end);
  const stop = () => {
    over = true;
  };
  return { way: 'poll', ...inbox, stop };
}

/** Server-sent events from now on. */
export async function stream(server: Server, token: string): Promise<Follower> {
  const { end, push, ...inbox } = createInbox();
  const gone = new AbortController();
  const response = await fetch(`${server.url}${EVENTS}/stream?after=now`, { signal: gone.signal, headers: { authorization: `Bearer ${token}` } });
  if (response.status !== 200) throw new Error(`no stream: ${response.status} ${await response.text()}`);
  const run = async () => {
    let text = '';
    for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
      const blocks = (text + chunk).split('\n\n');
      text = blocks.pop() as string;
      push(...blocks.flatMap((block) => /^data: (.*)$/m.exec(block)?.[1] ?? []).map((data) => JSON.parse(data)));
    }
  };
  void run().then(() => end('the end'), end);
  return { way: 'stream', ...inbox, stop: () => gone.abort() };
}

/** A webhook of the organization, for records in these divisions; made by whoever has the token. */
export async function webhook(server: Server, token: string, divisionIds: string[]): Promise<Follower & { id: string }> {
  const { push, ...inbox } = createInbox();
  const receiver = await startReceiver();
  receiver.answer = ({ event }) => {
    push(event);
    return 200;
  };
  const { id } = await must(server, 'POST', W, { name: 'Hook', url: receiver.url, divisionIds }, token);
  return { way: 'webhook', id, ...inbox, stop: () => receiver.close() };
}

/** A notification channel, subscribed to all there is. */
export async function channel(server: Server, token: string): Promise<Follower & { id: string }> {
  const { end, push, ...inbox } = createInbox();
  const { id, connectUri } = await must(server, 'POST', CHANNELS, undefined, token);
  await must(
    server,
    'POST',
    `${CHANNELS}/${id}/subscriptions`,
    TOPICS.map((topic) => ({ id: topic })),
    token,
  );
  const { socket, closed } = await listen(connectUri);
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    if (message.topicName.startsWith('v2.externalcontacts.')) push(message);
  });
  void closed.then(({ code }) => end(code));
  return { way: 'channel', id, ...inbox, stop: () => socket.terminate() };
}
