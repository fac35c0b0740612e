// Which separator a file has: the one that it names in a line before its header, as spreadsheets write and read it; else the one
// that cuts its first row into the most cells.
import { type Place, SEPARATORS, type Separator } from './read.ts';
import { emptyRow, isBlank, readRow } from './row.ts';

/** @returns what the first line names, and the place behind it; undefined where it is no such line */
export function namedSeparator(head: Buffer): { separator: Separator; start: Place } | undefined {
  const [line, separator] = NAMED.exec(head.toString('latin1', 0, NAMED_BYTES_MAX)) ?? [];
  return line === undefined ? undefined : { separator: separator as Separator, start: { byte: line.length, line: 2 } };
}

// With a byte-order mark or without.
const NAMED = /^(?:\xef\xbb\xbf)?"?sep=([,;\t])"?(?:\r\n|\n|\r)/i;
const NAMED_BYTES_MAX = 12;

/**
 * @param head the beginning of the file, from its first byte
 * @param final whether that is all of it
 * @returns undefined where the first row that has anything in it does not end there
 */
export function separatorOf(head: Buffer, final: boolean): Separator | undefined {
  const counted = SEPARATORS.map((separator) => ({ separator, cells: cellsOfFirst(head, final, separator) }));
  return counted.filter(({ cells }) => cells > 0).sort((a, b) => b.cells - a.cells)[0]?.separator;
}

function cellsOfFirst(head: Buffer, final: boolean, separator: Separator): number {
  const row = emptyRow();
  const code = separator.charCodeAt(0);
  for (let at = head.indexOf('\ufeff') === 0 ? 3 : 0; at < head.length && readRow(head, at, code, final, row); at = row.end)
    if (!isBlank(row)) return row.count;
  return 0;
}
