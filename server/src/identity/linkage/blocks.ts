// The pairs that share a key, of records held in memory: sorted hashes in typed arrays, 8 bytes for each key.
import { BLOCK_RECORDS_MAX, eachKey, FEW_RECORDS, isStrong, KEY_CHARACTERS_MAX, KEYS_MAX, KEYS_WEIGHT_LEAST, keyWeight, type VisitKey } from './blocking.ts';
import type { Features } from './features.ts';
import { createHash } from './hash.ts';

export interface Blocks {
  /** How many records there are. */
  readonly count: number;
  /** The numbers of the records that share keys enough with one, each once. @param past only those that come after it */
  partners(record: number, past: boolean): number[];
}

/** Records in memory at once: their numbers have 24 bits beside 40 of a key's hash. */
export const RECORDS_MAX = 1 << 24;

/** @param records read once, one after the other: whoever calls need not keep them */
export function createBlocks(records: Iterable<Features>): Blocks {
  const { words, count } = sortedEntries(records);
  const { members, starts, weights, blocksOf, firstBlock } = groupEntries(words, count);
  const seen = new Int32Array(count);
  const sums = new Uint8Array(count);
  let turn = 0;
  return {
    count,
    partners: (record, past) => {
      const found: number[] = [];
      turn++;
      for (let i = firstBlock[record] as number; i < (firstBlock[record + 1] as number); i++) {
        const block = blocksOf[i] as number;
        const weight = weights[block] as number;
        for (let j = starts[block] as number; j < (starts[block + 1] as number); j++) {
          const other = members[j] as number;
          if (other === record || (past && other < record)) continue;
          const before = seen[other] === turn ? (sums[other] as number) : 0;
          seen[other] = turn;
          sums[other] = before + weight;
          if (before < KEYS_WEIGHT_LEAST && before + weight >= KEYS_WEIGHT_LEAST) found.push(other);
        }
      }
      return found;
    },
  };
}

/** The two lowest bits of a hash say whether its key is strong, and whether it tells. */
const STRONG = 1;
const TELLING = 2;

/**
 * A hash of 40 bits above the record's number of 24, sorted. Among twenty million keys a thousand share a hash, which
 * costs a comparison each.
 */
function sortedEntries(records: Iterable<Features>): { words: Uint32Array; count: number } {
  let words = new Uint32Array(1024);
  let filled = 0;
  let first = 0;
  let record = 0;
  const hash = createHash(KEY_CHARACTERS_MAX);
  const flagsOf = kindFlags();
  const add: VisitKey = (kind, one, two, three, four) => {
    hash.begin();
    hash.add(kind);
    hash.add(':');
    hash.add(one);
    for (const part of [two, three, four]) {
      if (part === undefined) break;
      hash.add('.');
      hash.add(part);
    }
    const low = ((((hash.low() & 0xfc) | flagsOf(kind)) << 24) | record) >>> 0;
    const high = hash.high();
    for (let i = first; i < filled; i += 2) if (words[i] === low && words[i + 1] === high) return;
    if (filled - first === 2 * KEYS_MAX) return;
    if (filled === words.length) words = new Uint32Array(words.buffer.transfer(2 * words.byteLength));
    words[filled++] = low;
    words[filled++] = high;
  };
  for (const one of records) {
    if (record === RECORDS_MAX) throw new RangeError(`At most ${RECORDS_MAX} records are compared in memory.`);
    eachKey(one, add);
    record++;
    first = filled;
  }
  words = new Uint32Array(words.buffer.transfer(filled * words.BYTES_PER_ELEMENT));
  new BigUint64Array(words.buffer).sort();
  return { words, count: record };
}

function kindFlags(): (kind: string) => number {
  const known = new Map<string, number>();
  return (kind) => {
    let flags = known.get(kind);
    if (flags === undefined) {
      flags = (isStrong(`${kind}:`) ? STRONG : 0) | (keyWeight(`${kind}:`, Number.POSITIVE_INFINITY) === 2 ? TELLING : 0);
      known.set(kind, flags);
    }
    return flags;
  };
}

/**
 * Blocks of at least two records and not too many, and in which of them each record is. Writes the members over the entries,
 * of which it has read more by then: at a million records another array for them would be 60 MB.
 */
function groupEntries(words: Uint32Array, records: number) {
  const count = words.length / 2;
  const members = words;
  const starts = [0];
  const weights: number[] = [];
  const firstBlock = new Uint32Array(records + 1);
  let filled = 0;
  for (let from = 0, to = 0; from < count; from = to) {
    const high = words[2 * from + 1];
    const low = (words[2 * from] as number) >>> 24;
    while (to < count && words[2 * to + 1] === high && (words[2 * to] as number) >>> 24 === low) to++;
    if (to - from < 2 || (to - from > BLOCK_RECORDS_MAX && (low & STRONG) === 0)) continue;
    const weight = (low & TELLING) === 0 && to - from > FEW_RECORDS ? 1 : 2;
    for (let i = from; i < to; i++) {
      if (i > from && (i - from) % BLOCK_RECORDS_MAX === 0) {
        starts.push(filled);
        weights.push(weight);
      }
      const record = (words[2 * i] as number) & 0xffffff;
      members[filled++] = record;
      firstBlock[record + 1] = (firstBlock[record + 1] as number) + 1;
    }
    starts.push(filled);
    weights.push(weight);
  }
  for (let i = 0; i < records; i++) firstBlock[i + 1] = (firstBlock[i + 1] as number) + (firstBlock[i] as number);
  const next = firstBlock.slice();
  const blocksOf = new Uint32Array(filled);
  for (let block = 0; block + 1 < starts.length; block++) {
    for (let i = starts[block] as number; i < (starts[block + 1] as number); i++) {
      const record = members[i] as number;
      blocksOf[next[record] as number] = block;
      next[record] = (next[record] as number) + 1;
    }
  }
  return { members: members.slice(0, filled), starts: Uint32Array.from(starts), weights: Uint8Array.from(weights), blocksOf, firstBlock };
}
