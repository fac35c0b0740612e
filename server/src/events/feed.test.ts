import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../db/database.ts';
import { type Embedded, startEmbedded } from '../db/embedded.ts';
import { migrate, TENANT_ROLE } from '../db/migrate.ts';
import { type Change, createFeed, type Feed } from './feed.ts';

let folder: string;
let embedded: Embedded;
const clients: Client[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-feed-'));
  chmodSync(folder, 0o755);
  embedded = await startEmbedded(join(folder, 'postgres'), () => {});
  const owner = await connect();
  await migrate(owner);
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await embedded.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(): Promise<Client> {
  const client = new Client(embedded.connection);
  clients.push(client);
  await client.connect();
  return client;
}

interface Written {
  kind?: string;
  recordId?: string;
  action?: string;
  division?: string;
  body?: object;
}

/** Adds a change as writers do, in a transaction that the caller has begun. */
async function write(
  client: Client,
  orgId: string,
  { kind = 'contact', recordId = randomUUID(), action = 'create', division = randomUUID(), body = {} }: Written,
) {
  await client.query('select hold_changes($1)', [orgId]);
  const { rows } = await client.query(
    `insert into changes (org_id, kind, record_id, action, division_id, at, client_id, home_org_id, correlation_id, body)
      values ($1, $2, $3, $4, $5, now(), $1, $1, $3, $6) returning position`,
    [orgId, kind, recordId, action, division, JSON.stringify({ id: recordId, ...body })],
  );
  return Number(rows[0].position);
}

async function committed(client: Client, orgId: string, written: Written = {}): Promise<number> {
  await client.query('begin');
  const position = await write(client, orgId, written);
  await client.query('commit');
  return position;
}

const positions = (changes: Change[]) => changes.map(({ position }) => position);

describe.each(['session', 'transaction'] as const)('the feed, tenancy by %s', (tenancy) => {
  let database: Database;
  let feed: Feed;
  let asked = 0;
  const never = new AbortController().signal;
  beforeAll(() => {
    database = createDatabase({ connection: embedded.connection, lanes: 3, tenancy, role: TENANT_ROLE, statementTimeoutMs: 15_000 });
    const counted: Database = {
      ...database,
      tenant(orgId) {
        const door = database.tenant(orgId);
        return {
          ...door,
          rows: (statement, values) => {
            asked += 1;
            return door.rows(statement, values);
          },
        };
      },
    };
    feed = createFeed(counted);
  });
  afterEach(() => {
    asked = 0;
  });
  afterAll(async () => {
    feed.close();
    await database.end();
  });

  test('waits for a transaction that has a lower position and is not committed yet', async () => {
    const org = randomUUID();
    const [slow, quick] = [await connect(), await connect()];
    const before = await feed.settled(org);
    await slow.query('begin');
    const first = await write(slow, org, {});
    const second = await committed(quick, org);
    expect(second).toBeGreaterThan(first);
    const seen = feed.wait(org, before, never).then((upTo) => feed.read(org, before, upTo as number, 10));
    // Whoever waits for another organization has been through several rounds by the time that this one is told.
    const elsewhere = randomUUID();
    for (let round = 0; round < 3; round += 1) {
      const after = await feed.settled(elsewhere);
      const told = feed.wait(elsewhere, after, never);
      await committed(quick, elsewhere);
      expect(await told).toBeGreaterThan(after);
    }
    expect(await feed.settled(org)).toBeLessThan(first);
    await slow.query('commit');
    expect(positions(await seen)).toEqual([first, second]);
  });

  test('does not wait for what is rolled back, nor for another organization', async () => {
    const [org, other] = [randomUUID(), randomUUID()];
    const [slow, quick] = [await connect(), await connect()];
    const before = await feed.settled(org);
    await slow.query('begin');
    await write(slow, other, {});
    const position = await committed(quick, org);
    expect(await feed.settled(org)).toBeGreaterThanOrEqual(position);
    expect(await feed.settled(other)).toBeLessThan(position);
    await slow.query('rollback');
    expect(await feed.settled(other)).toBeGreaterThanOrEqual(position);
    expect(positions(await feed.read(org, before, position, 10))).toEqual([position]);
  });

  test('shows every change once and in order, however writers commit', async () => {
    const org = randomUUID();
    const after = await feed.settled(org);
    const writers = await Promise.all(Array.from({ length: 8 }, connect));
    const done = new AbortController();
    const written = writers.map(async (client, i) => {
      for (let round = 0; round < 25; round += 1) {
        await client.query('begin');
        await write(client, org, {});
        // Different for each, so that they overtake one another.
        for (let pause = (i * round) % 7; pause > 0; pause -= 1) await client.query('select pg_sleep(0.002)');
        await client.query('commit');
      }
    });
    const all = Promise.all(written).finally(() => done.abort());
    const seen: number[] = [];
    let position = after;
    const readTo = async (upTo: number) => {
      while (position < upTo) {
        const page = await feed.read(org, position, upTo, 7);
        seen.push(...positions(page));
        position = page.length < 7 ? upTo : (page.at(-1) as Change).position;
      }
    };
    for (let upTo: number | undefined = after; upTo !== undefined; upTo = await feed.wait(org, position, done.signal)) await readTo(upTo);
    await all;
    await readTo(await feed.settled(org));
    const { rows } = await (clients[0] as Client).query('select position from changes where org_id = $1 order by position', [org]);
    expect(seen).toEqual(rows.map(({ position }) => Number(position)));
  });

  test('asks once for all who wait, and not at all when nobody does', async () => {
    const org = randomUUID();
    const client = await connect();
    const after = await feed.settled(org);
    asked = 0;
    const gone = new AbortController();
    const waiting = Array.from({ length: 200 }, () => feed.wait(org, after, never));
    const aborted = Array.from({ length: 200 }, () => feed.wait(org, after, gone.signal));
    gone.abort();
    expect(new Set(await Promise.all(aborted))).toEqual(new Set([undefined]));
    const position = await committed(client, org);
    for (const upTo of await Promise.all(waiting)) expect(upTo).toBeGreaterThanOrEqual(position);
    expect(asked).toBeLessThan(50);
    await expect.poll(() => feedIsQuiet(() => asked), { timeout: 10_000 }).toBe(true);
  });

  test('does not wake its followers for what others write', async () => {
    const [org, other] = [randomUUID(), randomUUID()];
    const client = await connect();
    const after = await feed.settled(org);
    const woken: string[] = [];
    const mine = feed.wait(org, (await feed.wait(org, after - 1, never)) as number, never).then(() => woken.push('mine'));
    for (let round = 0; round < 3; round += 1) {
      const from = await feed.settled(other);
      const told = feed.wait(other, from, never);
      await committed(client, other);
      await committed(client, org, { kind: 'role' });
      await told;
    }
    woken.push('others');
    await committed(client, org);
    await mine;
    expect(woken).toEqual(['others', 'mine']);
  });

  test('gives a contact its organization as it was then', async () => {
    const org = randomUUID();
    const client = await connect();
    const [contact, acme, division] = [randomUUID(), randomUUID(), randomUUID()];
    const after = await feed.settled(org);
    const linked = { recordId: contact, body: { externalOrganization: { id: acme } } };
    const steps: Written[] = [
      linked,
      { kind: 'organization', recordId: acme, division, body: { name: 'Acme' } },
      linked,
      // What else is recorded under the organization's id is not its body.
      { kind: 'identifier', recordId: acme, body: { name: 'No body' } },
      { kind: 'organization', recordId: acme, division, action: 'update', body: { name: 'Acme & Sons' } },
      { ...linked, kind: 'relationship' },
      { kind: 'organization', recordId: acme, division, action: 'delete', body: { name: 'Acme & Sons' } },
      linked,
    ];
    for (const step of steps) await committed(client, org, step);
    const changes = await feed.read(org, after, await feed.settled(org), 100);
    expect(changes.map(({ kind, organization }) => [kind, organization])).toEqual([
      ['contact', undefined],
      ['organization', undefined],
      ['contact', { divisionId: division, body: { id: acme, name: 'Acme' } }],
      ['organization', undefined],
      ['relationship', { divisionId: division, body: { id: acme, name: 'Acme & Sons' } }],
      ['organization', undefined],
      ['contact', undefined],
    ]);
  });

  test('reads what is wanted and nothing else', async () => {
    const [org, here, there] = [randomUUID(), randomUUID(), randomUUID()];
    const client = await connect();
    const after = await feed.settled(org);
    const contact = await committed(client, org, { division: here });
    const hidden = await committed(client, org, { division: there });
    const note = await committed(client, org, { division: here, kind: 'organizationNote' });
    const upTo = await feed.settled(org);
    const read = async (wanted: Parameters<Feed['read']>[4]) => positions(await feed.read(org, after, upTo, 100, wanted));
    expect(await read({})).toEqual([contact, hidden, note]);
    expect(await read({ sight: () => new Set([here]) })).toEqual([contact, note]);
    expect(await read({ sight: (kind) => (kind === 'contact' ? new Set([here]) : new Set()) })).toEqual([contact]);
    expect(await read({ kinds: ['organizationNote'] })).toEqual([note]);
    expect(await read({ recordIds: [] })).toEqual([]);
    expect(positions(await feed.read(org, contact, hidden, 100))).toEqual([hidden]);
    expect(positions(await feed.read(org, after, upTo, 2))).toEqual([contact, hidden]);
    expect(await feed.read(randomUUID(), after, upTo, 100)).toEqual([]);
  });

  test('lets everybody go when it is closed', async () => {
    const org = randomUUID();
    const closing = createFeed(database);
    const waiting = [closing.wait(org, Number.MAX_SAFE_INTEGER, never), closing.wait(randomUUID(), Number.MAX_SAFE_INTEGER, never)];
    closing.close();
    expect(await Promise.all(waiting)).toEqual([undefined, undefined]);
    expect(await closing.wait(org, 0, never)).toBeUndefined();
  });
});

/** Whether the number stays the same for longer than a poller's rounds take. */
async function feedIsQuiet(count: () => number): Promise<boolean> {
  const before = count();
  await new Promise((resolve) => setTimeout(resolve, 400));
  return count() === before;
}
