// Whole sets of records: learn from them, and find the pairs among them that are probably one.
import { type Blocks, createBlocks } from './blocks.ts';
import type { Features, Kind } from './features.ts';
import { learn, SAMPLED_PAIRS_MAX, SAMPLED_RECORDS_MAX } from './learn.ts';
import { createScorer, type Evidence, type Model, probabilityOf, type Scored, type Scorer, SUGGESTED_FROM, scoreOf } from './model.ts';
import { pack, unpack } from './pack.ts';
import { sampleOf, seededRandom } from './random.ts';
import { createSketches } from './sketches.ts';

/** Records of one organization and one kind, by their numbers. */
export interface RecordSet {
  readonly kind: Kind;
  readonly count: number;
  readonly blocks: Blocks;
  /** A copy each time: records are kept as texts. */
  record(number: number): Features;
}

export interface Suggestion extends Scored {
  readonly a: Identified;
  readonly b: Identified;
}

export type Identified = Pick<Features, 'id'>;

export interface Candidate extends Scored {
  readonly record: Features;
  readonly evidence: readonly Evidence[];
  /** In bits: what was taken off because a household or company explains as much. */
  readonly related: number;
}

/** @param records in an order that does not matter to what is found; read once, and not kept */
export function createSet(kind: Kind, records: Iterable<Features>): RecordSet {
  const packed: string[] = [];
  const blocks = createBlocks(eachPacked(records, packed));
  return { kind, count: packed.length, blocks, record: (number) => unpack(packed[number] as string) };
}

function* eachPacked(records: Iterable<Features>, into: string[]): Generator<Features> {
  for (const record of records) {
    into.push(pack(record));
    yield record;
  }
}

/** Learns from a whole set: from all its pairs while they are few, else from a sample. */
export function learnFromSet(set: RecordSet, seed = 1): Model {
  const { kind, count, blocks } = set;
  const order = sampleOf(count, SAMPLED_RECORDS_MAX, seededRandom(seed));
  const pairs: [number, number][] = [];
  let asked = 0;
  for (const i of order) {
    if (pairs.length >= SAMPLED_PAIRS_MAX) break;
    asked++;
    for (const j of blocks.partners(i, false)) pairs.push([i, j]);
  }
  return learn({ kind, background: order.map(set.record), pairs: unpacked(set, pairs), pairsInAll: asked * (count - 1) }, seed);
}

/** One pair at a time: together they would take more memory than all records as texts. */
function* unpacked({ record }: RecordSet, pairs: readonly (readonly [number, number])[]): Generator<readonly [Features, Features]> {
  for (const [a, b] of pairs) yield [record(a), record(b)];
}

/**
 * Every pair that shares a key and is at least that likely to be one.
 * @returns the likeliest first, and how many pairs were compared
 */
export function suggest(set: RecordSet, model: Model, from = SUGGESTED_FROM): { suggestions: Suggestion[]; compared: number } {
  const { score } = createScorer(model);
  const { mayReach } = createSketches(set, model);
  const least = scoreOf(from);
  const suggestions: Suggestion[] = [];
  let compared = 0;
  for (let i = 0; i < set.count; i++) {
    let a: Features | undefined;
    for (const j of set.blocks.partners(i, true)) {
      compared++;
      if (!mayReach(i, j, least)) continue;
      a ??= set.record(i);
      const b = set.record(j);
      const found = score(a, b);
      if (found >= least) suggestions.push({ a: { id: a.id }, b: { id: b.id }, score: found, probability: probabilityOf(found) });
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
