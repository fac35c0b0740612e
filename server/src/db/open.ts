// Opens the store that the configuration names: the operator's PostgreSQL, or the embedded one in the data folder.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import type { Config } from '../config.ts';
import { createDatabase, type Database } from './database.ts';
import { findRunning, startEmbedded } from './embedded.ts';
import { lockFolder } from './folder-lock.ts';
import { migrate, TENANT_ROLE } from './migrate.ts';
import { sql } from './sql.ts';

export interface Store {
  database: Database;
  close(): Promise<void>;
}

// An SDK gives up after 16 seconds; a statement that takes longer works for nobody.
const STATEMENT_TIMEOUT_MS = 15_000;

/** Locks the data folder, starts PostgreSQL if it is ours, migrates. For the server. */
export async function openStore(config: Config, log: (line: string) => void): Promise<Store> {
  const folder = resolve(config.dataDir);
  mkdirSync(folder, { recursive: true });
  const lock = await lockFolder(folder);
  try {
    const embedded = config.databaseUrl ? undefined : await startEmbedded(join(folder, 'postgres'), log);
    return await openDatabase(config, embedded?.connection ?? parseIntoClientConfig(config.databaseUrl as string), async () => {
      await embedded?.stop();
      await lock.release();
    });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * For the command line and the jobs: the store of a running server if there is one, else opened for as long as it takes.
 * @param onBackend told each process that transactions are done by, of the PostgreSQL that is this server's own
 */
export async function borrowStore(config: Config, onBackend?: (pid: number) => void): Promise<Store> {
  if (config.databaseUrl) return openDatabase(config, parseIntoClientConfig(config.databaseUrl), async () => undefined);
  const running = await findRunning(join(resolve(config.dataDir), 'postgres'));
  return running ? openDatabase(config, running, async () => undefined, onBackend) : openStore(config, () => undefined);
}

async function openDatabase(config: Config, connection: ClientConfig, release: () => Promise<void>, onBackend?: (pid: number) => void): Promise<Store> {
  try {
    const owner = new Client(connection);
    await owner.connect();
    await migrate(owner).finally(() => owner.end());
    const database = createDatabase({
      connection,
      lanes: config.databaseConnections,
      tenancy: config.tenancy,
      role: TENANT_ROLE,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      ...(onBackend ? { onBackend } : {}),
    });
    await requireTenantRole(database);
    return {
      database,
      close: async () => {
        await database.end();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** The second lock of tenancy is only one where the role is really taken. @throws Error where row-level security does not hold */
async function requireTenantRole(database: Database): Promise<void> {
  const [row] = await database
    .tenant(NOBODY)
    .rows<{ name: string; guarded: boolean }>(sql`select current_user as name, row_security_active('contacts') as guarded`, []);
  if (row?.name === TENANT_ROLE && row.guarded) return;
  await database.end();
  throw new Error(
    `Connections to the database do not take the role ${TENANT_ROLE} (they speak as ${row?.name}), so that organizations would not be kept apart. A connection pooler that drops the startup parameter "options" is a likely cause: connect to PostgreSQL itself.`,
  );
}

const NOBODY = '00000000-0000-0000-0000-000000000000';
