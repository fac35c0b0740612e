// The second lock of tenancy: row-level security under it all (G22). As the role that the server's statements run as,
// every table with an organization shows nothing without one, and with one no other's rows. The tables come from the
// database, so that a new table without a policy fails here. (The first lock: server/src/db/statements.test.ts.)
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must } from './access-callers.ts';
import { build, control, createCast, isPersonal } from './contract-walk.ts';
import { databaseOf } from './database-of.ts';
import { makeOrganization } from './other-organization.ts';
import { readContract } from './served-contract.ts';
import { startServer } from './server.ts';
import { CARE, trustWorld } from './trust-walk.ts';

const server = await startServer(CARE);
const { client: owner, tables, makeDeliveries, makeToken } = await databaseOf(server);
const app = new Client({ host: `${server.folder}/postgres/socket`, port: 5432, user: 'liaison', database: 'liaison' });
await app.connect();
await app.query('set role liaison_app');
afterAll(async () => {
  await app.end();
  await owner.end();
  await server.stop();
});
const a = server.firstRun.organizationId;
const other = await makeOrganization(server, 'Otter');
const b = other.organizationId;

/** Every write of the contract once, one of them by an Idempotency-Key, by each organization, so that every table has rows of both. */
beforeAll(async () => {
  const contract = await readContract(server);
  const writes = contract.operations.filter(({ gap, method }) => !gap && method !== 'GET' && method !== 'DELETE');
  for (const { organizationId, clientId, clientSecret } of [server.firstRun, other]) {
    const token = await server.tokenFor(clientId, clientSecret);
    const [defaultRole] = (await must(server, 'GET', '/api/v2/authorization/roles?defaultRoleId=agent', undefined, token)).entities;
    const [person] = (await must(server, 'GET', '/api/v2/users', undefined, token)).entities;
    const trusts = trustWorld({ client: owner }, organizationId, 'heron');
    await trusts.makeCare();
    const cast = createCast(server, contract, 'heron', async () => token, { ...trusts.given, defaultRole: defaultRole.id }, trusts.bodies);
    for (const operation of writes) {
      const request = await build(cast, operation, { fresh: true });
      const asClient = await control(cast, request);
      const answer = isPersonal(asClient) ? await control(cast, request, await makeToken(organizationId, clientId, person.id, 3600)) : asClient;
      if (answer.status >= 300) throw new Error(`${operation.id}: ${answer.status} ${answer.text}`);
    }
    const again = { token, body: {}, headers: { 'idempotency-key': organizationId } };
    expect((await server.request('POST', '/api/v2/externalcontacts/contacts', again)).status).toBe(200);
    await makeDeliveries(organizationId, await cast.id('webhook'), 1);
    await owner.query("insert into import_rejects select j.org_id, j.id, 'undo', 1, '[]', 'x' from import_jobs j where j.org_id = $1 limit 1", [
      organizationId,
    ]);
    await owner.query("insert into bulk_job_refusals select j.org_id, j.id, 'job', 1, j.id, null, 'x' from bulk_jobs j where j.org_id = $1 limit 1", [
      organizationId,
    ]);
    await signInOnce(organizationId, person.id, clientId);
  }
}, 180_000);

/** What a sign-in leaves behind. */
async function signInOnce(...values: [orgId: string, userId: string, clientId: string]): Promise<void> {
  await owner.query("insert into sessions select $1, 'x', $2, 'password', now(), now()", values.slice(0, 2));
  await owner.query("insert into authorizations select $1, $1, $2, $3, $1, $1, '[]', 'https://app.example', 'x', null, now(), now(), null, null", values);
  await owner.query("insert into refresh_tokens select $1, 'x', $1, now(), now(), null", values.slice(0, 1));
  await owner.query(
    "insert into provider_visits select i.org_id, 'x', 'x', i.id, 1, 'x', 'x', 'x', now() from identity_providers i where i.org_id = $1 limit 1",
    values.slice(0, 1),
  );
}

const speakFor = (orgId: string) => app.query("select set_config('liaison.org_id', $1, false)", [orgId]);
const count = async (client: Client, table: string, where = 'true') =>
  Number((await client.query(`select count(*) from ${table} where ${where}`)).rows[0].count);
const oneOf = async (table: string, orgId: string): Promise<string> =>
  (await owner.query(`select to_jsonb(x)::text as row from ${table} x where org_id = $1 limit 1`, [orgId])).rows[0].row;
/** What follows from other columns cannot be inserted. */
async function insert(table: string, row: string) {
  const { rows } = await owner.query(
    "select string_agg(column_name, ', ') as own from information_schema.columns where table_name = $1 and is_generated = 'NEVER'",
    [table],
  );
  const [{ own }] = rows;
  return app.query(`insert into ${table} (${own}) select ${own} from jsonb_populate_record(null::${table}, $1::jsonb)`, [row]);
}

// insufficient_privilege: what a policy raises. unique_violation: what an insert that the policy lets through meets.
const BY_POLICY = { code: '42501', message: expect.stringContaining('row-level security') };
const BY_KEY = { code: '23505' };
const FORBIDDEN = { code: '42501', message: expect.stringMatching(/^permission denied/) };
/** What was done is never undone. */
const APPEND_ONLY = new Set(['changes']);

test('the role is bound by policies, and there are tables to bind it in', async () => {
  const { rows } = await app.query('select rolsuper, rolbypassrls from pg_roles where rolname = current_user');
  expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false }]);
  expect(tables.length).toBeGreaterThan(10);
});

describe('without an organization', () => {
  test.each(tables)('%s is empty and takes nothing', async (table) => {
    for (const nobody of ['', '00000000-0000-0000-0000-000000000000']) {
      await speakFor(nobody);
      expect(await count(app, table)).toBe(0);
      await expect(insert(table, await oneOf(table, a))).rejects.toMatchObject(BY_POLICY);
      if (APPEND_ONLY.has(table)) continue;
      expect((await app.query(`update ${table} set org_id = org_id`)).rowCount).toBe(0);
      expect((await app.query(`delete from ${table}`)).rowCount).toBe(0);
    }
    expect(await count(owner, table)).toBeGreaterThan(1);
  });
});

describe('with an organization', () => {
  test.each(tables)("%s shows and takes its rows and no other's", async (table) => {
    const theirs = `org_id = '${b}'`;
    const [countOfA, countOfB] = [await count(owner, table, `org_id = '${a}'`), await count(owner, table, theirs)];
    expect([countOfA > 0, countOfB > 0]).toEqual([true, true]);
    await speakFor(a);
    expect([await count(app, table), await count(app, table, theirs)]).toEqual([countOfA, 0]);
    if (!APPEND_ONLY.has(table)) {
      expect((await app.query(`update ${table} set org_id = org_id`)).rowCount).toBe(countOfA);
      expect((await app.query(`update ${table} set org_id = org_id where ${theirs}`)).rowCount).toBe(0);
      expect((await app.query(`delete from ${table} where ${theirs}`)).rowCount).toBe(0);
      await expect(app.query(`update ${table} set org_id = $1`, [b])).rejects.toMatchObject(BY_POLICY);
    }
    await expect(insert(table, await oneOf(table, b))).rejects.toMatchObject(BY_POLICY);
    await expect(insert(table, await oneOf(table, a))).rejects.toMatchObject(BY_KEY);
    expect(await count(owner, table, theirs)).toBe(countOfB);
  });
});

test.each([...APPEND_ONLY])('%s can be added to, and neither changed nor emptied', async (table) => {
  await speakFor(a);
  for (const statement of [`update ${table} set org_id = org_id`, `delete from ${table}`, `truncate ${table}`])
    await expect(app.query(statement), statement).rejects.toMatchObject(FORBIDDEN);
});

test('every other table shows no other organization', async () => {
  const { rows } = await owner.query<{ relname: string }>(
    "select relname from pg_class where relkind in ('r', 'p', 'v', 'm') and relnamespace = 'public'::regnamespace",
  );
  const others = rows.map(({ relname }) => relname).filter((name) => !tables.includes(name));
  expect(others).toContain('organizations');
  await speakFor(a);
  const shown: Record<string, unknown> = {};
  for (const table of others) {
    shown[table] = await app.query(`select to_jsonb(x) as row from ${table} x`).then(
      (result) => result.rows.map(({ row }) => row.id),
      (error: { code: string }) => error.code,
    );
  }
  const { organizations, ...closed } = shown;
  expect(organizations).toEqual([a]);
  expect([...new Set(Object.values(closed))]).toEqual(['42501']);
});
