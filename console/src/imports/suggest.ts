// Which field a column is, told by its header: the field's path, its name on screen in any language, or what people
// usually call it. What is not known for sure is left to whoever looks at the file.
import { TEXTS } from '../language/texts.ts';
import { COMPANY, type Target, type Targets } from './targets.ts';

/** Header → path of its field; headers without one are not in it. */
export function suggest(headers: readonly string[], targets: Targets): Record<string, string> {
  const contact = namesOf(targets.contact, '$.', PEOPLE);
  const organization = namesOf(targets.organization, COMPANY, COMPANIES);
  const named = (header: string) => contact.get(fold(header));
  const ofCompanies = !headers.some((header) => NAMES.has(named(header) ?? '')) && headers.some((header) => COMPANY_WORDS.has(fold(header)));
  const guess = (header: string) => (ofCompanies ? organization.get(fold(header)) : named(header)) ?? companyField(header, organization);
  const taken = new Set<string>();
  const found: Record<string, string> = {};
  for (const [i, header] of headers.entries()) {
    const path = isReport(headers, i) ? undefined : guess(header);
    if (path === undefined || taken.has(path)) continue;
    taken.add(path);
    found[header] = path;
  }
  return ofCompanies || taken.has(`${COMPANY}externalId`) ? found : withoutCompanies(found);
}

export interface Mapping {
  sourceField: string;
  targetField: string;
}

/** The fields that a job wants columns for, and has none. */
export function missing(mappings: readonly Mapping[]): string[] {
  const paths = new Set(mappings.map(({ targetField }) => targetField));
  const ofCompany = [...paths].filter((path) => path.startsWith(COMPANY) && path !== `${COMPANY}id`);
  return [
    ...(ofCompany.length === 0 || ofCompany.length < paths.size ? ['$.externalId', '$.firstName', '$.lastName'] : []),
    ...(ofCompany.length > 0 ? [`${COMPANY}externalId`, `${COMPANY}name`] : []),
  ].filter((path) => !paths.has(path));
}

/** Reports of refused rows have two columns more than the file that they are of. */
const isReport = (headers: readonly string[], i: number) => i < 2 && headers[0] === 'line' && headers[1] === 'reasons';

const fold = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

function namesOf(targets: readonly Target[], prefix: string, synonyms: Record<string, string>): Map<string, string> {
  const names = new Map<string, string>();
  const know = (name: string, path: string) => !names.has(fold(name)) && names.set(fold(name), path);
  for (const { path } of targets) know(path.slice(prefix.length), path);
  for (const { path, text } of targets) for (const name of typeof text === 'string' ? TEXTS[text] : [text.words]) know(name, path);
  for (const [field, said] of Object.entries(synonyms)) for (const name of said.split(', ')) know(name, prefix + field);
  return names;
}

/** `Company`, `Company city`, `Firma`, `externalOrganization.industry` */
function companyField(header: string, organization: Map<string, string>): string | undefined {
  const [, rest] = /^(?:external[ _]?organi[sz]ation|organi[sz]ation|company|employer|firma|unternehmen)(.*)$/i.exec(header.trim()) ?? [];
  if (rest === undefined) return undefined;
  return fold(rest) === '' ? `${COMPANY}name` : organization.get(fold(rest));
}

/** Rows would be refused for a company that has no id to be found again by. */
const withoutCompanies = (found: Record<string, string>) =>
  Object.fromEntries(Object.entries(found).filter(([, path]) => !path.startsWith(COMPANY) || path === `${COMPANY}id`));

const NAMES = new Set(['$.firstName', '$.lastName']);
const COMPANY_WORDS = new Set(['name', 'company', 'companyname', 'organization', 'organisation', 'firma', 'firmenname', 'unternehmen']);

const PLACE = {
  'address.address1': 'address, street address, address line 1, anschrift, strasse',
  'address.address2': 'address line 2',
  'address.city': 'town, stadt',
  'address.state': 'province, region, county',
  'address.postalCode': 'zip, zip code, postcode, plz',
  'address.countryCode': 'country code, ländercode',
};
const PEOPLE = {
  ...PLACE,
  externalId: 'id, key, contact id, person id, customer id, customer number, kundennummer, nummer',
  firstName: 'first, given name, forename',
  middleName: 'middle',
  lastName: 'last, surname, family name, familienname',
  salutation: 'prefix, form of address',
  title: 'job title, position, titel, funktion',
  workEmail: 'email, mail, email address, business email, e-mail-adresse',
  personalEmail: 'private email, home email, private e-mail',
  workPhone: 'phone, telephone, phone number, telephone number, office phone, telefon, telefonnummer',
  cellPhone: 'mobile, mobile number, cell, cellular, handy, mobil, handynummer',
};
const COMPANIES = {
  ...PLACE,
  externalId: 'id, key, number, account id, account number, nummer',
  name: 'company, company name, organization, organisation, firma, firmenname, unternehmen',
  phoneNumber: 'telephone, phone number',
  employeeCount: 'number of employees, mitarbeiter',
  websites: 'website, web site, url, homepage',
  industry: 'sector',
};
