// The operations on import settings, and on CSV settings, which map the columns of a file and belong to import settings.
import type { Call, Handlers } from '../../contract/bind.ts';
import type { Contract } from '../../contract/load.ts';
import { type Fault, invalidFields } from '../../contract/validate.ts';
import type { Door, Row, Step } from '../../db/database.ts';
import { listAfter } from '../../families/after.ts';
import { cut } from '../../families/cut.ts';
import { bodyOf, guarded } from '../../families/guarded.ts';
import { isId, newId } from '../../families/id.ts';
import type { Wire } from '../../families/wire.ts';
import { refuse } from '../../http/errors.ts';
import { faultsOfMappings } from '../csv/mapping.ts';
import {
  type CsvSettings,
  csvSettingsStep,
  deleteCsvSettings,
  deleteSettings,
  hasSource,
  insertCsvSettings,
  insertSettings,
  isAtWork,
  listCsvSettings,
  listSettings,
  settingsStep,
  updateCsvSettings,
  updateSettings,
} from './store.ts';

export const importSettingsHandlers: Handlers = {
  getExternalcontactsImportSettings: (call) => {
    const { name } = call.query;
    return listAfter(call, { listing: `import settings ${name ?? ''}`, sizeMax: 100, cursors: true }, (place) =>
      listSettings(call.door, call.principal.orgId, name, place),
    );
  },

  postExternalcontactsImportSettings: (call) => {
    const id = newId();
    return writeSettings(call, insertSettings(call.author, id, readSettings(call.body)), id);
  },

  getExternalcontactsImportSetting: ({ door, principal, path }) => stored(door, settingsStep(principal.orgId, path.settingsId)),

  putExternalcontactsImportSetting: (call) => {
    const { settingsId } = call.path;
    return writeSettings(call, updateSettings(call.author, settingsId, readSettings(call.body)), settingsId);
  },

  deleteExternalcontactsImportSetting: async (call) => {
    const { door, principal, path, author } = call;
    await remove(call, deleteSettings(author, path.settingsId), async () =>
      (await listCsvSettings(door, principal.orgId, path.settingsId, FIRST)).length > 0 ? refuse('conflict', { params: { reason: HAS_CSV } }) : undefined,
    );
    return { status: 204 };
  },
};

export const csvSettingsHandlers = (contract: Contract): Handlers => {
  const readCsvSettings = (body: Wire['CsvSettings']): CsvSettings => {
    const { externalSettingsId, mappings } = body;
    const faults = faultsOfMappings(contract, mappings);
    if (externalSettingsId === undefined) faults.unshift({ field: 'externalSettingsId', code: 'required', rule: 'is required.' });
    else if (!isId(externalSettingsId.toLowerCase())) faults.unshift(NO_SETTINGS);
    if (faults.length > 0) throw invalidFields(faults);
    return { externalSettingsId: externalSettingsId as string, mappings };
  };
  return {
    getExternalcontactsImportCsvSettings: (call) => {
      const { externalSettingsId: id } = call.query;
      if (id !== undefined && !isId(id.toLowerCase()))
        throw refuse('invalid.query.param.value', { params: { name: 'externalSettingsId', value: id, rule: 'It takes the id of import settings (a UUID).' } });
      return listAfter(call, { listing: `csv settings ${id ?? ''}`, sizeMax: 200, cursors: false }, (place) =>
        listCsvSettings(call.door, call.principal.orgId, id ?? null, place),
      );
    },

    postExternalcontactsImportCsvSettings: async (call) => {
      const id = newId();
      return { status: 201, body: await writeCsvSettings(call, insertCsvSettings(call.author, id, readCsvSettings(call.body)), id) };
    },

    getExternalcontactsImportCsvSetting: ({ door, principal, path }) => stored(door, csvSettingsStep(principal.orgId, path.settingsId)),

    putExternalcontactsImportCsvSetting: (call) => {
      const { settingsId } = call.path;
      return writeCsvSettings(call, updateCsvSettings(call.author, settingsId, readCsvSettings(call.body)), settingsId);
    },

    deleteExternalcontactsImportCsvSetting: async (call) => {
      await remove(call, deleteCsvSettings(call.author, call.path.settingsId), async () => undefined);
      return { status: 204 };
    },
  };
};

const CRITERIA = ['Email', 'Phone'];
const HAS_CSV = 'CSV settings belong to these import settings; delete them first.';
const AT_WORK = 'An import job that is not over was made with these settings.';
const NO_SETTINGS: Fault = { field: 'externalSettingsId', code: 'not.found', rule: 'must be the id of import settings.' };
const NO_SOURCE: Fault = { field: 'externalSourceId', code: 'not.found', rule: 'must be the id of an external source.' };
const FIRST = { after: null, descending: false, size: 1 };

/** @throws Refusal naming what the contract does not check */
function readSettings(body: Wire['ContactImportSettings']): Wire['ContactImportSettings'] {
  const faults: Fault[] = [];
  const criteria = body.matchingCriteria ?? [];
  for (const [i, criterion] of criteria.entries()) {
    const field = `matchingCriteria[${i}]`;
    if (!CRITERIA.includes(criterion)) faults.push({ field, code: 'enum', rule: `must be one of ${CRITERIA.join(', ')}, but is "${cut(criterion, 100)}".` });
    else if (criteria.indexOf(criterion) < i) faults.push({ field, code: 'duplicate', rule: 'must be there once only.' });
  }
  if (!isId(body.externalSourceId.toLowerCase())) faults.push(NO_SOURCE);
  if (faults.length > 0) throw invalidFields(faults);
  return body;
}

type Writing = Pick<Call, 'door' | 'principal'>;

async function writeSettings({ door, principal, body }: Writing & { body: Wire['ContactImportSettings'] }, steps: Step[], id: string): Promise<string> {
  const { orgId } = principal;
  const explain = async () => ((await hasSource(door, orgId, body.externalSourceId)) ? undefined : invalidFields([NO_SOURCE]));
  return writtenOf(await guarded(door, [...steps, settingsStep(orgId, id)], explain));
}

/** Import settings that are not there are told by the foreign key. */
async function writeCsvSettings({ door, principal, body }: Writing & { body: Wire['CsvSettings'] }, steps: Step[], id: string): Promise<string> {
  const { orgId } = principal;
  const named = settingsStep(orgId, body.externalSettingsId as string);
  const explain = async () => ((await door.text(...named)) ? undefined : invalidFields([NO_SETTINGS]));
  return writtenOf(await guarded(door, [...steps, csvSettingsStep(orgId, id)], explain));
}

/** @throws Refusal 404 where what was to be changed is not there */
function writtenOf(results: Row[][]): string {
  if (results.at(-1)?.length === 0) throw refuse('not.found');
  return bodyOf(results);
}

/** @throws Refusal 404, or 409 where they are in use */
async function remove(
  { door, principal, path }: Writing & { path: { settingsId: string } },
  steps: Step[],
  explain: Parameters<typeof guarded>[2],
): Promise<void> {
  if (await isAtWork(door, principal.orgId, path.settingsId)) throw refuse('conflict', { params: { reason: AT_WORK } });
  const results = await guarded(door, steps, explain);
  if (results.at(-1)?.length === 0) throw refuse('not.found');
}

/** @throws Refusal 404 */
async function stored(door: Door, [statement, values]: Step): Promise<string> {
  const text = await door.text(statement, values);
  if (text === undefined) throw refuse('not.found');
  return text;
}
