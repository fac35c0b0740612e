// The two columns that a report of refused rows has before those of the file, and by which it is known where it is sent
// again, mended: they say in which line a row was, and why it was refused.
import { headerKey } from './mapping.ts';

/** How many of a file's first columns are a report's own: two, or none. */
export function ownColumns(headers: readonly string[]): number {
  const [, number] = /^line( \(\d+\))?$/.exec(headers[0] ?? '') ?? [undefined, null];
  return number !== null && headers[1] === `reasons${number ?? ''}` ? 2 : 0;
}

/** What they are called before these columns, none of which they may share a name with. */
export function namesBefore(columns: readonly string[]): [string, string] {
  const taken = new Set(columns.map(headerKey));
  for (let count = 1; ; count += 1) {
    const number = count === 1 ? '' : ` (${count})`;
    const names: [string, string] = [`line${number}`, `reasons${number}`];
    if (!names.some((name) => taken.has(name))) return names;
  }
}
