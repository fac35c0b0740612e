// The erasures of late, read whole: the server lists the oldest first, and people look for the newest.
import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';

const DAYS = 90;
const PAGE = 100;
const MOVING_MS = 1_000;

export const erasuresQuery = queryOptions({
  queryKey: ['erasures'],
  queryFn: async ({ signal }) => {
    const since = new Date(Date.now() - DAYS * 86_400_000).toISOString();
    const found: Schema['LiaisonErasure'][] = [];
    let cursor: string | undefined;
    do {
      const page = await body(
        api.GET('/liaison/v1/subjects/erasures', { params: { query: { since, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) } }, signal }),
      );
      found.push(...page.entities);
      cursor = page.cursors.after;
    } while (cursor !== undefined);
    return found.reverse();
  },
  staleTime: 0,
  refetchInterval: ({ state: { data } }) => (data?.some(({ status }) => status === 'running') ? MOVING_MS : false),
});
