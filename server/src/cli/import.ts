// `liaison import`: a file becomes an import job of a running server.
import { constants, createReadStream, statSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Config } from '../config.ts';
import type { Wire } from '../families/wire.ts';
import { type Api, causeOf, connect, Failure } from './api.ts';
import { type Assigned, assignColumns, headerKey, isOfCompanies, type Mapping, missingFields, readTarget } from './columns.ts';
import { credentialsOf } from './credentials.ts';
import { followJob, undoJob } from './follow.ts';
import { csvSettingsFor, divisionId, findSource, mappingsOf, type Settings, settingsFor, settingsNamed, sourceNamed } from './layout.ts';
import { Misspoken, type Options } from './options.ts';
import { ask, count, createProgress, isInteractive, say } from './terminal.ts';

export const IMPORT_HELP = `liaison import: a CSV file into the directory of a running server

  liaison import FILE            checks every row, shows the result, and imports after a yes
  liaison import --follow JOB    goes on with one that was left
  liaison import --undo JOB      takes one back

  --map "COLUMN=FIELD"    what a column is, such as "Mail=workEmail" or "Tier=customFields.tier"; "COLUMN=" leaves it out.
                          Columns that are called as their fields are, or as people usually call them, need none
  --source NAME           the external source that the ids belong to; made if it is not there. "Command line" if left out
  --match email,phone     who is found by these, after the id, is the same contact
  --merge                 all whom a row finds become one contact
  --settings NAME         import settings that are there, instead of the three above
  --division DIVISION     where it all goes: a name, an id, or * for unassigned, which is the default
  --dry-run               only checks
  --yes                   imports without asking, what can be
  --rejects FILE          where refused rows go; else beside the file, as NAME.rejects.csv

  --url URL                                        the server, or LIAISON_URL
  --client-id ID --client-secret SECRET, --token TOKEN
                          who asks, or LIAISON_CLIENT_ID and LIAISON_CLIENT_SECRET, or LIAISON_TOKEN;
                          where none is given, server and client are those of first-run.json in the data folder
  --json                  the result as JSON

It ends with 0 if all went well, 3 if rows were refused, 1 if it failed, 2 if it did not understand.
`;

/** @returns the exit code */
export async function importFile([file]: string[], options: Options, config: Config): Promise<number> {
  const { follow, undo } = options;
  if ([file, follow, undo].filter((one) => one !== undefined).length !== 1) throw new Misspoken('"import" takes a FILE, or --follow JOB, or --undo JOB.');
  if (file !== undefined && options.rejects !== undefined && resolve(file) === resolve(options.rejects))
    throw new Misspoken('--rejects is the file itself, which would be written over.');
  const interactive = isInteractive();
  if (file !== undefined && !interactive && !options.yes && !options['dry-run'])
    throw new Misspoken('There is nobody here to ask: say --yes to import what can be, or --dry-run to see first.');
  const matching = readMatching(options);
  const given = readMap(options.map ?? []);
  const api = await connect(credentialsOf(options, process.env, config));
  if (undo !== undefined) return undoJob(api, undo, options);
  const job = follow ?? (await startJob(api, file as string, { ...options, matching, given, interactive }));
  return followJob(api, job, { ...options, interactive, file });
}

type Given = Map<string, string | undefined>;
interface Starting extends Options {
  matching: { criteria: string[]; merge: boolean };
  given: Given;
  interactive: boolean;
}

const CRITERIA: Record<string, string> = { email: 'Email', phone: 'Phone' };

function readMatching({ match, merge = false, settings, source }: Options): Starting['matching'] {
  if (settings !== undefined && (match !== undefined || merge || source !== undefined))
    throw new Misspoken('--settings has what --source, --match and --merge say: give it or them.');
  const criteria = (match ?? '').split(',').filter((word) => word !== '');
  const unknown = criteria.find((word) => CRITERIA[word.trim().toLowerCase()] === undefined);
  if (unknown !== undefined) throw new Misspoken(`--match has "${unknown}"; it takes email, phone, or both.`);
  return { criteria: [...new Set(criteria.map((word) => CRITERIA[word.trim().toLowerCase()] as string))], merge };
}

/** Column → field, as it was written. A column's name may have an equals sign in it, and a field's has none. */
function readMap(entries: readonly string[]): Given {
  return new Map(
    entries.map((entry) => {
      const at = entry.lastIndexOf('=');
      if (at < 1) throw new Misspoken(`--map is "${entry}"; it takes "COLUMN=FIELD", or "COLUMN=" for one that is left out.`);
      const target = entry.slice(at + 1).trim();
      return [headerKey(entry.slice(0, at)), target === '' ? undefined : target];
    }),
  );
}

/** @returns the job's id */
async function startJob(api: Api, file: string, options: Starting): Promise<string> {
  const division = options.division && (await divisionId(api, oneOf(options.division)));
  const uploadId = await sendFile(api, file);
  const details = await lookAt(api, uploadId, file);
  const headers = details.columns ?? [];
  for (const key of options.given.keys())
    if (!headers.some((header) => headerKey(header) === key)) throw new Misspoken(`--map names the column "${key}", which ${file} does not have.`);

  const stored = options.settings === undefined ? undefined : await settingsNamed(api, options.settings);
  const known = stored ? await mappingsOf(api, stored, headers) : [];
  const said: Given = new Map([...known.map(({ sourceField, targetField }): [string, string] => [headerKey(sourceField), targetField]), ...options.given]);
  const ofCompanies = isOfCompanies(
    headers,
    [...said.values()].flatMap((field) => field ?? []),
  );
  const read = (field: string) => readTarget(field, ofCompanies);
  const given: Given = new Map([...said].map(([column, field]) => [column, field && read(field)]));

  const { own, foreign } = await sourcesIn(api, uploadId, headers);
  const key = ofCompanies ? '$.externalOrganization.externalId' : '$.externalId';
  if (foreign[0] !== undefined && ![...given.values()].includes(key)) throw new Misspoken(elsewhere(file, foreign[0]));
  const assigned = assignColumns(headers, { ofCompanies, given, foreign: (header) => foreign.length > 0 && REFERENCE.test(header) });
  const mappings = await settle(assigned, read, options.interactive);

  const source = options.source === undefined ? own : await sourceNamed(api, options.source);
  const settings: Settings = stored ?? (await settingsFor(api, source ?? (await sourceNamed(api, 'Command line')), options.matching));
  const settingsId = await csvSettingsFor(api, settings, mappings);
  const body = { uploadId, settingsId, ...(division === undefined ? {} : { division: { id: division } }) };
  return (await api.send<Wire['CsvJobResponse']>('POST', '/api/v2/externalcontacts/import/csv/jobs', body)).job.id as string;
}

function oneOf(divisions: readonly string[]): string {
  if (divisions.length > 1) throw new Misspoken('An import goes into one --division.');
  return divisions[0] as string;
}

/** By the operation that takes files of any size and number of rows. */
async function sendFile(api: Api, file: string): Promise<string> {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new Failure(stat ? `${file} is no file.` : `There is no file ${file}.`);
  await access(file, constants.R_OK).catch((error: unknown) => {
    throw new Failure(`${file} cannot be read (${causeOf(error)}).`);
  });
  if (stat.size === 0) throw new Failure(`${file} is empty.`);
  const announced = { fileName: basename(file).slice(-255), fileSize: stat.size };
  const { uploadId, uploadUrl, uploadHeaders } = await api.send<Wire['CsvUploadResponse']>('POST', '/liaison/v1/import/uploads', announced);
  const progress = createProgress();
  async function* content(): AsyncGenerator<Uint8Array> {
    let done = 0;
    for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) {
      yield chunk as Buffer;
      done += (chunk as Buffer).length;
      // What takes no time needs no bar.
      if ((stat?.size ?? 0) > WORTH_A_BAR) progress.show({ what: 'Sending', done, total: stat?.size ?? 0, unit: 'bytes' });
    }
  }
  try {
    await api.put(uploadUrl, Object.fromEntries(uploadHeaders.map(({ name = '', value = '' }) => [name, value])), content());
  } finally {
    progress.end();
  }
  return uploadId;
}

const WORTH_A_BAR = 16 * 1024 * 1024;
const SEPARATORS: Record<string, string> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' };

/** @throws Failure for a file that cannot be imported, with what is wrong with it by line */
async function lookAt(api: Api, uploadId: string, file: string): Promise<Wire['CsvUploadDetailsResponse']> {
  const details = await api.get<Wire['CsvUploadDetailsResponse']>(`/api/v2/externalcontacts/import/csv/uploads/${uploadId}/details`);
  const { importable, validationResult, encoding, separator = '', columns = [], rows = 0, errorCount = 0, sameAs } = details;
  if (!importable) {
    const faults = validationResult.errors.map(({ lineNumber, message }) => `line ${lineNumber}: ${message}`);
    throw new Failure(`${file} cannot be imported: ${faults.join(' ')}`);
  }
  say(`${file}: ${count(rows)} rows, ${columns.length} columns between ${SEPARATORS[separator]}, ${encoding}`);
  if (errorCount > 0) say(`${count(errorCount)} rows are badly written and will be refused.`);
  if (sameAs) say(`The same file was imported before, by the job ${sameAs.id}: what has not changed since stays as it is.`);
  return details;
}

/** Columns of an export that have ids of other things. */
const REFERENCE = /^(externalIds\[\d\]\.|schema\.|externalOrganization\.id$)/;

/** Of an export: whose external ids it has, as far as its first rows show. */
async function sourcesIn(api: Api, uploadId: string, headers: readonly string[]): Promise<{ own?: { id: string; name: string }; foreign: string[] }> {
  const places = headers.flatMap((header, i) => (/^externalIds\[\d\]\.externalSource\.id$/.test(header) ? [i] : []));
  if (places.length === 0) return { foreign: [] };
  const { entries } = await api.get<Wire['CsvUploadPreviewResponse']>(`/api/v2/externalcontacts/import/csv/uploads/${uploadId}/preview`);
  const rowsOf = new Map<string, number>();
  for (const id of entries.flatMap((cells) => [...new Set(places.map((place) => cells[place] ?? ''))]))
    if (id !== '') rowsOf.set(id, (rowsOf.get(id) ?? 0) + 1);
  const found = await Promise.all([...rowsOf.keys()].map(async (id) => ({ id, source: await findSource(api, id) })));
  const foreign = found.filter(({ source }) => !source).map(({ id }) => id);
  // The key has to be of one source: the one that most rows have an id of.
  const [first] = found.flatMap(({ source }) => source ?? []).sort((a, b) => (rowsOf.get(b.id) ?? 0) - (rowsOf.get(a.id) ?? 0));
  return { foreign, ...(first ? { own: first } : {}) };
}

const elsewhere = (file: string, id: string) =>
  `${file} comes from another organization: there is no external source ${id} here. Say which ids its rows are told by, such as --map "externalIds[0].value=externalId"; what else it refers to is left out then.`;

/** Asks for what is not known, where there is somebody to ask. @throws Misspoken */
async function settle({ mappings, leftOut, unknown }: Assigned, read: (field: string) => string, interactive: boolean): Promise<Mapping[]> {
  const settled = [...mappings];
  if (unknown.size > 0 && !interactive) {
    const names = [...unknown].map(([column, why]) => `"${column}"${why === '' ? '' : ` (${why})`}`).join(', ');
    throw new Misspoken(`It is not clear what these columns are: ${names}. Say --map "COLUMN=FIELD" for each, or --map "COLUMN=" to leave it out.`);
  }
  for (const [column, why] of unknown) {
    const answer = await ask(`What is "${column}"${why === '' ? '' : ` (${why})`}? A field, such as title or customFields.tier, or nothing to leave it out: `);
    if (answer !== '') settled.push({ sourceField: column, targetField: read(answer) });
    else leftOut.push(column);
  }
  const missing = missingFields(settled);
  if (missing.length > 0) throw new Misspoken(`No column is ${missing.join(', ')}. Say which: ${missing.map((field) => `--map "COLUMN=${field}"`).join(' ')}.`);
  for (const { sourceField, targetField } of settled) if (`$.${sourceField}` !== targetField) say(`  ${sourceField} → ${targetField.slice(2)}`);
  if (leftOut.length > 0) say(`  left out: ${leftOut.join(', ')}`);
  return settled;
}
