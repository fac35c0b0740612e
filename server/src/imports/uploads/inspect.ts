// Looks at a file while it arrives, chunk by chunk: how it is written, how many rows it has, what is wrong with its form.
// What it says in its rows is for the job to judge.
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { cut } from '../../families/cut.ts';
import { limits } from '../../http/limits.ts';
import { headerKey } from '../csv/mapping.ts';
import { type Cutter, createCutter, FILE_START, type Place, type RowTaker, type Separator, TORN, Unreadable } from '../csv/read.ts';
import { ownColumns } from '../csv/report.ts';
import { cellsOf } from '../csv/row.ts';
import { namedSeparator, separatorOf } from '../csv/separator.ts';

/** As the table keeps it. */
export interface Inspection {
  encoding: Encoding;
  separator: Separator | null;
  separatorValid: boolean;
  fileEncodingValid: boolean;
  /** Whether a job can read the file to its end. Rows that are badly written do not hinder it. */
  importable: boolean;
  /** The headers in the order of the file, as many as a file can have. */
  columns: string[];
  /** Rows that have something in them, the header not among them. */
  rows: number;
  /** Where the first of them begins. */
  start: Place;
  /** The first of all faults. */
  errors: LineFault[];
  errorCount: number;
}

export type Encoding = 'UTF-8' | 'UTF-8 with BOM' | 'UTF-16' | 'unknown';

export interface LineFault {
  lineNumber: number;
  message: string;
}

export interface Inspector {
  push(chunk: Buffer): void;
  /** Whether there is no point in keeping the file. */
  readonly hopeless: boolean;
  end(): { inspection: Inspection; sha256: Buffer };
}

/** @param rowsMax null for any number */
export function createInspector(rowsMax: number | null): Inspector {
  const hash = createHash('sha256');
  const { found, end, take } = createJudge(rowsMax);
  let cutter: Cutter | undefined;
  let kept: Buffer[] = [];
  let keptBytes = 0;
  // A first row that has not ended is looked at again only when there is twice as much of it: see createCutter.
  let enough = HEAD_BYTES;

  /** Nothing more is cut once the file is known to be of no use. */
  const cut = (work: () => void) => {
    try {
      if (found.importable) work();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      end(error.line, error.message);
    }
  };
  const begin = (final: boolean) => {
    const head = Buffer.concat(kept, keptBytes);
    found.encoding = encodingOf(head);
    if (found.encoding === 'UTF-16') {
      found.fileEncodingValid = false;
      return end(1, 'The file is written in UTF-16; save it as UTF-8.');
    }
    const named = namedSeparator(head);
    const separator = named?.separator ?? separatorOf(head, final);
    if (separator === undefined && !final && head.length <= limits.importLineBytesMax) {
      kept = [head];
      enough = 2 * head.length;
      return;
    }
    // Without one, the cutter says what is wrong with the first row.
    found.separator = separator ?? ',';
    cutter = createCutter(found.separator, named?.start);
    cutter.push(head.subarray(named?.start.byte ?? 0), take);
    kept = [];
  };

  return {
    push(chunk) {
      hash.update(chunk);
      cut(() => {
        if (cutter) return cutter.push(chunk, take);
        kept.push(chunk);
        keptBytes += chunk.length;
        if (keptBytes >= enough) begin(false);
      });
    },
    get hopeless() {
      return !found.importable;
    },
    end() {
      cut(() => {
        if (!cutter) begin(true);
        if (found.importable) cutter?.end(take);
        if (!found.importable) return;
        if (found.columns.length === 0) end(1, 'The file is empty.');
        else if (found.rows === 0) end(1, 'The file has a header and no rows.');
      });
      return { inspection: found, sha256: hash.digest() };
    },
  };
}

/** Judges rows one after the other; the first is the header. */
function createJudge(rowsMax: number | null): { found: Inspection; end(line: number, message: string): void; take: RowTaker } {
  const found: Inspection = {
    encoding: 'UTF-8',
    separator: null,
    separatorValid: true,
    fileEncodingValid: true,
    importable: true,
    columns: [],
    rows: 0,
    start: FILE_START,
    errors: [],
    errorCount: 0,
  };
  const tell = (lineNumber: number, message: string) => {
    found.errorCount += 1;
    if (found.errors.length < limits.importFaultsMax) found.errors.push({ lineNumber, message });
  };
  /** Of what makes the file useless, the first is told even where there were many faults before; nothing after it counts. */
  const end = (lineNumber: number, message: string) => {
    found.importable = false;
    found.errorCount += 1;
    found.errors = [...found.errors.slice(0, limits.importFaultsMax - 1), { lineNumber, message }];
  };
  const take: RowTaker = (bytes, start, row, { byte, line }) => {
    if (!found.importable) return;
    const text = bytes.subarray(start, row.textEnd);
    const fault = faultOfText(text);
    if (fault !== undefined) {
      found.fileEncodingValid = false;
      if (!isUtf8(text)) found.encoding = 'unknown';
      return end(line, fault);
    }
    if (found.columns.length === 0) {
      const columns = cellsOf(bytes, start, row, text.toString()).map((header) => header.trim());
      found.columns = columns.slice(0, limits.importColumnsMax + ownColumns(columns));
      found.start = { byte: byte + row.end - start, line: line + row.lines };
      found.separatorValid = columns.length > 1;
      for (const message of faultsOfHeader(columns)) end(line, message);
      return;
    }
    found.rows += 1;
    if (rowsMax !== null && found.rows > rowsMax) return end(line, `The file has more than ${rowsMax} rows.`);
    if (row.torn) tell(line, TORN);
    if (row.count !== found.columns.length) tell(line, `The row has ${row.count} cells, the header has ${found.columns.length}.`);
  };
  return { found, end, take };
}

/** What is looked at to tell encoding and separator; more, where the first row is longer. */
const HEAD_BYTES = 16 * 1024;

function encodingOf(head: Buffer): Encoding {
  const [first, second, third] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'UTF-16';
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'UTF-8 with BOM';
  // Without a BOM, every other byte of Western text is 0.
  let zeros = 0;
  for (const byte of head) if (byte === 0) zeros += 1;
  return head.length > 1 && zeros * 4 >= head.length ? 'UTF-16' : 'UTF-8';
}

function faultOfText(text: Buffer): string | undefined {
  if (!isUtf8(text)) return 'The file is not written in UTF-8, but perhaps in ISO 8859-1 or Windows-1252; save it as UTF-8.';
  return text.includes(0) ? 'The file has a NUL character, which no text has.' : undefined;
}

function faultsOfHeader(columns: readonly string[]): string[] {
  const count = columns.length - ownColumns(columns);
  if (count > limits.importColumnsMax) return [`The file has ${count} columns; it can have ${limits.importColumnsMax}.`];
  if (columns.length === 1) return ['The file has one column only. Columns are separated by commas, semicolons or tabs.'];
  const data = columns.find((header) => DATA.test(header));
  if (data !== undefined) return [`The file has no header: its first row has "${cut(data, 100)}", which looks like data.`];
  const faults = columns.flatMap((header, i) => (header === '' ? [`Column ${i + 1} has no header.`] : []));
  const keys = columns.map(headerKey);
  const twice = columns.filter((header, i) => header !== '' && keys.indexOf(headerKey(header)) < i);
  return [...faults, ...twice.map((header) => `The header "${cut(header, 100)}" stands twice.`)];
}

/** An e-mail address, a number, a phone number: no header that anybody gives. */
const DATA = /^[^\s@]+@[^\s@]+\.[^\s@]+$|^\+?\d[\d\s()./-]*$/;
