// What this server offers of import jobs beyond the API: how far one is, what it refused, and taking it back.

import { Readable } from 'node:stream';
import type { Call, Handlers } from '../../contract/bind.ts';
import type { Door } from '../../db/database.ts';
import { eventIds } from '../../events/index.ts';
import { listAfter } from '../../families/after.ts';
import { guarded } from '../../families/guarded.ts';
import type { Wire } from '../../families/wire.ts';
import type { Download, FileRoutes } from '../../files/index.ts';
import { requireRemembered } from '../../history/index.ts';
import { refuse } from '../../http/errors.ts';
import { divisionArray, UNASSIGNED } from '../../http/principal.ts';
import { missingColumns } from '../csv/mapping.ts';
import { type Job, paceOf, type Report, type Undo } from './job.ts';
import { requireJob } from './operations.ts';
import { forgetStep, rejectsFile } from './rejects.ts';
import { countsOf, findJob, listJobs, recordSteps, sameFile, undoableStep, undoStep } from './store.ts';

export const importExtensionHandlers: Handlers = {
  getLiaisonImports: (call) => {
    const { status = null } = call.query;
    const divisions = divisionArray(call.divisions);
    return listAfter(call, { listing: `imports ${status ?? ''}`, sizeMax: LISTED_MAX, cursors: true }, async (place) => {
      const jobs = await listJobs(call.door, call.principal.orgId, { status, divisions, expand: [] }, place);
      return Promise.all(jobs.map(async ({ id }) => ({ id, body: await show(call, id) })));
    });
  },

  getLiaisonImport: async (call) => {
    await requireJob(call, call.path.jobId);
    return show(call, call.path.jobId);
  },

  getLiaisonImportRejects: async (call) => {
    await requireJob(call, call.path.jobId);
    const job = await findJob(call.door, call.principal.orgId, call.path.jobId);
    if (!job) throw refuse('not.found');
    return { stream: reportOf(call.door, job, call.query.report ?? lastReport(job)), type: 'text/csv; charset=utf-8' };
  },

  postLiaisonImportUndo: async (call) => {
    const { door, principal, author, path } = call;
    const { orgId } = principal;
    await requireJob(call, path.jobId);
    const job = await findJob(door, orgId, path.jobId);
    if (!job) throw refuse('not.found');
    await requireRemembered(door, orgId, job.firstPosition);
    const undo: Undo = {
      clientId: author.clientId,
      userId: author.userId ?? null,
      homeOrgId: author.homeOrgId,
      status: 'Running',
      ...(job.undo?.status === 'Failed' ? rest(job.undo) : { ...NOTHING, below: (job.lastPosition ?? 0) + 1 }),
    };
    const steps = [
      undoableStep(orgId, job.id),
      ...(job.undo ? [] : [forgetStep(orgId, job.id, 'undo')]),
      undoStep(orgId, job.id, undo),
      ...recordSteps(author, 'update', job.id),
    ];
    await guarded(door, steps, async () => refuse('conflict', { params: { reason: whyNot(await findJob(door, orgId, job.id)) } }));
    return { status: 202, body: await show(call, job.id) };
  },
};

/** Each is put together from several statements. */
const LISTED_MAX = 25;

const NOTHING = { kind: 'contact', deleted: 0, restored: 0, unmerged: 0, left: 0 } as const;
const rest = ({ kind, below, deleted, restored, unmerged, left }: Undo) => ({ kind, below, deleted, restored, unmerged, left });

function whyNot(job: Job | undefined): string {
  if (job?.undo) return job.undo.status === 'Running' ? 'The import is being taken back.' : 'The import was taken back already.';
  return 'The import is not over: cancel it first.';
}

/** Downloads by link, of whoever may see the job. */
export const importDownloads: FileRoutes['downloads'] = {
  importDryRunReport: (call) => download(call, 'dryRun'),
  importReport: (call) => download(call, 'import'),
  importUndoReport: (call) => download(call, 'undo'),
};

/** @throws Refusal 404 */
async function download({ door, orgId, id }: { door: Door; orgId: string; id: string }, report: Report): Promise<Download> {
  const job = await findJob(door, orgId, id);
  if (!job) throw refuse('not.found');
  const name = (job.file?.name ?? 'import').replace(/\.csv$/i, '');
  return { content: Readable.from(reportOf(door, job, report)), fileName: `${name} ${FILES[report]}.csv`, type: 'text/csv; charset=utf-8' };
}

const FILES: Record<Report, string> = { dryRun: 'refused in validation', import: 'refused', undo: 'left as they are' };

const lastReport = ({ undo, step }: Job): Report => (undo ? 'undo' : step === 'Importing' ? 'import' : 'dryRun');

function reportOf(door: Door, { orgId, id, file, rules }: Job, report: Report): AsyncGenerator<string> {
  if (report === 'undo') return rejectsFile(door, orgId, id, report, { columns: ['type', 'id', 'name'], separator: ',', read: [] });
  const read = rules.mappings.map(({ sourceField }) => sourceField);
  return rejectsFile(door, orgId, id, report, { columns: file?.columns ?? [], separator: file?.separator ?? ',', read });
}

async function show({ door, principal, divisions }: Pick<Call, 'door' | 'principal' | 'divisions'>, id: string): Promise<string> {
  const { orgId, signingKey } = principal;
  const job = await findJob(door, orgId, id);
  if (!job) throw refuse('not.found');
  const { counts, name, details, created } = await countsOf(door, orgId, id);
  const ids = eventIds(orgId, signingKey);
  const same = job.file ? await sameFile(door, orgId, id, job.file.sha256, divisionArray(divisions)) : [];
  const missing = job.file ? missingColumns(job.rules, job.file.columns) : [];
  const pace = job.status === 'Running' ? paceOf(job) : { ...paceOf(job), secondsLeft: undefined };
  const body: Wire['LiaisonImport'] = {
    id,
    status: job.status,
    executionStep: job.step,
    ...(details === null ? {} : { statusDetails: details }),
    ...(name === null ? {} : { fileName: name }),
    division: { id: job.divisionId === UNASSIGNED ? '*' : job.divisionId },
    rows: { read: job.rowsRead, ...(job.file ? { total: job.file.rows } : {}), ...counts },
    bytes: { read: job.file ? job.at.byte : 0, total: job.file?.bytes ?? 0 },
    ...(pace.rowsPerSecond === undefined ? {} : { rowsPerSecond: pace.rowsPerSecond }),
    ...(pace.secondsLeft === undefined ? {} : { secondsLeft: pace.secondsLeft }),
    ...(job.firstPosition === null ? {} : { events: { after: ids.idOf(job.firstPosition), upTo: ids.idOf(job.lastPosition ?? job.firstPosition) } }),
    ...(same.length === 0 ? {} : { sameFileAs: same.map((other) => ({ id: other, selfUri: `/api/v2/externalcontacts/import/jobs/${other}` })) }),
    ...(missing.length === 0 ? {} : { missingColumns: missing }),
    ...(job.undo ? { undo: shownUndo(job.undo) } : {}),
    dateCreated: created,
    selfUri: `/liaison/v1/imports/${id}`,
  };
  return JSON.stringify(body);
}

const shownUndo = ({ status, details, deleted, restored, unmerged, left }: Undo) => ({
  status,
  ...(details === undefined ? {} : { statusDetails: details }),
  deleted,
  restored,
  unmerged,
  left,
});
