// Duplicates of a directory that was there before: however the server ends in the middle, it suggests what it would have
// suggested; and it finds what is to be found.
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { must } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { make } from './directory.ts';
import { addAll, contact, D, done, person, state, suggestionOf, until } from './duplicates-finder.ts';
import { type Json, newFolder, type Server, startServer } from './server.ts';

const start = (folder: string) => startServer({ LIAISON_DATA_DIR: folder, LIAISON_RATE_LIMIT: '0', LIAISON_CHECK_REPLIES: 'no' });
const look = (server: Server, duplicates: boolean) => must(server, 'PUT', '/liaison/v1/settings', { divisionMoves: false, duplicates });

function folderFor(): string {
  const folder = newFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The pairs with what they are worth, and who is in which cluster; without the ids that are made on the way. */
async function suggested(server: Server): Promise<{ pairs: string[]; clusters: string[] }> {
  const database = await connectDatabase(server);
  const { rows: pairs } = await database.query('select first_id, second_id, score, evidence::text from duplicates order by first_id, second_id');
  const { rows: clusters } = await database.query(
    `select string_agg(distinct r.id::text, ' ' order by r.id::text) as members from duplicates d, unnest(array[d.first_id, d.second_id]) r (id)
      where d.cluster_id is not null group by d.cluster_id order by 1`,
  );
  await database.end();
  return { pairs: pairs.map((pair) => JSON.stringify(pair)), clusters: clusters.map(({ members }) => members) };
}

it('killed three times in the middle of 2,000 records, it suggests the same as undisturbed', { timeout: 180_000 }, async () => {
  const folder = folderFor();
  let server = await start(folder);
  await look(server, false);
  // Every third is there again, with a slip.
  const bodies = Array.from({ length: 1500 }, (_, i) => person(10_000 + i)).flatMap((one, i) => {
    if (i % 3 > 0) return [one];
    return [one, i % 2 ? { ...one, firstName: one.firstName.slice(0, -1) } : { ...one, workEmail: `x${one.workEmail}`, cellPhone: undefined }];
  });
  await addAll(server, bodies);
  await look(server, true);
  await done(server);
  const wanted = await suggested(server);
  expect(wanted.pairs.length).toBeGreaterThan(450);

  // As if nobody had ever looked.
  await look(server, false);
  const database = await connectDatabase(server);
  await database.query('truncate linkage_progress, linkage_models, linkage_records, blocking_keys, duplicates');
  await database.end();
  await look(server, true);
  for (let kill = 1; kill <= 3; kill += 1) {
    await until(
      () => state(server),
      ({ taken, waiting }) => taken > 0 && (waiting === 0 || taken - waiting > kill * 200),
    );
    server.process.kill('SIGKILL');
    await once(server.process, 'exit');
    server = await start(folder);
  }
  await done(server);
  expect(await suggested(server)).toEqual(wanted);
  await server.stop({ keep: true });
});

it('finds the duplicates of febrl1 as well as the method does by itself', { timeout: 120_000 }, async () => {
  const server = await start(folderFor());
  onTestFinished(() => server.stop().then(() => undefined));
  await look(server, false);
  const field = (type: string, more: object = {}) => ({ allOf: [{ $ref: `#/definitions/${type}` }], title: type, description: type, ...more });
  const properties = { born_date: field('date'), ssn_identifier: field('identifier', { minLength: 0, maxLength: 100 }) };
  const schema = await make(server, '/contacts/schemas', { name: 'Febrl', jsonSchema: { title: 'Febrl', description: 'Febrl', properties } });
  const people = febrl1(schema.id);
  const ids = await addAll(
    server,
    people.map(({ body }) => body),
  );
  const personOf = new Map(ids.map((id, i) => [id, people[i]?.person]));
  await look(server, true);
  await done(server);
  const pairs: Json[] = [];
  for (let uri: string | undefined = `${D}?limit=100`; uri; ) {
    const page: Json = await must(server, 'GET', uri);
    pairs.push(...page.entities);
    uri = page.nextUri;
  }
  const right = pairs.filter(({ records: [a, b] }) => personOf.get(a.id) === personOf.get(b.id)).length;
  // Each original has one copy.
  const [precision, recall] = [right / pairs.length, right / (people.length / 2)];
  expect((2 * precision * recall) / (precision + recall)).toBeGreaterThanOrEqual(0.99);
});

it('a new contact in the middle of a backlog does not wait for its end', { timeout: 120_000 }, async () => {
  const server = await start(folderFor());
  onTestFinished(() => server.stop().then(() => undefined));
  const a = await contact(server, person(1));
  await contact(server, person(1));
  await suggestionOf(server, a.id);
  await addAll(
    server,
    Array.from({ length: 1000 }, (_, i) => person(20_000 + i)),
  );
  await done(server);
  // All is old at once.
  await must(server, 'PUT', '/liaison/v1/settings', { divisionMoves: false, duplicateThreshold: 0.1 });
  const twin = await contact(server, person(20_500));
  await suggestionOf(server, twin.id);
  await done(server);
});

interface Labelled {
  person: string;
  body: object;
}

/** As an importer maps its columns. rec-7-org and rec-7-dup-0 are one person. */
function febrl1(schemaId: string): Labelled[] {
  const [header = [], ...lines] = readFileSync(new URL('../../examples/data/febrl1.csv', import.meta.url), 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(',').map((cell) => cell.trim()));
  return lines.map((line) => {
    const cell = (name: string) => line[header.indexOf(name)] || undefined;
    const born = cell('date_of_birth')?.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
    // What is no day cannot be stored as one.
    const moment = new Date(`${born}T00:00:00Z`);
    const isDay = born !== undefined && !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(born);
    return {
      person: cell('rec_id')?.split('-')[1] as string,
      body: {
        firstName: cell('given_name'),
        lastName: cell('surname'),
        address: {
          address1: `${cell('street_number') ?? ''} ${cell('address_1') ?? ''}`.trim(),
          address2: cell('address_2'),
          city: cell('suburb'),
          postalCode: cell('postcode'),
          state: cell('state'),
        },
        schema: { id: schemaId, version: 1 },
        customFields: { ...(isDay ? { born_date: born } : {}), ...(cell('soc_sec_id') ? { ssn_identifier: cell('soc_sec_id') } : {}) },
      },
    };
  });
}
