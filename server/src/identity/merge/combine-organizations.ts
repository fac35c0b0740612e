// What an external organization takes from others that turned out to be the same: whatever it lacks, without a database.
import type { Wire } from '../../families/wire.ts';

type Organization = Wire['ExternalOrganization'];

/** @param kept the one that stays, and @param others plain bodies in the order in which they may give */
export function complete(kept: Organization, others: readonly Organization[]): Organization {
  const given = [kept, ...others];
  const result: Organization = { ...kept };
  for (const field of SINGLE) {
    const value = given.find((one) => one[field] !== undefined)?.[field];
    if (value !== undefined) Object.assign(result, { [field]: value });
  }
  for (const [field, most] of Object.entries(JOINED) as [keyof typeof JOINED, number][]) {
    const items = new Map(given.flatMap((one) => (one[field] ?? []) as unknown[]).map((item) => [keyOf(item), item]));
    if (items.size > 0) Object.assign(result, { [field]: [...items.values()].slice(0, most) });
  }
  // Fields of another schema have no place beside those of its own.
  const schema = given.find((one) => one.schema?.id !== undefined)?.schema;
  const same = given.filter((one) => one.schema?.id !== undefined && one.schema.id === schema?.id);
  const fields = Object.assign({}, ...same.map((one) => one.customFields ?? {}).reverse());
  if (schema) Object.assign(result, { schema: newest(same), ...(Object.keys(fields).length > 0 ? { customFields: fields } : {}) });
  return result;
}

/**
 * What only the second dialect says of an organization: the kept one's, and what it lacks of the others'. Whether it is
 * disabled is its own affair; a parent that has become one with it is none.
 * @param all the kept one's first, @param merged ids of all
 */
export function joinedXurrent(all: readonly Organization['xurrent'][], merged: readonly string[]): Organization['xurrent'] {
  const [kept, ...others] = all;
  const given = others.map((other) => ({ ...other, disabled: undefined })).reverse();
  const joined = Object.assign({}, ...[...given, kept].map((one) => defined(one ?? {}, merged)));
  return all.every((one) => one === undefined) ? undefined : joined;
}

const defined = (one: object, merged: readonly string[]) =>
  Object.fromEntries(Object.entries(one).filter(([name, value]) => value !== undefined && !(name === 'parentId' && merged.includes(value as string))));

const SINGLE = ['companyType', 'industry', 'address', 'phoneNumber', 'faxNumber', 'employeeCount', 'revenue', 'twitterId', 'externalSystemUrl'] as const;

/** With as many items as the contract allows. */
const JOINED = { tags: 100, websites: 100, tickers: 20, externalIds: 10 } as const;

function keyOf(item: unknown): string {
  const { externalSource, value } = (typeof item === 'object' && item !== null ? item : {}) as Wire['ExternalId'];
  return externalSource ? `${externalSource.id} ${value}` : JSON.stringify(item).toLowerCase();
}

const newest = (same: readonly Organization[]) =>
  same.map(({ schema }) => schema).reduce((best, schema) => ((schema?.version ?? 0) > (best?.version ?? 0) ? schema : best));
