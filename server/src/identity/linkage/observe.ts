// Pairs as a learner reads them again and again: a byte for each comparison.
import { begin, type Comparison, isExpected, newPair } from './comparison.ts';
import type { Features } from './features.ts';
import { NO_EVIDENCE, SAME } from './levels.ts';
import type { ValueCounts } from './values.ts';

export interface Observations {
  readonly count: number;
  /**
   * Pair by pair, comparison by comparison: the level; behind all levels once more those where agreement is expected; behind
   * these, agreement on a rare value. Below 0 for no evidence.
   */
  readonly codes: Int8Array;
  /** log2 of how common the values are in which the pair agrees: in what households share, and in what they do not. */
  readonly sharedChance: Float64Array;
  readonly ownChance: Float64Array;
}

export function createObserver(comparisons: readonly Comparison[], values: readonly ValueCounts[]) {
  const pair = newPair();
  return (pairs: Iterable<readonly [Features, Features]>): Observations => {
    const codes: number[] = [];
    const sharedChance: number[] = [];
    const ownChance: number[] = [];
    for (const [a, b] of pairs) {
      begin(pair, a, b);
      let shared = 0;
      let own = 0;
      for (let c = 0; c < comparisons.length; c++) {
        const comparison = comparisons[c] as Comparison;
        let code = comparison.compare(pair);
        if (code !== NO_EVIDENCE && isExpected(comparison, pair)) code += comparison.levels.length;
        else if (code === SAME && comparison.weighsValues) {
          const chance = (values[c] as ValueCounts).common.get(pair.value);
          if (chance === undefined) code = 2 * comparison.levels.length;
          else if (comparison.shared) shared += Math.log2(chance);
          else own += Math.log2(chance);
        }
        codes.push(code);
      }
      sharedChance.push(shared);
      ownChance.push(own);
    }
    return {
      count: sharedChance.length,
      codes: Int8Array.from(codes),
      sharedChance: Float64Array.from(sharedChance),
      ownChance: Float64Array.from(ownChance),
    };
  };
}
