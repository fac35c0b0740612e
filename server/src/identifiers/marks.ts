// Marks: one text for each identifier, by which it is found what is written of somebody outside his own records. Both
// sides are in the form that compares, whoever wrote it how.
import { type Identifier, NO_SOURCE, normalizeValue } from './identifier.ts';

/** @param divisionId in which it identifies somebody: an external id may be somebody else's in another */
export function markOf({ type, value, sourceId }: Identifier, divisionId: string): string {
  if (type === 'ExternalId') return `ExternalId ${divisionId} ${sourceId} ${value}`;
  return type === 'SocialWhatsapp' ? `Phone +${value}` : `${type} ${value}`;
}

/** Of a contact's own id. */
export const markOfId = (id: string): string => `Id ${id.toLowerCase()}`;

/** A number as somebody typed it; none where it is too short to tell anybody. @param country of numbers that do not name one */
export function marksOfPhone(typed: string, country?: string): string[] {
  // 00 is how one calls abroad from most countries, but not from all.
  const read = [normalizeValue('Phone', typed, country), normalizeValue('Phone', typed.trim().replace(/^00/, '+'))];
  const e164 = [...new Set(read)].filter((value) => value !== undefined);
  const digits = typed.replace(/\D/g, '');
  const values = e164.length > 0 ? e164 : digits.length >= TELLING_DIGITS ? [digits] : [];
  return values.map((value) => markOf({ type: 'Phone', value, sourceId: NO_SOURCE }, NO_SOURCE));
}

const TELLING_DIGITS = 6;
