// What a filter's records have among their words, so that the index finds them and only they are checked: a filter on
// a last name and a city visits those who have both words.
import type { Field, Filter, Test } from './filter.ts';
import { foldsAlike } from './filter-path.ts';
import { anyTextQuery, beginningQuery, cutQuery, digitsQuery, idQuery, textQuery } from './words.ts';

/** @returns a tsquery that every record meets which the filter lets pass, and others; undefined where words say nothing of it */
export function wordsOf(filter: Filter, wordPrefix: string): string | undefined {
  const narrowed = narrow(filter, wordPrefix);
  return narrowed && `(${narrowed} | ${cutQuery(wordPrefix)})`;
}

function narrow(filter: Filter, wordPrefix: string): string | undefined {
  if ('all' in filter) return conjunction(filter.all.map((part) => narrow(part, wordPrefix)));
  if ('any' in filter) return disjunction(filter.any.map((part) => narrow(part, wordPrefix)));
  if ('not' in filter) return undefined;
  return conjunction(filter.tests.map((test) => testQuery(test, filter.found, wordPrefix)));
}

function testQuery(test: Test, found: Field['found'], wordPrefix: string): string | undefined {
  const texts = test.op === 'eq' || test.op === 'prefix' ? [test.value] : test.op === 'in' ? test.values : [];
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string' && foldsAlike(text))) return undefined;
  const [only] = texts as [string];
  switch (found) {
    case undefined:
      return undefined;
    case 'text':
      if (test.op === 'prefix') return beginningQuery(wordPrefix, only);
      return test.op === 'eq' ? textQuery(wordPrefix, only) : anyTextQuery(wordPrefix, texts as string[]);
    case 'digits':
      return disjunction((texts as string[]).map((text) => digitsQuery(wordPrefix, text, test.op !== 'prefix')));
    case 'id':
      return test.op === 'prefix' ? undefined : disjunction((texts as string[]).map((text) => idQuery(wordPrefix, text)));
  }
}

/** Every part must hold, and so those that say something. */
function conjunction(parts: (string | undefined)[]): string | undefined {
  const known = parts.filter((part) => part !== undefined);
  return known.length > 0 ? `(${known.join(' & ')})` : undefined;
}

/** Only where every part says something is there nothing else to look for. */
function disjunction(parts: (string | undefined)[]): string | undefined {
  const known = parts.filter((part) => part !== undefined);
  return known.length > 0 && known.length === parts.length ? `(${known.join(' | ')})` : undefined;
}
