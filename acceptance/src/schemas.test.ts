// Custom-field schemas as their clients use them: the vendor's Terraform provider for the sibling engine makes a schema,
// disables it by a second call, reads its document back and compares, and polls for `deleted` after a deletion.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, must } from './access-callers.ts';
import { DATE, E, idsOf, NOBODY, NOT_FOUND, UUID } from './directory.ts';
import { makeOrganization } from './other-organization.ts';
import { configure, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const field = (type: string, more: object = {}) => ({ allOf: [{ $ref: `#/definitions/${type}` }], title: `custom ${type}`, description: `a ${type}`, ...more });

const ALL_TYPES = {
  custom_attribute_1_text: field('text', { minLength: 0, maxLength: 100 }),
  custom_attribute_2_longtext: field('longtext', { minLength: 0, maxLength: 1000 }),
  custom_attribute_3_url: field('url', { minLength: 0, maxLength: 200 }),
  custom_attribute_4_identifier: field('identifier', { minLength: 0, maxLength: 100 }),
  custom_attribute_5_enum: field('enum', {
    enum: ['option_1', 'option_2', 'option_3'],
    _enumProperties: {
      option_1: { title: 'Option 1', _disabled: false },
      option_2: { title: 'Option 2', _disabled: false },
      option_3: { title: 'Option 3', _disabled: false },
    },
  }),
  custom_attribute_6_date: field('date'),
  custom_attribute_7_datetime: field('datetime'),
  custom_attribute_8_integer: field('integer', { minimum: 1, maximum: 1000 }),
  custom_attribute_9_number: field('number', { minimum: -0.5, maximum: 1000 }),
  custom_attribute_10_checkbox: field('checkbox'),
  custom_attribute_11_tag: field('tag', { items: { minLength: 1, maxLength: 100 }, minItems: 0, maxItems: 10, uniqueItems: true }),
};

const document = (title: string, properties?: object) => ({
  $schema: 'http://json-schema.org/draft-04/schema#',
  title,
  description: `${title} description`,
  ...(properties ? { properties } : {}),
});

interface Kind {
  kind: string;
  appliesTo: string;
  folder: string;
  list(): Promise<Json>;
  create(body: Json): Promise<Json>;
  read(id: string): Promise<Json>;
  update(id: string, body: Json): Promise<Json>;
  versions(id: string): Promise<Json>;
  version(id: string, version: string): Promise<Json>;
  coreTypes(): Promise<Json>;
  coreType(name: string): Promise<Json>;
  limits(): Promise<Json>;
}

const kinds = (api: () => Sdk['contacts']): Kind[] => [
  {
    kind: 'contact',
    appliesTo: 'CONTACT',
    folder: `${E}/contacts/schemas`,
    list: () => api().getExternalcontactsContactsSchemas(),
    create: (body) => api().postExternalcontactsContactsSchemas(body),
    read: (id) => api().getExternalcontactsContactsSchema(id),
    update: (id, body) => api().putExternalcontactsContactsSchema(id, body),
    versions: (id) => api().getExternalcontactsContactsSchemaVersions(id),
    version: (id, version) => api().getExternalcontactsContactsSchemaVersion(id, version),
    coreTypes: () => api().getExternalcontactsContactsSchemasCoretypes(),
    coreType: (name) => api().getExternalcontactsContactsSchemasCoretype(name),
    limits: () => api().getExternalcontactsContactsSchemasLimits(),
  },
  {
    kind: 'organization',
    appliesTo: 'EXTERNAL_ORGANIZATION',
    folder: `${E}/organizations/schemas`,
    list: () => api().getExternalcontactsOrganizationsSchemas(),
    create: (body) => api().postExternalcontactsOrganizationsSchemas(body),
    read: (id) => api().getExternalcontactsOrganizationsSchema(id),
    update: (id, body) => api().putExternalcontactsOrganizationsSchema(id, body),
    versions: (id) => api().getExternalcontactsOrganizationsSchemaVersions(id),
    version: (id, version) => api().getExternalcontactsOrganizationsSchemaVersion(id, version),
    coreTypes: () => api().getExternalcontactsOrganizationsSchemasCoretypes(),
    coreType: (name) => api().getExternalcontactsOrganizationsSchemasCoretype(name),
    limits: () => api().getExternalcontactsOrganizationsSchemasLimits(),
  },
];

describe.each(SDKS)('by %s', (name) => {
  // An organization of its own, for there may be twenty.
  let sdk: Sdk;
  let clientId: string;
  beforeAll(async () => {
    const made = await makeOrganization(server, name);
    clientId = made.clientId;
    sdk = configure(server, name, true);
    await sdk.login(clientId, made.clientSecret);
  });

  describe.each(kinds(() => sdk.contacts))('a schema of the $kind kind', (schemas) => {
    it('is made enabled, and disabled by the next version', async () => {
      const body = { name: 'Terraform', enabled: false, jsonSchema: document('Terraform', ALL_TYPES) };
      const made = await schemas.create(body);
      expect(made).toEqual({
        id: expect.stringMatching(UUID),
        name: 'Terraform',
        version: 1,
        appliesTo: [schemas.appliesTo],
        enabled: true,
        createdBy: { id: clientId, selfUri: `/api/v2/users/${clientId}` },
        dateCreated: expect.stringMatching(DATE),
        jsonSchema: body.jsonSchema,
        selfUri: `${schemas.folder}/${made.id}`,
      });
      const disabled = await schemas.update(made.id, { ...body, version: 1 });
      expect(disabled).toEqual({ ...made, version: 2, enabled: false, dateCreated: expect.stringMatching(DATE) });
      expect(await schemas.read(made.id)).toEqual(disabled);
      expect((await schemas.list()).entities).toContainEqual(disabled);
      const { enabled: _, ...unsaid } = body;
      expect(await schemas.update(made.id, { ...unsaid, version: 2 })).toMatchObject({ version: 3, enabled: false });
    });

    it('comes back as it was sent, in the order of its fields', async () => {
      const backwards = Object.fromEntries(Object.entries(ALL_TYPES).reverse());
      const { id } = await schemas.create({ name: 'Round trip', jsonSchema: document('Round trip', backwards) });
      expect(JSON.stringify((await schemas.read(id)).jsonSchema)).toBe(JSON.stringify(document('Round trip', backwards)));
    });

    it('needs no fields', async () => {
      const made = await schemas.create({ name: 'Bare', jsonSchema: document('Bare') });
      expect(made.jsonSchema).toEqual(document('Bare'));
      expect(await schemas.update(made.id, { name: 'Bare', version: 1, jsonSchema: document('Bare', ALL_TYPES) })).toMatchObject({ version: 2 });
    });

    it('keeps its versions, each as it was', async () => {
      const first = await schemas.create({ name: 'First', jsonSchema: document('First') });
      const second = await schemas.update(first.id, { name: 'Second', version: 1, jsonSchema: document('Second', ALL_TYPES) });
      const old = { ...first, selfUri: `${first.selfUri}/versions/1` };
      expect(await schemas.versions(first.id)).toEqual({ total: 2, entities: [old, second], selfUri: `${first.selfUri}/versions` });
      expect(await schemas.version(first.id, '1')).toEqual(old);
      expect(await schemas.version(first.id, '2')).toEqual(second);
      for (const version of ['3', '0', '-1', 'latest', '1.0', '99999999999']) expect(await refused(schemas.version(first.id, version))).toEqual(NOT_FOUND);
      expect(await refused(schemas.versions(NOBODY))).toEqual(NOT_FOUND);
    });

    it('is changed from its current version only, by one of those who try', async () => {
      const { id } = await schemas.create({ name: 'Versions', jsonSchema: document('Versions') });
      const put = (version?: number) =>
        schemas.update(id, { name: 'Versions', jsonSchema: document('Versions'), ...(version === undefined ? {} : { version }) });
      for (const version of [undefined, 0, 2]) expect(await refused(put(version))).toMatchObject({ status: 409, code: 'general.conflict' });
      const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => put(1)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ status: 409, code: 'general.conflict' });
      expect(await schemas.read(id)).toMatchObject({ version: 2 });
    });

    it('may be widened, and not narrowed', async () => {
      const { tag, ...others } = { text: field('text', { maxLength: 9 }), tier: field('enum', { enum: ['a', 'b'] }), tag: field('tag') };
      const { id } = await schemas.create({ name: 'Edits', jsonSchema: document('Edits', { tag, ...others }) });
      const edit = (properties: object, version = 1) => schemas.update(id, { name: 'Edits', version, jsonSchema: document('Edits', properties) });
      const narrowed = await refused(edit({ text: field('text', { maxLength: 8 }), tier: field('enum', { enum: ['b'] }), more: field('date') }));
      expect(narrowed).toMatchObject({ status: 409, code: 'conflict' });
      expect(narrowed.details).toEqual([
        { fieldName: 'jsonSchema.properties.tag', errorCode: 'removed' },
        { fieldName: 'jsonSchema.properties.text.maxLength', errorCode: 'narrowed' },
        { fieldName: 'jsonSchema.properties.tier.enum', errorCode: 'removed' },
      ]);
      expect(await refused(edit({ ...others, tag: field('text') }))).toMatchObject({
        status: 409,
        details: [{ fieldName: 'jsonSchema.properties.tag.allOf' }],
      });
      expect(await schemas.read(id)).toMatchObject({ version: 1 });
      const wider = {
        tag,
        text: field('text', { title: 'New' }),
        tier: field('enum', { enum: ['a', 'b', 'c'], _enumProperties: { a: { title: 'A', _disabled: true } } }),
        more: field('date'),
      };
      expect(await edit(wider)).toMatchObject({ version: 2, jsonSchema: { properties: wider } });
    });

    it('is refused with each fault by its field', async () => {
      const jsonSchema = document('x'.repeat(101), { a: field('text', { maxLength: 0, pattern: 'x' }), b: { title: 'B' }, c: field('enum') });
      const refusal = await refused(schemas.create({ name: 'Faulty', jsonSchema }));
      expect(refusal).toMatchObject({ status: 422, code: 'constraint.validation' });
      expect(refusal.details.map(({ fieldName }: Json) => fieldName)).toEqual([
        'jsonSchema.title',
        'jsonSchema.properties.a.pattern',
        'jsonSchema.properties.a.maxLength',
        'jsonSchema.properties.b.allOf',
        'jsonSchema.properties.c.enum',
      ]);
      for (const body of [{ name: 'x' }, { jsonSchema: document('x') }, { name: 'x'.repeat(101), jsonSchema: document('x') }])
        expect(await refused(schemas.create(body))).toMatchObject({ status: 422 });
      for (const wrong of [
        { $schema: 'http://json-schema.org/draft-07/schema#' },
        { type: 'array' },
        { required: 'a' },
        { properties: [] },
        { additionalProperties: {} },
      ])
        expect(await refused(schemas.create({ name: 'x', jsonSchema: wrong }))).toMatchObject({
          status: 422,
          details: [{ fieldName: expect.stringContaining('jsonSchema') }],
        });
      const wide = document('Wide', Object.fromEntries(Array.from({ length: 26 }, (_, i) => [`f${i}_text`, field('text')])));
      expect(await refused(schemas.create({ name: 'Wide', jsonSchema: wide }))).toMatchObject({
        status: 409,
        limit: { key: 'maxNumberOfFieldsPerSchema', value: 25, namespace: 'external.contacts' },
      });
    });

    it('is not found under an id that nothing has', async () => {
      expect(await refused(schemas.read(NOBODY))).toEqual(NOT_FOUND);
      expect(await refused(schemas.update(NOBODY, { name: 'x', version: 1, jsonSchema: document('x') }))).toEqual(NOT_FOUND);
    });

    it('builds on eleven core types', async () => {
      const { total, entities, selfUri } = await schemas.coreTypes();
      expect([total, selfUri]).toEqual([11, `${schemas.folder}/coretypes`]);
      expect(entities.map(({ name: type }: Json) => type)).toEqual(Object.keys(ALL_TYPES).map((key) => key.split('_').at(-1)));
      for (const entity of entities) {
        expect(entity).toMatchObject({ current: true, version: 1, schema: { type: [expect.any(String), 'null'] }, selfUri: `${selfUri}/${entity.name}` });
        expect(await schemas.coreType(entity.name)).toEqual(entity);
      }
      expect(await schemas.coreType('text')).toMatchObject({
        validationFields: ['minLength', 'maxLength'],
        validationLimits: { minLength: { min: 0, max: 100 }, maxLength: { min: 1, max: 100 } },
      });
      expect(await schemas.coreType('tag')).toMatchObject({ itemValidationFields: ['minLength', 'maxLength'], schema: { items: { type: 'string' } } });
      for (const type of ['phone', 'Text', 'constructor']) expect(await refused(schemas.coreType(type))).toEqual(NOT_FOUND);
    });

    it('has its limits told', async () => {
      expect(await schemas.limits()).toMatchObject({
        maxNumberOfSchemasPerOrg: 20,
        maxNumberOfFieldsPerSchema: 25,
        maxNumberOfFieldsPerOrg: 500,
        minFieldNameCharacters: 1,
        maxFieldNameCharacters: 50,
        selfUri: `${schemas.folder}/limits`,
      });
    });

    if (schemas.kind === 'contact')
      it('is deleted softly: out of the list, and still there by its id', async () => {
        const made = await schemas.create({ name: 'Gone', jsonSchema: document('Gone') });
        await sdk.contacts.deleteExternalcontactsContactsSchema(made.id);
        expect(await schemas.read(made.id)).toEqual({ ...made, deleted: true });
        expect(await schemas.versions(made.id)).toMatchObject({ total: 1, entities: [{ deleted: true }] });
        expect(idsOf((await schemas.list()).entities)).not.toContain(made.id);
        expect(await refused(sdk.contacts.deleteExternalcontactsContactsSchema(made.id))).toEqual(NOT_FOUND);
        expect(await refused(schemas.update(made.id, { name: 'Gone', version: 1, jsonSchema: document('Gone') }))).toEqual(NOT_FOUND);
        expect(await refused(sdk.contacts.deleteExternalcontactsContactsSchema(NOBODY))).toEqual(NOT_FOUND);
      });
  });
});

const make = (kind: string, name: string, token?: string): Promise<Json> =>
  must(server, 'POST', `${E}/${kind}/schemas`, { name, jsonSchema: document(name) }, token);

async function freshOrganization(name: string): Promise<string> {
  const { clientId, clientSecret } = await makeOrganization(server, name);
  return server.tokenFor(clientId, clientSecret);
}

it('each kind has its own', async () => {
  const token = await freshOrganization('Kinds');
  const contact = await make('contacts', 'C', token);
  const organization = await make('organizations', 'O', token);
  for (const [kind, mine, other] of [
    ['contacts', contact, organization],
    ['organizations', organization, contact],
  ]) {
    expect((await must(server, 'GET', `${E}/${kind}/schemas`, undefined, token)).entities).toEqual([mine]);
    for (const rest of ['', '/versions', '/versions/1'])
      expect((await server.request('GET', `${E}/${kind}/schemas/${other.id}${rest}`, { token })).body, rest).toEqual(NOT_FOUND);
    const body = { name: 'x', version: 1, jsonSchema: document('x') };
    expect((await server.request('PUT', `${E}/${kind}/schemas/${other.id}`, { token, body })).body).toEqual(NOT_FOUND);
  }
  expect((await server.request('DELETE', `${E}/contacts/schemas/${organization.id}`, { token })).body).toEqual(NOT_FOUND);
});

it('there are twenty of both kinds together, however they are made; a deleted one makes room', async () => {
  const token = await freshOrganization('Quota');
  const body = { name: 'Many', jsonSchema: document('Many') };
  const answers = await Promise.all(
    Array.from({ length: 26 }, (_, i) => server.request('POST', `${E}/${i % 2 ? 'contacts' : 'organizations'}/schemas`, { token, body })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
  for (const answer of answers.filter(({ status }) => status !== 200)) {
    expect(answer.body).toMatchObject({ status: 409, code: 'conflict', limit: { key: 'maxNumberOfSchemasPerOrg', value: 20, namespace: 'external.contacts' } });
  }
  const made = answers.find(({ status, body: { appliesTo } }) => status === 200 && appliesTo[0] === 'CONTACT')?.body;
  expect((await server.request('PUT', `${E}/contacts/schemas/${made.id}`, { token, body: { ...body, version: 1 } })).status).toBe(200);
  expect((await server.request('DELETE', `${E}/contacts/schemas/${made.id}`, { token })).status).toBe(204);
  expect((await server.request('POST', `${E}/organizations/schemas`, { token, body })).status).toBe(200);
  expect((await server.request('POST', `${E}/contacts/schemas`, { token, body })).status).toBe(409);
});

it("another organization's schema is not there", async () => {
  const schema = await make('contacts', 'Ours', await freshOrganization('Owner'));
  const stranger = await freshOrganization('Stranger');
  expect((await must(server, 'GET', `${E}/contacts/schemas`, undefined, stranger)).entities).toEqual([]);
  const body = { name: 'x', version: 1, jsonSchema: document('x') };
  for (const [method, rest] of [
    ['GET', ''],
    ['GET', '/versions'],
    ['GET', '/versions/1'],
    ['PUT', ''],
    ['DELETE', ''],
  ] as const) {
    const answer = await server.request(method, `${E}/contacts/schemas/${schema.id}${rest}`, { token: stranger, ...(method === 'PUT' ? { body } : {}) });
    expect([method, rest, answer.body]).toEqual([method, rest, NOT_FOUND]);
  }
});

it('seeing, making and changing are allowed one by one; deleting is a change', async () => {
  const schema = await make('contacts', 'Permissions');
  const one = `${E}/contacts/schemas/${schema.id}`;
  const body = { name: 'Permissions', version: 1, jsonSchema: document('Permissions') };
  const paths = { GET: one, POST: `${E}/contacts/schemas`, PUT: one, DELETE: one };
  const statuses = async (token: string) => {
    const answers: number[] = [];
    for (const [method, path] of Object.entries(paths))
      answers.push((await server.request(method, path, { token, ...(method === 'POST' || method === 'PUT' ? { body } : {}) })).status);
    return answers;
  };
  const holderOf = async (...actions: string[]) =>
    (
      await makeCaller(
        server,
        actions.map((action) => `externalContacts:customFields:${action}`),
      )
    ).token;
  expect(await statuses((await makeCaller(server, ['externalContacts:contact:view'])).token)).toEqual([403, 403, 403, 403]);
  expect(await statuses(await holderOf('view'))).toEqual([200, 403, 403, 403]);
  expect(await statuses(await holderOf('add'))).toEqual([403, 200, 403, 403]);
  expect(await statuses(await holderOf('edit'))).toEqual([403, 403, 200, 204]);
});

it('every write is a change, by whoever made it', async () => {
  const token = await freshOrganization('Changes');
  for (const [kind, type, actions] of [
    ['contacts', 'contactSchema', ['create', 'update', 'delete']],
    ['organizations', 'organizationSchema', ['create', 'update']],
  ] as const) {
    const made = await make(kind, 'Audited', token);
    const written = [made, await must(server, 'PUT', `${E}/${kind}/schemas/${made.id}`, { name: 'Later', version: 1, jsonSchema: document('Later') }, token)];
    if (kind === 'contacts') await must(server, 'DELETE', `${E}/${kind}/schemas/${made.id}`, undefined, token);
    const { entities } = await must(server, 'GET', `/liaison/v1/audits?entityId=${made.id}`, undefined, token);
    expect(entities.map(({ action }: Json) => action).reverse()).toEqual(actions);
    for (const entry of entities) expect(entry).toMatchObject({ entity: { type, id: made.id }, client: { id: written[0].createdBy.id } });
    const update = entities.find(({ action }: Json) => action === 'update');
    expect(update.changes).toContainEqual({ field: '$.name', before: 'Audited', after: 'Later' });
  }
});

it('schemas belong to no division', async () => {
  const division = await must(server, 'POST', '/api/v2/authorization/divisions', { name: 'Schemas' });
  const { token } = await makeCaller(server, ['externalContacts:customFields:view', 'externalContacts:customFields:add'], division.id);
  const made = await make('organizations', 'From a division', token);
  expect(idsOf((await must(server, 'GET', `${E}/organizations/schemas`, undefined, token)).entities)).toContain(made.id);
});

it('an SDK without a token is refused', async () => {
  const { contacts } = configure(server, 'purecloud-platform-client-v2', false);
  expect(await refused(contacts.getExternalcontactsContactsSchemas())).toMatchObject({ status: 401 });
});
