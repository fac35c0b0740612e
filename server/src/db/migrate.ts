// Brings a database to this version's schema. Migrations are append-only SQL files; each runs once, in a transaction,
// under a lock that makes several starting processes take turns.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Client } from 'pg';

/** The role that tenant statements run as; row-level security binds it. It cannot log in by itself. */
export const TENANT_ROLE = 'liaison_app';

const FOLDER = new URL('../../migrations/', import.meta.url);
const LOCK = 7_224_116_001;

/**
 * Applies what is missing. Refuses a database that a newer version migrated, or whose applied files were changed since.
 * @returns the names of the migrations applied now.
 */
export async function migrate(client: Client): Promise<string[]> {
  await client.query('select pg_advisory_lock($1)', [LOCK]);
  await client.query('set search_path = public');
  try {
    await requireVersion(client);
    await ensureTenantRole(client);
    await client.query(`create table if not exists schema_migrations (
      version integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`);
    const files = migrationFiles();
    const { rows: applied } = await client.query<{ version: number; name: string; checksum: string }>(
      'select version, name, checksum from schema_migrations order by version',
    );
    for (const past of applied) {
      const file = files.find((candidate) => candidate.version === past.version);
      if (!file) throw new Error(`The database was migrated by a newer version of Liaison (it has ${past.name}). Start that version, or a later one.`);
      if (file.checksum !== past.checksum)
        throw new Error(`The migration ${file.name} was changed after it had been applied to this database. Restore the file as it was.`);
    }
    const missing = files.filter((file) => !applied.some((past) => past.version === file.version));
    for (const file of missing) await apply(client, file);
    return missing.map((file) => file.name);
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]);
  }
}

interface MigrationFile {
  version: number;
  name: string;
  text: string;
  checksum: string;
}

function migrationFiles(): MigrationFile[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const text = readFileSync(new URL(name, FOLDER), 'utf8');
      return { version: Number.parseInt(name, 10), name, text, checksum: createHash('sha256').update(text).digest('hex') };
    });
}

async function apply(client: Client, file: MigrationFile): Promise<void> {
  await client.query('begin');
  try {
    await client.query(file.text);
    await client.query('insert into schema_migrations (version, name, checksum) values ($1, $2, $3)', [file.version, file.name, file.checksum]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`The migration ${file.name} failed: ${(error as Error).message}`, { cause: error });
  }
}

async function requireVersion(client: Client): Promise<void> {
  const { rows } = await client.query<{ number: number; text: string }>(
    "select current_setting('server_version_num')::int as number, current_setting('server_version') as text",
  );
  if ((rows[0]?.number ?? 0) < 150_000) throw new Error(`Liaison needs PostgreSQL 15 or later; this server is ${rows[0]?.text}.`);
}

// Roles belong to the whole cluster, so another Liaison database may have made it already, or an administrator.
async function ensureTenantRole(client: Client): Promise<void> {
  try {
    await client.query(`do $$ begin create role ${TENANT_ROLE} nologin; exception when duplicate_object or unique_violation then null;
      when insufficient_privilege then if to_regrole('${TENANT_ROLE}') is null then raise; end if; end $$`);
    // From PostgreSQL 16 on, whoever made a role is a member of it, and may still not take it.
    const { rows } = await client.query<{ taken: boolean }>(
      `select current_setting('is_superuser') = 'on' or
        case when current_setting('server_version_num')::int >= 160000 then pg_has_role($1, 'set') else pg_has_role($1, 'member') end as taken`,
      [TENANT_ROLE],
    );
    if (!rows[0]?.taken) await client.query(`grant ${TENANT_ROLE} to current_user`);
  } catch (error) {
    throw new Error(
      `The database user may not create or take the role ${TENANT_ROLE}. As an administrator, run: CREATE ROLE ${TENANT_ROLE} NOLOGIN; GRANT ${TENANT_ROLE} TO "<the user of DATABASE_URL>";`,
      { cause: error },
    );
  }
}
