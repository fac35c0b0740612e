// The process's side of jobs: of all that share a database one leads, and starts a thread when there is work. The thread
// ends by itself when there has been none for a while, so that an idle server has no memory for it.
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../db/database.ts';
import { type Lead, lead, type Term } from '../db/lead.ts';
import { limits } from '../http/limits.ts';
import type { Watched } from './task.ts';
import type { Word } from './thread.ts';

export interface JobsDeps {
  database: Database;
  /** What the thread's program runs. */
  tasks: readonly Watched[];
  /** The thread's program, and what it is given. */
  program: URL;
  given: unknown;
  log: FastifyBaseLogger;
}

/**
 * The heap grows by a share that hangs on its bound before the collector looks at it: with 256 MB, which is enough for two
 * chunks of the largest rows, every chunk of an import had all of it marked, a sixth of what the import cost.
 */
const HEAP = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 1024 };

/** A number that no other advisory lock of the product has. */
const LOCK = 7224116005;

/** Has the tasks run while this process leads, until it is closed. */
export function createJobs(deps: JobsDeps): Lead {
  return lead(deps.database, LOCK, () => work(deps));
}

function work({ database, tasks, program, given, log }: JobsDeps): Term {
  const over = new AbortController();
  let thread: Worker | undefined;

  const hasWork = async () => {
    for (const task of tasks) if (await task.hasWork(database)) return true;
    return false;
  };
  /** Resolves when it has ended, however that was. */
  const start = (): Promise<void> =>
    new Promise((resolve) => {
      const started = new Worker(program, { workerData: given, resourceLimits: HEAP });
      thread = started;
      started.on('message', ({ message, cause }: Word) => log.error({ cause }, message));
      started.on('error', (err) => log.error({ err }, 'the thread of the jobs has ended, and is started again'));
      started.on('exit', () => {
        thread = undefined;
        resolve();
      });
    });
  const run = async () => {
    while (!over.signal.aborted) {
      // A database that is not there has no work; whether it is back is asked again.
      const wanted = await hasWork().catch(() => false);
      if (wanted && !over.signal.aborted) await start();
      await pause(limits.jobsPollMs, undefined, { signal: over.signal, ref: false }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    async end(kept) {
      over.abort();
      // Where somebody else may lead already, each chunk that was begun finds its job moved on, and changes nothing.
      const grace = setTimeout(() => void thread?.terminate(), kept ? limits.closeGraceMs : 0);
      thread?.postMessage('end');
      await running;
      clearTimeout(grace);
    },
  };
}
