import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Divisions, divisionArray, includesDivision, type Principal, permit, reach, UNASSIGNED } from './principal.ts';

const IDS = ['a', 'b', 'c'];
const divisions: fc.Arbitrary<Divisions> = fc.oneof(
  fc.constant('all' as const),
  fc.subarray(IDS).map((ids) => new Set(ids)),
);
const holding = (held: Record<string, Divisions>) => ({ divisionsOf: (permission: string) => held[permission] ?? new Set() }) as unknown as Principal;
const within = (granted: Divisions, id: string) => granted === 'all' || granted.has(id);

test('ANY opens the divisions where one is held, ALL those where all are', () => {
  fc.assert(
    fc.property(divisions, divisions, fc.constantFrom('ANY' as const, 'ALL' as const), (x, y, mode) => {
      const wanted = IDS.filter((id) => (mode === 'ANY' ? within(x, id) || within(y, id) : within(x, id) && within(y, id)));
      const ask = () => permit(holding({ x, y }), { mode, of: ['x', 'y'] });
      if (wanted.length === 0)
        expect(ask).toThrow(expect.objectContaining({ status: 403, code: mode === 'ANY' ? 'missing.any.permissions' : 'missing.permissions' }));
      else expect(IDS.filter((id) => within(ask(), id))).toEqual(wanted);
    }),
  );
});

test('what needs no permission is open everywhere', () => {
  expect(permit(holding({}), undefined)).toBe('all');
});

test('a refusal names what is missing', () => {
  const ask = (mode: 'ANY' | 'ALL', held: Record<string, Divisions>) => () => permit(holding(held), { mode, of: ['x', 'y'] });
  expect(ask('ANY', {})).toThrow('You must have at least one of the following permissions assigned: [x, y]');
  expect(ask('ALL', { x: 'all' })).toThrow('You are missing the following permission(s): y');
  expect(ask('ALL', { x: new Set(['a']), y: new Set(['b']) })).toThrow('You are missing the following permission(s): x, y');
});

test('unassigned is open to whoever is allowed anywhere', () => {
  fc.assert(
    fc.property(divisions, (granted) => {
      const somewhere = granted === 'all' || granted.size > 0;
      expect(includesDivision(granted, UNASSIGNED)).toBe(somewhere);
      for (const id of IDS) expect(includesDivision(granted, id)).toBe(within(granted, id));
      const array = divisionArray(granted);
      for (const id of [...IDS, UNASSIGNED]) expect(array === null || array.includes(id)).toBe(includesDivision(granted, id));
    }),
  );
});

test('who holds several permissions reaches as far as any of them', () => {
  fc.assert(
    fc.property(divisions, divisions, (x, y) => {
      const reached = reach(holding({ x, y }), 'x', 'y');
      for (const id of IDS) expect(within(reached, id)).toBe(within(x, id) || within(y, id));
    }),
  );
});
