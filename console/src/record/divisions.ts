// The divisions in which one may do something.
import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/api.ts';

export const divisionsQuery = (permission: string) =>
  queryOptions({
    queryKey: ['divisions', permission],
    staleTime: 60_000,
    queryFn: async () => {
      const page = await body(api.GET('/api/v2/authorization/divisionspermitted/paged/me', { params: { query: { permission, pageSize: 100 } } }));
      return (page.entities ?? []).map(({ id, name }) => ({ id: id ?? '', name: name ?? '' }));
    },
  });
