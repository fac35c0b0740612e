// Every core type, with constraints chosen anywhere within what it takes: what is valid goes in, and what lies one step
// beyond a limit is refused at its field.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../contract/validate.ts';
import { type CoreTypeName, coreTypeNames } from './core-types.ts';
import { type Definition, readSchema } from './document.ts';
import { narrowings } from './edits.ts';
import { createValidator } from './validator.ts';

interface Case {
  definition: Definition;
  valid: unknown;
  /** What is not valid, the code of the fault, and where in the value it lies. */
  beyond: [value: unknown, code: string, at?: string][];
}

const define = (type: CoreTypeName, more: object = {}): Definition => ({ allOf: [{ $ref: `#/definitions/${type}` }], title: type, ...more });

/** A lower and an upper bound, either of which may be left out. */
const bounds = (low: string, high: string, least: number, most: number, highLeast = least) =>
  fc
    .tuple(fc.option(fc.integer({ min: least, max: most })), fc.option(fc.integer({ min: highLeast, max: most })))
    .map(([a, b]) => (a !== null && b !== null && a > b ? [b, a] : [a, b]))
    .map(([a, b]) => ({ said: { ...(a === null ? {} : { [low]: a }), ...(b === null ? {} : { [high]: b }) }, min: a ?? least, max: b ?? most }));

const text = (type: CoreTypeName, ceiling: number): fc.Arbitrary<Case> =>
  bounds('minLength', 'maxLength', 0, ceiling, 1).chain(({ said, min, max }) =>
    fc.string({ unit: 'binary', minLength: min, maxLength: max }).map((valid) => ({
      definition: define(type, said),
      valid,
      beyond: [
        ['🙂'.repeat(max + 1), 'maxLength'],
        [7, 'type'],
        [['x'], 'type'],
        ...(min > 0 ? [['🙂'.repeat(min - 1), 'minLength'] as Case['beyond'][number]] : []),
      ],
    })),
  );

const numeric = (type: CoreTypeName, value: (min: number, max: number) => fc.Arbitrary<number>, step: number): fc.Arbitrary<Case> =>
  bounds('minimum', 'maximum', -1_000_000, 1_000_000).chain(({ said, min, max }) =>
    value(min, max).map((valid) => ({
      definition: define(type, said),
      valid,
      beyond: [
        ['7', 'type'],
        [Number.POSITIVE_INFINITY, 'type'],
        ...('minimum' in said ? [[min - step, 'minimum'] as Case['beyond'][number]] : []),
        ...('maximum' in said ? [[max + step, 'maximum'] as Case['beyond'][number]] : []),
      ],
    })),
  );

const day = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });

const CASES: Record<CoreTypeName, fc.Arbitrary<Case>> = {
  text: text('text', 100),
  longtext: text('longtext', 1000),
  url: text('url', 200),
  identifier: text('identifier', 100),
  enum: fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }), { minLength: 1, maxLength: 50 }).chain((options) =>
    fc.constantFrom(...options).map((valid) => ({
      definition: define('enum', { enum: options }),
      valid,
      beyond: [
        ['x'.repeat(101), 'enum'],
        [7, 'type'],
      ],
    })),
  ),
  date: day.map((date) => ({
    definition: define('date'),
    valid: date.toISOString().slice(0, 10),
    beyond: [
      ['2021-02-29', 'format'],
      ['0000-01-01', 'format'],
      ['2021-1-1', 'format'],
      ['2021-01-01T00:00:00Z', 'format'],
      ['', 'format'],
      [20210101, 'type'],
    ],
  })),
  datetime: fc.tuple(day, fc.constantFrom('Z', '+02:00', '-11:30')).map(([date, zone]) => ({
    definition: define('datetime'),
    valid: date.toISOString().replace('Z', zone),
    beyond: [
      ['2021-02-29T00:00:00Z', 'format'],
      ['2021-01-01T24:00:00Z', 'format'],
      ['2021-01-01T00:00:00', 'format'],
      ['2021-01-01', 'format'],
      [0, 'type'],
    ],
  })),
  integer: fc.oneof(
    numeric('integer', (min, max) => fc.integer({ min, max }), 1),
    fc.maxSafeInteger().map(
      (valid): Case => ({
        definition: define('integer'),
        valid,
        beyond: [
          [2 ** 53, 'maximum'],
          [-(2 ** 53), 'minimum'],
          [0.5, 'type'],
        ],
      }),
    ),
  ),
  number: fc.oneof(
    numeric('number', (min, max) => fc.double({ min, max, noNaN: true }), 0.25),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((valid): Case => ({ definition: define('number'), valid, beyond: [[true, 'type']] })),
  ),
  checkbox: fc.boolean().map((valid) => ({
    definition: define('checkbox'),
    valid,
    beyond: [
      ['true', 'type'],
      [1, 'type'],
    ],
  })),
  tag: fc
    .tuple(bounds('minItems', 'maxItems', 0, 10, 1), bounds('minLength', 'maxLength', 0, 100, 1), fc.boolean())
    // Texts of no length are few: too few of them that differ.
    .filter(([list, item, uniqueItems]) => !(uniqueItems && item.max < 2 && list.min > 1))
    .chain(([list, item, uniqueItems]) =>
      fc.uniqueArray(fc.string({ unit: 'binary', minLength: item.min, maxLength: item.max }), { minLength: list.min, maxLength: list.max }).map((valid) => {
        const filled = Array.from({ length: Math.max(list.min, 1) }, (_, i) => String.fromCodePoint(0x4e00 + i).repeat(Math.max(item.min, 1)));
        const [first = '', ...others] = filled;
        const beyond: Case['beyond'] = [
          [Array.from({ length: list.max + 1 }, (_, i) => String.fromCodePoint(0x4e00 + i).repeat(Math.max(item.min, 1))), 'maxItems'],
          [['x'.repeat(item.max + 1), ...others], 'maxLength', '[0]'],
          [[7, ...others], 'type', '[0]'],
          ['x', 'type'],
        ];
        if (list.min > 0) beyond.push([filled.slice(0, list.min - 1), 'minItems']);
        if (item.min > 0) beyond.push([['x'.repeat(item.min - 1), ...others], 'minLength', '[0]']);
        if (uniqueItems && list.max > 1) beyond.push([[first, ...filled.slice(0, list.max - 1)], 'uniqueItems']);
        return { definition: define('tag', { ...list.said, ...(Object.keys(item.said).length > 0 ? { items: item.said } : {}), uniqueItems }), valid, beyond };
      }),
    ),
};

const accept = (properties: Record<string, Definition>, more: object = {}) => readSchema({ name: 'S', jsonSchema: { properties, ...more } } as never).document;

function read(properties: Record<string, Definition>, given: Record<string, unknown>, more: object = {}, before: Record<string, unknown> | null = null) {
  const faults: Fault[] = [];
  return { ...createValidator(accept(properties, more)).read(given, before, faults), faults: faults.map(({ field, code }) => [field, code]) };
}

it.each(coreTypeNames)('a field of the core type %s takes what its limits allow and nothing beyond', (type) => {
  fc.assert(
    fc.property(CASES[type], ({ definition, valid, beyond }) => {
      const properties = { f: definition };
      expect(read(properties, { f: valid })).toMatchObject({ faults: [], values: { f: valid } });
      expect(beyond.length).toBeGreaterThan(0);
      for (const [value, code, at = ''] of beyond) expect([value, read(properties, { f: value }).faults]).toEqual([value, [[`customFields.f${at}`, code]]]);
      expect(read(properties, { f: null })).toMatchObject({ faults: [], values: {} });
    }),
    { numRuns: 60 },
  );
});

const anyFields = fc.array(
  fc.constantFrom(...coreTypeNames).chain((type) => fc.tuple(CASES[type], fc.boolean())),
  { minLength: 1, maxLength: 25 },
);

it('each field that is wrong is named, and no other', () => {
  fc.assert(
    fc.property(anyFields, (cases) => {
      const named = cases.map(([one, good], i) => [`f${i}`, one, good] as const);
      const properties = Object.fromEntries(named.map(([name, { definition }]) => [name, definition]));
      const given = Object.fromEntries(named.map(([name, { valid, beyond }, good]) => [name, good ? valid : beyond[0]?.[0]]));
      const { faults, values } = read(properties, given);
      expect(faults).toEqual(named.flatMap(([name, { beyond }, good]) => (good ? [] : [[`customFields.${name}${beyond[0]?.[2] ?? ''}`, beyond[0]?.[1]]])));
      expect(Object.keys(values)).toEqual(named.flatMap(([name, , good]) => (good ? [name] : [])));
    }),
    { numRuns: 40 },
  );
});

it('a schema may become itself, and may gain fields but not lose them', () => {
  fc.assert(
    fc.property(anyFields, fc.nat(), (cases, at) => {
      const properties = Object.fromEntries(cases.map(([{ definition }], i) => [`f${i}`, definition]));
      const lost = `f${at % cases.length}`;
      const { [lost]: _, ...rest } = properties;
      const [more, less] = [accept(properties), accept(rest)];
      expect(narrowings(more, more)).toEqual([]);
      expect(narrowings(less, more)).toEqual([]);
      expect(narrowings(more, less)).toMatchObject([{ field: `jsonSchema.properties.${lost}`, code: 'removed' }]);
    }),
    { numRuns: 40 },
  );
});

describe('custom fields', () => {
  it('are found by the words of their texts, and by their ids', () => {
    const options = define('enum', { enum: ['gold', 'tin'], _enumProperties: { gold: { title: 'Gold customer' } } });
    const properties = { a: define('text'), b: define('longtext'), c: define('url'), d: define('identifier'), e: options, f: define('tag'), g: define('date') };
    const given = { a: 'short', b: 'long', c: 'https://x.example', d: 'ID-7', e: 'gold', f: ['x', 'y'], g: '2021-01-01' };
    expect(read(properties, given)).toMatchObject({
      values: given,
      texts: ['short', 'long', 'https://x.example', 'Gold customer'],
      ids: ['ID-7', 'gold', 'x', 'y'],
    });
    expect(read(properties, { e: 'tin' })).toMatchObject({ texts: [], ids: ['tin'] });
  });

  it('that the schema does not know are refused, unless it tolerates them', () => {
    const properties = { a: define('text') };
    expect(read(properties, { b: 'x', c: null }).faults).toEqual([
      ['customFields.b', 'unknown'],
      ['customFields.c', 'unknown'],
    ]);
    const tolerant = { additionalProperties: true };
    const given = { a: 'x', b: 'words', c: 7.5, d: false, e: ['tag'] };
    expect(read(properties, given, tolerant)).toMatchObject({ faults: [], values: given, texts: ['x', 'words'], ids: ['tag'] });
    for (const value of ['x'.repeat(1001), {}, [7], Array(11).fill('x'), ['x'.repeat(101)], { a: 1 }])
      expect(read(properties, { b: value }, tolerant).faults).toEqual([['customFields.b', 'type']]);
    expect(read(properties, { ['b'.repeat(51)]: 1 }, tolerant).faults).toMatchObject([[expect.any(String), 'name']]);
  });

  it('that are required must be there, and not null', () => {
    const properties = { a: define('text'), b: define('text') };
    for (const given of [{}, { a: null }, { b: 'x' }]) expect(read(properties, given, { required: ['a'] }).faults).toEqual([['customFields.a', 'required']]);
    expect(read(properties, { a: '' }, { required: ['a'] }).faults).toEqual([]);
  });

  it('cannot newly choose an option that is disabled; what is held may stay', () => {
    const properties = { e: define('enum', { enum: ['a', 'b'], _enumProperties: { b: { _disabled: true } } }) };
    expect(read(properties, { e: 'b' }).faults).toEqual([['customFields.e', 'disabled']]);
    expect(read(properties, { e: 'b' }, {}, { e: 'a' }).faults).toEqual([['customFields.e', 'disabled']]);
    expect(read(properties, { e: 'b' }, {}, { e: 'b' })).toMatchObject({ faults: [], values: { e: 'b' } });
    expect(read(properties, { e: 'a' }).faults).toEqual([]);
  });

  it('may be called like what every object has', () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'a.b', 'ä"\\\n`$'];
    const properties = Object.fromEntries(names.map((name) => [name, define('text')]));
    const given = Object.fromEntries(names.map((name) => [name, 'x']));
    expect(read(properties, given)).toMatchObject({ faults: [], values: given });
    expect(read(properties, {}, { required: names }).faults).toEqual(names.map((name) => [`customFields.${name}`, 'required']));
    for (const name of names) expect(read({ a: define('text') }, { [name]: 'x' }).faults).toEqual([[`customFields.${name}`, 'unknown']]);
    const forged = JSON.parse('{"__proto__": "x"}');
    expect(read({ a: define('text') }, forged).faults).toEqual([['customFields.__proto__', 'unknown']]);
    expect(read({ a: define('text') }, forged, { additionalProperties: true }).faults).toEqual([['customFields.__proto__', 'name']]);
    const option = define('enum', { enum: ['constructor', '__proto__'] });
    for (const value of ['constructor', '__proto__']) expect(read({ e: option }, { e: value }).faults).toEqual([]);
  });

  it('are refused in no time, however much is sent', () => {
    const properties = { t: define('tag', { uniqueItems: true }), d: define('datetime'), l: define('longtext') };
    const given = { t: Array(300_000).fill({}), d: `2021-01-01T00:00:00.${'9'.repeat(5_000_000)}`, l: 'x'.repeat(5_000_000) };
    const began = performance.now();
    expect(read(properties, given).faults.map(([field]) => field)).toEqual(
      ['customFields.t', 'customFields.d', 'customFields.l'].map((f) => (f.endsWith('t') ? expect.stringContaining(f) : f)),
    );
    expect(performance.now() - began).toBeLessThan(2000);
    expect(read(properties, Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}`, 1]))).faults).toEqual([['customFields', 'maxProperties']]);
  });
});
