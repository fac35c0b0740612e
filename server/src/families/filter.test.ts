// Filters are tried where they are used: PostgreSQL checks them on values and on words, and a plain reading of the same
// filter says what must come out.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Embedded, startEmbedded } from '../db/embedded.ts';
import { limits } from '../http/limits.ts';
import { UNASSIGNED } from '../http/principal.ts';
import { type Condition, type Filter, type Filterable, type Raw, readFilter, type Scalar, type Test } from './filter.ts';
import { columnsOf, foldsAlike, jsonPathOf, variantsOf } from './filter-path.ts';
import { wordsOf } from './filter-words.ts';
import { fold, sortKey } from './fold.ts';
import { stretchOf } from './position.ts';
import { recordWords } from './words.ts';

const ID = '00000000-0000-4000-8000-00000000000a';

const THINGS: Filterable = {
  columns: ['name', 'place', 'tags', 'phone', 'ids', 'count', 'open', 'division.id', 'made', 'customFields'],
  fields: {
    name: { kind: 'text', found: 'text' },
    'place.city': { kind: 'text', found: 'text' },
    tags: { kind: 'text' },
    'phone.e164': { kind: 'text', found: 'digits' },
    'ids.value': { kind: 'text', found: 'id' },
    count: { kind: 'number' },
    open: { kind: 'boolean' },
    'division.id': { kind: 'id' },
    made: { kind: 'date' },
    customFields: { kind: 'custom' },
  },
};

/** The body of a record of the imaginary noun, with its date in milliseconds. */
interface Thing {
  name?: string;
  place?: { city?: string };
  tags?: string[];
  phone?: { e164?: string };
  ids?: { value: string }[];
  count?: number;
  open?: boolean;
  'division.id': string;
  made: number;
  customFields?: Record<string, unknown>;
}

// What a filter means ---------------------------------------------------------------------------------------------------

function passes(filter: Filter, thing: Thing): boolean {
  if ('all' in filter) return filter.all.every((part) => passes(part, thing));
  if ('any' in filter) return filter.any.some((part) => passes(part, thing));
  if ('not' in filter) return !passes(filter.not, thing);
  return valuesAt(filter, thing).some((value) => filter.tests.every((one) => passesTest(one, value)));
}

function valuesAt({ path }: Condition, thing: Thing): unknown[] {
  if (path === 'division.id') return [thing['division.id']];
  let values: unknown[] = [thing];
  for (const key of path.split('.')) values = values.flatMap((value) => (value as Record<string, unknown>)[key] ?? []);
  return values;
}

function passesTest(one: Test, value: unknown): boolean {
  switch (one.op) {
    case 'exists':
      return true;
    case 'eq':
      return same(value, one.value);
    case 'in':
      return one.values.some((wanted) => same(value, wanted));
    case 'prefix':
      return typeof value === 'string' && same([...value].slice(0, [...one.value].length).join(''), one.value);
    default: {
      const order = compared(value, one.value);
      return order !== undefined && { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[one.op];
    }
  }
}

function same(value: unknown, wanted: Scalar): boolean {
  if (typeof value !== 'string' || typeof wanted !== 'string') return value === wanted;
  const [mine, asked] = [[...value], [...wanted]];
  return mine.length === asked.length && asked.every((character, i) => variantsOf(character).includes(mine[i] as string));
}

function compared(value: unknown, wanted: Scalar): number | undefined {
  if (typeof value === 'number' && typeof wanted === 'number') return value - wanted;
  return typeof value === 'string' && typeof wanted === 'string' ? Buffer.compare(Buffer.from(value), Buffer.from(wanted)) : undefined;
}

// Records and filters that have something to do with each other --------------------------------------------------------------

const text = fc.oneof(
  fc.constantFrom(
    'Smith',
    'SMITH',
    'smithson',
    "O'Neil",
    'Ömer',
    'ömer',
    'Straße',
    'STRASSE',
    'İz',
    'ΟΔΟΣ',
    'οδος',
    'a"b\\c',
    '^a$',
    '.*',
    'a|b',
    '[a]',
    'ſmith',
    'K',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).filter((value) => !value.includes('\0') && value.isWellFormed()),
);
const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true }));
const id = fc.constantFrom(ID, UNASSIGNED);
const made = fc.integer({ min: 0, max: 3 }).map((n) => Date.UTC(2026, 0, 1) + n);
const e164 = fc.constantFrom('+13175550101', '+13175550102', '+4930901820');

const thing: fc.Arbitrary<Thing> = fc.record(
  {
    name: text,
    place: fc.record({ city: text }, { requiredKeys: [] }),
    tags: fc.array(text, { maxLength: 3 }),
    phone: fc.record({ e164 }),
    ids: fc.array(fc.record({ value: text }), { maxLength: 2 }),
    count: number,
    open: fc.boolean(),
    'division.id': id,
    made,
    customFields: fc.dictionary(fc.constantFrom('tier_enum', 'a"b', 'née'), fc.oneof(text, number, fc.boolean(), fc.array(text, { maxLength: 2 })), {
      maxKeys: 2,
    }),
  },
  { requiredKeys: ['division.id', 'made'] },
);

const iso = made.map((ms) => new Date(ms).toISOString());
const texts = (field: string, value: fc.Arbitrary<string> = text): fc.Arbitrary<Raw> =>
  fc.oneof(
    value.map((eq) => ({ field, eq })),
    fc.array(value, { minLength: 1, maxLength: 3 }).map((list) => ({ field, in: list })),
    value.map((prefix) => ({ field, prefix: [...prefix].slice(0, 3).join('') })),
    fc.boolean().map((exists) => ({ field, exists })),
  );
const range = (field: string, value: fc.Arbitrary<number | string>): fc.Arbitrary<Raw> =>
  fc
    .tuple(fc.constantFrom('gt', 'gte', 'eq'), value, fc.option(fc.tuple(fc.constantFrom('lt', 'lte'), value), { nil: undefined }))
    .map(([low, from, high]) => ({
      field,
      [low]: from,
      ...(high ? { [high[0]]: high[1] } : {}),
    }));
const condition: fc.Arbitrary<Raw> = fc.oneof(
  texts('name'),
  texts('place.city'),
  texts('tags'),
  texts('phone.e164', e164),
  texts('ids.value'),
  range('count', number),
  fc.boolean().map((eq) => ({ field: 'open', eq })),
  id.map((eq) => ({ field: 'division.id', eq: eq === UNASSIGNED ? '*' : eq.toUpperCase() })),
  range('made', iso),
  ...['tier_enum', 'a"b', 'née'].flatMap((name) => [
    texts(`customFields.${name}`),
    range(`customFields.${name}`, fc.oneof(number, text)),
    fc.boolean().map((eq) => ({ field: `customFields.${name}`, eq })),
  ]),
);
const filter: fc.Arbitrary<Raw> = fc.letrec<{ node: Raw }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    condition,
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((and) => ({ and })),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((or) => ({ or })),
    tie('node').map((not) => ({ not })),
  ),
})).node;
/** Filters within the limits. */
const readable = filter.map((raw) => [raw, attempt(raw)] as const).filter(([, read]) => read !== undefined) as fc.Arbitrary<readonly [Raw, Filter]>;

function attempt(raw: Raw): Filter | undefined {
  try {
    return readFilter(raw, THINGS);
  } catch {
    return undefined;
  }
}

// Promises --------------------------------------------------------------------------------------------------------------

describe('in PostgreSQL', () => {
  let folder: string;
  let embedded: Embedded;
  let client: Client;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'liaison-filter-'));
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

  const checked = async (read: Filter, values: Thing): Promise<boolean | null> => {
    const wanted = columnsOf(read, THINGS.columns);
    const array = THINGS.columns.map((column) => (wanted.includes(column) ? (values[column as keyof Thing] ?? null) : null));
    const { rows } = await client.query('select jsonb_path_match($1, $2, silent => true) as passed', [JSON.stringify(array), jsonPathOf(read, THINGS.columns)]);
    return rows[0].passed;
  };

  test('a record passes a filter exactly when it should', async () => {
    await fc.assert(
      fc.asyncProperty(readable, thing, async ([, read], one) => {
        expect(await checked(read, one)).toBe(passes(read, one));
      }),
      { numRuns: 3000 },
    );
  });

  test('what passes a filter has the words that it is looked up by', async () => {
    let narrowed = 0;
    await fc.assert(
      fc.asyncProperty(readable, thing, async ([, read], one) => {
        const words = wordsOf(read, 'aaaa');
        fc.pre(words !== undefined && passes(read, one));
        narrowed += 1;
        const found = {
          texts: [one.name, one.place?.city, one.phone?.e164?.slice(1)],
          ids: one.ids?.map(({ value }) => value) ?? [],
        };
        const { rows } = await client.query('select array_to_tsvector($1) @@ $2::tsquery as met', [recordWords('aaaa', found), words]);
        expect(rows[0].met).toBe(true);
      }),
      { numRuns: 150, maxSkipsPerRun: 1000 },
    );
    expect(narrowed).toBe(150);
  });

  test('a record with more words than are kept is looked at whatever it is looked up by', async () => {
    const words = wordsOf(readFilter({ field: 'ids.value', eq: 'last' }, THINGS), 'aaaa');
    const found = { texts: [Array.from({ length: 40_000 }, (_, i) => `word${i}`).join(' ')], ids: ['last'] };
    const { rows } = await client.query('select array_to_tsvector($1) @@ $2::tsquery as met', [recordWords('aaaa', found), words]);
    expect(rows[0].met).toBe(true);
  });

  test.each<[string, (i: number, length: number) => string]>([
    [
      'that end alike',
      (i, length) =>
        `${i}`
          .padStart(length, '0')
          .slice(0, length - 1)
          .concat('ä'),
    ],
    ['that begin alike', (i, length) => 'ä'.repeat(length).slice(`${i}`.length).concat(`${i}`)],
    ['that are each a beginning of the next', (i) => 'a'.repeat(i + 1)],
  ])('as many texts as a filter takes can be asked for, also texts %s', async (_, make) => {
    const all: string[] = [];
    for (let left = limits.filterTextMax; all.length < limits.filterValuesMax; left -= (all.at(-1) as string).length) {
      const next = make(all.length, limits.filterTextMax / limits.filterValuesMax);
      if (next.length > left) break;
      all.push(next);
    }
    const read = readFilter({ field: 'name', in: all }, THINGS);
    const one = { 'division.id': ID, made: 0 };
    expect(await checked(read, { ...one, name: all.at(-1)?.toUpperCase() as string })).toBe(true);
    expect(await checked(read, { ...one, name: `${all.at(-1)}!` })).toBe(false);
  });
});

test('what passes a filter lies in its stretch of every order', () => {
  const within = (keys: string[], { from, to }: { from: readonly string[]; to: readonly string[] }) => {
    const order = (a: readonly string[], b: readonly string[]) => {
      for (let i = 0; i < a.length; i += 1) {
        const one = Buffer.compare(Buffer.from(a[i] as string), Buffer.from(b[i] as string));
        if (one !== 0) return one;
      }
      return 0;
    };
    return order(keys, from) > 0 && order(keys, to) < 0;
  };
  let narrowed = 0;
  fc.assert(
    fc.property(readable, thing, ([, read], one) => {
      fc.pre(passes(read, one));
      const byName = stretchOf(read, { field: 'name', keys: ['text'] });
      const byDate = stretchOf(read, { field: 'made', keys: ['date'] });
      if (byName.from[0] !== '' || byDate.from[0] !== '-infinity') narrowed += 1;
      expect(within([sortKey(one.name), ID], byName)).toBe(true);
      const at = new Date(one.made).toISOString();
      // -infinity sorts before every date as a text, too, and infinity behind.
      expect(within([at, ID], byDate)).toBe(true);
      const made = `${one.made.toString(16).padStart(12, '0').slice(0, 8)}-${one.made.toString(16).padStart(12, '0').slice(8)}-7000-8000-000000000000`;
      expect(within([made], stretchOf(read, { field: 'made', keys: [] }))).toBe(true);
    }),
    { numRuns: 3000, maxSkipsPerRun: 1000 },
  );
  expect(narrowed).toBeGreaterThan(10);
});

test('a text that folds alike folds to the same in any case', () => {
  fc.assert(
    fc.property(text, fc.infiniteStream(fc.nat()), (value, picks) => {
      fc.pre(foldsAlike(value));
      const other = [...value].map((character) => variantsOf(character)[(picks.next().value as number) % variantsOf(character).length]).join('');
      expect(fold(other)).toBe(fold(value));
    }),
  );
});

describe('refused, by its place, is', () => {
  const many = (n: number) => Array.from({ length: n }, (_, i) => `${i}`);
  test.each<[string, Raw, string]>([
    [
      'an unknown field',
      {
        and: [
          { field: 'name', eq: 'x' },
          { field: 'nope', eq: 'x' },
        ],
      },
      'filter.and[1].field',
    ],
    ['a field of the prototype', { field: 'constructor', eq: 'x' }, 'filter.field'],
    ['a whole column', { field: 'place', eq: 'x' }, 'filter.field'],
    ['custom fields as a whole', { field: 'customFields.', exists: true }, 'filter.field'],
    ['a path in a custom field', { field: 'customFields.a.b', exists: true }, 'filter.field'],
    ['an unknown operator', { not: { field: 'name', equals: 'x' } }, 'filter.not.equals'],
    ['an operator of another type', { field: 'open', gt: 1 }, 'filter.gt'],
    ['a condition without an operator', { field: 'name' }, 'filter'],
    ['an empty filter', {}, 'filter'],
    ['two filters in one', { field: 'name', eq: 'x', and: [] }, 'filter'],
    ['a join with an operator', { and: [{ field: 'name', eq: 'x' }], eq: 'x' }, 'filter'],
    ['an empty join', { or: [] }, 'filter'],
    ['a number for a text', { field: 'name', eq: 5 }, 'filter.eq'],
    ['a text for a number', { field: 'count', gt: '5' }, 'filter.gt'],
    ['an empty text', { field: 'name', eq: '' }, 'filter.eq'],
    ['no value', { field: 'name', eq: null }, 'filter.eq'],
    [
      'too much text',
      {
        or: [
          { field: 'name', in: ['x', 'y'] },
          { field: 'tags', eq: 'x'.repeat(limits.filterTextMax - 1) },
        ],
      },
      'filter',
    ],
    ['a day for a date', { field: 'made', gte: '2026-01-31' }, 'filter.gte'],
    ['a date that is none', { field: 'made', gte: '2026-13-31T00:00:00Z' }, 'filter.gte'],
    ['a year that no record can have', { field: 'made', gte: '0000-01-01T00:00:00Z' }, 'filter.gte'],
    ['what is no id', { field: 'division.id', eq: 'home' }, 'filter.eq'],
    ['one value for a list', { field: 'name', in: 'x' }, 'filter.in'],
    ['an empty list', { field: 'name', in: [] }, 'filter.in'],
    ['too long a list', { field: 'name', in: many(limits.filterValuesMax + 1) }, 'filter.in'],
    ['a list with another type in it', { field: 'name', in: ['x', 1] }, 'filter.in'],
    ['exists without a boolean', { field: 'name', exists: 'yes' }, 'filter.exists'],
    ['too many conditions', { or: many(limits.filterConditionsMax + 1).map((eq) => ({ field: 'name', eq })) }, 'filter'],
    [
      'too deep a filter',
      many(limits.filterDepthMax).reduce<Raw>((inner) => ({ not: inner }), { field: 'name', eq: 'x' }),
      `filter${'.not'.repeat(limits.filterDepthMax)}`,
    ],
  ])('%s', (_, raw, field) => {
    expect(() => readFilter(raw, THINGS)).toThrow(
      expect.objectContaining({
        code: 'constraint.validation',
        status: 422,
        facts: expect.objectContaining({ details: [expect.objectContaining({ fieldName: field })] }),
      }),
    );
  });
});
