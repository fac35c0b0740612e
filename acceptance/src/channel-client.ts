// A client of a notification channel: a WebSocket and what came in by it.
import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';
import type { Json, Server } from './server.ts';

export interface Listener {
  socket: WebSocket;
  /** Events in the order they came, without the channel's own messages. */
  events: Json[];
  /** The channel's own messages. */
  system: Json[];
  /** Resolves once there are so many events, with all of them. */
  until(count: number): Promise<Json[]>;
  /** Resolves with the next message of the channel's own that is on the topic and says this, past ones included. */
  told(topicName: string, message?: string): Promise<Json>;
  /** How it ended. */
  closed: Promise<{ code: number; reason: string }>;
  /** Says goodbye, and waits for the answer. */
  close(): Promise<void>;
}

/** Connects. @throws where it is not let in, with the HTTP status in the message */
export async function listen(uri: string, options: ClientOptions = {}): Promise<Listener> {
  const socket = new WebSocket(uri, options);
  const events: Json[] = [];
  const system: Json[] = [];
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    if (/^(channel\.metadata$|v2\.system\.)/.test(message.topicName)) system.push(message);
    else events.push(message);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  await once(socket, 'open');
  // Listened to after the one above, so that what has come is in its list.
  const find = async <T>(look: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const ended = await Promise.race([once(socket, 'message'), closed]);
      if ('code' in ended && look() === undefined) throw new Error(`closed with ${ended.code} before it came: ${JSON.stringify({ events, system })}`);
    }
  };
  return {
    socket,
    events,
    system,
    until: (count) => find(() => (events.length >= count ? events : undefined)),
    told: (topicName, message) => find(() => system.find((one) => one.topicName === topicName && (message === undefined || one.eventBody.message === message))),
    closed,
    async close() {
      socket.close();
      await closed;
    },
  };
}

/** The same address on a server that was started again, and so on another port. */
export const movedTo = (server: Server, uri: string): string => uri.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${server.port}`);
