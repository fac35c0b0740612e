// What an organization sets for itself, and the limits that a client can ask for.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCaller, makeDivision, must } from './access-callers.ts';
import { E, make } from './directory.ts';
import { makeOrganization } from './other-organization.ts';
import { newFolder, type Server, startServer } from './server.ts';

const SETTINGS = '/liaison/v1/settings';
const LIMITS = '/liaison/v1/limits';
let server: Server;
beforeAll(async () => {
  server = await startServer();
}, 60_000);
afterAll(() => server.stop());

/** What is set where nothing else is said. */
const REST = { identityExpiryDays: 60, sharedIdentifiers: {}, duplicates: true, duplicateThreshold: 0.5, erasureApprovalDays: 0, historyDays: 0 };
const set = (divisionMoves: unknown) => server.request('PUT', SETTINGS, { body: { divisionMoves } });

it('settings are off at first, and are as they were last set, for this organization alone', async () => {
  expect(await must(server, 'GET', SETTINGS)).toEqual({ divisionMoves: false, ...REST });
  expect((await set(true)).body).toEqual({ divisionMoves: true, ...REST });
  expect(await must(server, 'GET', SETTINGS)).toEqual({ divisionMoves: true, ...REST });
  const other = await makeOrganization(server, 'Other');
  const token = await server.tokenFor(other.clientId, other.clientSecret);
  expect((await server.request('GET', SETTINGS, { token })).body).toEqual({ divisionMoves: false, ...REST });
  expect((await set(false)).body).toEqual({ divisionMoves: false, ...REST });
});

it('observed contacts stay as long as is set, and shared identifiers lead to whom is set', async () => {
  const all = {
    divisionMoves: false,
    identityExpiryDays: 0,
    sharedIdentifiers: { Phone: 'newest', Email: 'none' },
    duplicates: false,
    duplicateThreshold: 0.9,
    erasureApprovalDays: 14,
    historyDays: 400,
  };
  expect((await server.request('PUT', SETTINGS, { body: all })).body).toEqual(all);
  expect(await must(server, 'GET', SETTINGS)).toEqual(all);
  for (const [field, value] of [
    ['identityExpiryDays', -1],
    ['identityExpiryDays', 1.5],
    ['erasureApprovalDays', 91],
    ['historyDays', 3651],
    ['sharedIdentifiers.Phone', 'eldest'],
  ] as const) {
    const [name, inner] = field.split('.') as [string, string | undefined];
    const refused = await server.request('PUT', SETTINGS, { body: { divisionMoves: false, [name]: inner ? { [inner]: value } : value } });
    expect([refused.status, refused.body.details[0].fieldName]).toEqual([422, field]);
  }
  expect((await set(false)).body).toEqual({ divisionMoves: false, ...REST });
});

it.each([
  ['a word', 'yes'],
  ['a number', 1],
  ['nothing', null],
])('settings take no %s for a yes or no', async (_, value) => {
  const refused = await set(value);
  expect([refused.status, refused.body.details?.[0]?.fieldName]).toEqual([422, 'divisionMoves']);
  expect(await must(server, 'GET', SETTINGS)).toEqual({ divisionMoves: false, ...REST });
});

it('settings are for those who may see and edit them in all divisions', async () => {
  const division = await makeDivision(server);
  const callers = {
    viewer: await makeCaller(server, ['liaison:settings:view']),
    editor: await makeCaller(server, ['liaison:settings:edit']),
    partly: await makeCaller(server, ['liaison:settings:*'], division.id),
    nobody: await makeCaller(server, ['externalContacts:contact:*']),
  };
  const statuses = async ({ token }: { token: string }) => [
    (await server.request('GET', SETTINGS, { token })).status,
    (await server.request('PUT', SETTINGS, { token, body: { divisionMoves: false } })).status,
  ];
  expect(await statuses(callers.viewer)).toEqual([200, 403]);
  expect(await statuses(callers.editor)).toEqual([403, 200]);
  expect(await statuses(callers.partly)).toEqual([403, 403]);
  expect(await statuses(callers.nobody)).toEqual([403, 403]);
});

it('a setting counts from its answer on, and soon in every process', async () => {
  const folder = newFolder();
  cpSync(join(server.folder, 'first-run.json'), join(folder, 'first-run.json'));
  const url = `postgresql://liaison@/liaison?host=${encodeURIComponent(join(server.folder, 'postgres', 'socket'))}`;
  const other = await startServer({ DATABASE_URL: url, LIAISON_DATA_DIR: folder });
  const token = await server.token();
  const [there, here] = [await makeDivision(server), await makeDivision(server)];
  const contact = await make(server, '/contacts', { lastName: 'Mover', division: { id: there.id } });
  const move = async (by: Server, to: { id: string }) =>
    (await by.request('PUT', `${E}/contacts/${contact.id}`, { token, body: { lastName: 'Mover', division: { id: to.id } } })).status;
  expect([await move(server, here), await move(other, here)]).toEqual([409, 409]);
  await set(true);
  expect(await move(server, here)).toBe(200);
  // Sooner than a process would ask again by itself, which is after two seconds.
  await expect.poll(() => move(other, there), { timeout: 1000 }).toBe(200);
  await set(false);
  expect(await move(server, here)).toBe(409);
  await expect.poll(() => move(other, here), { timeout: 1000 }).toBe(409);
  await other.stop();
});

it('limits are told to whoever has a token, and are those that hold', async () => {
  const { token } = await makeCaller(server, ['a:b:c']);
  const limits = (await server.request('GET', LIMITS, { token })).body;
  expect(limits).toMatchObject({
    requestsPerMinute: 300,
    bulkItemsMax: 1000,
    bulkEnrichItemsMax: 10,
    pageWindow: 1000,
    cursorLifeSeconds: 86_400,
    idempotencyKeyCharactersMax: 255,
  });
  expect(Object.values(limits).every(Number.isSafeInteger)).toBe(true);
  // The first client is exempt from the limit of requests.
  expect((await must(server, 'GET', LIMITS)).requestsPerMinute).toBe(0);
  expect((await server.request('GET', LIMITS, { token: null })).status).toBe(401);

  const status = async (method: string, path: string, body?: unknown) => (await server.request(method, path, body === undefined ? {} : { body })).status;
  const items = (count: number) => ({ entities: Array.from({ length: count }, () => ({ id: crypto.randomUUID() })) });
  expect(await status('POST', `${E}/bulk/contacts`, items(limits.bulkItemsMax))).toBe(200);
  expect(await status('POST', `${E}/bulk/contacts`, items(limits.bulkItemsMax + 1))).toBe(400);
  expect(await status('GET', `${E}/contacts?pageSize=${limits.pageSizeMax}`)).toBe(200);
  expect(await status('GET', `${E}/contacts?pageSize=${limits.pageSizeMax + 1}`)).toBe(400);
  expect(await status('GET', `${E}/scan/contacts?limit=${limits.scanSizeMax}`)).toBe(200);
  expect(await status('GET', `${E}/scan/contacts?limit=${limits.scanSizeMax + 1}`)).toBe(400);
  expect(limits.bodyBytesMax).toBe(10 * 1024 * 1024);
  const key = (length: number) => server.request('POST', '/api/v2/groups', { body: { name: 'Key' }, headers: { 'idempotency-key': 'k'.repeat(length) } });
  expect((await key(limits.idempotencyKeyCharactersMax)).status).toBe(200);
  expect((await key(limits.idempotencyKeyCharactersMax + 1)).status).toBe(400);
});
