import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from './database.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { migrate, TENANT_ROLE } from './migrate.ts';
import { sql } from './sql.ts';

let folder: string;
let embedded: Embedded;
const [A, B] = [randomUUID(), randomUUID()];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-database-'));
  chmodSync(folder, 0o755);
  embedded = await startEmbedded(join(folder, 'postgres'), () => {});
  const owner = new Client(embedded.connection);
  await owner.connect();
  await migrate(owner);
  for (const id of [A, B]) {
    await owner.query(
      `insert into organizations (id, name, short_name, domain, word_prefix, signing_key, created_at, modified_at) values ($1, 'x', $2, 'x', $2, '', now(), now())`,
      [id, id.slice(0, 8)],
    );
  }
  await owner.end();
});
afterAll(async () => {
  await embedded.stop();
  rmSync(folder, { recursive: true, force: true });
});

const insertDivision = sql`insert into divisions (org_id, id, name, name_key, created_at) values ($1, $2, $3, $3, now())`;
const countByName = sql`select count(*)::int as count from divisions where org_id = $1 and name = $2`;
const allNames = sql`select name from divisions where name = $1`;
const whoAmI = sql`select current_org()::text as org, current_user::text as role`;
const divide = sql`select 1 / $1::int as result`;

describe.each(['session', 'transaction'] as const)('tenancy by %s', (tenancy) => {
  let database: Database;
  beforeAll(() => {
    database = createDatabase({ connection: embedded.connection, lanes: 3, tenancy, role: TENANT_ROLE, statementTimeoutMs: 15_000 });
  });
  afterAll(() => database.end());

  const named = async (orgId: string, name: string) => (await database.tenant(orgId).rows<{ count: number }>(countByName, [orgId, name]))[0]?.count;

  test('every statement runs for its organization, however many are mixed on however few connections', async () => {
    const asked = Array.from({ length: 300 }, (_, i) => (i % 7 < 3 ? A : B));
    const answers = await Promise.all(
      asked.map((orgId, i) =>
        i % 3 === 0
          ? database
              .tenant(orgId)
              .flight([[whoAmI, []]])
              .then(([rows]) => rows?.[0])
          : database
              .tenant(orgId)
              .rows(whoAmI, [])
              .then(([row]) => row),
      ),
    );
    expect(answers).toEqual(asked.map((org) => ({ org, role: TENANT_ROLE })));
  });

  test('the system door speaks for nobody', async () => {
    const answers = await Promise.all([database.tenant(A).rows(whoAmI, []), database.system.rows(whoAmI, []), database.tenant(B).rows(whoAmI, [])]);
    expect(answers.map(([row]) => row)).toEqual([
      { org: A, role: TENANT_ROLE },
      { org: null, role: 'liaison' },
      { org: B, role: TENANT_ROLE },
    ]);
  });

  test('a tenant sees and writes rows of its own only, also where a statement forgets to say so', async () => {
    const name = `own ${tenancy}`;
    await database.tenant(A).rows(insertDivision, [A, randomUUID(), name]);
    expect(await database.tenant(A).rows(allNames, [name])).toEqual([{ name }]);
    expect(await database.tenant(B).rows(allNames, [name])).toEqual([]);
    await expect(database.tenant(B).rows(insertDivision, [A, randomUUID(), `stolen ${tenancy}`])).rejects.toMatchObject({ code: '42501' });
  });

  test('a flight is one transaction: all of it, or nothing', async () => {
    const name = `flown ${tenancy}`;
    const door = database.tenant(A);
    const insert = (suffix: string) => [insertDivision, [A, randomUUID(), name + suffix]] as const;
    await expect(door.flight([insert('1'), [divide, [0]], insert('2')])).rejects.toMatchObject({ code: '22012' });
    expect(await named(A, `${name}1`)).toBe(0);
    const results = await door.flight([insert('1'), [divide, [1]], [countByName, [A, `${name}1`]]]);
    expect(results).toEqual([[], [{ result: 1 }], [{ count: 1 }]]);
  });

  test('a statement that fails leaves the connection to the others', async () => {
    const work = Array.from({ length: 60 }, (_, i) => database.tenant(i % 2 ? A : B).rows(divide, [i % 3]));
    const outcomes = await Promise.allSettled(work);
    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map((_, i) => (i % 3 === 0 ? 'rejected' : 'fulfilled')));
    expect(await database.tenant(A).text(sql`select 'still here'`, [])).toBe('still here');
  });

  test('flights that would deadlock all come through', async () => {
    const ids = [randomUUID(), randomUUID()];
    for (const id of ids) await database.tenant(A).rows(insertDivision, [A, id, id]);
    const touch = sql`update divisions set description = coalesce(description, '') || 'x' where org_id = $1 and id = $2`;
    const flights = Array.from({ length: 20 }, (_, i) => (i % 2 ? ids : ids.toReversed()).map((id) => [touch, [A, id]] as const));
    await Promise.all(flights.map((steps) => database.tenant(A).flight(steps)));
    const rows = await database.tenant(A).rows(sql`select length(description) as touched from divisions where org_id = $1 and id = any ($2::uuid[])`, [A, ids]);
    expect(rows).toEqual([{ touched: 20 }, { touched: 20 }]);
  });

  test('a statement that takes too long is ended', async () => {
    const hasty = createDatabase({ connection: embedded.connection, lanes: 1, tenancy, role: TENANT_ROLE, statementTimeoutMs: 100 });
    await expect(hasty.tenant(A).rows(sql`select pg_sleep(10)`, [])).rejects.toMatchObject({ code: '57014' });
    await hasty.end();
  });

  test('a connection that is lost fails what is under way, and is replaced', async () => {
    const lost = Promise.allSettled([database.tenant(A).rows(sql`select pg_sleep(14)`, []), database.tenant(B).rows(sql`select pg_sleep(14)`, [])]);
    const killer = await database.connect();
    await expect
      .poll(async () => (await killer.query(`select pid from pg_stat_activity where query like '%pg_sleep(14)' and state = 'active'`)).rows.length)
      .toBeGreaterThan(0);
    await killer.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'liaison'`);
    await killer.end();
    expect((await lost).some(({ status }) => status === 'rejected')).toBe(true);
    await expect
      .poll(() =>
        database
          .tenant(A)
          .text(sql`select 'back'`, [])
          .catch(() => 'gone'),
      )
      .toBe('back');
  });

  test('an organization’s id is nothing but that', () => {
    expect(() => database.tenant("'; drop table contacts; --")).toThrow('an organization id must be a UUID');
  });
});
