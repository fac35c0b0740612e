// Bulk jobs: how they are started and followed, and what they could not do.
import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { saveFile } from '../frame/save-file.ts';
import { beginningOf, parse } from '../imports/rejects.ts';
import { PERMISSIONS } from '../record/record.ts';

export type BulkJob = Schema['LiaisonBulkJob'];
export type Act = BulkJob['act'];
export type Change = Schema['ContactsPatchChange'];
/** Which records are meant. */
export type Which = Pick<Schema['LiaisonBulkJobRequest'], 'kind' | 'ids' | 'search' | 'everything'>;
export type Wish = Pick<Schema['LiaisonBulkJobRequest'], 'act' | 'changes' | 'toDivision' | 'reason'>;

const MOVING_MS = 700;

export const isOver = ({ status }: Pick<BulkJob, 'status'>) => status === 'Completed' || status === 'Failed' || status === 'Cancelled';
export const moves = (job: BulkJob) => job.undo?.status === 'Running' || job.status === 'Counting' || job.status === 'Running';

/** Any of these lets one command such a job. */
export const permissionsFor = ({ kind, act }: Pick<BulkJob, 'kind' | 'act'>): readonly string[] =>
  act === 'erase' ? ['liaison:subject:erase'] : PERMISSIONS[kind][act === 'delete' ? 'delete' : 'edit'];

export const bulkJobQuery = (bulkJobId: string) =>
  queryOptions({
    queryKey: ['bulk job', bulkJobId],
    queryFn: ({ signal }) => body(api.GET('/liaison/v1/bulk-jobs/{bulkJobId}', { params: { path: { bulkJobId } }, signal })),
    staleTime: 0,
    refetchInterval: ({ state: { data } }) => (data !== undefined && moves(data) ? MOVING_MS : false),
  });

/** It counts, and waits to be continued. */
export const startJob = (which: Which, wish: Wish): Promise<BulkJob> =>
  body(api.POST('/liaison/v1/bulk-jobs', { body: { ...which, ...wish, countFirst: true } }));

const COMMANDS = {
  continue: '/liaison/v1/bulk-jobs/{bulkJobId}/continue',
  cancel: '/liaison/v1/bulk-jobs/{bulkJobId}/cancel',
  undo: '/liaison/v1/bulk-jobs/{bulkJobId}/undo',
} as const;
export type Command = keyof typeof COMMANDS;

export const commandJob = (bulkJobId: string, command: Command): Promise<BulkJob> => body(api.POST(COMMANDS[command], { params: { path: { bulkJobId } } }));

export type Report = 'job' | 'undo';

const reportOf = (bulkJobId: string, report: Report, parseAs: 'stream' | 'blob') =>
  api.GET('/liaison/v1/bulk-jobs/{bulkJobId}/refusals', { params: { path: { bulkJobId }, query: { report } }, parseAs });

export async function firstRefusals(bulkJobId: string, report: Report, most: number): Promise<{ id: string; reason: string }[]> {
  const { data } = await reportOf(bulkJobId, report, 'stream');
  const [, ...rows] = parse(await beginningOf(data as unknown as ReadableStream<Uint8Array>), most + 1);
  return rows.map(([, id = '', reason = '']) => ({ id, reason }));
}

export async function saveRefusals(bulkJobId: string, report: Report): Promise<void> {
  const { data } = await reportOf(bulkJobId, report, 'blob');
  saveFile(data as unknown as Blob, `${bulkJobId}.csv`);
}
