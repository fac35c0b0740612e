import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparisonsOf } from './compare.ts';
import { begin, isExpected, newPair } from './comparison.ts';
import { type ContactFields, contactFeatures, type Features, organizationFeatures } from './features.ts';
import { candidates, createSet, type Identified, learnFromSet, suggest } from './linkage.ts';
import { createScorer, type Model } from './model.ts';
import { seededRandom } from './random.ts';

describe('learning', () => {
  it('finds the parameters with which the records were made', () => {
    const made = planted({ duplicates: 600, givenDiffers: 0.15, cityDiffers: 0.25, phoneDiffers: 0.4 }, 3000);
    const model = learnFromSet(createSet('contact', made));
    const differs = (name: string) => weightsOf(model, name).m.at(weightsOf(model, name).m.length - 1);
    const pairs = (made.length * (made.length - 1)) / 2;
    expect(model.prior * pairs).toBeGreaterThan(570);
    expect(model.prior * pairs).toBeLessThan(630);
    expect(differs('address.city')).toBeCloseTo(0.25, 1);
    expect(differs('phone')).toBeCloseTo(0.4, 1);
    expect(weightsOf(model, 'firstName').m[3]).toBeCloseTo(0.15, 1);
    expect(weightsOf(model, 'lastName').m[0]).toBeGreaterThan(0.95);
    expect(weightsOf(model, 'address.city').u[0]).toBeCloseTo(1 / 40, 2);
  });

  it('comes to the same each time, and to nearly the same in another order or from another sample', () => {
    const records = planted({ duplicates: 200, givenDiffers: 0.1, cityDiffers: 0.2, phoneDiffers: 0.3 });
    const model = learnFromSet(createSet('contact', records));
    expect(learnFromSet(createSet('contact', records))).toEqual(model);
    const shuffled = records.toSorted((x, y) => (x.id.split('').reverse().join('') < y.id.split('').reverse().join('') ? -1 : 1));
    for (const other of [learnFromSet(createSet('contact', shuffled)), learnFromSet(createSet('contact', records), 99)]) {
      expect(Math.abs(Math.log2(other.prior / model.prior))).toBeLessThan(0.1);
      for (const { name, m } of model.comparisons) for (const [level, share] of m.entries()) expect(weightsOf(other, name).m[level]).toBeCloseTo(share, 1);
    }
  });

  it('survives storage', () => {
    const records = planted({ duplicates: 50, givenDiffers: 0.1, cityDiffers: 0.2, phoneDiffers: 0.3 });
    const model = learnFromSet(createSet('contact', records));
    const stored = JSON.parse(JSON.stringify(model)) as Model;
    const [a, b] = records as [Features, Features];
    expect(createScorer(stored).score(a, b)).toBe(createScorer(model).score(a, b));
  });

  it.each<[string, ContactFields[]]>([
    ['no record', []],
    ['one record', [{ firstName: 'Ada' }]],
    ['two equal records', [strangerOf(1), strangerOf(1)]],
    ['empty records', Array(30).fill({})],
    ['equal records', Array(60).fill(strangerOf(1))],
    ['records with nothing in common', Array.from({ length: 30 }, (_, i) => strangerOf(i))],
    ['records with one field', Array.from({ length: 30 }, (_, i) => ({ workEmail: `u${i % 20}@example.com` }))],
  ])('never throws and never diverges: %s', (_, contacts) => {
    const set = createSet(
      'contact',
      contacts.map((contact, i) => contactFeatures(`${i}`, contact)),
    );
    const model = learnFromSet(set);
    for (const { m, u, r } of model.comparisons) for (const share of [...m, ...u, ...r]) expect(share > 0 && share < 1).toBe(true);
    expect(model.prior > 0 && model.prior <= 0.5).toBe(true);
    for (const { score } of suggest(set, model, 0).suggestions) expect(Number.isFinite(score)).toBe(true);
  });

  it('learns from whatever records there are', () => {
    fc.assert(
      fc.property(fc.array(anyContact, { maxLength: 25 }), (contacts) => {
        const set = createSet(
          'contact',
          contacts.map((contact, i) => contactFeatures(`${i}`, contact)),
        );
        for (const { score } of suggest(set, learnFromSet(set), 0).suggestions) expect(Number.isFinite(score)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

describe('comparison', () => {
  it('is symmetric, field by field and in sum', () => {
    const { score } = createScorer(learnFromSet(createSet('contact', planted({ duplicates: 50, givenDiffers: 0.1, cityDiffers: 0.2, phoneDiffers: 0.3 }))));
    const comparisons = comparisonsOf('contact', ['born_date', 'badge_identifier', 'about_text']);
    const levels = (a: Features, b: Features) => {
      const pair = newPair();
      begin(pair, a, b);
      return comparisons.map((comparison) => [comparison.compare(pair), isExpected(comparison, pair)]);
    };
    fc.assert(
      fc.property(anyContact, anyContact, (one, other) => {
        const [a, b] = [contactFeatures('1', one), contactFeatures('2', other)];
        expect(levels(a, b)).toEqual(levels(b, a));
        expect(score(a, b)).toBe(score(b, a));
      }),
      { numRuns: 1000 },
    );
  });

  it('takes a missing value for no evidence', () => {
    const pair = newPair();
    begin(pair, contactFeatures('1', {}), contactFeatures('2', strangerOf(1)));
    expect(comparisonsOf('contact', ['born_date']).map((comparison) => comparison.compare(pair))).toEqual(Array(14).fill(-1));
  });

  it('tells exchanged names and address lines from others', () => {
    const base = strangerOf(7);
    const swapped = { ...base, firstName: base.lastName, lastName: base.firstName };
    expect(levelOf('lastName', base, swapped)).toBe('swapped');
    expect(levelOf('firstName', base, swapped)).toBeUndefined();
    const lines = { address: { address1: '4 Willaroo', address2: 'Brigalow Street' } };
    expect(levelOf('address.address1', { address: { address1: '4 Brigalow Street', address2: 'Willaroo' } }, lines)).toBe('swapped');
  });

  it.each<[string, ContactFields, ContactFields, string | undefined]>([
    ['firstName', { firstName: 'Jon' }, { firstName: 'Jonathan' }, 'partial'],
    ['firstName', { firstName: 'J.' }, { firstName: 'Jane' }, 'partial'],
    ['lastName', { lastName: 'Swiggs' }, { lastName: 'Siwggs' }, 'close'],
    ['address.city', { address: { city: 'Mount Colah' } }, { address: { city: 'mount c olah' } }, 'same'],
    ['email', { workEmail: 'ada@gmial.com' }, { personalEmail: 'ada@gmail.com' }, 'close'],
    ['email', { workEmail: 'lovelace77@a.com' }, { workEmail: 'lovelace77@other.org' }, 'partial'],
    ['email', { workEmail: 'ada.king1@a.com', lastName: 'King' }, { workEmail: 'ada.king2@a.com', lastName: 'King' }, 'different'],
    ['phone', { workPhone: { e164: '+442079460123' } }, { cellPhone: { e164: '+442079460132' } }, 'close'],
    ['externalIds', { externalIds: [{ externalSource: { id: 'a' }, value: '1' }] }, { externalIds: [{ externalSource: { id: 'b' }, value: '2' }] }, undefined],
    ['customFields.born_date', { customFields: { born_date: '1956-04-09' } }, { customFields: { born_date: '1956-09-04' } }, 'close'],
  ])('%s of %j and %j', (name, a, b, expected) => {
    expect(levelOf(name, a, b)).toBe(expected);
  });
});

describe('suggestions', () => {
  it('are the planted duplicates, with what speaks for them', () => {
    const records = planted({ duplicates: 100, givenDiffers: 0.05, cityDiffers: 0.1, phoneDiffers: 0.2 });
    const set = createSet('contact', records);
    const model = learnFromSet(set);
    const { suggestions } = suggest(set, model);
    const right = suggestions.filter(({ a, b }) => personOf(a) === personOf(b));
    expect(right.length).toBeGreaterThan(95);
    expect(suggestions.length - right.length).toBeLessThan(5);
    const { a, b, score } = suggestions[0] as (typeof suggestions)[number];
    const of = ({ id }: Identified) => records.find((record) => record.id === id) as Features;
    const { evidence, score: explained } = createScorer(model).explain(of(a), of(b));
    expect(explained).toBe(score);
    expect(evidence[0]?.weight).toBeGreaterThan(0);
  });

  it('for one record are those of the whole set', () => {
    const records = planted({ duplicates: 100, givenDiffers: 0.05, cityDiffers: 0.1, phoneDiffers: 0.2 });
    const set = createSet('contact', records);
    const model = learnFromSet(set);
    const { suggestions } = suggest(set, model);
    const at = records.findIndex(({ id }) => id === suggestions[0]?.a.id);
    const a = records[at] as Features;
    const partners = set.blocks.partners(at, false).map((i) => records[i] as Features);
    const expected = suggestions.filter((found) => found.a.id === a.id || found.b.id === a.id).map((found) => (found.a.id === a.id ? found.b.id : found.a.id));
    expect(candidates(a, [a, ...partners], createScorer(model)).map(({ record }) => record.id)).toEqual(expected);
  });

  it('do not depend on the order of records', () => {
    const records = planted({ duplicates: 100, givenDiffers: 0.05, cityDiffers: 0.1, phoneDiffers: 0.2 });
    const model = learnFromSet(createSet('contact', records));
    const pairs = (list: Features[]) =>
      suggest(createSet('contact', list), model)
        .suggestions.map(({ a, b }) => [a.id, b.id].sort().join(' '))
        .sort();
    expect(pairs(records.toReversed())).toEqual(pairs(records));
  });

  it('leave partners at one address apart', () => {
    const random = seededRandom(5);
    const records = planted({ duplicates: 100, givenDiffers: 0.02, cityDiffers: 0.1, phoneDiffers: 0.2 });
    const homes = Array.from({ length: 200 }, (_, i) => {
      const home = person(random);
      return [contactFeatures(`h${i} a`, { ...home, firstName: nameOf(random, 300) }), contactFeatures(`h${i} b`, { ...home, firstName: nameOf(random, 300) })];
    }).flat();
    const set = createSet('contact', [...records, ...homes]);
    const { suggestions } = suggest(set, learnFromSet(set));
    expect(suggestions.filter(({ a, b }) => a.id.startsWith('h') && b.id.startsWith('h')).length).toBeLessThan(20);
    expect(suggestions.filter(({ a, b }) => personOf(a) === personOf(b) && !a.id.startsWith('h')).length).toBeGreaterThan(90);
  });

  it('are made of companies, too', () => {
    const names = Array.from({ length: 100 }, (_, i) => `${nameOf(seededRandom(i), 5000)} ${nameOf(seededRandom(i + 1000), 5000)}`);
    const records = names.map((name, i) => organizationFeatures(`${i}`, { name: `${name} Ltd`, phoneNumber: { e164: `+44207946${1000 + i}` } }));
    const again = names.slice(0, 20).map((name, i) => organizationFeatures(`again ${i}`, { name, phoneNumber: { e164: `+44207946${1000 + i}` } }));
    const set = createSet('organization', [...records, ...again]);
    expect(suggest(set, learnFromSet(set)).suggestions).toHaveLength(20);
  });
});

interface Planted {
  duplicates: number;
  givenDiffers: number;
  cityDiffers: number;
  phoneDiffers: number;
}

/** People of 1,000 last names, 300 first names and 40 towns, of whom the first are there twice. */
function planted({ duplicates, givenDiffers, cityDiffers, phoneDiffers }: Planted, people = 600): Features[] {
  const random = seededRandom(11);
  const records: Features[] = [];
  for (let i = 0; i < people; i++) {
    const one = person(random);
    records.push(contactFeatures(`${i} a`, one));
    if (i >= duplicates) continue;
    const other = person(random);
    records.push(
      contactFeatures(`${i} b`, {
        ...one,
        ...(random() < givenDiffers ? { firstName: other.firstName } : {}),
        ...(random() < cityDiffers ? { address: other.address } : {}),
        ...(random() < phoneDiffers ? { cellPhone: other.cellPhone } : {}),
      }),
    );
  }
  return records;
}

const personOf = ({ id }: Identified) => id.slice(0, id.indexOf(' '));

type Person = ContactFields & Required<Pick<ContactFields, 'firstName' | 'lastName' | 'address' | 'cellPhone'>>;

function person(random: () => number): Person {
  return {
    firstName: nameOf(random, 300),
    lastName: nameOf(random, 1000),
    address: { city: nameOf(random, 40) },
    cellPhone: { e164: `+4477${String(Math.floor(random() * 1e8)).padStart(8, '0')}` },
  };
}

/** One of so many words that have little in common. */
function nameOf(random: () => number, names: number): string {
  const letters = seededRandom(Math.floor(random() * names) * 7919 + names);
  return Array.from({ length: 8 }, () => String.fromCharCode(97 + Math.floor(letters() * 26))).join('');
}

function strangerOf(i: number): ContactFields {
  return person(seededRandom(i));
}

function weightsOf(model: Model, name: string) {
  const found = model.comparisons.find((comparison) => comparison.name === name);
  if (!found) throw new Error(name);
  return found;
}

function levelOf(name: string, a: ContactFields, b: ContactFields): string | undefined {
  const customKeys = Object.keys(a.customFields ?? {});
  const pair = newPair();
  begin(pair, contactFeatures('1', a), contactFeatures('2', b));
  let found: string | undefined;
  for (const comparison of comparisonsOf('contact', customKeys)) {
    const level = comparison.levels[comparison.compare(pair)];
    if (comparison.name === name) found = level;
  }
  return found;
}

const some = (...values: string[]) => fc.option(fc.oneof(fc.constantFrom(...values), fc.string({ maxLength: 12 })), { nil: null });
const anyContact: fc.Arbitrary<ContactFields> = fc.record({
  firstName: some('Ada', 'Adah', 'King', 'Jonathan', 'Jon'),
  middleName: some('B.', 'Byron'),
  lastName: some('King', 'Kings', 'Lovelace', 'Ada'),
  workEmail: some('ada@a.com', 'ada.king@a.com', 'ada.king@b.com', 'countess@a.com'),
  otherEmail: some('ada@a.com', 'countess@b.com'),
  cellPhone: fc.record({ e164: some('+442079460123', '+442079460132') }),
  address: fc.record({
    address1: some('4 Brigalow Street', '4 Willaroo', '44 Willaroo House'),
    address2: some('Brigalow Street', 'Willaroo', 'House of Willaroo'),
    city: some('Young', 'Yonug'),
    postalCode: some('5045', '5054', '5055'),
    state: some('nsw', 'vic'),
  }),
  customFields: fc.record({
    born_date: some('1956-04-09', '1956-09-04'),
    badge_identifier: some('a1', 'a2'),
    about_text: some('golden steel', 'steel golden'),
  }),
});
