// Takes a bulk job back, the last record first, as imports are: all that a job wrote stands among the changes, under its id.
import type { Database } from '../db/database.ts';
import type { Json } from '../families/sent.ts';
import { divisionId } from '../families/wire.ts';
import type { Writing } from '../families/writes.ts';
import { Refusal } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { isSame, type Written, whyLeft, writable, writtenRecords } from '../imports/index.ts';
import { Superseded } from '../jobs/index.ts';
import { actingFor } from './acting.ts';
import type { Job, Undo } from './job.ts';
import { findJob, type RefusedRecord, recordSteps, refusalSteps, undoStep } from './store.ts';
import type { WriteDeps } from './write.ts';

/** One transaction of it. @throws Superseded; Unworkable where whoever takes it back may not */
export async function undoSome({ database, ...deps }: WriteDeps & { database: Database }, given: Job): Promise<Job | undefined> {
  const acting = await actingFor(database, given);
  const undo = await database.transaction(given.orgId, async (door) => {
    const job = await findJob(door, given.orgId, given.id, true);
    if (job?.undo?.status !== 'Running' || job.undo.below !== given.undo?.below) throw new Superseded();
    const next = await undoOnce(deps, { ...acting, door }, job, job.undo);
    await door.flight([undoStep(job.orgId, job.id, next), ...(next.status === 'Completed' ? recordSteps(acting.author, 'update', job.id) : [])]);
    return next;
  });
  return undo.status === 'Running' ? { ...given, undo } : undefined;
}

async function undoOnce({ validator, records }: WriteDeps, call: Writing, job: Job, undo: Undo): Promise<Undo> {
  const found = await writtenRecords(call.door, job, { kind: job.kind, below: undo.below }, limits.bulkRecordsAtOnce);
  const last = found.at(-1);
  if (!last) return { ...undo, status: 'Completed' };
  // Ancestors that moved along go back along, and what is gone has nothing that could be taken back.
  const there = found.filter(({ now, away }) => now !== null && !away);
  const left = new Map<Written, string>();
  for (const record of there) {
    const reason = whyLeft(record);
    if (reason !== undefined) left.set(record, reason);
  }
  const open = there.filter((record) => !left.has(record) && !(isSame(validator, job.kind, record) && movedFrom(record) === undefined));
  const outcomes = await records[job.kind].writes.update(
    call,
    open.map((record) => {
      const division = movedFrom(record);
      const body = { ...writable(validator, job.kind, record.before as Json), ...(division === undefined ? {} : { division: { id: division } }) };
      return { id: record.id, version: record.version, body };
    }),
  );
  for (const [i, record] of open.entries()) {
    const outcome = outcomes[i];
    if (outcome instanceof Refusal) left.set(record, outcome.message);
  }
  const refused = [...left].map(
    ([{ id, now }, reason], i): RefusedRecord => ({ number: undo.left + i + 1, id, divisionId: divisionId(divisionIn(now)) ?? null, reason }),
  );
  await call.door.flight(refusalSteps(job, 'undo', refused));
  const restored = open.filter((record) => !left.has(record)).length;
  return { ...undo, below: last.position, restored: undo.restored + restored, left: undo.left + refused.length };
}

const divisionIn = (body: Json | null) => body?.division as { id: string } | undefined;

/** The division that the job took a record away from. */
function movedFrom({ before, now }: Written): string | undefined {
  const from = divisionIn(before)?.id;
  return from === divisionIn(now)?.id ? undefined : from;
}
