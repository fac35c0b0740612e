import fc from 'fast-check';
import { expect, test } from 'vitest';
import { neutralise, unneutralise } from './formula.ts';

const texts = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.tuple(fc.stringMatching(/^'{0,3}$/), fc.constantFrom('=', '+', '-', '@', '\t', '\r', ''), fc.string()).map((parts) => parts.join('')),
);

test('no neutralised text begins like a formula', () => {
  fc.assert(fc.property(texts, (text) => !/^[=+\-@\t\r]/.test(neutralise(text))));
});

test('every text comes back as it was', () => {
  fc.assert(fc.property(texts, (text) => unneutralise(neutralise(text)) === text));
});

test.each([
  ['=1+1', "'=1+1"],
  ['+44 20 7946 0123', "'+44 20 7946 0123"],
  ["'-1", "''-1"],
  ["O'Neill", "O'Neill"],
  ["'tis", "'tis"],
  ['', ''],
])('%j is written %j', (text, written) => expect(neutralise(text)).toBe(written));
