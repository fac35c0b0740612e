// What a record is found by, and what a search asks for. A record's words are folded pieces of its texts, each behind
// the organization's own prefix. What is nearly unique (e-mail addresses, social and external ids) stands whole behind
// "=", away from the words: among them, every address that begins with jo would be visited by a search for jo, which
// made it four times as slow at a million contacts.

import type { CountryCode } from 'libphonenumber-js/max';
import { limits } from '../http/limits.ts';
import { fold } from './fold.ts';
import { readNumber } from './numbering.ts';

export interface Findable {
  /** Names, titles, addresses, e-mail addresses: found by any piece, from its beginning. */
  texts: readonly (string | null | undefined)[];
  /** Social and external ids: found whole. */
  ids?: readonly (string | null | undefined)[];
}

/** @returns the lexemes of a record, each once */
export function recordWords(wordPrefix: string, { texts, ids = [] }: Findable): string[] {
  const words = new Set<string>();
  for (const text of texts) {
    if (!text) continue;
    for (const chunk of fold(text).split(SPACE)) {
      const pieces = piecesOf(chunk);
      for (const piece of pieces) words.add(piece);
      if (isAddress(chunk)) words.add(`=${chunk}`);
      else if (pieces.length > 1) words.add(pieces.join(''));
    }
  }
  for (const id of ids) if (id) words.add(`=${fold(id)}`);
  // Words that are different may be the same where they are cut.
  const lexemes = new Set<string>();
  let bytes = 0;
  for (const word of words) {
    const made = lexeme(wordPrefix, word);
    bytes += Buffer.byteLength(made);
    if (bytes > limits.recordWordsBytesMax) {
      lexemes.add(lexeme(wordPrefix, CUT));
      break;
    }
    lexemes.add(made);
  }
  return [...lexemes];
}

export interface SearchQuery {
  /** A tsquery that takes each word as the beginning of one. */
  prefix: string;
  /** The same with whole words only: its hits come first. */
  whole: string;
}

/**
 * All words must match. A term in double quotes is taken literally; any other term that can be a phone number, and a
 * search that is one as a whole, is looked up as E.164 (the API's rule for `q`).
 * @returns undefined where nothing is left to search for, which finds nothing
 */
export function searchQuery(wordPrefix: string, q: string, defaultCountry: string): SearchQuery | undefined {
  const terms = termsOf(q, defaultCountry).slice(0, limits.searchWordsMax);
  if (terms.length === 0) return undefined;
  const query = (star: ':*' | '') => {
    const all = new Set(terms.map((term) => `(${term.map((way) => conjunction(wordPrefix, way, star)).join(' | ')})`));
    // An id may have spaces in it.
    return terms.length === 1 ? [...all].join() : `(${[...all].join(' & ')}) | ${conjunction(wordPrefix, [`=${fold(q.trim())}`], '')}`;
  };
  return { prefix: query(':*'), whole: query('') };
}

/** Finds the records that have exactly this id among theirs. */
export function idQuery(wordPrefix: string, id: string): string {
  return conjunction(wordPrefix, [`=${fold(id)}`], '');
}

/**
 * Finds the records that have this text among theirs, and others that have the same words.
 * @returns undefined for what has no words
 */
export function textQuery(wordPrefix: string, text: string): string | undefined {
  return every(recordWords(wordPrefix, { texts: [text] }).map((one) => quote(one, '')));
}

/**
 * The same for any of the texts. Of each counts its longest word alone, as the rarest: a hundred texts with all of their
 * words took a second at 200,000 contacts.
 */
export function anyTextQuery(wordPrefix: string, texts: string[]): string | undefined {
  const longest = texts.map((text) => recordWords(wordPrefix, { texts: [text] }).toSorted((a, b) => b.length - a.length)[0]);
  return longest.every((one) => one !== undefined) ? `(${[...new Set(longest)].map((one) => quote(one, '')).join(' | ')})` : undefined;
}

/** The same for texts that begin so. Behind other words, one of which but a letter or two is known finds too many to help. */
export function beginningQuery(wordPrefix: string, text: string): string | undefined {
  const pieces = piecesOf(fold(text));
  const last = pieces.pop();
  const whole = pieces.map((piece) => quote(lexeme(wordPrefix, piece), ''));
  return every(last === undefined || (whole.length > 0 && last.length < BEGINNING_MIN) ? whole : [quote(lexeme(wordPrefix, last), ':*'), ...whole]);
}

const BEGINNING_MIN = 3;

const every = (quotes: string[]) => (quotes.length > 0 ? `(${quotes.slice(0, limits.searchWordsMax).join(' & ')})` : undefined);

/** Finds the records with this phone number, or one that begins with it: in E.164, for what is typed has no one form. */
export function digitsQuery(wordPrefix: string, e164: string, whole: boolean): string | undefined {
  return /^\+\d{3,15}$/.test(e164) ? quote(lexeme(wordPrefix, e164.slice(1)), whole ? '' : ':*') : undefined;
}

/** Finds the records that had more words than are kept. */
export function cutQuery(wordPrefix: string): string {
  return quote(lexeme(wordPrefix, CUT), '');
}

/** One term as its ways of matching, each a list of words of which the last may be the beginning of one. */
type Term = string[][];

function termsOf(q: string, defaultCountry: string): Term[] {
  const whole = phoneOf(q, defaultCountry);
  if (whole) return [phoneTerm(q, whole)];
  const terms: Term[] = [];
  for (const [, quoted, plain] of q.matchAll(TERM)) {
    const phone = plain === undefined ? undefined : phoneOf(plain, defaultCountry);
    if (phone) terms.push(phoneTerm(plain as string, phone));
    else if (plain !== undefined) terms.push(wordTerm(fold(plain)));
    else terms.push([...wordTerm(fold(quoted ?? '')), [`=${fold(quoted ?? '').trim()}`]]);
  }
  return terms.filter((term) => term.some((way) => way.some((word) => word !== '=')));
}

function wordTerm(chunk: string): Term {
  const pieces = piecesOf(chunk);
  if (pieces.length === 0) return [];
  const ways = [pieces];
  if (isAddress(chunk)) return [[`=${chunk}`]];
  if (pieces.length > 1) ways.push([pieces.join('')]);
  ways.push([`=${chunk}`]);
  return ways;
}

function phoneTerm(typed: string, e164: string): Term {
  return [[e164.slice(1)], [typed.replace(/\D/g, '')], [`=${fold(typed.trim())}`]];
}

function phoneOf(text: string, defaultCountry: string): string | undefined {
  if (!PHONE_LIKE.test(text) || text.replace(/\D/g, '').length < 7) return undefined;
  return readNumber(text, defaultCountry as CountryCode)?.e164;
}

function conjunction(wordPrefix: string, words: string[], star: ':*' | ''): string {
  const last = words.length - 1;
  const quoted = words.map((word, i) => quote(lexeme(wordPrefix, word), i === last && (isAddress(word) || !word.startsWith('=')) ? star : ''));
  return quoted.length === 1 ? (quoted[0] as string) : `(${quoted.join(' & ')})`;
}

const quote = (made: string, star: ':*' | '') => `'${made.replaceAll('\\', '\\\\').replaceAll("'", "''")}'${star}`;

const piecesOf = (chunk: string) => chunk.split(PUNCTUATION).filter((piece) => piece !== '');

// Stands with words that were cut: it is no id, for every id has a character.
const CUT = '=';

// PostgreSQL takes lexemes of up to 2,046 bytes; identifiers are at most 255 characters.
const LEXEME_CHARACTERS = 300;

function lexeme(wordPrefix: string, word: string): string {
  return `${wordPrefix}:${word}`.slice(0, LEXEME_CHARACTERS).toWellFormed();
}

// Something before an at sign and something after it.
const isAddress = (chunk: string) => /^[^@]+@[^@]/.test(chunk);

const SPACE = /\s+/u;
const PUNCTUATION = /[^\p{L}\p{N}]+/u;
const TERM = /"([^"]*)"|(\S+)/gu;
const PHONE_LIKE = /^[+()\d\s./-]+$/;
