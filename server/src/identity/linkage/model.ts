// What agreement is worth: a model after Fellegi and Sunter. For each comparison and level it holds how often two records
// that are one agree so (m), how often any two do (u), and how often two that belong together do: a household, colleagues.
//
//   score = log2 ( λ·Πm ) − log2 ( ρ·Πr + (1 − λ − ρ)·Πu )        probability = 1 / (1 + 2^−score)
//
// λ is the share of pairs that are one, ρ of those that belong together. A model is plain JSON: it can be stored.
import { comparisonsOf } from './compare.ts';
import { begin, type Comparison, isExpected, type Level, newPair } from './comparison.ts';
import type { Features, Kind } from './features.ts';
import { NO_EVIDENCE } from './levels.ts';

/** Pairs at least this likely to be one are suggested: where a suggestion is as likely right as wrong. */
export const SUGGESTED_FROM = 0.5;

export interface Model {
  readonly kind: Kind;
  /** λ and ρ, shares of all pairs. */
  readonly prior: number;
  readonly relatedPrior: number;
  readonly comparisons: readonly Weights[];
}

/** What one comparison has learned. Lists go by level. */
export interface Weights {
  readonly name: string;
  readonly m: readonly number[];
  readonly u: readonly number[];
  readonly r: readonly number[];
  /** The same three where agreement was expected, such as a town's within a postcode; empty where nothing is expected. */
  readonly expected: { readonly m: readonly number[]; readonly u: readonly number[]; readonly r: readonly number[] };
  /** How often another record has the value of a record, for values that many have… */
  readonly common: Readonly<Record<string, number>>;
  /** …and for any other. 0 where values are not weighed. */
  readonly rare: number;
}

/** What one field says about a pair. */
export interface Evidence {
  readonly field: string;
  readonly level: Level;
  /** In bits: how much more likely this is between records that are one (above 0) or that are not (below). */
  readonly weight: number;
}

export interface Scored {
  /** The log2 of the odds that the two are one. */
  readonly score: number;
  readonly probability: number;
}

export interface Scorer {
  /** The log2 of the odds that two records are one. */
  score(a: Features, b: Features): number;
  /** The same with what each field says, the heaviest first. `related` says how much is taken off for being of one household or company. */
  explain(a: Features, b: Features): Scored & { evidence: Evidence[]; related: number };
}

export function probabilityOf(score: number): number {
  return 1 / (1 + 2 ** -score);
}

/** The score that goes with a probability. */
export function scoreOf(probability: number): number {
  return Math.log2(probability / (1 - probability));
}

/** @param model as `learn` made it, or as it came back from storage */
export function createScorer(model: Model): Scorer {
  const compiled = compile(model);
  const pair = newPair();
  const prior = Math.log2(model.prior);
  const relatedPrior = Math.log2(model.relatedPrior);
  const otherPrior = Math.log2(1 - model.prior - model.relatedPrior);

  const levels = new Int8Array(compiled.length);
  const weights = new Float64Array(compiled.length);
  let one = 0;
  let related = 0;
  let other = 0;

  const weigh = (a: Features, b: Features) => {
    begin(pair, a, b);
    one = prior;
    related = relatedPrior;
    other = otherPrior;
    for (let c = 0; c < compiled.length; c++) {
      const { comparison, size, m, u, r, common, rare } = compiled[c] as Compiled;
      const level = comparison.compare(pair);
      levels[c] = level;
      if (level === NO_EVIDENCE) continue;
      const at = isExpected(comparison, pair) ? level + size : level;
      const any = at === 0 && comparison.weighsValues ? (common.get(pair.value) ?? rare) : (u[at] as number);
      weights[c] = (m[at] as number) - any;
      one += m[at] as number;
      other += any;
      related += comparison.shared ? (r[at] as number) : any;
    }
  };

  return {
    score: (a, b) => {
      weigh(a, b);
      return one - addLogs(related, other);
    },
    explain: (a, b) => {
      weigh(a, b);
      const evidence: Evidence[] = [];
      for (const [c, { comparison }] of compiled.entries()) {
        const level = comparison.levels[levels[c] as number];
        if (level) evidence.push({ field: comparison.name, level, weight: weights[c] as number });
      }
      evidence.sort((x, y) => Math.abs(y.weight) - Math.abs(x.weight));
      const score = one - addLogs(related, other);
      return { score, probability: probabilityOf(score), evidence, related: one - other - score };
    },
  };
}

export interface Compiled {
  comparison: Comparison;
  /** How many levels there are. */
  size: number;
  /** Logarithms to the base of 2; where agreement is expected, behind those where it is not. */
  m: Float64Array;
  u: Float64Array;
  r: Float64Array;
  common: Map<string, number>;
  rare: number;
}

export function compile({ kind, comparisons }: Model): Compiled[] {
  const customKeys = comparisons.flatMap(({ name }) => (name.startsWith(CUSTOM) ? [name.slice(CUSTOM.length)] : []));
  const byName = new Map(comparisons.map((weights) => [weights.name, weights]));
  return comparisonsOf(kind, customKeys).map((comparison) => {
    const weights = byName.get(comparison.name);
    if (!weights) throw new Error(`The model knows no ${comparison.name}: it was learned by another version. Learn it anew.`);
    const logs = (list: 'm' | 'u' | 'r') => Float64Array.from([...weights[list], ...weights.expected[list]], Math.log2);
    const common = new Map(Object.entries(weights.common).map(([value, share]) => [value, Math.log2(share)]));
    return { comparison, size: comparison.levels.length, m: logs('m'), u: logs('u'), r: logs('r'), common, rare: Math.log2(weights.rare) };
  });
}

const CUSTOM = 'customFields.';

/** log2(2^a + 2^b) */
export function addLogs(a: number, b: number): number {
  const high = Math.max(a, b);
  return high + Math.log2(1 + 2 ** (Math.min(a, b) - high));
}
