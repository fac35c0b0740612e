// A deep search among more contacts than one call looks at: a page may be short, and none is passed over.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCaller, makeDivision, must } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { idsOf, make } from './directory.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

const MANY = 12_000;
let server: Server;
/** The ids of the doctors, in the order of names. */
let rare: string[];
beforeAll(async () => {
  server = await startServer();
  const template = await make(server, '/contacts', { lastName: 'Aa' });
  const client = await connectDatabase(server);
  // Every thousandth is a doctor, every fourth lives in Bath, all are called Many.
  const { rows } = await client.query<{ id: string }>(
    `insert into contacts (org_id, id, division_id, last_name, salutation, title, address, first_name_key, middle_name_key, last_name_key, title_key, words, created_at, modified_at)
     select c.org_id, ('0' || substr(gen_random_uuid()::text, 2))::uuid, c.division_id, 'Many', case when n % 1000 = 0 then 'Prof' end, 'T' || n,
       case when n % 4 = 0 then '{"city": "Bath"}'::jsonb end, lpad(n::text, 6, '0'), c.middle_name_key, 'many', 't' || n,
       array_to_tsvector(array[o.word_prefix || ':many'] || case when n % 4 = 0 then array[o.word_prefix || ':bath'] else '{}' end), c.created_at, c.modified_at
     from contacts c join organizations o on o.id = c.org_id, generate_series(1, $2) n where c.id = $1 returning id, salutation, first_name_key`,
    [template.id, MANY],
  );
  await client.query('analyze contacts');
  rare = (rows as unknown as Record<string, string>[])
    .filter(({ salutation }) => salutation)
    .sort((a, b) => ((a.first_name_key as string) < (b.first_name_key as string) ? -1 : 1))
    .map(({ id }) => id as string);
  await client.end();
});

afterAll(() => server.stop());

const search = (body: object, token?: string): Promise<Json> => must(server, 'POST', '/liaison/v1/contacts/search', body, token);
const walk = async (body: object): Promise<string[]> => {
  const ids: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await search({ ...body, ...(cursor ? { cursor } : {}) });
    ids.push(...idsOf(page.entities));
    cursor = page.cursors.after;
    if (!cursor) return ids;
  }
};

it.each<[string, object]>([
  ['without a word to find them by', { field: 'salutation', eq: 'prof' }],
  [
    'by a word that many have',
    {
      and: [
        { field: 'lastName', eq: 'many' },
        { field: 'salutation', eq: 'prof' },
      ],
    },
  ],
  [
    'by a word that some have',
    {
      and: [
        { field: 'address.city', eq: 'bath' },
        { field: 'salutation', eq: 'prof' },
      ],
    },
  ],
])('finds each once, %s', async (_, filter) => {
  const pages: number[] = [];
  const ids: string[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await search({ filter, limit: 7, ...(cursor ? { cursor } : {}) });
    pages.push(page.entities.length);
    ids.push(...idsOf(page.entities));
    cursor = page.cursors.after;
  }
  expect(ids).toEqual(rare);
  expect(Math.max(...pages)).toBeLessThanOrEqual(7);
  for (const [field, direction] of [
    ['lastName', 'desc'],
    ['title', 'asc'],
    ['createDate', 'desc'],
    ['modifyDate', 'asc'],
  ]) {
    expect((await walk({ filter, sort: [{ field, direction }], limit: 5 })).sort()).toEqual(rare.toSorted());
  }
});

it('reaches the last of them', async () => {
  expect(await walk({ filter: { field: 'lastName', prefix: 'man' }, limit: 200, fields: ['id'] })).toHaveLength(MANY);
  expect(await walk({ filter: { field: 'address.city', eq: 'Bath' }, limit: 200, sort: [{ field: 'title', direction: 'desc' }] })).toHaveLength(MANY / 4);
});

it('finds for whoever sees few of them', async () => {
  const elsewhere = await makeDivision(server);
  const { id } = await make(server, '/contacts', { lastName: 'Zz', division: { id: elsewhere.id } });
  const caller = await makeCaller(server, ['externalContacts:contact:view'], elsewhere.id);
  expect(await search({ divisionIds: [elsewhere.id] }, caller.token)).toMatchObject({ entities: [{ id }], cursors: {}, total: 1 });
});
