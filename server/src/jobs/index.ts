// What others may use of jobs.
export { Superseded, Unworkable } from './ends.ts';
export { createPauses } from './pauses.ts';
export { createJobs } from './runner.ts';
export type { Task, Watched } from './task.ts';
export { runTasks, tell } from './thread.ts';
