// Work that nobody waits for gives way to requests where processors are scarce: its thread, and the processes of an
// embedded PostgreSQL that do its work.
import { setPriority } from 'node:os';

/** A tenth of the time that others get who want all of it: see docs/decisions/0015-imports.md. */
const NICE = 10;

/** @param pid a process of this machine, or 0 for the calling thread: on Linux a thread has a priority of its own, elsewhere 0 is the whole process */
export function giveWay(pid: number): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(pid, NICE);
  } catch {
    // A system that forbids it shares its processors as it likes.
  }
}
