import { expect, test } from 'vitest';
import { cut } from './cut.ts';

test.each([
  ['short', 'short', 5],
  ['longer', 'long', 4],
  ['abc😀', 'abc', 4],
  ['abc😀z', 'abc😀', 5],
  ['😀', '', 1],
])('%s is cut to %s', (text, shown, most) => {
  expect(cut(text, most)).toBe(shown);
});
