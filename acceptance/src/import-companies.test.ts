// Companies in the rows of their people: a chunk writes each once, and leaves what its rows leave one by one; a row that is
// refused leaves nothing of its company.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDivision, must, unique } from './access-callers.ts';
import { E } from './directory.ts';
import { allContacts, COMPANIES, csvOf, I, importAll, importOf, type Layout, layOut, PEOPLE, rejects, until } from './importing.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let layout: Layout;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  const level = { allOf: [{ $ref: '#/definitions/integer' }], title: 'Level', description: 'Level', minimum: 0, maximum: 100 };
  for (const kind of ['contacts', 'organizations'])
    await must(server, 'POST', `${E}/${kind}/schemas`, {
      name: unique(kind),
      enabled: true,
      jsonSchema: { title: 'Levels', properties: { bb_integer: level } },
    });
  const fields = { Bb: '$.customFields.bb_integer', Size: '$.externalOrganization.customFields.bb_integer' };
  layout = await layOut(server, { ...PEOPLE, ...COMPANIES, Also: '$.externalOrganization.externalIds[0].value', Of: OTHER, ...fields });
});
afterAll(() => server.stop());

const OTHER = '$.externalOrganization.externalIds[0].externalSource.id';
const HEADER = [...Object.keys(PEOPLE), ...Object.keys(COMPANIES), 'Also', 'Of', 'Bb', 'Size'];
const own = async () => (await makeDivision(server)).id;
type Rows = Record<string, string>[];
const fileOf = (rows: Rows) =>
  csvOf(
    HEADER,
    rows.map((row, i) => ({ Id: `p${i}`, First: 'Ann', Last: `Lee ${i}`, ...row })),
  );
const company = (id: string, name: string, more: Record<string, string> = {}) => ({ 'Company Id': id, Company: name, ...more });

async function allOrganizations(division: string): Promise<Json[]> {
  return (await must(server, 'GET', `${E}/scan/organizations?limit=200&divisionId=${division}`)).entities;
}

/** What is lasting of a directory. */
async function leftIn(division: string) {
  const organizations = await allOrganizations(division);
  const nameOf = (id: string) => organizations.find((one) => one.id === id)?.name;
  const plain = ({ name, industry, customFields, externalIds }: Json) => ({ name, industry, customFields, externalIds });
  const people = (await allContacts(server, division)).map(({ lastName, externalOrganization }) => [lastName, nameOf(externalOrganization?.id)]);
  return { organizations: organizations.map(plain), people: people.toSorted() };
}

describe('a company', () => {
  it('that is spelled in two ways by turns is written once a chunk, as its last row has it', async () => {
    const division = await own();
    const rows = Array.from({ length: 200 }, (_, i) => company('c', i % 2 ? 'ACME Inc.' : 'Acme Incorporated'));
    const job = await importAll(server, layout, fileOf(rows), { division });
    expect(await importOf(server, job.id)).toMatchObject({ rows: { created: 200, rejected: 0 } });
    const [acme] = await allOrganizations(division);
    const answer = await server.request('GET', `${E}/organizations/${acme.id}`);
    expect([answer.body.name, answer.headers.get('etag')]).toEqual(['ACME Inc.', '"1"']);
    const found = async (q: string) => (await must(server, 'GET', `${E}/contacts?q=${q}&pageSize=1`)).total;
    expect([await found('incorporated'), await found('acme')]).toEqual([0, 200]);
    // What comes to the same writes nothing.
    await importAll(server, layout, fileOf(rows), { division });
    expect((await server.request('GET', `${E}/organizations/${acme.id}`)).headers.get('etag')).toBe('"1"');
    await importAll(server, layout, fileOf(rows.slice(0, 1)), { division });
    expect([await found('incorporated'), await found('acme')]).toEqual([200, 200]);
  });

  it('comes to the same by one file as by a file for each row', async () => {
    const source = await must(server, 'POST', `${E}/externalsources`, { name: unique('Other'), active: true });
    const rows: Rows = [
      company('a', 'Alpha', { Size: '101' }),
      company('a', 'Alpha', { Size: '7' }),
      company('b', 'Beta'),
      company('a', 'Alpha Ltd', { Industry: 'Steam' }),
      company('a', 'Nobody', { Size: '200' }),
      company('a', 'Nobody', { Also: 'x', Of: '01890000-0000-7000-8000-000000000001' }),
      company('a', 'Alpha Ltd', { Also: 'x', Of: source.id }),
      company('b', 'Beta', { Bb: '5' }),
      company('b', 'Gamma', { Bb: '500' }),
      company('a', 'Alpha'),
      company('c', 'Ghost', { Bb: '500' }),
      company('d', 'Delta', { Bb: '500' }),
      company('d', 'Delta'),
    ];
    const [together, apart] = [await own(), await own()];
    const job = await importAll(server, layout, fileOf(rows), { division: together });
    const outcomes: Json[] = [];
    for (const [i, row] of rows.entries()) {
      const one = await importAll(server, layout, fileOf([{ Id: `p${i}`, Last: `Lee ${i}`, ...row }]), { division: apart });
      outcomes.push((await importOf(server, one.id)).rows);
    }
    expect(await leftIn(together)).toEqual(await leftIn(apart));
    const { rows: counts } = await importOf(server, job.id);
    for (const count of ['created', 'rejected']) expect(counts[count]).toBe(outcomes.filter((outcome) => outcome[count] === 1).length);
    expect((await rejects(server, job.id)).slice(1).map((line) => line.split(',')[0])).toEqual(['2', '6', '7', '10', '12', '13']);
    expect((await allOrganizations(together)).map(({ name }) => name).toSorted()).toEqual(['Alpha', 'Beta', 'Delta']);
  });
});

it('a row that is refused makes no company, also where its contact is there already', async () => {
  const division = await own();
  const made = await importAll(server, layout, fileOf([{ Id: 'p1' }, { Id: 'p2' }]), { division });
  expect(await importOf(server, made.id)).toMatchObject({ rows: { created: 2 } });
  const job = await importAll(server, layout, fileOf([company('q1', 'Ghost', { Id: 'p1', Bb: '500' }), company('q2', 'Real', { Id: 'p2', Last: 'Now' })]), {
    division,
  });
  expect(await importOf(server, job.id)).toMatchObject({ rows: { created: 0, updated: 1, rejected: 1 } });
  expect((await allOrganizations(division)).map(({ name }) => name)).toEqual(['Real']);
  await must(server, 'POST', `${I}/${job.id}/undo`);
  const { undo } = await until(
    () => importOf(server, job.id),
    (said) => said.undo.status !== 'Running',
  );
  expect(undo).toMatchObject({ status: 'Completed', deleted: 1, restored: 1 });
});
