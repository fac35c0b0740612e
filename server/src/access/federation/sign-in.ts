// Signing in through a provider: /oauth/authorize with `org` and `provider` sends the browser there, and /oauth/callback
// takes it in again. The provider says only which e-mail address is whose: users are this server's own, and none is made.
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AuthorizationResponseError } from 'openid-client';
import type { Database } from '../../db/database.ts';
import { cut } from '../../families/cut.ts';
import { fold } from '../../families/fold.ts';
import { isId } from '../../families/id.ts';
import { networkOf } from '../../http/address.ts';
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
import { activeProvider, type FoundProvider, organizationNamed, providerAnywhere } from './store.ts';
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

/** A request, with its answer. */
interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
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
      // First by who asks, so that nobody uses up what others need.
      const network = networkOf(request.ip);
      const ofNetwork = network === undefined ? undefined : visits.count(`${orgId} ${network}`, limits.providerVisitsPerNetworkMinute);
      const { exceeded, reset } = ofNetwork?.exceeded ? ofNetwork : visits.count(orgId, limits.providerVisitsPerMinute);
      if (exceeded) return notice({ request, reply: reply.header('retry-after', String(reset)) }, 429, (words) => words.busy);
      return begin(deps, party, { request, reply }, { ...provider, org_id: orgId }, asked);
    },
    register(app, signIn) {
      app.get(`${CALLBACK_PATH}/:providerId`, (request, reply) => finish(deps, party, signIn, { request, reply }));
    },
  };
}

type Asked = Parameters<Providers['begin']>[2];

async function begin(deps: FederationDeps, party: RelyingParty, at: Exchange, provider: FoundProvider, asked: Asked): Promise<FastifyReply> {
  const { request, reply } = at;
  const orgId = provider.org_id;
  const secrets = { state: secret(), nonce: secret(), verifier: secret() };
  // The same for all visits of the browser, so that none spoils another.
  const browser = deps.cookies.read(request, 'visit') ?? secret();
  let there: string;
  try {
    const hints = { email: asked.hint.email, asksAgain: asked.prompt === 'login' };
    there = await party.authorizationUrl(provider, redirectUri(deps.ownUrl(request), provider.id), secrets, hints);
  } catch (error) {
    await record(deps, at, { orgId, clientId: asked.client.id, reason: `${provider.name} cannot be asked: ${told(error)}` });
    return notice(at, 403, (words) => words.unreachable(provider.name));
  }
  const visit = { nonce: secrets.nonce, verifier: secrets.verifier, return_to: asked.query };
  await deps.database.tenant(orgId).flight([insertVisit(orgId, digest(secrets.state), digest(browser), provider, visit)]);
  deps.cookies.set(request, reply, 'visit', browser);
  return reply.redirect(there, 302);
}

async function finish(deps: FederationDeps, party: RelyingParty, signIn: Pick<SignIn, 'complete' | 'fail'>, at: Exchange): Promise<FastifyReply> {
  const { request, reply } = at;
  const { providerId } = request.params as { providerId: string };
  const provider = isId(providerId) ? await providerAnywhere(deps.database.system, providerId) : undefined;
  if (!provider) return notice(at, 400, (words) => words.noVisit);
  const { org_id: orgId, name } = provider;
  const state = new URLSearchParams(queryOf(request)).get('state') ?? '';
  const browser = deps.cookies.read(request, 'visit') ?? '';
  const visit = await takeVisit(deps.database.tenant(orgId), orgId, digest(state), digest(browser), provider);
  const refuse = async (reason: string, status: number, text: (words: Words) => string) => {
    await record(deps, at, { orgId, clientId: clientOf(visit), reason });
    return notice(at, status, text);
  };
  if (!visit) return refuse(`an answer of ${name} that this browser did not ask for, or that was taken before`, 400, (words) => words.noVisit);
  let email: string;
  try {
    const answer = new URL(`${redirectUri(deps.ownUrl(request), provider.id)}?${queryOf(request)}`);
    email = await party.emailOf(provider, answer, { state, nonce: visit.nonce, verifier: visit.verifier });
  } catch (error) {
    const reason = `${name}: ${told(error)}`;
    if (error instanceof Unverified) return refuse(reason, 403, (words) => words.unverified(name));
    if (!(error instanceof AuthorizationResponseError)) return refuse(reason, 403, (words) => words.badAnswer(name));
    // The person, or the provider, has said no: that is for the program to know.
    await record(deps, at, { orgId, clientId: clientOf(visit), reason });
    return signIn.fail(request, reply, 'access_denied', `${name} did not sign you in`, visit.return_to);
  }
  const [user] = await candidates(deps.database.system, email, orgId, undefined);
  if (!user) return refuse(`${name}: no active user has the e-mail address`, 403, (words) => words.nobody(email));
  return signIn.complete(request, reply, { orgId, userId: user.user_id, method: name }, visit.return_to);
}

const secret = () => randomBytes(32).toString('base64url');

/** The client was read before the browser was sent away. Without a visit, there is none. */
function clientOf(visit: Visit | undefined): string {
  const id = new URLSearchParams(visit?.return_to)
    .getAll('client_id')
    .find((value) => value !== '')
    ?.toLowerCase();
  return isId(id) ? id : UNASSIGNED;
}

async function record({ refused }: FederationDeps, { request }: Exchange, what: { orgId: string; clientId: string; reason: string }): Promise<void> {
  await refused('signIn', { ...what, reason: cut(what.reason, REASON_CHARACTERS), correlationId: request.id, address: request.ip });
}

const REASON_CHARACTERS = 500;

function notice({ request, reply }: Exchange, status: number, text: (words: Words) => string): FastifyReply {
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
