import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/api.ts';

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => body(api.GET('/liaison/v1/settings', { signal })),
});
