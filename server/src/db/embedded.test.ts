import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Embedded, findRunning, startEmbedded } from './embedded.ts';

const isRoot = process.getuid?.() === 0;
let base: string;
let shared: string;
const running: Embedded[] = [];
const children: ChildProcess[] = [];

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'liaison-pg-'));
  await chmod(base, 0o755);
  shared = join(base, 'shared');
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

afterAll(() => rm(base, { recursive: true, force: true }));

async function start(folder: string, lines: string[] = []): Promise<Embedded> {
  const server = await startEmbedded(folder, (line) => lines.push(line));
  running.push(server);
  return server;
}

async function query(server: Embedded, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client(server.connection);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Another process that holds `folder`, starts its PostgreSQL and then does `body`. */
function otherProcess(folder: string, body: string) {
  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const program = `
    import pg from 'pg';
    import { startEmbedded } from ${url('./embedded.ts')};
    import { lockFolder } from ${url('./folder-lock.ts')};
    await lockFolder(${JSON.stringify(folder)});
    const { connection } = await startEmbedded(${JSON.stringify(folder)}, console.log);
    ${body}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function postmasterPid(folder: string): Promise<number> {
  return Number.parseInt(await readFile(join(folder, 'cluster/postmaster.pid'), 'utf8'), 10);
}

/** A killed process whose parent has not asked after it is a zombie, and gone. */
async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return status !== '' && !/\) Z /.test(status);
}

test('the first start makes a durable UTF-8 database whose owner is bound by row-level security', async () => {
  const server = await start(shared);
  const [row] = await query(
    server,
    `
    select current_user::text as user, current_database()::text as database,
      rolsuper or rolbypassrls as above_policies, rolcreaterole,
      lower('ÀÉ') as lower, current_setting('server_encoding') as encoding,
      current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
      current_setting('data_checksums') as checksums, current_setting('listen_addresses') as tcp
    from pg_roles where rolname = current_user`,
  );
  expect(row).toEqual({
    user: 'liaison',
    database: 'liaison',
    above_policies: false,
    rolcreaterole: true,
    lower: 'àé',
    encoding: 'UTF8',
    fsync: 'on',
    commit: 'on',
    checksums: 'on',
    tcp: '',
  });
  await query(server, 'create table kept (id int primary key); insert into kept values (1); create extension pg_trgm');
  expect((await stat(server.connection.host)).mode & 0o777).toBe(0o700);
  expect(await findRunning(shared)).toEqual(server.connection);
});

test('a restart keeps the data', async () => {
  expect(await findRunning(shared)).toBeUndefined();
  const server = await start(shared);
  expect(await query(server, 'select id from kept')).toEqual([{ id: 1 }]);
});

test('stop may be called again, and after the server was killed', async () => {
  const server = await start(shared);
  await Promise.all([server.stop(), server.stop()]);
  await server.stop();
  const lines: string[] = [];
  const killed = await start(shared, lines);
  process.kill(await postmasterPid(shared), 'SIGKILL');
  await expect.poll(() => lines.join(), { interval: 10, timeout: 10_000 }).toContain('ended unexpectedly (SIGKILL)');
  await killed.stop();
  expect(await findRunning(shared)).toBeUndefined();
});

test('a killed server whose statement still runs does not bar the next start', async () => {
  const first = await start(shared);
  const client = new Client(first.connection);
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query('select pg_backend_pid() as pid');
  const busy = client.query('select count(*) from generate_series(1, 1e12::bigint)').catch(() => 'cut off');
  process.kill(await postmasterPid(shared), 'SIGKILL');
  const second = await start(shared);
  expect(await busy).toBe('cut off');
  expect(await isAlive(rows[0].pid)).toBe(false);
  expect(await query(second, 'select id from kept')).toEqual([{ id: 1 }]);
});

test('after kill -9 of the process, every acknowledged row is there and the old server is gone', async () => {
  const folder = join(base, 'killed');
  const child = otherProcess(
    folder,
    `
    const client = new pg.Client(connection);
    await client.connect();
    await client.query('create table acknowledged (id int primary key)');
    for (let id = 1; ; id++) {
      await client.query('insert into acknowledged values ($1)', [id]);
      console.log('row ' + id);
    }`,
  );
  let last = 0;
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    if (line.startsWith('row ')) last = Number(line.slice(4));
    if (last === 200) child.kill('SIGKILL');
  }
  expect(last).toBeGreaterThanOrEqual(200);
  const old = await postmasterPid(folder);
  expect(await isAlive(old)).toBe(true);
  const server = await start(folder);
  expect(await isAlive(old)).toBe(false);
  const rows = await query(server, 'select count(*)::int, min(id), max(id) from acknowledged');
  const [{ count, max }] = rows as [{ count: number; max: number }];
  expect(count).toBe(max);
  expect(count).toBeGreaterThanOrEqual(last);
});

test.each(['initdb has begun', 'the cluster is whole'])('a first start killed when %s is made good', async (moment) => {
  const folder = join(base, moment.replaceAll(' ', '-'));
  const child = otherProcess(folder, '');
  const reached = async () => {
    const names = await readdir(folder).catch((): string[] => []);
    const draft = names.find((name) => name.startsWith('cluster.new-'));
    const inside = draft ? await readdir(join(folder, draft)).catch((): string[] => []) : [];
    return moment === 'initdb has begun' ? inside.includes('PG_VERSION') : names.includes('cluster');
  };
  await expect.poll(reached, { interval: 2, timeout: 10_000 }).toBe(true);
  await kill(child);
  const server = await start(folder);
  expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a pid file whose pid another program of the same user got does not block', async () => {
  const { uid, gid } = await stat(join(shared, 'cluster'));
  const other = spawn('/bin/sleep', ['60'], { stdio: 'ignore', ...(isRoot ? { uid, gid } : {}) });
  children.push(other);
  await once(other, 'spawn');
  for (const pid of [other.pid, process.pid, 1]) {
    const words = [pid, join(shared, 'cluster'), 1_700_000_000, 5432, join(shared, 'socket'), '', ' 1 1', 'ready   '];
    await writeFile(join(shared, 'cluster/postmaster.pid'), `${words.join('\n')}\n`);
    expect(await findRunning(shared)).toBeUndefined();
    const server = await start(shared);
    expect(await query(server, 'select id from kept')).toEqual([{ id: 1 }]);
    await server.stop();
  }
  expect(other.exitCode ?? other.signalCode).toBeNull();
});

test('a path too long for a socket has it in the temporary folder', async () => {
  const folder = join(base, 'long'.repeat(30));
  const server = await start(folder);
  expect(server.connection.host.startsWith(join(tmpdir(), 'liaison-'))).toBe(true);
  expect((await stat(server.connection.host)).mode & 0o777).toBe(0o700);
  expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(await findRunning(folder)).toEqual(server.connection);
  await server.stop();
  await rm(server.connection.host, { recursive: true });
});

test('a start that fails says so in one sentence, with what PostgreSQL said', async () => {
  const config = join(shared, 'cluster/postgresql.conf');
  const before = await readFile(config, 'utf8');
  await appendFile(config, '\nno_such_setting = 1\n');
  const error: Error = await startEmbedded(shared, () => {}).then(
    () => expect.fail('started'),
    (cause) => cause,
  );
  await writeFile(config, before);
  expect(error.message.split('\n')[0]).toBe(`PostgreSQL did not start in ${shared}.`);
  expect(error.message).toContain('unrecognized configuration parameter "no_such_setting"');
});

test('the folder of another major version, and a bare data directory, are refused', async () => {
  const folder = join(base, 'older');
  await mkdir(join(folder, 'cluster'), { recursive: true });
  await writeFile(join(folder, 'cluster/PG_VERSION'), '15\n');
  await expect(startEmbedded(folder, () => {})).rejects.toThrow(/^The folder .*older was made by PostgreSQL 15 and this is 18: .*\.$/);
  await expect(startEmbedded(join(folder, 'cluster'), () => {})).rejects.toThrow('is itself a PostgreSQL data directory');
});

test.runIf(isRoot)('as root, a folder that the database user cannot reach is refused with what to do', async () => {
  const closed = join(base, 'closed');
  await mkdir(closed, { mode: 0o700 });
  await expect(startEmbedded(join(closed, 'data'), () => {})).rejects.toThrow(`may not enter ${closed}: allow that with "chmod o+x ${closed}"`);
});
