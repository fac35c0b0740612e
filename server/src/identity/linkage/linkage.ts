// Whole sets of records: learn from them, and find the pairs among them that are probably one.
import { type Blocks, createBlocks } from './blocks.ts';
import type { Features, Kind } from './features.ts';
import { learn, SAMPLED_PAIRS_MAX, SAMPLED_RECORDS_MAX } from './learn.ts';
import { createScorer, type Evidence, type Model, probabilityOf, type Scored, type Scorer, SUGGESTED_FROM, scoreOf } from './model.ts';
import { sampleOf, seededRandom } from './random.ts';

export interface RecordSet {
  readonly kind: Kind;
  readonly records: readonly Features[];
  readonly blocks: Blocks;
}

export interface Suggestion extends Scored {
  readonly a: Features;
  readonly b: Features;
}

export interface Candidate extends Scored {
  readonly record: Features;
  readonly evidence: readonly Evidence[];
  /** In bits: what was taken off because a household or company explains as much. */
  readonly related: number;
}

/** @param records of one organization and one kind, in an order that does not matter to what is found */
export function createSet(kind: Kind, records: readonly Features[]): RecordSet {
  return { kind, records, blocks: createBlocks(records) };
}

/** Learns from a whole set: from all its pairs while they are few, else from a sample. */
export function learnFromSet({ kind, records, blocks }: RecordSet, seed = 1): Model {
  const random = seededRandom(seed);
  const pairs: [Features, Features][] = [];
  let asked = 0;
  const order = sampleOf(records.length, SAMPLED_RECORDS_MAX, random);
  for (const i of order) {
    if (pairs.length >= SAMPLED_PAIRS_MAX) break;
    asked++;
    for (const j of blocks.partners(i, false)) pairs.push([records[i] as Features, records[j] as Features]);
  }
  return learn({ kind, background: records, pairs, pairsInAll: asked * (records.length - 1) }, seed);
}

/**
 * Every pair that shares a key and is at least that likely to be one.
 * @returns the likeliest first, and how many pairs were compared
 */
export function suggest({ records, blocks }: RecordSet, model: Model, from = SUGGESTED_FROM): { suggestions: Suggestion[]; compared: number } {
  const { score } = createScorer(model);
  const least = scoreOf(from);
  const suggestions: Suggestion[] = [];
  let compared = 0;
  for (let i = 0; i < records.length; i++) {
    const a = records[i] as Features;
    for (const j of blocks.partners(i, true)) {
      const b = records[j] as Features;
      compared++;
      const found = score(a, b);
      if (found >= least) suggestions.push({ a, b, score: found, probability: probabilityOf(found) });
    }
  }
  suggestions.sort((x, y) => y.score - x.score);
  return { suggestions, compared };
}

/**
 * Which of the others a record probably is, the likeliest first, and why.
 * @param others those that share keys enough with it
 * @param scorer of the organization's model, kept for many records: making one takes some milliseconds
 */
export function candidates(record: Features, others: readonly Features[], { explain }: Scorer, from = SUGGESTED_FROM): Candidate[] {
  const found = others.filter(({ id }) => id !== record.id).map((other) => ({ record: other, ...explain(record, other) }));
  return found.filter(({ probability }) => probability >= from).sort((x, y) => y.score - x.score);
}
