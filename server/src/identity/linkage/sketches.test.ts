import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockingKeys } from './blocking.ts';
import { type ContactFields, contactFeatures, organizationFeatures } from './features.ts';
import { isTypo } from './levels.ts';
import { createSet, learnFromSet } from './linkage.ts';
import { createScorer } from './model.ts';
import { pack, unpack } from './pack.ts';
import { mayBeLike, mayBeSlip, mayBeTypo, signatureOf } from './signature.ts';
import { isLike, withinEdits } from './similarity.ts';
import { createSketches } from './sketches.ts';

describe('signatures', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'n', 'é', '中', '1', '2', ' '), minLength: 1, maxLength: 34 });
  const edited = fc.tuple(texts, fc.nat(), fc.constantFrom('', 'a', '7', 'é')).map(([text, at, letter]) => {
    const where = at % text.length;
    return [text, text.slice(0, where) + letter + text.slice(where + (at % 2))] as const;
  });
  const pairs = fc.oneof(fc.tuple(texts, texts), edited).filter(([, b]) => b !== '');

  it('never take those for different that are alike', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const [one, other] = [signatureOf(a), signatureOf(b)];
        if (withinEdits(a, b, 1)) expect(mayBeSlip(one, other)).toBe(true);
        if (isTypo(a, b)) expect(mayBeTypo(one, other)).toBe(true);
        if (isTypo(a, b) || isLike(a, b, 0.85) || a.startsWith(b)) expect(mayBeLike(one, other)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('tell most numbers and names apart', () => {
    expect(mayBeSlip(signatureOf('+442079460123'), signatureOf('+442083117956'))).toBe(false);
    expect(mayBeLike(signatureOf('featherstonehaugh'), signatureOf('smith'))).toBe(false);
  });
});

describe('sketches', () => {
  it('never leave out a pair that reaches the score', () => {
    fc.assert(
      fc.property(fc.array(contacts, { minLength: 2, maxLength: 12 }), (fields) => {
        const records = fields.map((contact, i) => contactFeatures(`${i}`, contact));
        const set = createSet('contact', records);
        const model = learnFromSet(set);
        const { score } = createScorer(model);
        const { mayReach } = createSketches(set, model);
        for (const [i, a] of records.entries()) for (const [j, b] of records.entries()) expect(mayReach(i, j, score(a, b))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('never leave out a pair of companies that does', () => {
    const names = fc.string({ unit: fc.constantFrom('golden', 'steel', 'steal', 'partners', ' '), maxLength: 6 });
    const company = fc.record({ name: names, websites: fc.array(fc.constantFrom('a.com', 'b.com', 'www.a.com'), { maxLength: 2 }) });
    fc.assert(
      fc.property(fc.array(company, { minLength: 2, maxLength: 12 }), (fields) => {
        const records = fields.map((organization, i) => organizationFeatures(`${i}`, organization));
        const set = createSet('organization', records);
        const model = learnFromSet(set);
        const { score } = createScorer(model);
        const { mayReach } = createSketches(set, model);
        for (const [i, a] of records.entries()) for (const [j, b] of records.entries()) expect(mayReach(i, j, score(a, b))).toBe(true);
      }),
      // The same name, however spaced, though one of them is in three words.
      {
        numRuns: 100,
        examples: [[['steal partners partners', '', 'golden', '', '', '', 'steel', 'stealpartnerspartners', ''].map((name) => ({ name, websites: [] }))]],
      },
    );
  });
});

describe('packed records', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(contacts, (fields) => {
        const record = contactFeatures('1', fields);
        expect(unpack(pack(record))).toEqual(record);
        expect(blockingKeys(unpack(pack(record)))).toEqual(blockingKeys(record));
      }),
    );
  });
});

const some = (...values: string[]) => fc.option(fc.oneof(fc.constantFrom(...values), fc.string({ maxLength: 12 })), { nil: null });
const contacts: fc.Arbitrary<ContactFields> = fc.record({
  firstName: some('Ada', 'Adah', 'King', 'Jonathan', 'Jon', 'J.'),
  middleName: some('B.', 'Byron'),
  lastName: some('King', 'Kings', 'Lovelace', 'Lovelock', 'Ada', 'Jonathan'),
  workEmail: some('ada@a.com', 'ada.king@a.com', 'ada.king@b.com', 'countess@a.com'),
  otherEmail: some('ada@a.com', 'countess@b.com'),
  cellPhone: fc.record({ e164: some('+442079460123', '+442079460132') }),
  homePhone: fc.record({ e164: some('+442079460123', '+442079460199') }),
  externalIds: fc.array(fc.record({ externalSource: fc.record({ id: fc.constantFrom('crm', 'erp') }), value: fc.constantFrom('123', '124', '999') }), {
    maxLength: 2,
  }),
  address: fc.record({
    address1: some('4 Brigalow Street', '4 Willaroo', '44 Willaroo House', 'Upper Willaroo House Street'),
    address2: some('Brigalow Street', 'Willaroo', 'House of Willaroo'),
    city: some('Young', 'Yonug', 'Younger'),
    postalCode: some('5045', '5054', '5055'),
    state: some('nsw', 'vic'),
  }),
  customFields: fc.record({
    born_date: some('1956-04-09', '1956-09-04'),
    badge_identifier: some('a1', 'a2'),
    about_text: some('golden steel', 'steel golden', 'golden steel partners'),
  }),
});
