import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wavesOf } from './waves.ts';

const rows = fc
  .array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 3 }), { maxLength: 30 })
  .map((list) => list.map((keys, at) => ({ at, keys })));

test('no two rows of a turn share anything, and of two that do the earlier one goes first', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 5 }), (given, most) => {
      const { waves, taken } = wavesOf(given, most);
      expect(waves.length).toBeLessThanOrEqual(most);
      expect(
        waves
          .flat()
          .map(({ at }) => at)
          .sort((a, b) => a - b),
      ).toEqual(given.slice(0, taken).map(({ at }) => at));
      const turnOf = new Map(waves.flatMap((wave, turn) => wave.map((row) => [row.at, turn] as const)));
      for (const one of given.slice(0, taken))
        for (const other of given.slice(0, one.at))
          if (one.keys.some((key) => other.keys.includes(key))) expect(turnOf.get(one.at)).toBeGreaterThan(turnOf.get(other.at) as number);
    }),
  );
});

test('what shares nothing goes at once, and what is always the same ends the chunk', () => {
  const apart = Array.from({ length: 100 }, (_, i) => ({ keys: [`${i}`] }));
  expect(wavesOf(apart, 1)).toEqual({ waves: [apart], taken: 100 });
  const same = Array.from({ length: 100 }, () => ({ keys: ['x'] }));
  expect(wavesOf(same, 8).taken).toBe(8);
});
