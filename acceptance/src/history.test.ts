// How long it stays known what was before: what the audit, followers of events and jobs that could be taken back are told
// once it is forgotten.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from './access-callers.ts';
import { B, makeMany, runBulk, undone } from './bulk-calls.ts';
import { type DatabaseOf, databaseOf } from './database-of.ts';
import { E, make } from './directory.ts';
import { csvOf, I, importAll, layOut, PEOPLE, until } from './importing.ts';
import { type Json, type Server, startServer } from './server.ts';

let server: Server;
let database: DatabaseOf;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  database = await databaseOf(server);
});
afterAll(async () => {
  await database?.client.end();
  await server?.stop();
});

const audits = async (id: string): Promise<Json[]> => (await must(server, 'GET', `/liaison/v1/audits?entityId=${id}`)).entities;
const events = async (after?: string): Promise<Json[]> =>
  (await must(server, 'GET', `/liaison/v1/events?limit=1000${after ? `&after=${after}` : ''}`)).entities;
const of = (id: string, all: Json[]) => all.filter(({ eventBody }) => eventBody.id === id).map(({ metadata }) => metadata.action);
const edit = (ids: string[], value: string) => ({ kind: 'contact', act: 'edit', ids, changes: [{ field: '$.title', value, action: 'Update' }] });

/** Begins again, for every start begins with the chores. */
async function restart(): Promise<void> {
  const { folder } = server;
  await database.client.end();
  await server.stop({ keep: true });
  server = await startServer({ LIAISON_RATE_LIMIT: '0', LIAISON_DATA_DIR: folder });
  database = await databaseOf(server);
}

it('is forgotten after as many days as are set, and what is younger or still so is not', async () => {
  const contact = await make(server, '/contacts', { firstName: 'First', lastName: 'Kept' });
  const put = (firstName: string) => must(server, 'PUT', `${E}/contacts/${contact.id}`, { firstName, lastName: 'Kept' });
  await put('Second');
  const { after: cursor } = (await must(server, 'GET', '/liaison/v1/events?after=now')).cursors;
  const gone = await make(server, '/contacts', { firstName: 'Quasimodo', lastName: 'Gone' });
  const note = await make(server, `/contacts/${gone.id}/notes`, { noteText: 'About Quasimodo.' });
  await must(server, 'DELETE', `${E}/contacts/${gone.id}`);
  const ids = await makeMany(server, 'contacts', [{ firstName: 'Bulk', lastName: 'One' }]);
  const past = await runBulk(server, edit(ids, 'Past'));
  const imported = await importAll(server, await layOut(server, PEOPLE), csvOf(['Id', 'First', 'Last'], [{ Id: '1', First: 'From', Last: 'File' }]));
  await put('Third');
  const { organizationId } = server.firstRun;
  await database.client.query("update changes set at = at - interval '400 days' where org_id = $1", [organizationId]);
  await put('Fourth');
  const recent = await runBulk(server, edit(ids, 'Recent'));
  expect(await audits(contact.id)).toHaveLength(4);

  await must(server, 'PUT', '/liaison/v1/settings', { divisionMoves: false, historyDays: 365 });
  await restart();
  const [newest, oldest, ...more] = await until(
    () => audits(contact.id),
    ({ length }) => length < 4,
  );
  expect(more).toEqual([]);
  expect(newest).toMatchObject({ action: 'update', changes: expect.arrayContaining([{ field: '$.firstName', before: 'Third', after: 'Fourth' }]) });
  expect(oldest).toMatchObject({ action: 'update' });

  // Whoever comes late learns of all that is there and of all that is gone, and nothing of what it was.
  expect(of(contact.id, await events())).toEqual(['update', 'update']);
  expect(of(gone.id, await events(cursor))).toEqual(['delete']);
  expect(of(note.id, await events(cursor))).toEqual(['delete']);
  expect(await database.mentions(organizationId, 'Quasimodo')).toBe(false);

  const refusal = { status: 409, body: { message: expect.stringContaining('historyDays') } };
  expect(await server.request('POST', `${B}/${past.id}/undo`)).toMatchObject(refusal);
  expect(await server.request('POST', `${I}/${imported.id}/undo`)).toMatchObject(refusal);
  expect(await undone(server, recent.id)).toMatchObject({ undo: { status: 'Completed', restored: 1, left: 0 } });
  expect((await must(server, 'GET', `${E}/contacts/${ids[0]}`)).title).toBe('Past');
});
