// The people of people.ts as a directory really holds them: some twice or three times, written down by other hands at
// other times; some with a partner at the same address. Who is who is known, to measure what finds the duplicates.
import type { ContactFields } from '../../server/src/identity/linkage/features.ts';
import { seededRandom } from '../../server/src/identity/linkage/random.ts';
import { createPeople } from './people.ts';

export interface NoisyRecord {
  id: string;
  /** The same for records that are one person. */
  person: number;
  contact: ContactFields;
}

export interface Noise {
  /** Of a hundred people, so many are there more than once. */
  duplicates: number;
  /** Of a hundred people, so many have a partner with the same family name, address and home phone. */
  partners: number;
  /** How likely each field of a copy is to be mistyped, missing, or another. */
  typo: number;
  missing: number;
  changed: number;
}

export const USUAL_NOISE: Noise = { duplicates: 10, partners: 10, typo: 0.12, missing: 0.15, changed: 0.2 };

/** So many records, the copies anywhere among them. */
export function* noisyPeople(count: number, noise: Noise = USUAL_NOISE, seed = 7): Generator<NoisyRecord> {
  const people = createPeople(count, seed);
  const random = seededRandom(seed);
  const later: NoisyRecord[] = [];
  let made = 0;
  const idOf = () => `r${made++}`;
  // Nobody who is in the directory.
  const stranger = () => plain(people.contact(2 * count + Math.floor(random() * count)), random);
  for (let i = 0, person = 0; made < count; i++, person++) {
    const contact = plain(people.contact(i), random);
    yield { id: idOf(), person, contact };
    if (random() * 100 < noise.duplicates) {
      const copies = random() < 0.8 ? 1 : 2;
      for (let copy = 0; copy < copies; copy++) later.push({ id: '', person, contact: rewritten(contact, noise, random, stranger) });
    }
    if (random() * 100 < noise.partners) later.push({ id: '', person: ++person, contact: partnerOf(contact, plain(people.contact(count + i), random)) });
    while (later.length > 500 && made < count) yield { ...(later.splice(Math.floor(random() * later.length), 1)[0] as NoisyRecord), id: idOf() };
  }
}

type Random = () => number;

/** A contact as it was first written down, its numbers as the server stores them; half have a home phone, half a birthday, some a number in another system. */
function plain(contact: ContactFields, random: Random): ContactFields {
  const phone = (given: ContactFields['workPhone']) => (given?.display ? { e164: given.display.replaceAll(' ', '') } : null);
  const digits = (length: number) => String(Math.floor(random() * 10 ** length)).padStart(length, '0');
  const day = `${1930 + Math.floor(random() * 75)}-${String(1 + Math.floor(random() * 12)).padStart(2, '0')}-${String(1 + Math.floor(random() * 28)).padStart(2, '0')}`;
  return {
    ...contact,
    workPhone: random() < 0.5 ? phone(contact.workPhone) : null,
    homePhone: random() < 0.5 ? { e164: `+1${digits(10)}` } : null,
    cellPhone: phone(contact.cellPhone),
    customFields: { ...(random() < 0.5 ? { born_date: day } : {}), ...(random() < 0.3 ? { member_identifier: digits(8) } : {}) },
  };
}

function partnerOf(contact: ContactFields, other: ContactFields): ContactFields {
  return { ...other, lastName: contact.lastName, address: contact.address ?? null, homePhone: contact.homePhone ?? null };
}

/** The same person by another hand. @param stranger makes somebody to take changed values from */
function rewritten(contact: ContactFields, noise: Noise, random: Random, stranger: () => ContactFields): ContactFields {
  const text = (value: string | null | undefined, missing = noise.missing) => {
    if (!value || random() < missing) return null;
    return random() < noise.typo ? mistyped(value, random) : value;
  };
  const changed = <K extends keyof ContactFields>(key: K): ContactFields[K] => (random() < noise.changed ? stranger()[key] : contact[key]);
  const phone = (key: 'workPhone' | 'homePhone' | 'cellPhone') => {
    const e164 = text(changed(key)?.e164);
    return e164 ? { e164 } : null;
  };
  const address = changed('address');
  const employer = random() < noise.missing ? null : changed('externalOrganization');
  const custom = Object.entries(contact.customFields ?? {}).map(([key, value]) => [key, text(String(value))]);
  const copy: ContactFields = {
    firstName: shortened(text(contact.firstName, noise.missing / 3), random),
    middleName: text(contact.middleName, 0.5),
    lastName: random() < noise.changed / 5 ? stranger().lastName : text(contact.lastName, noise.missing / 5),
    workPhone: phone('workPhone'),
    homePhone: phone('homePhone'),
    cellPhone: phone('cellPhone'),
    externalOrganization: employer ?? null,
    address: address
      ? {
          address1: text(address.address1),
          address2: text(address.address2),
          city: text(address.city),
          state: text(address.state),
          postalCode: text(address.postalCode),
        }
      : null,
    customFields: Object.fromEntries(custom.filter(([, value]) => value !== null)),
  };
  const email = text(changed('workEmail'));
  if (email) copy[random() < 0.7 ? 'workEmail' : 'personalEmail'] = email;
  if (random() < 0.04) return { ...copy, firstName: copy.lastName, lastName: copy.firstName };
  return copy;
}

function shortened(name: string | null, random: Random): string | null {
  if (!name || random() > 0.08) return name;
  return random() < 0.5 ? `${name.charAt(0)}.` : name.slice(0, 3);
}

/** One slip of the keyboard: two letters exchanged, one left out, one too many, another one. */
function mistyped(text: string, random: Random): string {
  const at = Math.floor(random() * text.length);
  const letter = /\d/.test(text.charAt(at)) ? String(Math.floor(random() * 10)) : String.fromCharCode(97 + Math.floor(random() * 26));
  const kind = random();
  if (kind < 0.25 && at + 1 < text.length) return text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2);
  if (kind < 0.5) return text.slice(0, at) + text.slice(at + 1);
  if (kind < 0.75) return text.slice(0, at) + letter + text.slice(at);
  return text.slice(0, at) + letter + text.slice(at + 1);
}
