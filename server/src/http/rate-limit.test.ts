import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRateLimit } from './rate-limit.ts';

test('a key has so many requests a minute, whatever the others do', () => {
  const requests = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), waitMs: fc.integer({ min: 0, max: 40_000 }) }), { maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), requests, (allowed, script) => {
      let now = 0;
      const limit = createRateLimit(() => now);
      const model = new Map<string, { begun: number; count: number }>();
      for (const { key, waitMs } of script) {
        now += waitMs;
        let window = model.get(key);
        if (!window || now - window.begun >= 60_000) window = { begun: now, count: 0 };
        window.count += 1;
        model.set(key, window);
        const state = limit.count(key, allowed);
        expect(state).toEqual({ count: window.count, allowed, reset: Math.ceil((window.begun + 60_000 - now) / 1000), exceeded: window.count > allowed });
        expect(state.reset).toBeGreaterThan(0);
        expect(state.reset).toBeLessThanOrEqual(60);
      }
    }),
  );
});

test('0 is no limit', () => {
  const limit = createRateLimit(() => 0);
  for (let count = 1; count <= 1000; count += 1) expect(limit.count('a', 0)).toMatchObject({ count, exceeded: false });
});

test('keys whose minute is over are forgotten, others are not', () => {
  let now = 0;
  const limit = createRateLimit(() => now);
  for (let key = 0; key <= 10_000; key += 1) limit.count(`old ${key}`, 1);
  now = 30_000;
  limit.count('kept', 1);
  now = 61_000;
  limit.count('new', 1);
  expect(limit.count('kept', 1)).toMatchObject({ count: 2, exceeded: true });
  expect(limit.count('old 1', 1)).toMatchObject({ count: 1, exceeded: false });
});
