// Who may see pairs, and decide on them: whoever may view such records, edit them, merge them.
import type { Writing } from '../../families/writes.ts';
import { refuse } from '../../http/errors.ts';
import { type Divisions, divisionArray, includesDivision, type Principal, permit, reach } from '../../http/principal.ts';
import type { Kind } from '../linkage/index.ts';
import { duplicateText, type Stored, storedDuplicate } from './lists.ts';

const VIEW: Record<Kind, string[]> = {
  contact: ['externalContacts:contact:view', 'relate:contact:view'],
  organization: ['externalContacts:externalOrganization:view', 'relate:externalOrganization:view'],
};

const DECIDE = {
  edit: { contact: 'externalContacts:contact:edit', organization: 'externalContacts:externalOrganization:edit' },
  merge: { contact: 'externalContacts:identity:merge', organization: 'externalContacts:externalOrganization:edit' },
} as const;

export type Right = keyof typeof DECIDE;

/** @throws Refusal 403 where the caller may view no such record at all */
export const viewable = (principal: Principal, kind: Kind): Divisions => permit(principal, { mode: 'ANY', of: VIEW[kind] });

/** Where the caller sees pairs that he has the id of, as an SQL array; whoever may decide on them sees them, too. */
export const sightOf = (principal: Principal, kind: Kind, right?: Right): string[] | null =>
  divisionArray(reach(principal, ...VIEW[kind], ...(right ? [DECIDE[right][kind]] : [])));

/** Where the caller may decide. @throws Refusal 403 where this is nowhere in the division */
export function requireRight(principal: Principal, kind: Kind, divisionId: string, right: Right): Divisions {
  const permission = DECIDE[right][kind];
  const divisions = principal.divisionsOf(permission);
  if (!includesDivision(divisions, divisionId)) throw refuse('missing.division.permission', { params: { permissions: permission } });
  return divisions;
}

/** The pair, as it is before it is decided on. @throws Refusal 404 where it is hidden, 403 where it is closed to the caller */
export async function requireDuplicate({ door, principal }: Writing, id: string, right: Right): Promise<Stored> {
  const stored = await storedDuplicate(door, principal.orgId, id);
  if (!stored) throw refuse('not.found');
  const { kind } = stored;
  if ((await duplicateText(door, { orgId: principal.orgId, kind, divisions: sightOf(principal, kind, right) }, id)) === undefined) throw refuse('not.found');
  requireRight(principal, kind, stored.division_id, right);
  return stored;
}
