// What the server says of itself, asked for again and again while somebody looks.
import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';

export type Health = Schema['LiaisonHealth'];
export type ServerHealth = Schema['LiaisonServerHealth'];

const EVERY_MS = 10_000;

export const healthQuery = (refreshes: boolean) =>
  queryOptions({
    queryKey: ['health'],
    queryFn: ({ signal }) => body(api.GET('/liaison/v1/health', { signal })),
    staleTime: 0,
    refetchInterval: refreshes ? EVERY_MS : false,
  });
