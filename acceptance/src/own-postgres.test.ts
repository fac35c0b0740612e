// An operator's own PostgreSQL: the one that another Liaison brings along, reached by its socket, serves as such.
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDatabase, socketOf } from './database.ts';
import { E, make } from './directory.ts';
import { newFolder, type Server, startServer } from './server.ts';

let host: Server;
let first: Server;
let second: Server;
const url = (database: string) => `postgresql://liaison@/${database}?host=${encodeURIComponent(socketOf(host))}`;

beforeAll(async () => {
  host = await startServer();
  const database = await connectDatabase(host, { user: 'postgres', database: 'postgres' });
  await database.query('create database own owner liaison');
  await database.end();
  first = await startServer({ DATABASE_URL: url('own') });
  const folder = newFolder();
  // The organization is there already, so the second process makes none, and tells no log-ins.
  copyFileSync(join(first.folder, 'first-run.json'), join(folder, 'first-run.json'));
  second = await startServer({ DATABASE_URL: url('own'), LIAISON_DATA_DIR: folder });
});
afterAll(async () => {
  expect(await Promise.all([first.stop(), second.stop()])).toEqual([0, 0]);
  await host.stop();
});

it('is used instead of one that is brought along', async () => {
  expect(existsSync(join(first.folder, 'postgres'))).toBe(false);
  const { id } = await make(first, '/contacts', { firstName: 'Own' });
  const database = await connectDatabase(host, { database: 'own' });
  expect((await database.query('select first_name from contacts where id = $1', [id])).rows).toEqual([{ first_name: 'Own' }]);
  await database.end();
  expect((await host.request('GET', `${E}/contacts/${id}`)).status).toBe(404);
});

it('serves two processes as one', async () => {
  const { id } = await make(first, '/contacts', { firstName: 'Shared' });
  const token = await first.token();
  expect((await second.request('GET', `${E}/contacts/${id}`, { token })).body).toMatchObject({ firstName: 'Shared' });
  await second.request('PUT', `${E}/contacts/${id}`, { body: { firstName: 'Changed' } });
  expect((await first.request('GET', `${E}/contacts/${id}`)).body).toMatchObject({ firstName: 'Changed' });
  const { body: page } = await first.request('GET', `${E}/externalsources?limit=10`);
  expect(page.entities).toEqual([]);
  for (let i = 0; i < 11; i += 1) await make(first, '/externalsources', { name: `Source ${i}` });
  const { nextUri } = (await first.request('GET', `${E}/externalsources?limit=10`)).body;
  expect((await second.request('GET', nextUri)).body.entities).toMatchObject([{ name: 'Source 10' }]);
});

it('lets one of two processes have a claim', async () => {
  for (let round = 0; round < 5; round += 1) {
    const ids = [(await make(first, '/contacts', {})).id, (await make(second, '/contacts', {})).id];
    const body = { operation: 'Claim', identifier: { type: 'Cookie', value: `raced-${round}` } };
    const answers = await Promise.all([first, second].map((server, i) => server.request('PATCH', `${E}/contacts/${ids[i]}/identifiers`, { body })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  }
});

it('that cannot be reached ends the start with a sentence', async () => {
  await expect(startServer({ DATABASE_URL: url('nothing') })).rejects.toThrow(/ended with 1 .*Liaison could not start\. .*database "nothing" does not exist/s);
  await expect(startServer({ DATABASE_URL: 'postgresql://liaison@127.0.0.1:1/own' })).rejects.toThrow(
    /ended with 1 .*Liaison could not start\. .*127\.0\.0\.1:1/s,
  );
});
