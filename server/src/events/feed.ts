// The changes of an organization in order, for whoever follows it: pages of events, streams, webhooks, channels. A
// follower asks up to where changes are settled and reads no further, so that it never passes over one that is written
// before others and committed after them. Nobody is notified of a write, which would have every commit wait for the
// last; a process asks by itself, once for all its followers of an organization, and only while it has some.
import type { Database } from '../db/database.ts';
import type { Action, FeedKind } from '../families/changes.ts';
import { limits } from '../http/limits.ts';
import type { Sight } from './event.ts';
import { feedChanges, hasNews, settledPosition } from './store.ts';

// biome-ignore lint/suspicious/noExplicitAny: a body as some version of the contract had it.
export type WireObject = Record<string, any>;

export interface Change {
  position: number;
  kind: FeedKind;
  recordId: string;
  action: Action;
  divisionId: string;
  /** Where the record was moved away from. */
  leftDivisionId: string | null;
  /** ISO 8601, milliseconds, Z. */
  at: string;
  correlationId: string;
  /** The record's plain wire body after the change; of a deleted one, its last. */
  body: WireObject;
  /** Of a contact or relationship: its external organization as it was then; absent where nothing was written of it, or it was deleted. */
  organization?: { divisionId: string; body: WireObject };
}

/** What a follower wants to read of all changes; absent for all. */
export interface Wanted {
  sight?: Sight;
  kinds?: readonly FeedKind[] | undefined;
  /** Of records, and of contacts for what is of their journeys. */
  recordIds?: readonly string[] | undefined;
}

export interface Feed {
  /** Up to where the organization's changes are settled: nothing at or below it will appear any more. */
  settled(orgId: string): Promise<number>;
  /**
   * Changes with `after < position <= upTo`, in order. `upTo` must have been settled before. `wanted` leaves out early
   * what would show nothing; fewer than `limit` say that there are no more of them up to `upTo`.
   */
  read(orgId: string, after: number, upTo: number, limit: number, wanted?: Wanted): Promise<Change[]>;
  /**
   * Resolves with the settled position once it is past `after` and there may be changes between the two; with undefined
   * when the signal aborts or the feed is closed. While the database cannot be asked it waits on: the next read tells.
   */
  wait(orgId: string, after: number, signal: AbortSignal): Promise<number | undefined>;
  /** Lets everybody go who waits. */
  close(): void;
}

export function createFeed(database: Database): Feed {
  const pollers = new Map<string, Poller>();
  let closed = false;
  return {
    settled: (orgId) => settledPosition(database.tenant(orgId), orgId),
    read: (orgId, after, upTo, limit, wanted = {}) =>
      upTo <= after ? Promise.resolve([]) : feedChanges(database.tenant(orgId), orgId, after, upTo, limit, wanted),
    async wait(orgId, after, signal) {
      if (closed || signal.aborted) return undefined;
      let poller = pollers.get(orgId);
      if (!poller) {
        poller = createPoller(database, orgId, () => pollers.delete(orgId));
        pollers.set(orgId, poller);
      }
      return poller.wait(after, signal);
    },
    close() {
      closed = true;
      for (const poller of pollers.values()) poller.stop();
    },
  };
}

interface Poller {
  wait(after: number, signal: AbortSignal): Promise<number | undefined>;
  stop(): void;
}

interface Waiter {
  after: number;
  end(position: number | undefined): void;
}

/** Polls until it is stopped or nobody has waited for a while, then says so. */
function createPoller(database: Database, orgId: string, gone: () => void): Poller {
  const door = database.tenant(orgId);
  const waiters = new Set<Waiter>();
  let timer: NodeJS.Timeout | undefined;
  let settled: number | undefined;
  // The organization has no changes between `news` and `settled`. Positions are everybody's, so that the one rises where
  // others write, and this follower must not read for nothing each time.
  let news = 0;
  let idleRounds = 0;
  let stopped = false;

  const wake = () => {
    for (const waiter of [...waiters]) if (waiter.after < news) waiter.end(settled);
  };
  const ask = async () => {
    const position = await settledPosition(door, orgId);
    if (settled === undefined || (position > settled && (await hasNews(door, orgId, settled, position)))) news = position;
    settled = Math.max(position, settled ?? 0);
    wake();
  };
  const round = async () => {
    await ask().catch(() => undefined);
    idleRounds = waiters.size > 0 ? 0 : idleRounds + 1;
    if (idleRounds > IDLE_ROUNDS_MAX) stop();
    if (!stopped) timer = setTimeout(round, limits.feedPollMs);
  };
  const stop = () => {
    stopped = true;
    clearTimeout(timer);
    for (const waiter of [...waiters]) waiter.end(undefined);
    gone();
  };

  void round();
  return {
    wait: (after, signal) =>
      new Promise((resolve) => {
        const aborted = () => waiter.end(undefined);
        const waiter: Waiter = {
          after,
          end(position) {
            waiters.delete(waiter);
            signal.removeEventListener('abort', aborted);
            resolve(position);
          },
        };
        if (settled !== undefined && after < news) return resolve(settled);
        waiters.add(waiter);
        signal.addEventListener('abort', aborted);
      }),
    stop,
  };
}

/** A follower that was woken is back at once; one that takes longer than this does not need the poller kept for it. */
const IDLE_ROUNDS_MAX = 10;
