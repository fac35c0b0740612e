// Another organization of the same server, made on the command line as an operator would.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Server } from './server.ts';

export interface LogIns {
  organizationId: string;
  clientId: string;
  clientSecret: string;
}

export async function makeOrganization(server: Server, name: string): Promise<LogIns> {
  const { stdout } = await promisify(execFile)(process.execPath, ['server/src/cli.ts', 'org', 'create', name, '--json'], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: { ...process.env, DATABASE_URL: '', LIAISON_DATA_DIR: server.folder },
  });
  return JSON.parse(stdout);
}
