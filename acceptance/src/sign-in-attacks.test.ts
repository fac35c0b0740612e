// What is tried against signing in: each refused with the right error, and to be seen in the audit.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeUser, must, unique } from './access-callers.ts';
import { type DatabaseOf, databaseOf } from './database-of.ts';
import { makeOrganization } from './other-organization.ts';
import { type Json, type Server, startServer } from './server.ts';
import { askToken, authorizeUrl, type Browser, codeOf, makeOAuthClient, makeVerifier, openBrowser, PASSWORD } from './signing-in.ts';

let server: Server;
let database: DatabaseOf;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  database = await databaseOf(server);
});
afterAll(async () => {
  await database.client.end();
  await server.stop();
});

const REDIRECT = 'https://app.example/callback';

interface Client {
  id: string;
  secret: string;
}
const makeApp = (grantType: string, more: Json = {}): Promise<Client> => makeOAuthClient(server, grantType, REDIRECT, more);
const query = (client: { id: string }, more: Record<string, string> = {}) =>
  authorizeUrl({ client_id: client.id, redirect_uri: REDIRECT, response_type: 'code', ...more });
const redeem = (client: { id: string; secret?: string }, code: string, more: Record<string, string> = {}) =>
  askToken(server, client, { grant_type: 'authorization_code', code, redirect_uri: REDIRECT, ...more });
const refresh = (client: Client, token: string) => askToken(server, client, { grant_type: 'refresh_token', refresh_token: token });
const counts = async (token: string) => (await server.request('HEAD', '/api/v2/tokens/me', { token })).status === 200;
const INVALID_GRANT = { status: 400, body: { error: 'invalid_grant', description: expect.any(String), error_description: expect.any(String) } };

/** What the audit has of a kind about a record: what was done, and why it was refused. */
async function audited(kind: 'signIn' | 'token', recordId: string): Promise<string[]> {
  const { entities } = await must(server, 'GET', `/liaison/v1/audits?entityType=${kind}&entityId=${recordId}`);
  return entities.map(({ action, changes }: Json) => {
    const reason = changes.find(({ field }: Json) => field === '$.reason');
    return [action, ...(reason ? [reason.after] : [])].join(': ');
  });
}

let client: Client;
let user: { id: string; email: string };
let browser: Browser;
/** Of what one network does, the audit has no more than so much a minute. */
let addresses = 0;
beforeEach(async () => {
  client = await makeApp('CODE');
  user = await makeUser(server, { password: PASSWORD });
  addresses += 1;
  browser = openBrowser(server, `192.0.2.${addresses}`);
});
const signIn = (more: Record<string, string> = {}) => browser.signIn(query(client, more), user.email, PASSWORD);

describe('a code', () => {
  it('that is used a second time ends what the first use gave', async () => {
    const code = codeOf(await signIn());
    const first = await redeem(client, code);
    expect(await redeem(client, code)).toEqual(INVALID_GRANT);
    expect(await counts(first.body.access_token)).toBe(false);
    expect(await refresh(client, first.body.refresh_token)).toEqual(INVALID_GRANT);
    expect(await audited('token', user.id)).toContain('refuse: the code was used before');
  });

  it('that several use at once gives a token that counts to none but the first, if at all', async () => {
    const code = codeOf(await signIn());
    const answers = await Promise.all(Array.from({ length: 8 }, () => redeem(client, code)));
    const given = answers.filter(({ status }) => status === 200);
    expect(given.length).toBeLessThan(2);
    for (const { body } of given) expect(await counts(body.access_token)).toBe(false);
  });

  it('that was stolen is of no use to another client, at another address, without the secret or the verifier', async () => {
    const { verifier, challenge } = makeVerifier();
    const thief = await makeApp('CODE');
    const attempts: [more: Record<string, string>, by: (code: string) => Promise<unknown>, reason: string][] = [
      [{}, (code) => redeem(thief, code), 'the code was given to another client'],
      [{}, (code) => redeem(client, code, { redirect_uri: `${REDIRECT}/` }), 'the redirect_uri is not the one that the code was sent to'],
      [{}, (code) => redeem({ id: client.id }, code), 'the client has to authenticate'],
      [{}, (code) => redeem({ id: client.id }, code, { code_verifier: verifier }), 'the code was asked for without a code_challenge'],
      [challenge, (code) => redeem({ id: client.id }, code), 'the code_verifier does not go with the code_challenge'],
      [challenge, (code) => redeem(client, code, { code_verifier: makeVerifier().verifier }), 'the code_verifier does not go with the code_challenge'],
    ];
    for (const [more, by, reason] of attempts) {
      const code = codeOf(await browser.signIn(query(client, { prompt: 'login', ...more }), user.email, PASSWORD));
      expect(await by(code), reason).toEqual(INVALID_GRANT);
      // It was used up by that: who is in between gains no second try.
      expect(await redeem(client, code, { code_verifier: verifier })).toEqual(INVALID_GRANT);
      expect(await audited('token', user.id)).toContain(`refuse: ${reason}`);
    }
    expect(await redeem({ ...client, secret: 'wrong' }, codeOf(await browser.get(query(client))))).toMatchObject({
      status: 400,
      body: { error: 'invalid_client' },
    });
  });

  it('that is older than a minute, or none at all, gives nothing', async () => {
    const code = codeOf(await signIn());
    await database.client.query("update authorizations set code_expires_at = now() - interval '1 second' where user_id = $1", [user.id]);
    expect(await redeem(client, code)).toEqual(INVALID_GRANT);
    expect(await audited('token', user.id)).toContain('refuse: the code has expired');
    for (const none of ['x', '\u0000', code.slice(0, -1), 'A'.repeat(code.length)]) expect(await redeem(client, none)).toEqual(INVALID_GRANT);
  });

  it('of a client that was deleted gives nothing', async () => {
    const code = codeOf(await signIn());
    const before = await redeem(client, codeOf(await browser.get(query(client))));
    await must(server, 'DELETE', `/api/v2/oauth/clients/${client.id}`);
    expect(await redeem(client, code)).toMatchObject({ status: 400, body: { error: 'invalid_client', description: 'client not found' } });
    expect(await counts(before.body.access_token)).toBe(false);
  });
});

describe('a refresh token', () => {
  it('that comes a second time ends all that came of it', async () => {
    const first = await redeem(client, codeOf(await signIn()));
    const second = await refresh(client, first.body.refresh_token);
    expect(await refresh(client, first.body.refresh_token)).toEqual(INVALID_GRANT);
    expect([await counts(first.body.access_token), await counts(second.body.access_token)]).toEqual([false, false]);
    expect(await refresh(client, second.body.refresh_token)).toEqual(INVALID_GRANT);
    expect(await audited('token', user.id)).toContain('refuse: the refresh token was used before');
  });

  it('that was stolen is of no use to another client, and not used up by it', async () => {
    const first = await redeem(client, codeOf(await signIn()));
    expect(await refresh(await makeApp('CODE'), first.body.refresh_token)).toEqual(INVALID_GRANT);
    expect(await refresh({ ...client, secret: '' }, first.body.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_client' } });
    expect((await refresh(client, first.body.refresh_token)).status).toBe(200);
    expect(await audited('token', user.id)).toContain('refuse: the refresh token cannot be used by this client any more');
  });

  it('goes with the token that is given back', async () => {
    const first = await redeem(client, codeOf(await signIn()));
    await must(server, 'DELETE', '/api/v2/tokens/me', undefined, first.body.access_token);
    expect(await refresh(client, first.body.refresh_token)).toEqual(INVALID_GRANT);
  });
});

describe('a redirect', () => {
  it.each([
    'https://evil.example/callback',
    'https://app.example/callback/',
    'https://app.example/callback?next=https://evil.example',
    'https://app.example/callback#x',
    'https://app.example/callback/../evil',
    'https://app.example@evil.example/callback',
    'HTTPS://app.example/callback',
    'http://app.example/callback',
    '//evil.example/callback',
    '/callback',
    'javascript:alert(1)',
    '',
  ])('to %s, which is not registered, is not made', async (uri) => {
    for (const more of [{}, { response_type: 'token' }, { response_type: 'none' }, { prompt: 'none' }]) {
      const page = await browser.get(query(client, { redirect_uri: uri, ...more }));
      expect([page.status, page.location.href]).toEqual([400, 'none:']);
    }
    if (uri !== '') expect(await audited('signIn', client.id)).toContain('refuse: redirect_uri is not registered for this client');
  });

  it('to a script is not made even where it was registered', async () => {
    const odd = ['javascript:alert(1)', 'data:text/html,x', 'https://app.example/#x'];
    const careless = await makeApp('CODE', { registeredRedirectUri: odd });
    for (const uri of odd) expect((await browser.get(query(careless, { redirect_uri: uri }))).status).toBe(400);
  });

  it('is not made for an unknown client, and none of its parameters counts twice', async () => {
    for (const id of ['', 'nobody', '00000000-0000-4000-8000-000000000000', '\u0000']) expect((await browser.get(query({ id }))).status, id).toBe(400);
    const twice = await browser.get(`${query(client)}&state=a&state=b`);
    expect([twice.status, twice.location.searchParams.get('error')]).toEqual([302, 'invalid_request']);
    const first = await browser.get(`${query(client)}&redirect_uri=https://evil.example/`);
    expect(first.location.host).not.toBe('evil.example');
  });

  it('takes what is asked for as it is, and no more headers', async () => {
    const uri = 'https://app.example/zurück?of=a%20b';
    const odd = await makeApp('CODE', { registeredRedirectUri: [uri] });
    const page = await browser.get(query(odd, { redirect_uri: uri, state: 'a\r\nSet-Cookie: x=y', prompt: 'none' }));
    expect(page.headers.get('location')).toBe(
      'https://app.example/zur%C3%BCck?of=a%20b&error=login_required&error_description=nobody%20is%20signed%20in%20that%20this%20could%20be%20for&state=a%0D%0ASet-Cookie%3A%20x%3Dy',
    );
  });
});

describe('a browser', () => {
  it('that brings a session which somebody prepared gets another, and the prepared one leads nowhere', async () => {
    const attacker = await makeUser(server, { password: PASSWORD });
    const theirs = openBrowser(server);
    await theirs.signIn(query(client), attacker.email, PASSWORD);
    const fixed = theirs.cookies.get('liaison_session') as string;
    browser.cookies.set('liaison_session', fixed);
    await signIn({ prompt: 'login' });
    expect(browser.cookies.get('liaison_session')).not.toBe(fixed);
    expect((await theirs.get(query(client))).status).toBe(200);
    expect(await audited('signIn', user.id)).toEqual(['create']);
    for (const made of ['x', 'A'.repeat(64), `${fixed}x`, '%00']) {
      browser.cookies.set('liaison_session', made);
      expect((await browser.get(query(client))).status).toBe(200);
    }
  });

  it('that is made to post by another site is not signed in', async () => {
    const fields = { email: user.email, password: PASSWORD };
    const page = await browser.get(query(client));
    const crossed = [
      await browser.submit({ ...fields, csrf: 'A'.repeat(43) }),
      await browser.submit({ ...fields, csrf: '' }),
      await browser.submit(fields, { 'sec-fetch-site': 'cross-site' }),
      await browser.submit(fields, { 'sec-fetch-site': 'same-site' }),
      await browser.submit(fields, { cookie: '' }),
    ];
    expect(crossed.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect(browser.cookies.has('liaison_session')).toBe(false);
    expect(await audited('signIn', client.id)).toContain('refuse: the form was not sent by the page of this server');
    expect((await browser.submit(fields, { 'sec-fetch-site': 'same-origin' })).status).toBe(303);
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('x-frame-options')).toBe('DENY');
  });
});

describe('a password', () => {
  const tries = async (email: string, count: number, address: string, password = 'wrong') => {
    const statuses: number[] = [];
    for (let i = 0; i < count; i += 1) statuses.push((await openBrowser(server, address).signIn(query(client), email, password)).status);
    return statuses;
  };
  const later = (seconds: number) =>
    database.client.query(
      "update sign_in_attempts set tried_at = tried_at - $1 * interval '1 second', blocked_until = blocked_until - $1 * interval '1 second'",
      [seconds],
    );

  it('can be tried ten times from wherever, then after ever longer pauses, also by who knows it', async () => {
    expect(await tries(user.email, 5, '198.51.100.7')).toEqual(Array(5).fill(401));
    expect(await tries(user.email.toUpperCase(), 5, '198.51.100.8')).toEqual(Array(5).fill(401));
    const blocked = await openBrowser(server, '198.51.100.9').signIn(query(client), user.email, PASSWORD);
    expect([blocked.status, blocked.html]).toEqual([429, expect.stringContaining('That was tried too often')]);
    const pauses = [Number(blocked.headers.get('retry-after'))];
    for (let i = 0; i < 6; i += 1) {
      await later((pauses.at(-1) as number) + 1);
      expect(await tries(user.email, 1, '198.51.100.7')).toEqual([401]);
      const next = await openBrowser(server).signIn(query(client), user.email, PASSWORD);
      pauses.push(Number(next.headers.get('retry-after')));
    }
    expect(pauses.map((pause) => Math.round(pause / 10) * 10)).toEqual([30, 60, 120, 240, 480, 900, 900]);
    expect((await audited('signIn', user.id)).filter((entry) => entry === 'refuse: wrong password')).toHaveLength(16);
    await later(1000);
    expect(await tries(user.email, 1, '198.51.100.7', PASSWORD)).toEqual([303]);
    // From then on it begins anew.
    expect(await tries(user.email, 1, '198.51.100.7')).toEqual([401]);
  });

  it('is tried as slowly for an address that nobody has, with the same answers', async () => {
    const nobody = `${unique('nobody').replace(' ', '')}@example.com`;
    expect(await tries(nobody, 11, '198.51.100.7')).toEqual([...Array(10).fill(401), 429]);
    expect((await audited('signIn', client.id)).filter((entry) => entry === 'refuse: unknown user')).toHaveLength(10);
  });

  it('cannot be tried more often by who has the same address in an organization of his own', async () => {
    const { challenge } = makeVerifier();
    const console = { client_id: 'c0150e00-0000-4000-8000-000000000000', redirect_uri: `${server.url}/console/`, response_type: 'code', ...challenge };
    const other = await makeOrganization(server, unique('Other'));
    const token = await server.tokenFor(other.clientId, other.clientSecret);
    await must(server, 'POST', '/api/v2/users', { name: 'Twin', email: user.email, password: 'known to the attacker' }, token);
    const enter = async (password: string) => (await browser.signIn(authorizeUrl({ ...console, prompt: 'login' }), user.email, password)).status;
    for (let i = 0; i < 9; i += 1) expect([await enter('wrong'), await enter('known to the attacker')]).toEqual([401, 303]);
    expect(await enter('wrong')).toBe(429);
  });

  it('cannot be tried all at once', async () => {
    const statuses = await Promise.all(Array.from({ length: 15 }, async () => (await tries(user.email, 1, '198.51.100.7'))[0]));
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
  });

  it('cannot be tried for ever more people from one network', async () => {
    const [network, other] = ['2001:db8:1:2', '2001:db8:1:3'];
    await tries('first@example.com', 1, `${network}::1`);
    // 98 more of them.
    await database.client.query("update sign_in_attempts set failures = 99 where key = sha256(convert_to('network 32.1.13.184.0.1.0.2', 'UTF8'))");
    expect(await tries('second@example.com', 1, `${network}::2`)).toEqual([401]);
    expect(await tries('third@example.com', 1, `${network}:ffff::3`)).toEqual([429]);
    expect(await tries(user.email, 1, `${network}::1`, PASSWORD)).toEqual([429]);
    expect(await tries(user.email, 1, `${other}::1`, PASSWORD)).toEqual([303]);
  });
});

it('tokens can be asked for fifty at once, and not without end from one address', async () => {
  const ask = () =>
    fetch(`${server.url}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': '203.0.113.5' },
      body: 'grant_type=none',
    });
  const told: Json[] = [];
  for (let i = 0; i < 13; i += 1) told.push(...(await Promise.all(Array.from({ length: 50 }, async () => (await ask()).json()))));
  expect(told.slice(0, 600).filter(({ error }) => error !== 'unsupported_grant_type')).toEqual([]);
  const last = await ask();
  expect([last.status, await last.json()]).toEqual([
    400,
    expect.objectContaining({ error: 'invalid_request', description: expect.stringContaining('rate limit exceeded') }),
  ]);
  expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
});

it('no input of whatever kind is a fault of the server', async () => {
  const odd = ['', '\u0000', '\ufffd', 'a'.repeat(5000), '%', '%zz', '[object Object]', '🦄', "' or 1=1 --", '../..', '\r\n'];
  const names = ['client_id', 'redirect_uri', 'response_type', 'state', 'code_challenge', 'scope', 'prompt', 'login_hint', 'target', 'org', 'provider'];
  for (const value of odd) {
    for (const name of names) {
      const page = await browser.get(query(client, { [name]: value }));
      expect([name, value, page.status < 500]).toEqual([name, value, true]);
    }
    await browser.get(query(client));
    const entered = await browser.submit({ email: `x${value}@example.com`, password: value, organization: value }, { 'accept-language': 'de;q=x,,;' });
    expect([value, entered.status]).toEqual([value, value === '' ? 400 : 401]);
    const raw = await fetch(`${server.url}/oauth/authorize?client_id=${client.id}&redirect_uri=%&state=%zz&x`, { redirect: 'manual' });
    expect(raw.status).toBe(400);
    for (const grant of ['authorization_code', 'refresh_token']) {
      const { status } = await askToken(server, client, { grant_type: grant, code: value, refresh_token: value, redirect_uri: value, code_verifier: value });
      expect(status).toBe(400);
    }
    expect((await browser.get(`/logout?${new URLSearchParams({ client_id: value, redirect_uri: value })}`)).status).toBeLessThan(500);
  }
});
