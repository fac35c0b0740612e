// A filter as an SQL/JSON path, which PostgreSQL checks on an array of a row's values. So the statement stays the same
// text whatever is asked, and the filter is one of its parameters.

import type { Condition, Filter, Range, Scalar, Test } from './filter.ts';
import { fold } from './fold.ts';

/** @param columns paths of the values that the statement gives to the check, in their order there */
export function jsonPathOf(filter: Filter, columns: readonly string[]): string {
  if ('all' in filter) return joined(filter.all, '&&', columns);
  if ('any' in filter) return joined(filter.any, '||', columns);
  if ('not' in filter) return `!(${jsonPathOf(filter.not, columns)})`;
  const column = columnOf(filter.path, columns);
  const keys = filter.path.slice(column.length).split('.').slice(1);
  const value = `$[${columns.indexOf(column)}]${keys.map((key) => `.${JSON.stringify(key)}`).join('')}`;
  // exists() is true or false whatever stands there, so that "not" means not, also of what a record does not have.
  return `exists(${value} ? (${filter.tests.map((test) => `(${testPath(test)})`).join(' && ')}))`;
}

/** The columns that a filter looks at: the statement gives it no others. */
export function columnsOf(filter: Filter, columns: readonly string[]): string[] {
  return [...new Set(conditionsOf(filter).map(({ path }) => columnOf(path, columns)))];
}

/** What a check costs in conditions. Four values of a list are another: names that begin alike took 60 µs by the hundred. */
export function weightOf(filter: Filter): number {
  const values = conditionsOf(filter).flatMap(({ tests }) => tests.flatMap((test) => (test.op === 'in' ? test.values : [])));
  return conditionsOf(filter).length + values.length / 4;
}

function conditionsOf(filter: Filter): Condition[] {
  if ('all' in filter) return filter.all.flatMap(conditionsOf);
  if ('any' in filter) return filter.any.flatMap(conditionsOf);
  return 'not' in filter ? conditionsOf(filter.not) : [filter];
}

function columnOf(path: string, columns: readonly string[]): string {
  const column = columns.find((name) => path === name || path.startsWith(`${name}.`));
  if (column === undefined) throw new Error(`no column has ${path}`);
  return column;
}

const joined = (parts: Filter[], by: '&&' | '||', columns: readonly string[]) => parts.map((part) => `(${jsonPathOf(part, columns)})`).join(` ${by} `);

function testPath(test: Test): string {
  switch (test.op) {
    case 'exists':
      return '@ != null';
    case 'eq':
      return typeof test.value === 'string' ? textPath([test.value], '$') : `@ == ${test.value}`;
    case 'in':
      return inPath(test.values);
    case 'prefix':
      return textPath([test.value], '');
    default:
      return `@ ${SIGNS[test.op]} ${JSON.stringify(test.value)}`;
  }
}

const SIGNS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const satisfies Record<Range, string>;

function inPath(values: Scalar[]): string {
  const texts = values.filter((value) => typeof value === 'string');
  const others = values.filter((value) => typeof value !== 'string').map((value) => `@ == ${value}`);
  return [...(texts.length > 0 ? [textPath(texts, '$')] : []), ...others].join(' || ');
}

/** Any of the texts, in any case. What has no case is compared as it is: patterns take long to make. */
function textPath(texts: string[], end: '$' | ''): string {
  const same = texts.filter((text) => !hasCase(text)).map((text) => (end === '$' ? `@ == ${JSON.stringify(text)}` : `@ starts with ${JSON.stringify(text)}`));
  const patterns = texts.filter(hasCase).map((text) => [...text].map(patternOf));
  const alike = patterns.length > 0 ? [`@ like_regex ${JSON.stringify(`^${patternOfAny(patterns)}${end}`)}`] : [];
  return [...same, ...alike].join(' || ');
}

/**
 * One pattern for several texts, each as the patterns of its characters. What they begin with in common stands once:
 * left side by side, a hundred names that begin alike took 90 µs for every row.
 */
function patternOfAny(texts: string[][]): string {
  const [first = []] = texts;
  let common = 0;
  while (common < first.length && texts.every((text) => text[common] === first[common])) common += 1;
  const begun = first.slice(0, common).join('');
  const rests = Map.groupBy(
    texts.filter((text) => text.length > common),
    (text) => text[common],
  );
  if (rests.size === 0) return begun;
  const ways = [...rests.values()].map((some) => patternOfAny(some.map((text) => text.slice(common))));
  return `${begun}(?:${ways.join('|')})${texts.some((text) => text.length === common) ? '?' : ''}`;
}

const hasCase = (text: string) => [...text].some((character) => variantsOf(character).length > 1);

// Written out, because what the flag for "any case" takes for a letter depends on the database's locale.
function patternOf(character: string): string {
  const variants = variantsOf(character);
  if (variants.length > 1) return `[${variants.join('')}]`;
  return /[!-/:-@[-`{-~]/.test(character) ? `\\${character}` : character;
}

/** A character in its cases, as far as each is one character. */
export function variantsOf(character: string): string[] {
  const cases = [character, character.toLowerCase(), character.toUpperCase()];
  return [...new Set(cases)].filter((variant) => [...variant].length === 1);
}

/**
 * Whether the text in any case folds to the same: only then do words and sort keys tell where it is. The small sigma is
 * another at the end of a word, which a beginning does not know.
 */
export function foldsAlike(text: string): boolean {
  return !/[σςΣ]/.test(text) && [...text].every((character) => variantsOf(character).every((variant) => fold(variant) === fold(character)));
}
