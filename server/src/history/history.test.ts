import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Embedded, startEmbedded } from '../db/embedded.ts';
import { migrate } from '../db/migrate.ts';

let folder: string;
let embedded: Embedded;
let owner: Client;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-history-'));
  chmodSync(folder, 0o755);
  embedded = await startEmbedded(join(folder, 'postgres'), () => {});
  owner = new Client(embedded.connection);
  await owner.connect();
  await migrate(owner);
});
afterAll(async () => {
  await owner.end();
  await embedded.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Change {
  kind: 'contact' | 'organization' | 'role';
  record: number;
  action: 'create' | 'update' | 'delete';
}
interface Stored extends Change {
  position: string;
  old: boolean;
  body: { id: string; erased?: true; name?: string };
}

const DAYS = 30;
const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('contact', 'organization', 'role'),
  record: fc.integer({ min: 0, max: 3 }),
  action: fc.constantFrom('create', 'update', 'update', 'delete'),
});

/** An organization with those changes, of which the first so many are old. */
async function organizationWith(changes: readonly Change[], old: number, days: number): Promise<string> {
  const id = randomUUID();
  await owner.query(
    `insert into organizations (id, name, short_name, domain, word_prefix, signing_key, created_at, modified_at, history_days)
     values ($1, 'x', $2, 'x', $2, '', now(), now(), $3)`,
    [id, id.slice(0, 8), days],
  );
  for (const [i, { kind, record, action }] of changes.entries()) {
    const age = i < old ? DAYS + old - i : 0;
    await owner.query(
      `insert into changes (org_id, kind, record_id, action, at, client_id, home_org_id, correlation_id, body)
       values ($1, $2, $3, $4, now() - $5 * interval '1 day', $1, $1, $1, json_build_object('id', $3::uuid, 'name', $6::text))`,
      [id, kind, recordId(record), action, age, `value ${i}`],
    );
  }
  return id;
}

const recordId = (record: number): string => `00000000-0000-4000-8000-00000000000${record}`;

async function stored(orgId: string): Promise<Stored[]> {
  const { rows } = await owner.query(
    `select position, kind, right(record_id::text, 1)::int as record, action, at < now() - ${DAYS} * interval '1 day' as old, body
     from changes where org_id = $1 order by position`,
    [orgId],
  );
  return rows;
}

async function forget(orgId: string, most: number): Promise<void> {
  await owner.query("select set_config('liaison.org_id', $1, false)", [orgId]);
  while ((await owner.query('select forget_changes($1) as count', [most])).rows[0].count > 0);
}

const keyOf = ({ kind, record }: Change): string => `${kind} ${record}`;

test('of old changes the last of each record stays, all younger ones do, and of old deletions only that they were', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 25 }), fc.nat(25), fc.integer({ min: 1, max: 8 }), async (changes, howMany, most) => {
      const orgId = await organizationWith(changes, Math.min(howMany, changes.length), DAYS);
      const before = await stored(orgId);
      await forget(orgId, most);
      const after = await stored(orgId);
      const lastOld = new Map(before.filter(({ old }) => old).map((one) => [keyOf(one), one.position]));
      const expected = before
        .filter((one) => !one.old || (lastOld.get(keyOf(one)) === one.position && !(one.kind === 'role' && one.action === 'delete')))
        .map((one) => (one.old && one.action === 'delete' ? { ...one, body: { id: one.body.id, erased: true } } : one));
      expect(after).toEqual(expected);
    }),
    { numRuns: 80 },
  );
});

test('what becomes old later goes later; where nothing is set, and in other organizations, nothing goes', async () => {
  const changes: Change[] = Array.from({ length: 6 }, () => ({ kind: 'contact', record: 1, action: 'update' }));
  const [one, unset, other] = [await organizationWith(changes, 3, DAYS), await organizationWith(changes, 6, 0), await organizationWith(changes, 6, DAYS)];
  for (const orgId of [one, unset]) await forget(orgId, 100);
  expect((await stored(one)).map(({ body }) => body.name)).toEqual(['value 2', 'value 3', 'value 4', 'value 5']);
  await owner.query("update changes set at = at - interval '31 days' where org_id = $1", [one]);
  await forget(one, 2);
  expect((await stored(one)).map(({ body }) => body.name)).toEqual(['value 5']);
  expect(await stored(unset)).toHaveLength(6);
  expect(await stored(other)).toHaveLength(6);
});
