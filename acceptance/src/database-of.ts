// The database behind a server under test: to see that nothing was changed, and to make what no client can, such as a
// token that has expired.
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { connectDatabase } from './database.ts';
import type { Server } from './server.ts';

export interface DatabaseOf {
  client: Client;
  /** Tables that hold records of organizations. */
  tables: string[];
  /** Changes whenever any row of the organization does. */
  fingerprint(orgId: string): Promise<string>;
  /** Whether the text stands in any row of the organization. */
  mentions(orgId: string, text: string): Promise<boolean>;
  /** A token of a user, or of a client alone. */
  makeToken(orgId: string, clientId: string, userId: string | null, lifeSeconds: number): Promise<string>;
  /** So many deliveries of a webhook that are dead, of what happened in the organization last, as if nobody had been there to receive them. */
  makeDeliveries(orgId: string, webhookId: string, count: number): Promise<void>;
}

/** What is waited for is done by a thread that gives way to whoever asks all the time. */
const POLL_MS = 50;

const UNDER_WAY = `select from erasures x where x.org_id = $1 and x.status = 'running'
  union all select from exports x where x.org_id = $1 and x.status = 'RUNNING'
  union all select from import_jobs x where x.org_id = $1 and (x.status = 'Created' or (x.status = 'Running' and x.step <> 'Validated') or x.undo ->> 'status' = 'Running')
  union all select from subject_archives x where x.org_id = $1 and (x.status = 'running' or x.expires_at <= now())`;

/** Connects as the owner; to be ended by the caller. */
export async function databaseOf(server: Server): Promise<DatabaseOf> {
  const client = await connectDatabase(server);
  const { rows } = await client.query<{ table_name: string }>(
    "select table_name from information_schema.columns where table_schema = 'public' and column_name = 'org_id' order by table_name",
  );
  const tables = rows.map((row) => row.table_name);
  // What the server finds by itself, it may find at any time.
  const written = tables.filter((table) => !/^(linkage_|blocking_keys$|duplicates$)/.test(table));
  const sums = written.map((table) => `select '${table}' as name, count(*), md5(string_agg(x::text, '' order by x::text)) from ${table} x where x.org_id = $1`);
  const decided = "select 'duplicates', count(*), md5(string_agg(x::text, '' order by x::text)) from duplicates x where x.org_id = $1 and x.state <> 'open'";
  const everything = [...sums, decided, "select 'organizations', count(*), md5(string_agg(x::text, '')) from organizations x where x.id = $1"].join(
    ' union all ',
  );
  // An export keeps the filter that it was asked for with, whoever the ids in it belong to, and so does its entry in the audit.
  const ownWords = (table: string) => {
    if (table === 'exports') return "(to_jsonb(x) - 'asked' - 'path' - 'words')";
    return table === 'changes' ? "case when x.kind <> 'export' then x end" : 'x';
  };
  const mentions = tables.map((table) => `select 1 from ${table} x where x.org_id = $1 and strpos((${ownWords(table)})::text, $2) > 0`).join(' union all ');
  return {
    client,
    tables,
    async fingerprint(orgId) {
      // What was asked for is done when its turn comes.
      while ((await client.query(UNDER_WAY, [orgId])).rows.length > 0) await pause(POLL_MS);
      return JSON.stringify((await client.query(everything, [orgId])).rows);
    },
    mentions: async (orgId, text) => (await client.query(mentions, [orgId, text])).rows.length > 0,
    async makeToken(orgId, clientId, userId, lifeSeconds) {
      const token = Buffer.concat([Buffer.from(orgId.replaceAll('-', ''), 'hex'), randomBytes(24)]).toString('base64url');
      await client.query(
        "insert into tokens (org_id, hash, client_id, user_id, home_org_id, created_at, expires_at) values ($1, $2, $3, $4, $1, now(), now() + $5 * interval '1 second')",
        [orgId, createHash('sha256').update(token).digest(), clientId, userId, lifeSeconds],
      );
      return token;
    },
    async makeDeliveries(orgId, webhookId, count) {
      const { rowCount } = await client.query(
        `insert into webhook_deliveries (org_id, webhook_id, position, record_id, state, attempts, next_attempt_at)
         select $1, $2, x.position, x.record_id, 'dead', 3, now() from changes x where x.org_id = $1 and x.kind = 'contact' order by x.position desc limit $3
         on conflict do nothing`,
        [orgId, webhookId, count],
      );
      if (rowCount !== count) throw new Error(`${rowCount} of ${count} deliveries were made`);
    },
  };
}
