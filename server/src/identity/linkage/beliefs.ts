// Expectation–maximization: from what is believed of each level to how likely each pair is one, and from there back to what
// is to be believed. Starts from what is usual (priors.ts).
import type { Comparison } from './comparison.ts';
import type { Kind } from './features.ts';
import { addLogs, type Model, type Weights } from './model.ts';
import type { Observations } from './observe.ts';
import { anyPrior, onePrior, relatedPrior } from './priors.ts';
import type { ValueCounts } from './values.ts';

/** What is believed, between two rounds. */
export interface Beliefs {
  readonly comparisons: readonly Comparison[];
  readonly values: readonly ValueCounts[];
  readonly parameters: readonly Parameters[];
  readonly pairsInAll: number;
  prior: number;
  related: number;
}

/** Of one comparison: by level, where agreement is expected behind where it is not. */
interface Parameters {
  readonly levels: number;
  readonly m: Float64Array;
  readonly u: Float64Array;
  readonly r: Float64Array;
  rare: number;
}

/** The pairs that are learned from. */
export interface Observed {
  /** Those that share a key. */
  candidates: Observations;
  /** Any two records. */
  anyTwo: Observations;
  /** Any two with a place in common. */
  neighbours: Observations;
}

export function firstBeliefs(comparisons: readonly Comparison[], values: readonly ValueCounts[], pairsInAll: number): Beliefs {
  const twice = (list: readonly number[]) => Float64Array.from([...list, ...list]);
  const parameters = comparisons.map(({ levels }, c) => ({
    levels: levels.length,
    m: twice(onePrior(levels)),
    u: twice(anyPrior(levels)),
    r: twice(relatedPrior(levels)),
    rare: (values[c] as ValueCounts).rare(0),
  }));
  const total = Math.max(1, pairsInAll);
  const prior = Math.min(0.5, (PRIOR_DUPLICATES + 1) / (total + 1));
  return { comparisons, values, parameters, pairsInAll: total, prior, related: prior / 2 };
}

/** One round. @returns the largest change of a share */
export function revise(beliefs: Beliefs, { candidates, anyTwo, neighbours }: Observed): number {
  const counts = () => beliefs.parameters.map(({ levels }) => new Float64Array(2 * levels + 1));
  const [ones, groups, others, near] = [counts(), counts(), counts(), counts()] as const;
  let onesSum = 0;
  let groupsSum = 0;
  weigh(beliefs, candidates, (pair, one, group) => {
    onesSum += one;
    groupsSum += group;
    if (one > NEGLIGIBLE) add(ones, candidates, pair, one);
    if (group > NEGLIGIBLE) add(groups, candidates, pair, group);
  });
  weigh(beliefs, anyTwo, (pair, one, group) => add(others, anyTwo, pair, 1 - one - group));
  // What agreement is worth where it is expected shows among neighbours only; what it is elsewhere, not among them.
  weigh(beliefs, neighbours, (pair, one, group) => add(near, neighbours, pair, 1 - one - group));
  const { prior, pairsInAll } = beliefs;
  beliefs.prior = Math.min(0.5, (onesSum + PRIOR_DUPLICATES) / (pairsInAll + 1));
  beliefs.related = Math.min(0.25, Math.max(beliefs.prior / 1000, (groupsSum - RELATED_FROM * onesSum) / pairsInAll));
  let change = Math.abs(beliefs.prior / prior - 1);
  for (const [c, parameters] of beliefs.parameters.entries()) {
    const { levels } = beliefs.comparisons[c] as Comparison;
    for (const from of [0, parameters.levels]) {
      change = Math.max(change, fit(parameters.m, from, ones[c] as Float64Array, onePrior(levels), PRIOR_PAIRS));
      fit(parameters.r, from, groups[c] as Float64Array, relatedPrior(levels), PRIOR_PAIRS);
      fit(parameters.u, from, (from === 0 ? others[c] : near[c]) as Float64Array, anyPrior(levels), PRIOR_CHANCES);
    }
    parameters.rare = (beliefs.values[c] as ValueCounts).rare(beliefs.prior * (parameters.m[0] as number));
  }
  return change;
}

export function modelOf({ comparisons, values, parameters, prior, related }: Beliefs, kind: Kind): Model {
  const weights = comparisons.map((comparison, c) => weightsOf(comparison, parameters[c] as Parameters, values[c] as ValueCounts));
  return { kind, prior, relatedPrior: related, comparisons: weights };
}

/** Two that are one are expected among so few records, before any pair was seen. */
const PRIOR_DUPLICATES = 0.5;

/**
 * Records of one household are believed in only past a tenth of those that are one: below that, another first name at the
 * same address is as well a mistake in the name. Nothing in such a pair could tell.
 */
const RELATED_FROM = 0.1;

/** How many pairs the priors count for. */
const PRIOR_PAIRS = 20;
const PRIOR_CHANCES = 1;

/** Visits each pair with how likely it is one, and how likely two that belong together. */
function weigh(beliefs: Beliefs, seen: Observations, visit: (pair: number, one: number, related: number) => void): void {
  const logs = logsOf(beliefs);
  const start = [Math.log2(beliefs.prior), Math.log2(beliefs.related), Math.log2(1 - beliefs.prior - beliefs.related)] as const;
  for (let pair = 0; pair < seen.count; pair++) {
    let one = start[0];
    let group = start[1] + (seen.ownChance[pair] as number);
    let other = start[2] + (seen.ownChance[pair] as number) + (seen.sharedChance[pair] as number);
    for (let c = 0, at = pair * logs.length; c < logs.length; c++, at++) {
      const code = seen.codes[at] as number;
      if (code < 0) continue;
      const log = logs[c] as Logs;
      one += log.m[code] as number;
      group += log.r[code] as number;
      other += log.u[code] as number;
    }
    const all = addLogs(addLogs(group, other), one);
    visit(pair, 2 ** (one - all), 2 ** (group - all));
  }
}

/** Logarithms to the base of 2, by the codes of observations. */
interface Logs {
  m: Float64Array;
  u: Float64Array;
  r: Float64Array;
}

function logsOf({ comparisons, parameters }: Beliefs): Logs[] {
  return comparisons.map(({ shared, weighsValues }, c) => {
    const { m, u, r, rare } = parameters[c] as Parameters;
    const any = Float64Array.from([...u, rare], Math.log2);
    // What a common value is worth was added up per pair.
    if (weighsValues) any[0] = 0;
    const logs = (list: Float64Array) => Float64Array.from([...list, list[0] as number], Math.log2);
    return { m: logs(m), u: any, r: shared ? logs(r) : any };
  });
}

/** Pairs less likely than this to be one do not move any count. */
const NEGLIGIBLE = 1e-6;

function add(counts: readonly Float64Array[], seen: Observations, pair: number, weight: number): void {
  for (let c = 0, at = pair * counts.length; c < counts.length; c++, at++) {
    const code = seen.codes[at] as number;
    if (code >= 0) (counts[c] as Float64Array)[code] = ((counts[c] as Float64Array)[code] as number) + weight;
  }
}

/**
 * Shares of counts, with what is usual counted in as so many. What was never seen among many may still be, about as often as
 * half a time among as many; among few, what is usual says more.
 * @returns the largest change
 */
function fit(shares: Float64Array, from: number, counts: Float64Array, usual: readonly number[], weight: number): number {
  const seen = usual.map((_, level) => (counts[from + level] as number) + (from === 0 && level === 0 ? (counts.at(-1) as number) : 0));
  const sum = seen.reduce((all, one) => all + one, weight);
  const wanted = usual.map((share, level) => Math.max(((seen[level] as number) + weight * share) / sum, Math.min(0.5 / sum, share)));
  const whole = wanted.reduce((all, one) => all + one, 0);
  let change = 0;
  for (let level = 0; level < usual.length; level++) {
    const share = (wanted[level] as number) / whole;
    change = Math.max(change, Math.abs(share - (shares[from + level] as number)));
    shares[from + level] = share;
  }
  return change;
}

function weightsOf({ name, expectedIn }: Comparison, { levels, m, u, r, rare }: Parameters, { common }: ValueCounts): Weights {
  const half = (list: Float64Array, from: number) => [...list.slice(from, from + levels)];
  return {
    name,
    m: half(m, 0),
    u: half(u, 0),
    r: half(r, 0),
    expected: expectedIn ? { m: half(m, levels), u: half(u, levels), r: half(r, levels) } : { m: [], u: [], r: [] },
    common: Object.fromEntries(common),
    rare,
  };
}
