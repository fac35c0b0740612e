import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { E, idsOf, make } from './directory.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

const COUNT = 23;
let server: Server;
const lists: Record<string, string> = {};
const made: Record<string, string[]> = {};

beforeAll(async () => {
  server = await startServer();
  const { id } = await make(server, '/organizations', { name: 'Owner' });
  Object.assign(lists, {
    contacts: `${E}/contacts?sortOrder=lastName:asc`,
    members: `${E}/organizations/${id}/contacts?q=member&expand=division`,
    notes: `${E}/organizations/${id}/notes?sortOrder=createDate:asc`,
  });
  const contacts: string[] = [];
  const notes: string[] = [];
  for (let i = 0; i < COUNT; i += 1) {
    contacts.push((await make(server, '/contacts', { lastName: `Member ${String(i).padStart(2, '0')}`, externalOrganization: { id } })).id);
    notes.push((await make(server, `/organizations/${id}/notes`, { noteText: `${i}` })).id);
  }
  Object.assign(made, { contacts, members: contacts, notes });
});
afterAll(() => server.stop());

const get = async (uri: string): Promise<Json> => (await server.request('GET', uri)).body;

describe.each(['contacts', 'members', 'notes'])('a listing of %s', (kind) => {
  it('is walked by its links, from either end', async () => {
    const first = await get(`${lists[kind]}&pageSize=5`);
    expect(first).toMatchObject({ pageSize: 5, pageNumber: 1, total: COUNT, pageCount: 5, partialResults: false });
    expect(first).not.toHaveProperty('previousUri');
    const forward: string[] = [];
    let last: Json;
    for (let page = first; page; page = page.nextUri && (await get(page.nextUri))) {
      expect(await get(page.selfUri)).toEqual(page);
      expect(page.firstUri).toBe(first.selfUri);
      forward.push(...idsOf(page.entities));
      last = page;
    }
    expect(forward).toEqual(made[kind]);
    expect(last).toMatchObject({ pageNumber: 5, selfUri: first.lastUri });
    expect(last.entities).toHaveLength(COUNT % 5);
    const backward: string[] = [];
    for (let page = last; page; page = page.previousUri && (await get(page.previousUri))) backward.unshift(...idsOf(page.entities));
    expect(backward).toEqual(made[kind]);
  });

  it('keeps the rest of the query in its links, which are relative', async () => {
    const page = await get(`${lists[kind]}&pageSize=5&pageNumber=2`);
    const asked = new URLSearchParams((lists[kind] as string).split('?')[1]);
    for (const link of ['firstUri', 'nextUri', 'previousUri', 'lastUri', 'selfUri']) {
      const [path, query] = page[link].split('?');
      expect(path).toBe((lists[kind] as string).split('?')[0]);
      const params = new URLSearchParams(query);
      for (const [name, value] of asked) expect(params.get(name)).toBe(value);
      expect(params.getAll('pageNumber')).toHaveLength(1);
      expect(params.get('pageSize')).toBe('5');
    }
  });

  it('has no words that make one client switch to cursors', async () => {
    const { entities: _, ...envelope } = await get(`${lists[kind]}&pageSize=5&pageNumber=2`);
    expect(JSON.stringify(envelope)).not.toMatch(/cursor|after/i);
  });

  it('is empty past its end', async () => {
    const page = await get(`${lists[kind]}&pageSize=10&pageNumber=4`);
    expect(page).toMatchObject({ entities: [], total: COUNT, pageCount: 3, pageNumber: 4 });
    expect(page).not.toHaveProperty('nextUri');
    expect(page.lastUri).toContain('pageNumber=3');
  });

  it('has no next page where it ends with a full one', async () => {
    const page = await get(`${lists[kind]}&pageSize=${COUNT}`);
    expect(page.entities).toHaveLength(COUNT);
    expect(page).not.toHaveProperty('nextUri');
    expect(page.pageCount).toBe(1);
  });

  it('reaches 1,000 records', async () => {
    for (const [size, number] of [
      [100, 10],
      [1, 1000],
      [40, 25],
    ]) {
      expect((await server.request('GET', `${lists[kind]}&pageSize=${size}&pageNumber=${number}`)).status).toBe(200);
    }
    for (const [size, number] of [
      [100, 11],
      [40, 26],
    ]) {
      expect(await get(`${lists[kind]}&pageSize=${size}&pageNumber=${number}`)).toMatchObject({
        status: 400,
        code: 'invalid.query.param.value',
        messageParams: { name: 'pageNumber', value: String(number) },
      });
    }
  });

  it('has 20 records a page unless asked otherwise', async () => {
    const page = await get(lists[kind] as string);
    expect(page.pageSize).toBe(20);
    expect(page.entities).toHaveLength(20);
  });
});

it('a listing of nothing has one page, and none before or behind it', async () => {
  const page = await get(`${E}/contacts?q=nobody`);
  expect(page).toEqual({
    entities: [],
    pageSize: 20,
    pageNumber: 1,
    total: 0,
    partialResults: false,
    pageCount: 0,
    firstUri: page.selfUri,
    lastUri: page.selfUri,
    selfUri: `${E}/contacts?q=nobody&pageSize=20&pageNumber=1`,
  });
});
