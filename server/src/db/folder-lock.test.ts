import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { lockFolder, socketFolder } from './folder-lock.ts';

let base: string;
const children: ChildProcess[] = [];

vi.setConfig({ testTimeout: 30_000 });

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'liaison-lock-'));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

afterAll(() => rm(base, { recursive: true, force: true }));

/** Another process that holds the lock of `folder`, or the end of one that was told to `then` end. */
async function holder(folder: string, then = 'setInterval(() => {}, 1000)'): Promise<ChildProcess> {
  const program = `
    import { lockFolder } from ${JSON.stringify(new URL('./folder-lock.ts', import.meta.url).href)};
    await lockFolder(${JSON.stringify(folder)});
    console.log('held');
    ${then}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

test('a second process is refused in one sentence that names the folder and the holder', async () => {
  const folder = join(base, 'second');
  const child = await holder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(`The folder ${folder} is in use by the process ${child.pid}: stop that process or use another folder.`);
});

test('the same process is refused as well, until it releases', async () => {
  const folder = join(base, 'same');
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(`in use by the process ${process.pid}`);
  await lock.release();
  await lock.release();
  await (await lockFolder(folder)).release();
});

test('a lock left by kill -9 does not block', async () => {
  const folder = join(base, 'killed');
  await kill(await holder(folder));
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(`${process.pid}`);
  await lock.release();
});

test('a holder that is stopped and cannot answer still holds', async () => {
  const folder = join(base, 'stopped');
  const child = await holder(folder);
  child.kill('SIGSTOP');
  await expect(lockFolder(folder)).rejects.toThrow('in use by a process that does not answer');
});

test('of many that start at once on what a killed process left, exactly one wins', async () => {
  const folder = join(base, 'race');
  await kill(await holder(folder));
  for (let round = 0; round < 20; round++) {
    const tries = await Promise.allSettled(Array.from({ length: 12 }, () => lockFolder(folder)));
    const won = tries.filter((attempt) => attempt.status === 'fulfilled');
    expect(won).toHaveLength(1);
    await won[0]?.value.release();
  }
  expect(await readdir(folder)).toHaveLength(1);
});

test('the lock does not keep its process alive', async () => {
  const child = await holder(join(base, 'idle'), '');
  if (child.exitCode === null) await once(child, 'exit');
  expect(child.exitCode).toBe(0);
});

test('a path too long for a socket is locked just the same', async () => {
  const folder = join(base, 'long'.repeat(30));
  const child = await holder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(`in use by the process ${child.pid}`);
  await kill(child);
  await (await lockFolder(folder)).release();
  await rm(await socketFolder(folder, 'any'), { recursive: true });
});

test('a folder in /tmp that others may enter is not trusted with a socket', async () => {
  const folder = join(base, 'open'.repeat(30));
  await mkdir(folder);
  const short = await socketFolder(folder, 'any');
  await rm(short, { recursive: true });
  await mkdir(short, { mode: 0o755 });
  await expect(lockFolder(folder)).rejects.toThrow(`${short} must be a folder that only the user`);
  await rm(short, { recursive: true });
});
