// Deliveries survive whatever happens to the server: several processes take turns, and one that is killed in the middle
// of its deliveries has lost nothing.
import { once } from 'node:events';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connectDatabase, socketOf } from './database.ts';
import { E, make } from './directory.ts';
import { newFolder, type Server, startServer } from './server.ts';
import { type Arrival, makeWebhook, type Receiver, startReceiver, whenWebhook } from './webhook-receiver.ts';

const ENV = { LIAISON_WEBHOOK_PRIVATE_TARGETS: 'yes', LIAISON_WEBHOOK_RETRY_MS: '20' };

const namesOf = (recordId: string, arrivals: Arrival[]) =>
  arrivals.filter(({ event }) => event.eventBody.id === recordId).map(({ event }) => event.eventBody.lastName);

/** Each name for the first time: what a receiver sees that passes over what it has had, as the ids of events let it. */
const firstNames = (recordId: string, receiver: Receiver) => [...new Set(namesOf(recordId, receiver.accepted()))];

async function kill(server: Server): Promise<void> {
  server.process.kill('SIGKILL');
  await once(server.process, 'exit');
}

it('a server that is killed while it delivers loses nothing, and keeps each record in order', { timeout: 120_000 }, async () => {
  const folder = newFolder();
  const receiver = await startReceiver();
  let server = await startServer({ ...ENV, LIAISON_DATA_DIR: folder });
  await makeWebhook(server, receiver, { kinds: ['contact'] });
  const ids: string[] = [];
  for (let i = 0; i < 8; i += 1) ids.push((await make(server, '/contacts', { lastName: '0' })).id);
  const names = ['0'];
  // Some deliveries succeed, some fail, and the rest of a round are never answered, so that a kill meets all of them.
  let answers = 0;
  receiver.answer = () => {
    answers -= 1;
    return answers < 0 ? new Promise(() => undefined) : answers % 5 === 3 ? 500 : 200;
  };
  for (let round = 1; round <= 4; round += 1) {
    answers = 6 * round;
    for (let i = 0; i < 3; i += 1) {
      names.push(String(names.length));
      await Promise.all(ids.map((id) => server.request('PUT', `${E}/contacts/${id}`, { body: { lastName: names.at(-1) } })));
    }
    await receiver.until(() => answers < 0);
    await kill(server);
    server = await startServer({ ...ENV, LIAISON_DATA_DIR: folder });
  }
  receiver.answer = () => 200;
  await receiver.until(() => ids.every((id) => firstNames(id, receiver).length === names.length));
  for (const id of ids) expect(firstNames(id, receiver)).toEqual(names);
  expect(new Set(receiver.arrivals.map(({ id }) => id)).size).toBe(ids.length * names.length);
  expect(await server.stop()).toBe(0);
  receiver.close();
});

it('what waits for a further try, and what waits behind it, survives a kill', async () => {
  const env = { ...ENV, LIAISON_WEBHOOK_RETRY_MS: '2000', LIAISON_DATA_DIR: newFolder() };
  const receiver = await startReceiver();
  let server = await startServer(env);
  const hook = await makeWebhook(server, receiver, { kinds: ['contact'] });
  receiver.answer = () => 500;
  const { id } = await make(server, '/contacts', { lastName: '0' });
  await server.request('PUT', `${E}/contacts/${id}`, { body: { lastName: '1' } });
  await whenWebhook(server, hook.id, ({ deliveries }) => deliveries.waiting === 2);
  await kill(server);
  receiver.answer = () => 200;
  server = await startServer(env);
  await receiver.until(() => receiver.accepted().length === 2);
  expect(namesOf(id, receiver.accepted())).toEqual(['0', '1']);
  await whenWebhook(server, hook.id, ({ deliveries }) => deliveries.waiting === 0 && deliveries.dead === 0);
  expect(await server.stop()).toBe(0);
  receiver.close();
});

it('a server that ends delivers nothing twice', async () => {
  const folder = newFolder();
  const receiver = await startReceiver();
  let server = await startServer({ ...ENV, LIAISON_DATA_DIR: folder });
  await makeWebhook(server, receiver, { kinds: ['contact'] });
  const { id } = await make(server, '/contacts', { lastName: '0' });
  const held = Promise.withResolvers<number>();
  receiver.answer = ({ event }) => (event.eventBody.lastName === '1' ? held.promise : 200);
  for (const lastName of ['1', '2', '3']) await server.request('PUT', `${E}/contacts/${id}`, { body: { lastName } });
  await receiver.until((all) => namesOf(id, all).includes('1'));
  const stopped = server.stop({ keep: true });
  held.resolve(200);
  expect(await stopped).toBe(0);
  server = await startServer({ ...ENV, LIAISON_DATA_DIR: folder });
  await receiver.until((all) => namesOf(id, all).includes('3'));
  expect(namesOf(id, receiver.arrivals)).toEqual(['0', '1', '2', '3']);
  expect(await server.stop()).toBe(0);
  receiver.close();
});

it('two processes on one database deliver once and in order, and one takes over from the other', { timeout: 120_000 }, async () => {
  const host = await startServer();
  const database = await connectDatabase(host, { user: 'postgres', database: 'postgres' });
  await database.query('create database shared owner liaison');
  await database.end();
  const env = { ...ENV, DATABASE_URL: `postgresql://liaison@/shared?host=${encodeURIComponent(socketOf(host))}` };
  const first = await startServer(env);
  const folder = newFolder();
  copyFileSync(join(first.folder, 'first-run.json'), join(folder, 'first-run.json'));
  const second = await startServer({ ...env, LIAISON_DATA_DIR: folder });
  const receiver = await startReceiver();
  const hook = await makeWebhook(second, receiver, { kinds: ['contact'] });
  const ids = [(await make(first, '/contacts', { lastName: '0' })).id, (await make(second, '/contacts', { lastName: '0' })).id];
  const names = ['0'];
  const rename = async (servers: Server[], times: number) => {
    for (let i = 0; i < times; i += 1) {
      names.push(String(names.length));
      for (const id of ids) await (servers[i % servers.length] as Server).request('PUT', `${E}/contacts/${id}`, { body: { lastName: names.at(-1) } });
    }
  };
  await rename([first, second], 15);
  await receiver.until(() => ids.every((id) => firstNames(id, receiver).length === names.length));
  for (const id of ids) expect(namesOf(id, receiver.arrivals)).toEqual(names);

  // Whichever of the two delivers: after each has been away, all has come.
  await kill(first);
  await rename([second], 5);
  await receiver.until(() => ids.every((id) => firstNames(id, receiver).length === names.length));
  const third = await startServer({ ...env, LIAISON_DATA_DIR: first.folder });
  await rename([third, second], 5);
  await kill(second);
  await rename([third], 5);
  await receiver.until(() => ids.every((id) => firstNames(id, receiver).length === names.length));
  for (const id of ids) expect(firstNames(id, receiver)).toEqual(names);
  await whenWebhook(third, hook.id, ({ deliveries }) => deliveries.waiting === 0 && deliveries.dead === 0);
  expect(await third.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
  await host.stop();
  receiver.close();
});
