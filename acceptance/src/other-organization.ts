// A further organization on a server under test, made by the command line as an operator would.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Server } from './server.ts';

export interface OtherOrganization {
  organizationId: string;
  shortName: string;
  adminEmail: string;
  clientId: string;
  clientSecret: string;
}

export async function makeOrganization(server: Server, name: string): Promise<OtherOrganization> {
  return commandLine<OtherOrganization>(server, 'org', 'create', name);
}

/** A command of the operator's; its answer. */
export async function commandLine<T>(server: Server, ...words: string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, ['server/src/cli.ts', ...words, '--json'], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: { ...process.env, DATABASE_URL: '', LIAISON_DATA_DIR: server.folder },
  });
  return JSON.parse(stdout) as T;
}
