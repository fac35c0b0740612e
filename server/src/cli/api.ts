// A running server, by its API only. Whatever goes wrong is one sentence with its cause and what to do about it.
import { setTimeout as pause } from 'node:timers/promises';
import type { Credentials } from './credentials.ts';

export interface Api {
  readonly url: string;
  /** @param query what is undefined is left out */
  get<T>(path: string, query?: Record<string, string | undefined>): Promise<T>;
  send<T>(method: 'POST' | 'PUT', path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
  /** What is to be streamed. @param target a path, or a link of the server's that needs no token */
  open(target: string): Promise<Response>;
  /** Sends a file to a link of the server's. */
  put(link: string, headers: Record<string, string>, body: AsyncIterable<Uint8Array>): Promise<void>;
}

/** It cannot be done: exit 1. */
export class Failure extends Error {
  readonly status: number | undefined;
  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** There was no answer, or none that says anything: it may be worth asking again. */
export class Unreachable extends Failure {}

/** @throws Failure where the server is not there or does not know the client */
export async function connect(credentials: Credentials): Promise<Api> {
  const { url } = credentials;
  const authorization = `Bearer ${credentials.token ?? (await tokenFor(credentials))}`;
  const ask = async (method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Response> => {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { authorization, ...more, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    for (;;) {
      const response = await reach(url, url + path, { method, headers, ...json });
      // The server counts requests; one that it did not take can be sent again.
      if (response.status !== 429) return accepted(response);
      await response.body?.cancel();
      await pause(1000 * Math.min(60, Number(response.headers.get('retry-after')) || 1));
    }
  };
  return {
    url,
    get: async (path, query = {}) => {
      const words = new URLSearchParams(Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined));
      return (await jsonOf(url, await ask('GET', words.size === 0 ? path : `${path}?${words}`))) as never;
    },
    send: async (method, path, body, headers) => (await jsonOf(url, await ask(method, path, body, headers))) as never,
    open: async (target) => (target.startsWith('/') ? ask('GET', target) : accepted(await reach(url, target, {}))),
    put: async (link, headers, body) => {
      await accepted(await reach(url, link, { method: 'PUT', headers, body: ReadableStream.from(body), duplex: 'half' }));
    },
  };
}

async function tokenFor({ url, clientId, clientSecret }: Credentials): Promise<string> {
  const response = await reach(url, `${url}/oauth/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  const answer = (await jsonOf(url, response)) as { access_token?: string; error_description?: string };
  if (answer.access_token !== undefined) return answer.access_token;
  throw new Failure(
    `${url} does not take the client ${clientId}: ${answer.error_description ?? `it answers ${response.status}`}. Give its --client-id and --client-secret.`,
  );
}

/** @throws Unreachable */
async function reach(url: string, target: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(target, init);
  } catch (error) {
    throw new Unreachable(`${url} does not answer (${causeOf(error)}). Is the server running, and is that where it is? --url names another.`);
  }
}

/** undici says "fetch failed", and why only in the cause; that of a name with several addresses has several. */
export function causeOf(error: unknown): string {
  let cause = error as { code?: string; message: string; cause?: unknown; errors?: unknown[] };
  for (let inner = cause.cause ?? cause.errors?.[0]; inner instanceof Error; inner = cause.cause ?? cause.errors?.[0]) cause = inner;
  return cause.code ?? cause.message;
}

/** @throws Failure with the server's own sentence */
async function accepted(response: Response): Promise<Response> {
  if (response.ok) return response;
  const { status } = response;
  const text = await response.text().catch(() => '');
  const { message, code } = readJson<{ message?: string; code?: string }>(text) ?? {};
  if (status === 401)
    throw new Failure(`The server does not take the token: ${message ?? 'it answers 401.'} Give another, or a client's id and secret.`, status);
  const sentence = `The server refused${message === undefined ? `, with status ${status}.` : `: ${message}${code === undefined ? '' : ` (${code})`}`}`;
  throw status >= 500 ? new Unreachable(sentence, status) : new Failure(sentence, status);
}

async function jsonOf(url: string, response: Response): Promise<unknown> {
  const text = await response.text().catch((error: unknown) => {
    throw new Unreachable(`${url} broke off its answer (${causeOf(error)}).`);
  });
  const body = readJson(text);
  if (body === undefined) throw new Failure(`${url} answers with something that is no JSON (status ${response.status}): is it Liaison?`);
  return body;
}

function readJson<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
