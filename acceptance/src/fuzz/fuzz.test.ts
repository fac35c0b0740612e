// No request breaks the server or gets an answer that the contract does not have (G1). The long run is `npm run fuzz`.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Server, startServer } from '../server.ts';
import { fuzz, report } from './fuzz.ts';

let server: Server;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

test('10,000 requests of a known seed', async () => {
  const result = await fuzz(server, { seed: 1, requests: 10_000 });
  expect(report(result)).toBe('');
  expect(result.requests).toBe(10_000);
  // A generator that only ever meets refusals would test refusals only.
  expect(result.succeeded.size).toBeGreaterThan(result.operations * 0.9);
}, 90_000);

test('500 requests of a new seed', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`fuzz: --seed ${seed}`);
  // One of its own, for the other has as many schemas as it may by now.
  const fresh = await startServer();
  expect(report(await fuzz(fresh, { seed, requests: 500 }).finally(() => fresh.stop()))).toBe('');
}, 30_000);
