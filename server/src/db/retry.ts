// What PostgreSQL refuses for the sake of others is asked again: it goes well once they are through.
import { setTimeout as pause } from 'node:timers/promises';

// 40P01 and 40001: another transaction won. 26000: a statement that a failed transaction should have prepared.
const TRANSIENT = new Set(['40P01', '40001', '26000']);
export const TRIES = 5;
/** Longer by chance, and doubled each time, so that no two lose to each other for ever. */
const PAUSE_MS = 10;

export const isTransient = (error: unknown): boolean => TRANSIENT.has((error as { code?: string }).code ?? '');

/** @throws what the last of its tries threw, or whatever no other try would help */
export async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === TRIES || !isTransient(error)) throw error;
      // Whoever won has but been woken: asked again at once, the same would take from it what it was promised.
      await pause(Math.random() * PAUSE_MS * 2 ** tries);
    }
  }
}

/** Waits for every promise, then throws the first failure: the one that made the others fail. */
export async function settle<T>(promises: Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(promises);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<T>).value);
}

/** Whether the database could not be reached, or went away: what was asked for may go well once it is back. */
export function isLostConnection(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  // Class 08: connection exceptions. 57P0x: the server is going away or coming up. 53300: too many connections.
  if (/^(08|57P0|53300)/.test(code ?? '') || /^(ECONN|ENOENT|EPIPE|ETIMEDOUT)/.test(code ?? '')) return true;
  return (
    code === undefined &&
    /^(Connection terminated|Client (has encountered|was closed)|Query read timeout|timeout exceeded when trying to connect)/.test(message ?? '')
  );
}
