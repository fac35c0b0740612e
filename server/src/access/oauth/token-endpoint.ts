// POST /oauth/token, and POST /token for the second dialect. Its errors are its own (RFC 6749 §5.2 with the platform's `description`), all with status 400,
// because the platform's clients read them so.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { cut } from '../../families/cut.ts';
import { networkOf } from '../../http/address.ts';
import { renderOAuth } from '../../http/errors.ts';
import { limits } from '../../http/limits.ts';
import { createRateLimit } from '../../http/rate-limit.ts';
import { findOAuthClient } from './client.ts';
import { type Issued, issueToken } from './client-credentials.ts';
import { OAuthError } from './errors.ts';
import { type Exchanging, exchangeCode, refresh } from './exchange.ts';

export type Form = Record<string, string | undefined>;

/** @returns what makes an endpoint; tokens of clients by themselves last no longer than `secondsMax`, tokens of users as long as their client says */
export function tokenEndpoints(deps: Exchanging) {
  const asked = createRateLimit();
  return (secondsMax?: number) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      reply.header('cache-control', 'no-store').header('pragma', 'no-cache').header('content-type', 'application/json');
      try {
        const network = networkOf(request.ip);
        const rate = network === undefined ? undefined : asked.count(network, limits.tokenRequestsPerMinute);
        if (rate?.exceeded) {
          reply.header('retry-after', String(rate.reset));
          // One of the vendor's tools tries again on this text.
          throw new OAuthError('invalid_request', `rate limit exceeded; retry in ${rate.reset} seconds`);
        }
        return reply.send(JSON.stringify(await issue(deps, request, secondsMax)));
      } catch (error) {
        if (!(error instanceof OAuthError)) throw error;
        return reply.code(400).send(renderOAuth(error.error, error.message));
      }
    };
}

async function issue(deps: Exchanging, request: FastifyRequest, secondsMax: number | undefined): Promise<Issued> {
  const form = fieldsOf(request.body);
  if (!form.grant_type) throw new OAuthError('invalid_request', 'grant_type is required');
  if (!['client_credentials', 'authorization_code', 'refresh_token'].includes(form.grant_type))
    throw new OAuthError('unsupported_grant_type', `the grant type ${cut(form.grant_type, 100)} is not supported`);
  const { id, secret } = credentialsOf(request.headers.authorization, form);
  if (form.grant_type === 'client_credentials') return issueToken(deps.database, id, secret, secondsMax);
  const asking = { client: await findOAuthClient(deps.database, id), secret, form, correlationId: request.id, address: request.ip };
  return form.grant_type === 'authorization_code' ? exchangeCode(deps, asking) : refresh(deps, asking);
}

export function fieldsOf(body: unknown): Form {
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === 'string'));
}

/** By the Authorization header, or in the form. @throws OAuthError where there are none */
function credentialsOf(header: string | undefined, form: Form): { id: string; secret: string } {
  if (header !== undefined && /^basic /i.test(header)) {
    const [, id = '', secret = ''] = /^([^:]*):?(.*)$/s.exec(Buffer.from(header.slice(6), 'base64').toString()) ?? [];
    return { id, secret };
  }
  if (form.client_id === undefined) throw new OAuthError('invalid_request', 'client credentials are required');
  return { id: form.client_id, secret: form.client_secret ?? '' };
}
