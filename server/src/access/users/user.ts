// What the slice knows about users beyond their rows: who may see and edit them, and how a search is read.
import { fold } from '../../families/fold.ts';
import { isId } from '../../families/id.ts';
import type { Wire } from '../../families/wire.ts';
import { type Refusal, refuse } from '../../http/errors.ts';
import { type Divisions, includesDivision, type Principal } from '../../http/principal.ts';
import type { Criterion, StoredUser } from './store.ts';

export const userNotFound = (id: string): Refusal => refuse('general.resource.not.found', { params: { what: `user ${id}` } });

/** Hidden users do not exist for the caller (404); visible ones may still be closed to the operation (403). */
export function requireOpen(
  user: StoredUser | undefined,
  id: string,
  who: { principal: Principal; divisions: Divisions },
  permission: string,
): asserts user is StoredUser {
  if (user && includesDivision(who.divisions, user.division_id)) return;
  if (user && includesDivision(who.principal.divisionsOf('directory:user:view'), user.division_id)) {
    throw refuse('missing.division.permission', { params: { permissions: permission } });
  }
  throw userNotFound(id);
}

/** What somebody would sign in with. @throws Refusal 409 for a cloned user, whom nobody signs in as */
export function requireOwnSignIn({ cloned }: StoredUser): void {
  if (cloned) throw refuse('conflict', { params: { reason: 'A cloned user has neither password nor address: whom it stands for signs in at home.' } });
}

const COMPARE = { EXACT: 'equal', TERM: 'equal', TERMS: 'equal', STARTS_WITH: 'start', CONTAINS: 'contain', QUERY_STRING: 'contain' } as const;

/** Values are folded as the fields they are compared with: names without accents, all else in lower case. */
export function readCriteria(query: readonly Wire['UserSearchCriteria'][]): Criterion[] {
  return query.map(({ fields, value, values, operator, type }) => {
    const wanted = [...(value === undefined ? [] : [value]), ...(values ?? [])].map((text) => text.trim());
    return { fields, operator: operator ?? 'AND', compare: COMPARE[type], values: [...new Set(wanted.flatMap((text) => [text.toLowerCase(), fold(text)]))] };
  });
}

/** Ids that can be none are left out, as unknown ones are. */
export const readIds = (ids: readonly string[] | undefined): string[] | undefined => ids?.map((id) => id.toLowerCase()).filter(isId);

export const isDescending = (sortOrder: string | undefined): boolean => /^d/i.test(sortOrder ?? '');
