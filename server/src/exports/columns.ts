// The columns of CSV files: one for each field that a record can hold, named by its path, in the order in which the
// statements beside this file put the cells (rows-of-*.ts). Lists have a column for each place that the contract allows,
// so that every column is what an import can take as one.
import type { ExportKind } from './export.ts';

/** A column, and whether it is imported again: ids, divisions, types and dates are the server's own. */
export interface Column {
  name: string;
  imported: boolean;
}

export interface MappingEntry {
  sourceField: string;
  targetField: string;
}

/** @param customFields behind the others, in this order */
export function headerOf(kind: ExportKind, customFields: readonly string[]): string[] {
  return [...COLUMNS[kind].map(({ name }) => name), ...customFields.map(customColumn)];
}

/** How the file is imported again, by CSV settings; null for what imports do not take. */
export function mappingOf(kind: ExportKind, customFields: readonly string[]): MappingEntry[] | null {
  const prefix = PREFIXES[kind];
  if (prefix === undefined) return null;
  const names = COLUMNS[kind].filter(({ imported }) => imported).map(({ name }) => name);
  return [...names, ...customFields.map(customColumn)].map((name) => ({ sourceField: name, targetField: `${prefix}${name}` }));
}

const customColumn = (field: string) => `customFields.${field}`;
const PREFIXES: Partial<Record<ExportKind, string>> = { contact: '$.', organization: '$.externalOrganization.' };

const shown = (...names: string[]): Column[] => names.map((name) => ({ name, imported: false }));
const imported = (...names: string[]): Column[] => names.map((name) => ({ name, imported: true }));

/** As it was typed, which is how it is read again; with what it was read as. */
const phone = (path: string): Column[] => [
  ...imported(path, `${path}.extension`, `${path}.acceptsSMS`, `${path}.normalizationCountryCode`),
  ...shown(`${path}.e164`),
];

const places = (count: number, ...names: ((place: number) => string)[]): Column[] =>
  Array.from({ length: count }, (_, place) => imported(...names.map((name) => name(place)))).flat();

const ADDRESS = imported('address.address1', 'address.address2', 'address.city', 'address.state', 'address.postalCode', 'address.countryCode');
const TWITTER = imported('twitterId.id', 'twitterId.name', 'twitterId.screenName', 'twitterId.verified', 'twitterId.profileUrl');
const EXTERNAL_IDS = places(
  10,
  (place) => `externalIds[${place}].externalSource.id`,
  (place) => `externalIds[${place}].value`,
);
const SCHEMA = imported('schema.id', 'schema.version');
const NOTE = shown('id', 'division.id', 'createDate', 'modifyDate', 'entityId', 'createdBy.id', 'noteText');

const COLUMNS: Record<ExportKind, Column[]> = {
  contact: [
    ...shown('id', 'type', 'division.id', 'createDate', 'modifyDate', 'canonicalContact.id', 'mergedTo.id'),
    ...imported('firstName', 'middleName', 'lastName', 'salutation', 'title'),
    ...['workPhone', 'cellPhone', 'homePhone', 'otherPhone'].flatMap(phone),
    ...imported('workEmail', 'personalEmail', 'otherEmail'),
    ...ADDRESS,
    ...TWITTER,
    ...imported('lineId.ids[0].userId', 'lineId.displayName'),
    ...phone('whatsAppId.phoneNumber'),
    ...imported('whatsAppId.displayName', 'facebookId.ids[0].scopedId', 'facebookId.displayName'),
    ...imported('instagramId.ids[0].scopedId', 'instagramId.displayName', 'instagramId.handle'),
    ...places(10, (place) => `appleOpaqueIds[${place}].value`),
    ...imported('externalOrganization.id'),
    ...shown('externalOrganization.name'),
    ...imported('surveyOptOut', 'externalSystemUrl'),
    ...SCHEMA,
    ...EXTERNAL_IDS,
  ],
  organization: [
    ...shown('id', 'division.id', 'createDate', 'modifyDate'),
    ...imported('name', 'companyType', 'industry'),
    ...ADDRESS,
    ...['phoneNumber', 'faxNumber'].flatMap(phone),
    ...imported('employeeCount', 'revenue', 'tags', 'websites'),
    ...places(
      20,
      (place) => `tickers[${place}].symbol`,
      (place) => `tickers[${place}].exchange`,
    ),
    ...TWITTER,
    ...imported('externalSystemUrl'),
    ...SCHEMA,
    ...EXTERNAL_IDS,
  ],
  contactNote: NOTE,
  organizationNote: NOTE,
  relationship: shown('id', 'division.id', 'createDate', 'modifyDate', 'user.id', 'externalOrganization.id', 'relationship'),
};
