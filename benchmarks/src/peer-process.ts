// What both peers need: to be installed, started and waited for.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const INSTALL_MS_MAX = 600_000;
const START_MS_MAX = 120_000;

/** Installs exact packages into the folder, unless they are there. @throws Error with the end of what npm said */
export async function install(folder: string, packages: Record<string, string>): Promise<void> {
  const manifest = `${JSON.stringify({ private: true, type: 'module', dependencies: packages })}\n`;
  const file = join(folder, 'package.json');
  const done = join(folder, 'node_modules/.package-lock.json');
  if (existsSync(done) && existsSync(file) && readFileSync(file, 'utf8') === manifest) return;
  writeFileSync(file, manifest);
  // A workspace above must not take these packages for its own.
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--no-workspaces', '--loglevel=error'], {
    cwd: folder,
    timeout: INSTALL_MS_MAX,
  }).catch((error: { stderr?: string; message: string }) => {
    throw new Error(`npm install failed: ${(error.stderr || error.message).trim().split('\n').slice(-8).join(' | ').slice(0, 800)}`);
  });
}

/** Starts a program and waits until `url` answers. @throws Error with the end of what it said */
export async function startProgram(node: string, folder: string, args: string[], env: Record<string, string>, url: string): Promise<ChildProcess> {
  const child = spawn(node, args, { cwd: folder, env: { ...process.env, NODE_ENV: 'production', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const hear = (chunk: Buffer) => {
    said = (said + chunk).slice(-2000);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  for (const endsAt = Date.now() + START_MS_MAX; Date.now() < endsAt; await sleep(200)) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return child;
  }
  child.kill('SIGKILL');
  throw new Error(`it did not come up: ${said.trim().split('\n').slice(-6).join(' | ')}`);
}

/** Runs a program to its end. @throws Error with the end of what it said */
export async function runProgram(node: string, folder: string, args: string[], env: Record<string, string>): Promise<void> {
  await promisify(execFile)(node, args, { cwd: folder, env: { ...process.env, ...env }, timeout: START_MS_MAX }).catch(
    (error: { stdout?: string; stderr?: string; message: string }) => {
      const said = error.stderr || error.stdout || error.message;
      throw new Error(`${args.at(-1)} failed: ${said.trim().split('\n').slice(-6).join(' | ').slice(0, 800)}`);
    },
  );
}

export async function stopProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await Promise.race([exited, sleep(5000, undefined, { ref: false })]);
  child.kill('SIGKILL');
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
