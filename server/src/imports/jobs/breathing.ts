// Work on many rows while the database writes others: every few rows what it answered is looked at, so that it is not
// kept waiting.
import { setImmediate as breathe } from 'node:timers/promises';

const AT_ONCE = 10;

export async function breathing<T>(items: readonly T[], work: (item: T) => void): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE) {
    for (const item of items.slice(at, at + AT_ONCE)) work(item);
    await breathe();
  }
}
