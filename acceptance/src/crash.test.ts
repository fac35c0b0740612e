import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { createConnection } from 'node:net';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { connectDatabase } from './database.ts';
import { E } from './directory.ts';
import type { Json } from './sdk.ts';
import { newFolder, type Server, startServer } from './server.ts';

const folder = newFolder();
const start = () => startServer({ LIAISON_DATA_DIR: folder });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const acknowledged = new Set<string>();
let serial = 0;

/** Creates contacts until the server is gone, and remembers those that it acknowledged. */
async function create(server: Server): Promise<void> {
  for (;;) {
    serial += 1;
    const body = { firstName: `Contact ${serial}`, workEmail: `c${serial}@example.com`, workPhone: { display: `+1317${5_550_000 + serial}` } };
    const answer = await server.request('POST', `${E}/contacts`, { body }).catch(() => undefined);
    if (answer === undefined) return;
    expect(answer.status).toBe(200);
    acknowledged.add(answer.body.id);
  }
}

/** Everything that was acknowledged is there, and whatever is there is whole. */
async function check(server: Server): Promise<void> {
  const found = new Map<string, number>();
  for (let uri: string | undefined = `${E}/scan/contacts?limit=200`; uri; ) {
    const page: Json = (await server.request('GET', uri)).body;
    for (const { id } of page.entities) found.set(id, (found.get(id) ?? 0) + 1);
    uri = page.nextUri;
  }
  expect([...acknowledged].filter((id) => found.get(id) !== 1)).toEqual([]);
  const database = await connectDatabase(server);
  const incomplete = await database.query(
    `select c.id from contacts c where 2 <> (select count(*) from identifiers i where i.org_id = c.org_id and i.owner_id = c.id and i.held)`,
  );
  expect(incomplete.rows).toEqual([]);
  const orphaned = await database.query(
    'select i.owner_id from identifiers i where not exists (select from contacts c where c.org_id = i.org_id and c.id = i.owner_id)',
  );
  expect(orphaned.rows).toEqual([]);
  await database.end();
}

it('what was acknowledged survives ten kills, and nothing is half written', { timeout: 120_000 }, async () => {
  let server = await start();
  for (let round = 1; round <= 10; round += 1) {
    const wanted = acknowledged.size + 10 + 7 * round;
    const writers = Promise.all(Array.from({ length: 6 }, () => create(server)));
    while (acknowledged.size < wanted) await server.request('GET', `${E}/contacts?pageSize=1`);
    server.process.kill('SIGKILL');
    await once(server.process, 'exit');
    await writers;
    server = await start();
    await check(server);
  }
  expect(acknowledged.size).toBeGreaterThan(450);
  expect(await server.stop({ keep: true })).toBe(0);
});

it('a second process on the folder is refused, and the first goes on', async () => {
  const server = await start();
  await expect(start()).rejects.toThrow(
    new RegExp(
      `ended with 1 .*Liaison could not start\\. The folder ${folder} is in use by the process ${server.process.pid}: stop that process or use another folder\\.`,
      's',
    ),
  );
  expect((await server.request('GET', `${E}/contacts`)).status).toBe(200);
  expect(await server.stop({ keep: true })).toBe(0);
});

it('a request under way is answered before the server ends, which it then does at once', { timeout: 20_000 }, async () => {
  const server = await start();
  onTestFinished(() => void server.process.kill('SIGKILL'));
  const agent = new Agent({ keepAlive: true });
  // A connection that is kept alive and idle must not hold the server up.
  const idle = begin(server, agent, { method: 'GET' }, await server.token());
  idle.end();
  await read(idle);
  const body = JSON.stringify({ firstName: 'Last', workEmail: 'last@example.com', workPhone: { display: '+13175559999' } });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), expect: '100-continue' };
  const underWay = begin(server, agent, { method: 'POST', headers }, await server.token());
  underWay.flushHeaders();
  // The server has the head of the request and waits for its body.
  await once(underWay, 'continue');
  const exited = once(server.process, 'exit');
  server.process.kill('SIGTERM');
  while (await accepts(server.port));
  underWay.end(body);
  const answer = await read(underWay);
  expect(answer.status).toBe(200);
  expect(await exited).toEqual([0, null]);
  agent.destroy();
  acknowledged.add(answer.body.id);
  const again = await start();
  await check(again);
  expect(await again.stop({ keep: true })).toBe(0);
});

it('ends by itself under load, and loses nothing', async () => {
  const server = await start();
  const wanted = acknowledged.size + 30;
  const exited = once(server.process, 'exit');
  const writers = Promise.all(Array.from({ length: 6 }, () => createUntilRefused(server)));
  while (acknowledged.size < wanted) await server.request('GET', `${E}/contacts?pageSize=1`);
  server.process.kill('SIGTERM');
  await writers;
  expect(await exited).toEqual([0, null]);
  const again = await start();
  await check(again);
  expect(await again.stop({ keep: true })).toBe(0);
});

/** Like create, for a server that may answer 503 while it ends. */
async function createUntilRefused(server: Server): Promise<void> {
  for (;;) {
    serial += 1;
    const body = { workEmail: `c${serial}@example.com`, workPhone: { display: `+1317${5_550_000 + serial}` } };
    const answer = await server.request('POST', `${E}/contacts`, { body }).catch(() => undefined);
    if (answer?.status !== 200) {
      expect(answer?.status ?? 503).toBe(503);
      return;
    }
    acknowledged.add(answer.body.id);
  }
}

function begin(server: Server, agent: Agent, options: { method: string; headers?: object }, token: string): ClientRequest {
  return httpRequest(`${server.url}${E}/contacts`, { ...options, agent, headers: { ...options.headers, authorization: `Bearer ${token}` } });
}

async function read(request: ClientRequest): Promise<{ status: number | undefined; body: Json }> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, body: JSON.parse(text) };
}

/** Whether somebody listens on the port. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    const end = (open: boolean) => () => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', end(true)).once('error', end(false));
  });
}
