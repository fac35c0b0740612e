import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Columns, columnValues } from './columns.ts';
import { type Embedded, startEmbedded } from './embedded.ts';

let folder: string;
let embedded: Embedded;
let client: Client;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-columns-'));
  embedded = await startEmbedded(folder, () => undefined);
  client = new Client(embedded.connection);
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await embedded.stop();
  rmSync(folder, { recursive: true });
});

const text = fc
  .oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 60 }), fc.string({ unit: fc.constantFrom('a', 'é', '"', '\\', ',', '{') }))
  .filter(storable);
const given = fc.record({
  yes: fc.option(fc.boolean()),
  big: fc.option(fc.maxSafeInteger()),
  small: fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
  text: fc.option(text),
  id: fc.option(
    fc.oneof(
      fc.uuid(),
      fc.uuid().map((id) => id.toUpperCase()),
    ),
  ),
  words: fc.uniqueArray(
    text.filter((word) => word !== ''),
    { maxLength: 8 },
  ),
  json: fc.option(fc.record({ number: fc.integer(), text, list: fc.array(text, { maxLength: 3 }) })),
  never: fc.constant(null),
});
type Given = typeof given extends fc.Arbitrary<infer Row> ? Row : never;

const COLUMNS: Columns<Given> = [
  ['yes', 'boolean'],
  ['big', 'bigint'],
  ['small', 'integer'],
  ['text', 'text'],
  ['id', 'uuid'],
  ['words', 'tsvector'],
  ['json', 'jsonb'],
  ['never', 'text'],
];

function storable(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

test('rows are in the database what they were outside, in their order', async () => {
  const reading = {
    name: 'rows',
    text: `select r.yes, r.big::text, r.small, r.text, r.id, tsvector_to_array(r.words) as words, r.json, r.never, r.words = array_to_tsvector(tsvector_to_array(r.words)) as ordered
      from (select unnest($1::boolean[]) as yes, unnest($2::bigint[]) as big, unnest($3::integer[]) as small, unnest($4::text[]) as text, unnest($5::uuid[]) as id,
        unnest($6::tsvector[]) as words, unnest($7::jsonb[]) as json, unnest($8::text[]) as never) r`,
  };
  await fc.assert(
    fc.asyncProperty(fc.array(given, { minLength: 1, maxLength: 30 }), async (rows) => {
      const { rows: read } = await client.query({ ...reading, values: columnValues(rows, COLUMNS) });
      expect(read).toEqual(
        rows.map((row) => ({
          ...row,
          big: row.big === null ? null : String(row.big),
          id: row.id?.toLowerCase() ?? null,
          words: expect.toSatisfy((words: string[]) => words.length === row.words.length && words.every((word) => row.words.includes(word))),
          ordered: true,
        })),
      );
    }),
    { numRuns: 200 },
  );
});

test('what is longer than most grows the buffer, and a value that no row has takes none', () => {
  const [values, none] = columnValues(
    [
      { a: 'x'.repeat(100_000), b: null },
      { a: 'é'.repeat(100_000), b: undefined },
    ],
    [
      ['a', 'text'],
      ['b', 'uuid'],
    ],
  );
  expect(values?.length).toBe(20 + 4 + 100_000 + 4 + 200_000);
  expect(none).toBeNull();
});

test('what is no id is not taken for one', () => {
  expect(() => columnValues([{ id: 'x' }], [['id', 'uuid']])).toThrow('UUID');
});
