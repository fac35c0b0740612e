// Sees of most pairs that they cannot be one, without looking at the records: from some thirty numbers for each, side by side
// in memory. At 200,000 generated people that spares 86 of 100 comparisons, of 7 µs each, for about one.
import { city, postcode } from './address.ts';
import type { Comparison } from './comparison.ts';
import type { Features } from './features.ts';
import { createHash } from './hash.ts';
import { type Compiled, compile, type Model } from './model.ts';
import { ANYTHING, mayBeLike, mayBeSlip, mayBeTypo, NOTHING, signatureOf } from './signature.ts';

/** Records by their numbers. */
export interface Records {
  readonly count: number;
  record(number: number): Features;
}

export interface Sketches {
  /** Whether the score of two records may be so high. Where not, it is not; where it may, it mostly is not either. */
  mayReach(a: number, b: number, least: number): boolean;
}

export function createSketches(set: Records, model: Model): Sketches {
  const bounds = compile(model).map(boundsOf);
  const exchanges = bounds.filter(({ comparison }) => comparison.exchanged).length;
  const { words, starts } = sketch(set, bounds);
  const fromOther = Math.log2(model.prior) - Math.log2(1 - model.prior - model.relatedPrior);
  const fromRelated = Math.log2(model.prior) - Math.log2(model.relatedPrior);
  return {
    mayReach: (a, b, least) => {
      let i = starts[a] as number;
      let j = starts[b] as number;
      const endA = starts[a + 1] as number;
      const endB = starts[b + 1] as number;
      for (const end = i + 2 * exchanges; i < end; i += 2, j += 2) {
        if (mayBeTypo(words[i] as number, words[j + 1] as number) || mayBeTypo(words[i + 1] as number, words[j] as number)) return true;
      }
      let other = fromOther;
      let related = fromRelated;
      let samePostcode = NO;
      let samePlace = NO;
      while (i < endA && j < endB) {
        const c = (words[i] as number) >>> VALUE_BITS;
        const next = (words[j] as number) >>> VALUE_BITS;
        if (c !== next) {
          if (c < next) i += 2;
          else j += 2;
          continue;
        }
        const bound = bounds[c] as Bounds;
        const { expectedIn } = bound.comparison;
        const gains = bound.gains[expectedIn === undefined ? NO : expectedIn === 'samePostcode' ? samePostcode : samePlace] as Gains;
        let found = DIFFERENT;
        for (; i < endA && (words[i] as number) >>> VALUE_BITS === c; i += 2) {
          for (let k = j; k < endB && (words[k] as number) >>> VALUE_BITS === c; k += 2) {
            const one = words[i + 1] as number;
            const another = words[k + 1] as number;
            // The hash alone is enough for a text in many words, which has no signature, and is the same however it is spaced.
            if (words[i] === words[k] && (one === another || one === ANYTHING || another === ANYTHING)) {
              const same = SAME_FROM + Math.min((words[i] as number) & VALUE_MASK, bound.rare);
              if (found < SAME_FROM || (gains.other[same] as number) > (gains.other[found] as number)) found = same;
            } else if (found === DIFFERENT && bound.mayResemble(one, another)) found = ALIKE;
          }
        }
        other += gains.other[found] as number;
        related += gains.related[found] as number;
        if (bound.comparison === postcode && found >= SAME_FROM) samePostcode = samePlace = YES;
        if (bound.comparison === city && found !== DIFFERENT && samePlace === NO) samePlace = found === ALIKE ? MAYBE : YES;
      }
      return Math.min(other, related) >= least - ROUNDING;
    },
  };
}

/** Whether agreement is expected, as far as one sees. */
const NO = 0;
const YES = 1;
const MAYBE = 2;

/** What a sum of logarithms may be off, in another order. */
const ROUNDING = 1e-6;

/** What one comparison adds to a score at most. */
interface Bounds {
  comparison: Comparison;
  /** By value: those that many have get the first numbers. */
  common: Map<string, number>;
  /** The number of any other value, or above it. */
  rare: number;
  mayResemble(a: number, b: number): boolean;
  /** Where agreement is not expected, where it is, and where it may be. */
  gains: readonly Gains[];
}

/** In bits, against any other pair and against those that belong together: for the places below. */
interface Gains {
  other: Float64Array;
  related: Float64Array;
}

const DIFFERENT = 0;
const ALIKE = 1;
/** Here on by value, the last for a rare one. */
const SAME_FROM = 2;

function boundsOf(compiled: Compiled): Bounds {
  const { comparison, common } = compiled;
  const { levels, expectedIn } = comparison;
  const unexpected = gainsOf(compiled, 0);
  const expected = expectedIn ? gainsOf(compiled, levels.length) : unexpected;
  const most = (list: 'other' | 'related') => unexpected[list].map((gain, at) => Math.max(gain, expected[list][at] as number));
  return {
    comparison,
    common: new Map([...common.keys()].map((value, i) => [value, i])),
    rare: common.size,
    mayResemble: levels.length === 2 ? () => false : levels.includes('similar') ? mayBeLike : levels.includes('partial') ? mayBeTypo : mayBeSlip,
    gains: [unexpected, expected, { other: most('other'), related: most('related') }],
  };
}

/** @param from where the comparison's levels begin: behind the others where agreement is expected */
function gainsOf({ comparison, m, u, r, common, rare }: Compiled, from: number): Gains {
  const { levels, shared, weighsValues, incomparable } = comparison;
  const chances = weighsValues && from === 0 ? [...common.values(), rare] : Array.from({ length: common.size + 1 }, () => u[from] as number);
  const gains = (against: Float64Array, same: (chance: number) => number) => {
    const gain = (level: number) => (m[from + level] as number) - (against[from + level] as number);
    const different = Math.max(gain(levels.indexOf('different')), incomparable ? 0 : Number.NEGATIVE_INFINITY);
    // Exchanged values are seen before.
    const alike = levels.flatMap((level, i) => (i === 0 || level === 'swapped' ? [] : [gain(i)]));
    return Float64Array.from([different, Math.max(different, ...alike), ...chances.map((chance) => (m[from] as number) - same(chance))]);
  };
  const other = gains(u, (chance) => chance);
  return { other, related: shared ? gains(r, () => r[from] as number) : other };
}

/** The five bits above say of which comparison a value is: there are 25 at most. */
const VALUE_BITS = 27;
const VALUE_MASK = (1 << VALUE_BITS) - 1;

/**
 * Of each value two numbers: which one it is, and a signature of its letters. Ahead of a record's values, the signatures of
 * what is exchanged at times.
 */
function sketch(set: Records, bounds: readonly Bounds[]): { words: Int32Array; starts: Uint32Array } {
  const starts = new Uint32Array(set.count + 1);
  const hash = createHash(Number.POSITIVE_INFINITY);
  // Room for ten values of each.
  let words = new Int32Array(2 + set.count * 24);
  let filled = 0;
  const add = (one: number, two: number) => {
    if (filled === words.length) words = new Int32Array(words.buffer.transfer(2 * words.byteLength));
    words[filled++] = one;
    words[filled++] = two;
  };
  const textSignature = (text: string) => (text === '' ? NOTHING : signatureOf(text));
  for (let at = 0; at < set.count; at++) {
    const record = set.record(at);
    for (const { comparison } of bounds) {
      if (comparison.exchanged) add(textSignature(comparison.values(record)[0] ?? ''), textSignature(comparison.exchanged(record)));
    }
    for (const [c, { comparison, common, rare }] of bounds.entries()) {
      const values = comparison.values(record);
      if (values.length === 0) continue;
      const resembling = comparison.resembling?.(record) ?? values;
      for (const [i, value] of values.entries()) {
        let number = common.get(value);
        if (number === undefined) {
          hash.begin();
          hash.add(value);
          number = rare + (hash.high() % (VALUE_MASK - rare));
        }
        add((c << VALUE_BITS) | number, signatureOf(resembling[i] as string));
      }
    }
    starts[at + 1] = filled;
  }
  return { words: new Int32Array(words.buffer.transfer(filled * words.BYTES_PER_ELEMENT)), starts };
}
