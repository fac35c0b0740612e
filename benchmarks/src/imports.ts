// How fast an import is: `npm run bench -- imports 100000`. Into an empty server, as anybody would do it by the API: upload,
// settings, job, dry run, Continue. Beside it COPY of what it wrote, and reads of single contacts while another import runs.
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { must } from '../../acceptance/src/access-callers.ts';
import { connectDatabase } from '../../acceptance/src/database.ts';
import { command, csvOf, importOf, isOver, layOut, waits } from '../../acceptance/src/importing.ts';
import type { Json } from '../../acceptance/src/sdk.ts';
import { newFolder } from '../../acceptance/src/server.ts';
import { drive, encode, type Round } from './drive.ts';
import { measureExports } from './exports.ts';
import { copyAgain } from './import-floor.ts';
import { median } from './measure.ts';
import { createPeople } from './people.ts';
import { peakResidentMb, startOurs } from './servers.ts';
import { idleMbOf, type Ours, perSecond, type Stretch, stretch, told } from './stretch.ts';

const IMPORT_TARGET = 0.5;

/** Three identifiers each: an external id, an e-mail address and a phone number, by all of which rows are matched. */
const COLUMNS = {
  Id: '$.externalId',
  First: '$.firstName',
  Middle: '$.middleName',
  Last: '$.lastName',
  Salutation: '$.salutation',
  Title: '$.title',
  Mail: '$.workEmail',
  Phone: '$.workPhone',
  Street: '$.address.address1',
  City: '$.address.city',
  State: '$.address.state',
  'Postal Code': '$.address.postalCode',
  Country: '$.address.countryCode',
};

/** Those of the import that runs while contacts are read: as many as the reads need. */
const READ_DURING_MAX = 100_000;

export async function benchImports(contacts: number): Promise<void> {
  const server = await startOurs(newFolder());
  try {
    const layout = await layOut(server, COLUMNS, { matchingCriteria: ['Email', 'Phone'] });
    const idleMb = await idleMbOf(server);
    const undisturbed = await importPeople(server, layout.csvSettingsId, idleMb, 0, contacts);
    // Looking for duplicates waits while an import writes, and would disturb what it is held against.
    await must(server, 'PUT', '/liaison/v1/settings', { divisionMoves: false, duplicates: false });
    await idleMbOf(server);
    await compare(server, contacts, undisturbed);
    await readDuring(server, (readMb) => importPeople(server, layout.csvSettingsId, readMb, contacts, Math.min(contacts, READ_DURING_MAX)));
    await measureExports(server);
  } finally {
    await server.stop();
  }
}

/** @param from the first of the people */
async function importPeople(server: Ours, settingsId: string, idleMb: number, from: number, count: number): Promise<Stretch> {
  const uploadId = await uploadPeople(server, from, count);
  await checkpoint(server);
  let id = '';
  const dryRun = await stretch(server, idleMb, async () => {
    id = (await must(server, 'POST', '/api/v2/externalcontacts/import/csv/jobs', { uploadId, settingsId })).job.id;
    return follow(server, id, 'Validating', waits);
  });
  console.log(told('dry run', count, dryRun), `  first progress after ${dryRun.result.toFixed(0)} ms`);
  await checkpoint(server);
  const writing = await stretch(server, idleMb, async () => {
    const answer = await command(server, id, 'Continue');
    if (answer.status >= 300) throw new Error(answer.text);
    return follow(server, id, 'Importing', isOver);
  });
  const { status, statusDetails, rows } = await importOf(server, id);
  if (status !== 'Completed') throw new Error(`the import ended as ${status}: ${statusDetails}`);
  console.log(told('import', count, writing), `  first progress after ${writing.result.toFixed(0)} ms; ${JSON.stringify(rows)}`);
  return writing;
}

const FIRST_LOOK_MS = 10;
const LOOK_MS = 100;

/** Waits until the step has ended. @returns after how many milliseconds it had read its first rows */
async function follow(server: Ours, id: string, step: string, hasEnded: (job: Json) => boolean): Promise<number> {
  const began = performance.now();
  for (let first: number | undefined; ; ) {
    const job = await importOf(server, id);
    if (job.executionStep === step && job.rows.read > 0) first ??= performance.now() - began;
    if (hasEnded(job)) return first ?? performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, first === undefined ? FIRST_LOOK_MS : LOOK_MS));
  }
}

async function uploadPeople(server: Ours, from: number, count: number): Promise<string> {
  const path = join(server.folder, 'people.csv');
  const people = createPeople(from + count);
  const lines = function* () {
    yield `${Object.keys(COLUMNS).join(',')}\r\n`;
    for (let i = from; i < from + count; i += 1) {
      const { firstName, middleName, lastName, salutation, title, workEmail, workPhone, address = {} } = people.contact(i);
      const { address1, city, state, postalCode, countryCode } = address;
      const cells = [
        `P-${i}`,
        firstName,
        middleName,
        lastName,
        salutation,
        title,
        workEmail,
        workPhone?.display,
        address1,
        city,
        state,
        postalCode,
        countryCode,
      ];
      yield `${csvOf([], [cells.map((cell) => cell ?? '')]).slice(2)}\r\n`;
    }
  };
  await pipeline(Readable.from(lines()), createWriteStream(path));
  const asked = { fileName: 'people.csv', fileSize: statSync(path).size };
  const { uploadId, uploadUrl, uploadHeaders } = await must(server, 'POST', '/liaison/v1/import/uploads', asked);
  const headers = Object.fromEntries(uploadHeaders.map(({ name, value }: { name: string; value: string }) => [name, value]));
  const began = performance.now();
  const answer = await fetch(uploadUrl, { method: 'PUT', headers, body: Readable.toWeb(createReadStream(path)), duplex: 'half' } as RequestInit);
  if (answer.status !== 200) throw new Error(`the file was not taken: ${answer.status} ${await answer.text()}`);
  console.log(
    `${count.toLocaleString('en')} rows in ${(asked.fileSize / 2 ** 20).toFixed(0)} MiB, sent in ${((performance.now() - began) / 1000).toFixed(1)} s`,
  );
  return uploadId;
}

/** Whatever comes next is not held up by the pages of what came before. */
async function checkpoint(server: Ours): Promise<void> {
  const database = await connectDatabase(server, { user: 'postgres' });
  await database.query('checkpoint').finally(() => database.end());
}

async function compare(server: Ours, count: number, { seconds, serverCpuSeconds, postgresCpuSeconds }: Stretch): Promise<void> {
  const { contacts, identifiers, changes } = await copyAgain(server);
  const against = (what: string, floorSeconds: number, floorCpuSeconds: number, target?: number) => {
    // Rows that changed a contact instead of making one were copied as one: held against what was made.
    const ratio = floorSeconds / contacts.rows / (seconds / count);
    const ofCpu = floorCpuSeconds / contacts.rows / ((serverCpuSeconds + postgresCpuSeconds) / count);
    const mark = target !== undefined && ratio < target ? ` < ${target}` : '';
    console.log(
      `${what.padEnd(34)} ${floorSeconds.toFixed(1).padStart(7)} s ${perSecond(contacts.rows, floorSeconds).padStart(9)}/s   the import is ${ratio.toFixed(2)} of it${mark}, ${ofCpu.toFixed(2)} by processor time`,
    );
  };
  const held = [contacts.seconds + identifiers.seconds, contacts.cpuSeconds + identifiers.cpuSeconds] as const;
  against('COPY of contacts and identifiers', ...held, IMPORT_TARGET);
  against('COPY of these and of changes', held[0] + changes.seconds, held[1] + changes.cpuSeconds);
}

// Reads meanwhile --------------------------------------------------------------------------------------------------------

const READERS = 4;
const ROUNDS_IDLE = 5;
const READ_CONTACTS = 2000;

/**
 * Rounds of a second each, before, during and after.
 * @param work is told how much memory the server takes at most while it only answers them
 */
async function readDuring(server: Ours, work: (readMb: number) => Promise<unknown>): Promise<void> {
  const pid = server.process.pid as number;
  const token = await server.token();
  const ids: string[] = (await readIds(server)).map(({ id }) => id);
  const requests = ids.map((id) => encode({ method: 'GET', path: `/api/v2/externalcontacts/contacts/${id}` }, { authorization: `Bearer ${token}` }));
  let at = 0;
  const round = () => drive(server.port, () => requests[at++ % requests.length], { connections: READERS, seconds: 1 });
  const idle = async (): Promise<Round[]> => {
    const rounds: Round[] = [];
    while (rounds.length < ROUNDS_IDLE) rounds.push(await round());
    return rounds;
  };
  const readMb = peakResidentMb(pid);
  await round();
  const before = await idle();
  const during: Round[] = [];
  let over = false;
  const working = work(readMb()).finally(() => {
    over = true;
  });
  while (!over) during.push(await round());
  await working;
  const usual = summary([...before, ...(await idle())]);
  const meanwhile = summary(during);
  const line = ({ rate, p50Ms, p99Ms }: ReturnType<typeof summary>) => `${rate.toFixed(0)}/s, p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`;
  console.log(
    `reads at ${READERS} connections: ${line(usual)}; during that import: ${line(meanwhile)}, p99 ${(meanwhile.p99Ms / usual.p99Ms).toFixed(1)} times the usual`,
  );
}

/** Medians of the rounds, for others work on the machine, too. */
function summary(rounds: Round[]) {
  const share = (latenciesMs: number[], of: number) => [...latenciesMs].sort((a, b) => a - b)[Math.floor(latenciesMs.length * of)] ?? 0;
  return {
    rate: median(rounds.map(({ rate }) => rate)),
    p50Ms: median(rounds.map(({ latenciesMs }) => share(latenciesMs, 0.5))),
    p99Ms: median(rounds.map(({ latenciesMs }) => share(latenciesMs, 0.99))),
  };
}

async function readIds(server: Ours): Promise<{ id: string }[]> {
  const database = await connectDatabase(server);
  try {
    return (await database.query('select id from contacts order by hashtext(id::text) limit $1', [READ_CONTACTS])).rows;
  } finally {
    await database.end();
  }
}
