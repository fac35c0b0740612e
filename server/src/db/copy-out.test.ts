import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyOut, Lines, withSettings } from './copy-out.ts';
import { createDatabase, type Database, type Value } from './database.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { migrate, TENANT_ROLE } from './migrate.ts';
import { type Statement, sql } from './sql.ts';

let folder: string;
let embedded: Embedded;
let database: Database;
const [A, B] = [randomUUID(), randomUUID()];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-copy-out-'));
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
    await owner.query(`insert into divisions (org_id, id, name, name_key, created_at) values ($1::uuid, gen_random_uuid(), $1::uuid::text, 'x', now())`, [id]);
  }
  await owner.end();
  database = createDatabase({ connection: embedded.connection, lanes: 1, tenancy: 'session', role: TENANT_ROLE, statementTimeoutMs: 15_000 });
});
afterAll(async () => {
  await database.end();
  await embedded.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function linesOf(statement: Statement, values: Value[], { orgId = A, signal = new AbortController().signal } = {}): Promise<string[]> {
  let text = '';
  const sink = async (rows: AsyncIterable<Buffer>) => {
    for await (const chunk of rows) text += chunk.toString();
  };
  const { rows } = await copyOut(database, orgId, statement, values, '\n', sink, signal);
  const lines = text.split('\n').slice(0, -1);
  expect(lines).toHaveLength(rows);
  return lines;
}

test('gives a statement its values, whatever is in them', async () => {
  const echo = sql`select json_build_object('text', $1::text, 'list', $2::text[], 'number', $3::bigint, 'yes', $4::boolean, 'none', $5::uuid)::text`;
  const values = ['it\'s "one" \\', ['a,b', '{"c"}', '\\', "'"], 7, true, null];
  const [line = ''] = await linesOf(echo, values);
  expect(JSON.parse(line)).toEqual({ text: values[0], list: values[1], number: 7, yes: true, none: null });
});

test('takes a list where it is compared with any of it', async () => {
  expect(await linesOf(sql`select x::text from generate_series(1, 5) x where x = any ($1::int[])`, [[2, 4]])).toEqual(['2', '4']);
});

test('speaks for one organization, and as the role that is bound to it', async () => {
  const names = sql`select d.name || ' ' || current_user from divisions d where d.org_id = $1::uuid`;
  expect(await linesOf(names, [A])).toEqual([`${A} ${TENANT_ROLE}`]);
  expect(await linesOf(names, [B])).toEqual([]);
});

test('sees one moment however long it takes, and is ended by no timeout', async () => {
  expect(await linesOf(sql`select current_setting('statement_timeout') || current_setting('transaction_read_only')`, [])).toEqual(['0on']);
});

test('refuses a parameter that has no type', () => {
  expect(() => withSettings({ name: '', text: 'select $1' })).toThrow('the statement does not say what type $1 is');
});

test('ends in the middle, and so does its statement', async () => {
  const stop = new AbortController();
  let seen = 0;
  const sink = async (rows: AsyncIterable<Buffer>) => {
    for await (const chunk of rows) {
      seen += chunk.length;
      stop.abort();
    }
  };
  const endless = sql`select repeat('x', 1000) from generate_series(1, 10000000)`;
  await expect(copyOut(database, A, endless, [], '\n', sink, stop.signal)).rejects.toThrow();
  expect(seen).toBeLessThan(1_000_000_000);
});

test('tells what the sink and the statement fail with', async () => {
  const full = async () => {
    throw new Error('the disk is full');
  };
  await expect(copyOut(database, A, sql`select x::text from generate_series(1, 100000) x`, [], '\n', full, new AbortController().signal)).rejects.toThrow(
    'the disk is full',
  );
  await expect(linesOf(sql`select (1 / (x - 500))::text from generate_series(1, 1000) x`, [])).rejects.toThrow('division by zero');
});

test('finds the lines wherever the chunks were cut', async () => {
  const header = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
  const rowOf = (text: string) => {
    const bytes = Buffer.from(text);
    const prefix = Buffer.alloc(6);
    prefix.writeInt16BE(1, 0);
    prefix.writeInt32BE(bytes.length, 2);
    return Buffer.concat([prefix, bytes]);
  };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 10 }), fc.array(fc.nat({ max: 40 })), async (texts, sizes) => {
      const whole = Buffer.concat([header, ...texts.map(rowOf), Buffer.from([0xff, 0xff])]);
      const chunks: Buffer[] = [];
      let at = 0;
      for (const size of sizes) {
        chunks.push(whole.subarray(at, at + size));
        at += size;
      }
      chunks.push(whole.subarray(at));
      const lines = new Lines('\r\n');
      let text = '';
      for await (const chunk of Readable.from(chunks).pipe(lines)) text += (chunk as Buffer).toString('latin1');
      expect(Buffer.from(text, 'latin1').toString()).toBe(texts.map((line) => `${line}\r\n`).join(''));
      expect(lines.count).toBe(texts.length);
    }),
  );
});
