// `liaison restore`, the real program: a directory goes out as NDJSON and comes back, into another organization.
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeUser, must } from './access-callers.ts';
import { type Outcome, liaison as run } from './command-line.ts';
import { E, make } from './directory.ts';
import { makeOrganization, type OtherOrganization } from './other-organization.ts';
import { type Json, newFolder, type Server, startServer } from './server.ts';

const KINDS = ['organizations', 'contacts', 'notes', 'organization-notes', 'relationships'];
const cwd = newFolder();
let server: Server;
let elsewhere: OtherOrganization;
/** Ids here → ids there, of what no file has. */
const replaced: [string, string][] = [];
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  elsewhere = await makeOrganization(server, 'Elsewhere');
  await furnish();
  for (const kind of KINDS) expect(await here('export', kind, '--format', 'ndjson')).toMatchObject({ code: 0 });
}, 60_000);
afterAll(async () => {
  await server?.stop();
  rmSync(cwd, { recursive: true });
});

const here = (...args: string[]): Promise<Outcome> => run(server, args, { cwd });
const there = (...args: string[]): Promise<Outcome> =>
  run(server, args, { cwd, env: { LIAISON_URL: server.url, LIAISON_CLIENT_ID: elsewhere.clientId, LIAISON_CLIENT_SECRET: elsewhere.clientSecret } });
const token = () => server.tokenFor(elsewhere.clientId, elsewhere.clientSecret);
const linesOf = (file: string): Json[] =>
  readFileSync(join(cwd, file), 'utf8')
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** A directory with something of each kind; nobody has an external id but one. */
async function furnish(): Promise<void> {
  const schema = { name: 'Fields', enabled: true, jsonSchema: { title: 'Fields', properties: { tier_text: textField('tier_text') } } };
  const [mine, theirs] = [await make(server, '/contacts/schemas', schema), await must(server, 'POST', `${E}/contacts/schemas`, schema, await token())];
  const source = { name: 'CRM', active: true };
  const [crm, theirCrm] = [await make(server, '/externalsources', source), await must(server, 'POST', `${E}/externalsources`, source, await token())];
  const [user, theirUser] = [
    await makeUser(server),
    await must(server, 'POST', '/api/v2/users', { name: 'Theirs', email: 'theirs@example.com' }, await token()),
  ];
  replaced.push([mine.id, theirs.id], [crm.id, theirCrm.id], [user.id, theirUser.id]);
  const company = await make(server, '/organizations', { name: 'Größe & Co', tags: ['a', 'b'], websites: ['https://example.com'] });
  const ada = await make(server, '/contacts', {
    firstName: 'Ada',
    lastName: 'Lovelace',
    workPhone: { display: '(317) 222-2222', acceptsSMS: true },
    externalOrganization: { id: company.id },
    schema: { id: mine.id },
    customFields: { tier_text: ' gold\n' },
    externalIds: [{ externalSource: { id: crm.id }, value: '7' }],
  });
  await make(server, '/contacts', { workEmail: 'nameless@example.com' });
  await make(server, `/contacts/${ada.id}/notes`, { noteText: 'Likes tea.', createdBy: { id: user.id } });
  await make(server, `/organizations/${company.id}/notes`, { noteText: 'Big.', createdBy: { id: user.id } });
  await make(server, '/relationships', { user: { id: user.id }, externalOrganization: { id: company.id }, relationship: 'Account Manager' });
}

const textField = (title: string) => ({ allOf: [{ $ref: '#/definitions/text' }], title, description: title });

/** What a record is apart from the server's own, with the files' ids for those that took their places. */
function comparable(records: Json[], ids: ReadonlyMap<string, string>): string[] {
  const plain = (value: Json): Json => {
    if (typeof value === 'string') return ids.get(value) ?? value;
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).filter(([name]) => !['selfUri', 'createDate', 'modifyDate', 'division'].includes(name));
    return Object.fromEntries(entries.map(([name, one]) => [name, plain(one)]));
  };
  return records.map((record) => JSON.stringify(plain(record))).sort();
}

it('makes the same directory elsewhere, with all that refers to one another', async () => {
  const files = KINDS.map((kind) => `${kind}.ndjson`);
  const replace = replaced.flatMap(([old, anew]) => ['--replace', `${old}=${anew}`]);
  const args = ['restore', ...files.toReversed(), '--division', '*', ...replace];
  expect(await there(...args)).toMatchObject({ code: 0, out: '1 organizations, 2 contacts, 1 relationships, 2 notes restored\n' });
  // Whoever broke off and asks again has nothing twice.
  expect(await there(...args)).toMatchObject({ code: 0 });
  const ids = new Map(replaced.map(([old, anew]) => [anew, old]));
  for (const kind of KINDS) {
    expect(await there('export', kind, '--format', 'ndjson', '-o', `restored-${kind}.ndjson`)).toMatchObject({ code: 0 });
    const [old, anew] = [linesOf(`${kind}.ndjson`), linesOf(`restored-${kind}.ndjson`)];
    expect(anew).toHaveLength(old.length);
    // Ids rise as records are made, and were made in the order of the files.
    for (const [i, { id }] of anew.entries()) ids.set(id, old[i].id);
    expect(comparable(anew, ids)).toEqual(comparable(old, ids));
  }
});

it('says what was refused and why, which can be mended and restored by itself', async () => {
  writeFileSync(join(cwd, 'some.ndjson'), readFileSync(join(cwd, 'contacts.ndjson')));
  appendFileSync(join(cwd, 'some.ndjson'), `${JSON.stringify({ ...linesOf('contacts.ndjson')[1], surveyOptOut: 'perhaps' })}\n`);
  const outcome = await there('restore', 'some.ndjson', '--json');
  expect(outcome).toMatchObject({ code: 3 });
  expect(JSON.parse(outcome.out)).toMatchObject({ contacts: 1, refused: 2, rejects: 'some.rejects.ndjson' });
  const refused = linesOf('some.rejects.ndjson');
  expect(refused.map(({ refused: reason }) => reason)).toEqual([expect.stringContaining('schema.id'), expect.stringContaining('surveyOptOut')]);
  writeFileSync(join(cwd, 'mended.ndjson'), `${JSON.stringify({ ...refused[1], surveyOptOut: true })}\n`);
  expect(await there('restore', 'mended.ndjson')).toMatchObject({ code: 0, out: '1 contacts restored\n' });
});

it.each([
  ['no file', ['nowhere.ndjson'], 1, 'nowhere.ndjson cannot be read'],
  ['a file that is none of an export', ['people.csv'], 2, 'line 1 of people.csv is no record of an NDJSON export'],
  ['a compressed file that is broken', ['broken.ndjson.gz'], 1, 'broken.ndjson.gz cannot be read'],
  ['a replacement that is none', ['contacts.ndjson', '--replace', 'a'], 2, '--replace is "a"'],
  ['no file named', [], 2, '"restore" takes 1 to 100 more words'],
])('takes %s for what it is', async (_, args, code, said) => {
  writeFileSync(join(cwd, 'people.csv'), 'Id,Name\n1,Ada\n');
  writeFileSync(join(cwd, 'broken.ndjson.gz'), 'no gzip at all');
  expect(await here('restore', ...args)).toMatchObject({ code, err: expect.stringContaining(said) });
});
