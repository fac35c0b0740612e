// Companies in the rows of their people: a chunk writes each once, and leaves what its rows leave one by one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDivision, must, unique } from './access-callers.ts';
import { E } from './directory.ts';
import { COMPANIES, csvOf, importAll, importOf, type Layout, layOut, PEOPLE } from './importing.ts';
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
});
