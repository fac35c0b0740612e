// Every kind of work that the server does in the background: a further one is an entry here.
import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { type BulkJob, moves as bulkMoves, commandJob, isOver as isBulkOver, permissionsFor } from '../bulk/queries.ts';
import { type Export, exportsQuery, linkOf } from '../exports/queries.ts';
import { CHANGES } from '../frame/places.ts';
import { shareOf } from '../imports/progress.tsx';
import { type Import, isOver, jobOf, moves, waits } from '../imports/queries.ts';
import { erasuresQuery } from '../privacy/queries.ts';
import type { Act, Job, JobKind, State } from './job.ts';

const PAGE = 25;
const IMPORTS_MAX = 100;
const MOVING_MS = 2_000;
/** Others may start some, too. */
const IDLE_MS = 15_000;

export const IMPORTS = ['jobs', 'imports'];

export const importsQuery = queryOptions({
  queryKey: IMPORTS,
  queryFn: async ({ signal }) => {
    const found: Import[] = [];
    let after: string | undefined;
    do {
      const query = { sortOrder: 'Descending' as const, pageSize: String(PAGE), ...(after === undefined ? {} : { after }) };
      const page = await body(api.GET('/liaison/v1/imports', { params: { query }, signal }));
      found.push(...page.entities);
      after = page.cursors.after;
    } while (after !== undefined && found.length < IMPORTS_MAX);
    return found;
  },
  staleTime: 0,
  refetchInterval: ({ state: { data } }) => (data?.some(moves) ? MOVING_MS : IDLE_MS),
});

const bulkJobsQuery = queryOptions({
  queryKey: ['bulk jobs', 'jobs'],
  queryFn: async ({ signal }) => (await body(api.GET('/liaison/v1/bulk-jobs', { params: { query: { limit: 100 } }, signal }))).entities,
  staleTime: 0,
  refetchInterval: ({ state: { data } }) => (data?.some(bulkMoves) ? MOVING_MS : IDLE_MS),
});

const archivesQuery = queryOptions({
  queryKey: ['jobs', 'archives'],
  queryFn: async ({ signal }) => (await body(api.GET('/liaison/v1/subjects/access', { params: { query: { limit: 100 } }, signal }))).entities,
  staleTime: 0,
  refetchInterval: ({ state: { data } }) => (data?.some(({ status }) => status === 'running') ? MOVING_MS : IDLE_MS),
});

/** The entries differ in what they read, which only they themselves know. */
const kind = <T>(one: JobKind<T>) => one as unknown as JobKind<unknown>;

const SEE_IMPORTS = ['externalContacts:importJob:viewAll'];

export const KINDS = {
  import: kind<Import[]>({
    text: 'jobs.kind.import',
    permissions: SEE_IMPORTS,
    query: importsQuery as never,
    jobsOf: (imports, t) => imports.map((one) => importJob(one, t('imports.nameless'))),
  }),
  undo: kind<Import[]>({
    text: 'jobs.kind.undo',
    permissions: SEE_IMPORTS,
    query: importsQuery as never,
    jobsOf: (imports, t) => imports.flatMap((one) => undoJob(one, t('imports.nameless'))),
  }),
  export: kind<Export[]>({
    text: 'jobs.kind.export',
    permissions: ['externalContacts:export:view'],
    query: exportsQuery as never,
    jobsOf: (exports, t) => exports.map((one) => exportJob(one, t(`exports.kind.${one.kind}`))),
  }),
  bulk: kind<BulkJob[]>({
    text: 'jobs.kind.bulk',
    permissions: CHANGES,
    query: bulkJobsQuery as never,
    jobsOf: (jobs, t) => jobs.map((one) => bulkJob(one, `${t(`${one.kind}s.title`)}: ${t(`bulk.act.${one.act}`)}`)),
  }),
  archive: kind<Archive[]>({
    text: 'jobs.kind.archive',
    permissions: ['liaison:subject:view'],
    query: archivesQuery as never,
    jobsOf: (archives, t) => archives.map((one) => archiveJob(one, t('jobs.people', { count: one.contacts.length }))),
  }),
  erasure: kind<Erasure[]>({
    text: 'jobs.kind.erasure',
    permissions: ['liaison:subject:erase'],
    query: erasuresQuery as never,
    jobsOf: (erasures, t) => erasures.map((one) => erasureJob(one, one.reason ?? t('jobs.people', { count: one.subjects.length }))),
  }),
};
export type Kind = keyof typeof KINDS;

type Archive = Schema['LiaisonSubjectArchive'];
type Erasure = Schema['LiaisonErasure'];

const EDIT_IMPORTS = ['externalContacts:importJob:edit'];

function importJob(job: Import, nameless: string): Job {
  const { id, status, executionStep, rows, fileName = nameless, statusDetails, dateCreated } = job;
  const command = (text: 'jobs.cancel' | 'jobs.retry', wanted: 'Cancel' | 'Retry'): Act => ({
    text,
    permissions: EDIT_IMPORTS,
    ask: () =>
      api.PUT('/api/v2/externalcontacts/import/jobs/{jobId}', { params: { path: { jobId: id } }, body: { jobId: id, status: wanted } }) as Promise<unknown>,
  });
  const refused = executionStep === 'Importing' ? rows.rejected : rows.dryRunRejected;
  return {
    id,
    state: status === 'Created' || waits(job) ? 'waiting' : (status.toLowerCase() as State),
    name: fileName,
    to: `/imports/${id}`,
    share: shareOf(job),
    count: executionStep === 'Importing' ? rows.created + rows.updated + rows.merged + rows.unchanged : undefined,
    details: statusDetails,
    created: dateCreated,
    acts: [
      ...(isOver(job) ? [] : [command('jobs.cancel', 'Cancel')]),
      ...(status === 'Failed' && !job.undo ? [command('jobs.retry', 'Retry')] : []),
      ...(isOver(job) && refused > 0 ? [{ text: 'jobs.refused', permissions: SEE_IMPORTS, link: () => refusedRows(id) } as const] : []),
    ],
  };
}

async function refusedRows(importId: string): Promise<string | undefined> {
  const { metadata } = await jobOf(importId);
  return metadata?.importReportDownloadUrl ?? metadata?.dryRunReportDownloadUrl;
}

function undoJob({ id, undo, fileName = '', dateCreated }: Import, nameless: string): Job[] {
  if (!undo) return [];
  const again = () => api.POST('/liaison/v1/imports/{jobId}/undo', { params: { path: { jobId: id } } }) as Promise<unknown>;
  return [
    {
      id,
      state: undo.status.toLowerCase() as State,
      name: fileName || nameless,
      to: `/imports/${id}`,
      count: undo.deleted + undo.restored + undo.unmerged,
      details: undo.statusDetails,
      created: dateCreated,
      acts: undo.status === 'Failed' ? [{ text: 'jobs.retry', permissions: EDIT_IMPORTS, ask: again }] : [],
    },
  ];
}

const EXPORT_STATES = { RUNNING: 'running', SUCCEEDED: 'completed', FAILED: 'failed' } as const;

function exportJob(one: Export, name: string): Job {
  const { id = '', status = 'RUNNING', statusDetails, resultRowCount, dateCreated = '', kind: what, format, gzip, formulas, filter, divisionIds } = one;
  const again = () =>
    api.POST('/liaison/v1/exports', { body: defined({ kind: what, format, gzip, formulas, filter, divisionIds }) as Export }) as Promise<unknown>;
  return {
    id,
    state: EXPORT_STATES[status],
    name,
    to: '/exports',
    count: resultRowCount,
    details: statusDetails,
    created: dateCreated,
    acts: [
      ...(status === 'SUCCEEDED' ? [{ text: 'jobs.download', permissions: ['externalContacts:export:view'], link: () => linkOf(id) } as const] : []),
      // What was asked for in the vendor's own way cannot be asked for in this one.
      ...(status === 'FAILED' && !one.queryConditions ? [{ text: 'jobs.retry', permissions: ['externalContacts:export:add'], ask: again } as const] : []),
    ],
  };
}

function bulkJob(job: BulkJob, name: string): Job {
  const { id, status, statusDetails, records, undo, dateCreated } = job;
  const state = status === 'Counting' ? 'running' : status === 'Counted' ? 'waiting' : (status.toLowerCase() as State);
  const cancel = { text: 'jobs.cancel', permissions: permissionsFor(job), ask: () => commandJob(id, 'cancel') } as const;
  const through = records.done + records.unchanged + records.refused;
  return {
    id,
    state: undo?.status === 'Running' ? 'running' : state,
    name,
    to: '/bulk-jobs',
    share: status === 'Running' && records.found > 0 ? through / records.found : undefined,
    count: records.done,
    details: undo?.statusDetails ?? statusDetails,
    created: dateCreated,
    acts: isBulkOver(job) ? [] : [cancel],
  };
}

function archiveJob({ id, status, contacts, dateCreated }: Archive, name: string): Job {
  const [first] = contacts;
  const again = () => api.POST('/liaison/v1/subjects/access', { body: { contactId: first?.id ?? '' } }) as Promise<unknown>;
  const link = async () => (await body(api.GET('/liaison/v1/subjects/access/{accessId}', { params: { path: { accessId: id } } }))).downloadUrl;
  const permissions = ['liaison:subject:view'];
  return {
    id,
    state: status,
    name,
    count: contacts.length,
    created: dateCreated,
    acts: [
      ...(status === 'completed' ? [{ text: 'jobs.download', permissions, link } as const] : []),
      ...(status === 'failed' && contacts.length === 1 ? [{ text: 'jobs.retry', permissions, ask: again } as const] : []),
    ],
  };
}

const ERASURE_STATES = { requested: 'waiting', refused: 'cancelled', expired: 'cancelled', running: 'running', completed: 'completed' } as const;

function erasureJob({ id, status, subjects, reason, dateCreated }: Erasure, name: string): Job {
  const failed = subjects.flatMap((subject) => (subject.status === 'failed' && subject.contact?.id ? [subject.contact.id] : []));
  const again = () => api.POST('/liaison/v1/subjects/erasures', { body: { contactIds: failed, ...(reason ? { reason } : {}) } }) as Promise<unknown>;
  const done = subjects.filter((subject) => subject.status !== 'waiting').length;
  return {
    id,
    state: status === 'completed' && failed.length > 0 ? 'failed' : ERASURE_STATES[status],
    name,
    to: '/privacy',
    share: done / subjects.length,
    count: subjects.reduce((sum, { erasedIds = [] }) => sum + erasedIds.length, 0),
    created: dateCreated,
    acts: failed.length > 0 && status === 'completed' ? [{ text: 'jobs.retry', permissions: ['liaison:subject:erase'], ask: again }] : [],
  };
}

const defined = (fields: object) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
