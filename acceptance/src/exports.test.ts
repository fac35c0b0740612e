// Exports: what is in their files, who may have them, and what becomes of what nobody may see any more.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeDivision, must } from './access-callers.ts';
import { DATE, E, idsOf, make, makeContacts, NOBODY, UUID } from './directory.ts';
import { CONTACT_EXPORTS, exportOf, fileOf, objectsOf, rowsOf, X } from './exporting.ts';
import { until } from './importing.ts';
import { makeOrganization } from './other-organization.ts';
import { connect, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let contacts: Sdk['contacts'];
let division: string;
let acme: Json;
let ada: Json;
let grace: Json;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  ({ contacts } = await connect(server, SDKS[1]));
  division = (await makeDivision(server)).id;
  acme = await make(server, '/organizations', { name: 'Acme, "Inc."', tags: ['a;b', 'c'], tickers: [{ symbol: 'ACM', exchange: 'X' }], employeeCount: 5 });
  [ada, grace] = (await makeContacts(server, [
    {
      firstName: '=1+1',
      lastName: 'O\'Neill "the"\nsecond',
      title: "'-5",
      workPhone: { display: '+44 20 7946 0123 ext 7', acceptsSMS: true },
      workEmail: 'ada@example.com',
      externalOrganization: { id: acme.id },
      appleOpaqueIds: [{ value: 'one' }, { value: 'two' }],
      lineId: { displayName: 'ada', ids: [{ userId: 'line' }] },
      surveyOptOut: true,
    },
    { firstName: 'Grace', lastName: 'Hopper', address: { city: 'York' }, division: { id: division } },
  ])) as [Json, Json];
  await must(server, 'POST', '/liaison/v1/observe', { identifiers: [{ type: 'Email', value: 'seen@example.com' }] });
});
afterAll(() => server.stop());

const contactExport = (body: Json = {}, token?: string) => exportOf(server, body, { path: CONTACT_EXPORTS, ...(token ? { token } : {}) });
const idsIn = async (exported: Json) => (await rowsOf(exported)).map(({ id }) => id);
const filtered = async (filters: Json) => idsIn(await contactExport({ queryConditions: { filters } }));

describe("the API's own export of contacts", () => {
  it('runs, succeeds and is downloaded, through the SDK', async () => {
    const made = await contacts.postExternalcontactsContactsExports({ queryConditions: { limit: 1000 } });
    expect(made).toEqual({
      id: expect.stringMatching(UUID),
      queryConditions: { limit: 1000 },
      createdBy: { id: expect.stringMatching(UUID) },
      dateCreated: expect.stringMatching(DATE),
      status: 'RUNNING',
      selfUri: `${CONTACT_EXPORTS}/${made.id}`,
    });
    const done = await until(
      () => contacts.getExternalcontactsContactsExport(made.id),
      ({ status }) => status !== 'RUNNING',
    );
    expect(done).toEqual({
      ...made,
      status: 'SUCCEEDED',
      dateCompletion: expect.stringMatching(DATE),
      resultRowCount: 3,
      downloadUrl: expect.stringMatching(/^http/),
    });
    const again = await contacts.getExternalcontactsContactsExport(made.id);
    expect(await fileOf(again)).toBe(await fileOf(done));
    const listed = await contacts.getExternalcontactsContactsExports({ pageSize: 200 });
    expect(listed.entities.find(({ id }: Json) => id === made.id)).toMatchObject({ status: 'SUCCEEDED', downloadUrl: expect.any(String) });
    expect(listed).not.toHaveProperty('cursors');
  });

  it('has a column for every field, and an apostrophe before what a spreadsheet would run', async () => {
    const rows = await rowsOf(await contactExport());
    expect(rows.find(({ id }) => id === ada.id)).toEqual({
      id: ada.id,
      type: 'Curated',
      'division.id': '*',
      createDate: ada.createDate,
      modifyDate: ada.modifyDate,
      firstName: "'=1+1",
      lastName: 'O\'Neill "the"\nsecond',
      title: "''-5",
      workPhone: "'+44 20 7946 0123 ext 7",
      'workPhone.extension': '7',
      'workPhone.acceptsSMS': 'true',
      'workPhone.e164': "'+442079460123",
      workEmail: 'ada@example.com',
      'appleOpaqueIds[0].value': 'one',
      'appleOpaqueIds[1].value': 'two',
      'lineId.ids[0].userId': 'line',
      'lineId.displayName': 'ada',
      'externalOrganization.id': acme.id,
      'externalOrganization.name': 'Acme, "Inc."',
      surveyOptOut: 'true',
    });
    for (const cell of rows.flatMap(Object.values)) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  });

  it('takes contacts by division, type, external organization and dates, and by what joins these', async () => {
    const observed = (await rowsOf(await contactExport())).find(({ type }) => type === 'Identified')?.id;
    expect(await filtered({ eq: { field: 'DivisionId', value: division } })).toEqual([grace.id]);
    expect(await filtered({ eq: { field: 'DivisionId', value: '*' } })).toEqual([ada.id, observed]);
    expect(await filtered({ eq: { field: 'ContactClassification', value: 'Identified' } })).toEqual([observed]);
    expect(await filtered({ in: { field: 'ContactClassification', values: ['Curated', 'Ephemeral'] } })).toEqual(idsOf([ada, grace]));
    expect(await filtered({ eq: { field: 'ExternalOrganizationId', value: acme.id } })).toEqual([ada.id]);
    expect(await filtered({ not: { eq: { field: 'ExternalOrganizationId', value: acme.id } } })).toEqual([grace.id, observed]);
    const [curated, inDivision] = [{ eq: { field: 'ContactClassification', value: 'Curated' } }, { eq: { field: 'DivisionId', value: division } }];
    expect(await filtered({ and: [curated, { not: inDivision }] })).toEqual([ada.id]);
    expect(await filtered({ or: [inDivision, { not: curated }] })).toEqual([grace.id, observed]);
    expect(await filtered({ lte: { field: 'DateCreated', value: ada.createDate } })).toEqual([ada.id]);
    expect(await filtered({ gte: { field: 'DateModified', value: grace.modifyDate } })).toEqual([grace.id, observed]);
    expect(await idsIn(await contactExport({ queryConditions: { limit: 2 } }))).toEqual(idsOf([ada, grace]));
    expect(await idsIn(await contactExport({ divisionIds: [division] }))).toEqual([grace.id]);
  });

  const eq = { field: 'DivisionId', value: '*' };
  it.each([
    ['two operators', { eq, in: { field: 'DivisionId', values: ['*'] } }, 'queryConditions.filters'],
    ['two operators further down', { and: [{ eq }, { not: { eq, and: [{ eq }] } }] }, 'queryConditions.filters.and[1].not'],
    ['nothing in it', {}, 'queryConditions.filters'],
    ['nothing that it compares', { eq: null }, 'queryConditions.filters'],
    ['nothing further down', { not: {} }, 'queryConditions.filters.not'],
    ['an operator that there is not', { and: [{ like: eq }] }, 'queryConditions.filters.and[0]'],
    ['an empty join', { or: [] }, 'queryConditions.filters'],
    ['what is no id', { eq: { field: 'ExternalOrganizationId', value: 'x' } }, 'queryConditions.filters.eq.value'],
    ['what is no type', { in: { field: 'ContactClassification', values: ['Curated', 'Friend'] } }, 'queryConditions.filters.in.values'],
    ['what is no date', { gte: { field: 'DateCreated', value: 'yesterday' } }, 'queryConditions.filters.gte.value'],
    ['too many levels', Array.from({ length: 9 }).reduce((inner) => ({ not: inner }), { eq }), `queryConditions.filters${'.not'.repeat(8)}`],
    ['too many comparisons', { or: Array.from({ length: 26 }, () => ({ eq })) }, 'queryConditions.filters'],
  ])('refuses a filter with %s', async (_, filters, fieldName) => {
    expect(await refused(contacts.postExternalcontactsContactsExports({ queryConditions: { filters } }))).toMatchObject({
      status: 400,
      details: [{ fieldName }],
    });
  });

  it('refuses a limit beyond what the API allows', async () => {
    expect((await server.request('POST', CONTACT_EXPORTS, { body: { queryConditions: { limit: 180_000_001 } } })).status).toBe(400);
  });

  it('is listed page by page, by the divisions that it covers', async () => {
    const [one, two] = [await contactExport({ divisionIds: [division] }), await contactExport({ divisionIds: [division, '*'] })];
    expect(two.divisionIds).toEqual([division, '*']);
    const seen: string[] = [];
    for (let uri: string | undefined = `${CONTACT_EXPORTS}?pageSize=1&divisionIds=${division},*`; uri; ) {
      const page: Json = await must(server, 'GET', uri);
      expect(page.entities.length).toBeLessThanOrEqual(1);
      seen.push(...idsOf(page.entities));
      uri = page.nextUri;
    }
    expect(seen).toContain(two.id);
    expect(seen).not.toContain(one.id);
    expect((await server.request('GET', `${CONTACT_EXPORTS}?after=nonsense`)).status).toBe(400);
    expect((await server.request('GET', `${CONTACT_EXPORTS}?divisionIds=nonsense`)).status).toBe(400);
  });
});

describe('an export of any kind', () => {
  it.each([
    ['contact', () => `/contacts/${ada.id}`],
    ['organization', () => `/organizations/${acme.id}`],
  ])('of the kind %s as NDJSON has the bodies of the API', async (kind, path) => {
    const exported = await exportOf(server, { kind, format: 'ndjson' });
    const objects = await objectsOf(exported);
    expect(exported.resultRowCount).toBe(objects.length);
    expect(objects[0]).toEqual(await must(server, 'GET', `${E}${path()}`));
  });

  it('has notes of either kind, and relationships', async () => {
    const user = (await must(server, 'GET', '/api/v2/users')).entities[0];
    const onContact = await make(server, `/contacts/${ada.id}/notes`, { noteText: '@home, "quoted"' });
    const onOrganization = await make(server, `/organizations/${acme.id}/notes`, { noteText: 'Second' });
    const relationship = await make(server, '/relationships', { user: { id: user.id }, externalOrganization: { id: acme.id }, relationship: 'Owner' });
    expect(await rowsOf(await exportOf(server, { kind: 'contactNote' }))).toMatchObject([
      { id: onContact.id, entityId: ada.id, noteText: '\'@home, "quoted"' },
    ]);
    expect(await objectsOf(await exportOf(server, { kind: 'contactNote', format: 'ndjson' }))).toMatchObject([
      { id: onContact.id, noteText: '@home, "quoted"' },
    ]);
    expect(await objectsOf(await exportOf(server, { kind: 'organizationNote', format: 'ndjson' }))).toMatchObject([{ id: onOrganization.id }]);
    expect(await rowsOf(await exportOf(server, { kind: 'relationship' }))).toMatchObject([
      { id: relationship.id, 'user.id': user.id, 'externalOrganization.id': acme.id, relationship: 'Owner' },
    ]);
    const note = (filter: Json) => exportOf(server, { kind: 'contactNote', filter }).then(rowsOf);
    expect(await note({ field: 'entityId', eq: ada.id })).toHaveLength(1);
    expect(await note({ field: 'noteText', prefix: 'second' })).toEqual([]);
    expect(await rowsOf(await exportOf(server, { kind: 'relationship', filter: { field: 'relationship', eq: 'owner' } }))).toHaveLength(1);
  });

  it('has external organizations with their lists', async () => {
    expect(await rowsOf(await exportOf(server, { kind: 'organization' }))).toMatchObject([
      { name: 'Acme, "Inc."', tags: '["a;b", "c"]', 'tickers[0].symbol': 'ACM', 'tickers[0].exchange': 'X', employeeCount: '5' },
    ]);
  });

  it('takes the filters of deep searches, and curated contacts unless types are named', async () => {
    const ids = async (body: Json) => idsIn(await exportOf(server, { kind: 'contact', ...body }));
    expect(await ids({})).toEqual(idsOf([ada, grace]));
    expect(await ids({ types: ['Identified'] })).toHaveLength(1);
    expect(await ids({ filter: { field: 'lastName', eq: 'hopper' } })).toEqual([grace.id]);
    expect(await ids({ filter: { and: [{ field: 'address.city', prefix: 'yo' }, { not: { field: 'workEmail', exists: true } }] } })).toEqual([grace.id]);
    expect(await ids({ limit: 1 })).toEqual([ada.id]);
    const organizations = await exportOf(server, { kind: 'organization', filter: { field: 'employeeCount', gt: 5 } });
    expect(organizations.resultRowCount).toBe(0);
    const wrong = await server.request('POST', X, { body: { kind: 'contact', filter: { field: 'shoeSize', eq: 1 } } });
    expect(wrong).toMatchObject({ status: 422, body: { details: [{ fieldName: 'filter.field', errorCode: 'unknown.field' }] } });
  });

  it('has merged contacts only where they are asked for', async () => {
    const parts = await makeContacts(server, [
      { firstName: 'Mary', lastName: 'Merged' },
      { firstName: 'M.', lastName: 'Merged' },
    ]);
    const merged = await must(server, 'POST', `${E}/contacts/merge`, { contactIds: idsOf(parts) });
    const filter = { field: 'lastName', eq: 'Merged' };
    expect(await idsIn(await exportOf(server, { kind: 'contact', filter }))).toEqual([merged.id]);
    const all = await rowsOf(await exportOf(server, { kind: 'contact', filter, includeMerged: true }));
    expect(all.map(({ id }) => id)).toEqual([...idsOf(parts), merged.id]);
    expect(all[0]).toMatchObject({ 'mergedTo.id': merged.id, 'canonicalContact.id': merged.id });
    await must(server, 'DELETE', `${E}/contacts/${merged.id}`);
  });

  it('is packed where asked, and keeps formulas where asked', async () => {
    const exported = await exportOf(server, { kind: 'contact', gzip: true, formulas: 'keep' });
    const response = await fetch(exported.downloadUrl);
    const head = await fetch(exported.downloadUrl, { method: 'HEAD' });
    const told = ({ status, headers }: Response) => [status, ...['content-type', 'content-length', 'content-disposition'].map((name) => headers.get(name))];
    expect([...told(head), await head.text()]).toEqual([...told(response), '']);
    expect((await fetch(`${exported.downloadUrl}x`, { method: 'HEAD' })).status).toBe(403);
    expect(response.headers.get('content-type')).toBe('application/gzip');
    expect(response.headers.get('content-disposition')).toMatch(/filename="contacts-\d{4}-\d\d-\d\d\.csv\.gz"/);
    expect(Number(response.headers.get('content-length'))).toBe(exported.fileSize);
    expect((await rowsOf(exported))[0]).toMatchObject({ firstName: '=1+1', title: "'-5" });
  });

  it('has columns for the custom fields of all schemas, and says how it is imported', async () => {
    const property = (type: string) => ({ allOf: [{ $ref: `#/definitions/${type}` }], title: type, description: type });
    const jsonSchema = { title: 'VIP', properties: { vip_checkbox: property('checkbox'), tier_text: property('text') } };
    const schema = await make(server, '/contacts/schemas', { name: 'VIP', jsonSchema, enabled: true });
    const vip = await make(server, '/contacts', { lastName: 'Vip', schema: { id: schema.id }, customFields: { tier_text: '@gold, "x"', vip_checkbox: true } });
    const exported = await exportOf(server, { kind: 'contact' });
    const row = (await rowsOf(exported)).find(({ id }) => id === vip.id);
    expect(row).toMatchObject({ 'customFields.tier_text': '\'@gold, "x"', 'customFields.vip_checkbox': 'true', 'schema.id': schema.id, 'schema.version': '1' });
    expect(exported.importMapping).toContainEqual({ sourceField: 'customFields.tier_text', targetField: '$.customFields.tier_text' });
    expect(exported.importMapping).not.toContainEqual(expect.objectContaining({ sourceField: 'id' }));
    const mappings = exported.importMapping;
    const source = await make(server, '/externalsources', { name: 'Exports', active: true });
    const settings = await make(server, '/import/settings', {
      name: 'Again',
      matchingCriteria: [],
      mergeContacts: false,
      externalSourceId: source.id,
      importFields: [],
    });
    await make(server, '/import/csv/settings', { externalSettingsId: settings.id, mappings });
    const organizations = await exportOf(server, { kind: 'organization' });
    await make(server, '/import/csv/settings', { externalSettingsId: settings.id, mappings: organizations.importMapping });
    await must(server, 'DELETE', `${E}/contacts/${vip.id}`);
  });

  it('leaves who asked for it and how it ended in the audits', async () => {
    const { id } = await exportOf(server, { kind: 'contact', limit: 1 });
    const { entities } = await must(server, 'GET', `/liaison/v1/audits?entityType=export&entityId=${id}`);
    expect(entities.map(({ action }: Json) => action)).toEqual(['update', 'create']);
    expect(entities[0].changes).toContainEqual({ field: '$.status', before: 'RUNNING', after: 'SUCCEEDED' });
  });

  it('waits for one of each other organization, and not for all that another one asked for before', async () => {
    const { clientId, clientSecret } = await makeOrganization(server, 'Greedy');
    const token = await server.tokenFor(clientId, clientSecret);
    await Promise.all(Array.from({ length: 20 }, () => must(server, 'POST', X, { kind: 'contact' }, token)));
    const ours = await exportOf(server, { kind: 'relationship' });
    const { entities } = await until(
      () => must(server, 'GET', `${X}?pageSize=20`, undefined, token),
      (list) => list.entities.every(({ status }: Json) => status === 'SUCCEEDED'),
    );
    const last = Math.max(...entities.map(({ dateCompletion }: Json) => Date.parse(dateCompletion)));
    expect(Date.parse(ours.dateCompletion)).toBeLessThan(last);
  });

  it('is one of twenty at most that wait to be written', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => server.request('POST', X, { body: { kind: 'relationship' } })));
    expect(answers.every(({ status, body }) => status === 201 || (status === 409 && body.code === 'conflict'))).toBe(true);
    expect(answers.some(({ status }) => status === 409)).toBe(true);
    const running = () => must(server, 'GET', `${X}?pageSize=200&kind=relationship`);
    await until(running, ({ entities }) => entities.every(({ status }: Json) => status === 'SUCCEEDED'));
  });
});

describe('whoever sees less', () => {
  const VIEWS = ['externalContacts:export:add', 'externalContacts:export:view', 'externalContacts:contact:view'];

  it('may not export what he may not view', async () => {
    for (const lacking of VIEWS) {
      const caller = await makeCaller(
        server,
        VIEWS.filter((permission) => permission !== lacking),
      );
      const [made, listed] = [
        await server.request('POST', CONTACT_EXPORTS, { body: {}, token: caller.token }),
        await server.request('GET', CONTACT_EXPORTS, { token: caller.token }),
      ];
      expect([made.status, listed.status]).toEqual([lacking === VIEWS[1] ? 201 : 403, lacking === VIEWS[0] ? 200 : 403]);
      const other = await server.request('POST', X, { body: { kind: 'organization' }, token: caller.token });
      expect(other).toMatchObject({ status: 403, body: { code: expect.stringMatching(/^missing\.(any\.)?permissions$/) } });
    }
  });

  it('gets his divisions and no others, whatever the filter says', async () => {
    const { token } = await makeCaller(server, VIEWS, division);
    const all = await contactExport({ queryConditions: { filters: { not: { eq: { field: 'DivisionId', value: division } } } } }, token);
    expect(await idsIn(all)).not.toContain(grace.id);
    const mine = await contactExport({ divisionIds: [division] }, token);
    expect(await idsIn(mine)).toEqual([grace.id]);
    const closed = await makeDivision(server);
    await make(server, '/contacts', { lastName: 'Hidden', division: { id: closed.id } });
    expect((await rowsOf(await contactExport({}, token))).map(({ lastName }) => lastName)).not.toContain('Hidden');
    const asked = (id: string, who = token) => server.request('POST', CONTACT_EXPORTS, { body: { divisionIds: [id] }, token: who });
    expect(await asked(closed.id)).toMatchObject({ status: 403, body: { code: 'missing.division.permission' } });
    expect(await asked(NOBODY)).toMatchObject({ status: 403, body: { code: 'missing.division.permission' } });
    expect(await asked(NOBODY, await server.token())).toMatchObject({
      status: 400,
      body: { details: [{ fieldName: 'divisionIds[0]', errorCode: 'not.found' }] },
    });
    expect(await asked('x', await server.token())).toMatchObject({ status: 400, body: { details: [{ fieldName: 'divisionIds[0]', errorCode: 'format' }] } });
  });

  it('does not see the exports of who sees more, nor the names of organizations', async () => {
    const { token } = await makeCaller(server, VIEWS, division);
    const whole = await contactExport();
    for (const path of [`${CONTACT_EXPORTS}/${whole.id}`, `${X}/${whole.id}`]) expect((await server.request('GET', path, { token })).status).toBe(404);
    expect(idsOf((await must(server, 'GET', X, undefined, token)).entities)).not.toContain(whole.id);
    const nameless = await makeCaller(server, VIEWS);
    const rows = await rowsOf(await contactExport({}, nameless.token));
    expect(rows.find(({ id }) => id === ada.id)).toMatchObject({ 'externalOrganization.id': acme.id });
    expect(rows.some((row) => 'externalOrganization.name' in row)).toBe(false);
  });

  it('sees nothing of another organization, neither an export nor its file', async () => {
    const { clientId, clientSecret } = await makeOrganization(server, 'Elsewhere');
    const token = await server.tokenFor(clientId, clientSecret);
    const exported = await contactExport();
    expect((await server.request('GET', `${X}/${exported.id}`, { token })).status).toBe(404);
    expect(await rowsOf(await contactExport({}, token))).toEqual([]);
    const link = exported.downloadUrl as string;
    const forged = `${link.slice(0, -2)}${link.endsWith('AA') ? 'BB' : 'AA'}`;
    expect((await fetch(forged)).status).toBe(403);
  });
});
