import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCaller } from './access-callers.ts';
import { E } from './directory.ts';
import { type Server, startServer } from './server.ts';

const ALLOWED = 5;
let server: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: String(ALLOWED), LIAISON_CORS_ORIGINS: 'https://app.example' });
});
afterAll(() => server.stop());

it('a token has so many requests a minute, and is told how many', async () => {
  const { token, clientId, secret } = await makeCaller(server, ['externalContacts:contact:view']);
  const ask = (one = token) => server.request('GET', `${E}/contacts`, { token: one });
  for (let count = 1; count <= ALLOWED; count += 1) {
    const { status, headers } = await ask();
    expect(status).toBe(200);
    expect(headers.get('inin-ratelimit-count')).toBe(String(count));
    expect(headers.get('inin-ratelimit-allowed')).toBe(String(ALLOWED));
    expect(Number(headers.get('inin-ratelimit-reset'))).toBeGreaterThan(0);
    expect(Number(headers.get('inin-ratelimit-reset'))).toBeLessThanOrEqual(60);
  }
  const { status, headers, body } = await ask();
  expect(status).toBe(429);
  const seconds = headers.get('retry-after');
  expect(Number(seconds)).toBeGreaterThan(0);
  expect(Number(seconds)).toBeLessThanOrEqual(60);
  expect(headers.get('inin-ratelimit-count')).toBe(String(ALLOWED + 1));
  expect(body).toEqual({
    message: `Rate limit exceeded the maximum. Retry the request in [${seconds}] seconds`,
    code: 'too.many.requests.retry.after',
    status: 429,
    messageWithParams: 'Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds',
    messageParams: { seconds },
    contextId: headers.get('ININ-Correlation-Id'),
    details: [],
    errors: [],
  });
  // Another token of the same client counts for itself.
  expect((await ask(await server.tokenFor(clientId, secret))).status).toBe(200);
});

it('under /v1 every answer tells of it in the words of that API', async () => {
  const { token } = await makeCaller(server, ['externalContacts:externalOrganization:view']);
  const ask = () => server.request('GET', '/v1/organizations', { token });
  for (let left = ALLOWED - 1; left >= 0; left -= 1) {
    const { status, headers } = await ask();
    expect([status, headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')]).toEqual([200, String(ALLOWED), String(left)]);
  }
  const { status, headers, body } = await ask();
  expect([status, body]).toEqual([429, { message: 'Too Many Requests', documentation_url: 'https://developer.xurrent.com/v1/#rate-limiting' }]);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(headers.get('x-ratelimit-remaining')).toBe('0');
  expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000 - 1);
});

it('what is refused counts as well', async () => {
  const { token } = await makeCaller(server, ['externalContacts:contact:view']);
  const statuses: number[] = [];
  for (let count = 0; count <= ALLOWED; count += 1) statuses.push((await server.request('POST', `${E}/contacts`, { token, body: {} })).status);
  expect(statuses).toEqual([...Array(ALLOWED).fill(403), 429]);
});

it('the first client has no limit', async () => {
  for (let count = 0; count < ALLOWED * 3; count += 1) expect((await server.request('GET', `${E}/contacts`)).status).toBe(200);
});

it('browsers ask from the origins that are named only', async () => {
  const from = async (origin: string) => (await server.request('GET', `${E}/contacts`, { headers: { origin } })).headers.get('access-control-allow-origin');
  expect(await from('https://app.example')).toBe('https://app.example');
  expect(await from('https://evil.example')).toBeNull();
});
