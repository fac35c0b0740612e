import fc from 'fast-check';
import { type CountryCode, getCountries, getCountryCallingCode, getExampleNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { expect, test } from 'vitest';
import { readNumber } from './numbering.ts';

/** What the library itself says. */
function byLibrary(text: string, country: CountryCode) {
  const number = parsePhoneNumberFromString(text, country);
  if (!number?.isPossible()) return undefined;
  return { display: number.formatInternational().replace(/ ext\. .*$/, ''), e164: number.number, ext: number.ext, country: number.country };
}

const countries = getCountries();

test("an example of every country's numbers is read as the library reads it, however it is written", () => {
  for (const country of countries) {
    const number = getExampleNumber(country, examples);
    if (!number) continue;
    const forms = [
      number.number,
      number.formatInternational(),
      number.formatNational(),
      number.nationalNumber,
      number.number.slice(1),
      `(${number.nationalNumber})`,
    ];
    for (const form of forms)
      for (const by of [country, 'US', 'DE', 'GB', 'IT', 'AR'] as const) expect([form, by, readNumber(form, by)]).toEqual([form, by, byLibrary(form, by)]);
  }
});

test('a country that there is not counts for none', () => {
  for (const text of ['020 7946 0123', '+44 20 7946 0123']) expect(readNumber(text, 'UK' as CountryCode)).toEqual(byLibrary(text, 'UK' as CountryCode));
});

const digits = (min: number, max: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: min, maxLength: max });
const separated = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(text, fc.array(fc.tuple(fc.nat(12), fc.constantFrom(' ', '-', '.', '(', ')', ' (', ') ', '  ')), { maxLength: 4 }))
    .map(([whole, cuts]) => cuts.reduce((so, [at, sign]) => so.slice(0, at + 1) + sign + so.slice(at + 1), whole));

test('any digits are read as the library reads them', () => {
  const country = fc.constantFrom(...countries);
  const text = separated(
    fc.oneof(
      digits(1, 20),
      digits(1, 20).map((number) => `+${number}`),
      fc.tuple(country, digits(4, 12)).map(([of, number]) => `+${getCountryCallingCode(of)}${number}`),
      fc.tuple(country, digits(4, 12)).map(([of, number]) => `${getCountryCallingCode(of)}${number}`),
      digits(6, 12).map((number) => `0${number}`),
      fc.tuple(fc.constantFrom('00', '011', '810'), digits(6, 14)).map((parts) => parts.join('')),
    ),
  );
  fc.assert(
    fc.property(text, fc.oneof(country, fc.constantFrom<CountryCode>('US', 'DE', 'GB', 'FR')), (number, by) => {
      expect(readNumber(number, by)).toEqual(byLibrary(number, by));
    }),
    { numRuns: Number(process.env.LIAISON_TEST_NUMBERS ?? 20_000) },
  );
});
