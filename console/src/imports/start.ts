// From what was chosen to a job: the external source, the import settings and the CSV settings are used again where they
// are there already.
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import type { Mapping } from './suggest.ts';

export interface Rules {
  /** Name of the external source that the ids of the file belong to. */
  source: string;
  /** `Email` and `Phone`, in the order to try. */
  match: string[];
  mergeContacts: boolean;
}

interface Start extends Rules {
  uploadId: string;
  mappings: Mapping[];
  division: string | undefined;
  /** Whether stored import settings may be listed. */
  mayList: boolean;
}

export interface Started {
  jobId: string;
  csvSettingsId: string;
}

export async function startImport({ uploadId, mappings, division, mayList, ...rules }: Start): Promise<Started> {
  const source = await sourceNamed(rules.source);
  const settings = await settingsFor(source, rules, mayList);
  const csvSettingsId = await csvSettingsFor(settings, mappings);
  return { jobId: await startJob(uploadId, csvSettingsId, division), csvSettingsId };
}

export async function startJob(uploadId: string, settingsId: string, division: string | undefined): Promise<string> {
  const { job } = await body(
    api.POST('/api/v2/externalcontacts/import/csv/jobs', { body: { uploadId, settingsId, ...(division === undefined ? {} : { division: { id: division } }) } }),
  );
  return job.id as string;
}

/** The CSV settings with the most of the file's columns. @throws Error where none has any */
export async function fittingSettings(importSettingsId: string, headers: readonly string[]): Promise<string> {
  const columns = new Set(headers.map(headerKey));
  const fit = ({ mappings }: Schema['CsvSettings']) => mappings.filter(({ sourceField }) => columns.has(headerKey(sourceField))).length;
  const [best] = (await csvSettingsOf(importSettingsId)).sort((a, b) => fit(b) - fit(a));
  if (!best || fit(best) === 0) throw new Error('No column of this file is known to the settings of the import.');
  return best.id as string;
}

const headerKey = (header: string) => header.trim().toLowerCase();
/** As the server compares the names of external sources. */
export const sameName = (a: string | undefined, b: string) => a?.trim().toLowerCase() === b.trim().toLowerCase();

export async function sourceNamed(name: string): Promise<{ id: string; name: string }> {
  const found = (await externalSources(name)).find((source) => sameName(source.name, name));
  return found ?? ((await body(api.POST('/api/v2/externalcontacts/externalsources', { body: { name, active: true } }))) as { id: string; name: string });
}

/** @param name what their names begin with */
export async function externalSources(name?: string): Promise<{ id: string; name: string }[]> {
  const query = { limit: 200, ...(name ? { name } : {}) };
  const { entities = [] } = (await body(api.GET('/api/v2/externalcontacts/externalsources', { params: { query } }))) ?? {};
  return entities.map(({ id, name: called }) => ({ id: id ?? '', name: called ?? '' }));
}

async function settingsFor(source: { id: string; name: string }, { match, mergeContacts }: Rules, mayList: boolean): Promise<string> {
  const name = `Console: ${source.name}, by ${['external id', ...match.map((one) => one.toLowerCase())].join(', ')}${mergeContacts ? ', merging' : ''}`;
  const same = (found: Schema['ContactImportSettings']) =>
    found.externalSourceId === source.id &&
    found.mergeContacts === mergeContacts &&
    found.importFields.length === 0 &&
    (found.matchingCriteria ?? []).join() === match.join();
  const wanted = { name: name.slice(0, 1000), matchingCriteria: match, mergeContacts, externalSourceId: source.id, importFields: [] };
  const found = mayList
    ? (await body(api.GET('/api/v2/externalcontacts/import/settings', { params: { query: { name: wanted.name, pageSize: '100' } } }))).entities?.find(same)
    : undefined;
  return (found ?? (await body(api.POST('/api/v2/externalcontacts/import/settings', { body: wanted })))).id as string;
}

async function csvSettingsFor(importSettingsId: string, mappings: Mapping[]): Promise<string> {
  const text = (entries: readonly Mapping[]) => JSON.stringify(entries.map(({ sourceField, targetField }) => [sourceField, targetField]).sort());
  const found = (await csvSettingsOf(importSettingsId)).find((one) => text(one.mappings) === text(mappings));
  if (found) return found.id as string;
  const made = await body(api.POST('/api/v2/externalcontacts/import/csv/settings', { body: { externalSettingsId: importSettingsId, mappings } }));
  return made.id as string;
}

async function csvSettingsOf(externalSettingsId: string): Promise<Schema['CsvSettings'][]> {
  const page = await body(api.GET('/api/v2/externalcontacts/import/csv/settings', { params: { query: { externalSettingsId, pageSize: '200' } } }));
  return (page as { entities?: Schema['CsvSettings'][] }).entities ?? [];
}
