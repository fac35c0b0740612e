// What links requests into sequences.
import type { Operation } from '../served-contract.ts';
import type { Random } from './random.ts';

/** What earlier answers and requests left: sequences are linked by it. */
export interface Memory {
  /** An id of a record of the noun. */
  id(noun: string, random: Random): string | undefined;
  /** A text that some record has: an e-mail address, a number, a name. */
  text(random: Random): string | undefined;
  remember(text: string): void;
  /** A whole object of a schema that an answer had, by the schema's reference. */
  object(reference: string, random: Random): object | undefined;
}

/** What the memory knows besides single ids: ids that belong together, such as a contact's and its note's. */
export interface LinkedMemory extends Memory {
  chain(path: string, random: Random): Record<string, string> | undefined;
  cursor(operation: Operation, random: Random): string | undefined;
}
