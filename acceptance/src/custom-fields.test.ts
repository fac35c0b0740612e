// Custom fields on records: checked against their schema on every way in, found by what they say.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from './access-callers.ts';
import { E, idsOf, make, makeContacts, NOBODY } from './directory.ts';
import { connect, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
});
afterAll(() => server.stop());

const property = (type: string, more: object = {}) => ({ allOf: [{ $ref: `#/definitions/${type}` }], title: type, description: type, ...more });
const document = (extra: object = {}) => ({
  $schema: 'http://json-schema.org/draft-04/schema#',
  title: 'VIP',
  description: 'What we know of important people',
  properties: {
    about_text: property('text', { minLength: 0, maxLength: 100 }),
    story_longtext: property('longtext', { minLength: 0, maxLength: 1000 }),
    site_url: property('url', { minLength: 0, maxLength: 200 }),
    badge_identifier: property('identifier', { minLength: 0, maxLength: 100 }),
    tier_enum: property('enum', {
      enum: ['gold', 'silver'],
      _enumProperties: { gold: { title: 'Gold', _disabled: false }, silver: { title: 'Silver', _disabled: false } },
    }),
    born_date: property('date'),
    met_datetime: property('datetime'),
    visits_integer: property('integer', { minimum: 0, maximum: 1000 }),
    score_number: property('number', { minimum: 0, maximum: 1 }),
    friend_checkbox: property('checkbox'),
    labels_tag: property('tag', { items: { minLength: 1, maxLength: 20 }, minItems: 0, maxItems: 10, uniqueItems: true }),
    ...extra,
  },
});
const VALUES = {
  about_text: 'Collects Heliotropes',
  story_longtext: 'Once upon a time in Timbuktu',
  site_url: 'https://xylograph.example.com/a',
  badge_identifier: 'BX-77 q',
  tier_enum: 'gold',
  born_date: '1815-12-10',
  met_datetime: '2021-01-01T00:00:00.000Z',
  visits_integer: 8,
  score_number: 0.5,
  friend_checkbox: true,
  labels_tag: ['Vip Guest', 'pays'],
};

describe.each(SDKS)('by %s', (name) => {
  const run = SDKS.indexOf(name);
  let contacts: Sdk['contacts'];
  let schema: Json;
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
    schema = await contacts.postExternalcontactsContactsSchemas({ name: `VIP ${run}`, jsonSchema: document(), enabled: true });
  });
  const of = (customFields: unknown, version?: number) => ({ schema: { id: schema.id, ...(version === undefined ? {} : { version }) }, customFields });

  it('are kept with the schema and version that they were checked by', async () => {
    const made = await contacts.postExternalcontactsContacts(of({ ...VALUES, about_text: null, tier_enum: 'silver' }));
    const { about_text: _, ...rest } = VALUES;
    expect(made.customFields).toEqual({ ...rest, tier_enum: 'silver' });
    expect(made.schema).toEqual({ id: schema.id, version: 1, selfUri: `${E}/contacts/schemas/${schema.id}` });
    expect(await contacts.getExternalcontactsContact(made.id)).toEqual(made);
    expect((await contacts.putExternalcontactsContact(made.id, made)).customFields).toEqual(made.customFields);
    const cleared = await contacts.putExternalcontactsContact(made.id, { title: 'plain' });
    expect([cleared.schema, cleared.customFields]).toEqual([undefined, undefined]);
  });

  it('are refused field by field, on every way in', async () => {
    const wrong = {
      ...VALUES,
      tier_enum: 'iron',
      visits_integer: 1001,
      nickname_text: 'x',
      labels_tag: ['a', 'a'],
      born_date: 'yesterday',
      friend_checkbox: 'yes',
    };
    const fields = ['tier_enum', 'visits_integer', 'nickname_text', 'labels_tag', 'born_date', 'friend_checkbox']
      .map((field) => `customFields.${field}`)
      .sort();
    const named = (error: Json) => [...new Set(error.details.map((detail: Json) => detail.fieldName.replace(/\[\d+\]$/, '')))].sort();
    const [made] = await makeContacts(server, [of(VALUES)]);
    expect(named(await refused(contacts.postExternalcontactsContacts(of(wrong))))).toEqual(fields);
    expect(named(await refused(contacts.putExternalcontactsContact(made.id, of(wrong))))).toEqual(fields);
    for (const [path, entity] of [
      ['add', of(wrong)],
      ['update', { id: made.id, ...of(wrong) }],
    ] as const) {
      const { results } = await must(server, 'POST', `${E}/bulk/contacts/${path}`, { entities: [entity] });
      expect(named(results[0].error)).toEqual(fields);
      expect(results[0].error.details.find((detail: Json) => detail.fieldName === 'customFields.tier_enum').value).toBe('iron');
    }
    const patch = await server.request('PATCH', `${E}/contacts/${made.id}`, {
      body: { changes: [{ action: 'Update', field: '$.customFields.tier_enum', value: 'iron' }] },
    });
    expect([patch.status, named(patch.body)]).toEqual([422, ['customFields.tier_enum']]);
    expect((await contacts.getExternalcontactsContact(made.id)).customFields).toEqual(VALUES);
  });

  it('need a schema of the right kind that is there', async () => {
    const organizations = await contacts.postExternalcontactsOrganizationsSchemas({ name: `Company ${run}`, jsonSchema: document() });
    const fault = async (body: unknown) =>
      (await refused(contacts.postExternalcontactsContacts(body))).details.map((detail: Json) => [detail.fieldName, detail.errorCode]);
    expect(await fault({ customFields: VALUES })).toEqual([['schema', 'required']]);
    expect(await fault({ schema: { id: NOBODY }, customFields: VALUES })).toEqual([['schema.id', 'not.found']]);
    expect(await fault({ schema: { id: organizations.id }, customFields: VALUES })).toEqual([['schema.id', 'not.found']]);
    expect(await fault(of(VALUES, 7))).toEqual([['schema.version', 'not.found']]);
    const organization = await contacts.postExternalcontactsOrganizations({ name: 'x', schema: { id: organizations.id }, customFields: { tier_enum: 'gold' } });
    expect(organization.customFields).toEqual({ tier_enum: 'gold' });
    expect((await contacts.getExternalcontactsOrganization(organization.id)).schema.version).toBe(1);
  });

  it('change one by one', async () => {
    const [made] = await makeContacts(server, [of(VALUES)]);
    const patch = (...changes: Json[]) => must(server, 'PATCH', `${E}/contacts/${made.id}`, { changes });
    const patched = await patch(
      { action: 'Update', field: '$.customFields.tier_enum', value: 'silver' },
      { action: 'AppendToCollection', field: '$.customFields.labels_tag', value: 'new' },
      { action: 'Remove', field: '$.customFields.about_text' },
    );
    const { about_text: _, ...rest } = VALUES;
    expect(patched.customFields).toEqual({ ...rest, tier_enum: 'silver', labels_tag: ['Vip Guest', 'pays', 'new'] });
  });

  it('live on with their version, and are checked by another where the record says so', async () => {
    const versions = await contacts.postExternalcontactsContactsSchemas({ name: `Versions ${run}`, jsonSchema: document() });
    const [old] = await makeContacts(server, [{ schema: { id: versions.id }, customFields: { tier_enum: 'gold' } }]);
    await contacts.putExternalcontactsContactsSchema(versions.id, { ...versions, jsonSchema: document({ extra_text: property('text') }) });
    const extra = (version?: number) => ({ schema: { id: versions.id, ...(version ? { version } : {}) }, customFields: { extra_text: 'x' } });
    expect((await refused(contacts.putExternalcontactsContact(old.id, extra(1)))).details[0].fieldName).toBe('customFields.extra_text');
    expect((await contacts.putExternalcontactsContact(old.id, extra(2))).schema.version).toBe(2);
    expect((await contacts.postExternalcontactsContacts(extra())).schema.version).toBe(2);
    // Disabled: nobody new gets it, those that have it keep it.
    const latest = await contacts.getExternalcontactsContactsSchema(versions.id);
    await contacts.putExternalcontactsContactsSchema(versions.id, { ...latest, enabled: false });
    expect((await refused(contacts.postExternalcontactsContacts(extra()))).details[0]).toMatchObject({ fieldName: 'schema.id', errorCode: 'disabled' });
    expect((await contacts.putExternalcontactsContact(old.id, extra(2))).customFields).toEqual({ extra_text: 'x' });
  });

  it('are found: texts by word, identifiers and tags exactly and in any case', async () => {
    const [made] = await makeContacts(server, [{ lastName: `Findable${run}`, ...of(VALUES) }]);
    const finds = async (q: string) => idsOf((await contacts.getExternalcontactsContacts({ q: `findable${run} ${q}` })).entities);
    for (const q of ['heliotropes', 'helio', 'timbuktu', 'xylograph', '"BX-77 q"', '"bx-77 Q"', '"vip guest"', 'pays', 'PAYS', 'gold'])
      expect(await finds(q), q).toEqual([made.id]);
    for (const q of ['"bx-77"', 'bx-7', '"vip gues"', 'pay', 'guest', '1815', 'true']) expect(await finds(q), q).toEqual([]);
    const organizations = await make(server, '/organizations/schemas', { name: `Found ${run}`, jsonSchema: document() });
    const organization = await make(server, '/organizations', { name: `Found${run}`, schema: { id: organizations.id }, customFields: VALUES });
    expect(idsOf((await contacts.getExternalcontactsOrganizations({ q: `found${run} pays helio` })).entities)).toEqual([organization.id]);
  });
});
