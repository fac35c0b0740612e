// Which field a column is written to, told by its name: the field's own path, or what people usually call it in English;
// capitals, spaces and punctuation do not matter. What is not known for sure is asked for, never guessed.
import { headerOf, mappingOf } from '../exports/columns.ts';
import { unneutralise } from '../families/formula.ts';
import { ownColumns } from '../imports/csv/report.ts';

export interface Mapping {
  sourceField: string;
  targetField: string;
}

export interface Assigned {
  mappings: Mapping[];
  /** Columns that are known to be nothing that is imported, or were said not to be. */
  leftOut: string[];
  /** The others, each with what hinders it. */
  unknown: Map<string, string>;
}

/** Headers are the same whatever their capitals, to the server as well. */
export const headerKey = (header: string): string => unneutralise(header.trim()).toLowerCase();

/**
 * A file without people's names is about companies, and their fields need no prefix there.
 * @param said what columns were said to be
 */
export function isOfCompanies(headers: readonly string[], said: readonly string[]): boolean {
  const names = ['$.firstName', '$.lastName'];
  const isOfPeople = [...headers, ...said].some((text) => names.includes(fuzzy(CONTACT, SYNONYMS, text) ?? ''));
  return !isOfPeople && headers.some((header) => ['name', 'company', 'organization', 'organisation', 'companyname'].includes(fold(header)));
}

export interface Knowing {
  ofCompanies: boolean;
  /** Header (as `headerKey` has it) → target; undefined for a column that is to be left out. */
  given: ReadonlyMap<string, string | undefined>;
  /** Columns of an export that refer to what is not in this organization. */
  foreign(header: string): boolean;
}

export function assignColumns(headers: readonly string[], { ofCompanies, given, foreign }: Knowing): Assigned {
  const assigned: Assigned = { mappings: [], leftOut: [], unknown: new Map() };
  const taken = new Map<string, string>();
  const take = (sourceField: string, targetField: string) => {
    taken.set(targetField, sourceField);
    assigned.mappings.push({ sourceField, targetField });
  };
  const others = headers.filter((header, i) => {
    const key = headerKey(header);
    const target = given.get(key);
    if (target !== undefined) take(header, target);
    else if (given.has(key) || i < ownColumns(headers)) assigned.leftOut.push(header);
    else return true;
    return false;
  });
  const exported = exportedColumns(headers, ofCompanies);
  for (const header of others) {
    const own = exported.has(header);
    const target = own ? exported.get(header) : guess(header, ofCompanies);
    const rival = target && taken.get(target);
    if (own && (target === undefined || foreign(header))) assigned.leftOut.push(header);
    else if (target === undefined) assigned.unknown.set(header, '');
    else if (rival !== undefined) assigned.unknown.set(header, `"${rival}" is ${target} already`);
    else take(header, target);
  }
  assigned.mappings.sort((a, b) => headers.indexOf(a.sourceField) - headers.indexOf(b.sourceField));
  return withoutNamelessCompanies(assigned);
}

/** As a person writes it: a field's name, its path with or without `$.`, or what it is usually called. */
export function readTarget(text: string, ofCompanies: boolean): string {
  const path = text.trim();
  return guess(path, ofCompanies) ?? (path.startsWith('$') ? path : `$.${path}`);
}

/** The fields that a job wants columns for, and has none. */
export function missingFields(mappings: readonly Mapping[]): string[] {
  const targets = new Set(mappings.map(({ targetField }) => targetField));
  const isOfCompany = (target: string) => target.startsWith(COMPANY) && target !== `${COMPANY}id`;
  const wants: string[][] = [];
  if (mappings.length === 0 || mappings.some(({ targetField }) => !isOfCompany(targetField)))
    wants.push(['$.externalId', '$.externalIds[0].value'], ['$.firstName'], ['$.lastName']);
  if (mappings.some(({ targetField }) => isOfCompany(targetField))) wants.push([`${COMPANY}externalId`, `${COMPANY}externalIds[0].value`], [`${COMPANY}name`]);
  return wants.filter((ways) => !ways.some((way) => targets.has(way))).map(([first = '']) => first.slice(2));
}

// Files that came from here ---------------------------------------------------------------------------------------------

/** Of an export: its columns, and the targets of those that are imported again. Empty for any other file. */
function exportedColumns(headers: readonly string[], ofCompanies: boolean): Map<string, string | undefined> {
  if (!headers.includes('division.id') || !headers.includes('externalIds[0].value')) return new Map();
  const kind = ofCompanies ? 'organization' : 'contact';
  const customFields = headers.filter((header) => header.startsWith('customFields.')).map((header) => header.slice('customFields.'.length));
  const imported = mappingOf(kind, customFields) ?? [];
  return new Map([...headerOf(kind, customFields).map((name): [string, undefined] => [name, undefined]), ...imported.map(entryOf)]);
}

const entryOf = ({ sourceField, targetField }: Mapping): [string, string] => [sourceField, targetField];

// Files from elsewhere --------------------------------------------------------------------------------------------------

const COMPANY = '$.externalOrganization.';
const fold = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

const table = (mapping: readonly Mapping[], prefix: string): Map<string, string> =>
  new Map(
    [{ sourceField: 'externalId', targetField: `${prefix}externalId` }, ...mapping].map(({ sourceField, targetField }) => [fold(sourceField), targetField]),
  );
const CONTACT = table(mappingOf('contact', []) ?? [], '$.');
const ORGANIZATION = table(mappingOf('organization', []) ?? [], COMPANY);

/** What people call a field, as `fold` has it → the field. */
const synonyms = (words: Record<string, string>): Map<string, string> =>
  new Map(Object.entries(words).flatMap(([field, names]) => names.split(', ').map((name): [string, string] => [fold(name), fold(field)])));
const ADDRESS = {
  'address.address1': 'address, street, street address, address line 1, address 1',
  'address.address2': 'address line 2, address 2',
  'address.city': 'city, town',
  'address.state': 'state, province, region, county',
  'address.postalCode': 'zip, zip code, postcode, postal code',
  'address.countryCode': 'country, country code',
};
const SYNONYMS = synonyms({
  ...ADDRESS,
  externalId: 'id, key, external key, contact id, person id, customer id, customer number',
  firstName: 'first, given name, forename',
  middleName: 'middle, middle initial',
  lastName: 'last, surname, family name',
  salutation: 'prefix, form of address',
  title: 'job title, position',
  workEmail: 'email, e-mail, mail, email address, business email',
  personalEmail: 'private email, home email',
  workPhone: 'phone, telephone, phone number, telephone number, business phone, office phone',
  cellPhone: 'mobile, mobile phone, mobile number, cell, cell phone number, cellular',
});
const COMPANY_SYNONYMS = synonyms({
  ...ADDRESS,
  externalId: 'id, key, number, external key, account id, account number',
  phoneNumber: 'phone, telephone, telephone number',
  faxNumber: 'fax',
  employeeCount: 'employees, number of employees',
  websites: 'website, web site, url, homepage',
  industry: 'sector, branch',
  companyType: 'type',
});

function fuzzy(fields: Map<string, string>, words: Map<string, string>, header: string): string | undefined {
  const custom = /^(?:\$\.)?(customFields\..+)$/s.exec(header.trim());
  if (custom) return `${fields === ORGANIZATION ? COMPANY : '$.'}${custom[1]}`;
  const key = fold(header);
  return fields.get(key) ?? fields.get(words.get(key) ?? '');
}

/** `Company`, `Company city`, `externalOrganization.industry` */
function companyField(header: string): string | undefined {
  const [, rest] = /^(?:\$\.)?(?:external[ _]?organi[sz]ation|organi[sz]ation|company|employer)(.*)$/i.exec(header.trim()) ?? [];
  if (rest === undefined) return undefined;
  if (fold(rest) === '') return `${COMPANY}name`;
  return fuzzy(ORGANIZATION, COMPANY_SYNONYMS, rest.replace(/^[. _]/, '')) ?? fuzzy(ORGANIZATION, COMPANY_SYNONYMS, header);
}

const guess = (text: string, ofCompanies: boolean): string | undefined =>
  (ofCompanies ? fuzzy(ORGANIZATION, COMPANY_SYNONYMS, text) : fuzzy(CONTACT, SYNONYMS, text)) ?? companyField(text);

/** Rows would be refused for a company that has no id to be found again by. */
function withoutNamelessCompanies(assigned: Assigned): Assigned {
  const { mappings, unknown } = assigned;
  const ofCompany = mappings.filter(({ targetField }) => targetField.startsWith(COMPANY) && targetField !== `${COMPANY}id`);
  if (ofCompany.length === mappings.length || ofCompany.some(({ targetField }) => /\.externalIds?(\[0\]\.value)?$/.test(targetField))) return assigned;
  for (const { sourceField, targetField } of ofCompany) unknown.set(sourceField, `for ${targetField}, a column must have the company's id`);
  return { ...assigned, mappings: mappings.filter((mapping) => !ofCompany.includes(mapping)) };
}
