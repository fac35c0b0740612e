// POST /oauth/token, and POST /token for the second dialect. Its errors are its own (RFC 6749 §5.2 with the platform's `description`), all with status 400,
// because the platform's clients read them so.
import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../db/database.ts';
import { isId } from '../families/id.ts';
import { renderOAuth } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { clientAnywhere } from './clients/store.ts';
import { digest, makeToken } from './token.ts';
import { insertToken } from './tokens/store.ts';

/** A scope of its own, so that forms are read here and nowhere else. */
export function registerOAuth(app: FastifyInstance, database: Database): void {
  app.register(async (scope) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: limits.formBytesMax }, (_, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body as string)));
    });
    scope.post('/oauth/token', { bodyLimit: limits.formBytesMax }, (request, reply) => answer(database, request, reply));
    // Where the second dialect signs in: with the same clients, for as long as its tokens last.
    scope.post('/token', { bodyLimit: limits.formBytesMax }, (request, reply) => answer(database, request, reply, limits.xurrentTokenSeconds));
  });
}

/** A refusal with its code of RFC 6749. */
export class OAuthError extends Error {
  readonly error: string;
  constructor(error: string, description: string) {
    super(description);
    this.error = error;
  }
}

async function answer(database: Database, request: FastifyRequest, reply: FastifyReply, secondsMax?: number): Promise<FastifyReply> {
  reply.header('cache-control', 'no-store').header('pragma', 'no-cache').header('content-type', 'application/json');
  try {
    return reply.send(JSON.stringify(await issue(database, request, secondsMax)));
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return reply.code(400).send(renderOAuth(error.error, error.message));
  }
}

export interface Issued {
  access_token: string;
  token_type: 'bearer';
  expires_in: number;
}

async function issue(database: Database, request: FastifyRequest, secondsMax?: number): Promise<Issued> {
  const form = fieldsOf(request.body);
  if (!form.grant_type) throw new OAuthError('invalid_request', 'grant_type is required');
  if (form.grant_type !== 'client_credentials')
    throw new OAuthError('unsupported_grant_type', `the grant type ${form.grant_type.slice(0, 100)} is not supported`);
  const { id, secret } = credentialsOf(request.headers.authorization, form);
  return issueToken(database, id, secret, secondsMax);
}

/** A token of a client-credentials client. @throws OAuthError where the client may not have one */
export async function issueToken(database: Database, clientId: string, secret: string, secondsMax = Number.POSITIVE_INFINITY): Promise<Issued> {
  const client = isId(clientId) ? await clientAnywhere(database, clientId) : undefined;
  if (client?.org_state !== 'active') throw new OAuthError('invalid_client', 'client not found');
  if (!timingSafeEqual(digest(secret), client.secret_hash)) throw new OAuthError('invalid_client', 'authentication failed');
  if (client.grant_type.replace('-', '_') !== 'CLIENT_CREDENTIALS') throw new OAuthError('unauthorized_client', 'the client is not made for this grant type');
  if (client.state !== 'active') throw new OAuthError('unauthorized_client', `the client is ${client.state}`);
  const token = makeToken(client.org_id);
  const lifeSeconds = Math.min(client.token_validity_seconds, secondsMax);
  await database.tenant(client.org_id).flight([insertToken(client.org_id, { hash: digest(token), clientId, userId: null, scopes: [], lifeSeconds })]);
  return { access_token: token, token_type: 'bearer', expires_in: lifeSeconds };
}

function fieldsOf(body: unknown): Record<string, string | undefined> {
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === 'string')) as Record<string, string>;
}

/** By the Authorization header, or in the form. @throws OAuthError where there are none */
function credentialsOf(header: string | undefined, form: Record<string, string | undefined>): { id: string; secret: string } {
  if (header !== undefined && /^basic /i.test(header)) {
    const [, id = '', secret = ''] = /^([^:]*):?(.*)$/s.exec(Buffer.from(header.slice(6), 'base64').toString()) ?? [];
    return { id: id.toLowerCase(), secret };
  }
  if (form.client_id === undefined) throw new OAuthError('invalid_request', 'client credentials are required');
  return { id: form.client_id.toLowerCase(), secret: form.client_secret ?? '' };
}
