// What webhooks are delivered to: a server on 127.0.0.1 that takes any POST, answers 204 and counts. On plain sockets, for
// the reason that drive.ts gives.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface Message {
  id: string;
  text: string;
}

export interface Receiver {
  url: string;
  /**
   * Waits for so many different messages.
   * @param begun is called with the first
   * @returns them, and seconds from the first to the last
   * @throws Error where they have not all come after five minutes
   */
  receive(count: number, begun: () => void): Promise<{ messages: Message[]; seconds: number }>;
  close(): void;
}

export async function startReceiver(): Promise<Receiver> {
  let take: (message: Message) => void = () => undefined;
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    read(socket, (message) => take(message));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    receive: (count, begun) =>
      new Promise((resolve, reject) => {
        const messages = new Map<string, Message>();
        const late = setTimeout(() => reject(new Error(`only ${messages.size} of ${count} messages came`)), RECEIVE_MS_MAX);
        let first = 0;
        take = (message) => {
          if (messages.size === 0) {
            first = performance.now();
            begun();
          }
          messages.set(message.id, message);
          if (messages.size < count) return;
          clearTimeout(late);
          take = () => undefined;
          resolve({ messages: [...messages.values()], seconds: (performance.now() - first) / 1000 });
        };
      }),
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

const RECEIVE_MS_MAX = 300_000;
const HEAD_END = Buffer.from('\r\n\r\n');
const ANSWER = Buffer.from('HTTP/1.1 204 No Content\r\n\r\n');

/** Reads requests that come one after the other, each with a length. */
function read(socket: Socket, take: (message: Message) => void): void {
  let held: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const headEnd = held.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = held.toString('latin1', 0, headEnd);
    const from = headEnd + HEAD_END.length;
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (held.length < from + length) return;
    const id = /webhook-id: (\S+)/i.exec(head)?.[1] ?? '';
    take({ id, text: held.toString('utf8', from, from + length) });
    held = Buffer.alloc(0);
    socket.write(ANSWER);
  });
}
