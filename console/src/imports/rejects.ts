// The first rows that a job refused, read from the beginning of its report: the rest of the file stays where it is.
import { api } from '../api/api.ts';

export interface Refused {
  line: string;
  /** The column that the reason names, and what stands there; where it names none, the row as a whole is meant. */
  column: string | undefined;
  value: string | undefined;
  reason: string;
}

export type Report = 'dryRun' | 'import' | 'undo';

const BYTES = 64 * 1024;

export async function firstRefused(jobId: string, report: Report, most: number): Promise<Refused[]> {
  const rows = parse(await beginning(jobId, report), most + 1);
  const [header = [], ...refused] = rows;
  return refused
    .slice(0, most)
    .flatMap(([line = '', reasons = '', ...cells]) => split(reasons, header.slice(2)).map((reason) => cellOf(line, reason, header.slice(2), cells)));
}

export interface Left {
  kind: string;
  id: string;
  name: string;
  reason: string;
}

/** The first records that undoing an import left as they are. */
export async function firstLeft(jobId: string, most: number): Promise<Left[]> {
  const [, ...rows] = parse(await beginning(jobId, 'undo'), most + 1);
  return rows.map(([, reason = '', kind = '', id = '', name = '']) => ({ kind, id, name, reason }));
}

async function beginning(jobId: string, report: Report): Promise<string> {
  const { data } = await api.GET('/liaison/v1/imports/{jobId}/rejects', { params: { path: { jobId }, query: { report } }, parseAs: 'stream' });
  return beginningOf(data as unknown as ReadableStream<Uint8Array>);
}

/** So much of a file as a screen shows. */
export async function beginningOf(file: ReadableStream<Uint8Array>): Promise<string> {
  const reader = file.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (text.length < BYTES) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text;
}

/** Reasons stand one behind the other in one cell; each begins with the column that it is about. */
function split(reasons: string, columns: readonly string[]): string[] {
  const starts = columns
    .flatMap((column) => {
      const at: number[] = [];
      for (let i = reasons.indexOf(`${column}: `); i >= 0; i = reasons.indexOf(`${column}: `, i + 1))
        if (i === 0 || /[."] $/.test(reasons.slice(0, i))) at.push(i);
      return at;
    })
    .sort((a, b) => a - b);
  const cuts = [...new Set([0, ...starts])];
  return cuts.map((start, i) => reasons.slice(start, cuts[i + 1]).trim()).filter((reason) => reason !== '');
}

function cellOf(line: string, text: string, columns: readonly string[], cells: readonly string[]): Refused {
  const at = columns.findIndex((column) => text.startsWith(`${column}: `));
  const column = columns[at];
  return column === undefined
    ? { line, column: undefined, value: undefined, reason: text }
    : { line, column, value: cells[at], reason: text.slice(column.length + 2) };
}

/** RFC 4180, with the separator that the header shows. A row that is cut off at the end is left out. */
export function parse(text: string, rowsMax: number): string[][] {
  const separator = text[4] ?? ',';
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length && rows.length < rowsMax; i += 1) {
    const letter = text[i];
    if (quoted && letter === '"' && text[i + 1] === '"') {
      cell += '"';
      i += 1;
    } else if (letter === '"') quoted = !quoted;
    else if (quoted || (letter !== separator && letter !== '\r' && letter !== '\n')) cell += letter;
    else if (letter === separator) {
      row.push(cell);
      cell = '';
    } else if (letter === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
    }
  }
  return rows;
}
