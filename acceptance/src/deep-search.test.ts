import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeDivision } from './access-callers.ts';
import { idsOf, make, NOBODY } from './directory.ts';
import { makeOrganization } from './other-organization.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let source: Json;
let division: { id: string };
let acme: Json;
let umbrella: Json;
const people: Record<string, Json> = {};

beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  source = await make(server, '/externalsources', { name: 'CRM' });
  division = await makeDivision(server);
  acme = await make(server, '/organizations', {
    name: 'Acme',
    industry: 'Anvils',
    companyType: 'Private',
    tags: ['Road Runner', 'coyote'],
    employeeCount: 40,
    revenue: -5,
    websites: ['https://acme.example'],
    tickers: [{ symbol: 'ACMX', exchange: 'XETRA' }],
    phoneNumber: { display: '+49 30 901820' },
    externalIds: [{ externalSource: { id: source.id }, value: 'ORG-1' }],
  });
  umbrella = await make(server, '/organizations', { name: 'Umbrella', industry: 'pharmacy', employeeCount: 9000, division: { id: division.id } });
  const bodies: Record<string, object> = {
    sean: {
      firstName: 'Seán',
      middleName: 'Óg',
      lastName: 'Smith',
      salutation: 'Dr',
      title: 'Chief Officer',
      workPhone: { display: '+1 317 555 0101', extension: 7, acceptsSMS: true },
      workEmail: 'Sean@mail.example',
      address: { city: 'Zürich', postalCode: '8001', countryCode: 'CH' },
      externalIds: [{ externalSource: { id: source.id }, value: 'CUST-77 B' }],
      externalSystemUrl: 'https://crm.example/1',
      surveyOptOut: true,
    },
    anna: {
      firstName: 'Anna',
      lastName: 'SMITH',
      externalOrganization: { id: acme.id },
      address: { city: 'Leeds' },
      facebookId: { ids: [{ scopedId: 'FB-anna' }] },
      twitterId: { screenName: 'annas' },
      surveyOptOut: false,
    },
    bo: { firstName: 'Bo', lastName: 'Smithson', externalOrganization: { id: umbrella.id }, address: { city: 'leeds' }, division: { id: division.id } },
    li: {
      firstName: '李',
      lineId: { ids: [{ userId: 'U1' }] },
      whatsAppId: { phoneNumber: { display: '+4915112345678' } },
      appleOpaqueIds: [{ value: 'urn:1' }],
    },
    cleo: { lastName: 'Ward', cellPhone: { display: '+1 317 555 0102' }, address: { city: 'York', address1: '1 High Street' } },
  };
  for (const [name, body] of Object.entries(bodies)) people[name] = await make(server, '/contacts', body);
});
afterAll(() => server.stop());

const CONTACTS = '/liaison/v1/contacts/search';
const ORGANIZATIONS = '/liaison/v1/organizations/search';
const ask = (path: string, body: object, token?: string) => server.request('POST', path, { body, ...(token ? { token } : {}) });
const search = async (body: object, token?: string): Promise<Json> => {
  const answer = await ask(CONTACTS, body, token);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};
const named = (entities: Json[]) => entities.map(({ id }) => Object.keys(people).find((name) => people[name]?.id === id));
const found = async (filter: object, more: object = {}) => named((await search({ filter, ...more })).entities).sort();
const walk = async (path: string, body: object): Promise<string[]> => {
  const ids: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const { entities, cursors } = (await ask(path, { ...body, ...(cursor ? { cursor } : {}) })).body;
    ids.push(...idsOf(entities));
    cursor = cursors.after;
    if (!cursor) return ids;
  }
};

describe('a filter of contacts', () => {
  const EVERYBODY = ['anna', 'bo', 'cleo', 'li', 'sean'];
  it.each<[string, () => object, string[]]>([
    ['a name in any case', () => ({ field: 'lastName', eq: 'sMITH' }), ['anna', 'sean']],
    ['a name with its accent', () => ({ field: 'firstName', eq: 'seÁn' }), ['sean']],
    ['a beginning', () => ({ field: 'lastName', prefix: 'smith' }), ['anna', 'bo', 'sean']],
    ['any of several', () => ({ field: 'lastName', in: ['WARD', 'smithson'] }), ['bo', 'cleo']],
    ['a middle name', () => ({ field: 'middleName', eq: 'óg' }), ['sean']],
    ['a title of two words', () => ({ field: 'title', eq: 'chief officer' }), ['sean']],
    ['what is among no words', () => ({ field: 'salutation', eq: 'dr' }), ['sean']],
    ['part of an address', () => ({ field: 'address.city', eq: 'LEEDS' }), ['anna', 'bo']],
    ['a street', () => ({ field: 'address.address1', prefix: '1 h' }), ['cleo']],
    ['a number in E.164', () => ({ field: 'workPhone.e164', eq: '+13175550101' }), ['sean']],
    ['the beginning of one', () => ({ field: 'cellPhone.e164', prefix: '+1317555' }), ['cleo']],
    ['an extension', () => ({ field: 'workPhone.extension', gte: 7, lt: 8 }), ['sean']],
    ['a part of a phone', () => ({ field: 'workPhone.acceptsSMS', eq: true }), ['sean']],
    ['an e-mail address', () => ({ field: 'workEmail', eq: 'sean@MAIL.example' }), ['sean']],
    ['an outside id', () => ({ field: 'externalIds.value', eq: 'cust-77 b' }), ['sean']],
    ['its source', () => ({ field: 'externalIds.externalSource.id', eq: source.id }), ['sean']],
    ['a Facebook id', () => ({ field: 'facebookId.ids.scopedId', eq: 'fb-ANNA' }), ['anna']],
    ['a screen name', () => ({ field: 'twitterId.screenName', prefix: 'anna' }), ['anna']],
    ['a Line id', () => ({ field: 'lineId.ids.userId', eq: 'U1' }), ['li']],
    ['a WhatsApp number', () => ({ field: 'whatsAppId.phoneNumber.e164', eq: '+4915112345678' }), ['li']],
    ['an Apple id', () => ({ field: 'appleOpaqueIds.value', in: ['urn:1', 'urn:2'] }), ['li']],
    ['the organization', () => ({ field: 'externalOrganization.id', eq: acme.id.toUpperCase() }), ['anna']],
    [
      'any of some organizations, and more',
      () => ({
        and: [
          { field: 'externalOrganization.id', in: [acme.id, umbrella.id] },
          { field: 'firstName', eq: 'bo' },
        ],
      }),
      ['bo'],
    ],
    ['true', () => ({ field: 'surveyOptOut', eq: true }), ['sean']],
    ['false', () => ({ field: 'surveyOptOut', eq: false }), ['anna']],
    ['a missing value', () => ({ field: 'surveyOptOut', exists: false }), ['bo', 'cleo', 'li']],
    ['what is there', () => ({ field: 'externalSystemUrl', exists: true }), ['sean']],
    ['not', () => ({ not: { field: 'lastName', prefix: 'smith' } }), ['cleo', 'li']],
    ['the type', () => ({ field: 'type', eq: 'Curated' }), EVERYBODY],
    ['the division', () => ({ field: 'division.id', eq: division.id }), ['bo']],
    ['no division', () => ({ field: 'division.id', eq: '*' }), ['anna', 'cleo', 'li', 'sean']],
    ['an id', () => ({ field: 'id', in: [people.li.id, NOBODY] }), ['li']],
    ['when it was made, to the millisecond', () => ({ field: 'createDate', eq: people.cleo.createDate }), ['cleo']],
    ['when it was changed', () => ({ field: 'modifyDate', gte: people.li.modifyDate }), ['cleo', 'li']],
    ['before when it was changed', () => ({ field: 'modifyDate', lt: people.anna.modifyDate }), ['sean']],
    [
      'what must all hold',
      () => ({
        and: [
          { field: 'lastName', eq: 'Smith' },
          { field: 'address.city', eq: 'leeds' },
        ],
      }),
      ['anna'],
    ],
    [
      'what may hold',
      () => ({
        or: [
          { field: 'lastName', eq: 'ward' },
          { field: 'firstName', eq: '李' },
        ],
      }),
      ['cleo', 'li'],
    ],
    [
      'all of them together',
      () => ({
        and: [
          {
            or: [
              { field: 'address.city', eq: 'Leeds' },
              { field: 'address.city', eq: 'york' },
            ],
          },
          { not: { field: 'firstName', eq: 'Bo' } },
        ],
      }),
      ['anna', 'cleo'],
    ],
    [
      'nothing',
      () => ({
        and: [
          { field: 'lastName', eq: 'Smith' },
          { field: 'lastName', eq: 'Ward' },
        ],
      }),
      [],
    ],
  ])('finds by %s', async (_, filter, wanted) => {
    for (const field of ['lastName', 'firstName', 'createDate', 'modifyDate']) {
      for (const direction of ['asc', 'desc']) expect(await found(filter(), { sort: [{ field, direction }] })).toEqual(wanted);
    }
  });

  it('goes with words', async () => {
    expect(await found({ field: 'address.city', eq: 'leeds' }, { q: 'anna' })).toEqual(['anna']);
    expect(await found({ field: 'address.city', eq: 'leeds' }, { q: 'acme' })).toEqual(['anna']);
    expect(await found({ field: 'address.city', eq: 'leeds' }, { q: 'sean' })).toEqual([]);
    expect(await search({ q: '!?' })).toEqual({ entities: [], cursors: {}, total: 0 });
  });

  it('goes with divisions', async () => {
    expect(await found({ field: 'address.city', eq: 'leeds' }, { divisionIds: ['*'] })).toEqual(['anna']);
    expect(await found({ field: 'address.city', eq: 'leeds' }, { divisionIds: [division.id] })).toEqual(['bo']);
    expect(await found({ field: 'createDate', exists: true }, { divisionIds: [NOBODY] })).toEqual([]);
  });

  it('is up to date at once', async () => {
    const { id } = await make(server, '/contacts', { lastName: 'Quick' });
    expect(idsOf((await search({ filter: { field: 'lastName', eq: 'quick' } })).entities)).toEqual([id]);
    await server.request('DELETE', `/api/v2/externalcontacts/contacts/${id}`);
    expect((await search({ filter: { field: 'lastName', eq: 'quick' } })).entities).toEqual([]);
  });
});

describe('a filter of organizations', () => {
  it.each<[string, object, string[]]>([
    ['a tag', { field: 'tags', eq: 'road runner' }, ['Acme']],
    ['a number', { field: 'employeeCount', gt: 40 }, ['Umbrella']],
    ['a number below zero', { field: 'revenue', gte: -5, lt: 0 }, ['Acme']],
    ['a website', { field: 'websites', prefix: 'HTTPS://acme' }, ['Acme']],
    [
      'a ticker',
      {
        and: [
          { field: 'tickers.symbol', eq: 'acmx' },
          { field: 'tickers.exchange', eq: 'xetra' },
        ],
      },
      ['Acme'],
    ],
    ['a phone number', { field: 'phoneNumber.e164', prefix: '+4930' }, ['Acme']],
    ['an outside id', { field: 'externalIds.value', eq: 'org-1' }, ['Acme']],
    ['an industry', { field: 'industry', in: ['PHARMACY', 'anvils'] }, ['Acme', 'Umbrella']],
    ['a missing type', { field: 'companyType', exists: false }, ['Umbrella']],
  ])('finds by %s', async (_, filter, wanted) => {
    for (const field of ['name', 'industry', 'companyType', 'createDate', 'modifyDate']) {
      const { entities } = (await ask(ORGANIZATIONS, { filter, sort: [{ field }] })).body;
      expect(entities.map(({ name }: Json) => name).sort()).toEqual(wanted);
    }
  });
});

describe('a deep search', () => {
  it.each([
    ['lastName', ['anna', 'sean', 'bo', 'cleo', 'li']],
    ['firstName', ['anna', 'bo', 'sean', 'li', 'cleo']],
    ['middleName', ['sean', 'anna', 'bo', 'li', 'cleo']],
    ['title', ['sean', 'anna', 'bo', 'li', 'cleo']],
    ['createDate', ['sean', 'anna', 'bo', 'li', 'cleo']],
    ['modifyDate', ['sean', 'anna', 'bo', 'li', 'cleo']],
  ])('sorts by %s, either way and page by page', async (field, wanted) => {
    for (const filter of [
      undefined,
      { field: 'createDate', gte: '2020-01-01T00:00:00Z' },
      {
        or: [
          { field: 'id', exists: true },
          { field: 'lastName', eq: 'x' },
        ],
      },
    ]) {
      for (const limit of [1, 2, 5, 200]) {
        const body = { limit, ...(filter ? { filter } : {}) };
        expect(named((await walk(CONTACTS, { ...body, sort: [{ field }] })).map((id) => ({ id })))).toEqual(wanted);
        expect(named((await walk(CONTACTS, { ...body, sort: [{ field, direction: 'desc' }] })).map((id) => ({ id })))).toEqual(wanted.toReversed());
      }
    }
  });

  it('asks for nothing and gets everybody, by last name, 25 at a time', async () => {
    const page = await search({});
    expect(named(page.entities)).toEqual(['anna', 'sean', 'bo', 'cleo', 'li']);
    expect(page).toMatchObject({ cursors: {}, total: 5 });
    expect(page.entities[4]).toEqual((await server.request('GET', `/api/v2/externalcontacts/contacts/${people.li.id}`)).body);
  });

  it('answers with chosen fields', async () => {
    const filter = { field: 'lastName', eq: 'smith' };
    const chosen = await search({ filter, fields: ['firstName', 'address.city', 'externalIds.value', 'workPhone.e164', 'middleName'] });
    expect(chosen.entities).toEqual([
      { id: people.anna.id, firstName: 'Anna', address: { city: 'Leeds' } },
      {
        id: people.sean.id,
        firstName: 'Seán',
        middleName: 'Óg',
        address: { city: 'Zürich' },
        externalIds: [{ value: 'CUST-77 B' }],
        workPhone: { e164: '+13175550101' },
      },
    ]);
    const whole = await search({
      filter: { field: 'firstName', eq: 'anna' },
      fields: ['externalOrganization.name', 'address'],
      expand: ['externalOrganization'],
    });
    expect(whole.entities).toEqual([{ id: people.anna.id, externalOrganization: { name: 'Acme' }, address: { city: 'Leeds' } }]);
  });

  it('expands', async () => {
    const { entities } = await search({ filter: { field: 'firstName', eq: 'anna' }, expand: ['externalOrganization', 'identifiers', 'division'] });
    expect(entities[0]).toMatchObject({ externalOrganization: { name: 'Acme' }, division: { name: 'Unassigned' } });
    expect(entities[0].identifiers).toHaveLength(2);
  });

  it('goes on from where it was, whatever came and went', async () => {
    const first = await search({ limit: 2 });
    const extra = await make(server, '/contacts', { lastName: 'Aaa' });
    const second = await search({ limit: 2, cursor: first.cursors.after });
    expect(named(second.entities)).toEqual(['bo', 'cleo']);
    await server.request('DELETE', `/api/v2/externalcontacts/contacts/${extra.id}`);
  });

  it('reaches beyond a thousand', async () => {
    const bodies = Array.from({ length: 30 }, (_, i) => ({ lastName: `Deep ${String(i).padStart(2, '0')}` }));
    const made: Json[] = [];
    for (const body of bodies) made.push(await make(server, '/contacts', body));
    expect(await walk(CONTACTS, { limit: 4, filter: { field: 'lastName', prefix: 'deep' } })).toEqual(idsOf(made));
    expect(await walk(CONTACTS, { limit: 7, q: 'deep' })).toEqual(idsOf(made));
    for (const { id } of made) await server.request('DELETE', `/api/v2/externalcontacts/contacts/${id}`);
  });

  it.each<[string, object, string]>([
    [
      'an unknown field',
      {
        filter: {
          and: [
            { field: 'lastName', eq: 'x' },
            { field: 'shoeSize', eq: 4 },
          ],
        },
      },
      'filter.and[1].field',
    ],
    ['a field of what the contact only refers to', { filter: { field: 'externalOrganization.name', eq: 'Acme' } }, 'filter.field'],
    ['an unknown operator', { filter: { field: 'lastName', contains: 'x' } }, 'filter.contains'],
    ['a value of another type', { filter: { field: 'surveyOptOut', eq: 'yes' } }, 'filter.eq'],
    ['a list that is none', { filter: { and: { field: 'lastName', eq: 'x' } } }, 'filter.and'],
    ['what is no filter', { filter: 'lastName = x' }, 'filter'],
    ['an empty text', { filter: { field: 'lastName', eq: '' } }, 'filter.eq'],
    ['a date that is none', { filter: { field: 'createDate', gte: '2026-02-31T25:00:00Z' } }, 'filter.gte'],
    ['an order by an unknown field', { sort: [{ field: 'salutation' }] }, 'sort[0].field'],
    ['two orders', { sort: [{ field: 'lastName' }, { field: 'title' }] }, 'sort'],
    ['an unknown field to show', { fields: ['id', 'shoeSize'] }, 'fields[1]'],
    ['a page too long', { limit: 201 }, 'limit'],
    ['what is no division', { divisionIds: ['home'] }, 'divisionIds[0]'],
  ])('refuses %s by its place', async (_, body, field) => {
    const { status, body: refusal } = await ask(CONTACTS, body);
    expect({ status, field: refusal.details?.[0]?.fieldName }).toEqual({ status: 422, field });
  });

  it('takes any text for what it is', async () => {
    for (const text of ['"', "'", '\\', '$', '@', '^.*$', '[a-z]+', '") || true || ("', '%', '|', '?', '\u2028', '🦊', "' | 'x':*"]) {
      for (const op of ['eq', 'prefix']) {
        expect(await found({ field: 'lastName', [op]: text })).toEqual([]);
        expect(await found({ field: `customFields.${text.replaceAll('.', '')}`, eq: text })).toEqual([]);
      }
    }
    const { id } = await make(server, '/contacts', { lastName: '") || [x]\\.*^$|' });
    for (const op of ['eq', 'prefix']) expect(idsOf((await search({ filter: { field: 'lastName', [op]: '") || [X]\\.*^$|' } })).entities)).toEqual([id]);
    await server.request('DELETE', `/api/v2/externalcontacts/contacts/${id}`);
  });
});

describe('nobody finds what is hidden', () => {
  const HERE = ['externalContacts:contact:view', 'externalContacts:externalOrganization:view'];

  it('in another division', async () => {
    const caller = await makeCaller(server, HERE, (await makeDivision(server)).id);
    const all = await search({}, caller.token);
    expect(named(all.entities)).toEqual(['anna', 'sean', 'cleo', 'li']);
    expect(all.total).toBe(4);
    for (const filter of [
      { field: 'lastName', eq: 'Smithson' },
      { field: 'id', eq: people.bo.id },
      { field: 'division.id', eq: division.id },
      { field: 'externalOrganization.id', eq: umbrella.id },
      { field: 'firstName', prefix: 'B' },
    ]) {
      expect(await search({ filter }, caller.token), JSON.stringify(filter)).toEqual({ entities: [], cursors: {}, total: 0 });
      expect(await search({ filter, divisionIds: [division.id] }, caller.token)).toEqual({ entities: [], cursors: {}, total: 0 });
    }
    expect((await ask(ORGANIZATIONS, { filter: { field: 'employeeCount', gt: 0 } }, caller.token)).body.entities.map(({ name }: Json) => name)).toEqual([
      'Acme',
    ]);
  });

  it('by what changes there: answers stay the same', async () => {
    const caller = await makeCaller(server, HERE, (await makeDivision(server)).id);
    const questions = [
      {},
      { q: 'smith' },
      { filter: { field: 'lastName', prefix: 'smith' } },
      { filter: { field: 'address.city', eq: 'leeds' } },
      { sort: [{ field: 'modifyDate' }] },
    ];
    const answers = () => Promise.all(questions.map((question) => search(question, caller.token)));
    const before = await answers();
    const { id: _, selfUri: __, ...body } = people.bo;
    await server.request('PUT', `/api/v2/externalcontacts/contacts/${people.bo.id}`, { body: { ...body, lastName: 'Smithe', address: { city: 'Paris' } } });
    expect(await answers()).toEqual(before);
    await server.request('PUT', `/api/v2/externalcontacts/contacts/${people.bo.id}`, { body });
  });

  it('by the name of an organization that is hidden', async () => {
    const caller = await makeCaller(server, ['externalContacts:contact:view']);
    expect((await search({ q: 'umbrella' }, caller.token)).entities).toEqual([]);
    expect(named((await search({ filter: { field: 'externalOrganization.id', eq: umbrella.id } }, caller.token)).entities)).toEqual(['bo']);
    const [bo] = (await search({ q: 'bo smithson', expand: ['externalOrganization'] }, caller.token)).entities;
    expect(Object.keys(bo.externalOrganization)).toEqual(['id', 'selfUri']);
  });

  it('without permission', async () => {
    const caller = await makeCaller(server, ['externalContacts:externalOrganization:view']);
    expect(await ask(CONTACTS, {}, caller.token)).toMatchObject({ status: 403 });
    expect(await ask(ORGANIZATIONS, {}, caller.token)).toMatchObject({ status: 200 });
  });

  it('by a cursor of another search', async () => {
    const question = { limit: 1, q: 's', filter: { field: 'lastName', prefix: 'smith' } };
    const { after } = (await search(question)).cursors;
    expect((await search({ ...question, cursor: after, limit: 3, fields: ['id'], expand: ['division'] })).entities).not.toEqual([]);
    const { clientId, clientSecret } = await makeOrganization(server, 'Stranger');
    const stranger = await server.tokenFor(clientId, clientSecret);
    const invalid = { status: 422, body: { code: 'invalid.cursor' } };
    expect(await ask(CONTACTS, { ...question, cursor: after }, stranger)).toMatchObject(invalid);
    for (const other of [
      { ...question, q: 'sm' },
      { ...question, filter: { field: 'lastName', prefix: 'smit' } },
      { ...question, sort: [{ field: 'firstName' }] },
      { ...question, sort: [{ field: 'lastName', direction: 'desc' }] },
      { ...question, divisionIds: ['*'] },
    ]) {
      expect(await ask(CONTACTS, { ...other, cursor: after }), JSON.stringify(other)).toMatchObject(invalid);
    }
    expect(await ask(ORGANIZATIONS, { cursor: after })).toMatchObject(invalid);
    expect(await server.request('GET', `/api/v2/externalcontacts/scan/contacts?cursor=${after}`)).toMatchObject(invalid);
    for (const wrong of ['nonsense', after.slice(4), `${after.slice(0, -4)}AAAA`])
      expect(await ask(CONTACTS, { ...question, cursor: wrong })).toMatchObject(invalid);
    // What a cursor says is for nobody to read: it may name a contact that is hidden.
    expect(Buffer.from(after, 'base64url').toString('latin1')).not.toMatch(/smith/i);
  });
});

describe('custom fields', () => {
  const property = (type: string, more: object = {}) => ({ allOf: [{ $ref: `#/definitions/${type}` }], title: type, description: type, ...more });
  let vip: Json;
  beforeAll(async () => {
    const properties = {
      tier_enum: property('enum', {
        enum: ['gold', 'silver'],
        _enumProperties: { gold: { title: 'Gold', _disabled: false }, silver: { title: 'Silver', _disabled: false } },
      }),
      born_date: property('date'),
      visits_integer: property('integer', { minimum: 0, maximum: 1000 }),
      friend_checkbox: property('checkbox'),
      labels_tag: property('tag', { items: { minLength: 1, maxLength: 20 }, minItems: 0, maxItems: 10, uniqueItems: true }),
    };
    const jsonSchema = { $schema: 'http://json-schema.org/draft-04/schema#', title: 'VIP', description: 'VIP', properties };
    const { id } = await make(server, '/contacts/schemas', { name: 'VIP', jsonSchema, enabled: true });
    vip = await make(server, '/contacts', {
      lastName: 'Vip',
      schema: { id },
      customFields: { tier_enum: 'gold', born_date: '1815-12-10', visits_integer: 8, friend_checkbox: true, labels_tag: ['Guest', 'pays'] },
    });
  });
  afterAll(() => server.request('DELETE', `/api/v2/externalcontacts/contacts/${vip.id}`));

  it.each<[object, boolean]>([
    [{ field: 'customFields.tier_enum', eq: 'GOLD' }, true],
    [{ field: 'customFields.tier_enum', in: ['silver', 8] }, false],
    [{ field: 'customFields.born_date', gte: '1815-01-01', lt: '1816-01-01' }, true],
    [{ field: 'customFields.born_date', gt: '1815-12-10' }, false],
    [{ field: 'customFields.visits_integer', gt: 7, lte: 8 }, true],
    [{ field: 'customFields.visits_integer', eq: '8' }, false],
    [{ field: 'customFields.friend_checkbox', eq: true }, true],
    [{ field: 'customFields.labels_tag', eq: 'guest' }, true],
    [{ field: 'customFields.labels_tag', prefix: 'PAY' }, true],
    [{ field: 'customFields.nope', exists: true }, false],
  ])('%j finds: %s', async (filter, finds) => {
    expect(idsOf((await search({ filter })).entities)).toEqual(finds ? [vip.id] : []);
    if (finds) expect(idsOf((await search({ filter: { not: filter } })).entities)).not.toContain(vip.id);
  });

  it('can be chosen', async () => {
    const { entities } = await search({ filter: { field: 'schema.id', exists: true }, fields: ['customFields.tier_enum', 'schema.id'] });
    expect(entities).toEqual([{ id: vip.id, customFields: { tier_enum: 'gold' }, schema: { id: vip.schema.id } }]);
  });
});
