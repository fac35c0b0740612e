// What one can choose from: roles, divisions, users, groups. The first hundred of each.
import { useQuery } from '@tanstack/react-query';
import { api, body } from '../api/api.ts';
import { useText } from '../language/language.tsx';
import { useMay } from '../session/session.ts';

export interface Choice {
  value: string;
  label: string;
}

const MOST = { params: { query: { pageSize: 100 } } };
const chosen = ({ entities }: { entities?: readonly { id?: string; name?: string }[] }): Choice[] =>
  (entities ?? []).map(({ id, name }) => ({ value: id ?? '', label: name ?? id ?? '' }));

function useChoices(what: string, permission: string | undefined, read: () => Promise<Choice[]>): Choice[] {
  const may = useMay();
  return useQuery({ queryKey: ['choices', what], enabled: permission === undefined || may(permission), queryFn: read }).data ?? NONE;
}
const NONE: Choice[] = [];

export const useRoles = () =>
  useChoices('roles', 'authorization:role:view', async () => chosen((await body(api.GET('/api/v2/authorization/roles', MOST))) ?? {}));
export const useUsers = () => useChoices('users', 'directory:user:view', async () => chosen((await body(api.GET('/api/v2/users', MOST))) ?? {}));
export const useGroups = () => useChoices('groups', 'directory:group:view', async () => chosen((await body(api.GET('/api/v2/groups', MOST))) ?? {}));

/** With all of them, present and to come, as the first. */
export function useDivisions(): Choice[] {
  const t = useText();
  const divisions = useChoices('divisions', undefined, async () => chosen((await body(api.GET('/api/v2/authorization/divisions', MOST))) ?? {}));
  return [{ value: '*', label: t('grants.everywhere') }, ...divisions];
}

export const labelIn = (choices: readonly Choice[], id: string): string => choices.find(({ value }) => value === id)?.label ?? id;
