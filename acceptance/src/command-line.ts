// What tests of the command line's imports and exports share: the real program, in a folder of its own.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Server } from './server.ts';

const CLI = fileURLToPath(new URL('../../server/src/cli.ts', import.meta.url));

export interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

export interface Place {
  /** Where it runs, and files are. */
  cwd: string;
  env?: Record<string, string>;
}

/** Starts `liaison` for a server, as the client of its first start unless the environment says otherwise. */
export function start(server: Server, args: string[], { cwd, env = {} }: Place): ChildProcessWithoutNullStreams {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('LIAISON_')));
  return spawn(process.execPath, [CLI, ...args], { cwd, env: { ...clean, DATABASE_URL: '', LIAISON_DATA_DIR: server.folder, ...env } });
}

export function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  const said = { out: '', err: '' };
  // A letter may come in two pieces.
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    said.err += chunk;
  });
  child.stdin.end();
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}

export const liaison = (server: Server, args: string[], place: Place): Promise<Outcome> => outcomeOf(start(server, args, place));
