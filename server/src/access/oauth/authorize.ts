// /oauth/authorize: asks who it is where no session says so, and sends the browser back with a code or a token. What is
// asked for stands in the address all the while, and is read anew each time: nothing of it is kept.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../db/database.ts';
import { isId } from '../../families/id.ts';
import { attempt } from '../sign-in/attempts.ts';
import type { Cookies } from '../sign-in/cookies.ts';
import { identify } from '../sign-in/identify.ts';
import { type Form as Page, sendForm, sendNotice } from '../sign-in/page.ts';
import type { RecordRefusal } from '../sign-in/record.ts';
import type { Session, Sessions, SignedIn } from '../sign-in/sessions.ts';
import type { Candidate } from '../sign-in/store.ts';
import { wordsFor } from '../sign-in/words.ts';
import { OAuthError } from './errors.ts';
import { grant } from './grant.ts';
import { errorTo } from './redirect.ts';
import { type AuthorizeRequest, queryOf, Returned, readAuthorizeRequest, Unregistered } from './request.ts';
import { fieldsOf } from './token-endpoint.ts';

/** Those who say of organizations' people who they are, in place of a password. */
export interface Providers {
  /** Sends the browser there, to come back to `SignIn.complete` with `asked.query`; undefined where the organization has no such provider. */
  begin(request: FastifyRequest, reply: FastifyReply, asked: AuthorizeRequest & { provider: { org: string; name: string } }): Promise<FastifyReply | undefined>;
}

export interface AuthorizeDeps {
  database: Database;
  cookies: Cookies;
  sessions: Sessions;
  refused: RecordRefusal;
  providers: Providers;
  /** The server's own address, as the request knows it. */
  ownUrl(request: FastifyRequest): string;
}

export interface SignIn {
  /** GET: answers at once where a session says who it is, and asks otherwise. */
  ask(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** POST of the page. */
  enter(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** Starts a session for whoever was identified, whatever the way, and goes on with the authorize request of the query. */
  complete(request: FastifyRequest, reply: FastifyReply, who: SignedIn, query: string): Promise<FastifyReply>;
  /** Sends the browser back with an error, where whoever was to say who it is did not. */
  fail(request: FastifyRequest, reply: FastifyReply, error: string, description: string, query: string): Promise<FastifyReply>;
}

const NOBODY = ['login_required', 'nobody is signed in that this could be for'] as const;

export function createSignIn(deps: AuthorizeDeps): SignIn {
  const read = (request: FastifyRequest, query: string) => readAuthorizeRequest(deps.database, query, deps.ownUrl(request));
  return {
    ask: (request, reply) =>
      answering(deps, request, reply, async () => {
        const asked = await read(request, queryOf(request));
        const session = asked.prompt === 'login' ? undefined : await deps.sessions.current(request);
        if (session && fits(session, asked)) return goOn(deps, request, reply, session, asked, 302);
        if (asked.prompt === 'none') return reply.redirect(errorTo(asked, ...NOBODY), 302);
        if (asked.provider === undefined) return sendPage(deps, request, reply, 200, asked, {});
        const { provider } = asked;
        const begun = await deps.providers.begin(request, reply, { ...asked, provider });
        return begun ?? reply.redirect(errorTo(asked, 'invalid_request', 'the organization has no such provider'), 302);
      }),
    enter: (request, reply) => answering(deps, request, reply, async () => enter(deps, request, reply, await read(request, queryOf(request)))),
    complete: (request, reply, who, query) =>
      answering(deps, request, reply, async () => {
        const asked = await read(request, query);
        const gone = () => reply.redirect(errorTo(asked, 'access_denied', 'the user may not sign in any more'), 303);
        return (await complete(deps, request, reply, who, asked)) ?? gone();
      }),
    fail: (request, reply, error, description, query) =>
      answering(deps, request, reply, async () => reply.redirect(errorTo(await read(request, query), error, description), 303)),
  };
}

async function enter(deps: AuthorizeDeps, request: FastifyRequest, reply: FastifyReply, asked: AuthorizeRequest): Promise<FastifyReply> {
  const words = wordsFor(request.headers['accept-language']);
  const { email = '', password = '', organization = '', csrf = '' } = fieldsOf(request.body);
  const again = (status: number, problem: string, more: Partial<Again> = {}) =>
    sendPage(deps, request, reply, status, asked, { email, organization, problem, ...more });
  const refused = (reason: string, who: Candidate | undefined) => recordRefusal(deps, request, asked, reason, who);
  if (!isOwnForm(deps, request, csrf)) {
    await refused('the form was not sent by the page of this server', undefined);
    return again(403, words.stale);
  }
  if (email.trim() === '' || password === '') return again(400, words.missing);
  const orgId = homeOf(asked) ?? (isId(organization) ? organization : undefined);
  const tried = await attempt(deps.database.system, { email: email.trim(), orgId, address: request.ip });
  if (tried.blockedFor !== undefined) {
    reply.header('retry-after', String(tried.blockedFor));
    return again(429, words.blocked(tried.blockedFor));
  }
  const { right, wrong } = await identify(deps.database.system, {
    email: email.trim(),
    password,
    orgId,
    organization: orgId === undefined && organization.trim() !== '' ? organization.trim() : undefined,
  });
  if (right.length === 0) {
    await Promise.all(wrong.length > 0 ? wrong.map((who) => refused('wrong password', who)) : [refused('unknown user', undefined)]);
    return again(401, words.wrong);
  }
  await tried.succeeded();
  if (right.length > 1) return again(200, words.several, { choices: right.map(({ org_id, org_name }) => ({ id: org_id, name: org_name })) });
  const [who] = right as [Candidate];
  const identified = { orgId: who.org_id, userId: who.user_id, method: 'password', passwordHash: who.password_hash as string };
  // Where there is none: the password was changed while it was looked at.
  return (await complete(deps, request, reply, identified, asked)) ?? again(401, words.wrong);
}

/** @returns undefined where who was identified may not sign in any more */
async function complete(
  deps: AuthorizeDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  who: SignedIn,
  asked: AuthorizeRequest,
): Promise<FastifyReply | undefined> {
  const hash = await deps.sessions.start(request, reply, who, asked.client.id);
  // 303: what was posted is not posted on.
  return hash && goOn(deps, request, reply, { ...who, hash }, asked, 303);
}

async function goOn(
  deps: AuthorizeDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  who: Pick<Session, 'orgId' | 'userId' | 'hash'>,
  asked: AuthorizeRequest,
  status: 302 | 303,
): Promise<FastifyReply> {
  try {
    return reply.redirect(await grant(deps.database, asked, who, request.id), status);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    // Who asks quietly is not told that somebody of elsewhere is signed in.
    if (asked.prompt === 'none' && ![undefined, who.orgId].includes(asked.client.orgId)) return reply.redirect(errorTo(asked, ...NOBODY), status);
    await recordRefusal(deps, request, asked, error.message, { org_id: who.orgId, user_id: who.userId });
    return reply.redirect(errorTo(asked, error.error, error.message), status);
  }
}

async function answering(deps: AuthorizeDeps, request: FastifyRequest, reply: FastifyReply, work: () => Promise<FastifyReply>): Promise<FastifyReply> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Returned) return reply.redirect(errorTo(error.to, error.error, error.message), request.method === 'GET' ? 302 : 303);
    if (!(error instanceof OAuthError)) throw error;
    if (error instanceof Unregistered) await recordRefusal(deps, request, error, error.message, undefined);
    const words = wordsFor(request.headers['accept-language']);
    return sendNotice(reply, 400, words, words.refused, words.refusedText, `${error.error}: ${error.message}`);
  }
}

/** In the organization of who was meant, or in the client's where nobody was; nowhere, where that is no organization's. */
async function recordRefusal(
  { database, refused }: AuthorizeDeps,
  request: FastifyRequest,
  { client }: Pick<AuthorizeRequest, 'client'>,
  reason: string,
  who: Pick<Candidate, 'org_id' | 'user_id'> | undefined,
): Promise<void> {
  const orgId = who?.org_id ?? client.orgId;
  // It takes as long, for that there is nobody of the address is not told.
  if (orgId === undefined) return database.ping();
  await refused('signIn', { orgId, clientId: client.id, userId: who?.user_id, correlationId: request.id, reason, address: request.ip });
}

/** The organization that somebody has to be of for the client; undefined for any: of the console, and of who goes to the client's own. */
function homeOf({ client, target }: AuthorizeRequest): string | undefined {
  return target !== undefined && target === client.orgId ? undefined : client.orgId;
}

/** Whether the session is of somebody whom the request can be for. */
function fits({ orgId, email, organization }: Session, asked: AuthorizeRequest): boolean {
  const isNamed = (name: string | undefined) => name === undefined || organization.some((own) => own.toLowerCase() === name.toLowerCase());
  if (![undefined, orgId].includes(homeOf(asked))) return false;
  if (asked.hint.email !== undefined && asked.hint.email.toLowerCase() !== email.toLowerCase()) return false;
  return isNamed(asked.hint.organization) && isNamed(asked.provider?.org);
}

interface Again {
  email: string;
  organization: string;
  problem: string;
  choices: { id: string; name: string }[];
}

function sendPage(
  { cookies }: AuthorizeDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  asked: AuthorizeRequest,
  { email = asked.hint.email ?? '', organization = asked.hint.organization ?? '', problem, choices }: Partial<Again>,
): FastifyReply {
  // The same for all pages that are open, so that none spoils another.
  const csrf = cookies.read(request, 'form') ?? randomBytes(32).toString('base64url');
  cookies.set(request, reply, 'form', csrf);
  const field: Page['organization'] = choices ? { choices } : homeOf(asked) === undefined ? { text: isId(organization) ? '' : organization } : undefined;
  return sendForm(reply, status, wordsFor(request.headers['accept-language']), {
    client: asked.client.name,
    email,
    organization: field,
    csrf,
    problem,
    goesTo: asked.redirectUri,
  });
}

/** What another site makes a browser post has neither the cookie's value in it nor this server for its origin. */
function isOwnForm({ cookies }: AuthorizeDeps, request: FastifyRequest, csrf: string): boolean {
  const expected = Buffer.from(cookies.read(request, 'form') ?? '');
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  return expected.length > 0 && expected.length === Buffer.byteLength(csrf) && timingSafeEqual(expected, Buffer.from(csrf));
}
