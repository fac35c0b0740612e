// Guarded writes: a flight of statements whose guards end it where the world is not as expected. What exactly was
// wrong is asked afterwards, so that a write that goes well costs one round trip and nothing more.
import type { Door, Row, Step } from '../db/database.ts';
import { Refusal, refuse } from '../http/errors.ts';
import { type Divisions, includesDivision, type Principal, UNASSIGNED } from '../http/principal.ts';

// LI001: a guard of ours (the function expect). 23503: a foreign key, where a record vanished in between.
const OBJECTIONS = new Set(['LI001', '23503']);
export const TRIES = 3;

/** Whether a flight was ended by one of its guards. */
export const isObjection = (error: unknown): boolean => OBJECTIONS.has((error as { code?: string }).code ?? '');

/**
 * @param explain looks for the reason of an objection; where it finds none, the world has changed and the write is
 *   tried again
 */
export async function guarded(door: Door, steps: readonly Step[], explain: () => Promise<Refusal | undefined>): Promise<Row[][]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await door.flight(steps);
    } catch (error) {
      if (!isObjection(error)) throw error;
      const refusal = await explain();
      if (refusal) throw refusal;
      if (tries === TRIES) throw refuse('conflict', { params: { reason: 'It keeps changing; try again.' }, cause: error });
    }
  }
}

/** The body that a flight's last statement read back. */
export function bodyOf(results: Row[][]): string {
  const body = results.at(-1)?.[0]?.body;
  if (typeof body !== 'string') throw new Error('a flight read nothing back');
  return body;
}

export interface Access {
  principal: Principal;
  /** Where the caller may do what the operation does. */
  divisions: Divisions;
  /** Where the caller may see such records. */
  visible: Divisions;
  permissions: string;
}

/** How the records of one kind are found, and who may see and write them. */
export interface Records {
  what: string;
  stored(door: Door, orgId: string, ids: string[]): Promise<(StoredRecord & { id: string })[]>;
  visible(principal: Principal): Divisions;
  /** The permission that a refusal names. */
  edit: string;
}

/** @throws Refusal where the record is hidden from the caller (404) or closed to the operation (403) */
export async function requireRecord(call: { principal: Principal; door: Door; divisions: Divisions }, records: Records, id: string): Promise<StoredRecord> {
  const [found] = await records.stored(call.door, call.principal.orgId, [id]);
  const { principal, divisions } = call;
  const missing = explainRecord(records.what, found && { ...found, merged_into: null }, {
    principal,
    divisions,
    visible: records.visible(principal),
    permissions: records.edit,
  });
  if (missing || !found) throw missing ?? refuse('not.found');
  return found;
}

export interface StoredRecord {
  division_id: string;
  version: number;
  /** The canonical contact of one that was merged away: what is to be done is to be done to that. */
  merged_into?: string | null;
}

/** What a write says of the record that it found. */
export interface Wanted {
  /** Null for the one that it has. */
  division_id?: string | null;
  /** Null or undefined for any. */
  version?: number | null | undefined;
}

/**
 * Why a record may not be written: hidden records do not exist for the caller (404), visible ones may still be closed
 * to writing (403), it may be merged away (409), it may have changed since the caller read it (412), and its division is
 * fixed (409).
 */
export function explainRecord(what: string, stored: StoredRecord | undefined, access: Access, wanted: Wanted = {}): Refusal | undefined {
  const open = stored && includesDivision(access.divisions, stored.division_id);
  if (!stored || !(open || includesDivision(access.visible, stored.division_id))) return refuse('not.found');
  if (!open) return refuse('missing.division.permission', { params: { permissions: access.permissions } });
  if (stored.merged_into) return mergedAway(stored.merged_into);
  if (typeof wanted.version === 'number' && wanted.version !== stored.version)
    return refuse('version.mismatch', { params: { stored: stored.version, wanted: wanted.version } });
  const wantedDivision = wanted.division_id ?? stored.division_id;
  if (wantedDivision === stored.division_id) return undefined;
  return refuse('division.change.not.allowed', { params: { what, stored: shown(stored.division_id), wanted: shown(wantedDivision) } });
}

/** @param canonical the contact that it was merged into at last */
export const mergedAway = (canonical: string): Refusal =>
  refuse('contact.merged.away', { params: { canonical }, details: [{ errorCode: 'contact.merged.away', entityId: canonical }] });

/** The contact that a refused write is meant for: the canonical one of what was merged away; undefined for any other outcome. */
export const canonicalOf = (outcome: unknown): string | undefined =>
  outcome instanceof Refusal && outcome.code === 'contact.merged.away' ? outcome.facts.details?.[0]?.entityId : undefined;

const shown = (division: string) => (division === UNASSIGNED ? '*' : division);
