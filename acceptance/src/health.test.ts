// How the server is doing, told to an organization of itself and to whoever operates the server of all: two processes that
// share a database, of which the second knows who its operator is and has a token for programs that watch.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCaller, makeDivision, makeRole, must } from './access-callers.ts';
import { socketOf } from './database.ts';
import { databaseOf } from './database-of.ts';
import { E, make } from './directory.ts';
import { makeOrganization, type OtherOrganization } from './other-organization.ts';
import { type Json, newFolder, type Server, startServer } from './server.ts';
import { actingToken, makeTrust, type Organization, organizationOn } from './trust-organizations.ts';

const HEALTH = '/liaison/v1/health';
const METRICS_TOKEN = 'watched-by-a-program';
const ROUND = 5;

let server: Server;
let second: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  const folder = newFolder();
  copyFileSync(join(server.folder, 'first-run.json'), join(folder, 'first-run.json'));
  second = await startServer({
    DATABASE_URL: `postgresql://liaison@/liaison?host=${encodeURIComponent(socketOf(server))}`,
    LIAISON_DATA_DIR: folder,
    LIAISON_OPERATORS: server.firstRun.organizationId,
    LIAISON_METRICS_TOKEN: METRICS_TOKEN,
  });
}, 60_000);
afterAll(async () => {
  await second.stop();
  await server.stop();
});

const sum = (counts: number[]) => counts.reduce((a, b) => a + b, 0);
const metrics = (token = METRICS_TOKEN) => second.request('GET', '/metrics', { token });
/** The value of a sample, by the whole of what stands before it. */
const sample = (text: string, name: string): number | undefined => {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
};

it('counts what is asked by operation and by outcome, and how long it takes', async () => {
  const token = await server.token();
  await must(server, 'GET', HEALTH);
  for (let i = 0; i < ROUND; i += 1) {
    await must(server, 'GET', `${E}/contacts`);
    expect((await server.request('GET', `${E}/contacts/${crypto.randomUUID()}`, { token })).status).toBe(404);
  }
  expect((await server.request('GET', '/nothing/here')).status).toBe(404);
  const { server: whole } = await must(server, 'GET', HEALTH);
  const of = (operation: string) => whole.operations.find((one: Json) => one.operation === operation);
  expect(of('getExternalcontactsContacts')).toMatchObject({ succeeded: ROUND, refused: 0, failed: 0 });
  expect(of('getExternalcontactsContact')).toMatchObject({ succeeded: 0, refused: ROUND, failed: 0 });
  expect(of('unknown')).toMatchObject({ refused: 1 });
  for (const { p50Ms, p95Ms, p99Ms } of whole.operations) expect([p50Ms, p95Ms, p99Ms].every((ms) => ms > 0) && p50Ms <= p95Ms && p95Ms <= p99Ms).toBe(true);
  const { requests } = whole;
  expect([sum(requests.refused), sum(requests.failed)]).toEqual([ROUND + 1, 0]);
  expect(sum(requests.succeeded)).toBe(sum(whole.operations.map((one: Json) => one.succeeded)));
  const lengths = new Set([requests.refused, requests.failed, requests.p50Ms, requests.p95Ms, requests.p99Ms].map((list) => list.length));
  expect([...lengths]).toEqual([requests.succeeded.length]);
  expect(Date.parse(requests.from)).toBeLessThanOrEqual(Date.now());
});

it('does not take waiting for events for being slow', async () => {
  await must(server, 'GET', '/liaison/v1/events?after=now&wait=1');
  const { server: whole } = await must(server, 'GET', HEALTH);
  const events = whole.operations.find((one: Json) => one.operation === 'getLiaisonEvents');
  expect(events).toEqual({ operation: 'getLiaisonEvents', succeeded: 1, refused: 0, failed: 0 });
});

it('knows how large everything is, what is used, and how the process is', async () => {
  await must(server, 'GET', HEALTH);
  // How late timers are is measured from the first look on.
  await expect.poll(async () => (await must(server, 'GET', HEALTH)).server.process.eventLoopDelayMs?.p99).toBeTypeOf('number');
  const { version, server: whole } = await must(server, 'GET', HEALTH);
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(whole.process.memoryBytes).toBeGreaterThan(whole.process.heapBytes);
  const { database } = whole;
  expect(database.sizeBytes).toBeGreaterThan(1_000_000);
  expect(database.cacheHitRatio).toBeGreaterThan(0.5);
  expect(database.connections).toBeLessThanOrEqual(database.connectionsMax);
  expect(database.tables.map(({ name }: Json) => name)).toContain('contacts');
  expect(database.indexes.find(({ name }: Json) => name === 'contacts_by_words')).toMatchObject({ table: 'contacts' });
});

it('says what an organization holds and what waits for it', async () => {
  for (const lastName of ['One', 'Two', 'Three']) await make(server, '/contacts', { lastName });
  await make(server, '/organizations', { name: 'Acme' });
  const asked = await must(server, 'POST', '/liaison/v1/exports', { kind: 'contact' });
  const queue = async (name: string) => (await must(server, 'GET', HEALTH)).organization.queues.find((one: Json) => one.name === name);
  const { organization } = await must(server, 'GET', HEALTH);
  expect(organization.records).toEqual([
    { kind: 'contact', count: 3 },
    { kind: 'organization', count: 1 },
    { kind: 'note', count: 0 },
    { kind: 'relationship', count: 0 },
  ]);
  expect(organization.queues.map(({ name }: Json) => name)).toEqual(['imports', 'exports', 'bulk', 'archives', 'erasures', 'duplicates', 'deliveries']);
  await expect.poll(async () => (await must(server, 'GET', `/liaison/v1/exports/${asked.id}`)).status, { timeout: 20_000 }).toBe('SUCCEEDED');
  expect(await queue('exports')).toEqual({ name: 'exports', waiting: 0, failed: 0 });
});

it('is for those who may see it in all divisions', async () => {
  const division = await makeDivision(server);
  const status = async ({ token }: { token: string }) => (await server.request('GET', HEALTH, { token })).status;
  expect(await status(await makeCaller(server, ['liaison:health:view']))).toBe(200);
  expect(await status(await makeCaller(server, ['liaison:health:view'], division.id))).toBe(403);
  expect(await status(await makeCaller(server, ['liaison:settings:view']))).toBe(403);
});

it('names the process that answers', async () => {
  const token = await server.token();
  const names = await Promise.all([server, second].map(async (one) => (await one.request('GET', HEALTH, { token })).body.server.process.name));
  expect(names.map((name) => Number(name.split(':').at(-1)))).toEqual([server.process.pid, second.process.pid]);
});

it('is there for programs that have their token, in the form that they read', async () => {
  expect((await server.request('GET', '/metrics')).status).toBe(404);
  expect((await metrics(await server.token())).status).toBe(401);
  expect((await second.request('GET', '/metrics', { token: null })).status).toBe(401);
  const { status, headers, text } = await metrics();
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const LINE = /^(# (HELP|TYPE) [a-z0-9_]+ .+|[a-z][a-z0-9_]*(\{([a-z]+="([^"\\]|\\.)*",?)*\})? (-?[\d.]+(e[+-]?\d+)?))$/;
  expect(text.split('\n').filter((line) => line !== '' && !LINE.test(line))).toEqual([]);
  expect(sample(text, 'liaison_database_up')).toBe(1);
  expect(sample(text, 'liaison_queue_waiting{queue="exports"}')).toBe(0);
  const health = 'operation="getLiaisonHealth"';
  const bucket = sample(text, `liaison_request_duration_seconds_bucket{${health},le="+Inf"}`);
  expect(bucket).toBe(sample(text, `liaison_requests_total{${health},outcome="succeeded"}`));
  expect(bucket).toBe(sample(text, `liaison_request_duration_seconds_count{${health}}`));
  expect(text).not.toContain(server.firstRun.organizationId);
});

it('tells an organization nothing of another, and the whole to nobody but the operator', async () => {
  const other: OtherOrganization = await makeOrganization(server, 'Other');
  const [ours, theirs] = [await server.token(), await server.tokenFor(other.clientId, other.clientSecret)];
  const wholeFor = async (one: Server, token: string) => (await one.request('GET', HEALTH, { token })).body.server !== undefined;
  // The first process does not know who operates it: as soon as there are two, none of them is told.
  expect([await wholeFor(server, ours), await wholeFor(server, theirs)]).toEqual([false, false]);
  expect([await wholeFor(second, ours), await wholeFor(second, theirs)]).toEqual([true, false]);
  const { body } = await second.request('GET', HEALTH, { token: theirs });
  expect(body.organization.records.map(({ count }: Json) => count)).toEqual([0, 0, 0, 0]);
});

it('tells the whole to no guest of the operator either', async () => {
  const database = await databaseOf(server);
  const partner = await organizationOn(server, database, 'Partner');
  const ann = await partner.makePerson();
  await database.client.end();
  const role = await makeRole(server, 'liaison:health:view');
  const host = { must: (method, path, body) => must(server, method, path, body) } as Organization;
  await makeTrust(host, partner, { users: [{ id: ann.id, roleIds: [role.id] }] });
  const token = await actingToken(server, ann, partner, { id: server.firstRun.organizationId });
  const { status, body } = await second.request('GET', HEALTH, { token });
  expect([status, body.organization.records[0].count, body.server]).toEqual([200, 3, undefined]);
});

it('still answers programs where the database does not', async () => {
  const folder = server.folder;
  await server.stop({ keep: true });
  // What was read of it counts for a few seconds.
  await expect.poll(async () => sample((await metrics()).text, 'liaison_database_up'), { timeout: 30_000, interval: 500 }).toBe(0);
  server = await startServer({ LIAISON_DATA_DIR: folder });
  await expect.poll(async () => sample((await metrics()).text, 'liaison_database_up'), { timeout: 30_000, interval: 500 }).toBe(1);
}, 90_000);
