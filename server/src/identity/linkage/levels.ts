// At which level two values agree. A level is a name and an index into the levels of its comparison, from the same to
// different; what each is worth is learned.
import type { Words } from './features.ts';
import { isLike, lettersDiffering, withinEdits, wordOverlap } from './similarity.ts';

export const SAME = 0;
export const CLOSE = 1;
export const SIMILAR = 2;

/** Where either record has no value: no evidence, neither for nor against. */
export const NO_EVIDENCE = -1;

export const TEXT_LEVELS = ['same', 'close', 'similar', 'different'] as const;
export const CODE_LEVELS = ['same', 'close', 'different'] as const;

/** From here on, two names are counted as similar. */
const SIMILAR_FROM = 0.85;

/** Words in common, from here on. */
const OVERLAP_FROM = 0.6;

/** A name in one word: same, close (a typo), similar, different. */
export function nameLevel(a: string, b: string): number {
  if (a === '' || b === '') return NO_EVIDENCE;
  if (a === b) return SAME;
  if (isTypo(a, b)) return CLOSE;
  return isLike(a, b, SIMILAR_FROM) ? SIMILAR : SIMILAR + 1;
}

/** A text of words: same (however it is spaced), close (typos), similar (words in common), different. */
export function wordsLevel(a: Words, b: Words): number {
  const level = nameLevel(a.bare, b.bare);
  if (level <= SIMILAR || !a.text.includes(' ') || !b.text.includes(' ')) return level;
  // Two words beside two have to be alike both, with an edit in each at most.
  if (isTwoWords(a.text) && isTwoWords(b.text) && lettersDiffering(a.bare, b.bare) > 4) return level;
  return wordOverlap(a.text.split(' '), b.text.split(' ')) >= OVERLAP_FROM ? SIMILAR : level;
}

/** What has to resemble another text's for them to be similar at least: nothing in many words, of which some may be others. */
export function lettersOfWords({ text, bare }: Words): string {
  return text === bare || isTwoWords(text) ? bare : '';
}

const isTwoWords = (text: string): boolean => text.indexOf(' ') === text.lastIndexOf(' ');

/** Digits and codes: same, close (one edit), different. */
export function codeLevel(a: string, b: string): number {
  if (a === '' || b === '') return NO_EVIDENCE;
  if (a === b) return SAME;
  return Math.min(a.length, b.length) >= CODE_TYPO_FROM && withinEdits(a, b, 1) ? CLOSE : CLOSE + 1;
}

/** One edit, and in a long text two; in a short one, an edit makes another name of it. */
export function isTypo(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  return shorter >= NAME_TYPO_FROM && withinEdits(a, b, shorter >= TWO_TYPOS_FROM ? 2 : 1);
}

const CODE_TYPO_FROM = 2;
const NAME_TYPO_FROM = 4;
export const TWO_TYPOS_FROM = 8;

/** The same, or a typo away. */
export function isNear(a: string, b: string): boolean {
  return a !== '' && b !== '' && (a === b || isTypo(a, b));
}
