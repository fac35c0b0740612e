import { expect, test } from 'vitest';
import { isId, newId } from './id.ts';

test('ids are UUIDs of version 7, each sorts behind the one before, and none comes twice', () => {
  const ids = Array.from({ length: 5000 }, newId);
  for (const id of ids) expect(isId(id) && id[14] === '7' && '89ab'.includes(id[19] as string)).toBe(true);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the last 48 bits of ids are random', () => {
  const tails = new Set(Array.from({ length: 5000 }, () => newId().slice(-12)));
  expect(tails.size).toBe(5000);
});
