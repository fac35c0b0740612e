import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limits } from '../http/limits.ts';
import { eventIds } from './event.ts';
import type { Feed } from './feed.ts';
import type { Follower } from './follow.ts';
import { createStreams } from './stream.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ids = eventIds(randomUUID(), randomBytes(32));

/** Follows a feed in which nothing happens, and counts who waits for it. */
function follower(): { follower: Follower; waiting: () => number } {
  let waiting = 0;
  const feed: Feed = {
    settled: async () => 5,
    read: async () => [],
    wait: (_org, _after, signal) =>
      new Promise((resolve) => {
        waiting += 1;
        signal.addEventListener('abort', () => {
          waiting -= 1;
          resolve(undefined);
        });
      }),
    close: () => {},
  };
  return { follower: { feed, orgId: randomUUID(), ids, kinds: undefined, topics: undefined, who: async () => ({}) as never }, waiting: () => waiting };
}

const begin = (lines: AsyncIterable<string>) => lines[Symbol.asyncIterator]() as AsyncIterator<string> & { return(): Promise<unknown> };

test('a silent stream gives a sign in time, and says from where to resume', async () => {
  const lines = begin(createStreams().open(follower().follower, 5));
  expect(ids.positionOf(/^retry: \d+\nid: (.*)\n\n$/.exec((await lines.next()).value)?.[1] ?? '')).toBe(5);
  const startedAt = Date.now();
  const sign = lines.next();
  await vi.advanceTimersByTimeAsync(limits.heartbeatMs + limits.tokenCacheMs);
  expect(ids.positionOf(/^: still here\nid: (.*)\n\n$/.exec((await sign).value)?.[1] ?? '')).toBe(5);
  expect(Date.now() - startedAt).toBeLessThanOrEqual(limits.heartbeatMs + limits.tokenCacheMs);
  await lines.return();
});

test('nobody waits on for a client that is gone', async () => {
  const { follower: gone, waiting } = follower();
  const lines = begin(createStreams().open(gone, 5));
  await lines.next();
  const pending = lines.next();
  await vi.advanceTimersByTimeAsync(1);
  expect(waiting()).toBe(1);
  await lines.return();
  expect(waiting()).toBe(0);
  expect(await pending).toEqual({ value: undefined, done: true });
});

test('all end when the streams are closed', async () => {
  const streams = createStreams();
  const open = Array.from({ length: 20 }, () => begin(streams.open(follower().follower, 5)));
  for (const lines of open) await lines.next();
  const pending = open.map((lines) => lines.next());
  streams.close();
  for (const result of await Promise.all(pending)) expect(result.done).toBe(true);
});
