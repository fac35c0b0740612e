// Signing in at the page, and what clients get for it: codes, tokens, refresh tokens, acting tokens; sessions, hints and
// logging out. With the reference's vectors for that, by their numbers; those of the API are in access-by-sdk.test.ts.
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeUser, must } from './access-callers.ts';
import { type DatabaseOf, databaseOf } from './database-of.ts';
import { commandLine } from './other-organization.ts';
import { SDKS } from './sdk.ts';
import { type Json, type Server, startServer } from './server.ts';
import { askToken, authorizeUrl, type Browser, codeOf, fragmentOf, makeOAuthClient, makeVerifier, openBrowser, PASSWORD, type Page } from './signing-in.ts';
import { makeTrust, type Organization, organizationOn } from './trust-organizations.ts';

let server: Server;
let database: DatabaseOf;
beforeAll(async () => {
  server = await startServer();
  database = await databaseOf(server);
});
afterAll(async () => {
  await database.client.end();
  await server.stop();
});

const REDIRECT = 'https://app.example/callback?of=them';
const CONSOLE = 'c0150e00-0000-4000-8000-000000000000';

const makeApp = (grantType: string, more: Json = {}) => makeOAuthClient(server, grantType, REDIRECT, more);
const person = (more: Json = {}) => makeUser(server, { password: PASSWORD, ...more });
const query = (client: { id: string }, more: Record<string, string> = {}) =>
  authorizeUrl({ client_id: client.id, redirect_uri: REDIRECT, response_type: 'code', state: 'a b%2F&c', ...more });
const meOf = async (token: string, expand = '') => (await server.request('GET', `/api/v2/users/me?expand=${expand}`, { token })).body;
const exchange = (client: { id: string; secret?: string }, page: Page, more: Record<string, string> = {}) =>
  askToken(server, client, { grant_type: 'authorization_code', code: codeOf(page), redirect_uri: REDIRECT, ...more });
/** Somebody who is signed in already. */
async function signedIn(client: { id: string }, more: Record<string, string> = {}): Promise<{ browser: Browser; user: { id: string; email: string } }> {
  const [browser, user] = [openBrowser(server), await person()];
  expect((await browser.signIn(query(client, more), user.email, PASSWORD)).status).toBe(303);
  return { browser, user };
}

describe('POST /oauth/token and the API', () => {
  const client = () => ({ id: server.firstRun.clientId, secret: server.firstRun.clientSecret });

  it('B-01 gives a client its token', async () => {
    const { status, body } = await askToken(server, client(), { grant_type: 'client_credentials' });
    expect([status, body]).toEqual([200, { access_token: expect.stringMatching(/^[\w-]{32,}$/), token_type: 'bearer', expires_in: 86_400 }]);
  });

  it('B-02 refuses a wrong secret', async () => {
    const refused = { error: 'invalid_client', description: 'authentication failed', error_description: 'authentication failed' };
    expect(await askToken(server, { ...client(), secret: 'wrong' }, { grant_type: 'client_credentials' })).toEqual({ status: 400, body: refused });
  });

  it('B-03 and B-04 refuse who brings no token, or nonsense', async () => {
    const me = (token: string | null) => server.request('GET', '/api/v2/users/me', { token });
    expect(await me(null)).toMatchObject({ status: 401, body: { code: 'authentication.required' } });
    expect(await me('nonsense')).toMatchObject({ status: 401, body: { code: 'bad.credentials' } });
  });

  it('B-15 answer the 301st call of a minute with 429', async () => {
    const made = await makeApp('TOKEN');
    const { browser } = await signedIn(made, { response_type: 'token' });
    const token = fragmentOf(await browser.get(query(made, { response_type: 'token' }))).get('access_token') as string;
    const calls = await Promise.all(Array.from({ length: 301 }, () => server.request('HEAD', '/api/v2/tokens/me', { token })));
    expect(calls.filter(({ status }) => status === 200)).toHaveLength(300);
    const last = await server.request('GET', '/api/v2/tokens/me', { token });
    expect(last).toMatchObject({ status: 429, body: { code: 'too.many.requests.retry.after', status: 429 } });
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('the authorization code', () => {
  it('goes to the address of a client with a secret, which gets a token of the user and refresh tokens, each for the next', async () => {
    const client = await makeApp('CODE');
    const [browser, user] = [openBrowser(server), await person()];
    const page = await browser.signIn(query(client), user.email.toUpperCase(), PASSWORD);
    expect(page.location.href.startsWith(`${REDIRECT}&code=`)).toBe(true);
    expect(page.location.searchParams.get('state')).toBe('a b%2F&c');
    const made = await exchange(client, page);
    expect(made.body).toEqual({ access_token: expect.any(String), token_type: 'bearer', expires_in: 86_400, refresh_token: expect.any(String) });
    expect((await meOf(made.body.access_token)).id).toBe(user.id);
    const next = await askToken(server, client, { grant_type: 'refresh_token', refresh_token: made.body.refresh_token });
    expect((await meOf(next.body.access_token)).id).toBe(user.id);
    expect(next.body.refresh_token).not.toBe(made.body.refresh_token);
    expect((await askToken(server, client, { grant_type: 'refresh_token', refresh_token: next.body.refresh_token })).status).toBe(200);
  });

  it.each(['PKCE', 'CODE', 'TOKEN'])('B-07, B-08 and B-09 with a verifier in place of a secret, for a %s client', async (grantType) => {
    const client = await makeApp(grantType);
    const { verifier, challenge } = makeVerifier();
    const { browser, user } = await signedIn(client, challenge);
    const page = await browser.get(`/login${query(client, challenge)}`);
    expect([page.status, page.location.origin, page.location.searchParams.get('state')]).toEqual([302, 'https://app.example', 'a b%2F&c']);
    // Without Authorization; or as one of the vendor's tools has it, with an empty secret.
    const made = await exchange({ id: client.id }, page, { code_verifier: verifier });
    expect(made).toEqual({ status: 200, body: { access_token: expect.any(String), token_type: 'bearer', expires_in: 86_400 } });
    expect((await meOf(made.body.access_token)).id).toBe(user.id);
    expect(await exchange({ id: client.id }, page, { code_verifier: verifier })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const empty = await exchange({ id: client.id, secret: '' }, await browser.get(query(client, challenge)), { code_verifier: verifier });
    expect(empty.status).toBe(200);
    const other = await exchange({ id: client.id }, await browser.get(query(client, challenge)), { code_verifier: makeVerifier().verifier });
    expect(other).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it.each(SDKS)('serves %s on a server: log-in and refresh', async (name) => {
    const { ApiClientClass, UsersApi } = createRequire(import.meta.url)(name);
    const sdk = new ApiClientClass();
    sdk.setGateway({ protocol: 'http', host: '127.0.0.1', port: server.port, path_params_login: 'login', path_params_api: 'api' });
    const client = await makeApp('CODE');
    const { browser, user } = await signedIn(client);
    const { refreshToken } = await sdk.loginCodeAuthorizationGrant(client.id, client.secret, codeOf(await browser.get(query(client))), REDIRECT);
    expect((await new UsersApi(sdk).getUsersMe()).id).toBe(user.id);
    const next = await sdk.refreshCodeAuthorizationGrant(client.id, client.secret, refreshToken);
    expect(next.refreshToken).not.toBe(refreshToken);
    expect((await new UsersApi(sdk).getUsersMe()).id).toBe(user.id);
  });

  it('carries the scopes that were asked for, of those that the client may have', async () => {
    const client = await makeApp('CODE', { scope: ['users', 'external-contacts'] });
    const { browser } = await signedIn(client);
    const scopes = async (more: Record<string, string>) => {
      const { body } = await exchange(client, await browser.get(query(client, more)));
      return (await meOf(body.access_token, 'token')).token.authorizedScope;
    };
    expect(await scopes({})).toEqual(['users', 'external-contacts']);
    expect(await scopes({ scope: 'users' })).toEqual(['users']);
    expect((await browser.get(query(client, { scope: 'users groups' }))).location.searchParams.get('error')).toBe('invalid_scope');
  });

  it('brings nothing any more once the user, the client or the password is another', async () => {
    const client = await makeApp('CODE');
    const refreshed = async (end: (user: { id: string; email: string }) => Promise<unknown>) => {
      const { browser, user } = await signedIn(client);
      const first = await exchange(client, await browser.get(query(client)));
      await end(user);
      const next = await askToken(server, client, { grant_type: 'refresh_token', refresh_token: first.body.refresh_token });
      const token = await server.request('HEAD', '/api/v2/tokens/me', { token: first.body.access_token });
      const again = await browser.get(query(client));
      return [next.body.error, token.status, again.status];
    };
    const gone = ['invalid_grant', 401, 200];
    const version = async (id: string) => (await must(server, 'GET', `/api/v2/users/${id}`)).version;
    expect(await refreshed(async ({ id }) => must(server, 'PATCH', `/api/v2/users/${id}`, { version: await version(id), state: 'inactive' }))).toEqual(gone);
    expect(await refreshed(({ id }) => must(server, 'DELETE', `/api/v2/users/${id}`))).toEqual(gone);
    expect(await refreshed(({ id }) => must(server, 'POST', `/api/v2/users/${id}/password`, { newPassword: 'quite another' }))).toEqual(gone);
    expect(await refreshed(({ id }) => must(server, 'DELETE', `/api/v2/tokens/${id}`))).toEqual(gone);
    expect(await refreshed(() => must(server, 'DELETE', `/api/v2/oauth/clients/${client.id}`))).toEqual(['invalid_client', 401, 400]);
  });
});

it('gives a token at once, in the fragment, to a client of the implicit kind', async () => {
  const [client, user, browser] = [await makeApp('TOKEN'), await person(), openBrowser(server)];
  const page = await browser.signIn(query(client, { response_type: 'token' }), user.email, PASSWORD);
  expect(Object.fromEntries(fragmentOf(page))).toEqual({
    access_token: expect.stringMatching(/^[\w-]+$/),
    expires_in: '86400',
    token_type: 'bearer',
    state: 'a b%2F&c',
  });
});

describe('a client', () => {
  it.each([
    ['CLIENT_CREDENTIALS', {}, 'unauthorized_client'],
    ['PKCE', {}, 'unauthorized_client'],
    ['CODE', { response_type: 'token' }, 'unauthorized_client'],
    ['CODE', { response_type: 'id_token' }, 'unsupported_response_type'],
    ['CODE', { response_type: '' }, 'invalid_request'],
    ['CODE', { code_challenge: 'x'.repeat(43) }, 'invalid_request'],
    ['CODE', { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }, 'invalid_request'],
    ['CODE', { code_challenge: 'short', code_challenge_method: 'S256' }, 'invalid_request'],
    ['CODE', { prompt: 'consent' }, 'invalid_request'],
    ['CODE', { target: 'nobody' }, 'invalid_request'],
    ['CODE', { provider: 'okta' }, 'invalid_request'],
    ['CODE', { org: 'my-organization', provider: 'okta' }, 'invalid_request'],
    ['CODE', { scope: 'a\u0000b' }, 'invalid_scope'],
  ])('of the kind %s that asks with %j is told %s where it comes from', async (grantType, more: Record<string, string>, error) => {
    const { status, location } = await openBrowser(server).get(query(await makeApp(grantType), more));
    expect(status).toBe(302);
    const told = more.response_type === 'token' ? new URLSearchParams(location.hash.slice(1)) : location.searchParams;
    expect([location.origin, told.get('error'), told.get('state')]).toEqual(['https://app.example', error, 'a b%2F&c']);
    expect(told.get('error_description')).toMatch(/\w/);
  });

  it('that is not active is told so', async () => {
    const client = await makeApp('CODE', { state: 'inactive' });
    expect((await openBrowser(server).get(query(client))).location.searchParams.get('error')).toBe('unauthorized_client');
  });
});

describe('a session', () => {
  it('ends with /logout, which leads to an address that the client has registered and to no other', async () => {
    const client = await makeApp('CODE');
    const { browser } = await signedIn(client);
    expect((await browser.get(query(client))).status).toBe(302);
    const out = await browser.get(`/login/logout?&client_id=${client.id}&redirect_uri=${encodeURI(REDIRECT)}`);
    expect([out.status, out.location.href]).toEqual([302, REDIRECT]);
    expect((await browser.get(query(client))).status).toBe(200);
    const elsewhere = await browser.get(`/logout?client_id=${client.id}&redirect_uri=https://evil.example/`);
    expect([elsewhere.status, elsewhere.location.href]).toEqual([400, 'none:']);
    expect((await browser.get('/logout')).status).toBe(200);
  });

  it('ends when nobody used it for half a day, and after a week', async () => {
    const client = await makeApp('CODE');
    const age = async (column: 'used_at' | 'created_at', hours: number) => {
      const { browser, user } = await signedIn(client);
      await database.client.query(`update sessions set ${column} = now() - $2 * interval '1 hour' where user_id = $1`, [user.id, hours]);
      return (await browser.get(query(client))).status;
    };
    expect([await age('used_at', 11.9), await age('used_at', 12.1), await age('created_at', 167), await age('created_at', 169)]).toEqual([302, 200, 302, 200]);
  });

  it('is passed over with prompt=login, and is all that prompt=none looks at', async () => {
    const client = await makeApp('CODE');
    const { browser, user } = await signedIn(client);
    expect((await browser.get(query(client, { prompt: 'none' }))).status).toBe(302);
    expect((await openBrowser(server).get(query(client, { prompt: 'none' }))).location.searchParams.get('error')).toBe('login_required');
    expect((await browser.signIn(query(client, { prompt: 'login' }), user.email, PASSWORD)).location.searchParams.has('code')).toBe(true);
  });

  it('counts only for whom login_hint names, whose address is filled in otherwise', async () => {
    const client = await makeApp('CODE');
    const { browser, user } = await signedIn(client);
    for (const hint of [user.email, `${user.email}:my-organization`, 'My organization'])
      expect((await browser.get(query(client, { login_hint: hint }))).status, hint).toBe(302);
    const page = await browser.get(query(client, { login_hint: 'Ann "A" <ann@example.com>:elsewhere' }));
    expect([page.status, page.html]).toEqual([200, expect.stringContaining('value="Ann &quot;A&quot; &lt;ann@example.com&gt;"')]);
  });

  it('has a cookie that no script reads and no other site sends along, for this very host where it is https', async () => {
    const client = await makeApp('CODE');
    const user = await person();
    const browser = openBrowser(server);
    const cookies = (page: Page) => page.headers.getSetCookie().map((cookie) => cookie.replace(/=[^;]*/, ''));
    expect(cookies(await browser.signIn(query(client), user.email, PASSWORD))).toEqual(['liaison_session; Path=/; HttpOnly; SameSite=Lax']);
    const secure = { 'x-forwarded-proto': 'https' };
    expect(cookies(await openBrowser(server).get(query(client), secure))).toEqual(['__Host-liaison_form; Path=/; HttpOnly; SameSite=Lax; Secure']);
  });
});

describe('the page', () => {
  it('speaks the language that the browser wants, needs no script and takes less than 10 kB', async () => {
    const client = await makeApp('CODE');
    const show = async (language: string) => (await openBrowser(server).get(query(client), { 'accept-language': language })).html;
    expect(await show('fr, de-AT;q=0.8, en;q=0.5')).toMatch(/<html lang="de">[\s\S]*<h1>Anmelden<\/h1>/);
    expect(await show('fr')).toMatch(/<html lang="en">[\s\S]*<h1>Sign in<\/h1>/);
    const html = await show('en;q=0.1, de;q=0');
    expect(html).not.toMatch(/<script|\son\w+=/);
    expect(Buffer.byteLength(html)).toBeLessThan(10_000);
  });

  it('says what is wrong: nothing entered, the wrong password, nobody, no password yet, not active', async () => {
    const client = await makeApp('CODE');
    const [right, none, inactive] = [await person(), await makeUser(server), await person({ state: 'inactive' })];
    const enter = async (email: string, password: string) => {
      const page = await openBrowser(server).signIn(query(client), email, password);
      return [page.status, /<p role="alert"[^>]*><strong>Error:<\/strong> (.*?)[.<]/.exec(page.html)?.[1]];
    };
    const wrong = [401, 'That e-mail address and password do not go together'];
    expect(await enter('', '')).toEqual([400, 'Enter your e-mail address and your password']);
    expect(await enter(right.email, 'wrong')).toEqual(wrong);
    expect(await enter('nobody@example.com', PASSWORD)).toEqual(wrong);
    expect(await enter('no\u0000body@example.com', PASSWORD)).toEqual(wrong);
    expect(await enter(none.email, '')).toEqual([400, expect.any(String)]);
    expect(await enter(none.email, 'null')).toEqual(wrong);
    expect(await enter(inactive.email, PASSWORD)).toEqual(wrong);
  });
});

it('somebody gets a password from who may set it, or changes their own', async () => {
  const client = await makeApp('TOKEN');
  const [user, browser] = [await makeUser(server), openBrowser(server)];
  await must(server, 'POST', `/api/v2/users/${user.id}/password`, { newPassword: 'the first one' });
  const enter = (password: string) => browser.signIn(query(client, { response_type: 'token', prompt: 'login' }), user.email, password);
  const token = fragmentOf(await enter('the first one')).get('access_token') as string;
  const other = fragmentOf(await enter('the first one')).get('access_token') as string;
  const change = (oldPassword: string, newPassword: string) =>
    server.request('POST', '/api/v2/users/me/password', { token, body: { oldPassword, newPassword } });
  expect(await change('not this', 'the second one')).toMatchObject({ status: 422, body: { details: [{ fieldName: 'oldPassword', errorCode: 'invalid' }] } });
  expect(await change('the first one', 'short')).toMatchObject({ status: 422, body: { details: [{ fieldName: 'newPassword' }] } });
  expect((await change('the first one', 'the second one')).status).toBe(204);
  // The token that it was changed with stays, the others are gone.
  const counts = async (which: string) => (await server.request('HEAD', '/api/v2/tokens/me', { token: which })).status;
  expect([await counts(token), await counts(other), (await enter('the first one')).status, (await enter('the second one')).status]).toEqual([
    200, 401, 401, 303,
  ]);
  for (let tries = 1; tries <= 10; tries += 1) await change('not this', 'the third one');
  expect((await change('the second one', 'the third one')).status).toBe(429);
});

it('an operator gives somebody a password by the command line', async () => {
  const [client, user] = [await makeApp('CODE'), await makeUser(server)];
  const { password } = await commandLine<{ password: string }>(server, 'user', 'password', user.email);
  expect((await openBrowser(server).signIn(query(client), user.email, password)).status).toBe(303);
});

it('the first administrator signs in with what is in first-run.json', async () => {
  const page = await openBrowser(server).signIn(query(await makeApp('CODE')), server.firstRun.adminEmail, server.firstRun.adminPassword);
  expect(page.location.searchParams.has('code')).toBe(true);
});

describe('between organizations', () => {
  let [home, customer]: Organization[] = [];
  let engineer: { id: string; email: string };
  const implicit = (organization: Organization | undefined) =>
    organization?.must('POST', '/api/v2/oauth/clients', { name: 'Desk', authorizedGrantType: 'TOKEN', registeredRedirectUri: [REDIRECT] });
  const act = (client: { id: string }, target: Organization | undefined) => query(client, { response_type: 'token', target: target?.id as string });

  beforeAll(async () => {
    [home, customer] = [await organizationOn(server, database, 'Home'), await organizationOn(server, database, 'Customer')];
    engineer = await home.makePerson();
    await home.must('POST', `/api/v2/users/${engineer.id}/password`, { newPassword: PASSWORD });
    await makeTrust(customer, home, { users: [{ id: engineer.id, roleIds: [] }] });
  });

  it('B-10 a target gets the engineer a token for the customer, and back', async () => {
    const client = await implicit(home);
    const browser = openBrowser(server);
    const there = fragmentOf(await browser.signIn(act(client, customer), engineer.email, PASSWORD)).get('access_token') as string;
    const me = await meOf(there, 'token,trustors,organization');
    expect(me).toMatchObject({
      organization: { id: customer?.id },
      token: { organization: { id: customer?.id }, homeOrganization: { id: home?.id } },
      trustors: [{ id: customer?.id, enabled: true }],
    });
    const back = fragmentOf(await browser.get(act(client, home))).get('access_token') as string;
    expect((await meOf(back, 'token')).token).toMatchObject({ organization: { id: home?.id }, homeOrganization: { id: home?.id } });
  });

  it('a code and its refresh tokens go on for as long as the trust does, and a client of the customer serves as well', async () => {
    const client = await customer?.must('POST', '/api/v2/oauth/clients', { name: 'Web', authorizedGrantType: 'CODE', registeredRedirectUri: [REDIRECT] });
    const page = await openBrowser(server).signIn(query(client, { target: customer?.id as string }), engineer.email, PASSWORD);
    const first = await exchange(client, page);
    expect((await meOf(first.body.access_token, 'token')).token.organization.id).toBe(customer?.id);
    const refresh = (token: string) => askToken(server, client, { grant_type: 'refresh_token', refresh_token: token });
    const second = await refresh(first.body.refresh_token);
    expect((await meOf(second.body.access_token, 'token')).token.organization.id).toBe(customer?.id);
    await customer?.must('PUT', `/api/v2/orgauthorization/trustees/${home?.id}`, { enabled: false });
    expect((await refresh(second.body.refresh_token)).body).toMatchObject({ error: 'invalid_grant' });
    await customer?.must('PUT', `/api/v2/orgauthorization/trustees/${home?.id}`, { enabled: true });
  });

  it('nobody gets anywhere without a trust, or by a client of neither side, and it is not told what there is', async () => {
    const client = await implicit(home);
    const browser = openBrowser(server);
    await browser.signIn(query(client, { response_type: 'token' }), engineer.email, PASSWORD);
    const refused = async (target: string) => {
      const told = fragmentOf(await browser.get(query(client, { response_type: 'token', target })));
      return [told.get('error'), told.get('error_description'), told.get('access_token')];
    };
    const denied = ['access_denied', expect.stringContaining('trust'), null];
    expect(await refused(server.firstRun.organizationId)).toEqual(denied);
    expect(await refused('00000000-0000-4000-8000-000000000000')).toEqual(denied);
    const foreign = await implicit(await organizationOn(server, database, 'Foreign'));
    expect((await browser.signIn(query(foreign, { response_type: 'token' }), engineer.email, PASSWORD)).status).toBe(401);
    expect((await browser.signIn(act(foreign, customer), engineer.email, PASSWORD)).status).toBe(401);
  });

  it('whoever has one address and password in several says which, and is shown no more than those', async () => {
    const twin = await customer?.must('POST', '/api/v2/users', { name: 'Twin', email: engineer.email, password: PASSWORD });
    const uri = `${server.url}/console/`;
    const { challenge, verifier } = makeVerifier();
    const request = authorizeUrl({ client_id: CONSOLE, redirect_uri: uri, response_type: 'code', ...challenge });
    const browser = openBrowser(server);
    const choose = await browser.signIn(request, engineer.email, PASSWORD);
    expect(choose.status).toBe(200);
    const offered = [...choose.html.matchAll(/<option value="([^"]+)">/g)].map(([, id]) => id);
    expect(offered.sort()).toEqual([home?.id, customer?.id].sort());
    const page = await browser.submit({ email: engineer.email, password: PASSWORD, organization: customer?.id as string });
    const made = await askToken(server, { id: CONSOLE }, { grant_type: 'authorization_code', code: codeOf(page), redirect_uri: uri, code_verifier: verifier });
    expect((await meOf(made.body.access_token)).id).toBe(twin.id);
    const named = await openBrowser(server).signIn(request, engineer.email, PASSWORD, { organization: home?.shortName as string });
    expect(named.status).toBe(303);
    await customer?.must('DELETE', `/api/v2/users/${twin.id}`);
  });

  it('a clone is nobody to sign in as', async () => {
    const client = await implicit(customer);
    await database.client.query('insert into cloned_users select $1, $2, $3, u.id, now() from users u where u.org_id = $1 and u.email = $4', [
      customer?.id,
      home?.id,
      engineer.id,
      customer?.adminEmail,
    ]);
    await database.client.query('update users u set password_hash = e.password_hash from users e where e.id = $2 and u.org_id = $1', [
      customer?.id,
      engineer.id,
    ]);
    expect((await openBrowser(server).signIn(query(client, { response_type: 'token' }), customer?.adminEmail as string, PASSWORD)).status).toBe(401);
    await database.client.query('delete from cloned_users where org_id = $1', [customer?.id]);
  });
});

describe('the console', () => {
  const request = (redirect: string) => authorizeUrl({ client_id: CONSOLE, redirect_uri: redirect, response_type: 'code', ...makeVerifier().challenge });

  it('is a client of every organization, at the server’s own address', async () => {
    const page = await openBrowser(server).signIn(request(`${server.url}/console/`), server.firstRun.adminEmail, server.firstRun.adminPassword);
    expect(page.location.href.startsWith(`${server.url}/console/?code=`)).toBe(true);
    for (const elsewhere of [`${server.url}/console/x`, `${server.url}/`, 'http://localhost:1/console/', 'https://evil.example/console/'])
      expect((await openBrowser(server).get(request(elsewhere))).status, elsewhere).toBe(400);
  });

  it('can be disabled by an organization for itself, and neither deleted nor given a secret', async () => {
    const path = `/api/v2/oauth/clients/${CONSOLE}`;
    const { body } = await server.request('GET', path);
    const change = (more: Json) => server.request('PUT', path, { body: { ...body, ...more } });
    const enter = async () => {
      const { location } = await openBrowser(server).signIn(request(`${server.url}/console/`), server.firstRun.adminEmail, server.firstRun.adminPassword);
      return location.searchParams.get('error') ?? 'in';
    };
    expect((await change({ state: 'disabled' })).status).toBe(200);
    expect(await enter()).toBe('unauthorized_client');
    expect((await change({ state: 'active' })).status).toBe(200);
    expect(await enter()).toBe('in');
    const others = [await change({ authorizedGrantType: 'CODE' }), await server.request('DELETE', path), await server.request('POST', `${path}/secret`)];
    expect(others.map(({ status }) => status)).toEqual([409, 409, 409]);
  });
});

it('answers programs in browsers of any origin', async () => {
  const ask = (path: string) =>
    fetch(server.url + path, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });
  for (const path of ['/login/oauth/token', '/api/api/v2/users/me']) {
    const answer = await ask(path);
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    expect(answer.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('authorization');
  }
});
