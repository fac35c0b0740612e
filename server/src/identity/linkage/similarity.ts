// How alike two texts are, in the ways that people and their keyboards make them differ. All are symmetric.

/** 1 for equal texts, 0 where they share nothing: Jaro's measure, raised for a common beginning (Winkler 1990). */
export function jaroWinkler(a: string, b: string): number {
  // Which characters pair up can depend on which text comes first: so always the same one does.
  const jaro = a < b ? jaroOf(a, b) : jaroOf(b, a);
  let prefix = 0;
  const longest = Math.min(PREFIX_CHARACTERS, a.length, b.length);
  while (prefix < longest && a.charCodeAt(prefix) === b.charCodeAt(prefix)) prefix++;
  return jaro + prefix * PREFIX_SCALE * (1 - jaro);
}

/** Whether the measure above reaches so much. Most texts have too few letters in common, which takes a fraction of the time to see. */
export function isLike(a: string, b: string, least: number): boolean {
  // The most that a common beginning can add is taken for granted, and so is the order of what is in common.
  const jaroLeast = (least - PREFIX_CHARACTERS * PREFIX_SCALE) / (1 - PREFIX_CHARACTERS * PREFIX_SCALE);
  if (a.length > CHARACTERS_MAX || b.length > CHARACTERS_MAX) return jaroWinkler(a, b) >= least;
  const common = Math.min(lettersIn(a, lettersOf(b)), lettersIn(b, lettersOf(a)));
  if (common / a.length + common / b.length + 1 < 3 * jaroLeast) return false;
  return jaroWinkler(a, b) >= least;
}

/**
 * Whether one becomes the other by so many insertions, deletions, replacements and swaps of neighbours at most (the
 * optimal string alignment distance).
 */
export function withinEdits(a: string, b: string, most: number): boolean {
  if (Math.abs(a.length - b.length) > most) return false;
  let from = 0;
  let endA = a.length;
  let endB = b.length;
  while (from < endA && from < endB && a.charCodeAt(from) === b.charCodeAt(from)) from++;
  while (endA > from && endB > from && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA--;
    endB--;
  }
  const rest = Math.max(endA, endB) - from;
  if (rest <= most) return true;
  // Between what both begin and end with, one edit leaves one character, or two exchanged.
  if (most === 1) return rest === 2 && endA === endB && a.charCodeAt(from) === b.charCodeAt(from + 1) && a.charCodeAt(from + 1) === b.charCodeAt(from);
  // An edit takes one letter away and brings in another at most.
  if (lettersDiffering(a, b) > 2 * most) return false;
  return editsOf(a.slice(from, endA), b.slice(from, endB), most) <= most;
}

/** Two words' share of the words of both, where a word also counts that is one edit from its like (Dice). */
export function wordOverlap(a: readonly string[], b: readonly string[]): number {
  if (a.length + b.length === 0) return 0;
  const first = a.length < b.length || (a.length === b.length && a.join(' ') <= b.join(' '));
  const [few, many] = first ? [a, b] : [b, a];
  const taken = new Set<number>();
  // Equal words are paired first, so that a near one cannot take another's place.
  const left = few.filter((word) => !take(many, taken, (other) => other === word));
  for (const word of left) take(many, taken, (other) => word.length > 3 && withinEdits(word, other, 1));
  return (2 * taken.size) / (a.length + b.length);
}

/** How many letters only one of two texts has, at least. */
export function lettersDiffering(a: string, b: string): number {
  return bitsOf(lettersOf(a) ^ lettersOf(b));
}

/** How two days compare, each as eight digits: the same, mistyped or with day and month exchanged, or different ones. */
export function compareDays(a: string, b: string): 'same' | 'close' | 'different' {
  if (a === b) return 'same';
  if (a.slice(0, 4) === b.slice(0, 4) && a.slice(4, 6) === b.slice(6) && a.slice(6) === b.slice(4, 6)) return 'close';
  return withinEdits(a, b, 1) ? 'close' : 'different';
}

const PREFIX_CHARACTERS = 4;
const PREFIX_SCALE = 0.1;

// Longer texts are compared by their beginnings: names, streets and towns are shorter.
const CHARACTERS_MAX = 128;
const usedA = new Uint8Array(CHARACTERS_MAX);
const usedB = new Uint8Array(CHARACTERS_MAX);

function jaroOf(a: string, b: string): number {
  if (a === b) return a.length === 0 ? 0 : 1;
  const lengthA = Math.min(a.length, CHARACTERS_MAX);
  const lengthB = Math.min(b.length, CHARACTERS_MAX);
  if (lengthA === 0 || lengthB === 0) return 0;
  const reach = Math.max(0, (Math.max(lengthA, lengthB) >> 1) - 1);
  usedA.fill(0, 0, lengthA);
  usedB.fill(0, 0, lengthB);
  let common = 0;
  for (let i = 0; i < lengthA; i++) {
    const code = a.charCodeAt(i);
    const last = Math.min(lengthB - 1, i + reach);
    for (let j = Math.max(0, i - reach); j <= last; j++) {
      if (usedB[j] === 0 && b.charCodeAt(j) === code) {
        usedA[i] = 1;
        usedB[j] = 1;
        common++;
        break;
      }
    }
  }
  if (common === 0) return 0;
  let outOfOrder = 0;
  let j = 0;
  for (let i = 0; i < lengthA; i++) {
    if (usedA[i] === 0) continue;
    while (usedB[j] === 0) j++;
    if (a.charCodeAt(i) !== b.charCodeAt(j)) outOfOrder++;
    j++;
  }
  return (common / lengthA + common / lengthB + (common - outOfOrder / 2) / common) / 3;
}

function editsOf(a: string, b: string, most: number): number {
  if (Math.max(a.length, b.length) >= CHARACTERS_MAX) return most + 1;
  let [before, row, next] = rows;
  for (let j = 0; j <= b.length; j++) row[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const code = a.charCodeAt(i - 1);
    next[0] = i;
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const other = b.charCodeAt(j - 1);
      let edits = Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + (code === other ? 0 : 1));
      if (i > 1 && j > 1 && code === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === other) edits = Math.min(edits, (before[j - 2] as number) + 1);
      next[j] = edits;
      if (edits < least) least = edits;
    }
    if (least > most) return least;
    [before, row, next] = [row, next, before];
  }
  return row[b.length] as number;
}

const rows: [Int32Array, Int32Array, Int32Array] = [new Int32Array(CHARACTERS_MAX), new Int32Array(CHARACTERS_MAX), new Int32Array(CHARACTERS_MAX)];

/** Which letters a text has, as bits; letters of other alphabets share them. */
function lettersOf(text: string): number {
  let letters = 0;
  for (let i = 0; i < text.length; i++) letters |= 1 << (text.charCodeAt(i) & 31);
  return letters;
}

/** How many characters of a text are among some letters. */
function lettersIn(text: string, letters: number): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) count += (letters >>> (text.charCodeAt(i) & 31)) & 1;
  return count;
}

function bitsOf(word: number): number {
  let bits = 0;
  for (let left = word; left !== 0; left &= left - 1) bits++;
  return bits;
}

function take(words: readonly string[], taken: Set<number>, fits: (word: string) => boolean): boolean {
  const at = words.findIndex((word, i) => !taken.has(i) && fits(word));
  if (at >= 0) taken.add(at);
  return at >= 0;
}
