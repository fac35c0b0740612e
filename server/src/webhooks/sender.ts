// One delivery: signed after Standard Webhooks (standardwebhooks.com), sent to where it may go, judged by the status of
// the answer. Nothing of the answer's body is kept or shown, so that nobody can read through a webhook.
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { Webhook } from 'standardwebhooks';
import { limits } from '../http/limits.ts';
import { ADDRESS_REFUSED, namesPrivate, publicLookup } from '../http/public-address.ts';

export interface Target {
  url: string;
  /** Each signs: the present one, and the one before for as long as it still counts. */
  secrets: readonly string[];
}

export interface Message {
  id: string;
  text: string;
}

/** How a delivery went. Any 2xx is well; a redirect is not followed, and so is a failure. */
export interface Outcome {
  delivered: boolean;
  /** Of the answer, where there was one. */
  status?: number;
  /** What went wrong: `status`, `redirect`, `timeout`, `address.refused`, `stopped`, or the code of a network's or certificate's fault. */
  error?: string;
  retryAfterMs?: number;
}

export interface Sender {
  /** Never rejects. The signal ends it as `stopped`, which says nothing of whether the receiver got it. */
  send(target: Target, message: Message, signal?: AbortSignal): Promise<Outcome>;
  close(): void;
}

/** @param privateTargets whether addresses that are not public may be sent to, too */
export function createSender(privateTargets: boolean): Sender {
  // A connection that is kept was checked when it was made, and stays with the address it was made to.
  const options = { keepAlive: true, maxFreeSockets: limits.webhookConcurrency, timeout: limits.webhookTimeoutMs };
  const guarded = privateTargets ? options : { ...options, lookup: publicLookup };
  const agents = { 'http:': new http.Agent(guarded), 'https:': new https.Agent(guarded) };
  const open = (url: URL, headers: Record<string, string | number>) => {
    const agent = agents[url.protocol as keyof typeof agents];
    return (url.protocol === 'https:' ? https : http).request(url, { method: 'POST', agent, headers });
  };
  const send: Sender['send'] = async (target, message, signal) => {
    const url = new URL(target.url);
    // Node connects to a literal address without a look-up that could object.
    if (!privateTargets && namesPrivate(url)) return { delivered: false, error: ADDRESS_REFUSED };
    const headers = headersOf(target, message);
    for (;;) {
      if (signal?.aborted) return { delivered: false, error: STOPPED };
      const { outcome, stale } = await attempt(open(url, headers), message.text, signal);
      // The other side had closed a connection that was kept, and has not seen the request.
      if (!stale) return outcome;
    }
  };
  return {
    send,
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

export const STOPPED = 'stopped';

function headersOf({ secrets }: Target, { id, text }: Message): Record<string, string | number> {
  const now = new Date();
  return {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'user-agent': 'Liaison-Webhooks',
    'webhook-id': id,
    'webhook-timestamp': Math.floor(now.getTime() / 1000),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, text)).join(' '),
  };
}

function attempt(request: http.ClientRequest, text: string, signal: AbortSignal | undefined): Promise<{ outcome: Outcome; stale?: boolean }> {
  return new Promise((resolve) => {
    const end = (code: string) => request.destroy(Object.assign(new Error(code), { code }));
    const stop = () => end(STOPPED);
    const timer = setTimeout(end, limits.webhookTimeoutMs, 'timeout');
    signal?.addEventListener('abort', stop, { once: true });
    const failed = (error: string) => resolve({ outcome: { delivered: false, error }, stale: request.reusedSocket && error === 'ECONNRESET' });
    request.on('response', (response) => {
      drain(response);
      resolve({ outcome: outcomeOf(response) });
    });
    request.on('error', (error) => failed(faultOf(error)));
    request.on('close', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      failed('ECONNRESET');
    });
    request.end(text);
  });
}

/** The first fault where several addresses of a host were tried. */
function faultOf(error: NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] }): string {
  return String(error.code ?? error.errors?.[0]?.code ?? error.name).slice(0, 100);
}

function outcomeOf({ statusCode: status = 0, headers }: IncomingMessage): Outcome {
  if (status >= 200 && status < 300) return { delivered: true, status };
  const seconds = headers['retry-after'];
  return {
    delivered: false,
    status,
    error: status >= 300 && status < 400 ? 'redirect' : 'status',
    ...(seconds !== undefined && /^\d{1,9}$/.test(seconds) ? { retryAfterMs: Number(seconds) * 1000 } : {}),
  };
}

function drain(response: IncomingMessage): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > limits.webhookReplyBytesMax) response.destroy();
  });
  // The status has come, which is all that was wanted.
  response.on('error', () => undefined);
}
