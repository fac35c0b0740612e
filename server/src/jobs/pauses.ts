// What cannot be done for now is left alone for a while, each time for twice as long, and keeps nothing else waiting.
import { limits } from '../http/limits.ts';

export interface Pauses {
  /** What is left alone still. */
  open(): string[];
  lengthen(id: string): void;
  end(id: string): void;
}

export function createPauses(): Pauses {
  const pauses = new Map<string, { until: number; ms: number }>();
  return {
    open: () => [...pauses].flatMap(([id, { until }]) => (until > Date.now() ? [id] : [])),
    lengthen(id) {
      const ms = Math.min(2 * (pauses.get(id)?.ms ?? limits.jobsRetryMs / 2), limits.jobsPauseMsMax);
      pauses.set(id, { until: Date.now() + ms, ms });
    },
    end: (id) => void pauses.delete(id),
  };
}
