/**
 * A moment of ISO 8601 with its offset, such as 2026-01-31T10:00:00Z, to the millisecond.
 * @returns milliseconds since 1970; undefined for what is no such moment, or none that a record can have
 */
export function readMoment(text: string): number | undefined {
  const ms = DATE_TIME.test(text) ? Date.parse(text) : Number.NaN;
  return ms >= FIRST_MS && ms <= LAST_MS ? ms : undefined;
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/i;
// The years 1 to 9999: those that are written with four digits, and that PostgreSQL reads.
const FIRST_MS = -62_135_596_800_000;
const LAST_MS = 253_402_300_799_999;
