// The two kinds of settings that an import goes by, through the SDK: the rules by which rows are matched and written, and the
// mapping of a file's columns.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATE, E, idsOf, make, NOBODY, NOT_FOUND, UUID } from './directory.ts';
import { connect, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let source: Json;
beforeAll(async () => {
  server = await startServer();
  source = await make(server, '/externalsources', { name: 'CRM' });
});
afterAll(() => server.stop());

const rules = (more: object = {}) => ({ name: 'Nightly', mergeContacts: false, externalSourceId: source.id, importFields: [], ...more });
const faulty = (...fields: string[]) => ({
  status: 400,
  code: 'constraint.validation',
  details: fields.map((fieldName) => expect.objectContaining({ fieldName })),
});

describe.each(SDKS)('import settings, by %s', (name) => {
  let contacts: Sdk['contacts'];
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
  });

  it('are made, read, replaced and deleted', async () => {
    const body = rules({
      name: ' Nightly ',
      matchingCriteria: ['Phone', 'Email'],
      importFields: [
        { name: 'firstName', included: true },
        { name: 'address', included: false },
      ],
    });
    const made = await contacts.postExternalcontactsImportSettings(body);
    expect(made).toEqual({
      ...body,
      name: 'Nightly',
      id: expect.stringMatching(UUID),
      dateCreated: expect.stringMatching(DATE),
      selfUri: `${E}/import/settings/${made.id}`,
    });
    expect(await contacts.getExternalcontactsImportSetting(made.id)).toEqual(made);
    const replaced = await contacts.putExternalcontactsImportSetting(made.id, rules({ name: 'Weekly', mergeContacts: true }));
    expect(replaced).toEqual({ ...made, name: 'Weekly', mergeContacts: true, matchingCriteria: [], importFields: [] });
    expect(await contacts.getExternalcontactsImportSetting(made.id)).toEqual(replaced);
    await contacts.deleteExternalcontactsImportSetting(made.id);
    expect(await refused(contacts.getExternalcontactsImportSetting(made.id))).toEqual(NOT_FOUND);
    expect(await refused(contacts.putExternalcontactsImportSetting(made.id, rules()))).toEqual(NOT_FOUND);
    expect(await refused(contacts.deleteExternalcontactsImportSetting(made.id))).toEqual(NOT_FOUND);
  });

  it('are listed in both directions, page by page, by a part of their name', async () => {
    const word = `walk${SDKS.indexOf(name)}`;
    const made: string[] = [];
    for (let i = 0; i < 5; i += 1) made.push((await contacts.postExternalcontactsImportSettings(rules({ name: `Über ${word.toUpperCase()} ${i}` }))).id);
    const walk = async (options: object): Promise<{ ids: string[]; pages: number }> => {
      const ids: string[] = [];
      for (let after: string | undefined, pages = 1; ; pages += 1) {
        const page = await contacts.getExternalcontactsImportSettings({ name: `uber ${word}`, pageSize: '2', ...options, ...(after ? { after } : {}) });
        ids.push(...idsOf(page.entities));
        after = page.cursors.after;
        expect(page.nextUri === undefined).toBe(after === undefined);
        if (!after) return { ids, pages };
      }
    };
    expect(await walk({})).toEqual({ ids: made, pages: 3 });
    expect(await walk({ sortOrder: 'Descending' })).toEqual({ ids: [...made].reverse(), pages: 3 });
    const first = await contacts.getExternalcontactsImportSettings({ name: word, pageSize: '2' });
    expect(idsOf((await server.request('GET', first.nextUri)).body.entities)).toEqual(made.slice(2, 4));
    const { after } = first.cursors;
    expect(await refused(contacts.getExternalcontactsImportSettings({ name: word, after, sortOrder: 'Descending' }))).toMatchObject({
      status: 400,
      code: 'invalid.cursor',
    });
    expect((await contacts.getExternalcontactsImportSettings({ pageSize: '100' })).entities.length).toBeGreaterThanOrEqual(5);
    for (const pageSize of ['0', '101'])
      expect(await refused(contacts.getExternalcontactsImportSettings({ pageSize }))).toMatchObject({ status: 400, code: 'invalid.query.param.value' });
  });

  it('match by Email and Phone only, each once', async () => {
    for (const matchingCriteria of [['email'], ['Fax'], ['Email', 'Email']])
      expect(await refused(contacts.postExternalcontactsImportSettings(rules({ matchingCriteria })))).toMatchObject(
        faulty(`matchingCriteria[${matchingCriteria.length - 1}]`),
      );
  });

  it('name an external source that is there', async () => {
    for (const externalSourceId of [NOBODY, 'crm'])
      expect(await refused(contacts.postExternalcontactsImportSettings(rules({ externalSourceId })))).toMatchObject(faulty('externalSourceId'));
    const { id } = await contacts.postExternalcontactsImportSettings(rules());
    expect(await refused(contacts.putExternalcontactsImportSetting(id, rules({ externalSourceId: NOBODY })))).toMatchObject(faulty('externalSourceId'));
    expect(await refused(contacts.postExternalcontactsImportSettings({}))).toMatchObject(faulty('name', 'mergeContacts', 'externalSourceId', 'importFields'));
  });
});

describe.each(SDKS)('CSV settings, by %s', (name) => {
  let contacts: Sdk['contacts'];
  let settings: Json;
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
    settings = await contacts.postExternalcontactsImportSettings(rules());
  });

  const MAPPINGS = [
    { sourceField: 'Id', targetField: '$.externalId' },
    { sourceField: 'Mail', targetField: '$.workEmail' },
    { sourceField: 'Tier', targetField: '$.customFields.tier_enum' },
    { sourceField: 'Company', targetField: '$.externalOrganization.name' },
  ];

  it('are made, read, replaced and deleted', async () => {
    const body = { externalSettingsId: settings.id, mappings: MAPPINGS };
    const answer = await server.request('POST', `${E}/import/csv/settings`, { body });
    expect(answer.status).toBe(201);
    const made = answer.body;
    expect(made).toEqual({ ...body, id: expect.stringMatching(UUID), selfUri: `${E}/import/csv/settings/${made.id}` });
    expect(await contacts.getExternalcontactsImportCsvSetting(made.id)).toEqual(made);
    const replaced = await contacts.putExternalcontactsImportCsvSetting(made.id, { ...body, mappings: MAPPINGS.slice(1) });
    expect(replaced).toEqual({ ...made, mappings: MAPPINGS.slice(1) });
    await contacts.deleteExternalcontactsImportCsvSetting(made.id);
    expect(await refused(contacts.getExternalcontactsImportCsvSetting(made.id))).toEqual(NOT_FOUND);
    expect(await refused(contacts.putExternalcontactsImportCsvSetting(made.id, body))).toEqual(NOT_FOUND);
    expect(await refused(contacts.deleteExternalcontactsImportCsvSetting(made.id))).toEqual(NOT_FOUND);
  });

  it('map each column once, to a field that can be written', async () => {
    const entry = (sourceField: string, targetField: string) => ({ sourceField, targetField });
    const post = (mappings: object[]) => contacts.postExternalcontactsImportCsvSettings({ externalSettingsId: settings.id, mappings });
    for (const target of ['firstName', '$.nothing', '$.id', '$.type', '$.address', '$.workPhone.e164'])
      expect(await refused(post([entry('a', target)]))).toMatchObject(faulty('mappings[0].targetField'));
    expect(await refused(post([entry('Mail', '$.workEmail'), entry(' MAIL', '$.personalEmail')]))).toMatchObject(faulty('mappings[1].sourceField'));
    expect(await refused(post([entry('a', '$.workPhone'), entry('b', '$.workPhone.display')]))).toMatchObject(faulty('mappings[1].targetField'));
    expect(await refused(post([entry('', '$.workPhone')]))).toMatchObject(faulty('mappings[0].sourceField'));
    const full = Array.from({ length: 200 }, (_, i) => entry(`c${i}`, `$.customFields.c${i}`));
    expect((await post(full)).mappings).toHaveLength(200);
    expect(await refused(post([...full, entry('one', '$.firstName')]))).toMatchObject({ status: 400 });
  });

  it('belong to import settings, which stay as long as they do', async () => {
    for (const externalSettingsId of [NOBODY, 'x', undefined])
      expect(await refused(contacts.postExternalcontactsImportCsvSettings({ externalSettingsId, mappings: [] }))).toMatchObject(faulty('externalSettingsId'));
    const owner = await contacts.postExternalcontactsImportSettings(rules());
    const { id } = await contacts.postExternalcontactsImportCsvSettings({ externalSettingsId: owner.id, mappings: [] });
    expect(await refused(contacts.putExternalcontactsImportCsvSetting(id, { externalSettingsId: NOBODY, mappings: [] }))).toMatchObject(
      faulty('externalSettingsId'),
    );
    expect(await refused(contacts.deleteExternalcontactsImportSetting(owner.id))).toMatchObject({ status: 409, code: 'conflict' });
    await contacts.deleteExternalcontactsImportCsvSetting(id);
    await contacts.deleteExternalcontactsImportSetting(owner.id);
  });

  it('are listed by the import settings that they belong to, and link to the next page', async () => {
    const owner = await contacts.postExternalcontactsImportSettings(rules());
    const made: string[] = [];
    for (let i = 0; i < 3; i += 1) made.push((await contacts.postExternalcontactsImportCsvSettings({ externalSettingsId: owner.id, mappings: [] })).id);
    const first = await contacts.getExternalcontactsImportCsvSettings({ externalSettingsId: owner.id, pageSize: '2' });
    expect(first).toEqual({ entities: [expect.anything(), expect.anything()], selfUri: expect.any(String), nextUri: expect.any(String) });
    const second = (await server.request('GET', first.nextUri)).body;
    expect([...idsOf(first.entities), ...idsOf(second.entities)]).toEqual(made);
    expect(second.nextUri).toBeUndefined();
    expect((await contacts.getExternalcontactsImportCsvSettings({ externalSettingsId: NOBODY })).entities).toEqual([]);
    expect(await refused(contacts.getExternalcontactsImportCsvSettings({ externalSettingsId: 'x' }))).toMatchObject({ status: 400 });
    expect(await refused(contacts.getExternalcontactsImportCsvSettings({ pageSize: '201' }))).toMatchObject({ status: 400 });
  });
});

it('leaves audit entries of what was done to both', async () => {
  const done = async (path: string, entityType: string, body: object, change: object) => {
    const { id } = await make(server, path, body);
    await server.request('PUT', `${E}${path}/${id}`, { body: change });
    await server.request('DELETE', `${E}${path}/${id}`);
    const { entities } = (await server.request('GET', `/liaison/v1/audits?entityType=${entityType}&entityId=${id}`)).body;
    return entities.map(({ action, changes }: Json) => [action, changes.map(({ field }: Json) => field)]);
  };
  const settings = await done('/import/settings', 'importSettings', rules(), rules({ name: 'Other' }));
  expect(settings.map(([action]: Json) => action)).toEqual(['delete', 'update', 'create']);
  expect(settings[1][1]).toEqual(['$.name']);
  const { id } = await make(server, '/import/settings', rules());
  const csv = await done(
    '/import/csv/settings',
    'csvSettings',
    { externalSettingsId: id, mappings: [] },
    { externalSettingsId: id, mappings: [{ sourceField: 'a', targetField: '$.title' }] },
  );
  expect(csv.map(([action]: Json) => action)).toEqual(['delete', 'update', 'create']);
});
