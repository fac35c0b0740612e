// Saved views: kept as they were sent, seen by whoever they are meant for, pinned and begun with by each for himself.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, must } from './access-callers.ts';
import { makeOrganization } from './other-organization.ts';
import { type Json, type Server, startServer } from './server.ts';

let server: Server;
let colleague: string;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  colleague = (await makeCaller(server, ['externalContacts:contact:view'])).token;
});
afterAll(() => server.stop());

const V = '/liaison/v1/views';
const LEEDS = {
  screen: 'contacts',
  name: 'Leeds',
  q: 'ada',
  filter: { and: [{ field: 'address.city', eq: 'Leeds' }, { not: { field: 'title', eq: 'Lead' } }] },
  sort: { field: 'modifyDate', direction: 'desc' },
  columns: ['name', 'customFields.tier'],
};
const save = (more: object = {}, token?: string): Promise<Json> => must(server, 'POST', V, { ...LEEDS, ...more }, token);
const named = async (token?: string, query = '') => (await must(server, 'GET', V + query, undefined, token)).entities.map(({ name }: Json) => name);

describe('a view', () => {
  it('is kept as it was sent, changed and deleted', async () => {
    const made = await save();
    expect(made).toMatchObject({ ...LEEDS, shared: false, pinned: false, isDefault: false, mine: true });
    expect(await must(server, 'GET', made.selfUri)).toEqual(made);
    const { q: _, columns: __, ...less } = LEEDS;
    const changed = await must(server, 'PUT', made.selfUri, { ...less, name: 'York' });
    expect(changed).toMatchObject({ name: 'York', filter: LEEDS.filter });
    expect(changed).not.toHaveProperty('q');
    expect(await server.request('PUT', made.selfUri, { body: { ...less, screen: 'organizations', sort: { field: 'name' }, filter: undefined } })).toMatchObject(
      { status: 422 },
    );
    expect((await server.request('DELETE', made.selfUri)).status).toBe(204);
    expect((await server.request('GET', made.selfUri)).status).toBe(404);
    const { entities } = await must(server, 'GET', `/liaison/v1/audits?entityType=view&entityId=${made.id}`);
    expect(entities.map(({ action }: Json) => action)).toEqual(['delete', 'update', 'create']);
  });

  it('asks for nothing that its table cannot answer', async () => {
    for (const [wrong, field] of [
      [{ filter: { field: 'nothing', eq: 'x' } }, 'filter.field'],
      [{ sort: { field: 'name' } }, 'sort.field'],
      [{ name: '' }, 'name'],
      [{ columns: Array.from({ length: 101 }, String) }, 'columns'],
      [{ screen: 'notes' }, 'screen'],
    ] as const) {
      const answer = await server.request('POST', V, { body: { ...LEEDS, ...wrong } });
      expect([answer.status, answer.body.details.map(({ fieldName }: Json) => fieldName)], JSON.stringify(wrong)).toEqual([422, [field]]);
    }
  });

  it('is pinned and begun with by each for himself, one at most in a table', async () => {
    const [first, second] = [await save({ name: 'First', shared: true }), await save({ name: 'Second', shared: true })];
    const elsewhere = await must(server, 'POST', V, { screen: 'organizations', name: 'Elsewhere' });
    const choose = (view: Json, choice: object, token?: string) => must(server, 'PUT', `${view.selfUri}/choice`, choice, token);
    await choose(elsewhere, { pinned: false, isDefault: true });
    expect(await choose(first, { pinned: true, isDefault: true })).toMatchObject({ pinned: true, isDefault: true });
    expect(await choose(second, { pinned: false, isDefault: true }, colleague)).toMatchObject({ pinned: false, isDefault: true, mine: false });
    expect(await choose(second, { pinned: true, isDefault: true })).toMatchObject({ isDefault: true });
    expect(await must(server, 'GET', first.selfUri)).toMatchObject({ pinned: true, isDefault: false });
    expect(await must(server, 'GET', elsewhere.selfUri)).toMatchObject({ isDefault: true });
    expect(await must(server, 'GET', first.selfUri, undefined, colleague)).toMatchObject({ pinned: false, isDefault: false });
    for (const view of [first, second, elsewhere]) await server.request('DELETE', view.selfUri);
  });
});

describe('others', () => {
  it('see what is shared of the tables that they may view, and change none of it', async () => {
    const [shared, mine] = [await save({ name: 'Shared', shared: true }), await save({ name: 'Mine' })];
    const companies = await must(server, 'POST', V, { screen: 'organizations', name: 'Companies', shared: true });
    expect(await named()).toEqual(['Shared', 'Mine', 'Companies']);
    expect(await named(undefined, '?screen=organizations')).toEqual(['Companies']);
    expect(await named(colleague)).toEqual(['Shared']);
    for (const hidden of [mine, companies]) {
      expect((await server.request('GET', hidden.selfUri, { token: colleague })).status).toBe(404);
      expect((await server.request('DELETE', hidden.selfUri, { token: colleague })).status).toBe(404);
      expect((await server.request('PUT', `${hidden.selfUri}/choice`, { token: colleague, body: { pinned: true, isDefault: false } })).status).toBe(404);
    }
    expect(await server.request('PUT', shared.selfUri, { token: colleague, body: LEEDS })).toMatchObject({ status: 403 });
    expect(await server.request('DELETE', shared.selfUri, { token: colleague })).toMatchObject({ status: 403 });
    expect(await server.request('POST', V, { token: colleague, body: { screen: 'organizations', name: 'No' } })).toMatchObject({ status: 403 });
    const theirs = await save({ name: 'Theirs', shared: true }, colleague);
    // Whoever may edit the organization's settings tidies up after others.
    expect((await server.request('DELETE', theirs.selfUri)).status).toBe(204);
    for (const view of [shared, mine, companies]) await server.request('DELETE', view.selfUri);
  });

  it('of another organization see nothing of it', async () => {
    const other = await makeOrganization(server, 'View Otter');
    const token = await server.tokenFor(other.clientId, other.clientSecret);
    const shared = await save({ name: 'Ours', shared: true });
    expect(await named(token)).toEqual([]);
    for (const [method, path, body] of [
      ['GET', ''],
      ['PUT', '', LEEDS],
      ['DELETE', ''],
      ['PUT', '/choice', { pinned: true, isDefault: true }],
    ] as const)
      expect(await server.request(method, shared.selfUri + path, { token, ...(body ? { body } : {}) }), method + path).toMatchObject({ status: 404 });
  });

  it('have at most so many', async () => {
    const { token } = await makeCaller(server, ['externalContacts:contact:view']);
    const answers = await Promise.all(
      Array.from({ length: 205 }, (_, i) => server.request('POST', V, { token, body: { screen: 'contacts', name: `View ${i}` } })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(200);
    expect(answers.filter(({ status, body }) => status === 409 && body.code === 'conflict')).toHaveLength(5);
  });
});
