import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDivision } from './access-callers.ts';
import { idsOf, make } from './directory.ts';
import { connect, type Json, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let acme: Json;
let source: Json;
const people: Record<string, Json> = {};

beforeAll(async () => {
  server = await startServer();
  source = await make(server, '/externalsources', { name: 'CRM' });
  acme = await make(server, '/organizations', {
    name: 'Acme Müller GmbH',
    industry: 'Anvils',
    tags: ['road runner'],
    tickers: [{ symbol: 'ACMX', exchange: 'XETRA' }],
    phoneNumber: { display: '+49 30 901820' },
    externalIds: [{ externalSource: { id: source.id }, value: 'ORG-0001' }],
  });
  const bodies: Record<string, object> = {
    sean: {
      firstName: 'Seán',
      lastName: "O'Neil",
      title: 'Chief Officer',
      workPhone: { display: '+1 317 555 0101' },
      otherPhone: { display: 'extension 4711 only' },
      workEmail: 'sean.oneil@mail.example',
      address: { city: 'Zürich', postalCode: '8001' },
      externalIds: [{ externalSource: { id: source.id }, value: 'CUST-77 B' }],
    },
    anna: { firstName: 'Anna-Lena', lastName: 'Neil', externalOrganization: { id: acme.id }, facebookId: { ids: [{ scopedId: 'FB-anna' }] } },
    neilson: { firstName: 'Bo', lastName: 'Neilson', middleName: 'Sean', title: 'Officer' },
    li: { firstName: '李', lastName: '小龍' },
  };
  for (const [name, body] of Object.entries(bodies)) people[name] = await make(server, '/contacts', body);
});
afterAll(() => server.stop());

const named = (entities: Json[]) => entities.map(({ id }) => Object.keys(people).find((name) => people[name]?.id === id));

describe.each(SDKS)('search, by %s', (name) => {
  let contacts: Sdk['contacts'];
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
  });
  const search = (q: string, opts = {}) => contacts.getExternalcontactsContacts({ q, ...opts }) as Promise<Json>;

  it.each([
    ['a beginning of a name', 'nei', ['anna', 'neilson', 'sean']],
    ['a name without its accent, in any case', 'SEAN', ['neilson', 'sean']],
    ['a name with an accent too many', 'séan', ['neilson', 'sean']],
    ['a name with and without its apostrophe', 'oneil', ['sean']],
    ['a name with its apostrophe', "o'neil", ['sean']],
    ['every word of several', 'sean officer', ['neilson', 'sean']],
    ['every word, in any order', 'officer chief', ['sean']],
    ['a hyphenated name', 'anna-lena', ['anna']],
    ['a name in another script', '小龍', ['li']],
    ['an e-mail address', 'sean.oneil@mail.example', ['sean']],
    ['a beginning of an e-mail address', 'sean.oneil@ma', ['sean']],
    ['a city', 'zurich', ['sean']],
    ['a postal code', '8001', ['sean']],
    ['a phone number as typed', '317 555 0101', ['sean']],
    ['a phone number in E.164', '+13175550101', ['sean']],
    ['a phone number among words', 'sean 3175550101', ['sean']],
    ['the literal text of what is no phone number', '"4711"', ['sean']],
    ['an external id, exactly', 'cust-77', []],
    ['an external id, as a whole', '"CUST-77 B"', ['sean']],
    ['a social id', 'fb-anna', ['anna']],
    ['the name of the organization', 'acme muller', ['anna']],
    ['a word of the person and one of the organization', 'anna acme', ['anna']],
    ['no word', '!?', []],
    ['an unknown word', 'nobody', []],
    ['a known and an unknown word', 'sean nobody', []],
    ['what would be an operator elsewhere', 'sean | nobody', []],
    ['an unclosed quote', '"sean', ['neilson', 'sean']],
  ])('finds by %s', async (_, q, wanted) => {
    const found = await search(q);
    expect(named(found.entities).sort()).toEqual(wanted.toSorted());
    expect(found).toMatchObject({ total: wanted.length, partialResults: false });
  });

  it('puts whole words before beginnings', async () => {
    expect(named((await search('neil')).entities)).toEqual(['anna', 'sean', 'neilson']);
  });

  it.each([
    ['lastName:asc', ['anna', 'neilson', 'sean']],
    ['lastName:desc', ['sean', 'neilson', 'anna']],
    ['firstName', ['anna', 'neilson', 'sean']],
    ['firstName:DESC', ['sean', 'neilson', 'anna']],
  ])('sorts by %s', async (sortOrder, wanted) => {
    expect(named((await search('nei', { sortOrder })).entities)).toEqual(wanted);
    const listed = named((await contacts.getExternalcontactsContacts({ sortOrder })).entities);
    expect(listed.filter((name) => name !== 'li')).toEqual(wanted);
  });

  it('is up to date at once', async () => {
    const { id } = await contacts.postExternalcontactsContacts({ firstName: 'Quicksilver' });
    expect(await search('quicksilver')).toMatchObject({ total: 1, entities: [{ id }] });
    await contacts.putExternalcontactsContact(id, { firstName: 'Slowpoke' });
    expect(await search('quicksilver')).toMatchObject({ total: 0 });
    expect(await search('slowpoke')).toMatchObject({ total: 1 });
    await contacts.deleteExternalcontactsContact(id);
    expect(await search('slowpoke')).toMatchObject({ total: 0, entities: [] });
  });

  it('follows the organization’s name', async () => {
    const { id } = await make(server, '/organizations', { name: 'Oldname' });
    const member = await make(server, '/contacts', { firstName: 'Member', externalOrganization: { id } });
    await contacts.putExternalcontactsOrganization(id, { name: 'Newname' });
    expect(await search('oldname')).toMatchObject({ total: 0 });
    expect(await search('newname')).toMatchObject({ total: 1, entities: [{ id: member.id }] });
    await contacts.putExternalcontactsContact(member.id, { firstName: 'Member' });
    expect(await search('newname')).toMatchObject({ total: 0 });
    await contacts.deleteExternalcontactsContact(member.id);
  });

  it('looks in the divisions asked for', async () => {
    const division = await makeDivision(server);
    const { id } = await make(server, '/contacts', { firstName: 'Divided', division: { id: division.id } });
    expect(await search('divided')).toMatchObject({ total: 1 });
    expect(await search('divided', { divisionIds: ['*'] })).toMatchObject({ total: 0 });
    expect(await search('divided', { divisionIds: [division.id, '*'] })).toMatchObject({ total: 1 });
    await contacts.deleteExternalcontactsContact(id);
  });

  it('pages through what it found', async () => {
    const [first, second] = [await search('neil', { pageSize: 1 }), await search('neil', { pageSize: 1, pageNumber: 2 })];
    expect(named([...first.entities, ...second.entities])).toEqual(['anna', 'sean']);
    expect(second).toMatchObject({ total: 3, pageCount: 3, pageNumber: 2 });
  });

  it.each([
    ['a beginning of the name', 'müll'],
    ['industry', 'anvils'],
    ['a tag', 'runner'],
    ['a ticker', 'acmx'],
    ['a phone number', '+49 30 901820'],
    ['an external id', 'org-0001'],
  ])('finds organizations by %s', async (_, q) => {
    expect(idsOf((await contacts.getExternalcontactsOrganizations({ q })).entities)).toEqual([acme.id]);
  });

  it('finds no organization by other words', async () => {
    expect(await contacts.getExternalcontactsOrganizations({ q: 'acme nobody' })).toMatchObject({ total: 0, entities: [] });
  });
});
