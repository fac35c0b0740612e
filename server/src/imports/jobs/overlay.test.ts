import { expect, test } from 'vitest';
import { loadContract } from '../../contract/load.ts';
import { createValidator } from '../../contract/validate.ts';
import { createOverlay } from './overlay.ts';

const contract = loadContract();
const overlay = createOverlay(contract, createValidator(contract), 'contact');
const source = { id: '01890000-0000-7000-8000-000000000001' };
const stored = JSON.stringify({
  id: '01890000-0000-7000-8000-000000000002',
  firstName: 'Ada',
  lastName: 'Lovelace',
  workPhone: { display: '+44 20 7946 0123', userInput: '+442079460123', e164: '+442079460123', countryCode: 'GB', extension: 7 },
  address: { city: 'London', postalCode: 'W1' },
  externalIds: [{ externalSource: { ...source, selfUri: '/x' }, value: 'A1' }],
  schema: { id: '01890000-0000-7000-8000-000000000003', version: 1, selfUri: '/y' },
  customFields: { tags_tag: ['a', 'b'], tier_enum: 'gold' },
  division: { id: '*' },
  type: 'Curated',
});

test('a row that says nothing new changes nothing', () => {
  expect(overlay(stored, {})).toBeUndefined();
  expect(
    overlay(stored, {
      firstName: 'Ada',
      workPhone: { display: '+442079460123' },
      address: { city: 'London' },
      externalIds: [{ externalSource: source, value: 'A1' }],
      customFields: { tags_tag: ['a', 'b'] },
    }),
  ).toBeUndefined();
});

test('cells win, what the row does not have stays, and external ids are added', () => {
  const body = overlay(stored, {
    firstName: 'Augusta',
    workPhone: { display: '+442079460999' },
    address: { city: 'Ockham' },
    externalIds: [{ externalSource: source, value: 'A2' }],
    customFields: { tags_tag: ['a'] },
  });
  expect(body).toMatchObject({
    firstName: 'Augusta',
    lastName: 'Lovelace',
    workPhone: { display: '+442079460999' },
    address: { city: 'Ockham', postalCode: 'W1' },
    externalIds: [{ value: 'A1' }, { value: 'A2' }],
    customFields: { tags_tag: ['a'], tier_enum: 'gold' },
  });
  expect(body).not.toHaveProperty('division');
  expect(body?.workPhone).not.toHaveProperty('extension');
});

test('custom fields of another schema take the place of those that were there', () => {
  const body = overlay(stored, { schema: { id: '01890000-0000-7000-8000-000000000004' }, customFields: { x_text: 'x' } });
  expect(body?.customFields).toEqual({ x_text: 'x' });
});
