// Texts in 32 bits, to see without reading them that two cannot be alike. Never wrong about that; most texts that differ are
// told apart: of phone numbers in one country, 996 of 1,000.
import { TWO_TYPOS_FROM } from './levels.ts';

/**
 * The length of a text, and behind it its letters: one bit for each, and others for the same letter a second and a third
 * time, so that one more letter changes one bit at most. '' may be like anything.
 */
export function signatureOf(text: string): number {
  if (text === '' || text.length > LENGTH_MAX) return ANYTHING;
  let letters = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text.charCodeAt(i) & 31;
    const before = seen[letter] as number;
    seen[letter] = before + 1;
    letters |= 1 << (LENGTH_BITS + ((letter + REPEATED * before) % LETTER_BITS));
  }
  for (let i = 0; i < text.length; i++) seen[text.charCodeAt(i) & 31] = 0;
  return letters | text.length;
}

/** Of what may be like anything: '', and texts that are too long. */
export const ANYTHING = 0;

/** Of no text: like none. */
export const NOTHING = 31;

/** Whether one may become the other by one edit, or two where both are long (levels.ts has that limit). */
export function mayBeTypo(a: number, b: number): boolean {
  const lengthA = a & LENGTH_MASK;
  const lengthB = b & LENGTH_MASK;
  if (a === NOTHING || b === NOTHING) return false;
  if (a === ANYTHING || b === ANYTHING) return true;
  const edits = Math.min(lengthA, lengthB) >= TWO_TYPOS_FROM ? 2 : 1;
  // An edit takes one letter away and brings in another at most.
  return Math.abs(lengthA - lengthB) <= edits && bitsOf((a ^ b) >>> LENGTH_BITS) <= 2 * edits;
}

/** Whether one may become the other by one edit. */
export function mayBeSlip(a: number, b: number): boolean {
  const lengthA = a & LENGTH_MASK;
  const lengthB = b & LENGTH_MASK;
  return a === ANYTHING || b === ANYTHING || (Math.abs(lengthA - lengthB) <= 1 && bitsOf((a ^ b) >>> LENGTH_BITS) <= 2);
}

/** Whether one may be the other mistyped, similar to it (Jaro–Winkler ≥ 0.85), its beginning, or its words in another order. */
export function mayBeLike(a: number, b: number): boolean {
  const lengthA = a & LENGTH_MASK;
  const lengthB = b & LENGTH_MASK;
  if (a === ANYTHING || b === ANYTHING) return true;
  const onlyA = bitsOf((a & ~b) >>> LENGTH_BITS);
  const onlyB = bitsOf((b & ~a) >>> LENGTH_BITS);
  if (onlyA === 0 || onlyB === 0 || onlyA + onlyB <= 4) return true;
  const common = Math.min(lengthA - onlyA, lengthB - onlyB);
  return common * (lengthA + lengthB) >= COMMON_LEAST * lengthA * lengthB;
}

const LENGTH_BITS = 5;
const LETTER_BITS = 32 - LENGTH_BITS;
const LENGTH_MASK = (1 << LENGTH_BITS) - 1;
const LENGTH_MAX = LENGTH_MASK - 1;
/** So that ten digits three times have thirty places, of which three are shared. */
const REPEATED = 10;

/** Of the letters in common, the sum of their shares in both texts: from what Jaro's measure needs where the first four letters are the same. */
const COMMON_LEAST = 1.25;

const seen = new Uint8Array(32);

function bitsOf(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
