import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Refusal } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { type Definition, readSchema } from './document.ts';
import { narrowings } from './edits.ts';

const field = (type: string, more: object = {}) => ({ allOf: [{ $ref: `#/definitions/${type}` }], title: 'T', ...more });
const read = (jsonSchema: object, name = 'S') => readSchema({ name, jsonSchema } as never);

function refusal(jsonSchema: object, name?: string): Refusal {
  try {
    read(jsonSchema, name);
  } catch (error) {
    return error as Refusal;
  }
  throw new Error('not refused');
}

/** What is wrong with one field, as `place code`. */
const faultsOf = (definition: unknown) =>
  refusal({ properties: { f: definition } }).facts.details?.map(
    ({ fieldName, errorCode }) => `${fieldName?.replace('jsonSchema.properties.f', '')} ${errorCode}`,
  );

describe('a schema', () => {
  it('is kept as it was sent', () => {
    const document = {
      $schema: 'http://json-schema.org/draft-04/schema#',
      title: 'VIP',
      description: '',
      type: 'object',
      required: ['a'],
      additionalProperties: false,
      properties: { a: field('text', { description: 'd', minLength: 0, maxLength: 100 }), b: field('enum', { enum: ['x'], _enumProperties: { x: {} } }) },
    };
    const sent = JSON.stringify(document);
    expect(JSON.stringify(read(document).document)).toBe(sent);
    expect(read({})).toEqual({ name: 'S', document: {} });
  });

  test.each([
    ['a keyword that it does not know', { definitions: {} }, 'jsonSchema.definitions', 'unknown'],
    ['a pattern for names', { patternProperties: {} }, 'jsonSchema.patternProperties', 'unknown'],
    ['a title of no length', { title: '' }, 'jsonSchema.title', 'minLength'],
    ['a title that is too long', { title: 'x'.repeat(101) }, 'jsonSchema.title', 'maxLength'],
    ['a description that is too long', { description: 'x'.repeat(513) }, 'jsonSchema.description', 'maxLength'],
    ['a required field that is not there', { required: ['toString'] }, 'jsonSchema.required[0]', 'not.found'],
    ['a field without a name', { properties: { '': field('text') } }, 'jsonSchema.properties.', 'name'],
    ['a field with too long a name', { properties: { ['x'.repeat(51)]: field('text') } }, `jsonSchema.properties.${'x'.repeat(51)}`, 'name'],
    [
      'a field that would be taken for something else',
      { properties: JSON.parse('{"__proto__": {"allOf": [{"$ref": "#/definitions/text"}]}}') },
      'jsonSchema.properties.__proto__',
      'name',
    ],
  ])('is refused with %s', (_, document, fieldName, errorCode) => {
    expect(refusal(document)).toMatchObject({ status: 422, code: 'constraint.validation', facts: { details: [{ fieldName, errorCode }] } });
  });

  it('takes names, titles and descriptions to their limits, counted in characters', () => {
    const properties = { ['🙂'.repeat(50)]: field('text', { title: '🙂'.repeat(100), description: '🙂'.repeat(512) }) };
    expect(read({ title: '🙂'.repeat(100), description: '🙂'.repeat(512), properties }, '🙂'.repeat(100)).document).toHaveProperty('properties');
    expect(refusal({}, 'x'.repeat(101)).facts.details).toMatchObject([{ fieldName: 'name', errorCode: 'maxLength' }]);
  });

  it('has at most 25 fields, and says which limit that is', () => {
    const fields = (count: number) => ({ properties: Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}_text`, field('text')])) });
    expect(Object.keys(read(fields(25)).document.properties ?? {})).toHaveLength(limits.schemaFieldsMax);
    expect(refusal(fields(26))).toMatchObject({ status: 409, facts: { limit: { key: 'maxNumberOfFieldsPerSchema', value: 25 } } });
  });

  it('names each fault of each field', () => {
    const properties = { a: field('text', { maxLength: 101 }), b: field('nothing'), c: field('enum'), d: field('date') };
    expect(refusal({ properties }).facts.details?.map(({ fieldName }) => fieldName)).toEqual([
      'jsonSchema.properties.a.maxLength',
      'jsonSchema.properties.b.allOf',
      'jsonSchema.properties.c.enum',
    ]);
  });

  it('is accepted or refused, whatever is sent', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue(), { maxKeys: 5 }), (properties) => {
        fc.pre(Object.keys(properties).length > 0);
        expect(refusal({ properties })).toMatchObject({ status: 422 });
      }),
    );
    const keyword = fc.constantFrom('title', 'minLength', 'maxLength', 'enum', '_enumProperties', 'items', 'minItems', 'uniqueItems', 'minimum');
    fc.assert(
      fc.property(fc.constantFrom('text', 'enum', 'tag', 'integer', 'date'), fc.dictionary(keyword, fc.jsonValue()), (type, more) => {
        try {
          expect(read({ properties: { f: field(type, more) } }).document.properties).toEqual({ f: field(type, more) });
        } catch (error) {
          expect(error).toMatchObject({ status: 422 });
        }
      }),
    );
  });
});

test.each([
  ['no object', 7, [' type']],
  ['null', null, [' type']],
  ['a list', [], [' type']],
  ['no core type', { title: 'T' }, ['.allOf required']],
  ['a core type that is not there', field('phone'), ['.allOf format']],
  ['what every object has', field('constructor'), ['.allOf format']],
  ['two core types', { allOf: [{ $ref: '#/definitions/text' }, { $ref: '#/definitions/url' }] }, ['.allOf format']],
  ['more than a reference', { allOf: [{ $ref: '#/definitions/text', maxLength: 1 }] }, ['.allOf format']],
  ['another document', { allOf: [{ $ref: 'http://example.com/#/definitions/text' }] }, ['.allOf format']],
  ['a pattern of its own', field('text', { pattern: '(a+)+$' }), ['.pattern unknown']],
  ["another core type's keyword", field('checkbox', { maxLength: 1 }), ['.maxLength unknown']],
  ['a title that is no text', field('text', { title: null }), ['.title type']],
  ['a limit that is no number', field('text', { maxLength: '9' }), ['.maxLength type']],
  ['half a character', field('text', { maxLength: 9.5 }), ['.maxLength type']],
  ['no room at all', field('text', { maxLength: 0 }), ['.maxLength minimum']],
  ['more than a core type holds', field('longtext', { minLength: -1, maxLength: 1001 }), ['.minLength minimum', '.maxLength maximum']],
  ['limits that cross', field('text', { minLength: 7, maxLength: 6 }), ['.minLength maximum']],
  ['numbers past what is exact', field('integer', { minimum: -(2 ** 53), maximum: 2 ** 53 }), ['.minimum minimum', '.maximum maximum']],
  ['numbers that cross', field('number', { minimum: 0.5, maximum: 0.25 }), ['.minimum maximum']],
  ['too many tags', field('tag', { maxItems: 11, items: { maxLength: 101 } }), ['.maxItems maximum', '.items.maxLength maximum']],
  ['tags of another kind', field('tag', { items: { type: 'number' }, uniqueItems: 1 }), ['.uniqueItems type', '.items.type unknown']],
  ['no options', field('enum', { enum: [] }), ['.enum maxItems']],
  ['too many options', field('enum', { enum: Array.from({ length: 51 }, (_, i) => `o${i}`) }), ['.enum maxItems']],
  [
    'options that are no options',
    field('enum', { enum: ['a', 'a', '', 7, 'x'.repeat(101)] }),
    ['.enum[1] uniqueItems', '.enum[2] minLength', '.enum[3] type', '.enum[4] maxLength'],
  ],
  [
    'properties of options that are not there',
    field('enum', { enum: ['a'], _enumProperties: { b: {}, a: { title: 7, _disabled: 'no', colour: 'red' } } }),
    ['._enumProperties.b not.found', '._enumProperties.a.colour unknown', '._enumProperties.a.title type', '._enumProperties.a._disabled type'],
  ],
])('a field with %s is refused by name', (_, definition, faults) => {
  expect(faultsOf(definition)).toEqual(faults);
});

describe('an edit', () => {
  const document = (f: object, more: object = {}) => read({ properties: { f: f as Definition }, ...more }).document;
  const edit = (before: object, after: object) =>
    narrowings(document(before), document(after)).map(({ field: at, code }) => `${at.replace('jsonSchema.properties.f', '')} ${code}`);

  it('may widen limits, word anew, add options and disable them', () => {
    const pairs: [object, object][] = [
      [field('text', { minLength: 2, maxLength: 5 }), field('text', { title: 'New', description: 'new', minLength: 1, maxLength: 6 })],
      [field('text', { minLength: 2, maxLength: 5 }), field('text')],
      [field('text'), field('text', { minLength: 0, maxLength: 100 })],
      [field('number', { minimum: 0, maximum: 1 }), field('number')],
      [field('integer'), field('integer', { minimum: Number.MIN_SAFE_INTEGER })],
      [field('tag', { items: { minLength: 1 }, maxItems: 3, uniqueItems: true }), field('tag', { items: { maxLength: 100 }, maxItems: 4 })],
      [field('enum', { enum: ['a'] }), field('enum', { enum: ['b', 'a'], _enumProperties: { a: { title: 'A', _disabled: true } } })],
    ];
    for (const [before, after] of pairs) expect([after, edit(before, after)]).toEqual([after, []]);
  });

  test.each([
    [field('text'), field('longtext'), ['.allOf changed']],
    [field('text'), field('text', { minLength: 1, maxLength: 99 }), ['.minLength narrowed', '.maxLength narrowed']],
    [field('number'), field('number', { minimum: 0 }), ['.minimum narrowed']],
    [field('integer', { maximum: 9 }), field('integer', { maximum: 8 }), ['.maximum narrowed']],
    [
      field('tag'),
      field('tag', { items: { minLength: 1 }, maxItems: 9, uniqueItems: true }),
      ['.maxItems narrowed', '.items.minLength narrowed', '.uniqueItems narrowed'],
    ],
    [field('enum', { enum: ['a', 'b', 'c'] }), field('enum', { enum: ['b'] }), ['.enum removed']],
  ])('from %j to %j takes something away', (before, after, faults) => {
    expect(edit(before, after)).toEqual(faults);
  });

  it('may not come to require a field, or to refuse what was tolerated', () => {
    const f = field('text');
    expect(narrowings(document(f), document(f, { required: ['f'] }))).toMatchObject([{ field: 'jsonSchema.required' }]);
    expect(narrowings(document(f, { required: ['f'] }), document(f))).toEqual([]);
    expect(narrowings(document(f, { additionalProperties: true }), document(f))).toMatchObject([{ field: 'jsonSchema.additionalProperties' }]);
    expect(narrowings(document(f), document(f, { additionalProperties: true }))).toEqual([]);
  });
});
