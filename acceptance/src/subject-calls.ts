// What tests of a person's rights share: an erasure and an archive that are waited for, and a look into every table and
// every file for what must not be there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { must } from './access-callers.ts';
import { until } from './importing.ts';
import type { Json, Server } from './server.ts';

export const ERASURES = '/liaison/v1/subjects/erasures';
export const ACCESS = '/liaison/v1/subjects/access';

/** @returns the erasure once it is completed */
export async function erase(server: Server, body: object, token?: string): Promise<Json> {
  const { selfUri } = await must(server, 'POST', ERASURES, body, token);
  return until(
    () => must(server, 'GET', selfUri, undefined, token),
    ({ status }) => status === 'completed',
  );
}

/** @returns the archive once there is a link to it */
export async function collect(server: Server, body: object, token?: string): Promise<Json> {
  const { selfUri } = await must(server, 'POST', ACCESS, body, token);
  return until(
    () => must(server, 'GET', selfUri, undefined, token),
    ({ downloadUrl }) => downloadUrl !== undefined,
  );
}

export async function download({ downloadUrl }: Json): Promise<{ text: string; headers: Headers }> {
  const response = await fetch(downloadUrl);
  if (response.status !== 200) throw new Error(`no archive: ${response.status} ${await response.text()}`);
  return { text: await response.text(), headers: response.headers };
}

/** The tables in which one of the texts stands, in any column, whatever its case. */
export async function tablesWith(client: Client, texts: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "select relname as name from pg_class where relkind in ('r', 'p', 'm') and relnamespace = 'public'::regnamespace",
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const { rows: hits } = await client.query(
      `select left(x::text, 2000) as row from ${name} x where exists (select from unnest($1::text[]) t (text) where strpos(lower(x::text), lower(t.text)) > 0) limit 1`,
      [texts],
    );
    if (hits.length > 0) found.push(`${name}: ${hits[0].row}`);
  }
  return found;
}

/** The files of the data folder, but for PostgreSQL's own, in which one of the texts stands. */
export function filesWith(server: Server, texts: readonly string[]): string[] {
  const paths = readdirSync(server.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(server.folder, 'postgres')))
    .map((entry) => join(entry.parentPath, entry.name));
  // What has gone meanwhile holds nothing.
  const contentOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').toLowerCase() : '');
  return paths.filter((path) => texts.some((text) => contentOf(path).includes(text.toLowerCase())));
}

/** Every text in a value, at any depth. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
