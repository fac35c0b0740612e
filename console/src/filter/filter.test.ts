// A filter is the same in the address, on screen and in the API's JSON: what is built arrives as it was meant, and what came
// by a link is either shown in full or left as it is.
import { defaultParseSearch, defaultStringifySearch } from '@tanstack/react-router';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Condition, type Filter, filterOf, type Group, groupOf, isGroup, OPERATORS } from './filter.ts';

const scalar = fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
const field = fc.constantFrom('lastName', 'address.city', 'customFields.tier_enum', 'createDate');
const operators = [...new Set(Object.values(OPERATORS).flat())];

const condition: fc.Arbitrary<Condition> = fc
  .record({ field, operator: fc.constantFrom(...operators), values: fc.array(scalar, { maxLength: 3 }) })
  .map((one) => ({ ...one, values: one.operator === 'in' ? one.values : one.values.slice(0, 1) }));
const { group } = fc.letrec<{ group: Group }>((tie) => ({
  group: fc.record({ join: fc.constantFrom('and', 'or'), parts: fc.array(fc.oneof({ maxDepth: 2 }, condition, tie('group')), { maxLength: 4 }) }),
}));

const leaf = fc.record(
  { field, eq: scalar, in: fc.array(scalar, { maxLength: 3 }), prefix: fc.string(), gt: scalar, gte: scalar, lt: scalar, lte: scalar, exists: fc.boolean() },
  { requiredKeys: ['field'] },
);

/** All that a link can bring: what the API takes, and what it does not. */
const { filter } = fc.letrec<{ filter: Filter }>((tie) => {
  const inner = fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, tie('filter'));
  return {
    filter: fc.oneof(leaf, fc.record({ and: fc.array(inner, { maxLength: 3 }), or: fc.array(inner, { maxLength: 3 }), not: inner }, { requiredKeys: [] })),
  };
});
/** What a filter asks for, whichever of its ways to say it was taken. */
function meaning(part: Filter): unknown {
  const { and, or, not, field: name, ...tests } = part;
  const alone = (join: string, parts: unknown[]) => (parts.length === 1 ? parts[0] : { [join]: parts });
  if (and) return alone('and', and.map(meaning));
  if (or) return alone('or', or.map(meaning));
  if (not) return { not: meaning(not) };
  return alone(
    'and',
    Object.entries(tests).map(([test, value]) => ({ name, [test]: value })),
  );
}

describe('a filter', () => {
  it('comes back from the address as it went there', () => {
    fc.assert(
      fc.property(filter, (one) => {
        expect(defaultParseSearch(defaultStringifySearch({ filter: one }))).toEqual(JSON.parse(JSON.stringify({ filter: one })));
      }),
    );
  });

  it('that was built on screen is shown as it was built, but for what says nothing', () => {
    fc.assert(
      fc.property(group, (built) => {
        const asked = filterOf(built);
        const shown = groupOf(asked);
        expect(shown).toBeDefined();
        expect(filterOf(shown as Group)).toEqual(asked);
      }),
    );
  });

  it('from elsewhere is shown in full or not at all', () => {
    fc.assert(
      fc.property(filter, (one) => {
        const shown = groupOf(one);
        if (!shown) return;
        expect(filterOf(shown)).toBeDefined();
        expect(meaning(filterOf(shown) as Filter)).toEqual(meaning(one));
      }),
    );
  });

  it('of the common kinds is shown', () => {
    const kinds: Filter[] = [
      { field: 'lastName', eq: 'Smith' },
      { not: { field: 'title', eq: 'Lead' } },
      { field: 'createDate', gte: '2026-01-01', lt: '2026-02-01' },
      {
        or: [
          { field: 'a', exists: false },
          {
            and: [
              { field: 'b', in: ['x', 'y'] },
              { field: 'c', prefix: 'z' },
            ],
          },
        ],
      },
    ];
    for (const kind of kinds) expect(groupOf(kind)?.parts.every((part) => isGroup(part) || part.field !== '')).toBe(true);
    expect(groupOf({ not: { field: 'title', prefix: 'L' } })).toBeUndefined();
    expect(groupOf({ not: { field: 'title', eq: 'Lead', prefix: 'L' } })).toBeUndefined();
  });
});
