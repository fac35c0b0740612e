// What happens on one connected WebSocket. Events are sent a batch at a time, each batch followed by a ping, and the next
// is read when the client has answered it: pings are answered in order, so that what was sent before has arrived. Only
// then does the channel's position move, so that whatever ends in between is sent again to the next connection. It also
// bounds what a slow client can have waiting here to one batch.
import type { WebSocket } from 'ws';
import type { Door } from '../db/database.ts';
import { type Change, eventIds, eventOf, type Feed, sightOf } from '../events/index.ts';
import { limits } from '../http/limits.ts';
import type { Principal } from '../http/principal.ts';
import { confirm, hasChannel, subscribedTo } from './store.ts';
import { topicsThatCover } from './topic.ts';

export interface FollowedChannel {
  orgId: string;
  id: string;
  tokenHash: Buffer;
  /** Where the last connection got to. */
  position: number;
}

export interface FollowDeps {
  door: Door;
  feed: Feed;
  /** Who the channel's token stands for at the moment. */
  holderOf(orgId: string, tokenHash: Buffer): Promise<Principal | undefined>;
  failed(error: unknown): void;
}

export interface Follower {
  /** Says goodbye and closes. Resolves when all is over and what was confirmed is stored. */
  end(code: number, reason: string): Promise<void>;
}

// Codes of RFC 6455, section 7.4.1.
export const GOING_AWAY = 1001;
export const POLICY = 1008;
const INTERNAL_ERROR = 1011;

/** Serves the socket until it closes, the channel or its token ends, or somebody ends it. */
export function follow(socket: WebSocket, channel: FollowedChannel, { door, feed, holderOf, failed }: FollowDeps): Follower {
  const { orgId, id, tokenHash } = channel;
  const over = new AbortController();
  const pings = createPings(socket);
  let confirmed = channel.position;

  const hangUp = (code: number, reason: string) => {
    if (over.signal.aborted) return;
    over.abort();
    socket.send(systemMessage('v2.system.socket_closing', reason));
    socket.close(code, reason);
    setTimeout(() => socket.terminate(), limits.socketCloseMs).unref();
  };
  const store = (usedForMs: number) => confirm(door, orgId, id, confirmed, new Date(Date.now() + usedForMs)).catch(failed);

  /** @returns whether anything was sent */
  const send = async (changes: Change[]): Promise<boolean> => {
    const holder = await holderOf(orgId, tokenHash);
    if (!holder) return false;
    const [ids, sight] = [eventIds(orgId, holder.signingKey), sightOf(holder)];
    const events = changes.flatMap((change) => {
      const event = eventOf(change, sight, ids);
      return event ? [{ text: event.text, topics: topicsThatCover(event.topic), position: change.position }] : [];
    });
    if (events.length === 0) return false;
    const since = await subscribedTo(door, orgId, id, [...new Set(events.flatMap(({ topics }) => topics))]);
    const wanted = events.filter(({ topics, position }) => topics.some((topic) => position > (since.get(topic) ?? Number.POSITIVE_INFINITY)));
    for (const { text } of wanted) socket.send(text);
    return wanted.length > 0;
  };

  const run = async () => {
    while (!over.signal.aborted) {
      const upTo = await feed.wait(orgId, confirmed, over.signal);
      if (upTo === undefined) return;
      while (confirmed < upTo && !over.signal.aborted) {
        const changes = await feed.read(orgId, confirmed, upTo, limits.channelBatchMax);
        const reached = changes.length < limits.channelBatchMax ? upTo : (changes.at(-1) as Change).position;
        const sent = changes.length > 0 && (await send(changes));
        if (sent && !(await pings.answered(over.signal))) return;
        confirmed = reached;
        if (sent) await store(limits.channelUseMs);
      }
    }
  };

  // Nothing else would say that the token or the channel has ended while nothing happens. An error will pass: without
  // the database there are no events either.
  const look = async () => {
    const [holder, there] = await Promise.all([holderOf(orgId, tokenHash), hasChannel(door, orgId, tokenHash, id)]);
    if (!holder) hangUp(POLICY, 'The token that made the channel has ended.');
    else if (!there) hangUp(POLICY, 'The channel has ended.');
  };
  const looking = setInterval(() => look().catch(() => undefined), limits.tokenCacheMs);
  const beating = setInterval(() => {
    if (pings.unanswered()) return socket.terminate();
    socket.send(systemMessage('channel.metadata', 'WebSocket Heartbeat'));
    pings.send();
    void store(limits.channelUseMs);
  }, limits.socketHeartbeatMs);

  socket.on('message', (data) => {
    if (isPing(String(data))) socket.send(systemMessage('channel.metadata', 'pong'));
  });
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      over.abort();
      clearInterval(looking);
      clearInterval(beating);
      resolve();
    });
  });
  const running = run().catch((error: unknown) => {
    failed(error);
    hangUp(INTERNAL_ERROR, 'The server could not go on; connect again.');
  });
  const done = Promise.all([closed, running]).then(() => store(0));
  return {
    end: async (code, reason) => {
      hangUp(code, reason);
      await done;
    },
  };
}

interface Pings {
  send(): number;
  /** Pings, and waits for the answer (true) or the signal (false). */
  answered(signal: AbortSignal): Promise<boolean>;
  /** Whether the client has not answered what was sent before this was last asked. */
  unanswered(): boolean;
}

/** Numbered in each connection by itself: a position would tell how much other organizations write. */
function createPings(socket: WebSocket): Pings {
  let sent = 0;
  let answered = 0;
  let expected = 0;
  let waiting: { number: number; end(yes: boolean): void } | undefined;
  socket.on('pong', (payload) => {
    const number = Number(payload.toString());
    // An answer may stand for all pings before it (RFC 6455, section 5.5.3).
    if (Number.isInteger(number) && number <= sent) answered = Math.max(answered, number);
    if (waiting && answered >= waiting.number) waiting.end(true);
  });
  const send = () => {
    sent += 1;
    socket.ping(String(sent));
    return sent;
  };
  return {
    send,
    answered: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(false);
        const aborted = () => end(false);
        const end = (yes: boolean) => {
          waiting = undefined;
          signal.removeEventListener('abort', aborted);
          resolve(yes);
        };
        signal.addEventListener('abort', aborted);
        waiting = { number: send(), end };
      }),
    unanswered() {
      const late = answered < expected;
      expected = sent;
      return late;
    },
  };
}

const systemMessage = (topicName: string, message: string) => JSON.stringify({ topicName, eventBody: { message } });

function isPing(text: string): boolean {
  try {
    return JSON.parse(text)?.message === 'ping';
  } catch {
    return false;
  }
}
