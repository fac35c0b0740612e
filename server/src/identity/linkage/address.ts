// Addresses, part by part. A town is hardly evidence beside the same postcode, nor a street within the same place.
import { type Comparison, oneValue } from './comparison.ts';
import type { Words } from './features.ts';
import { CLOSE, CODE_LEVELS, codeLevel, lettersOfWords, NO_EVIDENCE, nameLevel, SAME, SIMILAR, TEXT_LEVELS, wordsLevel } from './levels.ts';

export const postcode: Comparison = {
  name: 'address.postalCode',
  levels: CODE_LEVELS,
  shared: true,
  weighsValues: true,
  values: (record) => oneValue(record.postcode),
  compare: (pair) => {
    pair.value = pair.a.postcode;
    const level = codeLevel(pair.a.postcode, pair.b.postcode);
    pair.samePostcode = level === SAME;
    pair.samePlace = level === SAME;
    return level;
  },
};

export const city: Comparison = {
  name: 'address.city',
  levels: TEXT_LEVELS,
  shared: true,
  weighsValues: true,
  values: (record) => oneValue(record.city),
  compare: (pair) => {
    pair.value = pair.a.city;
    const level = nameLevel(pair.a.city, pair.b.city);
    if (level === SAME || level === CLOSE) pair.samePlace = true;
    return level;
  },
  expectedIn: 'samePostcode',
};

export const state: Comparison = {
  name: 'address.state',
  levels: ['same', 'different'],
  shared: true,
  weighsValues: false,
  values: (record) => oneValue(record.state),
  compare: ({ a, b }) => (a.state === '' || b.state === '' ? NO_EVIDENCE : a.state === b.state ? 0 : 1),
  expectedIn: 'samePlace',
};

export const street: Comparison = {
  name: 'address.address1',
  levels: [...TEXT_LEVELS, 'swapped'],
  shared: true,
  weighsValues: true,
  values: (record) => oneValue(record.street.bare),
  resembling: (record) => [lettersOfWords(record.street)],
  exchanged: (record) => record.unit.bare,
  compare: (pair) => {
    const { a, b } = pair;
    const level = wordsLevel(a.street, b.street);
    pair.value = a.street.bare;
    if (level >= 0 && level <= SIMILAR) return level;
    const here = crossLevel(a.street, b.unit);
    const there = crossLevel(a.unit, b.street);
    // Lines were exchanged where one is found in the other's place, and nothing speaks against the second.
    if (!(here === 1 || there === 1) || here === -1 || there === -1) return level;
    pair.linesSwapped = true;
    return SWAPPED;
  },
  expectedIn: 'samePlace',
};

export const house: Comparison = {
  name: 'houseNumber',
  levels: CODE_LEVELS,
  shared: true,
  weighsValues: true,
  values: (record) => oneValue(record.house),
  compare: (pair) => {
    pair.value = pair.a.house;
    return codeLevel(pair.a.house, pair.b.house);
  },
};

export const unit: Comparison = {
  name: 'address.address2',
  levels: TEXT_LEVELS,
  shared: true,
  weighsValues: true,
  values: (record) => oneValue(record.unit.bare),
  resembling: (record) => [lettersOfWords(record.unit)],
  compare: (pair) => {
    if (pair.linesSwapped) return NO_EVIDENCE;
    const level = wordsLevel(pair.a.unit, pair.b.unit);
    pair.value = pair.a.unit.bare;
    return level;
  },
};

const SWAPPED = TEXT_LEVELS.length;

/** 1 where both lines are near, -1 where they differ, 0 where one is missing. */
function crossLevel(a: Words, b: Words): -1 | 0 | 1 {
  const level = wordsLevel(a, b);
  return level === NO_EVIDENCE ? 0 : level <= CLOSE ? 1 : -1;
}
