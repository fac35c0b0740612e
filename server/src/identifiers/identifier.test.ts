import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type IdentifierType, normalizeValue } from './identifier.ts';

const TYPES: IdentifierType[] = [
  'SocialLine',
  'SocialFacebook',
  'SocialTwitter',
  'SocialWhatsapp',
  'SocialInstagram',
  'AppleOpaqueId',
  'Email',
  'Phone',
  'Cookie',
  'ExternalId',
];

const value = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.emailAddress(),
  fc.integer({ min: 10_000_000, max: 99_999_999_999 }).map((digits) => `+${digits}`),
  fc.stringMatching(/^@?[A-Za-z0-9_]{1,15}$/),
);

test('what is in the form that compares stays in it', () => {
  fc.assert(
    fc.property(fc.constantFrom(...TYPES), value, (type, typed) => {
      const normal = normalizeValue(type, typed);
      if (normal !== undefined) expect(normalizeValue(type, normal)).toBe(normal);
      expect(normal).not.toBe('');
    }),
    { numRuns: 1000 },
  );
});

test('space around a value does not count', () => {
  fc.assert(
    fc.property(fc.constantFrom(...TYPES), value, (type, typed) => {
      expect(normalizeValue(type, ` ${typed}\t`)).toBe(normalizeValue(type, typed));
    }),
  );
});

test.each<[IdentifierType, string, string | undefined]>([
  ['Phone', '+1 317 555 1234', '+13175551234'],
  ['Phone', '317 555 1234', undefined],
  ['Phone', '+12', undefined],
  ['Email', 'Ada@Example.COM', 'ada@example.com'],
  ['Email', 'Ada', undefined],
  ['Email', 'a b@c', undefined],
  ['SocialWhatsapp', '+33 1 00 00 00 01', '33100000001'],
  ['SocialWhatsapp', 'none', undefined],
  ['SocialTwitter', '@Ada', 'Ada'],
  ['SocialLine', ' U1 ', 'U1'],
  ['Cookie', '', undefined],
  ['ExternalId', 'Case Matters', 'Case Matters'],
])('%s %j compares as %j', (type, typed, normal) => {
  expect(normalizeValue(type, typed)).toBe(normal);
});

test('a phone without its country code has the one that is assumed', () => {
  expect(normalizeValue('Phone', '317 555 1234', 'US')).toBe('+13175551234');
  expect(normalizeValue('Phone', '01 00 00 00 01', 'FR')).toBe('+33100000001');
});
