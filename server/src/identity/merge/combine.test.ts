import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Wire } from '../../families/wire.ts';
import { combine, typeOf } from './combine.ts';

type Contact = Wire['ExternalContact'];

const phone = fc.constantFrom('+13175550001', '+13175550002', '+13175550003', '+13175550004', '+13175550005').map((e164) => ({ display: e164, e164 }));
const email = fc.constantFrom('a@x.example', 'A@x.example', 'b@x.example', 'c@x.example', 'd@x.example');
const text = fc.constantFrom('Ada', 'Augusta', 'Lovelace');
const contact = (id: string): fc.Arbitrary<Contact> =>
  fc.record(
    {
      id: fc.constant(id),
      firstName: text,
      lastName: text,
      workPhone: phone,
      cellPhone: phone,
      homePhone: phone,
      otherPhone: phone,
      workEmail: email,
      personalEmail: email,
      otherEmail: email,
      surveyOptOut: fc.boolean(),
      appleOpaqueIds: fc
        .uniqueArray(fc.constantFrom(...Array.from({ length: 14 }, (_, i) => `id ${i}`)), { minLength: 1, maxLength: 10 })
        .map((values) => values.map((value) => ({ value }))),
    },
    { requiredKeys: ['id'] },
  );
const several = fc.integer({ min: 2, max: 5 }).chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => contact(`c${i}`))));

const PHONES = ['workPhone', 'cellPhone', 'homePhone', 'otherPhone'] as const;
const EMAILS = ['workEmail', 'personalEmail', 'otherEmail'] as const;
const numbers = (one: Contact) => PHONES.flatMap((slot) => one[slot]?.e164 ?? []);
const addresses = (one: Contact) => EMAILS.flatMap((slot) => one[slot]?.toLowerCase() ?? []);

test('the value of the contact that was modified last wins, of those that have one, and the override before all', () => {
  fc.assert(
    fc.property(several, fc.option(contact('o'), { nil: undefined }), (contacts, override) => {
      const { contact: result, sources } = combine(contacts, override);
      for (const field of ['firstName', 'lastName', 'surveyOptOut'] as const) {
        const all = [override, ...contacts].filter((one) => one?.[field] !== undefined);
        expect(result[field]).toBe(all[0]?.[field]);
        expect(sources[field]).toBe(all[0] && (all[0] === override ? 'override' : all[0].id));
      }
      for (const slot of [...PHONES, ...EMAILS])
        if (
          override?.[slot] !== undefined &&
          numbers(override).length === new Set(numbers(override)).size &&
          addresses(override).length === new Set(addresses(override)).size
        )
          expect(result[slot]).toEqual(override[slot]);
    }),
  );
});

test('no number and no address is lost while there is a free field, and none stands twice', () => {
  fc.assert(
    fc.property(several, (contacts) => {
      const { contact: result } = combine(contacts);
      for (const [valuesOf, most] of [
        [numbers, 4],
        [addresses, 3],
      ] as const) {
        const all = new Set(contacts.flatMap(valuesOf));
        const kept = valuesOf(result);
        expect(new Set(kept).size).toBe(kept.length);
        expect(kept.length).toBe(Math.min(most, all.size));
        expect(kept.every((value) => all.has(value))).toBe(true);
        // Of the newest contact, nothing has to go.
        for (const value of valuesOf(contacts[0] as Contact)) expect(kept).toContain(value);
      }
    }),
  );
});

test('ids of other systems are joined, the newest first, up to ten', () => {
  fc.assert(
    fc.property(several, (contacts) => {
      const all = [...new Set(contacts.flatMap((one) => one.appleOpaqueIds?.map(({ value }) => value) ?? []))];
      expect(combine(contacts).contact.appleOpaqueIds?.map(({ value }) => value) ?? []).toEqual(all.slice(0, 10));
    }),
  );
});

test('combining what came of it with one of its inputs adds nothing', () => {
  fc.assert(
    fc.property(several, (contacts) => {
      const once = combine(contacts).contact;
      const again = combine([{ ...once, id: 'r' }, ...contacts]).contact;
      expect({ ...again }).toEqual({ ...once });
    }),
  );
});

describe('custom fields', () => {
  const vip = (id: string, version: number, customFields: Record<string, unknown>): Contact => ({ id, schema: { id: 'vip', version }, customFields });
  const other: Contact = { id: 'o', schema: { id: 'other', version: 9 }, customFields: { x_text: 'x' } };

  test('of one schema come together value by value, under its highest version', () => {
    const { contact: result, sources } = combine([vip('a', 1, { tier_enum: 'gold' }), other, vip('b', 2, { tier_enum: 'iron', born_date: '1815-12-10' })]);
    expect(result.schema).toEqual({ id: 'vip', version: 2 });
    expect(result.customFields).toEqual({ tier_enum: 'gold', born_date: '1815-12-10' });
    expect(sources).toMatchObject({ schema: 'b', 'customFields.tier_enum': 'a', 'customFields.born_date': 'b' });
  });

  test('of another schema than the newest stay behind', () => {
    expect(combine([other, vip('a', 1, { tier_enum: 'gold' })]).contact.customFields).toEqual({ x_text: 'x' });
  });
});

test('the kind of the result is the highest', () => {
  expect(typeOf([{ type: 'Ephemeral' }, { type: 'Identified' }])).toBe('Identified');
  expect(typeOf([{ type: 'Ephemeral' }, { type: 'Curated' }])).toBe('Curated');
});
