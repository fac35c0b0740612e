import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyChanges, type Change, type Edit, readChanges } from './patch.ts';

const ACTIONS = ['Update', 'UpdateIfEmpty', 'UpdateIfExists', 'AppendToCollection', 'Remove', 'RemoveFromCollection'] as const;

// A record of the shapes that the directory has: texts, objects of texts, lists of texts and lists of objects.
const text = fc.constantFrom('a', 'b', 'c', 'd');
const texts = fc.uniqueArray(text, { minLength: 1 });
const record = fc.record({ name: text, address: fc.record({ city: text, street: text }, { requiredKeys: ['city'] }), tags: texts }, { requiredKeys: [] });

const onText = (path: string[]) =>
  fc.record({
    path: fc.constant(path),
    action: fc.constantFrom('Update' as const, 'UpdateIfEmpty' as const, 'UpdateIfExists' as const, 'Remove' as const),
    value: text,
  });
const onList = fc.oneof(
  fc.record({ path: fc.constant<string[]>(['tags']), action: fc.constantFrom(...ACTIONS), value: texts }),
  fc.record({ path: fc.constant<string[]>(['tags']), action: fc.constantFrom('AppendToCollection' as const, 'RemoveFromCollection' as const), value: text }),
);
const edit: fc.Arbitrary<Edit> = fc.oneof(onText(['name']), onText(['address', 'city']), onText(['address', 'street']), onList);

/** The same by another way: a record as a table of paths, each with the values it has, one or several. */
function model(before: Record<string, unknown>, edits: Edit[]): Map<string, string[]> {
  const table = new Map<string, string[]>();
  const fill = (at: string, value: unknown): void => {
    if (typeof value === 'string') table.set(at, [value]);
    else if (Array.isArray(value)) table.set(at, value);
    else for (const [name, inner] of Object.entries(value ?? {})) fill(at ? `${at}.${name}` : name, inner);
  };
  fill('', before);
  for (const { path, action, value } of edits) {
    const at = path.join('.');
    const now = table.get(at) ?? [];
    const given = [value].flat() as string[];
    const next = {
      Update: () => given,
      UpdateIfEmpty: () => (now.length > 0 ? now : given),
      UpdateIfExists: () => (now.length > 0 ? given : now),
      AppendToCollection: () => [...new Set([...now, ...given])],
      Remove: () => [],
      RemoveFromCollection: () => now.filter((item) => !given.includes(item)),
    }[action]();
    if (next.length > 0) table.set(at, next);
    else table.delete(at);
  }
  return table;
}

test('every action does what it does to a plain table of values', () => {
  fc.assert(
    fc.property(record, fc.array(edit, { maxLength: 8 }), (before, edits) => {
      const kept = structuredClone(before);
      const after = applyChanges(before, edits);
      expect(before).toEqual(kept);
      const table = model(after, []);
      expect(Object.fromEntries(table)).toEqual(Object.fromEntries(model(before, edits)));
    }),
  );
});

test('what is asked for twice is done once', () => {
  fc.assert(
    fc.property(record, edit, (before, change) => {
      const once = applyChanges(before, [change]);
      expect(applyChanges(once, [change])).toEqual(once);
    }),
  );
});

test('an item of a collection is known by what is said of it', () => {
  const before = {
    externalIds: [
      { externalSource: { id: 's', selfUri: '/s' }, value: '1' },
      { externalSource: { id: 't', selfUri: '/t' }, value: '1' },
    ],
  };
  const said = { externalSource: { id: 's' }, value: '1' };
  expect(applyChanges(before, [{ path: ['externalIds'], action: 'AppendToCollection', value: said }])).toEqual(before);
  expect(applyChanges(before, [{ path: ['externalIds'], action: 'RemoveFromCollection', value: said }])).toEqual({ externalIds: [before.externalIds[1]] });
});

test('a field that is named like a part of every object is a field like any other', () => {
  const changed = applyChanges({}, [{ path: ['customFields', '__proto__'], action: 'Update', value: { polluted: true } }]);
  expect(Object.keys(changed.customFields as object)).toEqual(['__proto__']);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

describe('a list of changes', () => {
  const read = (...changes: Partial<Change>[]) => readChanges(changes as Change[], () => undefined);
  const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 });

  test('is refused where a field and a part of it are changed together, in either order, and only there', () => {
    fc.assert(
      fc.property(path, path, (x, y) => {
        const ask = () => read(...[x, y].map((parts) => ({ field: `$.${parts.join('.')}`, action: 'Update' as const, value: 1 })));
        const [shorter, longer] = x.length <= y.length ? [x, y] : [y, x];
        const nested = shorter.length < longer.length && `${longer.join('.')}.`.startsWith(`${shorter.join('.')}.`);
        if (nested) expect(ask).toThrow(expect.objectContaining({ status: 409, code: 'patch.conflict' }));
        else expect(ask()).toHaveLength(2);
      }),
    );
  });

  test.each(['name', '$', '$.', '$..name', '$.name.', '$.names[0]', '$.a b', ''])('is refused with the field "%s"', (field) => {
    expect(() => read({ field, action: 'Remove' })).toThrow(expect.objectContaining({ status: 422, message: expect.stringContaining('changes[0].field') }));
  });

  test('is refused without the value that an action needs', () => {
    for (const action of ['UpdateIfEmpty', 'UpdateIfExists', 'AppendToCollection', 'RemoveFromCollection'] as const)
      expect(() => read({ field: '$.a', action })).toThrow(
        expect.objectContaining({ status: 422, message: expect.stringContaining(`is required with ${action}`) }),
      );
  });
});
