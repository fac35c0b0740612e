// Work that nobody waits for with a request open: imports, and whatever else takes longer than a request may.
import type { Database } from '../db/database.ts';

export interface Task {
  name: string;
  /** Whether it gives way: runs only while no other task does, and its signal aborts when one begins. */
  background?: boolean;
  /** Whether there is anything to do now: one cheap statement, asked several times a second. */
  hasWork(database: Database): Promise<boolean>;
  /**
   * Does what there is. It may be killed at any moment, and begins again from what is in the database; once the signal
   * aborts it writes no more than the transaction it is in.
   * @throws where it cannot go on for now: it is run again after a pause
   */
  run(signal: AbortSignal): Promise<void>;
}

/** What the process that leads needs to know of a task to have its thread started. */
export type Watched = Pick<Task, 'name' | 'hasWork'>;
