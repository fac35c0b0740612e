// The pairs that share a key, of records held in memory: sorted hashes in typed arrays, 8 bytes for each key.
import { BLOCK_RECORDS_MAX, blockingKeys, FEW_RECORDS, isStrong, KEYS_WEIGHT_LEAST, keyWeight } from './blocking.ts';
import type { Features } from './features.ts';

export interface Blocks {
  /** How many records there are. */
  readonly count: number;
  /** The numbers of the records that share keys enough with one, each once. @param past only those that come after it */
  partners(record: number, past: boolean): number[];
}

/** Records in memory at once: their numbers have 24 bits beside 40 of a key's hash. */
export const RECORDS_MAX = 1 << 24;

export function createBlocks(records: readonly Features[]): Blocks {
  if (records.length > RECORDS_MAX) throw new RangeError(`At most ${RECORDS_MAX} records are compared in memory.`);
  const entries = sortedEntries(records);
  const { members, starts, weights, blocksOf, firstBlock } = groupEntries(entries, records.length);
  const seen = new Int32Array(records.length);
  const sums = new Uint8Array(records.length);
  let turn = 0;
  return {
    count: records.length,
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
function sortedEntries(records: readonly Features[]): Uint32Array {
  let capacity = Math.max(16, records.length * 16);
  let words = new Uint32Array(capacity * 2);
  let count = 0;
  for (let record = 0; record < records.length; record++) {
    for (const key of blockingKeys(records[record] as Features)) {
      if (count === capacity) {
        capacity = Math.ceil(capacity * 1.5);
        const larger = new Uint32Array(capacity * 2);
        larger.set(words);
        words = larger;
      }
      const [high, low] = hashOf(key);
      words[2 * count] = (((low & 0xfc) | (isStrong(key) ? STRONG : 0) | (keyWeight(key, Number.POSITIVE_INFINITY) === 2 ? TELLING : 0)) << 24) | record;
      words[2 * count + 1] = high;
      count++;
    }
  }
  new BigUint64Array(words.buffer, 0, count).sort();
  return words.subarray(0, 2 * count);
}

/** Blocks of at least two records and not too many, and in which of them each record is. */
function groupEntries(words: Uint32Array, records: number) {
  const count = words.length / 2;
  const members = new Uint32Array(count);
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

/** Two hashes of 32 bits (FNV-1a and a multiplicative one, each mixed at the end). */
function hashOf(key: string): [number, number] {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13);
  }
  a ^= a >>> 15;
  a = Math.imul(a, 0x2c1b3c6d);
  return [(a ^ (a >>> 13)) >>> 0, (b ^ (b >>> 16)) >>> 0];
}
