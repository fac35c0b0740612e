// Works on bulk jobs, in the thread of the jobs: one of each organization after the other, each for a while, in
// transactions that say along with what they did how far the job is.
import type { Database } from '../db/database.ts';
import { isLostConnection } from '../db/retry.ts';
import { isObjection } from '../families/guarded.ts';
import type { Writing } from '../families/writes.ts';
import { Refusal } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { authorOf } from '../http/principal.ts';
import { Superseded, type Task, Unworkable, type Watched } from '../jobs/index.ts';
import { actingFor } from './acting.ts';
import { eraseRecords } from './erase.ts';
import type { Job } from './job.ts';
import { searched } from './records.ts';
import { advanceSteps, beginWritingStep, dueJobs, findJob, foundSteps, moveSteps, nextIds, type RefusedRecord, refusalSteps, undoStep } from './store.ts';
import { undoSome } from './undo.ts';
import { type RecordOutcome, type WriteDeps, writeRecords } from './write.ts';

export interface BulkDeps extends WriteDeps {
  database: Database;
  /** What cannot be told to whoever started the job. */
  log(error: unknown, message: string): void;
}

/** For the process that starts the thread. */
export const watchedBulkJobs: Watched = { name: 'bulk jobs', hasWork: async (database) => (await dueJobs(database)).length > 0 };

/** A chunk that fails for no reason that a record gives. */
interface Trouble {
  fails: number;
  /** When it is tried again. */
  at: number;
  /** Records that are written one by one. */
  singly: number;
}

export function bulkTask(deps: BulkDeps): Task {
  const troubles = new Map<string, Trouble>();
  return {
    ...watchedBulkJobs,
    async run(signal) {
      const waiting = [...troubles].flatMap(([id, { at }]) => (at > Date.now() ? [id] : []));
      for (const { orgId, id } of await dueJobs(deps.database, waiting)) {
        if (signal.aborted) return;
        await turn(deps, troubles, orgId, id, signal);
      }
    },
  };
}

/** Goes on with a job for a while. @throws where it cannot for now, such as for want of the database */
async function turn(deps: BulkDeps, troubles: Map<string, Trouble>, orgId: string, id: string, signal: AbortSignal): Promise<void> {
  const until = Date.now() + limits.bulkTurnMs;
  let job = await findJob(deps.database.tenant(orgId), orgId, id);
  try {
    while (job && !signal.aborted && Date.now() < until) {
      const { singly = 0 } = troubles.get(id) ?? {};
      job = await goOn(deps, job, singly > 0 ? 1 : limits.bulkRecordsAtOnce);
      if (singly > 1) troubles.set(id, { fails: 0, at: 0, singly: singly - 1 });
      else troubles.delete(id);
    }
  } catch (error) {
    if (isLostConnection(error)) throw error;
    if (!job || error instanceof Superseded || isObjection(error)) return;
    if (error instanceof Unworkable || error instanceof Refusal) await fail(deps, job, error.message);
    else await endure(deps, troubles, job, error);
  }
}

/** One transaction. @returns the job, as far as it is to be gone on with at once */
async function goOn(deps: BulkDeps, job: Job, size: number): Promise<Job | undefined> {
  if (job.undo?.status === 'Running') return undoSome(deps, job);
  // It may have been cancelled while others had their turns.
  if (job.status !== 'Counting' && job.status !== 'Running') return undefined;
  if (job.status === 'Counting') return inTransaction(deps, job, (call) => find(deps, call, job));
  return inTransaction(deps, job, async (call) => {
    if (job.firstPosition === null) await call.door.flight([beginWritingStep(job)]);
    if (job.act === 'erase') {
      const erased = await eraseRecords(deps.records.contact, call, job);
      return erased && advance(call, job, erased.ids, erased.outcomes);
    }
    const ids = await nextIds(call.door, job, size);
    return advance(call, job, ids, await writeRecords(deps, call, job, ids));
  });
}

/** In the name of whoever started the job, which nobody else moves meanwhile. @returns the job as it is afterwards */
async function inTransaction({ database }: BulkDeps, job: Job, work: (call: Writing) => Promise<boolean | undefined>): Promise<Job | undefined> {
  const acting = await actingFor(database, job);
  return database.transaction(job.orgId, async (door) => {
    const now = await findJob(door, job.orgId, job.id, true);
    if (now?.status !== job.status || now.found !== job.found || now.at !== job.at || now.erasureId !== job.erasureId) throw new Superseded();
    return (await work({ ...acting, door })) ? findJob(door, job.orgId, job.id) : undefined;
  });
}

/** Finds records, and keeps their ids. */
async function find({ records }: BulkDeps, call: Writing, job: Job): Promise<boolean> {
  const [kind, search] = [records[job.kind], job.search ?? {}];
  const { ids, upTo } = await kind.find(call.door, call.principal, searched(kind, call, search), search, job.foundUpTo);
  await call.door.flight(foundSteps(job, ids, upTo));
  return upTo !== null || !job.countFirst;
}

/** @returns whether there are more */
async function advance({ door, author }: Writing, job: Job, ids: readonly string[], outcomes: readonly RecordOutcome[]): Promise<boolean> {
  const refused = outcomes.flatMap((outcome, i): RefusedRecord[] =>
    typeof outcome === 'string' ? [] : [{ number: job.at + i + 1, id: ids[i] as string, ...outcome }],
  );
  const count = (wanted: RecordOutcome) => outcomes.filter((outcome) => outcome === wanted).length;
  const progress = { gone: ids.length, done: count('done'), unchanged: count('unchanged'), refused: refused.length };
  await door.flight([...refusalSteps(job, 'job', refused), ...advanceSteps(author, job, progress)]);
  return job.at + ids.length < job.found;
}

/** What was done so far stays so; asking again goes on with the rest. */
async function fail({ database }: BulkDeps, given: Job, details: string): Promise<void> {
  const door = database.tenant(given.orgId);
  const job = await findJob(door, given.orgId, given.id);
  if (job?.undo?.status === 'Running') await door.flight([undoStep(job.orgId, job.id, { ...job.undo, status: 'Failed', details })]);
  else if (job?.status === 'Counting' || job?.status === 'Running') {
    await door.flight(moveSteps(authorOf({ orgId: job.orgId, ...job.acting }, job.id), job, 'Failed', details)).catch((error: unknown) => {
      // Somebody has cancelled it just now.
      if (!isObjection(error)) throw error;
    });
  }
}

/** Tries a chunk again, then its records one by one; what fails by itself is refused. What is no chunk fails with its job. */
async function endure(deps: BulkDeps, troubles: Map<string, Trouble>, job: Job, error: unknown): Promise<void> {
  const { fails, singly } = troubles.get(job.id) ?? { fails: 0, singly: 0 };
  troubles.set(job.id, { fails: fails + 1, at: Date.now() + limits.jobsRetryMs, singly });
  const reference = crypto.randomUUID();
  deps.log(error, `the bulk job ${job.id} could not go on at ${job.at} (${reference})`);
  if (fails + 1 < limits.bulkTriesMax) return;
  const reason = `It could not be written; the server's log has the cause under ${reference}.`;
  const writes = job.status === 'Running' && job.act !== 'erase' && job.undo === null;
  if (!writes) {
    troubles.delete(job.id);
    await fail(deps, job, reason);
  } else if (singly === 0) troubles.set(job.id, { fails: 0, at: 0, singly: limits.bulkRecordsAtOnce });
  else {
    await inTransaction(deps, job, async (call) => advance(call, job, await nextIds(call.door, job, 1), [{ reason, divisionId: null }]));
    troubles.set(job.id, { fails: 0, at: 0, singly: singly - 1 });
  }
}
