// No request breaks the server or gets an answer that the contract does not have (G1). The long run is `npm run fuzz`.
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../server.ts';
import { CARE } from '../trust-walk.ts';
import { fuzz, report } from './fuzz.ts';

/** One for each run: a run leaves quotas used up. */
async function newServer() {
  const server = await startServer(CARE);
  onTestFinished(async () => void (await server.stop()));
  return server;
}

test('10,000 requests of a known seed', async () => {
  const result = await fuzz(await newServer(), { seed: 1, requests: 10_000 });
  expect(report(result)).toBe('');
  expect(result.requests).toBe(10_000);
  // A generator that only ever meets refusals would test refusals only.
  expect(result.succeeded.size).toBeGreaterThan(result.operations * 0.88);
  expect(result.refused.filter((id) => /Merge$|Unmerge$|Enrich$|Observe$/.test(id) && !id.includes('Bulk') && !id.includes('Organizations'))).toEqual([]);
}, 120_000);

test('500 requests of a new seed', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`fuzz: --seed ${seed}`);
  expect(report(await fuzz(await newServer(), { seed, requests: 500 }))).toBe('');
}, 30_000);
