// The first start leaves log-ins for what it made, whenever it is killed; later starts say and make nothing.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { newFolder, startServer } from './server.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function start(folder: string): ChildProcess {
  return spawn(process.execPath, ['server/src/main.js'], {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: '', PORT: '0', LIAISON_LOG_LEVEL: 'error', LIAISON_DATA_DIR: folder },
    stdio: 'ignore',
  });
}

const gone = (child: ChildProcess) => new Promise((resolve) => child.once('exit', resolve));

it('writes the log-ins where only their owner reads them, once', async () => {
  const first = await startServer();
  folders.push(first.folder);
  const file = join(first.folder, 'first-run.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(Object.keys(first.firstRun).sort()).toEqual(['adminEmail', 'adminPassword', 'clientId', 'clientSecret', 'organizationId', 'url']);
  const { total } = (await first.request('GET', '/api/v2/oauth/clients')).body;
  await first.stop({ keep: true });
  const before = readFileSync(file, 'utf8');
  // A leftover of another database is cleared away.
  writeFileSync(`${file}.pending`, JSON.stringify({ organizationId: '00000000-0000-4000-8000-000000000000' }));
  const second = await startServer({ LIAISON_DATA_DIR: first.folder });
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(existsSync(`${file}.pending`)).toBe(false);
  expect((await second.request('GET', '/api/v2/oauth/clients')).body.total).toBe(total);
  await second.stop({ keep: true });
});

it('finishes what a killed start began', async () => {
  const first = await startServer();
  folders.push(first.folder);
  await first.stop({ keep: true });
  const file = join(first.folder, 'first-run.json');
  // As it is between the commit and the file's name.
  writeFileSync(`${file}.pending`, readFileSync(file));
  rmSync(file);
  const second = await startServer({ LIAISON_DATA_DIR: first.folder });
  expect(second.firstRun).toEqual(first.firstRun);
  expect((await second.request('GET', '/api/v2/organizations/me')).status).toBe(200);
  await second.stop({ keep: true });
});

it('leaves nobody out when it is killed at any moment', async () => {
  const folder = newFolder();
  folders.push(folder);
  const file = join(folder, 'first-run.json');
  // Killed earlier each time than the time that it took so far, then a little later.
  for (const moment of [300, 900, 1200, 1400, 1500, 1600, 1700, 1800]) {
    const child = start(folder);
    await Promise.race([sleep(moment), gone(child)]);
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await gone(child);
    if (existsSync(file)) break;
  }
  const server = await startServer({ LIAISON_DATA_DIR: folder });
  expect((await server.request('GET', '/api/v2/organizations/me')).body.id).toBe(server.firstRun.organizationId);
  await server.stop({ keep: true });
}, 60_000);
