// One chunk of rows, from the file into the database: what they come to, what is refused and how far the job is are one
// transaction, so that a job that is killed goes on as if it had paused.
import type { Database, Door, Step } from '../../db/database.ts';
import { limits } from '../../http/limits.ts';
import { Superseded, Unworkable } from '../../jobs/index.ts';
import type { CsvRow } from '../csv/read.ts';
import { type Acting, actingFor } from './acting.ts';
import type { Job } from './job.ts';
import type { RowOutcome } from './outcome.ts';
import type { Preparation, Prepared } from './prepare.ts';
import { joined } from './reasons.ts';
import { type Reject, rejectSteps } from './rejects.ts';
import { advanceStep, beginWritingStep, findJob, type Progress, recordSteps, targetOf } from './store.ts';
import { validateRows } from './validate.ts';
import { type WriteTools, writeRows } from './write.ts';

export interface ChunkDeps {
  database: Database;
  tools: WriteTools;
}

/** Goes on with a job where it is: `job.at` moves along. */
export interface Work {
  job: Job;
  preparation: Preparation;
  /** Whether its rows make new contacts for the most part. */
  createsMostly: boolean;
  /** When followers were told last, and when the step was gone on with. */
  toldAt: number;
  since: number;
}

/**
 * Validates or writes rows, from the first, as many as fit a transaction.
 * @returns how many
 * @throws Superseded; Unworkable where whoever started the job may not go on with it
 */
export async function commitRows({ database, tools }: ChunkDeps, work: Work, rows: readonly Prepared[]): Promise<number> {
  const { job } = work;
  const acting = await actingFor(database, job);
  const ms = Date.now() - work.since;
  const tells = Date.now() - work.toldAt >= limits.importTellMs;
  const outcomes = await database.transaction(job.orgId, async (door) => {
    await requireStill(door, job);
    await requireTarget(door, job);
    if (job.step === 'Importing' && job.firstPosition === null) await door.flight([beginWritingStep(job.orgId, job.id)]);
    const done = await (job.step === 'Validating' ? validateRows({ ...acting, door }, work.preparation.mapping, rows) : write(door, acting, work, rows, tools));
    await door.flight([...progressSteps(work, rows, done, ms), ...(tells ? recordSteps(acting.author, 'progress', job.id) : [])]);
    return done;
  });
  moveOn(work, rows[outcomes.length - 1]?.row, outcomes.length, ms, tells);
  work.createsMostly = 2 * outcomes.filter((outcome) => outcome === 'created').length >= outcomes.length;
  return outcomes.length;
}

/** A row that cannot be written, nobody knows why, is refused. */
export async function commitRefusal({ database }: ChunkDeps, work: Work, prepared: Prepared, reason: string): Promise<void> {
  const { job } = work;
  await database.transaction(job.orgId, async (door) => {
    await requireStill(door, job);
    await door.flight(progressSteps(work, [prepared], [[reason]], 0));
  });
  moveOn(work, prepared.row, 1, 0, false);
}

async function requireStill(door: Door, job: Job): Promise<void> {
  const now = await findJob(door, job.orgId, job.id, true);
  if (now?.status !== job.status || now.step !== job.step || now.at.byte !== job.at.byte) throw new Superseded();
}

/** What goes meanwhile waits until the chunk is written. @throws Unworkable */
async function requireTarget(door: Door, job: Job): Promise<void> {
  const { division, source } = await targetOf(door, job);
  if (!division) throw new Unworkable('The division that it imports into has gone.');
  if (!source) throw new Unworkable('The external source of its import settings has gone.');
}

function write(door: Door, acting: Acting, { job, preparation }: Work, rows: readonly Prepared[], tools: WriteTools): Promise<RowOutcome[]> {
  const given = { call: { ...acting, door }, divisionId: job.divisionId, mapping: preparation.mapping, mergeContacts: job.rules.mergeContacts };
  return writeRows(given, rows, tools);
}

function progressSteps({ job, preparation }: Work, rows: readonly Prepared[], outcomes: readonly RowOutcome[], ms: number): Step[] {
  const { end } = (rows[outcomes.length - 1] as Prepared).row;
  const rejects = outcomes.flatMap((outcome, i): Reject[] => {
    const { row } = rows[i] as Prepared;
    return Array.isArray(outcome) ? [{ line: row.line, cells: row.cells, reasons: joined(outcome), marks: preparation.marksOf(row) }] : [];
  });
  const count = (done: RowOutcome) => outcomes.filter((outcome) => outcome === done).length;
  const validates = job.step === 'Validating';
  const progress: Progress = {
    ...end,
    rows: outcomes.length,
    ms,
    accepted: validates ? outcomes.length - rejects.length : 0,
    dryRejected: validates ? rejects.length : 0,
    created: count('created'),
    updated: count('updated'),
    merged: count('merged'),
    unchanged: validates ? 0 : count('unchanged'),
    rejected: validates ? 0 : rejects.length,
  };
  return [...rejectSteps(job.orgId, job.id, validates ? 'dryRun' : 'import', rejects), advanceStep(job.orgId, job.id, progress, !validates)];
}

function moveOn(work: Work, row: CsvRow | undefined, rows: number, ms: number, told: boolean): void {
  if (!row) throw new Error('a chunk of no rows was committed');
  work.job = { ...work.job, at: row.end, rowsRead: work.job.rowsRead + rows, firstPosition: work.job.firstPosition ?? 0 };
  work.since += ms;
  if (told) work.toldAt = Date.now();
}
