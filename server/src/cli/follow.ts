// An import job, from its start to its end, as the person who began it wants to see it.
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Wire } from '../families/wire.ts';
import { type Api, Failure, Unreachable } from './api.ts';
import { Misspoken, type Options } from './options.ts';
import { freeName, save } from './save.ts';
import { ask, count, createProgress, interruptible, say } from './terminal.ts';

type Job = Wire['LiaisonImport'];

export interface Following extends Options {
  interactive: boolean;
  /** The file, where it was named. */
  file: string | undefined;
}

/** Often enough to be lively, and far from what the server lets a client ask in a minute. */
const EVERY_MS = 500;
/** A server that is started anew is back within this time. */
const PATIENCE_MS = 60_000;

/** @returns the exit code */
export async function followJob(api: Api, id: string, options: Following): Promise<number> {
  const still = `The job goes on on the server, up to where it has to ask. To see it again: liaison import --follow ${id}`;
  return interruptible(still, () => accompany(api, id, options)).catch((error: unknown) => {
    throw error instanceof Unreachable ? new Failure(`${error.message} ${still}`) : error;
  });
}

async function accompany(api: Api, id: string, options: Following): Promise<number> {
  say(`Job ${id}`);
  const path = `/liaison/v1/imports/${encodeURIComponent(id)}`;
  const checked = await until(api, path, ({ status, executionStep }) => isOver(status) || executionStep !== 'Validating');
  if (isOver(checked.status)) return finish(api, path, checked, options);
  let { rejects } = options;
  if (checked.executionStep === 'Validated') {
    const { dryRunAccepted, dryRunRejected } = checked.rows;
    const only = options['dry-run'] || dryRunAccepted === 0;
    say(`${rows(dryRunAccepted)} can be imported, ${rows(dryRunRejected)} cannot.`);
    const report = async () => (dryRunRejected > 0 ? saveRejects(api, path, checked, options) : undefined);
    if (only) {
      // First, for where the report cannot be saved nobody would go on with the job.
      await command(api, id, 'Cancel');
      const file = await report();
      return tell(checked, options, `Nothing was written.${hint(file)}`, file);
    }
    const file = options.interactive ? await report() : undefined;
    if (file) say(`${file} has the refused rows, with reasons.`);
    await requireYes(api, id, dryRunAccepted, options);
    await command(api, id, 'Continue');
    rejects ??= file;
  }
  const over = await until(api, path, ({ status }) => isOver(status));
  return finish(api, path, over, { ...options, ...(rejects === undefined ? {} : { rejects }) });
}

/** @throws Misspoken where there is nobody to ask; Failure after a no */
async function requireYes(api: Api, id: string, accepted: number, { yes, interactive }: Following): Promise<void> {
  if (yes) return;
  if (!interactive) throw new Misspoken('The job waits, and there is nobody here to ask: say --yes to go on with it.');
  if (/^y(es)?$/i.test(await ask(`Import ${rows(accepted)}? [y/N] `))) return;
  await command(api, id, 'Cancel');
  throw new Failure('Nothing was written.');
}

/** @returns the exit code */
export async function undoJob(api: Api, id: string, options: Options): Promise<number> {
  const path = `/liaison/v1/imports/${encodeURIComponent(id)}`;
  await api.send('POST', `${path}/undo`);
  return interruptible(`It goes on on the server: GET ${path} says how far it is.`, async () => {
    const job = await until(api, path, ({ undo }) => undo?.status !== 'Running');
    const { status, statusDetails = '', deleted = 0, restored = 0, unmerged = 0, left = 0 } = job.undo ?? {};
    if (status === 'Failed') throw new Failure(`It could not be taken back: ${statusDetails}`);
    const file = left > 0 ? await saveReport(api, `${path}/rejects?report=undo`, options.rejects ?? freeName(`${stem(named(job))}.left`, '.csv')) : undefined;
    const result = `${records(deleted)} deleted, ${records(restored)} as they were before, ${count(unmerged)} merges undone.`;
    const rest = file === undefined ? '' : ` ${records(left)} were left as they are, because somebody has touched them since: ${file} lists them.`;
    process.stdout.write(options.json ? `${JSON.stringify({ ...job, ...(file === undefined ? {} : { file }) }, null, 2)}\n` : `${result}${rest}\n`);
    return left > 0 ? 3 : 0;
  });
}

const isOver = (status: Job['status']): boolean => status === 'Completed' || status === 'Failed' || status === 'Cancelled';
const rows = (number: number): string => `${count(number)} ${number === 1 ? 'row' : 'rows'}`;
const records = (number: number): string => `${count(number)} ${number === 1 ? 'record' : 'records'}`;

/** Asks until it is as wanted. A server that is away for a moment goes on with the job by itself when it is back. */
async function until(api: Api, path: string, wanted: (job: Job) => boolean): Promise<Job> {
  const progress = createProgress();
  try {
    for (let last = Date.now(); ; await pause(EVERY_MS)) {
      const job = await api.get<Job>(path).catch((error: unknown) => {
        if (error instanceof Unreachable && Date.now() - last < PATIENCE_MS) return undefined;
        throw error;
      });
      if (!job) continue;
      last = Date.now();
      const { rowsPerSecond, secondsLeft, executionStep } = job;
      const { read, total } = job.rows;
      if (!job.undo && total !== undefined && executionStep !== 'Validated')
        progress.show({
          what: executionStep === 'Importing' ? 'Importing' : 'Checking',
          done: read,
          total,
          unit: 'rows',
          perSecond: rowsPerSecond,
          secondsLeft,
        });
      if (wanted(job)) return job;
    }
  } finally {
    progress.end();
  }
}

const command = (api: Api, id: string, status: 'Continue' | 'Cancel') =>
  api.send('PUT', `/api/v2/externalcontacts/import/jobs/${encodeURIComponent(id)}`, { jobId: id, status });

/** @throws Failure where the job has not come to its end */
async function finish(api: Api, path: string, job: Job, options: Following): Promise<number> {
  const { status, statusDetails = '', executionStep } = job;
  const { created, updated, merged, unchanged, rejected } = job.rows;
  if (status === 'Failed') throw new Failure(`The job failed: ${statusDetails}`);
  if (status === 'Cancelled' && executionStep !== 'Importing') throw new Failure('The job was cancelled; nothing was written.');
  const file = rejected > 0 ? await saveRejects(api, path, job, options) : undefined;
  const counts = `${count(created)} created, ${count(updated)} updated, ${count(merged)} merged, ${count(unchanged)} unchanged, ${count(rejected)} rejected.`;
  const undo = created + updated + merged > 0 && !job.undo ? `\nTo take it back: liaison import --undo ${job.id}` : '';
  const code = tell(job, options, `${counts}${hint(file)}${undo}`, file);
  if (status === 'Cancelled') throw new Failure('The job was cancelled before its end.');
  return code;
}

const hint = (file: string | undefined) => (file === undefined ? '' : `\n${file} has the refused rows, with reasons: mend them there, and import that file.`);

function tell(job: Job, { json }: Options, text: string, rejectsFile: string | undefined): number {
  process.stdout.write(json ? `${JSON.stringify({ ...job, ...(rejectsFile === undefined ? {} : { rejectsFile }) }, null, 2)}\n` : `${text}\n`);
  return (job.executionStep === 'Importing' ? job.rows.rejected : job.rows.dryRunRejected) > 0 ? 3 : 0;
}

function saveRejects(api: Api, path: string, job: Job, { rejects, file }: Following): Promise<string> {
  return saveReport(api, `${path}/rejects`, rejects ?? freeName(`${stem(file ?? named(job))}.rejects`, '.csv'));
}

const stem = (file: string) => file.replace(/\.csv$/i, '');
/** What the server calls the file is no path to write to. */
const named = ({ fileName }: Job) => basename(fileName ?? 'import');

async function saveReport(api: Api, report: string, file: string): Promise<string> {
  await save(await api.open(report), file);
  return file;
}
