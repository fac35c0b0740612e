// An import survives its server: killed at any moment, as often as one likes, it completes by itself once a server is
// there again, and comes to what an undisturbed one comes to, row for row.
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { connectDatabase } from './database.ts';
import { allContacts, command, csvOf, importOf, isOver, jobOf, layOut, PEOPLE, rejects, startImport, until, waits } from './importing.ts';
import type { Json } from './sdk.ts';
import { newFolder, type Server, startServer } from './server.ts';

const ROWS = Number(process.env.LIAISON_TEST_IMPORT_ROWS ?? 100_000);
/** A machine that is busy with other tests takes its time. */
const PATIENCE_MS = 600_000;
const KILLS = Number(process.env.LIAISON_TEST_KILLS ?? 50);

const folders = [newFolder(), newFolder()];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
const start = (folder: string) => startServer({ LIAISON_DATA_DIR: folder, LIAISON_RATE_LIMIT: '0' });

/** Two in a hundred are faulty, five repeat an earlier one with another title. */
function fileOfPeople(): string {
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const id = i % 20 === 19 ? i - (i % 97) - 1 : i;
    return {
      Id: i % 50 === 7 ? '' : `p${Math.max(id, 0)}`,
      First: `First${id % 500}`,
      Last: `Last${id % 900}`,
      Mail: `p${id}@example.com`,
      Phone: `+1317${String(2_000_000 + id)}`,
      Title: `Title ${i % 7}`,
    };
  });
  return csvOf(Object.keys(PEOPLE), rows);
}

/** What is the same however often the server was killed. */
async function resultOf(server: Server, id: string): Promise<Json> {
  const contacts = await allContacts(server);
  const database = await connectDatabase(server);
  const identifiers = await database.query(
    'select i.type, i.value, k.last_name from identifiers i join contacts k on k.org_id = i.org_id and k.id = i.owner_id order by 1, 2, 3',
  );
  await database.end();
  const { rows } = await importOf(server, id);
  return {
    rows,
    rejects: await rejects(server, id),
    contacts: contacts
      .map(({ firstName, lastName, workEmail, workPhone, title, externalIds }) =>
        [externalIds[0].value, firstName, lastName, workEmail, workPhone.e164, title].join(),
      )
      .sort(),
    identifiers: identifiers.rows,
    metadata: (await jobOf(server, id)).metadata.importSuccessCount,
  };
}

it(`comes to the same with ${KILLS} kills as without`, { timeout: 3 * PATIENCE_MS + KILLS * 30_000 }, async () => {
  const text = fileOfPeople();
  const [calm, rough] = folders as [string, string];
  let server = await start(calm);
  const undisturbed = await startImport(server, await layOut(server, PEOPLE), text);
  await until(() => jobOf(server, undisturbed), waits, PATIENCE_MS);
  await command(server, undisturbed, 'Continue');
  const begun = Date.now();
  await until(() => jobOf(server, undisturbed), isOver, PATIENCE_MS);
  const tookMs = Date.now() - begun;
  const wanted = await resultOf(server, undisturbed);
  expect(wanted.rows).toMatchObject({ read: ROWS, rejected: Math.floor((ROWS + 42) / 50) });
  await server.stop({ keep: true });

  server = await start(rough);
  const id = await startImport(server, await layOut(server, PEOPLE), text);
  let continued = false;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    // Anywhere within the share of the work that falls to this life.
    await pause(Math.random() * Math.max(500, (3 * tookMs) / KILLS));
    server.process.kill('SIGKILL');
    await once(server.process, 'exit');
    server = await start(rough);
    const job = await jobOf(server, id);
    if (!continued && job.executionStep === 'Validated') {
      await command(server, id, 'Continue');
      continued = true;
    }
  }
  if (!continued) {
    await until(() => jobOf(server, id), waits, PATIENCE_MS);
    await command(server, id, 'Continue');
  }
  await until(() => jobOf(server, id), isOver, PATIENCE_MS);
  expect(await resultOf(server, id)).toEqual(wanted);
  await server.stop({ keep: true });
});
