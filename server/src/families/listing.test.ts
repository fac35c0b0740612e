import { expect, test } from 'vitest';
import { UNASSIGNED } from '../http/principal.ts';
import { divisionAsked, divisionsAsked, readSort } from './listing.ts';

const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';
const refused = expect.objectContaining({ code: 'invalid.query.param.value', status: 400 });

test.each([
  [undefined, undefined],
  ['name', { by: 'name', descending: false }],
  ['name:asc', { by: 'name', descending: false }],
  ['name:desc', { by: 'name', descending: true }],
  [' name : DESC ', { by: 'name', descending: true }],
])('the sort order %j is read', (order, sort) => {
  expect(readSort(order, ['name', 'title'])).toEqual(sort);
});

test.each(['', 'age', 'Name', 'name:up', 'name:', ':asc', 'name:asc:desc', 'name,title', 'toString'])('the sort order %j is refused', (order) => {
  expect(() => readSort(order, ['name', 'title'])).toThrow(refused);
});

test('divisions asked for are those that are open', () => {
  expect(divisionsAsked(undefined, 'all')).toBeNull();
  expect(divisionsAsked(undefined, new Set([A]))).toEqual([A, UNASSIGNED]);
  expect(divisionsAsked(undefined, new Set())).toEqual([]);
  expect(divisionsAsked([A, B, '*'], new Set([A]))).toEqual([A, UNASSIGNED]);
  expect(divisionsAsked([A.toUpperCase()], 'all')).toEqual([A]);
  expect(divisionAsked('divisionId', B, new Set([A]))).toEqual([]);
  expect(divisionAsked('divisionId', '*', new Set())).toEqual([]);
  expect(() => divisionsAsked([A, 'home'], 'all')).toThrow(refused);
  expect(() => divisionAsked('divisionId', '', 'all')).toThrow(refused);
});
