// Takes an import back, the last thing first: contacts, then the organizations that they may have belonged to. Needs no
// journal of its own, for all that a job wrote stands among the changes, under the job's id.

import { differences } from '../../audits/index.ts';
import type { Validator } from '../../contract/validate.ts';
import type { Database } from '../../db/database.ts';
import { neutralise } from '../../families/formula.ts';
import { asSent, type Json } from '../../families/sent.ts';
import type { Outcome, Writes, Writing } from '../../families/writes.ts';
import { Refusal } from '../../http/errors.ts';
import { limits } from '../../http/limits.ts';
import { markOfId } from '../../identifiers/index.ts';
import { unmerge } from '../../identity/index.ts';
import { Superseded } from '../../jobs/index.ts';
import { actingFor } from './acting.ts';
import type { Job, Undo } from './job.ts';
import { type Reject, rejectSteps } from './rejects.ts';
import { findJob, recordSteps, undoStep } from './store.ts';
import { type Written, writtenRecords } from './undo-store.ts';
import type { WriteTools } from './write.ts';

export interface UndoDeps {
  database: Database;
  validator: Validator;
  tools: WriteTools;
}

/** Goes on with taking a job back. @throws Superseded; Unworkable */
export async function undoSome({ database, validator, tools }: UndoDeps, given: Job, isOver: () => Promise<boolean>): Promise<void> {
  for (let job = given; job.undo?.status === 'Running' && !(await isOver()); ) {
    const acting = await actingFor(database, job);
    const undo = await database.transaction(job.orgId, async (door) => {
      const now = await findJob(door, job.orgId, job.id, true);
      if (now?.undo?.status !== 'Running' || now.undo.below !== job.undo?.below || now.undo.kind !== job.undo.kind) throw new Superseded();
      const writes = (now.undo.kind === 'contact' ? tools.contacts.writes : tools.organizations.writes) as unknown as Writes<Json>;
      const next = await undoOnce({ ...acting, door }, { job: now, undo: now.undo, writes, validator });
      await door.flight([undoStep(job.orgId, job.id, next), ...(next.status === 'Completed' ? recordSteps(acting.author, 'update', job.id) : [])]);
      return next;
    });
    job = { ...job, undo };
  }
}

interface Undoing {
  job: Job;
  undo: Undo;
  writes: Writes<Json>;
  validator: Validator;
}

/** What the undoing is after one more transaction. */
async function undoOnce(call: Writing, { job, undo, writes, validator }: Undoing): Promise<Undo> {
  const found = await writtenRecords(call.door, job, undo, limits.importUndoRecords);
  const last = found.at(-1);
  if (!last) return undo.kind === 'contact' ? { ...undo, kind: 'organization', below: (job.lastPosition ?? 0) + 1 } : { ...undo, status: 'Completed' };
  // What a merge made of its contacts goes before what the job did to them, and is looked at after it.
  const merge = found.findIndex(isMerged);
  const now = merge === -1 ? found : merge === 0 ? found.slice(0, 1) : found.slice(0, merge);
  const left: { record: Written; reason: string }[] = [];
  const open = now.filter((record) => {
    const reason = whyLeft(record);
    if (reason !== undefined && record.now !== null) left.push({ record, reason });
    return reason === undefined && record.now !== null && !record.away;
  });
  const settle = (records: readonly Written[], outcomes: readonly Outcome[]): number => {
    const refused = records.flatMap((record, i) => {
      const outcome = outcomes[i];
      return outcome instanceof Refusal ? [{ record, reason: outcome.message }] : [];
    });
    left.push(...refused);
    return records.length - refused.length;
  };

  const merged = open.filter(isMerged);
  const made = open.filter(({ action, before }) => action === 'create' && before === null);
  const changed = open.filter((record) => record.before !== null && !isSame(validator, undo.kind, record));
  const unmerged = settle(merged, await unmergeAll(call, merged));
  const deleted = settle(
    made,
    await writes.remove(
      call,
      made.map(({ id, version }) => ({ id, version })),
    ),
  );
  const bodies = changed.map(({ id, version, before }) => ({ id, version, body: writable(validator, undo.kind, before as Json) }));
  const restored = settle(changed, await writes.update(call, bodies));
  await call.door.flight(
    rejectSteps(
      job.orgId,
      job.id,
      'undo',
      left.map((one, i) => rejectOf(undo, one, undo.left + i + 1)),
    ),
  );
  return {
    ...undo,
    below: (now.at(-1) as Written).position,
    deleted: undo.deleted + deleted,
    restored: undo.restored + restored,
    unmerged: undo.unmerged + unmerged,
    left: undo.left + left.length,
  };
}

/** Undefined for what can be taken back; what is gone has nothing that could be. */
export function whyLeft({ touched, away, action, before }: Written): string | undefined {
  if (touched) return away ? 'It was merged since.' : 'It was changed since.';
  // It was written before there were changes to read it from.
  return action === 'update' && before === null ? 'What it was before is not known.' : undefined;
}

const isMerged = ({ action, before }: Written): boolean => action === 'merge' && before === null;

async function unmergeAll(call: Writing, records: readonly Written[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { id, version } of records) {
    const outcome = await unmerge({ ...call, expectedVersion: version }, id, {}).catch((error: unknown) => {
      if (error instanceof Refusal) return error;
      throw error;
    });
    outcomes.push(outcome instanceof Refusal ? outcome : { id, body: '{}' });
  }
  return outcomes;
}

const MODEL = { contact: 'ExternalContact', organization: 'ExternalOrganization' } as const;

/** The record's body as a caller would write it, with the contact points that clearing a field had taken. */
export function writable(validator: Validator, kind: Undo['kind'], body: Json): Json {
  const { division: _, contactPoints, ...rest } = asSent(structuredClone(body));
  return { ...(validator.named(MODEL[kind], rest) as Json), ...(contactPoints ? { contactPoints } : {}) };
}

export const isSame = (validator: Validator, kind: Undo['kind'], { before, now }: Written): boolean =>
  differences(writable(validator, kind, before as Json), writable(validator, kind, now as Json)).length === 0;

function rejectOf({ kind }: Undo, { record: { id, now }, reason }: { record: Written; reason: string }, line: number): Reject {
  const { name, firstName, lastName } = (now ?? {}) as Record<string, string | undefined>;
  // Names come from anybody, and this report is only ever read by people.
  return { line, cells: [kind, id, neutralise(name ?? [firstName, lastName].filter(Boolean).join(' '))], reasons: reason, marks: [markOfId(id)] };
}
