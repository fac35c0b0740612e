// Somebody at a browser, as far as signing in goes: keeps cookies, follows nothing by itself, and fills in the page.
import { createHash, randomBytes } from 'node:crypto';
import { must, unique } from './access-callers.ts';
import type { Json, Server } from './server.ts';

export interface Page {
  status: number;
  headers: Headers;
  html: string;
  /** Where it leads to, if anywhere. */
  location: URL;
}

export interface Browser {
  cookies: Map<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Page>;
  /** Posts the form of the page that was shown last, to its own address. */
  submit(fields: Record<string, string>, headers?: Record<string, string>): Promise<Page>;
  /** Opens an authorize request and signs in at the page. */
  signIn(authorize: string, email: string, password: string, more?: Record<string, string>): Promise<Page>;
}

/** @param address the network address that a reverse proxy would say it comes from */
export function openBrowser(server: Server, address = '198.51.100.1'): Browser {
  const cookies = new Map<string, string>();
  let last = { path: '', html: '' };
  const send = async (method: string, path: string, body: string | undefined, headers: Record<string, string> = {}): Promise<Page> => {
    const response = await fetch(server.url + path, {
      method,
      redirect: 'manual',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'x-forwarded-for': address,
        ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0/i.test(cookie)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const html = await response.text();
    last = { path, html };
    return { status: response.status, headers: response.headers, html, location: new URL(response.headers.get('location') ?? 'none:') };
  };
  const submit: Browser['submit'] = (fields, headers) => {
    const csrf = /name="csrf" value="([^"]*)"/.exec(last.html)?.[1] ?? '';
    return send('POST', last.path, new URLSearchParams({ csrf, ...fields }).toString(), headers);
  };
  return {
    cookies,
    get: (path, headers) => send('GET', path, undefined, headers),
    submit,
    async signIn(authorize, email, password, more = {}) {
      const page = await send('GET', authorize, undefined);
      if (page.status !== 200) throw new Error(`no page: ${page.status} ${page.location}`);
      return submit({ email, password, ...more });
    },
  };
}

/** As the platform's clients send it, with "&" before the first. */
export const authorizeUrl = (parameters: Record<string, string>): string => `/oauth/authorize?&${new URLSearchParams(parameters)}`;

export function makeVerifier(): { verifier: string; challenge: Record<string, string> } {
  const verifier = randomBytes(48).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  return { verifier, challenge: { code_challenge: challenge, code_challenge_method: 'S256' } };
}

/** POST /oauth/token as a client: by Basic where there is a secret, else by its id in the form. */
export async function askToken(server: Server, client: { id: string; secret?: string }, form: Record<string, string>): Promise<{ status: number; body: Json }> {
  const response = await fetch(`${server.url}/oauth/token`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(client.secret === undefined ? {} : { authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` }),
    },
    body: new URLSearchParams(client.secret === undefined ? { client_id: client.id, ...form } : form),
  });
  return { status: response.status, body: await response.json() };
}

export const PASSWORD = 'correct horse battery';

export const makeOAuthClient = (server: Server, authorizedGrantType: string, redirectUri: string, more: Json = {}): Promise<{ id: string; secret: string }> =>
  must(server, 'POST', '/api/v2/oauth/clients', { name: unique('App'), authorizedGrantType, registeredRedirectUri: [redirectUri], ...more });

export const codeOf = ({ location }: Page): string => location.searchParams.get('code') as string;

/** What a redirect carries in its fragment. */
export const fragmentOf = ({ location }: Page): URLSearchParams => new URLSearchParams(location.hash.slice(1));
