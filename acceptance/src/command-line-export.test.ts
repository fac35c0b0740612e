// `liaison export`, the real program beside a real server; and what it wrote, imported again, here and elsewhere.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDivision, must } from './access-callers.ts';
import { type Outcome, liaison as run } from './command-line.ts';
import { E } from './directory.ts';
import { csvOf } from './importing.ts';
import { makeOrganization, type OtherOrganization } from './other-organization.ts';
import type { Json } from './sdk.ts';
import { newFolder, type Server, startServer } from './server.ts';

const COUNT = 500;
let server: Server;
let elsewhere: OtherOrganization;
const cwd = newFolder();
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  elsewhere = await makeOrganization(server, 'Elsewhere');
  const rows = Array.from({ length: COUNT }, (_, i) => ({
    Id: String(i),
    First: `First${i}`,
    Last: i === 0 ? '=1+1' : 'Größe, "quoted"',
    Mail: `p${i}@example.com`,
    Phone: `+1202555${String(i).padStart(4, '0')}`,
    'Company id': `C${i % 3}`,
    Company: `Company ${i % 3}`,
  }));
  writeFileSync(join(cwd, 'people.csv'), csvOf(Object.keys(rows[0] as object), rows));
  expect(await liaison('import', 'people.csv', '--yes')).toMatchObject({ code: 0 });
}, 120_000);
afterAll(async () => {
  await server.stop();
  rmSync(cwd, { recursive: true });
});

const liaison = (...args: string[]): Promise<Outcome> => run(server, args, { cwd });
const there = (...args: string[]): Promise<Outcome> =>
  run(server, args, { cwd, env: { LIAISON_URL: server.url, LIAISON_CLIENT_ID: elsewhere.clientId, LIAISON_CLIENT_SECRET: elsewhere.clientSecret } });
const objects = (text: string): Json[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const people = (records: Json[]) =>
  records.map(({ firstName, lastName, workEmail, workPhone, externalIds }) => [firstName, lastName, workEmail, workPhone.e164, externalIds[0].value]).sort();

it('writes each kind of records to a file, and says how many', async () => {
  expect(await liaison('export')).toMatchObject({ code: 0, out: expect.stringMatching(/^500 contacts, [\d,]+ bytes: contacts\.csv\n$/) });
  expect(readFileSync(join(cwd, 'contacts.csv'), 'utf8').split('\r\n')).toHaveLength(COUNT + 2);
  expect(await liaison('export', 'organizations', '--format', 'ndjson', '--gzip')).toMatchObject({ code: 0, out: expect.stringContaining('3 organizations') });
  expect(objects(gunzipSync(readFileSync(join(cwd, 'organizations.ndjson.gz'))).toString())).toHaveLength(3);
  for (const kind of ['notes', 'organization-notes', 'relationships'])
    expect(await liaison('export', kind, '-o', 'other.csv')).toMatchObject({ code: 0, out: expect.stringContaining(`0 ${kind}`) });
  expect(existsSync(join(cwd, 'other.csv.part'))).toBe(false);
});

it('writes to standard output nothing but the file', async () => {
  const filter = '{"field": "firstName", "eq": "First7"}';
  const { code, out, err } = await liaison('export', 'contacts', '--format', 'ndjson', '--filter', filter, '-o', '-');
  expect({ code, found: objects(out) }).toMatchObject({ code: 0, found: [{ firstName: 'First7' }] });
  expect(err).toContain('1 contacts');
  const { name } = await makeDivision(server);
  expect(await liaison('export', '--division', name, '--json', '-o', 'none.csv')).toMatchObject({
    code: 0,
    out: expect.stringContaining('"resultRowCount": 0'),
  });
});

it('can be imported again, where it changes nothing', async () => {
  await liaison('export', '-o', 'again.csv');
  expect(await liaison('import', 'again.csv', '--yes')).toMatchObject({ code: 0, out: expect.stringContaining('500 unchanged') });
});

it('can be imported into another organization, once it is said which ids its rows are told by', async () => {
  await liaison('export', '-o', 'moved.csv');
  await liaison('export', 'organizations', '-o', 'companies.csv');
  expect(await there('import', 'moved.csv', '--yes')).toMatchObject({ code: 2, err: expect.stringContaining('--map "externalIds[0].value=externalId"') });
  const key = ['--yes', '--map', 'externalIds[0].value=externalId'];
  expect(await there('import', 'companies.csv', ...key)).toMatchObject({ code: 0, out: expect.stringContaining('3 created') });
  expect(await there('import', 'moved.csv', ...key)).toMatchObject({ code: 0, out: expect.stringContaining('500 created') });
  const [ours, theirs] = await Promise.all([liaison, there].map(async (ask) => objects((await ask('export', '--format', 'ndjson', '-o', '-')).out)));
  expect(people(theirs as Json[])).toEqual(people(ours as Json[]));
  const token = await server.tokenFor(elsewhere.clientId, elsewhere.clientSecret);
  expect((await must(server, 'GET', `${E}/organizations`, undefined, token)).total).toBe(3);
});

describe('ends with one sentence', () => {
  it.each([
    [2, ['people'], '"people" cannot be exported'],
    [2, ['--format', 'xml'], '--format is "xml"'],
    [2, ['--filter', '{'], '--filter is no JSON'],
    [2, ['--json', '-o', '-'], 'cannot both'],
    [2, ['--yes'], 'takes no --yes'],
    [1, ['--filter', '{"field": "shoe", "eq": 1}', '-o', 'x.csv'], 'The server refused'],
    [1, ['--division', 'Mars', '-o', 'x.csv'], 'There is no division "Mars"'],
    [1, ['-o', 'no/such/folder.csv'], 'no/such/folder.csv could not be written (ENOENT)'],
  ])('%i %j', async (code, args, sentence) => {
    expect(await liaison('export', ...args)).toMatchObject({ code, out: '', err: expect.stringContaining(sentence) });
    expect(existsSync(join(cwd, 'x.csv'))).toBe(false);
  });

  it('where a file is there already that was not named', async () => {
    writeFileSync(join(cwd, 'notes.csv'), 'mine');
    expect(await liaison('export', 'notes')).toMatchObject({ code: 1, err: expect.stringContaining('notes.csv is there already') });
    expect(readFileSync(join(cwd, 'notes.csv'), 'utf8')).toBe('mine');
  });
});
