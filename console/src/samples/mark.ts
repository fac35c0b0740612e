// What marks sample data: each of its records has an id in one external source. By that they are found, and go again.
import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/api.ts';
import { isOver } from '../bulk/queries.ts';
import { externalSources } from '../imports/start.ts';

/** In one language: a source has one name for everybody. */
export const SOURCE = 'Sample data';

const questionOf = (sourceId: string) => ({ filter: { field: 'externalIds.externalSource.id', eq: sourceId } });

/** The source; null where there is none, and so no sample data. */
export const samplesQuery = queryOptions({
  queryKey: ['samples'],
  staleTime: 0,
  queryFn: async (): Promise<{ sourceId: string } | null> => {
    const source = (await externalSources(SOURCE)).find(({ name }) => name === SOURCE);
    return source ? { sourceId: source.id } : null;
  },
});

const LOOK_MS = 500;

/** Notes go with the records. @param onRemoved how many are gone so far */
export async function removeSamples(sourceId: string, onRemoved: (count: number) => void): Promise<void> {
  let gone = 0;
  for (const kind of ['contact', 'organization'] as const) {
    let job = await body(api.POST('/liaison/v1/bulk-jobs', { body: { kind, act: 'delete', search: questionOf(sourceId), countFirst: false } }));
    while (!isOver(job)) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      job = await body(api.GET('/liaison/v1/bulk-jobs/{bulkJobId}', { params: { path: { bulkJobId: job.id } } }));
      onRemoved(gone + job.records.done);
    }
    if (job.status !== 'Completed') throw new Error(job.statusDetails ?? job.status);
    gone += job.records.done;
  }
  await api.DELETE('/api/v2/externalcontacts/externalsources/{externalSourceId}', { params: { path: { externalSourceId: sourceId } } });
}
