// `liaison import`, the real program beside a real server: what it writes, what it says, and how it ends.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeDivision, must } from './access-callers.ts';
import { type Outcome, outcomeOf, liaison as run, start } from './command-line.ts';
import { E } from './directory.ts';
import { allContacts, csvOf, isOver, jobOf, until } from './importing.ts';
import { newFolder, type Server, startServer } from './server.ts';

let server: Server;
const cwd = newFolder();
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
});
afterAll(async () => {
  await server.stop();
  rmSync(cwd, { recursive: true });
});

const liaison = (...args: string[]): Promise<Outcome> => run(server, args, { cwd });
const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');
/** A file of people that are like no others. */
function write(name: string, count: number, more: Record<string, string> = {}): string {
  const rows = Array.from({ length: count }, (_, i) => ({
    id: `${name} ${i}`,
    'First name': `First${i}`,
    SURNAME: 'Last',
    'E-Mail': i % 50 === 7 ? 'not an address' : `p${i}@${name}.example.com`,
    mobile_phone: '',
    ...more,
  }));
  writeFileSync(join(cwd, `${name}.csv`), csvOf(Object.keys(rows[0] as object), rows));
  return `${name}.csv`;
}
const jobIn = ({ err }: Outcome): string => /^Job (\S+)$/m.exec(err)?.[1] ?? 'none';

it('imports ten thousand rows, gives back what was refused to be mended, and takes back what was mended', { timeout: 180_000 }, async () => {
  const division = await makeDivision(server);
  const at = ['--yes', '--division', division.name.toUpperCase()];
  const first = await liaison('import', write('people', 10_000), ...at);
  expect(first).toMatchObject({ code: 3, out: expect.stringContaining('9,800 created, 0 updated, 0 merged, 0 unchanged, 200 rejected.') });
  expect(first.err).toContain('people.csv: 10,000 rows, 5 columns between commas, UTF-8');
  expect(first.err).toContain('E-Mail → workEmail');
  expect(first.err).toMatch(/^Importing 100 %, 10,000 of 10,000 rows/m);
  expect(first.out).toContain(`liaison import --undo ${jobIn(first)}`);

  const rejected = read('people.rejects.csv');
  expect(rejected.trim().split('\r\n')).toHaveLength(201);
  writeFileSync(join(cwd, 'people.rejects.csv'), rejected.replaceAll(',not an address', ',mended@example.com'));
  const second = await liaison('import', 'people.rejects.csv', ...at);
  expect(second).toMatchObject({ code: 0, out: expect.stringContaining('200 created') });
  expect(second.err).toContain('left out: line, reasons');
  expect(existsSync(join(cwd, 'people.rejects.rejects.csv'))).toBe(false);
  const written = await allContacts(server, division.id);
  expect(written).toHaveLength(10_000);

  const again = await liaison('import', 'people.rejects.csv', ...at);
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining('200 unchanged') });
  expect(again.err).toContain(`imported before, by the job ${jobIn(second)}`);
  const settings = await must(server, 'GET', `${E}/import/settings`);
  expect(settings.entities.map(({ name }: { name: string }) => name)).toEqual(['Command line: Command line, by external id']);
  expect((await must(server, 'GET', `${E}/import/csv/settings?externalSettingsId=${settings.entities[0].id}`)).entities).toHaveLength(1);

  // What somebody has touched since stays, and is listed.
  const { id: touched } = written.find(({ externalIds }) => externalIds[0].value === 'people 57');
  await must(server, 'POST', `${E}/contacts/${touched}/notes`, { noteText: 'called' });
  expect(await liaison('import', '--undo', jobIn(second))).toMatchObject({ code: 3, out: expect.stringContaining('199 records deleted') });
  expect(read('people.rejects.left.csv')).toContain(touched);
  expect(await allContacts(server, division.id)).toHaveLength(9801);
  expect(await liaison('import', '--undo', jobIn(second))).toMatchObject({ code: 1, err: expect.stringContaining('taken back already') });
});

it('only checks with --dry-run, and leaves no job behind that waits', async () => {
  const division = await makeDivision(server);
  const dry = await liaison('import', write('dry', 100), '--dry-run', '--division', division.id, '--rejects', 'wrong.csv');
  expect(dry).toMatchObject({
    code: 3,
    out: expect.stringContaining('Nothing was written.'),
    err: expect.stringContaining('98 rows can be imported, 2 rows cannot.'),
  });
  expect(read('wrong.csv')).toContain('dry 57');
  expect(await jobOf(server, jobIn(dry))).toMatchObject({ status: 'Cancelled' });
  expect(await allContacts(server, division.id)).toEqual([]);
  const nowhere = await liaison('import', 'dry.csv', '--dry-run', '--rejects', 'nowhere/x.csv');
  expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining('nowhere/x.csv could not be written') });
  expect(await jobOf(server, jobIn(nowhere))).toMatchObject({ status: 'Cancelled' });
  // What somebody may be mending stays.
  writeFileSync(join(cwd, 'dry.rejects.csv'), 'mine');
  await liaison('import', 'dry.csv', '--dry-run');
  expect(read('dry.rejects.csv')).toBe('mine');
  expect(read('dry.rejects-2.csv')).toContain('dry 57');
  expect(await liaison('import', write('good', 5), '--dry-run', '--json')).toMatchObject({ code: 0, out: expect.stringMatching(/"dryRunAccepted": 5/) });
});

it('matches, merges and writes as it is told', async () => {
  const division = await makeDivision(server);
  const at = ['--yes', '--division', division.name];
  expect(await liaison('import', write('crm', 3), ...at, '--source', 'CRM')).toMatchObject({ code: 0 });
  writeFileSync(join(cwd, 'shop.csv'), 'Nr;Vorname;Nachname;Mail;Tier\n1;Ada;Byron;p1@crm.example.com;gold\n');
  const columns = ['Nr=externalId', 'Vorname=first name', 'NACHNAME=$.lastName', 'Tier='].flatMap((column) => ['--map', column]);
  const shop = await liaison('import', 'shop.csv', ...at, ...columns, '--source', 'Shop', '--match', 'phone,email', '--merge');
  expect(shop).toMatchObject({ code: 0, out: expect.stringContaining('1 updated') });
  expect((await allContacts(server, division.id)).map(({ firstName, externalIds }) => [firstName, externalIds.length])).toEqual([
    ['First0', 1],
    ['Ada', 2],
    ['First2', 1],
  ]);
  // Settings know their columns.
  writeFileSync(join(cwd, 'shop.csv'), 'Nr;Vorname;Nachname;Mail;Tier\n1;Augusta;Byron;p1@crm.example.com;gold\n');
  const name = 'Command line: Shop, by external id, phone, email, merging';
  expect(await liaison('import', 'shop.csv', ...at, '--settings', name, '--map', 'tier=')).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 updated'),
  });
});

it('imports companies, and people with their companies', async () => {
  writeFileSync(join(cwd, 'companies.csv'), 'Account number,Name,Industry,City,Employees\nA1,Acme,Anvils,Tucson,12\n');
  expect(await liaison('import', 'companies.csv', '--yes')).toMatchObject({ code: 0, out: expect.stringContaining('1 created') });
  writeFileSync(join(cwd, 'both.csv'), 'Key,First name,Last name,Company,Company id\n1,Wile,Coyote,Acme Inc,A1\n');
  expect(await liaison('import', 'both.csv', '--yes')).toMatchObject({ code: 0, out: expect.stringContaining('1 created') });
  const { entities } = await must(server, 'GET', `${E}/organizations?q=acme`);
  expect(entities).toMatchObject([{ name: 'Acme Inc', industry: 'Anvils', address: { city: 'Tucson' }, employeeCount: 12 }]);
  writeFileSync(join(cwd, 'both.csv'), 'Key,First name,Last name,Company\n1,Wile,Coyote,Acme Inc\n');
  expect(await liaison('import', 'both.csv', '--yes')).toMatchObject({ code: 2, err: expect.stringContaining(`"Company" (for $.externalOrganization.name`) });
});

it('leaves the job to the server on Ctrl-C, and follows it from there', async () => {
  const division = await makeDivision(server);
  const child = start(server, ['import', write('left', 3000), '--yes', '--division', division.id], { cwd });
  const ended = outcomeOf(child);
  await new Promise<void>((resolve) => child.stderr.on('data', (chunk) => String(chunk).includes('Job ') && resolve()));
  child.kill('SIGINT');
  const left = await ended;
  expect(left).toMatchObject({ code: 130, err: expect.stringContaining(`liaison import --follow ${jobIn(left)}`) });
  await until(
    () => jobOf(server, jobIn(left)),
    ({ executionStep }) => executionStep !== 'Validating',
  );
  expect(await liaison('import', '--follow', jobIn(left))).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
  expect(await liaison('import', '--follow', jobIn(left), '--yes')).toMatchObject({ code: 3, out: expect.stringContaining('2,940 created') });
  expect(read('left.rejects.csv')).toContain('left 57');
  // Of one that is over, the result is told again.
  expect(await liaison('import', '--follow', jobIn(left), '--json')).toMatchObject({ code: 3, out: expect.stringContaining('"rejected": 60') });
});

const onTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;
it.skipIf(!onTerminal)('asks on a terminal what a column is, and whether to import', async () => {
  const division = await makeDivision(server);
  const file = write('asked', 2, { Shoe: 'red' });
  const cli = fileURLToPath(new URL('../../server/src/cli.ts', import.meta.url));
  const command = `${process.execPath} ${cli} import ${file} --division ${division.id}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd, env: { ...process.env, DATABASE_URL: '', LIAISON_DATA_DIR: server.folder } });
  let screen = '';
  const answers: [string, string][] = [
    ['What is "Shoe"', 'title\n'],
    ['Import 2 rows?', 'y\n'],
  ];
  child.stdout.on('data', (chunk) => {
    screen += chunk;
    if (answers[0] && screen.includes(answers[0][0])) child.stdin.write(answers.shift()?.[1] ?? '');
  });
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  expect(screen).toContain('[####################] Importing 100 %');
  expect((await allContacts(server, division.id)).map(({ title }) => title)).toEqual(['red', 'red']);
});

describe('ends with 2 and one sentence when it is not told enough:', () => {
  it.each([
    [['import'], '"import" takes a FILE'],
    [['import', 'good.csv'], 'say --yes'],
    [['import', 'good.csv', '--yes', '--match', 'fax'], '--match has "fax"'],
    [['import', 'good.csv', '--yes', '--map', 'Mail'], '--map is "Mail"'],
    [['import', 'good.csv', '--yes', '--map', 'Shoe=title'], 'the column "shoe"'],
    [['import', 'good.csv', '--yes', '--rejects', './good.csv'], 'written over'],
    [['import', 'good.csv', '--yes', '--settings', 'x', '--merge'], '--settings has'],
    [['import', 'good.csv', '--yes', '--map', 'surname='], 'No column is lastName'],
    [['import', 'odd.csv', '--yes'], '"Shoe", "Work e-mail" ("Mail" is $.workEmail already)'],
    [['import', 'good.csv', '--yes', '--org', 'x'], 'takes no --org'],
    [['import', 'good.csv', '--yes', '--client-id', 'x'], 'an id and a secret'],
    [['import', 'good.csv', '--yes', '--url', 'http://elsewhere.example'], 'first-run.json is of'],
    [['import', 'good.csv', '--yes', '--url', 'ftp://127.0.0.1'], 'no http or https URL'],
  ])('%j', async (args, sentence) => {
    write('good', 5);
    writeFileSync(join(cwd, 'odd.csv'), 'Id,First name,Last name,Shoe,Mail,Work e-mail\n1,A,B,red,a@example.com,b@example.com\n');
    const { code, out, err } = await liaison(...args);
    expect({ code, out, err }).toMatchObject({ code: 2, out: '', err: expect.stringContaining(sentence) });
    expect(err).not.toContain('    at ');
  });
});

describe('ends with 1 and one sentence when it cannot be done:', () => {
  it.each([
    ['a file that is not there', ['missing.csv', '--yes'], 'There is no file missing.csv.'],
    ['an empty file', ['empty.csv', '--yes'], 'empty.csv is empty.'],
    ['a file that is no CSV', ['binary.csv', '--yes'], 'binary.csv cannot be imported: line 1'],
    ['a division that is not there', ['good.csv', '--yes', '--division', 'Mars'], 'There is no division "Mars".'],
    ['settings that are not there', ['good.csv', '--yes', '--settings', 'Mars'], 'There are no import settings "Mars".'],
    ['a field that is not there', ['good.csv', '--yes', '--map', 'mobile_phone=shoe'], 'mappings[4].targetField'],
    ['a wrong secret', ['good.csv', '--yes', '--client-id', '01890000-0000-7000-8000-000000000000', '--client-secret', 'x'], 'client not found'],
    ['a wrong token', ['good.csv', '--yes', '--token', 'x'], 'The server does not take the token'],
    ['no server', ['good.csv', '--yes', '--url', 'http://127.0.0.1:9'], 'http://127.0.0.1:9 does not answer'],
    ['a job that is not there', ['--follow', '01890000-0000-7000-8000-000000000000'], 'not.found'],
  ])('%s', async (_, args, sentence) => {
    write('good', 5);
    writeFileSync(join(cwd, 'empty.csv'), '');
    writeFileSync(join(cwd, 'binary.csv'), Buffer.from([0, 1, 2, 3]));
    const { code, out, err } = await liaison('import', ...args);
    expect({ code, out, err }).toMatchObject({ code: 1, out: '', err: expect.stringContaining(sentence) });
    expect(err).not.toContain('    at ');
  });

  it('what the caller may not do', async () => {
    const { token } = await makeCaller(server, ['externalContacts:contact:view']);
    const outcome = await run(server, ['import', write('good', 5), '--yes'], { cwd, env: { LIAISON_URL: server.url, LIAISON_TOKEN: token } });
    expect(outcome).toMatchObject({ code: 1, err: expect.stringContaining('externalContacts:importCsvUpload:add') });
  });

  it('a job that somebody else cancels', async () => {
    const child = start(server, ['import', write('cancelled', 5000), '--yes'], { cwd });
    const ended = outcomeOf(child);
    let said = '';
    const id = await new Promise<string>((resolve) =>
      child.stderr.on('data', (chunk) => {
        said += chunk;
        const found = /^Job (\S+)$/m.exec(said)?.[1];
        if (found) resolve(found);
      }),
    );
    await must(server, 'PUT', `${E}/import/jobs/${id}`, { jobId: id, status: 'Cancel' });
    expect(await ended).toMatchObject({ code: 1, err: expect.stringContaining('The job was cancelled') });
    expect(isOver(await jobOf(server, id))).toBe(true);
  });
});
