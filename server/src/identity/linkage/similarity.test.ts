import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDays, isLike, jaroWinkler, withinEdits, wordOverlap } from './similarity.ts';

const words = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'é', '中'), maxLength: 14 });

describe('Jaro–Winkler', () => {
  // Winkler 1990 and the examples of the Census Bureau's strcmp95.
  it.each([
    ['martha', 'marhta', 0.9611],
    ['dwayne', 'duane', 0.84],
    ['dixon', 'dicksonx', 0.8133],
    ['jones', 'johnson', 0.8324],
    ['abroms', 'abrams', 0.9222],
    ['abc', 'xyz', 0],
  ])('%s and %s', (a, b, expected) => {
    expect(jaroWinkler(a, b)).toBeCloseTo(expected, 3);
  });

  it('is symmetric, between 0 and 1, and 1 for equal texts only', () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        const found = jaroWinkler(a, b);
        expect(found).toBe(jaroWinkler(b, a));
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThanOrEqual(1 + 1e-12);
        if (a !== '') expect(found >= 1 - 1e-12).toBe(a === b);
      }),
    );
  });

  it('is reached where the quick look says so, and nowhere else', () => {
    fc.assert(
      fc.property(words, words, fc.constantFrom(0.7, 0.85, 0.95), (a, b, least) => a === '' || b === '' || isLike(a, b, least) === jaroWinkler(a, b) >= least),
    );
  });
});

describe('edits', () => {
  it('agree with the definition', () => {
    fc.assert(
      fc.property(words, words, fc.constantFrom(1, 2), (a, b, most) => withinEdits(a, b, most) === edits(a, b) <= most),
      { numRuns: 2000 },
    );
  });

  it.each(['insertion', 'deletion', 'replacement', 'swap'])('one %s is one edit', (kind) => {
    fc.assert(
      fc.property(fc.string({ minLength: 3, maxLength: 40 }), fc.nat(), (text, where) => {
        const at = where % (text.length - 1);
        const edited = {
          insertion: `${text.slice(0, at)}x${text.slice(at)}`,
          deletion: text.slice(0, at) + text.slice(at + 1),
          replacement: `${text.slice(0, at)}x${text.slice(at + 1)}`,
          swap: text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2),
        }[kind] as string;
        expect(withinEdits(text, edited, 1)).toBe(true);
        expect(withinEdits(edited, text, 1)).toBe(true);
      }),
    );
  });
});

describe('words', () => {
  it('overlap in any order, and with a slip in one', () => {
    expect(wordOverlap(['golden', 'steel'], ['steel', 'golden'])).toBe(1);
    expect(wordOverlap(['golden', 'steel'], ['steal', 'golden'])).toBe(1);
    expect(wordOverlap(['golden', 'steel', 'partners'], ['golden', 'bank'])).toBe(0.4);
    expect(wordOverlap([], [])).toBe(0);
  });

  it('overlap alike from either side', () => {
    const lists = fc.array(fc.constantFrom('steel', 'steal', 'stele', 'bank', 'a'), { maxLength: 4 });
    fc.assert(fc.property(lists, lists, (a, b) => wordOverlap(a, b) === wordOverlap(b, a)));
  });
});

describe('days', () => {
  it.each([
    ['19560409', '19560409', 'same'],
    ['19560409', '19560904', 'close'],
    ['19560409', '19560490', 'close'],
    ['19560409', '19650409', 'close'],
    ['19560409', '19560418', 'different'],
    ['19560409', '19710822', 'different'],
  ])('%s and %s', (a, b, expected) => {
    expect(compareDays(a, b)).toBe(expected);
    expect(compareDays(b, a)).toBe(expected);
  });
});

/** The optimal string alignment distance, by its recursive definition. */
function edits(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)));
  const at = (i: number, j: number) => (table[i] as number[])[j] as number;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      let least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, at(i - 2, j - 2) + 1);
      (table[i] as number[])[j] = least;
    }
  }
  return at(a.length, b.length);
}
