// Words are tried where they are used: PostgreSQL itself says whether a record's words match a search.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Embedded, startEmbedded } from '../db/embedded.ts';
import { recordWords, searchQuery } from './words.ts';

let folder: string;
let embedded: Embedded;
let client: Client;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-words-'));
  chmodSync(folder, 0o755);
  embedded = await startEmbedded(join(folder, 'postgres'), () => {});
  client = new Client(embedded.connection);
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await embedded.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** How a search meets a record: by the beginnings of its words and by whole ones; undefined where it asks for nothing. */
async function meets(record: Parameters<typeof recordWords>[1], q: string, prefix = 'aaaa'): Promise<{ prefix: boolean; whole: boolean } | undefined> {
  const query = searchQuery(prefix, q, 'US');
  if (!query) return undefined;
  const { rows } = await client.query('select array_to_tsvector($1) @@ $2::tsquery as prefix, array_to_tsvector($1) @@ $3::tsquery as whole', [
    recordWords('aaaa', record),
    query.prefix,
    query.whole,
  ]);
  return rows[0];
}

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((value) => !value.includes('\0') && value.isWellFormed());
const word = fc.stringMatching(/^[a-zA-Zéüßж龍]{3,12}$/);

test('a record is found by any word of any of its texts, and by all of them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(word, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }), async (texts) => {
      const record = { texts: texts.map((words) => words.join(' ')) };
      for (const one of texts.flat()) expect(await meets(record, one)).toEqual({ prefix: true, whole: true });
      expect(await meets(record, texts.flat().toReversed().join(' '))).toEqual({ prefix: true, whole: true });
      expect(await meets(record, `${texts.flat().join(' ')} qqqqqqqqqqqqqq`)).toEqual({ prefix: false, whole: false });
    }),
    { numRuns: 50 },
  );
});

test('a record is found by the beginning of a word', async () => {
  await fc.assert(
    fc.asyncProperty(word, fc.integer({ min: 1, max: 12 }), async (one, length) => {
      expect(await meets({ texts: [one] }, one.slice(0, length))).toMatchObject({ prefix: true });
    }),
  );
});

test('a record is found by an id as a whole, quoted or not, and never by the beginning of one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 _.-]{1,20}[A-Za-z0-9]$/), async (id) => {
      expect(await meets({ texts: [], ids: [id] }, `"${id}"`), 'quoted').toMatchObject({ prefix: true });
      expect(await meets({ texts: [], ids: [id] }, id), 'plain').toMatchObject({ prefix: true });
      expect((await meets({ texts: [], ids: [`${id}9`] }, id))?.prefix).not.toBe(true);
    }),
  );
});

test('any text can be kept, and any text can be asked for', async () => {
  await fc.assert(
    fc.asyncProperty(text, text, async (kept, asked) => {
      const met = await meets({ texts: [kept], ids: [kept] }, asked);
      expect(met === undefined || typeof met.prefix === 'boolean').toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('no search reaches the words of another organization', async () => {
  await fc.assert(
    fc.asyncProperty(word, async (one) => {
      expect((await meets({ texts: [one], ids: [one] }, one, 'bbbb'))?.prefix).toBe(false);
    }),
  );
});

test('words have a length, a search a number of them', () => {
  for (const lexeme of recordWords('aaaa', { texts: ['é'.repeat(5000)], ids: ['🦊'.repeat(200)] })) {
    expect(Buffer.byteLength(lexeme)).toBeLessThan(2046);
    expect(lexeme.isWellFormed()).toBe(true);
  }
  const many = Array.from({ length: 100 }, (_, i) => `word${i}`).join(' ');
  expect(searchQuery('aaaa', many, 'US')?.whole.split(' & ')).toHaveLength(16);
});

test.each(['', ' ', '!?', '""', '"', '- -', '"  "'])('%j asks for nothing', (q) => {
  expect(searchQuery('aaaa', q, 'US')).toBeUndefined();
});
