// Enriching, by the table of the API's documentation: what becomes of none, one or several records that match, field by
// field and list by list; and that nobody is made twice, whoever asks at the same time.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeDivision, must } from './access-callers.ts';
import { databaseOf } from './database-of.ts';
import { E, make, NOBODY, UUID } from './directory.ts';
import { makeOrganization } from './other-organization.ts';
import { connect, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
});
afterAll(() => server.stop());

let made = 0;
function next(): number {
  made += 1;
  return made;
}
/** An address that nobody has yet. */
const address = () => `enriched${next()}@example.com`;
const email = (value: string) => ({ type: 'Email', value });
const enrich = (body: object, query = '') => server.request('POST', `${E}/contacts/enrich${query}`, { body });
const stored = (id: string): Promise<Json> => must(server, 'GET', `${E}/contacts/${id}`);
const identifiersOf = async (id: string) => (await must(server, 'GET', `${E}/contacts/${id}/identifiers`)).entities.map((one: Json) => one.value);
const countOf = async (lastName: string) => (await must(server, 'GET', `${E}/contacts?q=${lastName}`)).total;

const MATCHES = [0, 1, 2];
const STATUSES: Record<string, number[]> = { Insert: [201, 409, 409], Update: [404, 200, 200], Upsert: [201, 200, 200], Merge: [201, 200, 200] };

describe.each(SDKS)('contacts, by %s', (name) => {
  let contacts: Sdk['contacts'];
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
  });

  describe.each(Object.keys(STATUSES))('%s', (action) => {
    it.each(MATCHES)('with %d that match', async (matches) => {
      const addresses = [address(), address(), address()];
      const there: Json[] = [];
      for (const one of addresses.slice(1, 1 + matches)) there.push(await make(server, '/contacts', { firstName: 'Before', title: 'Stays', workEmail: one }));
      const asked = { id: 'my tracker', action, matchingIdentifiers: addresses.map(email), contact: { firstName: 'After', lastName: 'Enriched' } };
      const wanted = STATUSES[action]?.[matches] as number;
      const shown = (await contacts.postExternalcontactsBulkContactsEnrich({ entities: [asked] }, { dryRun: true })).results[0];
      for (const { id, firstName } of there) expect((await stored(id)).firstName).toBe(firstName);
      const [result] = (await contacts.postExternalcontactsBulkContactsEnrich({ entities: [asked] })).results;
      expect(result).toMatchObject({ id: 'my tracker', success: wanted < 300, status: wanted });
      expect([shown.status, shown.success, shown.entity?.firstName]).toEqual([result.status, result.success, result.entity?.firstName]);
      if (wanted >= 300) {
        expect(result.error).toMatchObject({ status: wanted, code: wanted === 404 ? 'enrich.unmatched' : 'enrich.matched', entity: asked, retryable: false });
        expect(await refused(contacts.postExternalcontactsContactsEnrich(asked))).toMatchObject({
          status: wanted,
          details: there.map(({ id }) => ({ entityId: id, fieldName: 'matchingIdentifiers' })),
        });
        return;
      }
      const { id } = result.entity;
      expect(result.entity).toMatchObject({ firstName: 'After', lastName: 'Enriched', type: 'Curated', ...(matches > 0 ? { title: 'Stays' } : {}) });
      if (matches === 0 || (action === 'Merge' && matches === 2)) {
        expect(shown.entity.id).toBeUndefined();
        expect(there.map((one) => one.id)).not.toContain(id);
      } else {
        expect(id).toBe(there[0].id);
        expect(shown.entity.id).toBe(id);
      }
      // What nobody had is claimed for it, the others' stays theirs.
      const claimed = action === 'Merge' || matches < 2 ? addresses : addresses.slice(0, 2);
      expect(await identifiersOf(id)).toEqual([...claimed].sort());
      if (action === 'Merge' && matches === 2) for (const one of there) expect((await stored(one.id)).id).toBe(id);
      else if (matches === 2) expect((await stored(there[1].id)).firstName).toBe('Before');
      // The single operation does the same again: it finds what it made.
      if (action !== 'Insert') expect((await contacts.postExternalcontactsContactsEnrich(asked)).id).toBe(id);
      else expect((await refused(contacts.postExternalcontactsContactsEnrich(asked))).status).toBe(409);
    });
  });
});

describe('fields', () => {
  const ACTIONS = { PreferProvided: [0, 1, 1], PreferExisting: [0, 1, 0], AlwaysUseProvided: [undefined, 1, 1] } as const;

  describe.each(Object.entries(ACTIONS))('%s', (action, [kept, filled, both]) => {
    it.each([
      ['by default', () => ({ defaultAction: action, rules: [{ field: '$.firstName', action: 'PreferProvided' }] })],
      ['by a rule', () => ({ rules: ['$.title', '$.address', '$.workPhone', '$.customFields'].map((field) => ({ field, action })) })],
    ])('%s', async (_, rulesOf) => {
      const one = address();
      const [stays, changes] = ['Stored only', 'Stored'];
      const { id } = await make(server, '/contacts', {
        title: stays,
        workEmail: one,
        address: { city: stays, state: changes },
        workPhone: { display: '+1 317 555 0001', extension: 5 },
      });
      const { status, body } = await enrich({
        action: 'Update',
        matchingIdentifiers: [email(one)],
        contact: { workEmail: one, address: { state: 'Sent', countryCode: 'Sent only' }, workPhone: { display: '+1 317 555 0002' } },
        fieldRules: rulesOf(),
      });
      expect([status, body.id]).toEqual([200, id]);
      const choose = (which: 0 | 1 | undefined, old: unknown, sent: unknown) => (which === undefined ? undefined : which === 0 ? old : sent);
      expect(body.title).toBe(choose(kept, stays, undefined));
      expect(body.address.city).toBe(choose(kept, stays, undefined));
      expect(body.address.countryCode).toBe(choose(filled, undefined, 'Sent only'));
      expect(body.address.state).toBe(choose(both, changes, 'Sent'));
      // A phone number is one value: the extension of another is not its own.
      expect([body.workPhone.e164, body.workPhone.extension]).toEqual(both === 0 ? ['+13175550001', 5] : ['+13175550002', undefined]);
    });
  });

  it('of phones stay as they were typed, and the nearest rule counts', async () => {
    const one = address();
    await make(server, '/contacts', {
      workEmail: one,
      workPhone: { display: '01 00 00 00 01', normalizationCountryCode: 'FR' },
      address: { city: 'Paris', state: 'A' },
    });
    const { body } = await enrich({
      action: 'Upsert',
      matchingIdentifiers: [email(one)],
      contact: { address: { city: 'Lyon' } },
      fieldRules: {
        defaultAction: 'AlwaysUseProvided',
        rules: [
          { field: '$.workPhone', action: 'PreferExisting' },
          { field: '$.address', action: 'PreferExisting' },
          { field: '$.address.city', action: 'PreferProvided' },
        ],
      },
    });
    expect(body.workPhone).toMatchObject({ userInput: '01 00 00 00 01', e164: '+33100000001' });
    expect(body.address).toEqual({ city: 'Lyon', state: 'A' });
    expect(body.workEmail).toBeUndefined();
  });

  const ids = (source: string, from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => ({ externalSource: { id: source }, value: `${from + i}` }));
  const valuesOf = (body: Json) => (body.externalIds ?? []).map(({ value }: Json) => value);

  // Four are stored. What is sent, and what the list is then; nothing sent.
  const LISTS = [
    ...['PreferProvided', 'PreferExisting', 'AlwaysUseProvided'].map((action) => ({ arrayAction: 'Replace', action, sent: [3, 6], wanted: [3, 6] })),
    ...['PreferProvided', 'PreferExisting', 'AlwaysUseProvided'].flatMap((action) => [
      { arrayAction: 'Extend', action, sent: [3, 6], wanted: [0, 6] },
      { arrayAction: 'Fill', action, sent: [2, 12], wanted: [0, 10] },
      { arrayAction: undefined, action, sent: [2, 12], wanted: [0, 10] },
    ]),
  ] as { arrayAction: string | undefined; action: string; sent: [number, number]; wanted: [number, number] }[];
  it.each(LISTS)('lists: $arrayAction with $action', async ({ arrayAction, action, sent, wanted }) => {
    const source = await make(server, '/externalsources', { name: `Lists ${next()}` });
    const send = async (contact: object) => {
      const one = address();
      await make(server, '/contacts', { workEmail: one, externalIds: ids(source.id, 0, 4) });
      const rule = { field: '$.externalIds', action, ...(arrayAction ? { arrayAction } : {}) };
      return valuesOf((await enrich({ action: 'Update', matchingIdentifiers: [email(one)], contact, fieldRules: { rules: [rule] } })).body);
    };
    const range = ([from, to]: [number, number]) => ids(source.id, from, to).map(({ value }) => value);
    expect(await send({ externalIds: ids(source.id, ...sent) })).toEqual(range(wanted));
    expect(await send({})).toEqual(arrayAction === 'Replace' && action === 'AlwaysUseProvided' ? [] : range([0, 4]));
  });

  it('a list that would be too long is refused, where it is to be extended', async () => {
    const source = await make(server, '/externalsources', { name: `Lists ${next()}` });
    const one = address();
    const { id } = await make(server, '/contacts', { workEmail: one, externalIds: ids(source.id, 0, 4) });
    const asked = {
      action: 'Update',
      matchingIdentifiers: [email(one)],
      contact: { externalIds: ids(source.id, 4, 11) },
      fieldRules: { defaultArrayAction: 'Extend' },
    };
    const { status, body } = await enrich(asked);
    expect([status, body.details]).toEqual([422, [{ errorCode: 'maxItems', fieldName: 'contact.externalIds' }]]);
    expect(valuesOf(await stored(id))).toHaveLength(4);
  });

  it.each(['address.city', '$.address[0]', '$.*', '$..city', '$.address.', "$['title']", '$.title-x', '$.nothing', '$.modifyDate'])(
    'no rule is for %s',
    async (field) => {
      const { status, body } = await enrich({
        action: 'Upsert',
        matchingIdentifiers: [email(address())],
        fieldRules: {
          rules: [
            { field: '$.title', action: 'PreferExisting' },
            { field, action: 'PreferExisting' },
          ],
        },
      });
      expect([status, body.details[0].fieldName]).toEqual([422, 'fieldRules.rules[1].field']);
      expect(body.message).toContain(field);
    },
  );

  it('custom fields are combined one by one, and held against their schema', async () => {
    const core = (type: string) => ({ allOf: [{ $ref: `#/definitions/${type}` }] });
    const properties = {
      tier_text: { ...core('text'), title: 'Tier', description: '', minLength: 0, maxLength: 20 },
      note_text: { ...core('text'), title: 'Note', description: '', minLength: 0, maxLength: 20 },
    };
    const schema = await make(server, '/contacts/schemas', {
      name: `Enriched ${next()}`,
      enabled: true,
      jsonSchema: { $schema: 'http://json-schema.org/draft-04/schema#', title: 'Enriched', properties },
    });
    const one = address();
    await make(server, '/contacts', { workEmail: one, schema: { id: schema.id, version: 1 }, customFields: { tier_text: 'gold', note_text: 'old' } });
    const again = (contact: object, fieldRules = {}) => enrich({ action: 'Update', matchingIdentifiers: [email(one)], contact, fieldRules });
    const { body } = await again({ schema: { id: schema.id, version: 1, enabled: true }, customFields: { note_text: 'new' } });
    expect(body.customFields).toEqual({ tier_text: 'gold', note_text: 'new' });
    const refusal = await again({ customFields: { note_text: 'much longer than any note may be' } });
    expect([refusal.status, refusal.body.details[0].fieldName]).toEqual([422, 'contact.customFields.note_text']);
    expect((await again({ customFields: { note_text: 'other' } }, { defaultAction: 'PreferExisting' })).body.customFields.note_text).toBe('new');
    expect((await again({}, { rules: [{ field: '$.customFields.note_text', action: 'AlwaysUseProvided' }] })).body.customFields).toEqual({ tier_text: 'gold' });
  });
});

describe('what changes nothing', () => {
  const events = async (id: string) => (await must(server, 'GET', `/liaison/v1/audits?entityId=${id}&entityType=contact`)).entities.length;

  it('writes nothing and tells nobody, however often it is sent', async () => {
    const value = address();
    const contact = {
      firstName: 'Same',
      workPhone: { display: '(317) 555-0142', extension: 7 },
      workEmail: value,
      address: { city: 'London' },
      appleOpaqueIds: [{ value: `same ${value}` }],
      twitterId: { screenName: 'same' },
    };
    const { id } = await make(server, '/contacts', contact);
    const before = await server.request('GET', `${E}/contacts/${id}`);
    for (const [action, given] of Object.entries({ Upsert: contact, Update: {}, Merge: { workPhone: contact.workPhone } })) {
      const again = await enrich({ action, matchingIdentifiers: [email(value)], contact: given });
      expect([again.status, again.body, again.headers.get('etag')]).toEqual([200, before.body, before.headers.get('etag')]);
    }
    expect(await events(id)).toBe(1);
    expect((await enrich({ action: 'Update', matchingIdentifiers: [email(value)], contact: { firstName: 'Other' } })).headers.get('etag')).toBe('"2"');
    expect(await events(id)).toBe(2);
  });

  it('still promotes, claims and merges', async () => {
    const [value, other] = [address(), address()];
    const { contact } = await must(server, 'POST', '/liaison/v1/observe', { identifiers: [email(value)] });
    const promoted = await enrich({ action: 'Update', matchingIdentifiers: [email(value), email(other)], contact: {}, options: { promote: true } });
    expect(promoted.body).toMatchObject({ id: contact.id, type: 'Curated' });
    expect(await identifiersOf(contact.id)).toEqual([value, other]);
    const second = await make(server, '/contacts', { workEmail: address() });
    const merged = await enrich({ action: 'Merge', matchingIdentifiers: [email(value), email(second.workEmail)], contact: { workEmail: second.workEmail } });
    expect(merged.body.mergedFrom).toHaveLength(2);
    expect(await events(merged.body.id)).toBe(1);
  });

  it('holds for external organizations, too', async () => {
    const source = await make(server, '/externalsources', { name: `Same${next()}`, active: true });
    const externalIds = [{ externalSource: { id: source.id }, value: 'same' }];
    const { id, ...organization } = await make(server, '/organizations', { name: `Same${next()}`, industry: 'Bees', externalIds });
    const request = {
      action: 'Upsert',
      matchingIdentifiers: [{ type: 'ExternalId', value: 'same', externalSource: { id: source.id } }],
      externalOrganization: { name: organization.name, industry: 'Bees', externalIds },
    };
    const again = await server.request('POST', `${E}/organizations/enrich`, { body: request });
    expect([again.status, again.body, again.headers.get('etag')]).toEqual([200, { id, ...organization }, '"1"']);
  });
});

describe('identifiers', () => {
  it('are claimed for the record without being written into it, as in the forum: values to match and to store that differ', async () => {
    const source = await make(server, '/externalsources', { name: `CRM ${next()}` });
    const external = (value: string) => ({ type: 'ExternalId', value, externalSource: { id: source.id } });
    const asked = {
      division: { id: '*' },
      action: 'Upsert',
      matchingIdentifiers: [external('123')],
      contact: { lastName: `Forum${made}`, externalIds: [{ externalSource: { id: source.id }, value: '12345' }] },
    };
    const first = await enrich(asked);
    const second = await enrich(asked);
    expect([first.status, second.status, second.body.id]).toEqual([201, 200, first.body.id]);
    expect(second.body.externalIds.map(({ value }: Json) => value)).toEqual(['12345']);
    expect(await identifiersOf(first.body.id)).toEqual(['123', '12345']);
    expect(await countOf(`Forum${made}`)).toBe(1);
    expect(first.headers.get('etag')).toBe(second.headers.get('etag'));
  });

  it('that a field holds come and go with the field', async () => {
    const one = address();
    const { body } = await enrich({ action: 'Upsert', matchingIdentifiers: [email(one)], contact: { workEmail: one } });
    await must(server, 'PUT', `${E}/contacts/${body.id}`, { firstName: 'Without' });
    expect(await identifiersOf(body.id)).toEqual([]);
  });

  it('are looked up in their order', async () => {
    const [a, b] = [address(), address()];
    const [first, second] = [await make(server, '/contacts', { workEmail: a }), await make(server, '/contacts', { workEmail: b })];
    const asked = (order: string[]) => ({ action: 'Update', matchingIdentifiers: order.map(email), contact: { title: 'Found' } });
    expect((await enrich(asked([b, a]))).body.id).toBe(second.id);
    expect((await enrich(asked([a, b]))).body.id).toBe(first.id);
  });

  it('must be some, of sources that are there, in the division of the request', async () => {
    const division = await makeDivision(server);
    const faults = async (body: object) => {
      const answer = await enrich({ action: 'Upsert', contact: {}, ...body });
      return [answer.status, answer.body.details?.[0]?.fieldName];
    };
    expect(await faults({})).toEqual([422, 'matchingIdentifiers']);
    expect(await faults({ matchingIdentifiers: [] })).toEqual([422, 'matchingIdentifiers']);
    expect(await faults({ matchingIdentifiers: Array.from({ length: 26 }, () => email(address())) })).toEqual([422, 'matchingIdentifiers']);
    expect(await faults({ matchingIdentifiers: [email('nobody')] })).toEqual([422, 'matchingIdentifiers[0].value']);
    expect(await faults({ matchingIdentifiers: [{ type: 'ExternalId', value: '1' }] })).toEqual([400, 'matchingIdentifiers[0].externalSource.id']);
    expect(await faults({ matchingIdentifiers: [{ type: 'ExternalId', value: '1', externalSource: { id: NOBODY } }] })).toEqual([
      422,
      'matchingIdentifiers[0].externalSource.id',
    ]);
    expect(await faults({ matchingIdentifiers: [{ ...email(address()), division: { id: division.id } }] })).toEqual([
      422,
      'matchingIdentifiers[0].division.id',
    ]);
    expect(await faults({ matchingIdentifiers: [email(address())], contact: { division: { id: division.id } }, division: { id: '*' } })).toEqual([
      422,
      'contact.division.id',
    ]);
    expect(await faults({ matchingIdentifiers: [email(address())], contact: { workEmail: 'none' } })).toEqual([422, 'contact.workEmail']);
    expect(await faults({ matchingIdentifiers: [email(address())], contact: { externalOrganization: { id: NOBODY } } })).toEqual([
      422,
      'contact.externalOrganization.id',
    ]);
  });

  it.each(['Upsert', 'Merge', 'Insert'])('of one value make one contact, however many enrich at the same time by %s', async (action) => {
    const one = address();
    const word = `Atonce${next()}`;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => enrich({ action, matchingIdentifiers: [email(address()), email(one)], contact: { lastName: word, title: `${i}` } })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === (action === 'Insert' ? 409 : 200))).toHaveLength(19);
    expect(await countOf(word)).toBe(1);
  });

  it('of one division lead to nobody in another', async () => {
    const division = await makeDivision(server);
    const one = address();
    const there = await make(server, '/contacts', { workEmail: one });
    const { status, body } = await enrich({ division: { id: division.id }, action: 'Upsert', matchingIdentifiers: [email(one)], contact: { title: 'Other' } });
    expect([status, body.division.id]).toEqual([201, division.id]);
    expect(body.id).not.toBe(there.id);
    const again = await enrich({ action: 'Upsert', matchingIdentifiers: [email(one)], contact: { division: { id: division.id }, title: 'Again' } });
    expect([again.status, again.body.id]).toEqual([200, body.id]);
  });
});

describe('the organization of a contact', () => {
  it('may be named by its external id', async () => {
    const source = await make(server, '/externalsources', { name: `ERP ${next()}` });
    const organization = await make(server, '/organizations', { name: 'Named', externalIds: [{ externalSource: { id: source.id }, value: 'o1' }] });
    const one = address();
    const asked = (value: string) => ({
      action: 'Upsert',
      matchingIdentifiers: [email(one)],
      contact: { externalOrganization: { externalIds: [{ externalSource: { id: source.id }, value }] } },
    });
    expect((await enrich(asked('o1'))).body.externalOrganization.id).toBe(organization.id);
    const unknown = await enrich(asked('o2'));
    expect([unknown.status, unknown.body.details[0].fieldName]).toEqual([422, 'contact.externalOrganization.externalIds[0]']);
    const blind = await makeCaller(server, ['externalContacts:contact:enrich']);
    expect((await server.request('POST', `${E}/contacts/enrich`, { token: blind.token, body: asked('o1') })).status).toBe(422);
  });
});

describe('external organizations', () => {
  it.each(
    Object.entries(STATUSES)
      .filter(([action]) => action !== 'Merge')
      .flatMap(([action, statuses]) => statuses.map((status, matches) => [action, matches, status] as const)),
  )('%s with %d that match: %d', async (action, matches, wanted) => {
    const source = await make(server, '/externalsources', { name: `Org ${next()}` });
    const values = ['a', 'b', 'c'];
    const there: Json[] = [];
    for (const value of values.slice(1, 1 + matches))
      there.push(await make(server, '/organizations', { name: value, tags: ['x'], externalIds: [{ externalSource: { id: source.id }, value }] }));
    const matchingIdentifiers = values.map((value) => ({ type: 'ExternalId', value, externalSource: { id: source.id } }));
    const asked = { action, matchingIdentifiers, externalOrganization: { name: `Enriched ${made}`, tags: ['y'] } };
    const { status, body } = await server.request('POST', `${E}/organizations/enrich`, { body: asked });
    expect(status).toBe(wanted);
    if (wanted >= 300) return;
    expect(body).toMatchObject({ name: `Enriched ${made}`, tags: matches > 0 ? ['x', 'y'] : ['y'] });
    if (matches > 0) expect(body.id).toBe(there[0].id);
    const claimed = (await must(server, 'GET', `${E}/organizations/${body.id}/identifiers`)).entities.map((one: Json) => one.value);
    expect(claimed).toEqual(matches < 2 ? values : ['a', 'b']);
  });

  it('may be inserted without identifiers, not be merged, and need a name', async () => {
    const send = (body: object, query = '') => server.request('POST', `${E}/organizations/enrich${query}`, { body });
    expect((await send({ action: 'Insert', externalOrganization: { name: 'Alone' } })).status).toBe(201);
    expect((await send({ action: 'Update', externalOrganization: { name: 'Alone' } })).status).toBe(404);
    expect((await send({ action: 'Merge', externalOrganization: { name: 'Alone' } })).status).toBe(422);
    const nameless = await send({ action: 'Upsert', externalOrganization: { industry: 'None' } });
    expect([nameless.status, nameless.body.details[0].fieldName]).toEqual([422, 'externalOrganization.name']);
    const dry = await send({ action: 'Insert', externalOrganization: { name: `Dry${next()}` } }, '?dryRun=true');
    expect([dry.status, dry.body.id, dry.body.name]).toEqual([201, undefined, `Dry${made}`]);
    expect((await must(server, 'GET', `${E}/organizations?q=Dry${made}`)).total).toBe(0);
  });
});

describe('in bulk', () => {
  it('items are done in their order, each with an outcome of its own', async () => {
    const one = address();
    const item = (id: string, more: object) => ({ id, action: 'Upsert', matchingIdentifiers: [email(one)], ...more });
    const entities = [
      item('first', { contact: { firstName: 'First', workEmail: one } }),
      item('bad "address"', { contact: { workEmail: 'none' } }),
      7,
      item('second', { contact: { firstName: 'Second' } }),
      item('no rule', { fieldRules: { rules: [{ field: 'title' }] } }),
      { action: 'Upsert', matchingIdentifiers: [email(one)], contact: { title: 'Without a tracker' } },
    ];
    for (const query of ['?dryRun=true', '?dryRun=']) {
      const { status, body } = await server.request('POST', `${E}/bulk/contacts/enrich${query}`, { body: { entities } });
      expect([status, body.errorCount, body.errorIndexes]).toEqual([200, 3, [1, 2, 4]]);
      expect(body.results.map((result: Json) => result.status)).toEqual([201, 422, 400, 200, 422, 200]);
      expect(body.results.map((result: Json) => result.id)).toEqual(['first', 'bad "address"', undefined, 'second', 'no rule', undefined]);
      expect(body.results[1].error).toMatchObject({
        code: 'constraint.validation',
        entity: entities[1],
        details: [{ fieldName: 'contact.workEmail', value: 'none' }],
      });
      expect(body.results[4].error.details[0]).toMatchObject({ fieldName: 'fieldRules.rules[0].field', value: 'title' });
      expect(body.results[5].entity).toMatchObject({ firstName: 'Second', title: 'Without a tracker' });
    }
  });

  it('takes ten', async () => {
    const entities = Array.from({ length: 11 }, () => ({ action: 'Insert', matchingIdentifiers: [email(address())] }));
    const send = (path: string, most: number) => server.request('POST', `${E}/bulk/${path}/enrich`, { body: { entities: entities.slice(0, most) } });
    expect([(await send('contacts', 11)).status, (await send('organizations', 11)).status]).toEqual([400, 400]);
    expect((await send('contacts', 10)).body.errorCount).toBe(0);
  });
});

it('a dry run leaves nothing, with an Idempotency-Key or without', async () => {
  const database = await databaseOf(server);
  const { organizationId } = server.firstRun;
  const [a, b] = [address(), address()];
  for (const one of [a, b]) await make(server, '/contacts', { workEmail: one, title: 'Dry' });
  const before = await database.fingerprint(organizationId);
  for (const action of ['Upsert', 'Merge'])
    for (const matching of [[a], [a, b], [address()]])
      expect((await enrich({ action, matchingIdentifiers: matching.map(email), contact: { title: 'Wet' } }, '?dryRun=true')).body.title).toBe('Wet');
  expect(await database.fingerprint(organizationId)).toBe(before);
  const key = { 'idempotency-key': `dry ${a}` };
  const body = { action: 'Upsert', matchingIdentifiers: [email(address())], contact: { lastName: `Dryly${made}` } };
  const answers = [];
  for (let i = 0; i < 2; i += 1) answers.push(await server.request('POST', `${E}/contacts/enrich?dryRun=true`, { body, headers: key }));
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  expect(answers[0]?.body.id).toBeUndefined();
  expect(await countOf(`Dryly${made}`)).toBe(0);
  const once = { 'idempotency-key': `wet ${a}` };
  const wet = [];
  for (let i = 0; i < 2; i += 1) wet.push(await server.request('POST', `${E}/contacts/enrich`, { body: { ...body, action: 'Insert' }, headers: once }));
  expect(wet.map(({ status }) => status)).toEqual([201, 201]);
  expect(wet[1]?.body.id).toBe(wet[0]?.body.id);
  await database.client.end();
});

it('an observed contact is promoted only if asked', async () => {
  const one = address();
  const seen = await must(server, 'POST', '/liaison/v1/observe', { identifiers: [email(one)], displayName: 'Seen Only' });
  const asked = (options?: object) => ({
    action: 'Update',
    matchingIdentifiers: [email(one)],
    contact: { title: 'Enriched' },
    ...(options ? { options } : {}),
  });
  expect((await enrich(asked())).body).toMatchObject({ id: seen.contact.id, type: 'Identified' });
  expect((await enrich(asked({ promote: true }), '?dryRun=true')).body.type).toBe('Curated');
  expect((await enrich(asked({ promote: false }))).body.type).toBe('Identified');
  expect((await enrich(asked({ promote: true }))).body).toMatchObject({ id: seen.contact.id, type: 'Curated', firstName: 'Seen' });
  expect((await must(server, 'POST', '/liaison/v1/observe', { identifiers: [email(one)] })).dateExpires).toBeUndefined();
});

it('enriching is for those who may, where they may, and in their organization', async () => {
  const division = await makeDivision(server);
  const one = address();
  const there = await make(server, '/contacts', { workEmail: one, division: { id: division.id } });
  const asked = (id: string) => ({ division: { id }, action: 'Update', matchingIdentifiers: [email(one)], contact: { title: 'Mine' } });
  const inDivision = await makeCaller(server, ['externalContacts:contact:enrich'], division.id);
  const elsewhere = await makeCaller(server, ['externalContacts:contact:enrich'], (await makeDivision(server)).id);
  const editor = await makeCaller(server, ['externalContacts:contact:edit', 'externalContacts:contact:add']);
  const send = async ({ token }: { token: string }, body: object) => {
    const answer = await server.request('POST', `${E}/contacts/enrich`, { token, body });
    return [answer.status, answer.body.code ?? answer.body.id];
  };
  expect(await send(inDivision, asked(division.id))).toEqual([200, there.id]);
  expect(await send(elsewhere, asked(division.id))).toEqual([403, 'missing.division.permission']);
  expect(await send(elsewhere, asked('*'))).toEqual([404, 'enrich.unmatched']);
  expect(await send(editor, asked(division.id))).toEqual([403, 'missing.any.permissions']);
  expect(await send(inDivision, asked(NOBODY))).toEqual([403, 'missing.division.permission']);
  const other = await makeOrganization(server, 'Enriching');
  const token = await server.tokenFor(other.clientId, other.clientSecret);
  const foreign = await server.request('POST', `${E}/contacts/enrich`, { token, body: { ...asked('*'), action: 'Upsert' } });
  expect([foreign.status, foreign.body.id]).toEqual([201, expect.stringMatching(UUID)]);
  expect((await stored(there.id)).title).toBe('Mine');
});
