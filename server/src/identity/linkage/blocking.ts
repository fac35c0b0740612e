// Which records are compared at all: those that share a key. Each key is made of two things that rarely both change, or
// of one that stands for a record by itself; a record has some twenty. So no single field has to be right, and nothing is
// compared with everything.
import { coreTypeOf, type Features } from './features.ts';

/**
 * Records that share a key are compared up to this many; a key that more share says too little, and other keys remain. At
 * 100,000 generated people, 50 in place of 20 compared 2.6 times as many pairs and found no more.
 */
export const BLOCK_RECORDS_MAX = 20;

/**
 * Two records are compared where the keys that they share weigh so much together: one that tells, or two of the others, such
 * as a name in a town and a house number in a street. At 100,000 generated people that leaves out three pairs of five, and 3
 * duplicates of 11,000.
 */
export const KEYS_WEIGHT_LEAST = 2;

/** Whatever a key is made of, it tells where no more records than this have it. */
export const FEW_RECORDS = 5;

/** 2 for a key that tells by itself, 1 for any other. @param records how many have it */
export function keyWeight(key: string, records: number): 1 | 2 {
  return records <= FEW_RECORDS || isStrong(key) || TELLING.has(key.slice(0, key.indexOf(':'))) ? 2 : 1;
}

/**
 * Keys that stand for a record by themselves. Where too many share one (a list that was imported thirty times, a switchboard),
 * they are compared in groups of BLOCK_RECORDS_MAX all the same.
 */
export function isStrong(key: string): boolean {
  return STRONG.includes(key.charAt(0)) && key.charAt(1) === ':';
}

const STRONG = '@txiw=';
const TELLING = new Set(['gf', 'nd', 'np', 'dp', 'hp', 'o', 'oo', 'op']);

/** Characters of a key, so that any fits into an index. */
export const KEY_CHARACTERS_MAX = 48;

/** Keys of one record. */
export const KEYS_MAX = 40;

/** A kind, behind which a colon is thought, and one to four parts, with a full stop between each two. */
export type VisitKey = (kind: string, one: string, two?: string, three?: string, four?: string) => void;

/**
 * The keys of a record, each once, in no order that matters. Short texts whose first characters say what they are made of:
 * `gf:` of given and family name, `@:` of an e-mail address. Records of different organizations or kinds never meet: the
 * index has to lead with those.
 */
export function blockingKeys(record: Features): string[] {
  const keys = new Set<string>();
  eachKey(record, (kind, ...parts) => keys.add(`${kind}:${parts.filter((part) => part !== undefined).join('.')}`.slice(0, KEY_CHARACTERS_MAX).toWellFormed()));
  return [...keys].slice(0, KEYS_MAX);
}

/** Visits the same keys in their parts, some twice: for those who do without the texts, which take most of the time. */
export function eachKey(record: Features, visit: VisitKey): void {
  const add: VisitKey = (kind, one, two, three, four) => {
    if (one !== '' && two !== '' && three !== '' && four !== '') visit(kind, one, two, three, four);
  };
  for (const { text } of record.emails) add('@', text);
  for (const phone of record.phones) add('t', lastDigits(phone));
  for (const id of record.ids) add('x', id);
  for (const site of record.sites) add('w', site);
  for (const [key, value] of Object.entries(record.custom)) if (coreTypeOf(key) === 'identifier') add('i', key, value.bare);
  if (record.kind === 'contact') addNames(record, add);
  else addCompany(record, add);
}

/**
 * The sound of a word, roughly and in any alphabet: its first character and the consonants after it, doubled ones once,
 * letters that are written for one another as one. Vowels are what is mistyped and misheard most.
 */
export function skeleton(text: string, characters: number): string {
  let found = '';
  let last = '';
  for (let i = 0; i < text.length && found.length < characters; i++) {
    const letter = text.charAt(i);
    if (letter === ' ') continue;
    const like = ALIKE[letter] ?? letter;
    if (like !== last && (found === '' || !SILENT.has(letter))) found += like;
    last = like;
  }
  return found;
}

const SILENT = new Set('aeiouyhw');
const ALIKE: Readonly<Record<string, string>> = { c: 'k', q: 'k', z: 's', v: 'f', d: 't', b: 'p', j: 'g', n: 'm', y: 'i' };

function addNames(record: Features, add: VisitKey): void {
  const given = skeleton(record.given, 4);
  const family = skeleton(record.family, 5);
  // In order, so that exchanged names meet.
  if (given < family) add('gf', given, family);
  else add('gf', family, given);
  const place = placeOf(record);
  const days = daysOf(record);
  for (const name of [given, family]) {
    add('np', name, record.postcode);
    add('nc', name, place.city);
    add('ns', name, place.street);
    add('nu', name, place.unit);
    for (const day of days) add('nd', name, day);
  }
  for (const day of days) {
    add('dp', day, record.postcode);
    add('ds', day, place.street);
  }
  // The same record twice, thrice, thirty times.
  add('=', given, family, place.street + record.house, record.postcode || place.city);
  addPlace(record, place, add);
}

function addCompany(record: Features, add: VisitKey): void {
  const place = placeOf(record);
  const words = record.name.text.split(' ').map((word) => skeleton(word, 5));
  add('o', skeleton(record.name.bare, 8));
  add('=', record.name.bare.slice(0, 30));
  // A word may be left out or mistyped, and words may come in another order.
  for (let i = 0; i < Math.min(words.length, 4); i++) {
    const word = words[i] as string;
    for (const other of words.slice(i + 1, 4)) add('oo', ...(word < other ? ([word, other] as const) : ([other, word] as const)));
    add('op', word, record.postcode);
    add('oc', word, place.city);
  }
  addPlace(record, place, add);
}

interface Place {
  city: string;
  street: string;
  unit: string;
}

function placeOf(record: Features): Place {
  return { city: skeleton(record.city, 5), street: skeleton(record.street.bare, 5), unit: skeleton(record.unit.bare, 5) };
}

function addPlace(record: Features, { city, street, unit }: Place, add: VisitKey): void {
  // Lines are exchanged as names are: the same kind of key for both.
  for (const line of new Set([street, unit])) {
    add('sp', line, record.postcode);
    add('sc', line, city);
    add('sh', line, record.house);
  }
  if (street < unit) add('ss', street, unit);
  else add('ss', unit, street);
  add('hp', record.house, record.postcode, city);
}

/** Days in custom fields, their digits sorted, so that mistyped order does not matter. */
function daysOf(record: Features): string[] {
  const days: string[] = [];
  for (const [key, value] of Object.entries(record.custom)) if (coreTypeOf(key) === 'date') days.push([...value.bare].sort().join(''));
  return days;
}

/** Numbers are written with and without a country's or a trunk prefix. */
function lastDigits(phone: string): string {
  return phone.replace(/\D/g, '').slice(-8);
}
