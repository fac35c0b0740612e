import { expect, test } from 'vitest';
import type { Identifier } from '../../identifiers/index.ts';
import { nameOf, resolve, typeOf } from './resolve.ts';

const one = (type: Identifier['type']): Identifier => ({ type, value: 'v', sourceId: '' });
const line = (at: number, holders = 1, divisionId = 'd') => ({ at, divisionId, oldest: `old ${at}`, newest: `new ${at}`, holders });

test('the first identifier that leads to anybody decides, by the policy of its type', () => {
  const identifiers = [one('Cookie'), one('Phone'), one('Email')];
  expect(resolve(identifiers, [], {})).toBeUndefined();
  expect(resolve(identifiers, [line(1), line(2)], {})).toEqual({ at: 1, contactId: 'old 1', divisionId: 'd' });
  expect(resolve(identifiers, [line(1, 2), line(2)], { Phone: 'newest' })?.contactId).toBe('new 1');
  expect(resolve(identifiers, [line(1, 2), line(2)], { Phone: 'none' })?.contactId).toBe('old 2');
  expect(resolve(identifiers, [line(1, 1)], { Phone: 'none' })?.contactId).toBe('old 1');
  expect(resolve(identifiers, [line(1, 2), line(1, 1, 'e')], { Phone: 'none' })?.divisionId).toBe('e');
});

test('a cookie alone identifies nobody', () => {
  expect([typeOf([one('Cookie')]), typeOf([one('Cookie'), one('Email')])]).toEqual(['Ephemeral', 'Identified']);
});

test.each([
  [undefined, {}],
  ['  ', {}],
  ['Ada', { firstName: 'Ada' }],
  ['Ada  Lovelace', { firstName: 'Ada', lastName: 'Lovelace' }],
  ['Ada King Lovelace', { firstName: 'Ada King', lastName: 'Lovelace' }],
  ['Lovelace, Ada King', { firstName: 'Ada King', lastName: 'Lovelace' }],
  ['Lovelace,Ada', { firstName: 'Ada', lastName: 'Lovelace' }],
  [', Ada', { firstName: ',', lastName: 'Ada' }],
])('the name %j is %j', (displayName, name) => {
  expect(nameOf(displayName)).toEqual(name);
});
