// Blocking keys as the database has them: 64 bits, of which the lowest two say how much a key tells, so that records are
// matched without their texts. Pairs are suggested within a division only, for only such can be merged, and no division
// learns of another's records: so the division is in the key.
import { hash } from 'node:crypto';
import { blockingKeys, type Features, isStrong, keyWeight } from '../linkage/index.ts';

/** To be raised where blocking keys or features come out different from before: then all records are taken in anew, and learned from. */
export const METHOD = 1;

/** The lowest bits of a key, which partners.ts reads. */
const STRONG = 1;
const TELLING = 2;

/** As an array of PostgreSQL, each once. */
export function keysOf(record: Features, divisionId: string): string {
  const keys = new Set(blockingKeys(record).map((text) => hashed(`${record.kind} ${divisionId} ${text}`, bitsOf(text))));
  return `{${[...keys].join()}}`;
}

const bitsOf = (text: string): number => (isStrong(text) ? STRONG : 0) | (keyWeight(text, Number.POSITIVE_INFINITY) === 2 ? TELLING : 0);

/** Two texts with one hash cost a comparison, and nothing more. */
function hashed(text: string, bits: number): bigint {
  const found = hash('sha1', text, 'buffer').readBigInt64BE(0);
  return BigInt.asIntN(64, (found & ~3n) | BigInt(bits));
}
