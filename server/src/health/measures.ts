// What is asked of this process and how long it takes: for each operation since the start, and for the last hour in small
// steps. Memory is constant, and counting costs a request less than a microsecond.
import type { FastifyInstance } from 'fastify';
import { limits } from '../http/limits.ts';

/** Upper bounds of the buckets that times are counted in; one more bucket has what took longer. */
export const BOUNDS_MS: readonly number[] = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
export const OUTCOMES = ['succeeded', 'refused', 'failed'] as const;

/** Who asks for these waits until something happens, or for good: they are counted, and not timed. */
const WAITED_FOR = new Set(['getLiaisonEvents', 'getLiaisonEventsStream']);

/** Counts by outcome, then by bucket. */
export type Counts = ArrayLike<number>;

export interface Tally {
  readonly name: string;
  readonly timed: boolean;
  add(step: number, status: number, ms: number): void;
  /** Since the start. */
  readonly total: Counts;
  totalMs(): number;
  /** Of one step; undefined where nothing was asked, or it is longer ago than an hour. */
  at(step: number): Counts | undefined;
}

export interface Measures {
  /** What is being asked for at all, and all of it together. */
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly all: Tally;
  /** The present step: steps are numbered from the start of the process, whatever its clock is set to. */
  step(): number;
}

/** Counts what the app answers from now on. */
export function createMeasures(app: FastifyInstance): Measures {
  const tallies = new Map<string, Tally>();
  const ofRoutes = new WeakMap<object, Tally>();
  const all = createTally('all', true);
  const step = () => Math.floor(performance.now() / limits.healthStepMs);
  const tallyOf = (route: { operationId?: string; url?: string }): Tally => {
    const name = route.operationId ?? nameOf(route.url);
    const tally = tallies.get(name) ?? createTally(name, !WAITED_FOR.has(name));
    tallies.set(name, tally);
    ofRoutes.set(route, tally);
    return tally;
  };
  app.addHook('onResponse', (request, reply, done) => {
    const { config } = request.routeOptions;
    const tally = ofRoutes.get(config) ?? tallyOf(config);
    const [now, ms] = [step(), reply.elapsedTime];
    tally.add(now, reply.statusCode, ms);
    all.add(now, reply.statusCode, tally.timed ? ms : Number.NaN);
    done();
  });
  return { tallies, all, step };
}

/** What is no operation goes by its route, files of a page together. */
function nameOf(url: string | undefined): string {
  if (url === undefined) return 'unknown';
  return /^\/(console|docs)\b/.exec(url)?.[0] ?? url;
}

const WIDTH = OUTCOMES.length + BOUNDS_MS.length + 1;

export function createTally(name: string, timed: boolean): Tally {
  const { healthSteps } = limits;
  const total = new Float64Array(WIDTH);
  const ring = new Uint32Array(healthSteps * WIDTH);
  const steps = new Float64Array(healthSteps).fill(-1);
  let totalMs = 0;
  return {
    name,
    timed,
    total,
    totalMs: () => totalMs,
    add(step, status, ms) {
      const slot = step % healthSteps;
      const start = slot * WIDTH;
      if (steps[slot] !== step) {
        steps[slot] = step;
        ring.fill(0, start, start + WIDTH);
      }
      const count = (cell: number) => {
        total[cell] = (total[cell] as number) + 1;
        ring[start + cell] = (ring[start + cell] as number) + 1;
      };
      count(status < 400 ? 0 : status < 500 ? 1 : 2);
      if (!timed || Number.isNaN(ms)) return;
      let bucket = 0;
      while (bucket < BOUNDS_MS.length && ms > (BOUNDS_MS[bucket] as number)) bucket += 1;
      count(OUTCOMES.length + bucket);
      totalMs += ms;
    },
    at: (step) => (steps[step % healthSteps] === step ? ring.subarray((step % healthSteps) * WIDTH, ((step % healthSteps) + 1) * WIDTH) : undefined),
  };
}

/** The counts of the last hour, up to the step, together. */
export function lastHour(tally: Tally, step: number): Counts {
  const sum = new Float64Array(WIDTH);
  for (let one = Math.max(0, step - limits.healthSteps + 1); one <= step; one += 1) {
    const counts = tally.at(one);
    for (let cell = 0; counts && cell < WIDTH; cell += 1) sum[cell] = (sum[cell] as number) + (counts[cell] as number);
  }
  return sum;
}

/**
 * Within which time the share of the requests was answered, as well as buckets can tell.
 * @returns milliseconds, or undefined where nothing was timed
 */
export function percentile(counts: Counts, share: number): number | undefined {
  const buckets = Array.from(counts).slice(OUTCOMES.length);
  const rank = share * buckets.reduce((sum, count) => sum + count, 0);
  if (rank === 0) return undefined;
  let before = 0;
  for (const [i, count] of buckets.entries()) {
    const [from, to] = [BOUNDS_MS[i - 1] ?? 0, BOUNDS_MS[i]];
    // Of what is beyond the last bound no more is known.
    if (to === undefined) return from;
    if (before + count >= rank) return Math.round((from + ((rank - before) / count) * (to - from)) * 100) / 100;
    before += count;
  }
  return undefined;
}
