import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDivision, must } from './access-callers.ts';
import { E, make, UNASSIGNED } from './directory.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const CONTACT_TEXTS = ['firstName', 'middleName', 'lastName', 'salutation', 'title', 'workEmail', 'personalEmail', 'otherEmail', 'externalSystemUrl'];
const CONTACT_OBJECTS = [
  'workPhone',
  'cellPhone',
  'homePhone',
  'otherPhone',
  'address',
  'twitterId',
  'lineId',
  'whatsAppId',
  'facebookId',
  'instagramId',
  'externalOrganization',
  'division',
  'schema',
  'customFields',
];
const CONTACT_LISTS = ['appleOpaqueIds', 'externalIds'];
const ORGANIZATION_TEXTS = ['companyType', 'industry', 'externalSystemUrl'];
const ORGANIZATION_OBJECTS = ['address', 'phoneNumber', 'faxNumber', 'twitterId', 'division', 'schema', 'customFields'];
const ORGANIZATION_LISTS = ['tags', 'websites', 'tickers', 'externalIds'];

const all = (names: string[], value: unknown) => Object.fromEntries(names.map((name) => [name, value]));
const bare = ({ id: _id, createDate: _created, modifyDate: _modified, selfUri: _self, ...rest }: Json) => rest;

describe.each([
  ['contact', '/contacts', {}, CONTACT_TEXTS, CONTACT_OBJECTS, CONTACT_LISTS, { type: 'Curated', division: UNASSIGNED }],
  ['organization', '/organizations', { name: 'Empty' }, ORGANIZATION_TEXTS, ORGANIZATION_OBJECTS, ORGANIZATION_LISTS, { name: 'Empty', division: UNASSIGNED }],
])('a %s', (_, path, base, texts, objects, lists, nothing) => {
  const saved = async (body: object) => bare(await make(server, path, { ...base, ...body }));

  it('has no value where the field is absent, null or empty', async () => {
    expect(await saved({})).toEqual(nothing);
    expect(await saved(all([...texts, ...objects, ...lists], null))).toEqual(nothing);
    expect(await saved({ ...all(texts, ''), ...all(objects, {}), ...all(lists, []) })).toEqual(nothing);
    expect(await saved(all(texts, ' \t'))).toEqual(nothing);
  });

  it('has no value where all that is nested in it is null or empty', async () => {
    expect(await saved({ address: { address1: null, address2: '', city: ' ' }, twitterId: { screenName: '' } })).toEqual(nothing);
    expect(await saved({ division: { id: null } })).toEqual(nothing);
    expect(await saved({ division: { id: '' } })).toEqual(nothing);
  });

  it('loses on replacement whatever is absent, null or empty', async () => {
    const full = {
      ...base,
      address: { city: 'London', state: 'London' },
      twitterId: { screenName: 'x' },
      externalSystemUrl: 'https://x.example',
      [texts[0] as string]: 'text',
    };
    for (const replacement of [{}, { ...all(texts, null), ...all(objects, null) }, { ...all(texts, ''), address: { city: '' }, twitterId: {} }]) {
      const { id } = await make(server, path, full);
      expect(bare(await must(server, 'PUT', `${E}${path}/${id}`, { ...base, ...replacement }))).toEqual(nothing);
    }
    const { id } = await make(server, path, full);
    const kept = await must(server, 'PUT', `${E}${path}/${id}`, { ...base, address: { city: 'Paris' } });
    expect(kept.address).toEqual({ city: 'Paris' });
  });

  it('means the same in bulk and in part', async () => {
    const items = [{}, all([...texts, ...objects, ...lists], null), { ...all(texts, ''), ...all(objects, {}), ...all(lists, []) }];
    const bulk = async (what: string, entities: object[]) => (await must(server, 'POST', `${E}/bulk${path}/${what}`, { entities })).results;
    const added = await bulk(
      'add',
      items.map((item) => ({ ...base, ...item })),
    );
    for (const { entity } of added) expect(bare(entity)).toEqual(nothing);
    const text = texts[0] as string;
    const full = { ...base, [text]: 'text', address: { city: 'London' }, twitterId: { screenName: 'x' } };
    const made = await bulk('add', [full, full, full]);
    const replaced = await bulk(
      'update',
      items.map((item, i) => ({ ...base, ...item, id: made[i].id })),
    );
    for (const { entity } of replaced) expect(bare(entity)).toEqual(nothing);
    for (const value of [null, '', undefined]) {
      const { id } = await make(server, path, full);
      const changes = [text, 'address', 'twitterId.screenName'].map((field) => ({ field: `$.${field}`, action: 'Update', value }));
      expect(bare(await must(server, 'PATCH', `${E}${path}/${id}`, { changes }))).toEqual(nothing);
    }
  });

  it('ignores fields that it does not know, however they look', async () => {
    const body =
      '{"name":"Empty","shoeSize":43,"nested":{"a":[1]},"address":{"planet":"Mars"},"__proto__":{"firstName":"x"},"constructor":{"prototype":{"title":"x"}},"toString":"x"}';
    const answer = await server.request('POST', E + path, { body });
    expect(answer.status).toBe(200);
    expect(bare(answer.body)).toEqual(nothing);
  });
});

describe('a contact', () => {
  it('has no account where its ids are absent, null or empty', async () => {
    for (const ids of [undefined, null, []]) {
      expect(bare(await make(server, '/contacts', { lineId: { ids }, facebookId: { ids }, instagramId: { ids } }))).toEqual({
        type: 'Curated',
        division: UNASSIGNED,
      });
    }
    expect((await make(server, '/contacts', { lineId: { ids: [{ userId: 'u' }], displayName: '' } })).lineId).toEqual({ ids: [{ userId: 'u' }] });
  });

  it('knows false from nothing', async () => {
    expect((await make(server, '/contacts', { surveyOptOut: false })).surveyOptOut).toBe(false);
    expect(await make(server, '/contacts', { surveyOptOut: null })).not.toHaveProperty('surveyOptOut');
    expect((await make(server, '/contacts', { workPhone: { display: '+33100000001', extension: 0, acceptsSMS: false } })).workPhone).toMatchObject({
      extension: 0,
      acceptsSMS: false,
    });
  });

  it('keeps its division when it is replaced, and cannot change it', async () => {
    const division = await makeDivision(server);
    const { id } = await make(server, '/contacts', { firstName: 'Here', division: { id: division.id } });
    const replace = (body: object) => server.request('PUT', `${E}/contacts/${id}`, { body });
    for (const body of [{}, { division: null }, { division: {} }, { division: { id: division.id } }, { division: { id: division.id.toUpperCase() } }]) {
      expect((await replace(body)).body, JSON.stringify(body)).toMatchObject({ id, division: { id: division.id } });
    }
    for (const other of ['*', (await makeDivision(server)).id]) {
      const answer = await replace({ firstName: 'There', division: { id: other } });
      expect(answer.body).toMatchObject({ status: 409, code: 'division.change.not.allowed' });
      expect(answer.body.message).toContain(division.id);
    }
    expect((await server.request('GET', `${E}/contacts/${id}`)).body.division.id).toBe(division.id);
    expect((await replace({ division: { id: 'home' } })).body).toMatchObject({ status: 422, details: [{ fieldName: 'division.id' }] });
  });
});
