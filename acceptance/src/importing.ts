// What tests of imports share: sources and settings, a file that is sent, a job that is waited for.
import { must, unique } from './access-callers.ts';
import { E } from './directory.ts';
import type { Json } from './sdk.ts';
import type { Server } from './server.ts';

export const I = '/liaison/v1/imports';

export interface Layout {
  sourceId: string;
  settingsId: string;
  csvSettingsId: string;
}

/** Column → target, such as `{ Id: '$.externalId' }`. */
export type Columns = Record<string, string>;

/** How the files of most tests are laid out. */
export const PEOPLE: Columns = {
  Id: '$.externalId',
  First: '$.firstName',
  Last: '$.lastName',
  Mail: '$.workEmail',
  Phone: '$.workPhone',
  Title: '$.title',
};

export const COMPANIES: Columns = {
  'Company Id': '$.externalOrganization.externalId',
  Company: '$.externalOrganization.name',
  Industry: '$.externalOrganization.industry',
};

export async function layOut(server: Server, columns: Columns, { sourceId, ...more }: Json = {}): Promise<Layout> {
  const source = sourceId ?? (await must(server, 'POST', `${E}/externalsources`, { name: unique('Source'), active: true })).id;
  const settings = await must(server, 'POST', `${E}/import/settings`, {
    name: unique('Import'),
    matchingCriteria: [],
    mergeContacts: false,
    externalSourceId: source,
    importFields: [],
    ...more,
  });
  const mappings = Object.entries(columns).map(([sourceField, targetField]) => ({ sourceField, targetField }));
  const csv = await must(server, 'POST', `${E}/import/csv/settings`, { externalSettingsId: settings.id, mappings });
  return { sourceId: source, settingsId: settings.id, csvSettingsId: csv.id };
}

/** A file of rows, each an array of cells or an object of columns. */
export const csvOf = (header: readonly string[], rows: readonly (readonly string[] | Record<string, string>)[]): string =>
  [header, ...rows.map((row) => (Array.isArray(row) ? row : header.map((column) => (row as Record<string, string>)[column] ?? '')))]
    .map((cells) => (cells as string[]).map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','))
    .join('\r\n');

/** Sends a file. @returns the upload's id */
export async function upload(server: Server, text: string, fileName = 'people.csv', token?: string): Promise<string> {
  const { uploadId, uploadUrl, uploadHeaders } = await must(server, 'POST', `${E}/import/csv/uploads`, { fileName, fileSize: Buffer.byteLength(text) }, token);
  const headers = Object.fromEntries(uploadHeaders.map(({ name, value }: { name: string; value: string }) => [name, value]));
  const answer = await fetch(uploadUrl, { method: 'PUT', headers, body: text });
  if (answer.status !== 200) throw new Error(`the file was not taken: ${answer.status} ${await answer.text()}`);
  return uploadId;
}

/** Starts a job for a file. @returns the job's id */
export async function startImport(
  server: Server,
  { csvSettingsId }: Layout,
  text: string,
  { division, token, fileName }: { division?: string; token?: string; fileName?: string } = {},
): Promise<string> {
  const uploadId = await upload(server, text, fileName);
  const body = { uploadId, settingsId: csvSettingsId, ...(division === undefined ? {} : { division: { id: division } }) };
  return (await must(server, 'POST', `${E}/import/csv/jobs`, body, token)).job.id;
}

export const jobOf = (server: Server, id: string): Promise<Json> => must(server, 'GET', `${E}/import/jobs/${id}`);
export const importOf = (server: Server, id: string): Promise<Json> => must(server, 'GET', `${I}/${id}`);
export const command = (server: Server, id: string, status: string, token?: string) =>
  server.request('PUT', `${E}/import/jobs/${id}`, { body: { jobId: id, status }, ...(token === undefined ? {} : { token }) });

/** Asks until it is as wanted. @throws with what was said last, when it took too long */
export async function until(ask: () => Promise<Json>, wanted: (said: Json) => boolean, ms = 60_000): Promise<Json> {
  for (const end = Date.now() + ms; ; ) {
    const said = await ask();
    if (wanted(said)) return said;
    if (Date.now() > end) throw new Error(`it never came to this: ${JSON.stringify(said)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const waits = ({ status, executionStep }: Json): boolean => status === 'Failed' || (status === 'Running' && executionStep === 'Validated');
export const isOver = ({ status }: Json): boolean => ['Completed', 'Failed', 'Cancelled'].includes(status);

/** Goes on with a job that waits, until it is over. */
export async function finish(server: Server, id: string, ms?: number): Promise<Json> {
  const validated = await until(() => jobOf(server, id), waits, ms);
  if (validated.status === 'Failed') return validated;
  const answer = await command(server, id, 'Continue');
  if (answer.status >= 300) throw new Error(answer.text);
  return until(() => jobOf(server, id), isOver, ms);
}

/** A whole import. */
export async function importAll(server: Server, layout: Layout, text: string, options: Parameters<typeof startImport>[3] = {}): Promise<Json> {
  return finish(server, await startImport(server, layout, text, options));
}

/** Every contact of a division, oldest first, without ids and dates of the server's making. */
export async function allContacts(server: Server, division = '*'): Promise<Json[]> {
  const found: Json[] = [];
  for (let uri: string | undefined = `${E}/scan/contacts?limit=200&divisionId=${encodeURIComponent(division)}`; uri; ) {
    const page: Json = await must(server, 'GET', uri);
    found.push(...page.entities);
    uri = page.nextUri;
  }
  return found;
}

/** Rejected rows, as the report has them: line, reasons, and the row's cells. */
export async function rejects(server: Server, id: string, report?: string): Promise<string[]> {
  const answer = await server.request('GET', `${I}/${id}/rejects${report ? `?report=${report}` : ''}`);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.text.split('\r\n').filter((line) => line !== '');
}
