// Custom fields, by the core type that a field's key ends with.
import { type Comparison, oneValue } from './comparison.ts';
import { coreTypeOf, NO_WORDS } from './features.ts';
import { CLOSE, CODE_LEVELS, codeLevel, lettersOfWords, NO_EVIDENCE, SAME, TEXT_LEVELS, wordsLevel } from './levels.ts';
import { compareDays } from './similarity.ts';

export function customField(key: string): Comparison {
  const type = coreTypeOf(key);
  const isText = type === 'text' || type === 'url';
  const isCode = type === 'identifier' || type === 'date' || type === 'datetime';
  const level = type === 'identifier' ? codeLevel : isCode ? dayLevel : (a: string, b: string) => (a === b ? 0 : 1);
  return {
    name: `customFields.${key}`,
    levels: isText ? TEXT_LEVELS : isCode ? CODE_LEVELS : ['same', 'different'],
    // A text may be about a household or a company; an id or a day is a person's own.
    shared: !isCode,
    weighsValues: isText || isCode,
    values: (record) => oneValue(record.custom[key]?.bare ?? ''),
    ...(isText ? { resembling: (record) => [lettersOfWords(record.custom[key] ?? NO_WORDS)] } : {}),
    compare: (pair) => {
      const a = pair.a.custom[key];
      const b = pair.b.custom[key];
      if (a === undefined || b === undefined) return NO_EVIDENCE;
      pair.value = a.bare;
      return isText ? wordsLevel(a, b) : level(a.bare, b.bare);
    },
  };
}

const dayLevel = (a: string, b: string): number => {
  const found = compareDays(a, b);
  return found === 'same' ? SAME : found === 'close' ? CLOSE : CLOSE + 1;
};
