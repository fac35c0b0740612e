// People and companies that never were, as many as wanted: the same seed and number always give the same one, so that
// whoever loads, asks and checks need not tell each other. Skewed as the world is: a few names are everywhere, most
// are rare; eight countries, in Latin letters with their accents.
import type { Wire } from '../../server/src/families/wire.ts';
import { COMPANY_WORDS, COUNTRIES, type Country, LEGAL_FORMS, RARE_BEGINNINGS, RARE_ENDINGS, TITLES, TRADES } from './names.ts';

export const CONTACTS_PER_COMPANY = 50;

export interface People {
  /** The i-th person: a contact with two phones and an e-mail address, which are its three identifiers. */
  contact(i: number): Wire['ExternalContact'];
  contactId(i: number): string;
  company(i: number): Wire['ExternalOrganization'];
  companyId(i: number): string;
  /** How many companies there are. */
  readonly companies: number;
}

/** @param count of contacts; those past it belong to the same companies */
export function createPeople(count: number, seed: number = 1): People {
  const companies = Math.max(1, Math.round(count / CONTACTS_PER_COMPANY));
  const company = (i: number) => makeCompany(randomOf(seed, COMPANY, i), i);
  const companyId = (i: number) => idOf(seed, COMPANY, i);
  return {
    companies,
    company,
    companyId,
    contactId: (i) => idOf(seed, CONTACT, i),
    contact: (i) => {
      const random = randomOf(seed, CONTACT, i);
      // Large companies have more people; one in five has none.
      const at = random() < 0.8 ? Math.floor(random() ** 2 * companies) : undefined;
      const employer = at === undefined ? undefined : { id: companyId(at), domain: domainOf(company(at)) };
      return makeContact(random, i, employer);
    },
  };
}

type Random = () => number;

const COMPANY = 1;
const CONTACT = 2;

/** Mulberry32: even enough for people, and needs no state but one number. */
function randomOf(seed: number, kind: number, i: number): Random {
  let state = mix(mix(seed, kind), i);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function mix(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x165667b1, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) | 0;
}

const FIRST_MOMENT = Date.UTC(2026, 0, 1);

/** A UUIDv7, later for later ones, as if they had been made one each millisecond. */
function idOf(seed: number, kind: number, i: number): string {
  const random = randomOf(seed, kind + 10, i);
  const hex = (digits: number) =>
    Math.floor(random() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  const moment = (FIRST_MOMENT + i).toString(16).padStart(12, '0');
  return `${moment.slice(0, 8)}-${moment.slice(8)}-7${hex(3)}-a${hex(3)}-${hex(6)}${hex(6)}`;
}

function makeContact(random: Random, i: number, employer: { id: string; domain: string } | undefined): Wire['ExternalContact'] {
  const country = pickCountry(random);
  const firstName = zipf(random, country.first, FIRST_NAMES_FLATNESS);
  const lastName = lastNameOf(random, country);
  const login = [latin(firstName), latin(lastName)].join('.');
  const contact: Wire['ExternalContact'] = {
    firstName,
    lastName,
    workPhone: { display: phone(random, zipf(random, country.landlines)) },
    cellPhone: { display: phone(random, zipf(random, country.mobiles)) },
    workEmail: `${login}${i % 97 === 0 ? '' : i % 9973}@${employer?.domain ?? `mail.example.${country.domain}`}`,
    address: address(random, country),
  };
  if (random() < 0.3)
    contact.middleName = random() < 0.5 ? zipf(random, country.first, FIRST_NAMES_FLATNESS) : `${String.fromCharCode(65 + Math.floor(random() * 26))}.`;
  if (random() < 0.7) contact.title = zipf(random, TITLES);
  if (random() < 0.1) contact.salutation = random() < 0.5 ? 'Ms' : 'Mr';
  if (random() < 0.05) contact.surveyOptOut = true;
  if (employer) contact.externalOrganization = { id: employer.id };
  return contact;
}

function makeCompany(random: Random, i: number): Wire['ExternalOrganization'] {
  const country = pickCountry(random);
  const owner = random() < 0.5 ? zipf(random, COMPANY_WORDS) : lastNameOf(random, country);
  const trade = zipf(random, TRADES);
  return {
    name: `${owner} ${trade} ${i} ${LEGAL_FORMS[country.code]}`,
    industry: trade,
    companyType: random() < 0.5 ? 'Customer' : random() < 0.7 ? 'Prospect' : 'Supplier',
    address: address(random, country),
    phoneNumber: { display: phone(random, zipf(random, country.landlines)) },
    employeeCount: Math.ceil(10 ** (random() * 4)),
    websites: [`https://www.${latin(owner)}${i}.example.${country.domain}`],
  };
}

function domainOf(company: Wire['ExternalOrganization']): string {
  return (company.websites?.[0] ?? '').replace('https://www.', '');
}

function address(random: Random, country: Country): NonNullable<Wire['ExternalContact']['address']> {
  const [city = '', state = '', area = ''] = zipf(random, country.towns).split('/');
  const postalCode = area + digits(random, country.postalCode);
  const number = 1 + Math.floor(random() ** 2 * 900);
  const street = zipf(random, country.streets);
  return {
    address1: country.code === 'DE' || country.code === 'ES' ? `${street} ${number}` : `${number} ${street}`,
    city,
    state,
    postalCode,
    countryCode: country.code,
  };
}

/** People write their numbers in many ways; an international one is read the same anywhere. */
function phone(random: Random, pattern: string): string {
  const number = digits(random, pattern);
  return random() < 0.5 ? number : `${number.slice(0, 3)} ${number.slice(3, 6)} ${number.slice(6, 9)} ${number.slice(9)}`.trim();
}

function digits(random: Random, pattern: string): string {
  return pattern.replace(/[#%A]/g, (sign) =>
    sign === 'A' ? String.fromCharCode(65 + Math.floor(random() * 26)) : String(sign === '#' ? Math.floor(random() * 10) : 2 + Math.floor(random() * 8)),
  );
}

// So that about 5 in 100 are John, 1 in 100 is Smith, and half of all bear one of 2,500 rarer names.
const FIRST_NAMES_FLATNESS = 2;
const LAST_NAMES_FLATNESS = 10;

function lastNameOf(random: Random, country: Country): string {
  return random() < 0.5 ? even(random, RARE_BEGINNINGS) + even(random, RARE_ENDINGS) : zipf(random, country.last, LAST_NAMES_FLATNESS);
}

function pickCountry(random: Random): Country {
  let left = random() * 100;
  for (const country of COUNTRIES) {
    left -= country.share;
    if (left < 0) return country;
  }
  return COUNTRIES[0] as Country;
}

function even<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

/** The n-th of a list comes with a weight of 1/(n + flatness): Zipf's law as Mandelbrot mended it. */
function zipf<T>(random: Random, items: readonly T[], flatness = 0): T {
  const bounds = boundsOf(items.length, flatness);
  const wanted = random() * (bounds.at(-1) as number);
  return items[bounds.findIndex((bound) => bound > wanted)] as T;
}

const knownBounds = new Map<number, number[]>();

function boundsOf(length: number, flatness: number): number[] {
  const key = length * 100 + flatness;
  let bounds = knownBounds.get(key);
  if (!bounds) {
    let sum = 0;
    bounds = Array.from({ length }, (_, i) => {
      sum += 1 / (i + 1 + flatness);
      return sum;
    });
    knownBounds.set(key, bounds);
  }
  return bounds;
}

const latin = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll('ß', 'ss')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();
