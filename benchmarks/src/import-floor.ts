// The floor of an import: COPY puts what it has written into empty tables that have the same indexes and checks, once more.
// The rows are a file of COPY's own text before the clock starts, and one transaction for each table.
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { from, to } from 'pg-copy-streams';
import { connectDatabase } from '../../acceptance/src/database.ts';
import { cpuSince, postgresCpuMs } from './servers.ts';
import type { Ours } from './stretch.ts';

export interface Copied {
  rows: number;
  seconds: number;
  /** Of PostgreSQL, and of the client, which does nothing but send. */
  cpuSeconds: number;
}

const TABLES = ['contacts', 'identifiers', 'changes'] as const;

export async function copyAgain(server: Ours): Promise<Record<(typeof TABLES)[number], Copied>> {
  const database = await connectDatabase(server, { user: 'postgres' });
  try {
    const copied = {} as Record<(typeof TABLES)[number], Copied>;
    for (const table of TABLES) {
      const file = join(server.folder, `${table}.copy`);
      await pipeline(database.query(to(`copy ${table} to stdout`)), createWriteStream(file));
      await database.query(`create table floor (like ${table} including all)`);
      await database.query('checkpoint');
      const [postgres, client, began] = [postgresCpuMs(server.folder), process.cpuUsage(), performance.now()];
      const copy = database.query(from('copy floor from stdin'));
      await pipeline(createReadStream(file, { highWaterMark: CHUNK_BYTES }), copy);
      const seconds = (performance.now() - began) / 1000;
      const { user, system } = process.cpuUsage(client);
      const cpuSeconds = cpuSince(postgres, postgresCpuMs(server.folder)) / 1000 + (user + system) / 1e6;
      copied[table] = { rows: copy.rowCount, seconds, cpuSeconds };
      await database.query('drop table floor');
      await rm(file);
    }
    return copied;
  } finally {
    await database.end();
  }
}

const CHUNK_BYTES = 256 * 1024;
