// What marks sample data: each of its records has an id in one external source. By that they are found, and go again.
import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/api.ts';
import { type BulkJob, commandJob, isOver, moves, startJob } from '../bulk/queries.ts';
import { externalSources, sameName } from '../imports/start.ts';

/** In one language: a source has one name for everybody. */
export const SOURCE = 'Sample data';

const searchOf = (sourceId: string) => ({ filter: { field: 'externalIds.externalSource.id', eq: sourceId } });

/** The source; null where there is none, and so no sample data. */
export const samplesQuery = queryOptions({
  queryKey: ['samples'],
  staleTime: 0,
  queryFn: async (): Promise<{ sourceId: string } | null> => {
    const source = (await externalSources(SOURCE)).find(({ name }) => sameName(name, SOURCE));
    return source ? { sourceId: source.id } : null;
  },
});

/** A job for the contacts, then one for the organizations: they have counted, and wait for the word. */
export const countSamples = (sourceId: string): Promise<BulkJob[]> =>
  Promise.all((['contact', 'organization'] as const).map(async (kind) => settled(await startJob({ kind, search: searchOf(sourceId) }, { act: 'delete' }))));

/**
 * Notes go with the records. The source goes only with the last of them: by it they are found.
 * @param onRemoved how many are gone so far
 * @returns how many were refused
 */
export async function removeSamples(sourceId: string, jobs: readonly BulkJob[], onRemoved: (count: number) => void): Promise<number> {
  let [gone, refused] = [0, 0];
  for (const { id } of jobs) {
    const { records } = await settled(await commandJob(id, 'continue'), (done) => onRemoved(gone + done));
    gone += records.done;
    refused += records.refused;
  }
  if (refused === 0) await api.DELETE('/api/v2/externalcontacts/externalsources/{externalSourceId}', { params: { path: { externalSourceId: sourceId } } });
  return refused;
}

const LOOK_MS = 500;

/** @throws Error where it came to nothing */
async function settled(started: BulkJob, onDone?: (count: number) => void): Promise<BulkJob> {
  let job = started;
  while (moves(job)) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    job = await body(api.GET('/liaison/v1/bulk-jobs/{bulkJobId}', { params: { path: { bulkJobId: job.id } } }));
    onDone?.(job.records.done);
  }
  if (isOver(job) && job.status !== 'Completed') throw new Error(job.statusDetails ?? job.status);
  return job;
}
