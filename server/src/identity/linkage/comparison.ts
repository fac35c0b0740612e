// What a comparison of two records is: one field, or a few that belong together, at one of some levels.
import type { Features } from './features.ts';

/** One way in which two records are held against each other. */
export interface Comparison {
  /** As it stands in a model and in evidence: the field's name on the wire. */
  readonly name: string;
  readonly levels: readonly Level[];
  /** Whether those who live or work together have it in common, too: an address, not a first name. */
  readonly shared: boolean;
  /** Whether agreement on a common value says less than on a rare one. */
  readonly weighsValues: boolean;
  /** Its values in a record. */
  values(record: Features): readonly string[];
  /** An index into `levels`, or NO_EVIDENCE. Symmetric. Runs after the comparisons before it. */
  compare(pair: Pair): number;
  /** What comparisons before it may have found that makes agreement likely anyway: a town's, within a postcode. */
  readonly expectedIn?: 'samePostcode' | 'samePlace';
  /**
   * Beside each of its values, what of it has to resemble the other's for any level but `different`, or '' where nothing has
   * to: an address's login. The values themselves where not given.
   */
  resembling?(record: Features): readonly string[];
  /** Whether two values may be no evidence: ids of different systems. */
  readonly incomparable?: true;
  /** The field that its value is exchanged with at times, where it has a level `swapped`. */
  exchanged?(record: Features): string;
}

export type Level = 'same' | 'close' | 'similar' | 'partial' | 'swapped' | 'different';

/** Two records under comparison, and what earlier comparisons found. */
export interface Pair {
  a: Features;
  b: Features;
  namesSwapped: boolean;
  linesSwapped: boolean;
  samePostcode: boolean;
  samePlace: boolean;
  /** The value that both have, where a comparison said `same`. */
  value: string;
}

export function newPair(): Pair {
  const none = undefined as unknown as Features;
  return { a: none, b: none, namesSwapped: false, linesSwapped: false, samePostcode: false, samePlace: false, value: '' };
}

/** Whether two records are expected to agree in what is compared next. */
export function isExpected({ expectedIn }: Comparison, pair: Pair): boolean {
  return expectedIn !== undefined && pair[expectedIn];
}

/** Begins with another two records; the object is reused, for there are millions of pairs. */
export function begin(pair: Pair, a: Features, b: Features): void {
  pair.a = a;
  pair.b = b;
  pair.namesSwapped = false;
  pair.linesSwapped = false;
  pair.samePostcode = false;
  pair.samePlace = false;
  pair.value = '';
}

/** The one value of a field that has one at most. */
export function oneValue(value: string): readonly string[] {
  return value === '' ? [] : [value];
}
