// Scans: every record of a kind in the order of ids, or what was changed since a moment in the order of changes, page by
// page, each page with a cursor to the next. One shape for contacts, organizations, notes and relationships, in one
// division or across all that may be seen.
import { refuse } from '../http/errors.ts';
import type { Principal } from '../http/principal.ts';
import { readCursor } from './cursor.ts';
import { cursorPage } from './cursor-page.ts';
import { readMoment } from './date.ts';

export interface ScanCall {
  principal: Principal;
  query: { limit?: number; cursor?: string; modifiedSince?: string };
  url: string;
}

/** A page begins behind an id; in the order of changes, behind a moment and an id. */
export interface ScanPlace {
  id: string;
  modifiedAt: string | null;
}

export interface Scanned {
  id: string;
  body: string;
  /** When it was changed, as PostgreSQL writes it in JSON: to the microsecond. Only in the order of changes. */
  modifiedAt?: string | null;
}

/**
 * @param listing names what is scanned, so that a cursor fits no other scan
 * @param page reads the records behind a place, in order
 * @throws Refusal 400 for a modifiedSince that is no moment, 422 for a cursor of another scan
 */
export async function scan(call: ScanCall, listing: string, page: (after: ScanPlace, size: number) => Promise<Scanned[]>): Promise<string> {
  const { limit: size = DEFAULT_LIMIT, cursor, modifiedSince } = call.query;
  const start = modifiedSince === undefined ? START : { ...START, modifiedAt: momentOf(modifiedSince) };
  const whole = modifiedSince === undefined ? listing : `${listing} since ${start.modifiedAt}`;
  const rows = await page(cursor ? (JSON.parse(readCursor(call.principal, whole, cursor)) as ScanPlace) : start, size + 1);
  return cursorPage(call, whole, rows, size, { bodyOf: ({ body }) => body, placeOf: (row) => JSON.stringify(placeOf(row)) });
}

const placeOf = ({ id, modifiedAt = null }: Scanned): ScanPlace => ({ id, modifiedAt });

function momentOf(value: string): string {
  const ms = readMoment(value);
  if (ms === undefined)
    throw refuse('invalid.query.param.value', { params: { name: 'modifiedSince', value, rule: 'It takes a date and time such as 2026-01-31T10:00:00Z.' } });
  return new Date(ms).toISOString();
}

const DEFAULT_LIMIT = 100;
/** Before every id. */
const START: ScanPlace = { id: '00000000-0000-0000-0000-000000000000', modifiedAt: null };
