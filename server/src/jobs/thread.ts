// The thread's side: runs the tasks, each when it has work, until there has been none for a while or it is told to end.
// Parsing a file and reading phone numbers would hold up every request if they ran where these are answered.
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import type { Database } from '../db/database.ts';
import { giveWay } from '../db/give-way.ts';
import { limits } from '../http/limits.ts';
import { createPrecedence } from './precedence.ts';
import type { Task } from './task.ts';

/** What the thread has to say in the log. */
export interface Word {
  message: string;
  /** As text, for not every error can be sent to another thread. */
  cause: string;
}

export const tell = (error: unknown, message: string): void =>
  parentPort?.postMessage({ message, cause: (error as Error)?.stack ?? String(error) } satisfies Word);

/** @returns once nothing was to be done for limits.jobsIdleMs, or the process wants the thread to end */
export async function runTasks(database: Database, tasks: readonly Task[]): Promise<void> {
  giveWay(0);
  const ending = new AbortController();
  parentPort?.once('message', () => ending.abort());
  let busy = 0;
  let lastWork = Date.now();
  const isOver = () => ending.signal.aborted || (busy === 0 && Date.now() - lastWork > limits.jobsIdleMs);
  const precedence = createPrecedence();
  const loop = async (task: Task) => {
    while (!isOver()) {
      let rest: number = limits.jobsPollMs;
      try {
        if (precedence.mayRun(task) && (await task.hasWork(database))) {
          busy += 1;
          await precedence.run(task, ending.signal).finally(() => {
            busy -= 1;
            lastWork = Date.now();
          });
        }
      } catch (error) {
        tell(error, `${task.name} could not go on, and are tried again`);
        rest = limits.jobsRetryMs;
      }
      await pause(rest, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };
  await Promise.all(tasks.map(loop));
  parentPort?.unref();
}
