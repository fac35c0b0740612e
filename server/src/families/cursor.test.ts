import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeCursor, readCursor } from './cursor.ts';

const signer = { orgId: 'a', signingKey: Buffer.from('key') };
const NOW = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const invalid = expect.objectContaining({ code: 'invalid.cursor', status: 422 });

test('a cursor leads back to where it was made', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: DAY }), (listing, position, age) => {
      expect(readCursor(signer, listing, makeCursor(signer, listing, position, NOW), NOW + age)).toBe(position);
    }),
  );
});

test('a cursor with any bit changed is none', () => {
  const bytes = Buffer.from(makeCursor(signer, 'contacts', 'somewhere', NOW), 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(() => readCursor(signer, 'contacts', changed.toString('base64url'), NOW)).toThrow(invalid);
  }
});

test('what is no cursor is refused, whatever it is', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => readCursor(signer, 'contacts', text, NOW)).toThrow(invalid);
    }),
  );
});

test('a cursor fits one organization and one listing', () => {
  const cursor = makeCursor(signer, 'contacts', 'x', NOW);
  expect(() => readCursor({ ...signer, orgId: 'b' }, 'contacts', cursor, NOW)).toThrow(invalid);
  expect(() => readCursor({ ...signer, signingKey: Buffer.from('other') }, 'contacts', cursor, NOW)).toThrow(invalid);
  expect(() => readCursor(signer, 'notes', cursor, NOW)).toThrow(invalid);
});

test('a cursor is good for a day', () => {
  const cursor = makeCursor(signer, 'contacts', 'x', NOW);
  expect(readCursor(signer, 'contacts', cursor, NOW + DAY)).toBe('x');
  expect(() => readCursor(signer, 'contacts', cursor, NOW + DAY + 1000)).toThrow(invalid);
});
