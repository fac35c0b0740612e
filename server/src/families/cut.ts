/**
 * The beginning of a text that comes from outside, to be shown: at most so many characters, and never half of one that takes
 * two, which neither a reader nor the database's JSON would take.
 */
export const cut = (text: string, most: number): string =>
  text.length > most ? text.slice(0, isFirstHalf(text.charCodeAt(most - 1)) ? most - 1 : most) : text;

const isFirstHalf = (code: number): boolean => code >= 0xd800 && code < 0xdc00;

/** A value in a sentence: whole where it is short, else its beginning and an ellipsis. */
export const shortened = (text: string): string => (text.length > SHOWN_CHARACTERS ? `${cut(text, SHOWN_CHARACTERS)}…` : text);

const SHOWN_CHARACTERS = 60;
