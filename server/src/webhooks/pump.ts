// Delivers for one webhook, at least once and in order for each record, by two loops that go on independently of any
// other webhook: one takes new changes as they come, the other what waits for a further try. A change is marked as done
// only after its receiver has answered, so that whatever ends this process, what was not marked is delivered again.
//
// The order of a record holds between the two because a change goes directly only where no delivery of its record waits,
// and a delivery waits until it has succeeded or died: see queue.ts.
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { type Change, type Event, eventIds, eventOf, type Feed, type Wanted } from '../events/index.ts';
import { limits } from '../http/limits.ts';
import { createBell } from './bell.ts';
import {
  advanceSteps,
  type Delivering,
  type Due,
  dueDeliveries,
  nextDueMs,
  queueState,
  readDelivering,
  settleSteps,
  type Tally,
  type Unfinished,
} from './queue.ts';
import { type RetryRules, verdictOn } from './retry.ts';
import { createSender, type Outcome, STOPPED } from './sender.ts';
import { KINDS, sightOfWebhook, signing } from './webhook.ts';

export interface PumpDeps {
  database: Database;
  feed: Feed;
  log: Pick<Logger, 'error'>;
  rules: RetryRules;
  privateTargets: boolean;
}

export interface Pump {
  /** Says that a delivery may be due that this process did not set going. */
  wake(): void;
  /** @param kept false where another process may deliver already: then nothing more is sent or written */
  stop(kept: boolean): Promise<void>;
}

/** @param id of a webhook as it is now; one that people have changed takes another pump */
export function startPump(deps: PumpDeps, orgId: string, id: string): Pump {
  const door = deps.database.tenant(orgId);
  const sender = createSender(deps.privateTargets);
  /** No more is begun after the first, and nothing goes on after the second. */
  const [stopping, stopped] = [new AbortController(), new AbortController()];
  const due = createBell();
  let lost = false;

  const deliver = async (webhook: Delivering, event: Event): Promise<Outcome> => {
    if (stopping.signal.aborted) return { delivered: false, error: STOPPED };
    return sender.send({ url: webhook.url, secrets: signing(webhook, Date.now()) }, event, stopped.signal);
  };

  const write = async (steps: Parameters<typeof door.flight>[0]) => {
    if (!lost) await door.flight(steps);
  };

  /** Takes on new changes until it stops or fails. */
  const forward = async (webhook: Delivering): Promise<void> => {
    const { wanted, eventsOf } = reader(orgId, webhook);
    // `written` is where the database has it: without deliveries it follows in greater steps.
    let [position, written] = [webhook.position, webhook.position];
    for (;;) {
      const upTo = await deps.feed.wait(orgId, position, stopping.signal);
      if (upTo === undefined) return;
      const changes = await deps.feed.read(orgId, position, upTo, limits.webhookBatch, wanted);
      const full = changes.length === limits.webhookBatch;
      const to = full ? (changes.at(-1) as Change).position : upTo;
      const events = eventsOf(changes);
      const { waiting, held } = await queueState(door, orgId, id, [...new Set(events.map(({ recordId }) => recordId))]);
      if (events.length > 0 && waiting >= limits.webhookWaitingMax) {
        await rest(stopping.signal);
        continue;
      }
      const { unfinished, tally } = await firstTries(events, held, deps.rules, (event) => deliver(webhook, event));
      if (events.length > 0 || full) {
        await write(advanceSteps(orgId, id, written, to, unfinished, tally));
        written = to;
      }
      position = to;
      if (unfinished.length > 0) due.ring();
    }
  };

  /** Tries again what is due until it stops or fails. */
  const retry = async (webhook: Delivering): Promise<void> => {
    const { eventsOf } = reader(orgId, webhook);
    while (!stopping.signal.aborted) {
      const deliveries = await dueDeliveries(door, orgId, id, limits.webhookConcurrency);
      if (deliveries.length === 0) {
        await due.wait(await nextDueMs(door, orgId, id), stopping.signal);
        continue;
      }
      const again = async (delivery: Due) => {
        const [event] = eventsOf(await deps.feed.read(orgId, delivery.position - 1, delivery.position, 1));
        // What the webhook does not see any more, it does not get.
        return { delivery, outcome: event && (await deliver(webhook, event)) };
      };
      const round = await Promise.all(deliveries.map(again));
      const { done, unfinished, tally } = furtherTries(round, deps.rules);
      await write(settleSteps(orgId, id, done, unfinished, tally));
    }
  };

  const keepUp = async (loop: (webhook: Delivering) => Promise<void>): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const webhook = await readDelivering(door, orgId, id);
        if (!webhook) return;
        await loop(webhook);
      } catch (error) {
        // A webhook that is gone, or that another process has gone on with: the next look tells.
        const passed = (error as { code?: string }).code === 'LI001';
        if (!passed && !stopping.signal.aborted) deps.log.error({ err: error, webhookId: id }, 'delivering was interrupted');
      }
      await rest(stopping.signal);
    }
  };

  const loops = Promise.all([keepUp(forward), keepUp(retry)]);
  return {
    wake: due.ring,
    async stop(kept) {
      lost ||= !kept;
      stopping.abort();
      const grace = setTimeout(() => stopped.abort(), kept ? limits.webhookGraceMs : 0);
      await loops;
      clearTimeout(grace);
      sender.close();
    },
  };
}

interface Placed extends Event {
  position: number;
}

/** What a webhook wants of all changes, and gets of some. */
function reader(orgId: string, { kinds, divisionIds, signingKey }: Delivering): { wanted: Wanted; eventsOf(changes: readonly Change[]): Placed[] } {
  const sight = sightOfWebhook(kinds, divisionIds);
  const ids = eventIds(orgId, signingKey);
  return {
    // Kinds and divisions by themselves: the feed takes what is seen of organizations for what is seen of their notes.
    wanted: { sight: sightOfWebhook(KINDS, divisionIds), kinds },
    eventsOf: (changes) =>
      changes.flatMap((change) => {
        const event = eventOf(change, sight, ids);
        return event ? [{ ...event, position: change.position }] : [];
      }),
  };
}

/**
 * Tries each event once, those of a record one after the other, records beside one another. What follows a failed one of
 * its record waits behind it untried, as does what belongs to a record that is held.
 */
async function firstTries(
  events: readonly Placed[],
  held: ReadonlySet<string>,
  rules: RetryRules,
  deliver: (event: Event) => Promise<Outcome>,
): Promise<{ unfinished: Unfinished[]; tally: Tally }> {
  const unfinished: Unfinished[] = [];
  const tally: Tally = { succeeded: false, failure: null };
  const inOrder = async (ofRecord: Placed[]) => {
    let open = !held.has((ofRecord[0] as Placed).recordId);
    for (const event of ofRecord) {
      const outcome: Outcome = open ? await deliver(event) : UNTRIED;
      if (outcome.delivered) tally.succeeded = true;
      else {
        const kept = unfinishedOf(event, 0, outcome, rules);
        unfinished.push(kept);
        tally.failure = kept.error ?? tally.failure;
        if (kept.state === 'waiting') open = false;
      }
    }
  };
  const records = Map.groupBy(events, ({ recordId }) => recordId).values();
  const worker = async () => {
    for (const ofRecord of records) await inOrder(ofRecord);
  };
  await Promise.all(Array.from({ length: limits.webhookConcurrency }, worker));
  return { unfinished, tally };
}

const UNTRIED: Outcome = { delivered: false, error: STOPPED };

function furtherTries(round: { delivery: Due; outcome: Outcome | undefined }[], rules: RetryRules): { done: Due[]; unfinished: Unfinished[]; tally: Tally } {
  const done: Due[] = [];
  const unfinished: Unfinished[] = [];
  const tally: Tally = { succeeded: false, failure: null };
  for (const { delivery, outcome } of round) {
    if (!outcome || outcome.delivered) done.push(delivery);
    else if (outcome.error !== STOPPED) unfinished.push(unfinishedOf(delivery, delivery.attempts, outcome, rules));
    tally.succeeded ||= outcome?.delivered === true;
  }
  tally.failure = unfinished.at(-1)?.error ?? null;
  return { done, unfinished, tally };
}

/** @param before tries before this one. A try that was stopped counts for none. */
function unfinishedOf({ position, recordId }: { position: number; recordId: string }, before: number, outcome: Outcome, rules: RetryRules): Unfinished {
  if (outcome.error === STOPPED) return { position, recordId, state: 'waiting', attempts: before, delayMs: null, status: null, error: null };
  const verdict = verdictOn(outcome, before + 1, rules, Math.random());
  const [status, error] = [outcome.status ?? null, outcome.error ?? null];
  return { position, recordId, state: verdict.state, attempts: before + 1, delayMs: verdict.state === 'waiting' ? verdict.delayMs : 0, status, error };
}

const RETRY_MS = 1000;

/** Before looking again, where something is in the way. */
const rest = (signal: AbortSignal) => createBell().wait(RETRY_MS, signal);
