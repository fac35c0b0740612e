// Reads what list operations share: the sort they ask for, the divisions they look in.
import { refuse } from '../http/errors.ts';
import { type Divisions, divisionArray, includesDivision, UNASSIGNED } from '../http/principal.ts';
import { isId } from './id.ts';

/**
 * `field`, `field:asc` or `field:desc`.
 * @throws Refusal 400 naming the fields that can be sorted by
 */
export function readSort<const T extends string>(sortOrder: string | undefined, fields: readonly T[]): { by: T; descending: boolean } | undefined {
  if (sortOrder === undefined) return undefined;
  const [name = '', direction = 'asc', ...rest] = sortOrder.split(':').map((part) => part.trim());
  const by = fields.find((field) => field === name);
  const way = direction.toLowerCase();
  if (by && rest.length === 0 && (way === 'asc' || way === 'desc')) return { by, descending: way === 'desc' };
  throw refuse('invalid.query.param.value', {
    params: { name: 'sortOrder', value: sortOrder, rule: `It takes one of ${fields.join(', ')}, with :asc or :desc.` },
  });
}

/**
 * The divisions to look in: those asked for, so far as the caller may, or all that the caller may see. Asking for a
 * closed division finds nothing there.
 * @returns an SQL array, null for every division
 * @throws Refusal 400 for what is no division's id
 */
export function divisionsAsked(asked: string[] | undefined, allowed: Divisions): string[] | null {
  if (!asked) return divisionArray(allowed);
  return asked.map((id) => readDivision('divisionIds', id)).filter((id) => includesDivision(allowed, id));
}

/** One division by query parameter; "*" is unassigned. @returns an SQL array, empty where it is closed to the caller */
export function divisionAsked(name: string, id: string, allowed: Divisions): string[] {
  const division = readDivision(name, id);
  return includesDivision(allowed, division) ? [division] : [];
}

function readDivision(name: string, value: string): string {
  const id = value.toLowerCase();
  if (id === '*') return UNASSIGNED;
  if (isId(id)) return id;
  throw refuse('invalid.query.param.value', { params: { name, value, rule: 'It takes ids of divisions (UUIDs), or * for unassigned.' } });
}
