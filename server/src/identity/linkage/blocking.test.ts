import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockingKeys, KEY_CHARACTERS_MAX, KEYS_MAX, KEYS_WEIGHT_LEAST, keyWeight, skeleton } from './blocking.ts';
import { createBlocks } from './blocks.ts';
import { type ContactFields, contactFeatures, organizationFeatures } from './features.ts';

const PERSON = {
  firstName: 'Madeleine',
  lastName: 'Paterson',
  address: { address1: '13 Brigalow Street', address2: 'Willaroo', city: 'Young', postalCode: '5045' },
} satisfies ContactFields;

const keysOf = (contact: ContactFields) => blockingKeys(contactFeatures('1', contact));
const meet = (a: ContactFields, b: ContactFields) => {
  const shared = keysOf(a).filter((key) => keysOf(b).includes(key));
  return shared.reduce((sum, key) => sum + keyWeight(key, 100), 0) >= KEYS_WEIGHT_LEAST;
};

describe('blocking keys', () => {
  it.each<[string, ContactFields]>([
    ['exchanged names', { ...PERSON, firstName: 'Paterson', lastName: 'Madeleine' }],
    ['mistyped names', { ...PERSON, firstName: 'Madelene', lastName: 'Patterson' }],
    ['another last name', { ...PERSON, lastName: 'Fleet' }],
    ['another first name', { ...PERSON, firstName: 'Zoe' }],
    ['a moved person', { firstName: 'Madeleine', lastName: 'Paterson', address: { address1: '7 Other Road', city: 'Perth', postalCode: '6000' } }],
    ['exchanged address lines', { ...PERSON, lastName: '', address: { ...PERSON.address, address1: '13 Willaroo', address2: 'Brigalow Street' } }],
    ['no names', { address: PERSON.address }],
    ['spaces in a street', { ...PERSON, firstName: '', lastName: '', address: { ...PERSON.address, address1: '13 Briga low Street' } }],
  ])('are shared in spite of %s', (_, other) => {
    expect(meet(PERSON, other)).toBe(true);
  });

  it('are shared by those with one phone, e-mail address, outside id or identifier', () => {
    const alike: ContactFields[] = [
      { cellPhone: { e164: '+442079460123' } },
      { workEmail: 'ada@example.com' },
      { externalIds: [{ externalSource: { id: 'crm' }, value: '7' }] },
      { customFields: { badge_identifier: 'BX-77' } },
    ];
    for (const contact of alike) expect(meet({ firstName: 'Ada', ...contact }, { firstName: 'Zoe', ...contact })).toBe(true);
    expect(meet({ homePhone: { display: '020 7946 0123' } }, { cellPhone: { e164: '+442079460123' } })).toBe(true);
    expect(meet({ customFields: { born_date: '1956-04-09' }, firstName: 'Ada' }, { customFields: { born_date: '1956-09-04' }, firstName: 'Ada' })).toBe(true);
  });

  it('are few, short and the same each time, whatever the record', () => {
    const text = fc.option(fc.string({ unit: 'binary', maxLength: 80 }), { nil: null });
    const contact = fc.record({ firstName: text, lastName: text, workEmail: text, address: fc.record({ address1: text, city: text, postalCode: text }) });
    fc.assert(
      fc.property(contact, (fields) => {
        const keys = keysOf(fields);
        expect(keys).toEqual(keysOf(fields));
        expect(keys.length).toBeLessThanOrEqual(KEYS_MAX);
        for (const key of keys) {
          expect(key.length).toBeLessThanOrEqual(KEY_CHARACTERS_MAX);
          expect(key.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  it('of an empty record are none', () => {
    expect(keysOf({})).toEqual([]);
  });

  it('of companies are shared in spite of another order and form', () => {
    const keys = (name: string) => blockingKeys(organizationFeatures('1', { name }));
    const shared = keys('Golden Steel Partners Ltd').filter((key) => keys('Partners Golden-Steel GmbH').includes(key));
    expect(shared.length).toBeGreaterThan(0);
  });
});

describe('a skeleton', () => {
  it('keeps what is heard', () => {
    expect(skeleton('siwggs', 5)).toBe(skeleton('swiggs', 5));
    expect(skeleton('catherine', 5)).toBe(skeleton('kathryn', 5));
    expect(skeleton('иванова', 9)).not.toBe('');
  });
});

describe('blocks', () => {
  it('bring together whom keys bring together, however many are alike', () => {
    const records = Array.from({ length: 65 }, (_, i) => contactFeatures(`${i}`, PERSON));
    const blocks = createBlocks(records);
    // In groups, and each in one.
    for (let i = 0; i < records.length; i++) {
      expect(blocks.partners(i, false).length).toBeGreaterThan(3);
      expect(blocks.partners(i, false).length).toBeLessThan(40);
    }
  });

  it('name each pair once from either side', () => {
    const blocks = createBlocks([contactFeatures('1', PERSON), contactFeatures('2', { firstName: 'Zoe' }), contactFeatures('3', PERSON)]);
    expect([0, 1, 2].map((i) => blocks.partners(i, false))).toEqual([[2], [], [0]]);
    expect([0, 1, 2].map((i) => blocks.partners(i, true))).toEqual([[2], [], []]);
  });
});
