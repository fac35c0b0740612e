// The API reference: a page that a browser can open, and that speaks to nobody but this server.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

test.each(['/docs', '/docs/'])('%s shows the page', async (path) => {
  const response = await fetch(server.url + path);
  expect(response.status).toBe(200);
  expect(response.url).toBe(`${server.url}/docs/`);
  expect(response.headers.get('content-type')).toContain('text/html');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
  const page = await response.text();
  expect(page).toContain('/openapi.json');
  expect(page).not.toMatch(/(src|href)="https?:/);
});

test('its script comes from this server', async () => {
  const page = await (await fetch(`${server.url}/docs/`)).text();
  const script = /<script src="([^"]+)"/.exec(page)?.[1];
  const response = await fetch(new URL(script as string, `${server.url}/docs/`));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('javascript');
  expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(100_000);
});

test('the contract is served as it is', async () => {
  const response = await fetch(`${server.url}/openapi.json`);
  expect(response.status).toBe(200);
  expect(((await response.json()) as { openapi: string }).openapi).toBe('3.1.0');
});
