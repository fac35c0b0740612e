// What tests of exports share: an export that is waited for, and what its file says.
import { gunzipSync } from 'node:zlib';
import { must } from './access-callers.ts';
import { E } from './directory.ts';
import { until } from './importing.ts';
import type { Json } from './sdk.ts';
import type { Server } from './server.ts';

export const X = '/liaison/v1/exports';
export const CONTACT_EXPORTS = `${E}/contacts/exports`;

/** Starts an export and waits until it has ended, either way. */
export async function exportOf(server: Server, body: Json, { token, path = X }: { token?: string; path?: string } = {}): Promise<Json> {
  const { selfUri } = await must(server, 'POST', path, body, token);
  return until(
    () => must(server, 'GET', selfUri, undefined, token),
    ({ status }) => status !== 'RUNNING',
  );
}

export async function fileOf({ downloadUrl, gzip, statusDetails }: Json): Promise<string> {
  if (downloadUrl === undefined) throw new Error(`there is no file: ${statusDetails}`);
  const response = await fetch(downloadUrl);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  return (gzip ? gunzipSync(bytes) : bytes).toString();
}

/** The records of an NDJSON file. */
export const objectsOf = async (exported: Json): Promise<Json[]> =>
  (await fileOf(exported))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** The rows of a CSV file (RFC 4180), by the names of their columns; what is empty is left out. */
export async function rowsOf(exported: Json): Promise<Record<string, string>[]> {
  const [header = [], ...rows] = cellsOf(await fileOf(exported));
  return rows.map((cells) => {
    if (cells.length !== header.length) throw new Error(`${cells.length} cells under ${header.length} columns: ${cells}`);
    return Object.fromEntries(cells.flatMap((cell, i) => (cell === '' ? [] : [[header[i], cell]])));
  });
}

export function cellsOf(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (end === '' && row.length === 1 && row[0] === '') break;
    rows.push(row);
    row = [];
    if (end === '') break;
  }
  return rows;
}
