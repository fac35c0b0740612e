// What cannot be done for now is left alone for a while, each time for twice as long, and keeps nothing else waiting.
import { isLostConnection } from '../db/retry.ts';
import { limits } from '../http/limits.ts';

export interface Pauses {
  /** What is left alone still. */
  open(): string[];
  /** Does something; where it fails, that is logged, and it is left alone. @throws where the database is not there */
  attempt(id: string, failure: string, work: () => Promise<void>): Promise<void>;
}

export function createPauses(log: (error: unknown, message: string) => void): Pauses {
  const pauses = new Map<string, { until: number; ms: number }>();
  return {
    open: () => [...pauses].flatMap(([id, { until }]) => (until > Date.now() ? [id] : [])),
    async attempt(id, failure, work) {
      try {
        await work();
        pauses.delete(id);
      } catch (error) {
        if (isLostConnection(error)) throw error;
        log(error, failure);
        const ms = Math.min(2 * (pauses.get(id)?.ms ?? limits.jobsRetryMs / 2), limits.jobsPauseMsMax);
        pauses.set(id, { until: Date.now() + ms, ms });
      }
    },
  };
}
