import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../contract/validate.ts';
import type { Json } from '../../families/sent.ts';
import type { Wire } from '../../families/wire.ts';
import { decide, enrich, faultsOfRules, type Shape } from './rules.ts';

type FieldRules = Wire['EnrichFieldRules'];
const ACTIONS = ['PreferProvided', 'PreferExisting', 'AlwaysUseProvided'] as const;
const LIST_ACTIONS = ['Replace', 'Extend', 'Fill'] as const;

const MOST = 3;
const shape: Shape = { mostOf: (path) => (path === 'list' || path === 'part.list' ? MOST : undefined), wholes: new Set(['whole']) };

const word = fc.constantFrom('a', 'b', 'c');
const list = fc.uniqueArray(fc.constantFrom('k', 'l', 'm', 'n', 'o'), { minLength: 1, maxLength: MOST });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const record = fc
  .record({
    name: maybe(word),
    part: maybe(fc.record({ one: word, two: word, list }, { requiredKeys: [] })),
    whole: maybe(fc.record({ one: word, two: word }, { requiredKeys: [] })),
    list: maybe(list),
  })
  .map((given) => JSON.parse(JSON.stringify(given)) as Json);

const LEAVES = ['name', 'part.one', 'part.two', 'whole.one', 'whole.two'];
const LISTS = ['list', 'part.list'];
const rule = fc.record(
  {
    field: fc.constantFrom(...LEAVES, ...LISTS, 'part', 'whole').map((path) => `$.${path}`),
    action: fc.constantFrom(...ACTIONS),
    arrayAction: fc.constantFrom(...LIST_ACTIONS),
  },
  { requiredKeys: ['field'] },
);
const fieldRules = fc.record(
  { defaultAction: fc.constantFrom(...ACTIONS), defaultArrayAction: fc.constantFrom(...LIST_ACTIONS), rules: fc.array(rule, { maxLength: 4 }) },
  { requiredKeys: [] },
) as fc.Arbitrary<FieldRules>;

/** The plain model: each value by itself, by its whole path. */
function model(stored: Json, provided: Json, rules: FieldRules): { leaves: Record<string, unknown>; tooLong: string[] } {
  const at = (from: Json, path: string) => path.split('.').reduce<unknown>((value, name) => (value as Json | undefined)?.[name], from);
  const last = (path: string) => (rules.rules ?? []).filter((one) => one.field === `$.${path}`).reverse();
  const setting = (path: string, name: 'action' | 'arrayAction') => {
    const paths = [path, path.split('.')[0] as string];
    for (const each of paths) for (const one of last(each)) if (one[name]) return one[name];
    return name === 'action' ? (rules.defaultAction ?? 'PreferProvided') : (rules.defaultArrayAction ?? 'Fill');
  };
  const chosen = (path: string, action: unknown) => {
    const [old, given] = [at(stored, path), at(provided, path)];
    if (action === 'AlwaysUseProvided') return given;
    return action === 'PreferProvided' ? (given ?? old) : (old ?? given);
  };
  const leaves: Record<string, unknown> = {};
  const tooLong: string[] = [];
  for (const path of LEAVES) {
    if (path.startsWith('whole.') && last('whole.one').length + last('whole.two').length === 0) {
      const some = (value: unknown) => (value !== undefined && Object.keys(value as object).length > 0 ? value : undefined) as Json | undefined;
      const [old, given] = [some(stored.whole), some(provided.whole)];
      const action = setting('whole', 'action');
      const taken = action === 'AlwaysUseProvided' ? given : action === 'PreferProvided' ? (given ?? old) : (old ?? given);
      leaves[path] = taken?.[path.slice(6)];
    } else leaves[path] = chosen(path, setting(path, 'action'));
  }
  for (const path of LISTS) {
    const [old, given] = [(at(stored, path) ?? []) as string[], (at(provided, path) ?? []) as string[]];
    const joined = [...new Set([...old, ...given])];
    switch (setting(path, 'arrayAction')) {
      case 'Replace':
        leaves[path] = given.length > 0 ? given : (chosen(path, setting(path, 'action')) ?? []);
        break;
      case 'Extend':
        leaves[path] = given.length === 0 ? old : joined;
        if (given.length > 0 && joined.length > MOST) tooLong.push(path);
        break;
      default:
        leaves[path] = given.length === 0 ? old : joined.slice(0, MOST);
    }
  }
  return { leaves, tooLong };
}

describe('enrich', () => {
  test('does what a plain model does', () => {
    fc.assert(
      fc.property(record, record, fieldRules, (stored, provided, rules) => {
        const faults: Fault[] = [];
        const before = JSON.stringify([stored, provided]);
        const enriched = enrich(stored, provided, rules, shape, faults);
        expect(JSON.stringify([stored, provided])).toBe(before);
        const wanted = model(stored, provided, rules);
        expect(faults.map(({ field }) => field).sort()).toEqual(wanted.tooLong.sort());
        for (const [path, value] of Object.entries(wanted.leaves)) {
          if (wanted.tooLong.includes(path)) continue;
          const found = path.split('.').reduce<unknown>((at, name) => (at as Json | undefined)?.[name], enriched);
          expect([path, found ?? []]).toEqual([path, value ?? []]);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('of a new record, what is provided is all there is', () => {
    fc.assert(
      fc.property(record, fieldRules, (provided, rules) => {
        const bare = (value: Json) =>
          JSON.parse(JSON.stringify(value, (_, inner) => (typeof inner === 'object' && Object.keys(inner).length === 0 ? undefined : inner)) ?? '{}');
        expect(enrich(undefined, provided, rules, shape)).toEqual(bare(provided));
      }),
    );
  });

  test('twice is as once', () => {
    fc.assert(
      fc.property(record, record, fieldRules, (stored, provided, rules) => {
        const once = enrich(stored, provided, rules, shape);
        expect(enrich(once, provided, rules, shape)).toEqual(once);
      }),
    );
  });

  test('an item is there already where it has all that is said of one', () => {
    const stored = { externalIds: [{ externalSource: { id: 's', selfUri: '/s' }, value: '1' }] };
    const provided = {
      externalIds: [
        { externalSource: { id: 's' }, value: '1' },
        { externalSource: { id: 's' }, value: '2' },
      ],
    };
    expect(enrich(stored, provided, {}, shape)).toEqual({ externalIds: [...stored.externalIds, provided.externalIds[1]] });
  });

  test('names of JavaScript are names like others', () => {
    expect(enrich({}, { customFields: JSON.parse('{"__proto__": "a", "constructor": "b"}') }, {}, shape)).toEqual({
      customFields: JSON.parse('{"__proto__": "a", "constructor": "b"}'),
    });
  });
});

test.each(['$.a.b', '$.a_1', '$.A9'])('%s is a path', (field) => {
  expect(faultsOfRules({ rules: [{ field }] }, () => undefined)).toEqual([]);
});

test.each(['', '$', '$.', 'a.b', '$a', '$.a.', '$.a..b', '$.a[0]', "$['a']", '$.*', '$..a', '$.a-b', '$.a b', '$.é', '$.a[?(@.b)]'])('%j is none', (field) => {
  expect(faultsOfRules({ rules: [{ field: '$.a' }, { field }] }, () => undefined)).toEqual([
    { field: 'fieldRules.rules[1].field', code: 'field', rule: expect.stringContaining(`"${field}"`) },
  ]);
});

test('a rule is of a field', () => {
  expect(faultsOfRules({ rules: [{ action: 'PreferExisting' }] }, () => undefined)).toMatchObject([{ code: 'required' }]);
  expect(faultsOfRules({ rules: [{ field: '$.a.b' }] }, (path) => `must not be ${path.join(' ')}`)).toMatchObject([
    { rule: 'must not be a b, but is "$.a.b".' },
  ]);
});

test.each([
  ['Insert', ['insert', 'enrich.matched', 'enrich.matched']],
  ['Update', ['enrich.unmatched', 'update', 'update']],
  ['Upsert', ['insert', 'update', 'update']],
  ['Merge', ['insert', 'update', 'merge']],
] as const)('%s of none, one or two that match', (action, wanted) => {
  const decisions = [[], ['a'], ['a', 'b']].map((found) => decide(action, found));
  expect(decisions.map((decision) => (decision.do === 'refuse' ? decision.code : decision.do))).toEqual(wanted);
  for (const decision of decisions) if (decision.do === 'update') expect(decision.id).toBe('a');
});
