import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, must, unique } from './access-callers.ts';
import { type Server, startServer } from './server.ts';

const require = createRequire(import.meta.url);
let server: Server;

beforeAll(async () => {
  server = await startServer();
}, 60_000);
afterAll(() => server.stop());

const post = (body: string, headers: Record<string, string> = {}, path = '/oauth/token') =>
  fetch(server.url + path, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body });
const basic = (id: string, secret: string) => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` });

describe('POST /oauth/token', () => {
  it('gives a token for Basic credentials', async () => {
    const answer = await post('grant_type=client_credentials', basic(server.firstRun.clientId, server.firstRun.clientSecret));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const body = await answer.json();
    expect(body).toEqual({ access_token: expect.stringMatching(/^[\w-]{32,}$/), token_type: 'bearer', expires_in: 86_400 });
  });

  it('takes credentials in the form, in JSON, and under a path of the gateway', async () => {
    const { clientId, clientSecret } = server.firstRun;
    const form = `grant_type=client_credentials&client_id=${clientId}&client_secret=${clientSecret}`;
    expect((await post(form)).status).toBe(200);
    expect((await post(form, {}, '/login/oauth/token')).status).toBe(200);
    const json = JSON.stringify({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
    expect((await post(json, { 'content-type': 'application/json' })).status).toBe(200);
  });

  it.each([
    ['a wrong secret', 'grant_type=client_credentials', () => basic(server.firstRun.clientId, 'wrong'), 'invalid_client', 'authentication failed'],
    ['an unknown client', 'grant_type=client_credentials', () => basic('00000000-0000-4000-8000-000000000000', 'x'), 'invalid_client', 'client not found'],
    ['a client id that can be none', 'grant_type=client_credentials', () => basic('nobody', 'x'), 'invalid_client', 'client not found'],
    ['no credentials', 'grant_type=client_credentials', () => ({}), 'invalid_request', 'client credentials are required'],
    ['no grant type', '', () => ({}), 'invalid_request', 'grant_type is required'],
    ['passwords', 'grant_type=password', () => ({}), 'unsupported_grant_type', 'the grant type password is not supported'],
    ['SAML', 'grant_type=urn:ietf:params:oauth:grant-type:saml2-bearer', () => ({}), 'unsupported_grant_type', expect.any(String)],
  ])('answers 400 to %s', async (_, form, headers, error, description) => {
    const answer = await post(form, headers() as Record<string, string>);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({ error, description, error_description: description });
  });

  it('refuses clients of another grant type, and disabled ones', async () => {
    const web = await must(server, 'POST', '/api/v2/oauth/clients', {
      name: unique('Web'),
      authorizedGrantType: 'CODE',
      registeredRedirectUri: ['https://example.com/back'],
    });
    expect(await (await post('grant_type=client_credentials', basic(web.id, web.secret))).json()).toMatchObject({ error: 'unauthorized_client' });
    const off = await must(server, 'POST', '/api/v2/oauth/clients', { name: unique('Off'), authorizedGrantType: 'CLIENT-CREDENTIALS', state: 'disabled' });
    expect(off.authorizedGrantType).toBe('CLIENT-CREDENTIALS');
    expect(await (await post('grant_type=client_credentials', basic(off.id, off.secret))).json()).toMatchObject({ error: 'unauthorized_client' });
  });

  it('reads forms here and nowhere else', async () => {
    const answer = await fetch(`${server.url}/api/v2/authorization/roles`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await server.token()}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'name=x',
    });
    expect(answer.status).toBe(415);
  });
});

describe('a token', () => {
  it('is asked for, and must be one', async () => {
    const without = await server.request('GET', '/api/v2/users/me', { token: null });
    expect([without.status, without.body.code]).toEqual([401, 'authentication.required']);
    for (const token of ['nonsense', `${(await server.token()).slice(0, -3)}AAA`, 'A'.repeat(54), '%'.repeat(54)]) {
      const wrong = await server.request('GET', '/api/v2/users/me', { token });
      expect([wrong.status, wrong.body.code]).toEqual([401, 'bad.credentials']);
    }
  });

  it('of a client has no user, and says what it stands for', async () => {
    expect((await server.request('GET', '/api/v2/users/me')).body.code).toBe('not.a.user');
    const { body } = await server.request('GET', '/api/v2/tokens/me');
    const organization = { id: server.firstRun.organizationId, name: 'My organization' };
    expect(body).toMatchObject({
      organization,
      homeOrganization: organization,
      OAuthClient: { id: server.firstRun.clientId, name: 'First client', organization },
    });
  });

  it('ends with DELETE tokens/me, on the very next request', async () => {
    const caller = await makeCaller(server, ['directory:user:view']);
    for (let i = 0; i < 3; i += 1) expect((await server.request('HEAD', '/api/v2/tokens/me', { token: caller.token })).status).toBe(200);
    expect((await server.request('DELETE', '/api/v2/tokens/me', { token: caller.token })).status).toBe(200);
    const after = await server.request('GET', '/api/v2/tokens/me', { token: caller.token });
    expect([after.status, after.body.code]).toEqual([401, 'bad.credentials']);
    expect((await server.request('HEAD', '/api/v2/tokens/me', { token: caller.token })).status).toBe(401);
  });

  it('is good for so many requests a minute', async () => {
    const caller = await makeCaller(server, ['directory:user:view']);
    let last = await server.request('GET', '/api/v2/tokens/me', { token: caller.token });
    for (let i = 1; i <= 300; i += 1) last = await server.request('GET', '/api/v2/tokens/me', { token: caller.token });
    expect([last.status, last.body.code, last.body.status]).toEqual([429, 'too.many.requests.retry.after', 429]);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('lives as long as its client says', async () => {
    const client = await must(server, 'POST', '/api/v2/oauth/clients', {
      name: unique('Short'),
      authorizedGrantType: 'CLIENT_CREDENTIALS',
      accessTokenValiditySeconds: 300,
    });
    expect(await (await post('grant_type=client_credentials', basic(client.id, client.secret))).json()).toMatchObject({ expires_in: 300 });
  });
});

describe.each(['purecloud-newest', 'purecloud-platform-client-v2'])('the official client %s', (name) => {
  it.each([{}, { path_params_login: 'login', path_params_api: 'api' }])('signs in and asks around by a gateway with %j', async (prefixes) => {
    const sdk = require(name);
    const client = sdk.ApiClient.instance;
    client.setGateway({ host: '127.0.0.1', port: server.port, protocol: 'http', ...prefixes });
    await client.loginClientCredentialsGrant(server.firstRun.clientId, server.firstRun.clientSecret);
    expect((await new sdk.TokensApi().getTokensMe()).organization.id).toBe(server.firstRun.organizationId);
    expect(await new sdk.OrganizationApi().getOrganizationsMe()).toMatchObject({ defaultCountryCode: 'US', version: expect.any(Number) });
    expect(await new sdk.AuthorizationApi().getAuthorizationDivisionsHome()).toMatchObject({ homeDivision: true });
    expect(await new sdk.AuthorizationApi().getAuthorizationProducts()).toMatchObject({ total: 1, entities: [{ id: expect.any(String) }] });
    const users = await new sdk.UsersApi().getUsers({ pageSize: 5, expand: ['groups', 'authorization'] });
    expect(users.entities[0]).toMatchObject({ email: 'admin@liaison.local', division: { name: 'Home' } });
    await expect(new sdk.UsersApi().getUsersMe()).rejects.toMatchObject({ code: 'not.a.user', status: 400 });
    client.setAccessToken('nonsense');
    await expect(new sdk.TokensApi().getTokensMe()).rejects.toMatchObject({ code: 'bad.credentials' });
  });
});
