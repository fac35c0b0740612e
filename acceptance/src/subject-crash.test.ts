// An erasure of many goes on by itself after kill -9, wherever it was: each person is there as before or is not there at
// all, and nobody is erased twice.
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { must } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { E, idsOf } from './directory.ts';
import { until } from './importing.ts';
import { type Json, newFolder, startServer } from './server.ts';
import { ERASURES, tablesWith } from './subject-calls.ts';

const KILLS = Number(process.env.LIAISON_TEST_KILLS ?? 4);
const PEOPLE = 60;

test('a server that is killed while it erases erases everybody once', { timeout: 60_000 + KILLS * 40_000 }, async () => {
  const env = { LIAISON_DATA_DIR: newFolder(), LIAISON_RATE_LIMIT: '0' };
  let server = await startServer(env);
  const erasures: string[] = [];
  const all: string[] = [];
  for (let kills = 0; kills < KILLS; kills += 1) {
    const contacts = Array.from({ length: PEOPLE }, (_, i) => ({ lastName: `Qzcrash ${kills}-${i}`, workEmail: `qzcrash${kills}-${i}@crash.example` }));
    const { results } = await must(server, 'POST', `${E}/bulk/contacts/add`, { entities: contacts });
    const contactIds = idsOf(results);
    const notes = contactIds.map((entityId) => ({ entityId, entityType: 'contact', noteText: 'qzcrash note' }));
    await must(server, 'POST', `${E}/bulk/notes/add`, { entities: notes });
    // Pairs are merged, so that an erasure takes several records.
    await must(server, 'POST', `${E}/contacts/merge`, { contactIds: contactIds.slice(0, 2) });
    all.push(...contactIds.slice(1));
    const { id } = await must(server, 'POST', ERASURES, { contactIds: contactIds.slice(1) });
    erasures.push(id);
    const enough = Math.floor(Math.random() * PEOPLE * 0.8);
    const watching = await connectDatabase(server);
    watching.on('error', () => undefined);
    await until(
      async () => (await watching.query("select count(*)::int as done from erasure_subjects where erasure_id = $1 and status = 'erased'", [id])).rows[0].done,
      (done) => done >= enough,
    );
    server.process.kill('SIGKILL');
    await once(server.process, 'exit');
    await watching.end().catch(() => undefined);
    server = await startServer(env);
    const database = await connectDatabase(server);
    expect(await halves(database)).toEqual([]);
    await database.end();
  }
  for (const id of erasures) {
    const { subjects } = await until(
      () => must(server, 'GET', `${ERASURES}/${id}`),
      ({ status }) => status === 'completed',
    );
    expect(subjects.map(({ status }: Json) => status)).toEqual(Array(PEOPLE - 1).fill('erased'));
  }
  const database = await connectDatabase(server);
  expect(await tablesWith(database, ['qzcrash'])).toEqual([]);
  const { rows } = await database.query(
    "select record_id, count(*)::int as times from changes where kind = 'contact' and action = 'delete' group by record_id",
  );
  expect(rows.filter(({ times }) => times !== 1)).toEqual([]);
  expect(rows.map(({ record_id }) => record_id)).toEqual(expect.arrayContaining(all));
  await database.end();
  await server.stop();
  rmSync(env.LIAISON_DATA_DIR, { recursive: true, force: true });
});

/** Who is erased and there, or waits and is not; and bodies of changes of who is erased. All in one statement, which sees one moment. */
async function halves(database: Client): Promise<unknown[]> {
  const { rows } = await database.query(`
    select s.contact_id, s.status, k.id, x.body from erasure_subjects s
    left join contacts k on k.org_id = s.org_id and k.id = s.contact_id
    left join changes x on x.org_id = s.org_id and x.record_id = s.contact_id and s.status = 'erased' and x.body ->> 'erased' is null
    where (s.status = 'erased') <> (k.id is null) or x.record_id is not null`);
  return rows;
}
