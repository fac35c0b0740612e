// Reads small CSV files: a header, quoted fields, spaces around values dropped.
import { readFileSync } from 'node:fs';

/** @returns one object per line, keyed by the header's names; a column that a line lacks is '' */
export function readCsv<Column extends string>(file: URL, columns: readonly Column[]): Record<Column, string>[] {
  const [header = [], ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/).map(fieldsOf);
  const at = columns.map((column) => header.indexOf(column));
  const unknown = columns.filter((_, i) => at[i] === -1);
  if (unknown.length > 0) throw new Error(`${file.pathname} has no column ${unknown.join(', ')}`);
  return lines.map((fields) => Object.fromEntries(columns.map((column, i) => [column, fields[at[i] as number] ?? ''])) as Record<Column, string>);
}

function fieldsOf(line: string): string[] {
  return [...`${line},`.matchAll(FIELD)].map(([, quoted, plain = '']) => (quoted?.replaceAll('""', '"') ?? plain).trim());
}

// NOTE: no field of these files holds a line break.
const FIELD = /(?:"((?:[^"]|"")*)"|([^,]*)),/g;
