// The external source, the import settings and the CSV settings of an import. They are used again where they are there
// already; those that the command line makes say so by their names.
import { cut } from '../families/cut.ts';
import type { Wire } from '../families/wire.ts';
import { type Api, Failure } from './api.ts';
import { headerKey, type Mapping } from './columns.ts';

const E = '/api/v2/externalcontacts';
export type Settings = Wire['ContactImportSettings'] & { id: string };
type Named = { id: string; name: string };
type Page<T> = { entities: T[]; nextUri?: string };

/** @throws Failure where there are none of that name, or several */
export async function settingsNamed(api: Api, name: string): Promise<Settings> {
  const found = await withName<Settings>(api, `${E}/import/settings`, name);
  if (found.length === 1) return found[0] as Settings;
  throw new Failure(`There are ${found.length === 0 ? 'no' : 'several'} import settings "${name}".`);
}

/** The mapping of the settings' CSV settings that has the most of the file's columns; those that the file has. */
export async function mappingsOf(api: Api, settings: Settings, headers: readonly string[]): Promise<Mapping[]> {
  const keys = new Set(headers.map(headerKey));
  const all = await csvSettings(api, settings.id);
  const fitting = all.map(({ mappings }) => mappings.filter(({ sourceField }) => keys.has(headerKey(sourceField))));
  return fitting.sort((a, b) => b.length - a.length)[0] ?? [];
}

export interface Matching {
  criteria: string[];
  merge: boolean;
}

export async function settingsFor(api: Api, source: Named, { criteria, merge }: Matching): Promise<Settings> {
  const matching = `by ${['external id', ...criteria.map((criterion) => criterion.toLowerCase())].join(', ')}${merge ? ', merging' : ''}`;
  const wanted = {
    name: cut(`Command line: ${source.name}, ${matching}`, 1000),
    matchingCriteria: criteria,
    mergeContacts: merge,
    externalSourceId: source.id,
    importFields: [],
  };
  const same = (found: Settings) =>
    found.externalSourceId === source.id &&
    found.mergeContacts === merge &&
    found.importFields.length === 0 &&
    (found.matchingCriteria ?? []).join() === criteria.join();
  const found = (await withName<Settings>(api, `${E}/import/settings`, wanted.name)).find(same);
  return found ?? api.send('POST', `${E}/import/settings`, wanted);
}

export async function sourceNamed(api: Api, name: string): Promise<Named> {
  const [found] = await withName<Named>(api, `${E}/externalsources`, name);
  return found ?? api.send('POST', `${E}/externalsources`, { name, active: true });
}

/** @returns undefined where there is none with this id */
export async function findSource(api: Api, id: string): Promise<Named | undefined> {
  return api.get<Named>(`${E}/externalsources/${encodeURIComponent(id)}`).catch((error: unknown) => {
    // What is no UUID at all is answered with 400.
    if (error instanceof Failure && (error.status === 404 || error.status === 400)) return undefined;
    throw error;
  });
}

/** @returns the CSV settings' id */
export async function csvSettingsFor(api: Api, settings: Settings, mappings: Mapping[]): Promise<string> {
  const text = (entries: readonly Mapping[]) => JSON.stringify(entries.map(({ sourceField, targetField }) => [sourceField, targetField]).sort());
  const found = (await csvSettings(api, settings.id)).find((one) => text(one.mappings) === text(mappings));
  const made = found ?? (await api.send<Wire['CsvSettings']>('POST', `${E}/import/csv/settings`, { externalSettingsId: settings.id, mappings }));
  return made.id as string;
}

/** @param words a division's name or id, or `*` for unassigned @throws Failure */
export async function divisionId(api: Api, words: string): Promise<string> {
  if (words === '*' || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(words)) return words;
  const [found] = await withName<Named>(api, '/api/v2/authorization/divisions', words);
  if (!found) throw new Failure(`There is no division "${words}".`);
  return found.id;
}

async function csvSettings(api: Api, settingsId: string): Promise<Wire['CsvSettings'][]> {
  return all(api, `${E}/import/csv/settings?${new URLSearchParams({ externalSettingsId: settingsId })}`);
}

/** Lists take the beginning of a name, or a part of it. */
async function withName<T extends { name: string }>(api: Api, path: string, name: string): Promise<T[]> {
  const same = (other: string) => other.trim().toLowerCase() === name.trim().toLowerCase();
  return (await all<T>(api, `${path}?${new URLSearchParams({ name })}`)).filter((one) => same(one.name));
}

async function all<T>(api: Api, path: string): Promise<T[]> {
  const found: T[] = [];
  for (let uri: string | undefined = path; uri; ) {
    const page: Page<T> = await api.get(uri);
    found.push(...page.entities);
    uri = page.nextUri;
  }
  return found;
}
