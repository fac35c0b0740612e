import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../http/limits.ts';
import { verdictOn } from './retry.ts';

const rules = { firstMs: 5000, attempts: 12 };
const failed = { delivered: false, status: 500, error: 'status' };
const pause = (attempts: number, chance = 0.5, outcome: Parameters<typeof verdictOn>[0] = failed) => {
  const verdict = verdictOn(outcome, attempts, rules, chance);
  return verdict.state === 'waiting' ? verdict.delayMs : undefined;
};

describe('a delivery that failed', () => {
  test('waits four times as long each time, up to half a day', () => {
    const half = limits.webhookRetryMsMax;
    expect(Array.from({ length: 12 }, (_, i) => pause(i + 1))).toEqual([
      5000,
      20_000,
      80_000,
      320_000,
      1_280_000,
      5_120_000,
      20_480_000,
      half,
      half,
      half,
      half,
      undefined,
    ]);
  });

  test('waits half as long to half as long again, by chance', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 11 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempts, chance) => {
        const middle = pause(attempts) as number;
        expect(pause(attempts, chance)).toBeGreaterThanOrEqual(middle / 2);
        expect(pause(attempts, chance)).toBeLessThanOrEqual(middle * 1.5);
      }),
    );
    expect(new Set([0, 0.3, 0.6, 0.9].map((chance) => pause(1, chance))).size).toBe(4);
  });

  test('is given up after the last try, and at once where the receiver is gone for good', () => {
    expect(verdictOn(failed, 11, rules, 0)).toMatchObject({ state: 'waiting' });
    expect(verdictOn(failed, 12, rules, 0)).toEqual({ state: 'dead' });
    expect(verdictOn({ delivered: false, status: 410, error: 'status' }, 1, rules, 0)).toEqual({ state: 'dead' });
  });

  test('waits as long as the receiver asks, where that is longer and not beyond the limit', () => {
    expect(pause(1, 0.5, { ...failed, retryAfterMs: 60_000 })).toBe(60_000);
    expect(pause(1, 0.5, { ...failed, retryAfterMs: 1000 })).toBe(5000);
    expect(pause(1, 0.5, { ...failed, retryAfterMs: Number.MAX_SAFE_INTEGER })).toBe(limits.webhookRetryMsMax);
  });
});
