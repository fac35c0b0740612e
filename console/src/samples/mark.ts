// What marks sample data: each of its records has an id in one external source. By that they are found, and go again.
import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/api.ts';
import { allIds, inBulk } from '../bulk/ids.ts';
import { externalSources } from '../imports/start.ts';
import type { Kind } from '../record/record.ts';

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

const REMOVE = {
  contact: '/api/v2/externalcontacts/bulk/contacts/remove',
  organization: '/api/v2/externalcontacts/bulk/organizations/remove',
} as const satisfies Record<Kind, string>;

/** Notes go with the records. @param onRemoved how many are gone so far */
export async function removeSamples(sourceId: string, onRemoved: (count: number) => void): Promise<void> {
  let gone = 0;
  for (const kind of ['contact', 'organization'] as const) {
    const ids = await allIds(kind, questionOf(sourceId) as never);
    const portions = inBulk(ids, async (portion) => {
      await body(api.POST(REMOVE[kind], { body: { entities: portion.map((id) => ({ id })) } }));
      return portion;
    });
    for await (const removed of portions) {
      gone += removed.length;
      onRemoved(gone);
    }
  }
  await api.DELETE('/api/v2/externalcontacts/externalsources/{externalSourceId}', { params: { path: { externalSourceId: sourceId } } });
}
