// Signing in at the page, and what the client gets for it: codes, tokens, refresh tokens; sessions, hints and logging out.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeUser, must, unique } from './access-callers.ts';
import { type Json, type Server, startServer } from './server.ts';
import { askToken, authorizeUrl, fragmentOf, makeVerifier, openBrowser } from './signing-in.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
});
afterAll(() => server.stop());

const REDIRECT = 'https://app.example/callback?of=them';
const PASSWORD = 'correct horse battery';

async function makeOAuthClient(grantType: string, more: Json = {}): Promise<{ id: string; secret: string }> {
  const body = { name: unique('App'), authorizedGrantType: grantType, registeredRedirectUri: [REDIRECT], ...more };
  return must(server, 'POST', '/api/v2/oauth/clients', body);
}
const person = () => makeUser(server, { password: PASSWORD });
const query = (client: { id: string }, more: Record<string, string> = {}) =>
  authorizeUrl({ client_id: client.id, redirect_uri: REDIRECT, response_type: 'code', state: 'a b%2F&c', ...more });

describe('the authorization code', () => {
  it('goes to the address of a client with a secret, which gets a token of the user and a refresh token for it', async () => {
    const [client, user, browser] = [await makeOAuthClient('CODE'), await person(), openBrowser(server)];
    const { status, location } = await browser.signIn(query(client), user.email, PASSWORD);
    expect(status).toBe(303);
    expect(location.href.startsWith(`${REDIRECT}&code=`)).toBe(true);
    expect(location.searchParams.get('state')).toBe('a b%2F&c');
    const code = location.searchParams.get('code') as string;
    const made = await askToken(server, client, { grant_type: 'authorization_code', code, redirect_uri: REDIRECT });
    expect(made.body).toEqual({ access_token: expect.any(String), token_type: 'bearer', expires_in: 86_400, refresh_token: expect.any(String) });
    expect((await server.request('GET', '/api/v2/users/me', { token: made.body.access_token })).body.id).toBe(user.id);
    const next = await askToken(server, client, { grant_type: 'refresh_token', refresh_token: made.body.refresh_token });
    expect((await server.request('GET', '/api/v2/users/me', { token: next.body.access_token })).body.id).toBe(user.id);
    expect(next.body.refresh_token).not.toBe(made.body.refresh_token);
  });

  it('goes with a verifier in place of a secret, and brings no refresh token', async () => {
    const { verifier, challenge } = makeVerifier();
    const [client, user, browser] = [await makeOAuthClient('PKCE'), await person(), openBrowser(server)];
    const { location } = await browser.signIn(query(client, challenge), user.email, PASSWORD);
    const form = { grant_type: 'authorization_code', code: location.searchParams.get('code') as string, redirect_uri: REDIRECT, code_verifier: verifier };
    const made = await askToken(server, { id: client.id }, form);
    expect(made.body).toEqual({ access_token: expect.any(String), token_type: 'bearer', expires_in: 86_400 });
  });
});

it('gives a token at once, in the fragment, to a client of the implicit kind', async () => {
  const [client, user, browser] = [await makeOAuthClient('TOKEN'), await person(), openBrowser(server)];
  const page = await browser.signIn(query(client, { response_type: 'token' }), user.email, PASSWORD);
  expect(Object.fromEntries(fragmentOf(page))).toEqual({
    access_token: expect.stringMatching(/^[\w-]+$/),
    expires_in: '86400',
    token_type: 'bearer',
    state: 'a b%2F&c',
  });
});
