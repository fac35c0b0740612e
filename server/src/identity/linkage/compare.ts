// Which comparisons two records of a kind undergo, in the order in which they have to run: what comes later may depend on
// what was found before.
import { city, house, postcode, state, street, unit } from './address.ts';
import type { Comparison } from './comparison.ts';
import { customField } from './custom-fields.ts';
import type { Kind } from './features.ts';
import { email, employer, externalId, phone, website } from './links.ts';
import { companyName, firstName, lastName, middleName } from './names.ts';

/** @param customKeys the custom fields to compare, in any order */
export function comparisonsOf(kind: Kind, customKeys: readonly string[]): Comparison[] {
  const own = kind === 'contact' ? [lastName, firstName, middleName] : [companyName];
  const links = kind === 'contact' ? [phone, email, externalId, employer] : [phone, website, externalId];
  return [...own, postcode, city, state, street, house, unit, ...links, ...[...customKeys].sort().map(customField)];
}
