import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { expect, test } from 'vitest';
import { phoneDigits, readPhone } from './phone.ts';

const typed = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(...'+0123456789 ()-./x#') }),
  fc.integer({ min: 1_000_000, max: 99_999_999_999 }).map((digits) => `+${digits}`),
);
const country = fc.constantFrom('US', 'DE', 'FR', 'IT', 'JP');

test('whatever is typed is kept, and shown', () => {
  fc.assert(
    fc.property(typed, country, (display, by) => {
      const phone = readPhone({ display }, by);
      if (display === '') {
        expect(phone).toBeNull();
        return;
      }
      expect(phone).toMatchObject({ userInput: display });
      expect(phone?.display).not.toBe('');
      if (phone?.e164 === undefined) expect(phone).toEqual({ display, userInput: display });
      else expect(phone.e164).toMatch(/^\+\d{3,17}$/);
    }),
    { numRuns: 1000 },
  );
});

// But for numbers with more zeros behind the country code than there can be: each reading takes one away.
test('what is shown reads as the same number, in any country', () => {
  fc.assert(
    fc.property(typed, country, country, (display, by, elsewhere) => {
      const phone = readPhone({ display }, by);
      if (phone?.e164 && parsePhoneNumberFromString(phone.e164)?.number === phone.e164)
        expect(readPhone({ display: phone.display }, elsewhere)).toMatchObject({ e164: phone.e164, display: phone.display });
    }),
    { numRuns: 1000 },
  );
});

test('an unknown country counts for none', () => {
  expect(readPhone({ display: '317 555 1234', normalizationCountryCode: 'XX' }, 'US')).toMatchObject({ e164: '+13175551234' });
  expect(readPhone({ display: '030 901820', normalizationCountryCode: 'de' }, 'US')).toMatchObject({ e164: '+4930901820', countryCode: 'DE' });
});

test('what the caller says beside the number stays', () => {
  const said = { extension: 0, acceptsSMS: false, normalizationCountryCode: 'DE' };
  expect(readPhone({ display: 'no number', ...said }, 'US')).toEqual({ display: 'no number', userInput: 'no number', ...said });
  expect(readPhone({ display: '+1 317 555 1234 x99', extension: 7 }, 'US')).toMatchObject({ display: '+1 317 555 1234', extension: 7 });
  expect(readPhone({ display: '+1 317 555 1234 x99' }, 'US')).toMatchObject({ extension: 99 });
  expect(readPhone({ extension: 7 }, 'US')).toBeNull();
  expect(readPhone(undefined, 'US')).toBeNull();
});

test('a phone is found by its digits, with and without the country code', () => {
  expect(phoneDigits(readPhone({ display: '(317) 555-1234' }, 'US'))).toEqual(expect.arrayContaining(['3175551234', '13175551234']));
  expect(phoneDigits(readPhone({ display: 'extension 4711' }, 'US'))).toEqual(['4711']);
  expect(phoneDigits(readPhone({ display: '12' }, 'US'))).toEqual([]);
  expect(phoneDigits(null)).toEqual([]);
});
