// What is usual, before an organization's own records have been seen: shares of the levels of a comparison. They stand in
// where there is little to learn from, and are soon outweighed: 20 pairs that are one count as much, or one random pair.
import type { Level } from './comparison.ts';

/** Of two records that are one. */
export function onePrior(levels: readonly Level[]): number[] {
  return shares(levels, { same: 0.8, close: 0.06, similar: 0.03, partial: 0.03, swapped: 0.02, different: 0.06 });
}

/** Of any two records. */
export function anyPrior(levels: readonly Level[]): number[] {
  return shares(levels, { same: 0.01, close: 0.005, similar: 0.03, partial: 0.005, swapped: 0.0005, different: 0.95 });
}

/** Of two that belong to one household or company, in what such have in common. */
export function relatedPrior(levels: readonly Level[]): number[] {
  return shares(levels, { same: 0.7, close: 0.03, similar: 0.03, partial: 0.01, swapped: 0.005, different: 0.225 });
}

function shares(levels: readonly Level[], usual: Readonly<Record<Level, number>>): number[] {
  const sum = levels.reduce((all, level) => all + usual[level], 0);
  return levels.map((level) => usual[level] / sum);
}
