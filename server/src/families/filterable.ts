// Fields that several nouns can be filtered by.
import type { Field } from './filter.ts';

export const ID: Field = { kind: 'id' };
export const TEXT: Field = { kind: 'text' };
export const NUMBER: Field = { kind: 'number' };
export const BOOLEAN: Field = { kind: 'boolean' };
/** A text that is among the record's words. */
export const WORDS: Field = { kind: 'text', found: 'text' };
/** An id that is among the record's words, whole. */
export const OUTSIDE_ID: Field = { kind: 'text', found: 'id' };

export const ADDRESS: Record<string, Field> = Object.fromEntries(
  ['address1', 'address2', 'city', 'state', 'postalCode', 'countryCode'].map((part) => [`address.${part}`, WORDS]),
);

/** @param e164 how numbers in E.164 are among the words */
export const phone = (path: string, e164: Field = { kind: 'text', found: 'digits' }): Record<string, Field> => ({
  [`${path}.display`]: TEXT,
  [`${path}.userInput`]: TEXT,
  [`${path}.e164`]: e164,
  [`${path}.extension`]: NUMBER,
  [`${path}.acceptsSMS`]: BOOLEAN,
  [`${path}.countryCode`]: TEXT,
});

export const twitterId = (screenName: Field): Record<string, Field> => ({
  'twitterId.id': TEXT,
  'twitterId.name': TEXT,
  'twitterId.screenName': screenName,
  'twitterId.profileUrl': TEXT,
  'twitterId.verified': BOOLEAN,
});
