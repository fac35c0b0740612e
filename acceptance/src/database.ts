// The embedded PostgreSQL of a server under test, for what no operation shows: invariants of the tables, and rows that
// no operation makes yet.
import { join } from 'node:path';
import { Client } from 'pg';
import type { Server } from './server.ts';

/** @param database another one than the server's own, and @param user another role: `postgres` may do everything */
export async function connectDatabase(server: Server, { user = 'liaison', database = 'liaison' } = {}): Promise<Client> {
  const client = new Client({ host: socketOf(server), port: 5432, user, database });
  await client.connect();
  return client;
}

export const socketOf = (server: Server): string => join(server.folder, 'postgres', 'socket');
