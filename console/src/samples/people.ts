// People and companies that do not exist, the same each time. Every twentieth person is the one before once more, as
// somebody else would have typed it: what the search for duplicates is shown by. Their phone numbers are of those that are
// kept free for films (https://www.ofcom.org.uk, 07700 900000 to 900999), their addresses end with example.com.

const FIRST =
  'Ada Alan Amara Ben Carmen Chen Dina Elena Emil Fatima Frida Grace Hana Igor Ines Jonas Katherine Kofi Lena Liam Maya Mateo Nadia Noah Olga Omar Priya Rosa Sven Yuki'.split(
    ' ',
  );
const LAST =
  'Abbott Adeyemi Bauer Becker Castillo Chaudhry Dubois Eriksen Fischer Fontaine Gruber Haddad Hoffmann Ivanova Jansen Kaplan Kimura Kowalski Larsen Lindqvist Marchetti Mbeki Moreau Nakamura Novak Okafor Olsen Papadakis Pereira Quispe Rahman Rossi Sato Schneider Silva Tanaka Vargas Weber Yilmaz Zhang'.split(
    ' ',
  );
const TITLES = ['Buyer', 'Head of Purchasing', 'Office Manager', 'Service Lead', 'Engineer', 'Accountant', 'Director', 'Consultant'];
const PLACES = [
  ['London', 'EC1A 1BB', 'GB'],
  ['Berlin', '10115', 'DE'],
  ['Paris', '75011', 'FR'],
  ['Lisboa', '1100-148', 'PT'],
  ['Oslo', '0150', 'NO'],
  ['Wien', '1010', 'AT'],
] as const;
const TRADES = ['Logistics', 'Energy', 'Textiles', 'Robotics', 'Foods', 'Optics', 'Media'] as const;

export interface SamplePerson {
  firstName: string;
  lastName: string;
  title: string;
  workEmail: string;
  /** There are a thousand of them, each for one person. */
  cellPhone: string | undefined;
  city: string;
  postalCode: string;
  countryCode: string;
  /** Number of the company. */
  company: number;
}

const PHONES = 1000;
const COMPANY_SIZE = 20;
const TWIN_EVERY = 20;

const at = <T>(list: readonly T[], i: number): T => list[i % list.length] as T;

export function samplePerson(i: number): SamplePerson {
  if (i % TWIN_EVERY === TWIN_EVERY - 1) return twinOf(samplePerson(i - 1));
  const [firstName, lastName] = [at(FIRST, i), at(LAST, i * 7 + Math.floor(i / LAST.length))];
  const [city, postalCode, countryCode] = at(PLACES, i);
  return {
    firstName,
    lastName,
    title: at(TITLES, i),
    workEmail: `${firstName}.${lastName}.${i + 1}@example.com`.toLowerCase(),
    cellPhone: i < PHONES ? `+447700900${String(i).padStart(3, '0')}` : undefined,
    city,
    postalCode,
    countryCode,
    company: Math.floor(i / COMPANY_SIZE),
  };
}

/** A letter is lost, and the address is another. */
function twinOf(person: SamplePerson): SamplePerson {
  const { lastName, workEmail } = person;
  return { ...person, lastName: lastName.slice(0, -2) + lastName.slice(-1), workEmail: workEmail.replace('@', '@mail.') };
}

export function sampleCompany(i: number): { name: string; industry: string } {
  const trade = at(TRADES, i);
  return { name: `${at(LAST, i * 3)} ${trade} ${i + 1}`, industry: trade };
}

export const companiesOf = (people: number): number => Math.ceil(people / COMPANY_SIZE);

export const SAMPLE_NOTES = ['Prefers to be called in the morning.', 'Asked for an offer.', 'Met at the trade fair.', 'Speaks German and French.'] as const;
