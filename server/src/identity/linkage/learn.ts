// Learns a model from records that nobody has labelled, by expectation–maximization: guess which pairs are one, count how
// those agree, guess again. All pairs take part: those that share a key one by one; of the others, which are not one, a
// random sample stands for what coincidence looks like.
import { firstBeliefs, modelOf, revise } from './beliefs.ts';
import { comparisonsOf } from './compare.ts';
import { coreTypeOf, type Features, type Kind } from './features.ts';
import type { Model } from './model.ts';
import { createObserver } from './observe.ts';
import { sampleOf, seededRandom } from './random.ts';
import { countValues } from './values.ts';

export interface Sample {
  readonly kind: Kind;
  /** Drawn at random from all records: up to SAMPLED_RECORDS_MAX are looked at. */
  readonly background: readonly Features[];
  /** Records with others that share a key with them: each pair once. Read once. */
  readonly pairs: Iterable<readonly [Features, Features]>;
  /** Of how many pairs those are the ones that share a key: with n records of N, and all that share a key with one of them, n·(N − 1). */
  readonly pairsInAll: number;
}

export const SAMPLED_RECORDS_MAX = 20_000;
/** Pairs that share a key. */
export const SAMPLED_PAIRS_MAX = 200_000;
/** Pairs of any two records, and half as many of neighbours: what happens less often than once among them counts as half a time. */
const RANDOM_PAIRS_MAX = 100_000;

/** Custom fields that are compared: those that most records have. More would be slow, and rarely say more. */
export const CUSTOM_COMPARISONS_MAX = 12;

/** Never throws, however few the records or alike: where nothing can be learned, what is usual elsewhere stands. */
export function learn({ kind, background, pairs, pairsInAll }: Sample, seed = 1): Model {
  const random = seededRandom(seed);
  const records = sampleOf(background.length, SAMPLED_RECORDS_MAX, random).map((i) => background[i] as Features);
  const comparisons = comparisonsOf(kind, customKeysOf(records));
  const values = comparisons.map((comparison) => countValues(records, comparison));
  const observe = createObserver(comparisons, values);
  const observed = {
    candidates: observe(pairs),
    anyTwo: observe(randomPairs(records, random)),
    neighbours: observe(neighbouringPairs(records, random)),
  };
  const beliefs = firstBeliefs(comparisons, values, pairsInAll);
  for (let round = 0; round < ROUNDS_MAX; round++) if (revise(beliefs, observed) < SETTLED_BELOW) break;
  return modelOf(beliefs, kind);
}

const ROUNDS_MAX = 60;

/** Rounds end when no share moves by more than this. */
const SETTLED_BELOW = 1e-3;

function customKeysOf(records: readonly Features[]): string[] {
  const counts = new Map<string, number>();
  for (const { custom } of records) for (const key of Object.keys(custom)) if (coreTypeOf(key) !== 'longtext') counts.set(key, (counts.get(key) ?? 0) + 1);
  const byCount = [...counts].sort(([key, count], [other, otherCount]) => otherCount - count || (key < other ? -1 : 1));
  return byCount.slice(0, CUSTOM_COMPARISONS_MAX).map(([key]) => key);
}

function* randomPairs(records: readonly Features[], random: () => number): Generator<[Features, Features]> {
  const count = records.length;
  const all = (count * (count - 1)) / 2;
  if (all <= RANDOM_PAIRS_MAX) {
    for (let i = 0; i < count; i++) for (let j = i + 1; j < count; j++) yield [records[i] as Features, records[j] as Features];
    return;
  }
  for (let n = 0; n < RANDOM_PAIRS_MAX; n++) {
    const i = Math.floor(random() * count);
    const j = (i + 1 + Math.floor(random() * (count - 1))) % count;
    yield [records[i] as Features, records[j] as Features];
  }
}

/** Pairs with a postcode or a town in common. */
function* neighbouringPairs(records: readonly Features[], random: () => number): Generator<[Features, Features]> {
  const places = new Map<string, Features[]>();
  for (const record of records) {
    for (const place of [record.postcode && `p ${record.postcode}`, record.city && `c ${record.city}`]) {
      const known = places.get(place);
      if (known) known.push(record);
      else if (place) places.set(place, [record]);
    }
  }
  let left = RANDOM_PAIRS_MAX / 2;
  for (const neighbours of places.values()) {
    for (let i = 1; i < neighbours.length && left > 0; i++, left--) {
      yield [neighbours[i] as Features, neighbours[Math.floor(random() * i)] as Features];
    }
  }
}
