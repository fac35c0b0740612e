// The API as the contract describes it. A call that is refused throws what the server says of it.
import createClient, { type Client } from 'openapi-fetch';
import { accessToken, forget } from '../session/tokens.ts';
import { report } from './connection.ts';
import type { Paths, Schema } from './schema.ts';
import { hasUnsaved, mayLeave } from './unsaved.ts';

/** A refusal, with the server's words; or that there was no answer at all (status 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Schema['Detail'][];
  readonly correlationId: string | undefined;

  constructor(status: number, body: Partial<Schema['ErrorBody']>) {
    super(body.message ?? (status === 0 ? 'The server does not answer.' : `The server answered ${status}.`));
    this.status = status;
    this.code = body.code ?? (status === 0 ? 'offline' : String(status));
    this.details = body.details ?? [];
    this.correlationId = body.contextId;
  }

  /** What the server says of each field: its message has them one after the other, each by its name. */
  get fields(): Record<string, string> {
    const named = this.details.flatMap(({ fieldName, errorCode = '' }) => (fieldName ? [{ fieldName, errorCode }] : []));
    const starts = named.map(({ fieldName }) => this.message.indexOf(`${fieldName}: `));
    return Object.fromEntries(
      named.map(({ fieldName, errorCode }, i) => {
        const start = starts[i] ?? -1;
        if (start < 0) return [fieldName, errorCode];
        const next = Math.min(...starts.filter((one) => one > start), this.message.length);
        return [fieldName, this.message.slice(start + fieldName.length + 2, next).trim()];
      }),
    );
  }
}

function unanswered(): never {
  report(false);
  throw new ApiError(0, {});
}

/** The last calls of this tab, the newest first: every screen can show what it asked for. */
export const recentCalls: { method: string; url: string; body: string | undefined; status: number; ms: number }[] = [];
const RECENT = 50;

export const api: Client<Paths> = createClient<Paths>({
  baseUrl: location.origin,
  // The platform takes lists joined by commas.
  querySerializer: { array: { style: 'form', explode: false } },
  fetch: async (request) => {
    // A token is renewed by a call, too.
    const token = await accessToken().catch(() => unanswered());
    request.headers.set('Authorization', `Bearer ${token}`);
    const body = request.body === null ? undefined : await request.clone().text();
    const since = performance.now();
    const answer = await fetch(request).catch((cause) => {
      if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
      return unanswered();
    });
    report(true);
    const { pathname, search } = new URL(request.url);
    recentCalls.unshift({ method: request.method, url: pathname + search, body, status: answer.status, ms: Math.round(performance.now() - since) });
    recentCalls.length = Math.min(recentCalls.length, RECENT);
    // What is only read comes back when it is wanted; before what is typed here is lost, whoever typed it is asked.
    if (answer.status === 401 && (request.method !== 'GET' || !hasUnsaved()) && (await mayLeave())) return forget();
    if (!answer.ok) throw new ApiError(answer.status, await answer.json().catch(() => ({})));
    return answer;
  },
});

/** The body of an answer that has one. */
export async function body<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}
