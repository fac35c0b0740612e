// What of a record is compared with others: its names, addresses, phones, ids and custom fields, folded into one spelling
// each. Takes a record as the API shows it, so that any importer, change or stored body will do.
import { fold } from '../../families/fold.ts';

export type Kind = 'contact' | 'organization';

/** A record as it is compared. Texts are folded; '' and [] stand for no value, which is no evidence either way. */
export interface Features {
  readonly id: string;
  readonly kind: Kind;
  /** Without spaces or punctuation: Van't Hof is vanthof. */
  readonly given: string;
  readonly middle: string;
  readonly family: string;
  /** An organization's name without its legal form. */
  readonly name: Words;
  /** The first address line without its house number. */
  readonly street: Words;
  readonly house: string;
  /** The second address line. */
  readonly unit: Words;
  readonly postcode: string;
  readonly city: string;
  readonly state: string;
  /** E.164, or the digits as typed. */
  readonly phones: readonly string[];
  readonly emails: readonly Email[];
  /** Ids in other systems, each behind its source and a space. */
  readonly ids: readonly string[];
  /** Hosts of websites, without www. */
  readonly sites: readonly string[];
  /** The external organization that a contact belongs to. */
  readonly employer: string;
  /** By the field's key: texts in words, identifiers without punctuation, days as eight digits, all else as text. */
  readonly custom: Readonly<Record<string, Words>>;
}

/** A text in words with a space between each two, and without spaces. */
export interface Words {
  readonly text: string;
  readonly bare: string;
}

export interface Email {
  readonly text: string;
  /** What is before the at sign, and behind it. */
  readonly login: string;
  readonly domain: string;
}

export const NO_WORDS: Words = { text: '', bare: '' };

/** The fields of a contact that count, as the wire has them. */
export interface ContactFields extends CommonFields {
  firstName?: Text;
  middleName?: Text;
  lastName?: Text;
  workPhone?: PhoneFields | null;
  cellPhone?: PhoneFields | null;
  homePhone?: PhoneFields | null;
  otherPhone?: PhoneFields | null;
  workEmail?: Text;
  personalEmail?: Text;
  otherEmail?: Text;
  externalOrganization?: { id?: string } | null;
}

/** The fields of an external organization that count, as the wire has them. */
export interface OrganizationFields extends CommonFields {
  name?: Text;
  phoneNumber?: PhoneFields | null;
  faxNumber?: PhoneFields | null;
  websites?: readonly string[] | null;
}

interface CommonFields {
  address?: { address1?: Text; address2?: Text; city?: Text; state?: Text; postalCode?: Text } | null;
  twitterId?: { screenName?: Text } | null;
  externalIds?: readonly { externalSource?: { id?: string }; value?: string }[] | null;
  customFields?: Readonly<Record<string, unknown>> | null;
}

type Text = string | null | undefined;

interface PhoneFields {
  display?: Text;
  e164?: Text;
}

export function contactFeatures(id: string, contact: ContactFields): Features {
  return {
    ...commonFeatures(id, 'contact', contact),
    given: compact(fold(contact.firstName ?? '')),
    middle: compact(fold(contact.middleName ?? '')),
    family: compact(fold(contact.lastName ?? '')),
    phones: phonesOf([contact.workPhone, contact.cellPhone, contact.homePhone, contact.otherPhone]),
    emails: distinct([contact.workEmail, contact.personalEmail, contact.otherEmail].map((email) => fold(email ?? '').trim())).map(emailOf),
    employer: contact.externalOrganization?.id ?? '',
  };
}

export function organizationFeatures(id: string, organization: OrganizationFields): Features {
  return {
    ...commonFeatures(id, 'organization', organization),
    name: words(withoutLegalForm(spaced(organization.name))),
    phones: phonesOf([organization.phoneNumber, organization.faxNumber]),
    sites: distinct((organization.websites ?? []).map(hostOf)),
  };
}

/** The core type of a custom field, which its key ends with: born_date is a date. */
export function coreTypeOf(key: string): string {
  return key.slice(key.lastIndexOf('_') + 1);
}

/** Letters and digits of a folded text, all else gone: the same name however it is spaced. */
export function compact(folded: string): string {
  return PLAIN.test(folded) ? folded : folded.replace(OTHER, '');
}

const PLAIN = /^[a-z0-9]*$/;
const OTHER = /[^\p{L}\p{N}]+/gu;

/** Companies are named with and without them. They are dropped at the end of a name only, and never all of it. */
const LEGAL_FORMS = new Set(
  'inc incorporated corp corporation co company llc llp lp ltd limited plc gmbh ag kg ohg ug sarl sas sa sl srl spa bv nv ab as oy aps pty pvt kk kaisha ltda pte'.split(
    ' ',
  ),
);

function commonFeatures(id: string, kind: Kind, record: CommonFields): Features {
  const line = splitHouse(spaced(record.address?.address1));
  return {
    id,
    kind,
    given: '',
    middle: '',
    family: '',
    name: NO_WORDS,
    street: words(line.street),
    house: line.house,
    unit: words(spaced(record.address?.address2)),
    postcode: compact(fold(record.address?.postalCode ?? '')),
    city: compact(fold(record.address?.city ?? '')),
    state: compact(fold(record.address?.state ?? '')),
    phones: NONE,
    emails: [],
    ids: idsOf(record),
    sites: NONE,
    employer: '',
    custom: customOf(record.customFields),
  };
}

const NONE: readonly string[] = [];

export function words(text: string): Words {
  return text === '' ? NO_WORDS : { text, bare: text.includes(' ') ? text.replaceAll(' ', '') : text };
}

/** Words of letters and digits, a space between each two. */
function spaced(text: Text): string {
  return text ? fold(text).replace(APOSTROPHES, '').replace(OTHER, ' ').trim() : '';
}

const APOSTROPHES = /['’`]/g;

/** 12 High Street and Hauptstraße 12a: the house's number is what has digits at either end of the line. */
function splitHouse(line: string): { street: string; house: string } {
  const parts = line.split(' ');
  let from = 0;
  let to = parts.length;
  while (from < to && NUMBER.test(parts[from] as string)) from++;
  if (from === 0) while (to > from && NUMBER.test(parts[to - 1] as string)) to--;
  if (from === 0 && to === parts.length) return { street: line, house: '' };
  return { street: parts.slice(from, to).join(' '), house: [...parts.slice(0, from), ...parts.slice(to)].join('') };
}

const NUMBER = /^\d+[a-z]?$/;

function withoutLegalForm(name: string): string {
  const parts = name.split(' ');
  while (parts.length > 1 && (LEGAL_FORMS.has(parts.at(-1) as string) || (parts.at(-1) as string).length === 1)) parts.pop();
  return parts.join(' ');
}

export function emailOf(text: string): Email {
  const at = text.lastIndexOf('@');
  return { text, login: text.slice(0, Math.max(0, at)), domain: text.slice(at + 1) };
}

function phonesOf(phones: readonly (PhoneFields | null | undefined)[]): readonly string[] {
  return distinct(phones.map((phone) => phone?.e164 ?? phone?.display?.replace(/\D/g, '') ?? ''));
}

function idsOf({ externalIds, twitterId }: CommonFields): readonly string[] {
  const outside = (externalIds ?? []).map(({ externalSource, value }) => (value ? `${externalSource?.id ?? ''} ${fold(value).trim()}` : ''));
  return distinct([...outside, twitterId?.screenName ? `twitter ${fold(twitterId.screenName).replace(/^@/, '')}` : '']);
}

function hostOf(site: string): string {
  return fold(site)
    .replace(/^[a-z]+:\/\//, '')
    .replace(/^www\./, '')
    .replace(/[/:?#].*$/s, '');
}

function customOf(fields: Readonly<Record<string, unknown>> | null | undefined): Readonly<Record<string, Words>> {
  const custom: Record<string, Words> = {};
  for (const [key, value] of Object.entries(fields ?? {})) {
    const text = customText(coreTypeOf(key), value);
    if (text !== '') custom[key] = words(text);
  }
  return custom;
}

function customText(type: string, value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return '';
  if (type === 'date' || type === 'datetime') return String(value).replace(/T.*$/s, '').replace(/\D/g, '').slice(0, 8);
  if (type === 'text' || type === 'url') return spaced(String(value));
  // Paragraphs are about a record; they do not tell which it is.
  return type === 'longtext' ? '' : compact(fold(String(value)));
}

function distinct(values: readonly string[]): readonly string[] {
  const found = values.filter((value, i) => value !== '' && values.indexOf(value) === i);
  return found.length === 0 ? NONE : found;
}
