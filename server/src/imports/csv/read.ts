// Reads a CSV file as rows, in batches that fit one transaction, from any row on: what an import job does, and what looks
// at a file while it arrives. Memory is bounded by the batch, whatever the file.
import { limits } from '../../http/limits.ts';
import { cellsOf, emptyRow, isBlank, type Row, readRow } from './row.ts';

export type Separator = ',' | ';' | '\t';
export const SEPARATORS: readonly Separator[] = [',', ';', '\t'];

/** Where in a file: at the start of a row. */
export interface Place {
  byte: number;
  /** Counted from 1; line ends within quotes count, too. */
  line: number;
}

export const FILE_START: Place = { byte: 0, line: 1 };

export interface CsvRow {
  /** The line that the row starts in. */
  line: number;
  cells: string[];
  /** As it stands in the file, without its line end. */
  raw: string;
  /** What is wrong with how it is written, for people; its cells are then a guess. */
  fault?: string;
  /** Behind the row: reading on from there continues with the next one. */
  end: Place;
}

/** A file that cannot be read on. */
export class Unreadable extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

export const TORN = 'Something follows a closing quote. Quotes within a quoted cell are written twice.';

/** Cuts chunks into rows, wherever they were cut before. The Row is the same one each time. */
export interface Cutter {
  /** @throws Unreadable for a row without end */
  push(chunk: Buffer, row: RowTaker): void;
  end(row: RowTaker): void;
}

/** @param start of the row within the bytes, all of which are UTF-8 if the file is */
export type RowTaker = (bytes: Buffer, start: number, row: Row, place: Place) => void;

export function createCutter(separator: Separator, from: Place = FILE_START): Cutter {
  const row = emptyRow();
  const code = separator.charCodeAt(0);
  let kept: Buffer[] = [];
  let keptBytes = 0;
  // A row that has not ended is looked at again only when there is twice as much of it, so that a long one costs no square.
  let enough = 0;
  let place = from;
  const cut = (final: boolean, take: RowTaker) => {
    const bytes = kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept, keptBytes);
    let at = place.byte === 0 && bytes.indexOf(BOM) === 0 ? BOM.length : 0;
    let { byte, line } = place;
    byte += at;
    while (at < bytes.length && readRow(bytes, at, code, final, row)) {
      const size = row.end - at;
      if (size > limits.importLineBytesMax) throw tooLong(line, false);
      if (!isBlank(row)) take(bytes, at, row, { byte, line });
      at = row.end;
      byte += size;
      line += row.lines;
    }
    const left = bytes.length - at;
    if (final && left > 0) throw new Unreadable(line, 'A quote is opened in the row that begins here and is not closed.');
    if (left > limits.importLineBytesMax) throw tooLong(line, row.open);
    place = { byte, line };
    kept = left > 0 ? [bytes.subarray(at)] : [];
    keptBytes = left;
    enough = 2 * left;
  };
  return {
    push(chunk, take) {
      kept.push(chunk);
      keptBytes += chunk.length;
      if (keptBytes >= enough || keptBytes > limits.importLineBytesMax) cut(false, take);
    },
    end: (take) => cut(true, take),
  };
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** @param quoted whether it ran into the limit within quotes: whether these are ever closed is not waited for */
const tooLong = (line: number, quoted: boolean) =>
  new Unreadable(line, `The row that begins here is longer than ${limits.importLineBytesMax} bytes${quoted ? '; perhaps a quote in it is not closed' : ''}.`);

export interface Reading {
  separator: Separator;
  /** Where the stream begins in the file. */
  from?: Place;
  /** Rows of a batch at most. */
  size?: number;
}

/**
 * The rows of a file, but for those that are blank.
 * @throws Unreadable where it cannot be read on
 */
export async function* rowsOf(
  stream: AsyncIterable<Buffer>,
  { separator, from = FILE_START, size = limits.importChunkRows }: Reading,
): AsyncGenerator<CsvRow[]> {
  const cutter = createCutter(separator, from);
  let batch: CsvRow[] = [];
  let bytes = 0;
  const full: CsvRow[][] = [];
  const take: RowTaker = (buffer, start, row, place) => {
    const end = { byte: place.byte + row.end - start, line: place.line + row.lines };
    const raw = buffer.toString('utf8', start, row.textEnd);
    const read: CsvRow = { line: place.line, cells: cellsOf(buffer, start, row, raw), raw, end };
    if (row.torn) read.fault = TORN;
    batch.push(read);
    bytes += row.end - start;
    if (batch.length < size && bytes < limits.importChunkBytes) return;
    full.push(batch);
    batch = [];
    bytes = 0;
  };
  for await (const chunk of stream) {
    cutter.push(chunk, take);
    yield* full.splice(0);
  }
  cutter.end(take);
  yield* full;
  if (batch.length > 0) yield batch;
}
