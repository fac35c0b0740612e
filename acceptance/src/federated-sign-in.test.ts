// Signing in through an OpenID Connect provider: it says whose e-mail address is whose, and nothing of what comes from a
// browser or another provider is taken for its word. What is refused is told on a page, and in the audit.
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { makeUser, must, unique } from './access-callers.ts';
import { type DatabaseOf, databaseOf } from './database-of.ts';
import { type OpenIdProvider, type Says, startOpenIdProvider } from './openid-provider.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';
import { askToken, authorizeUrl, type Browser, makeVerifier, openBrowser, type Page } from './signing-in.ts';
import { organizationOn } from './trust-organizations.ts';

const P = '/liaison/v1/identity-providers';
const REDIRECT = 'https://app.example/back';
let server: Server;
let database: DatabaseOf;
let oidc: OpenIdProvider;
let org: string;
let provider: Json;
let client: Json;
const { verifier, challenge } = makeVerifier();

beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0', LIAISON_WEBHOOK_PRIVATE_TARGETS: 'yes' });
  database = await databaseOf(server);
  oidc = await startOpenIdProvider();
  org = (await must(server, 'GET', '/api/v2/organizations/me')).thirdPartyOrgName;
  provider = await makeProvider();
  const fields = { name: unique('App'), authorizedGrantType: 'PKCE', registeredRedirectUri: [REDIRECT] };
  client = await must(server, 'POST', '/api/v2/oauth/clients', fields);
});
afterEach(() => {
  oidc.says = {};
});
afterAll(async () => {
  oidc.close();
  await database.client.end();
  await server.stop();
});

const makeProvider = ({ issuer, clientId, clientSecret }: Pick<OpenIdProvider, 'issuer' | 'clientId' | 'clientSecret'> = oidc): Promise<Json> =>
  must(server, 'POST', P, { name: unique('Keycloak'), issuer, clientId, clientSecret });
const authorize = (more: Record<string, string> = {}) =>
  authorizeUrl({ client_id: client.id, redirect_uri: REDIRECT, response_type: 'code', state: 's', org, provider: provider.name, ...challenge, ...more });
const verified = (email: string): Says => ({ claims: { email, email_verified: true } });

/** Goes to the provider, and comes back with what it says. */
async function visit(says: Says, { browser = openBrowser(server), asked = authorize() }: { browser?: Browser; asked?: string } = {}): Promise<Page> {
  oidc.says = says;
  const sent = await browser.get(asked);
  if (sent.location.origin !== oidc.issuer) throw new Error(`not sent to the provider: ${sent.status} ${sent.location} ${sent.html}`);
  return follow(browser, await oidc.visit(sent.location));
}
const follow = (browser: Browser, { pathname, search }: URL) => browser.get(pathname + search);

/** The last that the audit has of signing in. */
async function lastSignIn(): Promise<Json> {
  const { rows } = await database.client.query(
    "select action, record_id, body from changes where kind = 'signIn' and org_id = $1 order by position desc limit 1",
    [server.firstRun.organizationId],
  );
  return rows[0];
}

function expectRefused(page: Page, browser: Browser, status = 403): void {
  expect([page.status, page.headers.get('content-type'), page.headers.get('location')]).toEqual([status, 'text/html; charset=utf-8', null]);
  expect(page.html).toContain('<h1>You are not signed in</h1>');
  expect([...browser.cookies.keys()].filter((name) => name.includes('session'))).toEqual([]);
}

describe('whoever the provider knows by a verified e-mail address', () => {
  it('is signed in, and stays so', async () => {
    const [user, browser] = [await makeUser(server), openBrowser(server)];
    const page = await visit(verified(user.email.toUpperCase()), { browser });
    expect([page.status, page.location.href.split('?')[0], page.location.searchParams.get('state')]).toEqual([303, REDIRECT, 's']);
    const form = { grant_type: 'authorization_code', code: page.location.searchParams.get('code') as string, redirect_uri: REDIRECT, code_verifier: verifier };
    const { body } = await askToken(server, { id: client.id }, form);
    expect(await must(server, 'GET', '/api/v2/users/me', undefined, body.access_token)).toMatchObject({ id: user.id });
    const again = await browser.get(authorize());
    expect(again.location.searchParams.get('code')).toEqual(expect.any(String));
    expect(await lastSignIn()).toMatchObject({ action: 'create', record_id: user.id, body: { method: provider.name, clientId: client.id } });
  });

  it('is so although the address is found with an access token alone', async () => {
    const user = await makeUser(server);
    expect((await visit({ userinfo: { email: user.email, email_verified: true } })).location.searchParams.get('code')).toEqual(expect.any(String));
  });

  it('is asked for with all that guards the answer, the hint, and anew where that is wanted', async () => {
    const user = await makeUser(server);
    await visit(verified(user.email), { asked: authorize({ login_hint: user.email, prompt: 'login' }) });
    const { fields } = oidc.asked.findLast(({ path }) => path === '/authorize') as OpenIdProvider['asked'][number];
    expect(fields).toEqual({
      client_id: oidc.clientId,
      response_type: 'code',
      scope: 'openid email',
      redirect_uri: provider.redirectUri,
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      login_hint: user.email,
      prompt: 'login',
    });
  });

  it('is told of the way by name, in any case, or by id', async () => {
    const user = await makeUser(server);
    for (const name of [provider.name.toUpperCase(), provider.id])
      expect((await visit(verified(user.email), { asked: authorize({ provider: name, org: org.toUpperCase() }) })).status).toBe(303);
  });
});

describe('nobody is signed in by', () => {
  test.each<[string, Says | ((email: string) => Says), RegExp]>([
    ['an address that is not verified', (email) => ({ claims: { email, email_verified: false } }), /not say that the e-mail address is verified/],
    ['an address that is verified in some other sense', (email) => ({ claims: { email, email_verified: 'true' } }), /not say that/],
    ['an address without a word on it', (email) => ({ claims: { email } }), /not say that/],
    ['no address', {}, /not say that/],
    ['the userinfo of somebody else', (email) => ({ userinfo: { sub: 'other', email, email_verified: true } }), /unexpected/],
    ['a wrong nonce', (email) => ({ claims: { ...verified(email).claims, nonce: 'other' } }), /nonce/],
    ['no nonce', (email) => ({ claims: { ...verified(email).claims, nonce: undefined } }), /nonce/],
    ['a token of another issuer', (email) => ({ claims: { ...verified(email).claims, iss: 'https://other.example' } }), /"iss"/],
    ['an answer of another issuer', (email) => ({ ...verified(email), answer: { iss: 'https://other.example' } }), /"iss"/],
    ['a token for another client', (email) => ({ claims: { ...verified(email).claims, aud: 'other' } }), /"aud"/],
    ['a token that has expired', (email) => ({ claims: { ...verified(email).claims, exp: 1_700_000_000 } }), /expiration/],
    ['a token that somebody else signed', (email) => ({ ...verified(email), strangeKey: true }), /signature/],
    ['a code that is none', (email) => ({ ...verified(email), answer: { code: 'other' } }), /error/],
  ])('%s', async (_, says, reason) => {
    const [user, browser] = [await makeUser(server), openBrowser(server)];
    const page = await visit(typeof says === 'function' ? says(user.email) : says, { browser });
    expectRefused(page, browser);
    expect(await lastSignIn()).toMatchObject({ action: 'refuse', record_id: client.id, body: { clientId: client.id, reason: expect.stringMatching(reason) } });
  });

  test('an address that nobody active has who may sign in', async () => {
    const [inactive, deleted] = [await makeUser(server, { state: 'inactive' }), await makeUser(server)];
    await must(server, 'DELETE', `/api/v2/users/${deleted.id}`);
    const [other, clone] = await strangers();
    for (const email of ['nobody@example.com', inactive.email, deleted.email, other, clone, 'a\u0000b@example.com']) {
      const browser = openBrowser(server);
      expectRefused(await visit(verified(email), { browser }), browser);
    }
    expect(await lastSignIn()).toMatchObject({ action: 'refuse', body: { reason: expect.stringMatching(/no active user|verified/) } });
  });

  /** Addresses of somebody of another organization, and of a user who stands for somebody. */
  async function strangers(): Promise<[string, string]> {
    const { organizationId } = server.firstRun;
    const partner = await organizationOn(server, database, 'Partner');
    const [person, clone] = [await partner.makePerson(), await makeUser(server)];
    await database.client.query('insert into trusts (org_id, trustee_org_id, created_at) values ($1, $2, now())', [organizationId, partner.id]);
    await database.client.query('insert into cloned_users (org_id, trustee_org_id, trustee_user_id, user_id, created_at) values ($1, $2, $3, $4, now())', [
      organizationId,
      partner.id,
      person.id,
      clone.id,
    ]);
    return [person.email, clone.email];
  }
});

describe('an answer is taken', () => {
  /** At the provider, and what it answered. */
  async function answered(more: { browser?: Browser; asked?: string } = {}): Promise<{ browser: Browser; back: URL }> {
    const { browser = openBrowser(server), asked = authorize() } = more;
    oidc.says = verified((await makeUser(server)).email);
    return { browser, back: await oidc.visit((await browser.get(asked)).location) };
  }

  it('once', async () => {
    const { browser, back } = await answered();
    expect((await follow(browser, back)).status).toBe(303);
    browser.cookies.delete('liaison_session');
    expectRefused(await follow(browser, back), browser, 400);
    expect(await lastSignIn()).toMatchObject({ action: 'refuse', body: { reason: expect.stringContaining('did not ask for') } });
  });

  it('from the browser that asked alone', async () => {
    const { back } = await answered();
    const victim = openBrowser(server);
    expectRefused(await follow(victim, back), victim, 400);
    await victim.get(authorize());
    expectRefused(await follow(victim, back), victim, 400);
  });

  it('with the state that it was asked with', async () => {
    const { browser, back } = await answered();
    for (const state of ['', 'forged', 'A'.repeat(43)]) {
      const forged = new URL(back);
      forged.searchParams.set('state', state);
      expectRefused(await follow(browser, forged), browser, 400);
    }
    expect((await follow(browser, back)).status).toBe(303);
  });

  it('of one of two visits at the same time as well', async () => {
    const first = await answered();
    const second = await answered({ browser: first.browser, asked: authorize({ prompt: 'login' }) });
    for (const { browser, back } of [first, second]) expect((await follow(browser, back)).status).toBe(303);
  });

  it('from the provider that was asked alone', async () => {
    const evil = await makeProvider();
    const { browser, back } = await answered();
    const mixedUp = new URL(back);
    mixedUp.pathname = new URL(evil.redirectUri).pathname;
    expectRefused(await follow(browser, mixedUp), browser, 400);
    for (const path of ['/oauth/callback/nonsense', '/oauth/callback/00000000-0000-4000-8000-000000000000']) {
      mixedUp.pathname = path;
      expectRefused(await follow(browser, mixedUp), browser, 400);
    }
  });

  it('as long as the provider stays what it was', async () => {
    const own = await makeProvider();
    const { browser, back } = await answered({ asked: authorize({ provider: own.name }) });
    await must(server, 'PUT', `${P}/${own.id}`, { ...own, clientId: 'other' });
    expectRefused(await follow(browser, back), browser, 400);
    await must(server, 'PUT', `${P}/${own.id}`, { ...own, state: 'inactive' });
    expectRefused(await follow(browser, back), browser, 400);
  });

  it('within a quarter of an hour', async () => {
    const { browser, back } = await answered();
    await database.client.query('update provider_visits set expires_at = now()');
    expectRefused(await follow(browser, back), browser, 400);
  });
});

test('a client that is named after one that is none is the one that is told of', async () => {
  const browser = openBrowser(server);
  expectRefused(await visit({}, { browser, asked: authorize().replace('?', '?client_id=') }), browser);
  expect(await lastSignIn()).toMatchObject({ action: 'refuse', record_id: client.id });
});

test('who declines at the provider is sent back to the program', async () => {
  const { status, location } = await visit({ answer: { error: 'access_denied' } });
  expect([status, location.href.split('?')[0], location.searchParams.get('error'), location.searchParams.get('state')]).toEqual([
    303,
    REDIRECT,
    'access_denied',
    's',
  ]);
  expect(await lastSignIn()).toMatchObject({ action: 'refuse', body: { reason: expect.stringContaining(provider.name) } });
});

test('a provider that there is not, or no more, is an error for the program', async () => {
  const inactive = await makeProvider();
  await must(server, 'PUT', `${P}/${inactive.id}`, { ...inactive, state: 'inactive' });
  for (const more of [{ provider: 'nobody' }, { org: 'nobody' }, { provider: inactive.name }, { provider: '\u0000' }, { org: '\u0000' }]) {
    const { location } = await openBrowser(server).get(authorize(more));
    expect([location.origin, location.searchParams.get('error')]).toEqual(['https://app.example', 'invalid_request']);
  }
});

test('whoever is sent to a provider all the time is stopped, and others are not', async () => {
  const sent = (address: string, count: number) =>
    Promise.all(Array.from({ length: count }, async () => (await openBrowser(server, address).get(authorize())).status));
  const statuses = await sent('198.51.100.99', 700);
  expect([statuses.filter((status) => status === 302).length, new Set(statuses)]).toEqual([60, new Set([302, 429])]);
  expect(await sent('198.51.100.98', 1)).toEqual([302]);
});

test('a provider that cannot be asked, or calls itself something else, is told of on a page', async () => {
  const gone = await startOpenIdProvider();
  const providers = [await makeProvider(gone), await makeProvider({ ...oidc, issuer: `${oidc.issuer}/elsewhere` })];
  gone.close();
  for (const { name } of providers) {
    const browser = openBrowser(server);
    expectRefused(await browser.get(authorize({ provider: name })), browser);
    expect(await lastSignIn()).toMatchObject({ action: 'refuse', body: { reason: expect.stringContaining(`${name} cannot be asked`) } });
  }
  oidc.says = { configuration: { issuer: 'https://other.example' } };
  const liar = await makeProvider();
  const browser = openBrowser(server);
  expectRefused(await browser.get(authorize({ provider: liar.name })), browser);
});

test('the page speaks German, too', async () => {
  const page = await openBrowser(server).get('/oauth/callback/nonsense', { 'accept-language': 'de' });
  expect(page.html).toContain('<h1>Sie sind nicht angemeldet</h1>');
});
