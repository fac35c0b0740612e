// Signing in through a provider: /oauth/authorize with `org` and `provider` sends the browser there, and /oauth/callback
// takes it in again. The provider says only which e-mail address is whose: users are this server's own, and none is made.
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AuthorizationResponseError } from 'openid-client';
import type { Database } from '../../db/database.ts';
import { fold } from '../../families/fold.ts';
import { isId } from '../../families/id.ts';
import { limits } from '../../http/limits.ts';
import { UNASSIGNED } from '../../http/principal.ts';
import { createRateLimit } from '../../http/rate-limit.ts';
import type { Providers, SignIn } from '../oauth/authorize.ts';
import { queryOf } from '../oauth/request.ts';
import type { Cookies } from '../sign-in/cookies.ts';
import { sendNotice } from '../sign-in/page.ts';
import type { RecordRefusal } from '../sign-in/record.ts';
import { candidates } from '../sign-in/store.ts';
import { type Words, wordsFor } from '../sign-in/words.ts';
import { digest } from '../token.ts';
import { CALLBACK_PATH, redirectUri } from './redirect-uri.ts';
import { createRelyingParty, type RelyingParty, Unverified } from './relying-party.ts';
import { type ActiveProvider, activeProvider, organizationNamed, providerAnywhere } from './store.ts';
import { insertVisit, takeVisit, type Visit } from './visits.ts';

export interface FederationDeps {
  database: Database;
  cookies: Cookies;
  refused: RecordRefusal;
  /** The server's own address, as the request knows it. */
  ownUrl(request: FastifyRequest): string;
  privateTargets: boolean;
}

export interface Federation extends Providers {
  /** GET /oauth/callback/{id of the provider}. */
  register(app: FastifyInstance, signIn: Pick<SignIn, 'complete' | 'fail'>): void;
}

export function createFederation(deps: FederationDeps): Federation {
  const party = createRelyingParty(deps.privateTargets);
  const visits = createRateLimit();
  return {
    begin: async (request, reply, asked) => {
      const { org, name } = asked.provider;
      // PostgreSQL has no text with a NUL in it.
      if (org.includes('\0') || name.includes('\0')) return undefined;
      const orgId = await organizationNamed(deps.database.system, org);
      const by = isId(name.toLowerCase()) ? { id: name.toLowerCase() } : { nameKey: fold(name) };
      const provider = orgId && (await activeProvider(deps.database.tenant(orgId), orgId, by));
      if (!orgId || !provider) return undefined;
      const { exceeded, reset } = visits.count(orgId, limits.providerVisitsPerMinute);
      if (exceeded) return notice(request, reply.header('retry-after', String(reset)), 429, (words) => words.busy);
      return begin(deps, party, request, reply, orgId, provider, asked);
    },
    register(app, signIn) {
      app.get(`${CALLBACK_PATH}/:providerId`, (request, reply) => finish(deps, party, signIn, request, reply));
    },
  };
}

async function begin(
  deps: FederationDeps,
  party: RelyingParty,
  request: FastifyRequest,
  reply: FastifyReply,
  orgId: string,
  provider: ActiveProvider,
  asked: Parameters<Providers['begin']>[2],
): Promise<FastifyReply> {
  const secrets = { state: secret(), nonce: secret(), verifier: secret() };
  // The same for all visits of the browser, so that none spoils another.
  const browser = deps.cookies.read(request, 'visit') ?? secret();
  let there: string;
  try {
    const hints = { email: asked.hint.email, asksAgain: asked.prompt === 'login' };
    there = await party.authorizationUrl(provider, redirectUri(deps.ownUrl(request), provider.id), secrets, hints);
  } catch (error) {
    const who = { orgId, clientId: asked.client.id };
    return refuse(deps, request, reply, who, `${provider.name} cannot be asked: ${told(error)}`, (words) => words.unreachable(provider.name));
  }
  const visit = { nonce: secrets.nonce, verifier: secrets.verifier, return_to: asked.query };
  await deps.database.tenant(orgId).flight([insertVisit(orgId, digest(secrets.state), digest(browser), provider, visit)]);
  deps.cookies.set(request, reply, 'visit', browser);
  return reply.redirect(there, 302);
}

async function finish(
  deps: FederationDeps,
  party: RelyingParty,
  signIn: Pick<SignIn, 'complete' | 'fail'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { providerId } = request.params as { providerId: string };
  const found = isId(providerId) ? await providerAnywhere(deps.database.system, providerId) : undefined;
  if (!found) return notice(request, reply, 400, (words) => words.noVisit);
  const { org_id: orgId, ...provider } = found;
  const state = new URLSearchParams(queryOf(request)).get('state') ?? '';
  const browser = deps.cookies.read(request, 'visit') ?? '';
  const visit = await takeVisit(deps.database.tenant(orgId), orgId, digest(state), digest(browser), provider);
  if (!visit) {
    const reason = `an answer of ${provider.name} that this browser did not ask for, or that was taken before`;
    return refuse(deps, request, reply, { orgId, clientId: UNASSIGNED }, reason, (words) => words.noVisit, 400);
  }
  const who = { orgId, clientId: clientOf(visit) };
  let email: string;
  try {
    const answer = new URL(`${redirectUri(deps.ownUrl(request), provider.id)}?${queryOf(request)}`);
    email = await party.emailOf(provider, answer, { state, nonce: visit.nonce, verifier: visit.verifier });
  } catch (error) {
    const reason = `${provider.name}: ${told(error)}`;
    if (error instanceof Unverified) return refuse(deps, request, reply, who, reason, (words) => words.unverified(provider.name));
    if (!(error instanceof AuthorizationResponseError)) return refuse(deps, request, reply, who, reason, (words) => words.badAnswer(provider.name));
    // The person, or the provider, has said no: that is for the program to know.
    await record(deps, request, who, reason);
    return signIn.fail(request, reply, 'access_denied', `${provider.name} did not sign you in`, visit.return_to);
  }
  const [user] = await candidates(deps.database.system, email, orgId, undefined);
  if (!user) return refuse(deps, request, reply, who, `${provider.name}: no active user has the e-mail address`, (words) => words.nobody(email));
  return signIn.complete(request, reply, { orgId, userId: user.user_id, method: provider.name }, visit.return_to);
}

const secret = () => randomBytes(32).toString('base64url');

/** It was read before the browser was sent away. */
const clientOf = ({ return_to }: Visit): string => new URLSearchParams(return_to).get('client_id')?.toLowerCase() ?? UNASSIGNED;

interface Refused {
  orgId: string;
  clientId: string;
}

async function record({ refused }: FederationDeps, request: FastifyRequest, who: Refused, reason: string): Promise<void> {
  await refused('signIn', { ...who, correlationId: request.id, reason: reason.slice(0, 500), address: request.ip });
}

async function refuse(
  deps: FederationDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  who: Refused,
  reason: string,
  text: (words: Words) => string,
  status = 403,
): Promise<FastifyReply> {
  await record(deps, request, who, reason);
  return notice(request, reply, status, text);
}

function notice(request: FastifyRequest, reply: FastifyReply, status: number, text: (words: Words) => string): FastifyReply {
  const words = wordsFor(request.headers['accept-language']);
  return sendNotice(reply, status, words, words.notSignedIn, text(words));
}

/** An error in a line, with those below it: the first says where it was, the last what it was. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { message, cause } = error;
  const below = told(cause);
  const own = message || String((error as { code?: string }).code ?? error.name);
  return below === '' || own.includes(below) ? own : `${own}: ${below}`;
}
