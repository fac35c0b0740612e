// Opens the store that the configuration names: the operator's PostgreSQL, or the embedded one in the data folder.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import type { Config } from '../config.ts';
import { createDatabase, type Database } from './database.ts';
import { findRunning, startEmbedded } from './embedded.ts';
import { lockFolder } from './folder-lock.ts';
import { migrate, TENANT_ROLE } from './migrate.ts';

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
    return await openDatabase(config, embedded?.connection ?? { connectionString: config.databaseUrl as string }, async () => {
      await embedded?.stop();
      await lock.release();
    });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** For the command line: the store of a running server if there is one, else opened for as long as the command takes. */
export async function borrowStore(config: Config): Promise<Store> {
  if (config.databaseUrl) return openDatabase(config, { connectionString: config.databaseUrl }, async () => undefined);
  const running = await findRunning(join(resolve(config.dataDir), 'postgres'));
  return running ? openDatabase(config, running, async () => undefined) : openStore(config, () => undefined);
}

async function openDatabase(config: Config, connection: ClientConfig, release: () => Promise<void>): Promise<Store> {
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
    });
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
