import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold, sortKey } from './fold.ts';

test.each([
  ['Ångström', 'angstrom'],
  ['ÉCOLE', 'ecole'],
  ['Straße', 'straße'],
  ['İstanbul', 'istanbul'],
  ['ﬁn', 'fin'],
  ['Київ', 'киів'],
  ['小龍', '小龍'],
  ['plain', 'plain'],
  ['', ''],
])('%j folds to %j', (text, folded) => {
  expect(fold(text)).toBe(folded);
});

test('nothing stays nothing', () => {
  expect(fold(null)).toBeNull();
  expect(fold(undefined)).toBeNull();
});

test('what is folded stays as it is', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => fold(fold(text)) === fold(text)));
});

test('composed and decomposed text fold alike', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => fold(text.normalize('NFC')) === fold(text.normalize('NFD'))));
});

test('the short way for ASCII is no other way', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }), (text) => fold(text) === fold(`${text}é`).slice(0, -1)));
});

test('what has no text sorts behind every text', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => Buffer.compare(Buffer.from(sortKey(text)), Buffer.from(sortKey(undefined))) < 0));
  expect(sortKey(null)).toBe(sortKey(undefined));
  expect(sortKey(null)).toBe('\u{10FFFF}');
});
