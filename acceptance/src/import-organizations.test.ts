import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from './access-callers.ts';
import { command, csvOf, finish, importOf, isOver, jobOf, type Layout, layOut, PEOPLE, startImport, until, waits } from './importing.ts';
import { makeOrganization } from './other-organization.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
/** The same server, as the other organization's client sees it. */
let elsewhere: Server;

beforeAll(async () => {
  server = await startServer();
  const { clientId, clientSecret } = await makeOrganization(server, 'Elsewhere');
  const token = await server.tokenFor(clientId, clientSecret);
  elsewhere = { ...server, token: async () => token, request: (method, path, options = {}) => server.request(method, path, { token, ...options }) };
});
afterAll(() => server.stop());

const HEADER = Object.keys(PEOPLE);
const people = (word: string, count: number) =>
  csvOf(
    HEADER,
    Array.from({ length: count }, (_, i) => ({ Id: `${word}-${i}`, First: 'Ann', Last: `${word} ${i}` })),
  );

async function validated(on: Server, layout: Layout, text: string): Promise<string> {
  const id = await startImport(on, layout, text);
  await until(() => jobOf(on, id), waits);
  return id;
}

it('an organization with many imports keeps no other one waiting but for a turn', async () => {
  const layout = await layOut(server, PEOPLE);
  const many: string[] = [];
  for (let i = 0; i < 5; i += 1) many.push(await validated(server, layout, people(`many${i}`, 2000)));
  const one = await validated(elsewhere, await layOut(elsewhere, PEOPLE), people('one', 10));
  for (const id of many) expect((await command(server, id, 'Continue')).status).toBe(202);
  expect((await finish(elsewhere, one)).status).toBe('Completed');
  const states = await Promise.all(many.map((id) => importOf(server, id)));
  expect(states.filter((job) => !isOver(job)).length).toBeGreaterThanOrEqual(2);
  for (const id of many) await until(() => jobOf(server, id), isOver);
});

// Beside the small file of the test before.
it('an organization uploads as much as is kept, and no other one notices', async () => {
  const announce = (on: Server, fileSize: number) => on.request('POST', '/liaison/v1/import/uploads', { body: { fileName: 'large.csv', fileSize } });
  const { uploadsKeptBytesMax } = await must(server, 'GET', '/liaison/v1/limits');
  const fileSize = 8 * 1024 ** 3;
  for (let kept = 0; kept + fileSize < uploadsKeptBytesMax; kept += fileSize) expect((await announce(elsewhere, fileSize)).status).toBe(201);
  expect(await announce(elsewhere, fileSize)).toMatchObject({ status: 409, body: { code: 'conflict', limit: { key: 'import.uploads' } } });
  expect((await announce(server, fileSize)).status).toBe(201);
});
