// A server that is killed while it writes an export begins it anew, and gives up an export that it never gets through with.
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { make } from './directory.ts';
import { rowsOf, X } from './exporting.ts';
import { until } from './importing.ts';
import type { Json } from './sdk.ts';
import { newFolder, type Server, startServer } from './server.ts';

const CONTACTS = 60_000;
const folder = newFolder();
let server: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_DATA_DIR: folder });
  const { id } = await make(server, '/contacts', { firstName: 'Many', lastName: 'Times', workPhone: { display: '+44 20 7946 0123' } });
  const database = await connectDatabase(server);
  await database.query(
    `insert into contacts select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid()))).* from contacts c, generate_series(2, $2::int) where c.id = $1`,
    [id, CONTACTS],
  );
  await database.end();
}, 120_000);
afterAll(async () => {
  await server.stop({ keep: true });
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Waits until an attempt has begun to write, kills the server, and starts it again.
 * @returns whether it was in time: on a busy machine an attempt may be over before anybody has seen it write
 */
async function killWhileWriting(id: string): Promise<boolean> {
  const database = await connectDatabase(server);
  const before = (await database.query('select attempt from exports where id = $1', [id])).rows[0].attempt;
  const writing = () =>
    database.query(
      "select e.attempt, e.status, (select count(*)::int from pg_stat_activity a where a.query like 'copy (select%') as copying from exports e where id = $1",
      [id],
    );
  const { status } = await until(
    async () => (await writing()).rows[0],
    ({ attempt, copying, status }: Json) => status !== 'RUNNING' || (attempt !== before && copying > 0),
  ).finally(() => database.end());
  if (status !== 'RUNNING') return false;
  server.process.kill('SIGKILL');
  await once(server.process, 'exit');
  server = await startServer({ LIAISON_DATA_DIR: folder });
  return true;
}

/** Begins exports until one was killed so many times while it wrote. @returns its id, and how many were begun */
async function killed(times: number, wish: object): Promise<{ id: string; begun: number }> {
  for (let begun = 1; ; begun += 1) {
    const { id } = await must(server, 'POST', X, { kind: 'contact', ...wish });
    let kills = 0;
    while (kills < times && (await killWhileWriting(id))) kills += 1;
    if (kills === times) return { id, begun };
  }
}

const ended = (id: string) =>
  until(
    () => must(server, 'GET', `${X}/${id}`),
    ({ status }) => status !== 'RUNNING',
  );

it('is written whole by the next process, and leaves one file', { timeout: 120_000 }, async () => {
  const { id, begun } = await killed(1, {});
  const done = await ended(id);
  expect(done).toMatchObject({ status: 'SUCCEEDED', resultRowCount: CONTACTS });
  expect(new Set((await rowsOf(done)).map((row) => row.id)).size).toBe(CONTACTS);
  expect(readdirSync(join(folder, 'files', server.firstRun.organizationId, 'exports'))).toHaveLength(begun);
});

it('fails with its reason when it was begun three times and never ended', { timeout: 120_000 }, async () => {
  const { id } = await killed(3, { format: 'ndjson' });
  expect(await ended(id)).toMatchObject({ status: 'FAILED', statusDetails: 'It was begun 3 times and never came to its end.' });
  expect(await must(server, 'GET', `${X}/${id}`)).not.toHaveProperty('downloadUrl');
});

it('is not counted as begun where the server is told to end', { timeout: 120_000 }, async () => {
  const { id } = await must(server, 'POST', X, { kind: 'contact' });
  const database = await connectDatabase(server);
  await until(
    async () => (await database.query('select tries from exports where id = $1', [id])).rows[0],
    ({ tries }: Json) => tries === 1,
  );
  await database.end();
  await server.stop({ keep: true });
  server = await startServer({ LIAISON_DATA_DIR: folder });
  expect(await ended(id)).toMatchObject({ status: 'SUCCEEDED', resultRowCount: CONTACTS });
});
