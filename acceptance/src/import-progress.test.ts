// How an import goes on, as those see it who follow it.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCaller, makeDivision, must } from './access-callers.ts';
import { poll, stream } from './followers.ts';
import { csvOf, finish, importOf, layOut, PEOPLE, startImport } from './importing.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
});
afterAll(() => server.stop());

const HEADER = Object.keys(PEOPLE);
const isOf = (id: string) => (event: Json) => event.topicName === `liaison.imports.${id}`;

it('is told as events, of which the last one says that it is over', async () => {
  const division = (await makeDivision(server)).id;
  const followers = [await poll(server, await server.token()), await stream(server, await server.token())];
  const rows = Array.from({ length: 3000 }, (_, i) => ({ Id: `${i}`, First: 'F', Last: `L${i}`, Mail: `m${i}@example.com` }));
  const id = await startImport(server, await layOut(server, PEOPLE), csvOf(HEADER, rows), { division });
  await finish(server, id);
  for (const follower of followers) {
    const events = (await follower.until((all) => all.some((event) => isOf(id)(event) && event.eventBody.status === 'Completed'))).filter(isOf(id));
    expect(events[0]).toMatchObject({ eventBody: { id, status: 'Created', division: { id: division } }, metadata: { action: 'create' } });
    const steps = events.map(({ eventBody: { status, executionStep } }) => `${status} ${executionStep}`);
    expect([...new Set(steps)]).toEqual(['Created Validating', 'Running Validating', 'Running Validated', 'Running Importing', 'Completed Importing']);
    const read = events.filter(({ metadata }) => metadata.action === 'progress').map(({ eventBody }) => eventBody.rows.read);
    expect(read.length).toBeGreaterThan(0);
    expect(events.at(-1)).toMatchObject({ eventBody: { rows: { read: 3000, created: 3000, rejected: 0 } }, metadata: { action: 'update' } });
    follower.stop();
  }
});

it('says how far it is, and where its changes lie among all', async () => {
  const rows = Array.from({ length: 50 }, (_, i) => ({ Id: `${i}`, First: 'F', Last: `L${i}` }));
  const division = (await makeDivision(server)).id;
  const id = await startImport(server, await layOut(server, PEOPLE), csvOf(HEADER, rows), { division });
  await finish(server, id);
  const said = await importOf(server, id);
  expect(said).toMatchObject({ id, status: 'Completed', fileName: 'people.csv', rows: { read: 50, total: 50, created: 50 }, division: { id: division } });
  expect(said.bytes.read).toBe(said.bytes.total);
  expect(said.rowsPerSecond).toBeGreaterThan(0);
  const page = await must(server, 'GET', `/liaison/v1/events?after=${said.events.after}&kinds=contact&limit=50`);
  expect(page.entities.map(({ eventBody, metadata }: Json) => [metadata.action, eventBody.lastName])).toEqual(rows.map(({ Last }) => ['create', Last]));
  const audits = await must(server, 'GET', `/liaison/v1/audits?entityId=${id}`);
  expect(audits.entities.map(({ action }: Json) => action).filter((action: string) => action === 'progress')).toEqual([]);
  expect(audits.entities.at(-1)).toMatchObject({ action: 'create', entity: { type: 'importJob', id } });
});

it('is nothing to those who may not view import jobs of its division', async () => {
  const division = (await makeDivision(server)).id;
  const id = await startImport(server, await layOut(server, PEOPLE), csvOf(HEADER, [{ Id: '1', First: 'A', Last: 'A' }]), { division });
  await finish(server, id);
  const seen = async (...permissions: string[]) => {
    const { token } = await makeCaller(server, ['liaison:event:view', ...permissions], division);
    const { entities } = await must(server, 'GET', '/liaison/v1/events?kinds=importJob&limit=1000', undefined, token);
    return entities.filter(isOf(id)).length > 0;
  };
  expect(await seen('externalContacts:contact:view', 'externalContacts:externalOrganization:view')).toBe(false);
  expect(await seen('externalContacts:importJob:view')).toBe(true);
  const elsewhere = await makeCaller(server, ['liaison:event:view', 'externalContacts:importJob:view'], (await makeDivision(server)).id);
  const { entities } = await must(server, 'GET', '/liaison/v1/events?kinds=importJob&limit=1000', undefined, elsewhere.token);
  expect(entities.filter(isOf(id))).toEqual([]);
});

it('is listed with that of others, the newest first, for who may view all of its division', async () => {
  const division = (await makeDivision(server)).id;
  const settings = await layOut(server, PEOPLE);
  const ids: string[] = [];
  for (const First of ['A', 'B', 'C']) {
    const id = await startImport(server, settings, csvOf(HEADER, [{ Id: First, First, Last: First }]), { division });
    await finish(server, id);
    ids.push(id);
  }
  const { token } = await makeCaller(server, ['externalContacts:importJob:viewAll'], division);
  const list = (query: string, of = token) => must(server, 'GET', `/liaison/v1/imports?${query}`, undefined, of);
  const first = await list('sortOrder=Descending&pageSize=2');
  expect(first.entities.map(({ id }: Json) => id)).toEqual([ids[2], ids[1]]);
  expect(first.entities[0]).toEqual(await importOf(server, ids[2] as string));
  const second = await list(`sortOrder=Descending&pageSize=2&after=${encodeURIComponent(first.cursors.after)}`);
  expect([second.entities.map(({ id }: Json) => id), second.cursors.after]).toEqual([[ids[0]], undefined]);
  expect((await list('status=Failed')).entities).toEqual([]);
  const elsewhere = await makeCaller(server, ['externalContacts:importJob:viewAll'], (await makeDivision(server)).id);
  expect((await list('', elsewhere.token)).entities).toEqual([]);
  expect((await server.request('GET', '/liaison/v1/imports?pageSize=26', { token })).status).toBe(400);
});
