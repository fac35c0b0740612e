// What an authorize request asks for. First who asks and where the answer goes; only when both are certain is anything
// else answered there, for nobody is sent to an address that the client has not registered.
import type { FastifyRequest } from 'fastify';
import type { Database } from '../../db/database.ts';
import { isId } from '../../families/id.ts';
import { type Client, findOAuthClient, mayAsk } from './client.ts';
import { OAuthError } from './errors.ts';

export interface AuthorizeRequest {
  client: Client;
  redirectUri: string;
  responseType: 'code' | 'token';
  state: string | undefined;
  challenge: string | undefined;
  scopes: string[];
  prompt: 'login' | 'none' | undefined;
  /** The parts of `login_hint`, which has either or both as `email:organization`. */
  hint: { email: string | undefined; organization: string | undefined };
  /** The organization that the token is to act in, where that is not the user's own. */
  target: string | undefined;
  /** A provider that is to say who it is, and of which organization it is one. */
  provider: { org: string; name: string } | undefined;
  /** The query as it came, to be asked again after somebody signed in elsewhere. */
  query: string;
}

/** Where the answer goes, and how. */
export type Destination = Pick<AuthorizeRequest, 'redirectUri' | 'responseType' | 'state'>;

/** A request that is refused where it came from: its client and address are certain. */
export class Returned extends Error {
  readonly to: Destination;
  readonly error: string;
  constructor(to: Destination, { error, message }: OAuthError) {
    super(message);
    this.to = to;
    this.error = error;
  }
}

/** A request whose address the client, which is known, has not registered. */
export class Unregistered extends OAuthError {
  readonly client: Client;
  constructor(client: Client) {
    super('invalid_request', 'redirect_uri is not registered for this client');
    this.client = client;
  }
}

const ASKED = ['client_id', 'redirect_uri', 'response_type', 'state', 'code_challenge', 'code_challenge_method', 'scope'] as const;
const MORE = ['prompt', 'login_hint', 'target', 'org', 'provider'] as const;
type Fields = Partial<Record<(typeof ASKED)[number] | (typeof MORE)[number], string>>;

/**
 * @param query without "?"; may begin with "&", as the platform's clients send it
 * @param own the server's own address, where its console is
 * @throws OAuthError where nothing may be sent back, Returned where the error goes back
 */
export async function readAuthorizeRequest(database: Database, query: string, own: string): Promise<AuthorizeRequest> {
  const { fields, twice } = read(query);
  const client = await findOAuthClient(database, fields.client_id);
  const redirectUri = fields.redirect_uri;
  if (redirectUri === undefined) throw new OAuthError('invalid_request', 'redirect_uri is required');
  if (!isRegistered(client, redirectUri, own)) throw new Unregistered(client);
  const destination: Destination = { redirectUri, responseType: fields.response_type === 'token' ? 'token' : 'code', state: fields.state };
  try {
    if (twice !== undefined) throw new OAuthError('invalid_request', `${twice} is there twice`);
    return { ...destination, client, query, ...readRest(fields, client) };
  } catch (error) {
    throw error instanceof OAuthError ? new Returned(destination, error) : error;
  }
}

export const queryOf = ({ url }: Pick<FastifyRequest, 'url'>): string => (url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');

/** Parameters without a value count as left out (RFC 6749 §3.1). */
function read(query: string): { fields: Fields; twice: string | undefined } {
  const given = [...new URLSearchParams(query)].filter(([name, value]) => value !== '' && [...ASKED, ...MORE].some((known) => known === name));
  const twice = given.map(([name]) => name).find((name, at, names) => names.indexOf(name) !== at);
  return { fields: Object.fromEntries(given.reverse()), twice };
}

/** Letter for letter (RFC 9700 §4.1.3). What is no address of a page is none, even if it was registered. */
export function isRegistered(client: Client, uri: string, own: string): boolean {
  const registered = client.orgId === undefined ? [`${own}/console/`] : client.redirect_uris;
  const url = URL.parse(uri);
  return url !== null && !uri.includes('#') && !SCRIPTS.has(url.protocol) && registered.includes(uri);
}

const SCRIPTS = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'about:']);

function readRest(fields: Fields, client: Client): Omit<AuthorizeRequest, 'client' | 'query' | 'redirectUri' | 'state'> {
  const { response_type: responseType, prompt } = fields;
  if (responseType === undefined) throw new OAuthError('invalid_request', 'response_type is required');
  if (responseType !== 'code' && responseType !== 'token') throw new OAuthError('unsupported_response_type', 'response_type takes code or token');
  const challenge = challengeOf(fields);
  if (!mayAsk(client, responseType, challenge !== undefined)) throw new OAuthError('unauthorized_client', wrongKind(client, responseType));
  if (client.state !== 'active') throw new OAuthError('unauthorized_client', `the client is ${client.state}`);
  if (prompt !== undefined && prompt !== 'login' && prompt !== 'none') throw new OAuthError('invalid_request', 'prompt takes login or none');
  const target = fields.target?.toLowerCase();
  if (target !== undefined && !isId(target)) throw new OAuthError('invalid_request', 'target takes the id of an organization');
  return { responseType, challenge, scopes: scopesOf(fields.scope, client), prompt, hint: hintOf(fields.login_hint), target, provider: providerOf(fields) };
}

function challengeOf({ code_challenge: challenge, code_challenge_method: method }: Fields): string | undefined {
  if (challenge === undefined && method === undefined) return undefined;
  if (method !== 'S256') throw new OAuthError('invalid_request', 'code_challenge_method takes S256');
  if (challenge === undefined || !/^[\w-]{43}$/.test(challenge)) throw new OAuthError('invalid_request', 'code_challenge takes the 43 characters of a SHA-256');
  return challenge;
}

const wrongKind = (client: Client, responseType: string) =>
  client.grant_type === 'PKCE' && responseType === 'code' ? 'the client needs a code_challenge' : 'the client is not made for this grant type';

/** Those asked for, or all that the client may have; a client without any may have all. */
function scopesOf(asked: string | undefined, { scopes }: Client): string[] {
  const wanted = [...new Set(asked?.split(/[ ,]+/).filter((scope) => scope !== ''))];
  if (wanted.some((scope) => !/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(scope)))
    throw new OAuthError('invalid_scope', 'scope takes names with spaces between them');
  if (scopes.length === 0) return wanted;
  const unknown = wanted.find((scope) => !scopes.includes(scope));
  if (unknown !== undefined) throw new OAuthError('invalid_scope', `the client may not have the scope ${unknown}`);
  return wanted.length === 0 ? scopes : wanted;
}

function hintOf(hint = ''): AuthorizeRequest['hint'] {
  const [, email, organization] = /^([^:]*@[^:]*)?:?(.*)$/s.exec(hint.slice(0, 500)) ?? [];
  return { email: email || undefined, organization: organization || undefined };
}

function providerOf({ org, provider }: Fields): AuthorizeRequest['provider'] {
  if (org === undefined && provider === undefined) return undefined;
  if (org === undefined || provider === undefined) throw new OAuthError('invalid_request', 'org and provider come together');
  return { org, name: provider };
}
