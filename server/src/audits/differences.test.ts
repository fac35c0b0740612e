import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Difference, differences } from './differences.ts';

const name = fc.oneof(fc.stringMatching(/^[a-z]{1,2}$/), fc.constantFrom('a.b', "it's", '\\', '', '$', 'é', "']['", '__proto__', 'constructor'));
const body = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, 0, 1, '', 'x'),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object') as fc.Arbitrary<object>,
  ),
  object: fc.dictionary(name, tie('value'), { maxKeys: 5, noNullPrototype: true }),
})).object as fc.Arbitrary<Record<string, unknown>>;

test('applied to what was before, the differences give what is after', () => {
  fc.assert(
    fc.property(body, body, (before, after) => {
      expect(apply(before, differences(before, after))).toEqual(after);
    }),
  );
});

test('each says what was before, so that they can be taken back', () => {
  fc.assert(
    fc.property(body, body, (before, after) => {
      const back = differences(before, after).map(({ field, ...values }) => ({
        field,
        ...('before' in values ? { after: values.before } : {}),
      }));
      expect(apply(after, back)).toEqual(before);
    }),
  );
});

test('a record is no different from itself, however its fields are ordered', () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, inner]) => [key, reversed(inner)]),
    );
  };
  fc.assert(
    fc.property(body, (record) => {
      expect(differences(record, reversed(record) as typeof record)).toEqual([]);
    }),
  );
});

test('names the smallest fields that differ, and lists whole', () => {
  const before = { id: '1', name: 'Ann', address: { city: 'Rome', zip: '1' }, tags: ['a'], 'odd key': 1 };
  const after = { id: '1', address: { city: 'Oslo', zip: '1' }, tags: ['a', 'b'], phone: { display: '5' }, 'odd key': 2 };
  expect(differences(before, after)).toEqual([
    { field: '$.name', before: 'Ann' },
    { field: '$.address.city', before: 'Rome', after: 'Oslo' },
    { field: '$.tags', before: ['a'], after: ['a', 'b'] },
    { field: "$['odd key']", before: 1, after: 2 },
    { field: '$.phone', after: { display: '5' } },
  ]);
});

test('what was not there begins with all its fields, and what is gone ends with them', () => {
  expect(differences(undefined, { id: '1', address: { city: 'Rome' } })).toEqual([
    { field: '$.id', after: '1' },
    { field: '$.address', after: { city: 'Rome' } },
  ]);
  expect(differences({ id: '1' }, undefined)).toEqual([{ field: '$.id', before: '1' }]);
});

function apply(before: Record<string, unknown>, changes: Difference[]): Record<string, unknown> {
  const result = structuredClone(before);
  for (const { field, ...values } of changes) {
    const path = namesOf(field);
    const last = path.pop() as string;
    let at = result;
    for (const step of path) at = at[step] as Record<string, unknown>;
    if ('after' in values) Object.defineProperty(at, last, { value: values.after, enumerable: true, configurable: true, writable: true });
    else delete at[last];
  }
  return result;
}

/** `$.a['b']` → a, b */
function namesOf(field: string): string[] {
  const steps = [...field.slice(1).matchAll(/\.(\w+)|\['((?:[^'\\]|\\.)*)'\]/gs)];
  expect(`$${steps.map(([step]) => step).join('')}`).toBe(field);
  return steps.map(([, plain, quoted]) => plain ?? (quoted as string).replaceAll(/\\(.)/gs, '$1'));
}
