import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Embedded, startEmbedded } from './embedded.ts';
import { migrate, TENANT_ROLE } from './migrate.ts';

let folder: string;
let embedded: Embedded;
let made = 0;
const clients: Client[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-migrate-'));
  chmodSync(folder, 0o755);
  embedded = await startEmbedded(join(folder, 'postgres'), () => {});
});
afterAll(async () => {
  await embedded.stop();
  rmSync(folder, { recursive: true, force: true });
});

let database: string;
beforeEach(async () => {
  made += 1;
  database = `migrated_${made}`;
  const administrator = await connect({ user: 'postgres', database: 'postgres' });
  await administrator.query(`create database ${database} owner liaison`);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()));
});

async function connect(more: object = {}): Promise<Client> {
  const client = new Client({ ...embedded.connection, database, ...more });
  await client.connect();
  clients.push(client);
  return client;
}

test('each migration is applied once, whoever comes', async () => {
  const starters = await Promise.all([connect(), connect(), connect()]);
  const applied = await Promise.all(starters.map((client) => migrate(client)));
  const all = applied.flat();
  expect(all.length).toBeGreaterThan(0);
  expect(new Set(all).size).toBe(all.length);
  expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
  expect(await migrate(await connect())).toEqual([]);
});

test('the role of the tenants sees nothing without an organization', async () => {
  const client = await connect();
  await migrate(client);
  await client.query(
    `insert into organizations (id, name, short_name, domain, word_prefix, signing_key, created_at, modified_at)
     values (gen_random_uuid(), 'A', 'a', 'a', 'a', '', now(), now())`,
  );
  expect((await client.query('select id from organizations')).rows).toHaveLength(1);
  await client.query(`set role ${TENANT_ROLE}`);
  expect((await client.query('select id from organizations')).rows).toEqual([]);
});

test('every table of an organization is under row-level security', async () => {
  const client = await connect();
  await migrate(client);
  const { rows } = await client.query(
    `select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
     where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and not (c.relrowsecurity and exists (select from pg_policy p where p.polrelid = c.oid))`,
  );
  expect(rows).toEqual([]);
});

test('a database of a newer version is left alone', async () => {
  const client = await connect();
  await migrate(client);
  await client.query(`insert into schema_migrations (version, name, checksum) values (9999, '9999_future.sql', 'x')`);
  await expect(migrate(client)).rejects.toThrow('The database was migrated by a newer version of Liaison (it has 9999_future.sql).');
});

test('a migration that was changed after it was applied is told', async () => {
  const client = await connect();
  const [first] = await migrate(client);
  await client.query(`update schema_migrations set checksum = 'x' where version = 1`);
  await expect(migrate(client)).rejects.toThrow(`The migration ${first} was changed after it had been applied to this database.`);
  await client.query(`select pg_advisory_lock(7224116001)`);
});

test('a user who may make no role is told what to run', async () => {
  const administrator = await connect({ user: 'postgres' });
  await administrator.query(`create role plain_${made} login`);
  await administrator.query(`grant all on database ${database} to plain_${made}`);
  await administrator.query(`revoke ${TENANT_ROLE} from plain_${made}`);
  const client = await connect({ user: `plain_${made}` });
  await expect(migrate(client)).rejects.toThrow(/may not create or take the role liaison_app\. As an administrator, run: /);
});
