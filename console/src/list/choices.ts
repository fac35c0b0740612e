// What one can choose from, however much there is: asked for by a part of its name, as one types.
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, body } from '../api/api.ts';
import { useText } from '../language/language.tsx';
import { useMay } from '../session/session.ts';

export interface Choice {
  value: string;
  label: string;
  /** What tells it from another of the same name. */
  detail?: string | undefined;
}

/** The divisions are all of them, or those in which one has a permission. */
export type Kind = 'user' | 'group' | 'role' | 'division' | 'organization' | { permission: string };

const MOST = 25;
const TYPING_MS = 150;

const NEEDED = {
  user: 'directory:user:view',
  group: 'directory:group:view',
  role: 'authorization:role:view',
  division: undefined,
  organization: ['externalContacts:externalOrganization:view', 'relate:externalOrganization:view'],
} as const;

/** Whether one may list them; who may not can still name one by its id. */
export function useMayChoose(kind: Kind): boolean {
  const may = useMay();
  const needed = typeof kind === 'string' ? NEEDED[kind] : undefined;
  return needed === undefined || may(...[needed].flat());
}

export function useChoices(kind: Kind, words: string) {
  const [asked] = useDebouncedValue(words.trim(), TYPING_MS);
  const enabled = useMayChoose(kind);
  return useQuery({ queryKey: ['choices', kind, asked], enabled, placeholderData: keepPreviousData, queryFn: ({ signal }) => find(kind, asked, signal) });
}

/** The names of those that are chosen already. */
export function useChosen(kind: Kind, ids: readonly string[]): readonly Choice[] {
  const enabled = useMayChoose(kind) && ids.length > 0;
  const key = [...ids].sort();
  return (
    useQuery({ queryKey: ['chosen', kind, key], enabled, placeholderData: keepPreviousData, queryFn: ({ signal }) => byId(kind, key, signal) }).data ?? NONE
  );
}
const NONE: readonly Choice[] = [];

/** Names by ids; an id that has none stands for itself. */
export function useNames(kind: Kind, ids: readonly string[]): (id: string) => string {
  const t = useText();
  const chosen = useChosen(
    kind,
    ids.filter((id) => id !== EVERYWHERE),
  );
  return useCallback((id) => (id === EVERYWHERE ? t('grants.everywhere') : (chosen.find(({ value }) => value === id)?.label ?? id)), [chosen, t]);
}

/** In the place of a division: all of them, present and to come. */
export const EVERYWHERE = '*';

type Named = readonly { id?: string; name?: string; email?: string }[];
const choicesOf = (entities: Named = []): Choice[] => entities.map(({ id = '', name = id, email }) => ({ value: id, label: name, detail: email }));

async function find(kind: Kind, name: string, signal: AbortSignal): Promise<Choice[]> {
  const named = name === '' ? {} : { name };
  const options = { params: { query: { pageSize: MOST, ...named } }, signal };
  if (typeof kind === 'object') {
    const query = { permission: kind.permission, ...named };
    return choicesOf((await body(api.GET('/api/v2/authorization/divisionspermitted/me', { params: { query }, signal }))).slice(0, MOST));
  }
  switch (kind) {
    case 'user': {
      const query = name === '' ? [] : [{ type: 'CONTAINS' as const, operator: 'AND' as const, fields: ['name' as const, 'email' as const], value: name }];
      return choicesOf((await body(api.POST('/api/v2/users/search', { body: { pageSize: MOST, query }, signal }))).results);
    }
    case 'group':
      return choicesOf((await body(api.GET('/api/v2/groups', options))).entities);
    case 'role':
      return choicesOf((await body(api.GET('/api/v2/authorization/roles', options))).entities);
    case 'division':
      return choicesOf((await body(api.GET('/api/v2/authorization/divisions', options))).entities);
    case 'organization': {
      const query = { pageSize: MOST, ...(name === '' ? {} : { q: name }) };
      return choicesOf((await body(api.GET('/api/v2/externalcontacts/organizations', { params: { query }, signal }))).entities);
    }
  }
}

async function byId(kind: Kind, id: string[], signal: AbortSignal): Promise<Choice[]> {
  const options = { params: { query: { id, pageSize: id.length } }, signal };
  switch (kind) {
    case 'user':
      return choicesOf((await body(api.GET('/api/v2/users', { ...options, params: { query: { ...options.params.query, state: 'any' } } }))).entities);
    case 'group':
      return choicesOf((await body(api.GET('/api/v2/groups', options))).entities);
    case 'role':
      return choicesOf((await body(api.GET('/api/v2/authorization/roles', options))).entities);
    case 'organization': {
      const { results = [] } = await body(
        api.POST('/api/v2/externalcontacts/bulk/organizations', { body: { entities: id.map((one) => ({ id: one })) }, signal }),
      );
      return choicesOf(results.flatMap(({ entity }) => entity ?? []));
    }
    default:
      return choicesOf((await body(api.GET('/api/v2/authorization/divisions', options))).entities);
  }
}
