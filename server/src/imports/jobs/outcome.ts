// What came of a row.
import type { Writing } from '../../families/writes.ts';
import type { Refusal } from '../../http/errors.ts';
import type { Mapping, RecordKind } from '../csv/mapping.ts';
import type { Prepared } from './prepare.ts';
import { reasonsOf } from './reasons.ts';

export type Done = 'created' | 'updated' | 'merged' | 'unchanged';
/** What was done, or why nothing was. */
export type RowOutcome = Done | string[];

/** The rows of a chunk as they are written. */
export interface Chunk {
  call: Writing;
  divisionId: string;
  mapping: Mapping;
  mergeContacts: boolean;
  outcomes: Map<Prepared, RowOutcome>;
  /** The external organizations that rows belong to, once these are written. */
  organizations: Map<Prepared, string>;
  /** The rows that their organizations were made or changed by. */
  changers: Set<Prepared>;
}

export function refuseRow({ outcomes, mapping }: Chunk, prepared: Prepared, record: RecordKind, refusal: Refusal): void {
  outcomes.set(prepared, reasonsOf(refusal, mapping, record, prepared.row.cells));
}

/** A row is refused once and for all; else what was done with its contact counts, and where nothing was, with its organization. */
export function note({ outcomes }: Chunk, prepared: Prepared, done: Done): void {
  const before = outcomes.get(prepared);
  if (before === undefined || (done !== 'unchanged' && !Array.isArray(before))) outcomes.set(prepared, done);
}

/** Whether somebody else has written the record since it was read: then it is read and decided anew. */
export const isOvertaken = ({ code }: Refusal): boolean => code === 'version.mismatch' || code === 'not.found' || code === 'contact.merged.away';
