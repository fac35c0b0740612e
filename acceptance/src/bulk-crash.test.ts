// A bulk job survives its server: killed at any moment, it goes on by itself once a server is there again, does no record
// twice and passes none over; and so does taking it back.
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { must } from './access-callers.ts';
import { B, bulkJob, makeMany, settled } from './bulk-calls.ts';
import { connectDatabase } from './database.ts';
import { newFolder, type Server, startServer } from './server.ts';

const RECORDS = 5000;
const KILLS = Number(process.env.LIAISON_TEST_KILLS ?? 4);
/** A machine that is busy with other tests takes its time. */
const PATIENCE_MS = 120_000;

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const start = () => startServer({ LIAISON_DATA_DIR: folder, LIAISON_RATE_LIMIT: '0' });

/** Kills the server at moments of the work, and starts it again each time. */
async function killed(server: Server, id: string): Promise<Server> {
  let living = server;
  for (let kill = 0; kill < KILLS; kill += 1) {
    await pause(Math.random() * 500);
    living.process.kill('SIGKILL');
    await once(living.process, 'exit');
    living = await start();
  }
  await settled(living, id, PATIENCE_MS);
  return living;
}

async function versions(server: Server): Promise<Record<string, number>> {
  const database = await connectDatabase(server);
  const { rows } = await database.query<{ version: number; title: string; count: number }>(
    'select k.version, k.title, count(*)::int as count from contacts k group by 1, 2',
  );
  await database.end();
  return Object.fromEntries(rows.map(({ version, title, count }) => [`${version} ${title}`, count]));
}

it(`does each record once, and takes each back once, with ${2 * KILLS} kills`, { timeout: 5 * PATIENCE_MS }, async () => {
  let server = await start();
  await makeMany(
    server,
    'contacts',
    Array.from({ length: RECORDS }, (_, i) => ({ firstName: `First${i}`, lastName: `Last${i}`, title: 'Before' })),
  );
  const changes = [{ field: '$.title', action: 'Update', value: 'After' }];
  const { id } = await must(server, 'POST', B, { kind: 'contact', everything: true, act: 'edit', changes });
  server = await killed(server, id);
  expect(await bulkJob(server, id)).toMatchObject({ status: 'Completed', records: { found: RECORDS, done: RECORDS, unchanged: 0, refused: 0 } });
  expect(await versions(server)).toEqual({ '2 After': RECORDS });
  await must(server, 'POST', `${B}/${id}/undo`);
  server = await killed(server, id);
  expect(await bulkJob(server, id)).toMatchObject({ undo: { status: 'Completed', restored: RECORDS, left: 0 } });
  expect(await versions(server)).toEqual({ '3 Before': RECORDS });
  await server.stop({ keep: true });
});
