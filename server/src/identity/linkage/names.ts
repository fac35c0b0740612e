// People's names, which are exchanged and shortened, and companies'.
import { type Comparison, oneValue, type Pair } from './comparison.ts';
import { isNear, lettersOfWords, NO_EVIDENCE, nameLevel, SAME, SIMILAR, TEXT_LEVELS, wordsLevel } from './levels.ts';

export const lastName: Comparison = {
  name: 'lastName',
  levels: [...TEXT_LEVELS, 'swapped'],
  shared: true,
  weighsValues: true,
  values: (record) => oneValue(record.family),
  exchanged: (record) => record.given,
  compare: (pair) => {
    const { a, b } = pair;
    pair.value = a.family;
    const level = nameLevel(a.family, b.family);
    if (level === SAME || !isNear(a.given, b.family) || !isNear(a.family, b.given)) return level;
    pair.namesSwapped = true;
    return SWAPPED;
  },
};

export const firstName: Comparison = {
  name: 'firstName',
  levels: [...TEXT_LEVELS, 'partial'],
  shared: false,
  weighsValues: true,
  values: (record) => oneValue(record.given),
  compare: (pair) => {
    // Exchanged names were counted with the last name.
    if (pair.namesSwapped) return NO_EVIDENCE;
    return givenLevel(pair, pair.a.given, pair.b.given);
  },
};

export const middleName: Comparison = {
  name: 'middleName',
  levels: [...TEXT_LEVELS, 'partial'],
  shared: false,
  weighsValues: true,
  values: (record) => oneValue(record.middle),
  compare: (pair) => givenLevel(pair, pair.a.middle, pair.b.middle),
};

export const companyName: Comparison = {
  name: 'name',
  levels: TEXT_LEVELS,
  shared: false,
  weighsValues: true,
  values: (record) => oneValue(record.name.bare),
  resembling: (record) => [lettersOfWords(record.name)],
  compare: (pair) => {
    pair.value = pair.a.name.bare;
    return wordsLevel(pair.a.name, pair.b.name);
  },
};

const SWAPPED = TEXT_LEVELS.length;
const PARTIAL = TEXT_LEVELS.length;

/** Jon and Jonathan, J. and Jane: one begins the other. */
function givenLevel(pair: Pair, a: string, b: string): number {
  pair.value = a;
  const level = nameLevel(a, b);
  if (level !== SIMILAR && level !== SIMILAR + 1) return level;
  return a.startsWith(b) || b.startsWith(a) ? PARTIAL : level;
}
