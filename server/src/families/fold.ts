/** Text as it is sorted and searched: accents dropped, lower case. No text stays null. */
export function fold(text: string): string;
export function fold(text: string | null | undefined): string | null;
export function fold(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  return ASCII.test(text) ? text.toLowerCase() : text.normalize('NFKD').replace(MARKS, '').toLowerCase();
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII is meant.
const ASCII = /^[\x00-\x7f]*$/;
const MARKS = /\p{Mn}/gu;

/**
 * What a text is sorted by: folded, and cut to what an index entry holds; texts that agree so far sort by id. What has no
 * text sorts behind all that do, by a key of its own: a null cannot be compared with where a page ended.
 */
export function sortKey(text: string | null | undefined): string {
  return fold(text)?.slice(0, KEY_CHARACTERS).toWellFormed() ?? NO_VALUE;
}

/** The last character of Unicode. */
const NO_VALUE = '\u{10FFFF}';

// A B-tree entry holds about 2,700 bytes.
const KEY_CHARACTERS = 200;
