// How common each value is: that two are called Smith says less than that two are called Featherstonehaugh.
import type { Comparison } from './comparison.ts';
import type { Features } from './features.ts';

export interface ValueCounts {
  /** How often another record has the value, by value: those that several have. */
  readonly common: ReadonlyMap<string, number>;
  /** The same for any other value. @param ones how often another record is the same one with the same value */
  rare(ones: number): number;
}

/** Values kept one by one for a comparison, the most common ones. */
export const COMMON_VALUES_MAX = 2000;

/** Values that no more records have are rare: two of them may be one record twice. */
const RARE_RECORDS = 2;

/** What a rare value is worth where there is none to count: as much as the priors say. */
const USUAL = 0.01;

export function countValues(records: readonly Features[], comparison: Comparison): ValueCounts {
  const counts = new Map<string, number>();
  if (comparison.weighsValues) {
    for (const record of records) for (const value of comparison.values(record)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const several = [...counts].filter(([, count]) => count > RARE_RECORDS).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const common = new Map(several.slice(0, COMMON_VALUES_MAX).map(([value, count]) => [value, (count - 1) / (records.length - 1)]));
  let rareRecords = 0;
  let agreeing = 0;
  for (const [value, count] of counts) {
    if (common.has(value)) continue;
    rareRecords += count;
    agreeing += (count * (count - 1)) / 2;
  }
  const pairs = (rareRecords * (records.length - 1)) / 2;
  return {
    common,
    // Records that are one agree, too; what is left is coincidence, and known no better than its square root.
    rare: (ones) => (pairs > 0 ? Math.min(1, Math.max(agreeing - ones * pairs, Math.sqrt(agreeing), 0.5) / pairs) : USUAL),
  };
}
