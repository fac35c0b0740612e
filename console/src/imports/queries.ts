// What the screens of imports read, and how often while something happens.
import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { detailsOf } from './send.ts';

export type Import = Schema['LiaisonImport'];

const MOVING_MS = 1_000;
/** A job that waits can be moved on by somebody else. */
const WAITING_MS = 5_000;

export const isOver = ({ status }: Pick<Import, 'status'>) => status === 'Completed' || status === 'Failed' || status === 'Cancelled';
export const waits = ({ status, executionStep }: Pick<Import, 'status' | 'executionStep'>) => status === 'Running' && executionStep === 'Validated';
export const moves = (job: Import) => job.undo?.status === 'Running' || !(isOver(job) || waits(job));

export const importQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['import', jobId],
    queryFn: ({ signal }) => body(api.GET('/liaison/v1/imports/{jobId}', { params: { path: { jobId } }, signal })),
    staleTime: 0,
    refetchInterval: ({ state: { data } }) => (data === undefined ? false : moves(data) ? MOVING_MS : waits(data) ? WAITING_MS : false),
  });

export const uploadQuery = (uploadId: string) => queryOptions({ queryKey: ['upload', uploadId], queryFn: () => detailsOf(uploadId) });

export const previewQuery = (uploadId: string) =>
  queryOptions({
    queryKey: ['upload preview', uploadId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => body(api.GET('/api/v2/externalcontacts/import/csv/uploads/{uploadId}/preview', { params: { path: { uploadId } } })),
  });

/** The vendor's view of a job: its settings, its division by name, and new links to its reports. */
export const jobOf = (jobId: string): Promise<Schema['ContactImportJobResponse']> =>
  body(api.GET('/api/v2/externalcontacts/import/jobs/{jobId}', { params: { path: { jobId }, query: { expand: ['division'] } } }));
