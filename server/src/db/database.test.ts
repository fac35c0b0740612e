import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database, type Door } from './database.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { migrate, TENANT_ROLE } from './migrate.ts';
import { sql } from './sql.ts';
import { TRANSACTIONS_MAX } from './transactions.ts';

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

  describe('a transaction', () => {
    const wait = () => new Promise((resolve) => setImmediate(resolve));
    const insert = (name: string) => [insertDivision, [A, randomUUID(), name]] as const;
    const exists = async (name: string) => (await named(A, name)) === 1;

    test('speaks for its organization only, however many of however many organizations take turns', async () => {
      const asked = Array.from({ length: 4 * TRANSACTIONS_MAX }, (_, i) => (i % 3 ? A : B));
      const answers = await Promise.all(
        asked.map((orgId) =>
          database.transaction(orgId, async (door) => {
            const first = await door.rows(whoAmI, []);
            await wait();
            const [second] = await door.flight([[whoAmI, []]]);
            return [...first, ...(second ?? []), { org: await door.text(sql`select current_org()::text`, []), role: TENANT_ROLE }];
          }),
        ),
      );
      expect(answers).toEqual(asked.map((org) => Array(3).fill({ org, role: TENANT_ROLE })));
    });

    test('sees and writes rows of its organization only, also where a statement forgets to say so', async () => {
      const name = `within ${tenancy}`;
      await database.transaction(A, (door) => door.rows(...insert(name)));
      expect(await database.transaction(B, (door) => door.rows(allNames, [name]))).toEqual([]);
      await expect(database.transaction(B, (door) => door.rows(...insert(`stolen within ${tenancy}`)))).rejects.toMatchObject({ code: '42501' });
    });

    test('is seen by nobody before its end, by everybody after it, and by nobody where it fails', async () => {
      const name = `whole ${tenancy}`;
      await database.transaction(A, async (door) => {
        await door.flight([insert(name)]);
        expect(await door.rows(allNames, [name])).toEqual([{ name }]);
        expect(await exists(name)).toBe(false);
      });
      expect(await exists(name)).toBe(true);
      const failed = database.transaction(A, async (door) => {
        await door.flight([insert(`${name} not`)]);
        throw new Error('changed my mind');
      });
      await expect(failed).rejects.toThrow('changed my mind');
      expect(await exists(`${name} not`)).toBe(false);
    });

    test('goes on after a flight that failed, of which nothing stays, also where others asked at the same time', async () => {
      const name = `goes on ${tenancy}`;
      await database.transaction(A, async (door) => {
        const outcomes = await Promise.allSettled([
          door.flight([insert(`${name} 1`)]),
          door.flight([insert(`${name} 2`), [divide, [0]], insert(`${name} 2`)]),
          door.rows(divide, [0]),
          door.flight([insert(`${name} 3`), [divide, [1]]]),
        ]);
        expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
      });
      expect(await Promise.all([exists(`${name} 1`), exists(`${name} 2`), exists(`${name} 3`)])).toEqual([true, false, true]);
    });

    test('is done again, whole, after a deadlock; what waits for its end is done once', async () => {
      const ids = [randomUUID(), randomUUID()];
      for (const id of ids) await database.tenant(A).rows(insertDivision, [A, id, id]);
      const touch = sql`update divisions set description = coalesce(description, '') || 'x' where org_id = $1 and id = $2`;
      const outcome = { begun: 0, ended: 0 };
      let holding = 0;
      let bothHold: () => void;
      const meeting = new Promise<void>((resolve) => {
        bothHold = resolve;
      });
      const inOrder = (order: string[]) =>
        database.transaction(A, async (door) => {
          outcome.begun += 1;
          door.afterCommit(() => {
            outcome.ended += 1;
          });
          await door.rows(touch, [A, order[0]]);
          holding += 1;
          if (holding === 2) bothHold();
          await meeting;
          await door.rows(touch, [A, order[1]]);
        });
      await Promise.all([inOrder(ids), inOrder(ids.toReversed())]);
      const rows = await database
        .tenant(A)
        .rows(sql`select length(description) as touched from divisions where org_id = $1 and id = any ($2::uuid[])`, [A, ids]);
      expect(rows).toEqual([{ touched: 2 }, { touched: 2 }]);
      // Which of the two gives way is PostgreSQL's choice, and whether once is enough a matter of which is woken first.
      expect(outcome.begun).toBeGreaterThan(2);
      expect(outcome.ended).toBe(2);
    });

    test('has parts, each of which is undone alone where it fails; a door outside makes a transaction of its own', async () => {
      const name = `parts ${tenancy}`;
      const acts: string[] = [];
      const part = (door: Door, which: string, fails: boolean, inner?: (door: Door) => Promise<unknown>) =>
        door.transaction(async (inside) => {
          await inside.flight([insert(`${name} ${which}`)]);
          inside.afterCommit(() => acts.push(which));
          await inner?.(inside);
          if (fails) throw new Error(which);
          return which;
        });
      await database.tenant(A).transaction(async (door) => {
        expect(await part(door, 'kept', false, (inside) => part(inside, 'undone within', true).catch(() => undefined))).toBe('kept');
        await expect(part(door, 'undone', true, (inside) => part(inside, 'undone with it', false))).rejects.toThrow('undone');
        await door.flight([insert(`${name} after`)]);
        expect(acts).toEqual([]);
      });
      const names = ['kept', 'undone within', 'undone', 'undone with it', 'after'];
      expect(await Promise.all(names.map((which) => exists(`${name} ${which}`)))).toEqual([true, false, false, false, true]);
      expect(acts).toEqual(['kept']);
      await expect(database.system.transaction(async () => 'never')).rejects.toThrow('no transactions');
    });

    test('lets nobody through its door after its end', async () => {
      let kept: Door | undefined;
      await database.transaction(A, async (door) => {
        kept = door;
      });
      await expect(kept?.rows(whoAmI, [])).rejects.toThrow('after its end');
    });

    test('that loses its connection leaves nothing, and another takes its place', async () => {
      const name = `lost ${tenancy}`;
      const lost = database.transaction(A, async (door) => {
        await door.flight([insert(name)]);
        const [row] = await door.rows<{ pid: number }>(sql`select pg_backend_pid() as pid`, []);
        const killer = await database.connect();
        await killer.query('select pg_terminate_backend($1)', [row?.pid]);
        await killer.end();
        await door.rows(divide, [1]);
      });
      await expect(lost).rejects.toThrow();
      expect(await exists(name)).toBe(false);
      expect(await database.transaction(A, (door) => door.text(sql`select 'here'`, []))).toBe('here');
    });
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
