// The load: keep-alive connections that each send the next request when the last is answered. It speaks HTTP/1.1 on
// plain sockets, because node:http as a client costs more CPU than the servers that are measured on the same machine.
import { connect, type Socket } from 'node:net';

export interface Request {
  method: string;
  path: string;
  body?: string;
}

export interface Round {
  /** Requests per second. */
  rate: number;
  /** How long each answer took, in order of time, in milliseconds. */
  latenciesMs: number[];
}

export interface Load {
  connections: number;
  /** The round ends after so long, or when `next` has no more. */
  seconds: number;
}

/** @throws Error with the answer, where one has a status of 400 or more */
export async function drive(port: number, next: () => Buffer | undefined, { connections, seconds }: Load): Promise<Round> {
  const latenciesMs: number[] = [];
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const began = performance.now();
  const endsAt = began + seconds * 1000;
  await Promise.all(
    sockets.map(async (socket) => {
      const answers = readAnswers(socket);
      for (let request = next(); request && performance.now() < endsAt; request = next()) {
        const sent = performance.now();
        socket.write(request);
        await answers();
        latenciesMs.push(performance.now() - sent);
      }
      socket.destroy();
    }),
  );
  return { rate: (latenciesMs.length / (performance.now() - began)) * 1000, latenciesMs };
}

/** The bytes of a request, made before anything is measured. */
export function encode(request: Request, headers: Record<string, string> = {}): Buffer {
  const body = request.body ?? '';
  const type = request.body === undefined ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  const more = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return Buffer.from(`${request.method} ${request.path} HTTP/1.1\r\nhost: localhost\r\n${more}${type}\r\n${body}`);
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** Waits for one whole answer, whose length its head must tell. */
function readAnswers(socket: Socket): () => Promise<void> {
  let missing = -1;
  let failed = false;
  let held: Buffer[] = [];
  let settle: { resolve(): void; reject(error: Error): void };
  const finish = () => {
    const answer = failed ? Buffer.concat(held).toString() : '';
    held = [];
    missing = -1;
    if (failed) settle.reject(new Error(`a request failed: ${answer}`));
    else settle.resolve();
  };
  const read = (chunk: Buffer) => {
    if (missing >= 0) {
      missing -= chunk.length;
      if (failed) held.push(chunk);
    } else {
      held.push(chunk);
      const all = held.length === 1 ? chunk : Buffer.concat(held);
      const headEnd = all.indexOf(HEAD_END);
      if (headEnd < 0) return;
      const head = all.toString('latin1', 0, headEnd);
      const length = /content-length: (\d+)/i.exec(head)?.[1];
      failed = Number(head.slice(9, 12)) >= 400 || length === undefined;
      missing = Number(length ?? 0) - (all.length - headEnd - HEAD_END.length);
    }
    if (missing <= 0) finish();
  };
  socket.on('data', read);
  socket.on('close', () => settle?.reject(new Error('the server closed the connection')));
  return () =>
    new Promise((resolve, reject) => {
      settle = { resolve, reject };
    });
}
