/** Text as it is sorted and searched: accents dropped, lower case. `null` stays null, so that records without it sort last. */
export function fold(text: string): string;
export function fold(text: string | null | undefined): string | null;
export function fold(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  return ASCII.test(text) ? text.toLowerCase() : text.normalize('NFKD').replace(MARKS, '').toLowerCase();
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII is meant.
const ASCII = /^[\x00-\x7f]*$/;
const MARKS = /\p{Mn}/gu;

/** What a text is sorted by: folded, and cut to what an index entry holds; texts that agree so far sort by id. */
export function sortKey(text: string): string;
export function sortKey(text: string | null | undefined): string | null;
export function sortKey(text: string | null | undefined): string | null {
  return fold(text)?.slice(0, KEY_CHARACTERS).toWellFormed() ?? null;
}

// A B-tree entry holds about 2,700 bytes.
const KEY_CHARACTERS = 200;
