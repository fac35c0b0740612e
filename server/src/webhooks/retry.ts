// When a delivery that failed is tried again, and when it is given up.
import { limits } from '../http/limits.ts';
import type { Outcome } from './sender.ts';

export interface RetryRules {
  /** The pause after the first try, in milliseconds. */
  firstMs: number;
  /** Tries until a delivery is given up. */
  attempts: number;
}

export type Verdict = { state: 'dead' } | { state: 'waiting'; delayMs: number };

/**
 * Each pause is four times the one before, up to half a day; a random half more or less, so that what failed together is
 * not tried together. With 5 s and 12 tries a delivery is given up after some two and a half days. A receiver that says
 * when (Retry-After) is not asked earlier; one that says it is gone for good (410) is not asked again.
 * @param attempts tries so far, all in vain
 * @param chance from 0 to 1, by chance
 */
export function verdictOn(outcome: Outcome, attempts: number, rules: RetryRules, chance: number): Verdict {
  if (outcome.status === 410 || attempts >= rules.attempts) return { state: 'dead' };
  const pause = Math.min(rules.firstMs * FACTOR ** (attempts - 1), limits.webhookRetryMsMax);
  const asked = Math.min(outcome.retryAfterMs ?? 0, limits.webhookRetryMsMax);
  return { state: 'waiting', delayMs: Math.round(Math.max(pause * (0.5 + chance), asked)) };
}

const FACTOR = 4;
