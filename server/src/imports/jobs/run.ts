// Works on import jobs, in the thread of the jobs: one of each organization after the other, each for a while, so that a
// large file does not keep a small one waiting.
import type { Contract } from '../../contract/load.ts';
import type { Validator } from '../../contract/validate.ts';
import { isLostConnection } from '../../db/retry.ts';
import { isObjection } from '../../families/guarded.ts';
import { type Files, NoSuchFile } from '../../files/index.ts';
import { limits } from '../../http/limits.ts';
import { Superseded, type Task, Unworkable } from '../../jobs/index.ts';
import { type CsvRow, rowsOf, Unreadable } from '../csv/read.ts';
import { actingFor } from './acting.ts';
import { breathing } from './breathing.ts';
import { type ChunkDeps, commitRefusal, commitRows, type Work } from './chunk.ts';
import { draftAll } from './contacts.ts';
import { authorOfJob, endingOf, type Job, type Undo } from './job.ts';
import { createPreparation, type Preparation, type Prepared } from './prepare.ts';
import { anyDue, dueJobs, findJob, type Move, moveSteps, statisticsStep, undoStep } from './store.ts';
import { undoSome } from './undo.ts';

export interface ImportDeps extends ChunkDeps {
  contract: Contract;
  validator: Validator;
  files: Files;
  /** What cannot be told to whoever started the job. */
  log(error: unknown, message: string): void;
}

export function importTask(deps: ImportDeps): Task {
  /** When a job that could not go on is tried again, so that it keeps no other one waiting. */
  const later = new Map<string, number>();
  return {
    ...watchedImports,
    async run(signal) {
      while (!signal.aborted) {
        for (const [id, at] of later) if (Date.now() >= at) later.delete(id);
        const due = await dueJobs(deps.database, [...later.keys()]);
        if (due.length === 0) return;
        for (const { orgId, id } of due) {
          if (signal.aborted) return;
          await turn(deps, orgId, id, signal).catch((error: unknown) => {
            if (isLostConnection(error)) throw error;
            deps.log(error, `the import ${id} could not go on, and is tried again`);
            later.set(id, Date.now() + limits.jobsRetryMs);
          });
        }
      }
    },
  };
}

/** For the process that starts the thread. */
export const watchedImports = {
  name: 'imports',
  hasWork: anyDue,
};

/** Goes on with a job for a while. @throws where it cannot for now, such as for want of the database */
async function turn(deps: ImportDeps, orgId: string, id: string, signal: AbortSignal): Promise<void> {
  const door = deps.database.tenant(orgId);
  const job = await findJob(door, orgId, id);
  if (!job) return;
  // From the first question on, which comes when there is something to write: however long that took, some of it is written.
  let until: number | undefined;
  const isOver = async () => {
    until ??= Date.now() + limits.importTurnMs;
    if (Date.now() > until && (await dueJobs(deps.database, [id])).length === 0) until = Date.now() + limits.importTurnMs;
    return signal.aborted || Date.now() > until;
  };
  try {
    if (job.undo?.status === 'Running') return await undoSome(deps, job, isOver);
    if (job.status === 'Created') return await move(deps, job, { status: 'Running', step: 'Validating' });
    // It may have been cancelled while others had their turns.
    if (job.status !== 'Running') return;
    if (job.file === null || (await goThrough(deps, job, isOver))) await move(deps, job, endingOf(job));
  } catch (error) {
    if (error instanceof Superseded || isObjection(error)) return;
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    deps.log(error, `the import ${id} failed`);
    if (job.undo?.status === 'Running') await failUndo(deps, job, job.undo, reason);
    else await move(deps, job, { status: 'Failed', step: job.step, details: reason });
  }
}

/** Why a job cannot be gone on with, for people; undefined where it can, later. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof Unworkable) return error.message;
  if (error instanceof NoSuchFile) return 'The file is no longer there: upload it again, and start a new import.';
  if (error instanceof Unreadable) return `The file cannot be read on from line ${error.line}. ${error.message}`;
  return undefined;
}

async function move({ database }: ImportDeps, job: Job, to: Move): Promise<void> {
  await database.tenant(job.orgId).flight(moveSteps(authorOfJob(job), job, to));
}

/** What was taken back so far stays so; asking again goes on with the rest. */
async function failUndo({ database }: ImportDeps, { orgId, id }: Job, undo: Undo, details: string): Promise<void> {
  const door = database.tenant(orgId);
  const now = (await findJob(door, orgId, id))?.undo ?? undo;
  await door.flight([undoStep(orgId, id, { ...now, status: 'Failed', details })]);
}

/** @returns whether the file has come to its end */
async function goThrough(deps: ImportDeps, job: Job, isOver: () => Promise<boolean>): Promise<boolean> {
  const { file } = job;
  if (!file) return true;
  const door = deps.database.tenant(job.orgId);
  const acting = await actingFor(deps.database, job);
  const preparation = await createPreparation({ ...deps, door, principal: acting.principal, divisionId: job.divisionId }, job.rules, file.columns);
  const stream = await deps.files.read(file.key, job.at.byte);
  const work: Work = { job, preparation, createsMostly: true, toldAt: 0, since: Date.now() };
  // What lies behind rows that were not committed would be committed in their place: so one waits for the other.
  let written = Promise.resolve(true);
  try {
    const ahead: Promise<boolean>[] = [];
    for await (const rows of rowsOf(stream, { separator: file.separator, from: job.at })) {
      const prepared = await prepareAll(deps, preparation, rows);
      if (job.step === 'Importing' && work.createsMostly) await draftAll({ ...acting, door }, deps.tools.contacts, job.divisionId, prepared);
      written = written.then(async (all) => all && !(await isOver()) && commitAll(deps, work, prepared, isOver));
      // Whoever waits for it hears of its failure; until then nobody does.
      written.catch(() => undefined);
      if (ahead.push(written) > AHEAD && !(await ahead.shift())) return false;
    }
    return await written;
  } finally {
    stream.destroy();
    // Where the file cannot be read on, what was read is written nevertheless.
    await written.catch(() => undefined);
  }
}

/** Chunks that are ready while another is written, so that one which takes long keeps neither side waiting. */
const AHEAD = 2;

async function prepareAll(deps: ImportDeps, preparation: Preparation, rows: readonly CsvRow[]): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  await breathing(rows, (row) => {
    try {
      prepared.push(preparation.prepare(row));
    } catch (error) {
      prepared.push({ row, reasons: [inexplicable(deps, error, row)] });
    }
  });
  return prepared;
}

/** What is told of a row that fails for no fault of its own; the rest is for the log. */
function inexplicable({ log }: ImportDeps, error: unknown, { line }: CsvRow): string {
  const reference = crypto.randomUUID();
  log(error, `the row of line ${line} of an import could not be written (${reference})`);
  return `It could not be written; the server's log has the cause under ${reference}.`;
}

/**
 * Commits rows, in as many transactions as they take: a thousand where each row waits for the one before. What fails for no
 * reason that is known is tried again, then row by row. @returns whether all of them were
 */
async function commitAll(deps: ImportDeps, work: Work, rows: readonly Prepared[], isOver: () => Promise<boolean>): Promise<boolean> {
  let tries = 0;
  /** Rows that are committed one by one. */
  let singly = 0;
  for (let at = 0; at < rows.length; ) {
    if (at > 0 && (await isOver())) return false;
    try {
      const first = work.job.step === 'Importing' && work.job.rowsRead === 0;
      const done = await commitRows(deps, work, singly > 0 ? rows.slice(at, at + 1) : rows.slice(at));
      at += done;
      singly -= done;
      tries = 0;
      if (first) await deps.database.tenant(work.job.orgId).flight([statisticsStep]);
    } catch (error) {
      if (error instanceof Superseded || error instanceof Unworkable || isLostConnection(error)) throw error;
      tries += 1;
      if (tries < limits.importTriesMax) continue;
      tries = 0;
      if (singly <= 0) {
        deps.log(error, `rows of the import ${work.job.id} are written one by one, from line ${rows[at]?.row.line}`);
        singly = rows.length - at;
        continue;
      }
      const row = rows[at] as Prepared;
      await commitRefusal(deps, work, row, inexplicable(deps, error, row.row));
      at += 1;
      singly -= 1;
    }
  }
  return true;
}
