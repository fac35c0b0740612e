// Which tasks go first: what nobody waits for gives way to what somebody does, for they share a thread and a database.
import type { Task } from './task.ts';

export interface Precedence {
  mayRun(task: Task): boolean;
  run(task: Task, signal: AbortSignal): Promise<void>;
}

export function createPrecedence(): Precedence {
  let foreground = 0;
  let giveWay = new AbortController();
  return {
    mayRun: ({ background = false }) => !background || foreground === 0,
    async run(task, signal) {
      if (task.background) return task.run(AbortSignal.any([signal, giveWay.signal]));
      foreground += 1;
      giveWay.abort();
      try {
        await task.run(signal);
      } finally {
        foreground -= 1;
        if (foreground === 0) giveWay = new AbortController();
      }
    },
  };
}
