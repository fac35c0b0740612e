// How the server is doing as a whole.
import type { Database } from '../db/database.ts';
import type { Wire } from '../families/wire.ts';
import { limits } from '../http/limits.ts';
import { lastHour, type Measures, percentile } from './measures.ts';
import { allQueues, databaseHealth } from './store.ts';

export type SharedHealth = Pick<Wire['LiaisonServerHealth'], 'queues' | 'database'>;

/** What is the same whichever process is asked; read anew no sooner than after a while, however many watch. */
export function createSharedHealth({ system }: Database): () => Promise<SharedHealth> {
  let known: Promise<SharedHealth> | undefined;
  let until = 0;
  const read = async () => {
    const [queues, database] = await Promise.all([allQueues(system), databaseHealth(system)]);
    return { queues, database };
  };
  return () => {
    if (!known || performance.now() > until) {
      until = performance.now() + limits.healthKeptMs;
      const reading = read();
      known = reading;
      reading.catch(() => {
        if (known === reading) known = undefined;
      });
    }
    return known;
  };
}

/** The requests of the last hour, step by step. */
export function requestSeries({ all, step }: Measures): Wire['LiaisonRequestSeries'] {
  const now = step();
  const first = Math.max(0, now - limits.healthSteps + 1);
  const steps = Array.from({ length: now - first + 1 }, (_, i) => all.at(first + i));
  const counted = (outcome: number) => steps.map((counts) => counts?.[outcome] ?? 0);
  const timed = (share: number) => steps.map((counts) => (counts ? (percentile(counts, share) ?? null) : null));
  return {
    from: new Date(performance.timeOrigin + first * limits.healthStepMs).toISOString(),
    stepSeconds: limits.healthStepMs / 1000,
    succeeded: counted(0),
    refused: counted(1),
    failed: counted(2),
    p50Ms: timed(0.5),
    p95Ms: timed(0.95),
    p99Ms: timed(0.99),
  };
}

/** What was asked for in the last hour, the busiest first. */
export function operationsAsked({ tallies, step }: Measures): Wire['LiaisonServerHealth']['operations'] {
  const now = step();
  const asked = [...tallies.values()].map((tally) => {
    const counts = lastHour(tally, now);
    const [succeeded, refused, failed] = [counts[0] ?? 0, counts[1] ?? 0, counts[2] ?? 0];
    const [p50Ms, p95Ms, p99Ms] = [percentile(counts, 0.5), percentile(counts, 0.95), percentile(counts, 0.99)];
    const times = p50Ms === undefined || p95Ms === undefined || p99Ms === undefined ? {} : { p50Ms, p95Ms, p99Ms };
    return { operation: tally.name, succeeded, refused, failed, ...times };
  });
  const sum = (one: (typeof asked)[number]) => one.succeeded + one.refused + one.failed;
  return asked.filter((one) => sum(one) > 0).sort((a, b) => sum(b) - sum(a));
}
