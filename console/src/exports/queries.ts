// The exports of the last week, read whole: the newest are the last ones of the list.
import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';

export type Export = Schema['LiaisonExport'];
export type ExportKind = Export['kind'];

const MOVING_MS = 1_000;
const PAGE = 200;

export const exportsQuery = queryOptions({
  queryKey: ['exports'],
  queryFn: async ({ signal }) => {
    const found: Export[] = [];
    let after: string | undefined;
    do {
      const page = await body(api.GET('/liaison/v1/exports', { params: { query: { pageSize: PAGE, ...(after === undefined ? {} : { after }) } }, signal }));
      found.push(...page.entities);
      after = page.nextUri === undefined ? undefined : (new URL(page.nextUri, location.origin).searchParams.get('after') ?? undefined);
    } while (after !== undefined);
    return found.reverse();
  },
  staleTime: 0,
  refetchInterval: ({ state: { data } }) => (data?.some(({ status }) => status === 'RUNNING') ? MOVING_MS : false),
});

/** A new link to the file. */
export async function linkOf(exportId: string): Promise<string | undefined> {
  return (await body(api.GET('/liaison/v1/exports/{exportId}', { params: { path: { exportId } } }))).downloadUrl;
}
