// A receiver of webhooks as its programmer would write it, that remembers what came and answers as a test wants it to.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { Json } from './sdk.ts';
import type { Server } from './server.ts';

export interface Arrival {
  id: string;
  headers: IncomingHttpHeaders;
  text: string;
  event: Json;
  /** When it came, in milliseconds. */
  at: number;
  /** The status it was answered with. */
  status: number;
}

export interface Receiver {
  url: string;
  arrivals: Arrival[];
  /** Status of the answer, at once or later; 200 unless a test says otherwise. */
  answer: (arrival: Omit<Arrival, 'status'>) => number | Promise<number>;
  /** The arrivals so far, once there is what is looked for. */
  until(found: (arrivals: Arrival[]) => boolean): Promise<Arrival[]>;
  /** The arrivals that were answered well. */
  accepted(): Arrival[];
  close(): void;
}

export async function startReceiver(): Promise<Receiver> {
  const waiters = new Set<() => void>();
  const tell = () => {
    for (const waiter of [...waiters]) waiter();
  };
  const server = createServer(async (request, response) => {
    let text = '';
    try {
      for await (const chunk of request.setEncoding('utf8')) text += chunk;
    } catch {
      return;
    }
    const arrival = { id: String(request.headers['webhook-id']), headers: request.headers, text, event: JSON.parse(text), at: performance.now(), status: 0 };
    receiver.arrivals.push(arrival);
    tell();
    arrival.status = await receiver.answer(arrival);
    response.writeHead(arrival.status).end();
    tell();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    arrivals: [],
    answer: () => 200,
    until: (found) =>
      new Promise((resolve) => {
        const look = () => {
          if (!found(receiver.arrivals)) return;
          waiters.delete(look);
          resolve(receiver.arrivals);
        };
        waiters.add(look);
        look();
      }),
    accepted: () => receiver.arrivals.filter(({ status }) => status >= 200 && status < 300),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return receiver;
}

export const W = '/liaison/v1/webhooks';

/** Makes a webhook that leads to the receiver. */
export async function makeWebhook(server: Server, receiver: Pick<Receiver, 'url'>, more: object = {}): Promise<Json> {
  const answer = await server.request('POST', W, { body: { name: 'Hook', url: receiver.url, ...more } });
  if (answer.status !== 200) throw new Error(`no webhook: ${answer.status} ${answer.text}`);
  return answer.body;
}

/** Reads a webhook again and again until it is as wanted. */
export async function whenWebhook(server: Server, id: string, wanted: (webhook: Json) => boolean): Promise<Json> {
  for (;;) {
    const { body } = await server.request('GET', `${W}/${id}`);
    if (wanted(body)) return body;
  }
}

/** @throws where the secret did not sign it */
export const verify = (secret: string, { text, headers }: Pick<Arrival, 'text' | 'headers'>): unknown =>
  new Webhook(secret).verify(text, headers as Record<string, string>);
