// Saved views of a table, and the address that shows one.
import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';

export type SavedView = Schema['LiaisonView'] & { id: string };
export type Screen = SavedView['screen'];

/** What the address keeps of a table that a view keeps, too. */
export interface Look {
  view?: string | undefined;
  q?: string | undefined;
  filter?: object | undefined;
  sort?: string | undefined;
  direction?: 'asc' | 'desc' | undefined;
}

export const viewsQuery = (screen: Screen) =>
  queryOptions({
    queryKey: ['views', screen],
    staleTime: 60_000,
    queryFn: async ({ signal }) => (await body(api.GET('/liaison/v1/views', { params: { query: { screen, limit: 200 } }, signal }))).entities as SavedView[],
  });

export const lookOf = ({ id, q, filter, sort }: SavedView): Look => ({ view: id, q, filter, sort: sort?.field, direction: sort?.direction });
