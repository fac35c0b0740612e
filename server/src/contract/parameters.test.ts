import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Operation, Parameter, Schema } from './load.ts';
import { pathReader, queryReader, type Raw } from './parameters.ts';

const ID = '00000000-0000-4000-8000-00000000000a';

const operation = (...parameters: Parameter[]) => ({ parameters }) as unknown as Operation;
const query = (schema: Schema, more: Partial<Parameter> = {}) => {
  const read = queryReader(operation({ name: 'it', in: 'query', schema, ...more }));
  return (it: Raw[string]) => read({ it, other: 'x' }).it;
};
const refused = expect.objectContaining({ code: 'invalid.query.param.value', status: 400 });

const ITEMS = ['a', 'b', 'c', 'd'];
const list = query({ type: 'array', items: { type: 'string', enum: ITEMS } });

test('arrays are the same however they are sent', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.constantFrom(...ITEMS))), (groups) => {
      const wanted = [...new Set(groups.flat())];
      const got = (raw: Raw[string]) => list(raw) ?? [];
      expect(got(groups.map((group) => group.join(',')))).toEqual(wanted);
      expect(got(groups.flat().join(','))).toEqual(wanted);
      expect(got(groups.flat())).toEqual(wanted);
      expect(got(`,${groups.flat().join(',,')},`)).toEqual(wanted);
    }),
  );
});

test('arrays take so many values, and only those that they know', () => {
  const few = query({ type: 'array', items: { type: 'string' }, maxItems: 2 });
  expect(few('a,b')).toEqual(['a', 'b']);
  expect(() => few('a,b,c')).toThrow(refused);
  expect(() => list('a,e')).toThrow(refused);
});

test('whole numbers lie within their bounds', () => {
  const number = query({ type: 'integer', minimum: 1, maximum: 200, default: 20 });
  fc.assert(
    fc.property(fc.oneof(fc.integer(), fc.integer({ min: -10, max: 210 })), (value) => {
      if (value >= 1 && value <= 200) expect(number(String(value))).toBe(value);
      else expect(() => number(String(value))).toThrow(refused);
    }),
  );
  for (const text of ['1.0', '1e1', '0x1', ' 1', '１', 'one', '+1', '99999999999999999999']) expect(() => number(text), text).toThrow(refused);
  expect(number('')).toBe(20);
  expect(number(undefined)).toBe(20);
  expect(number(['1', '2'])).toBe(2);
});

test('an empty boolean is false, an absent one is absent', () => {
  const boolean = query({ type: 'boolean' });
  expect([boolean('true'), boolean('false'), boolean(''), boolean(undefined)]).toEqual([true, false, false, undefined]);
  for (const text of ['True', '1', 'yes']) expect(() => boolean(text)).toThrow(refused);
});

test('text has a length and holds what a record can', () => {
  const text = query({ type: 'string', maxLength: 5 });
  expect(text('abcde')).toBe('abcde');
  for (const wrong of ['abcdef', 'a\0b', 'a\ud800']) expect(() => text(wrong)).toThrow(refused);
  expect(() => query({ type: 'string', pattern: '^a+$' })('b')).toThrow(refused);
});

test('what is required is asked for', () => {
  const needed = query({ type: 'string' }, { required: true });
  for (const nothing of [undefined, '']) expect(() => needed(nothing)).toThrow(refused);
});

test('a refusal names the parameter, and repeats no more of the value than is needed', () => {
  try {
    list('x'.repeat(5000));
    expect.unreachable();
  } catch (error) {
    expect((error as Error).message).toMatch(/^The query parameter it does not take the value "x{1,200}"\. Allowable values are: a, b, c, d$/);
  }
});

test('only what is declared is read', () => {
  expect(queryReader(operation({ name: 'a', in: 'query', schema: { type: 'string' } }))({ a: '1', b: '2' })).toEqual({ a: '1' });
});

test('a path id that cannot be one names nothing', () => {
  const read = pathReader(operation({ name: 'id', in: 'path', schema: { type: 'string', format: 'uuid' } }));
  expect(read({ id: ID.toUpperCase() })).toEqual({ id: ID });
  for (const id of ['me', '', `${ID} `, `${ID}0`, `{${ID}}`]) expect(() => read({ id })).toThrow(expect.objectContaining({ code: 'not.found', status: 404 }));
});
