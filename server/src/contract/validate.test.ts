import { expect, test } from 'vitest';
import { Refusal } from '../http/errors.ts';
import { loadContract, type Operation } from './load.ts';
import { type BulkItem, createValidator, invalidFields } from './validate.ts';

const contract = loadContract();
const validator = createValidator(contract);
const operation = (id: string) => contract.operations.find(({ operationId }) => operationId === id) as Operation;
const CREATE = operation('postExternalcontactsContacts');

function refusal(body: unknown, of = CREATE): Refusal {
  try {
    validator.body(of, body);
  } catch (error) {
    return error as Refusal;
  }
  throw new Error('not refused');
}

test('a body comes back tidy', () => {
  expect(validator.body(CREATE, { firstName: ' Ada ', lastName: '', type: 'Ephemeral', shoeSize: 43 })).toEqual({ firstName: 'Ada' });
});

test('a refusal names each field, its fault, its value and the rule', () => {
  const { status, code, message, facts } = refusal({ firstName: 'x'.repeat(2000), externalIds: [{ value: 'a' }], workPhone: { extension: -1 } });
  expect([status, code]).toEqual([422, 'constraint.validation']);
  expect(facts.details).toEqual(
    expect.arrayContaining([
      { errorCode: 'maxLength', fieldName: 'firstName', rule: expect.stringContaining('must NOT have more than 1000 characters'), most: 1000 },
      { errorCode: 'required', fieldName: 'externalIds[0].externalSource', rule: 'is required.' },
      { errorCode: 'minimum', fieldName: 'workPhone.extension', rule: 'must be >= 0, but is "-1".' },
    ]),
  );
  expect(message).toContain(`firstName: must NOT have more than 1000 characters, but is "${'x'.repeat(60)}…".`);
  expect(message.length).toBeLessThan(1000);
});

test('a list that is read item by item keeps each item, or what is wrong with it, in its place', () => {
  const sent = [{ firstName: ' Ada ' }, { workEmail: 'no address' }, 7, { externalIds: [{}] }];
  const { entities } = validator.body(operation('postExternalcontactsBulkContactsAdd'), { entities: structuredClone(sent) }) as { entities: BulkItem[] };
  expect(entities.map(({ sent: text }) => JSON.parse(text))).toEqual(sent);
  expect(entities.map(({ item }) => (item instanceof Refusal ? item.status : item))).toEqual([{ firstName: 'Ada' }, 422, 400, 422]);
  const many = refusal({ entities: Array.from({ length: 1001 }, () => ({})) }, operation('postExternalcontactsBulkContactsAdd'));
  expect([many.status, many.facts.details?.[0]?.fieldName]).toEqual([400, 'entities']);
});

test('a body that is no object, or missing, is malformed', () => {
  for (const body of [[], 'text', 7, true]) expect(refusal(body).status).toBe(400);
  for (const body of [undefined, null]) expect(refusal(body)).toMatchObject({ status: 400, code: 'bad.request' });
});

test('what has no body asks for none', () => {
  expect(validator.body(operation('getExternalcontactsContact'), undefined)).toBeUndefined();
});

test('a body with endless faults is answered with some of them', () => {
  const faults = Array.from({ length: 500 }, (_, i) => ({ field: `field${i}`, code: 'x', rule: 'is wrong.' }));
  expect(invalidFields(faults).facts.details).toHaveLength(50);
  expect(refusal({ externalIds: Array.from({ length: 11 }, () => ({})) }).facts.details?.length).toBeLessThanOrEqual(50);
});

test('a reply is held against the contract', () => {
  expect(validator.reply(CREATE, 200, '{"id":"x","firstName":"Ada"}')).toBeUndefined();
  expect(validator.reply(CREATE, 200, '{"firstName":7}')).toBe('postExternalcontactsContacts 200: /firstName must be string');
  expect(validator.reply(CREATE, 201, '{}')).toBe('status 201 is not declared by postExternalcontactsContacts');
  expect(validator.reply(operation('deleteExternalcontactsExternalsource'), 204, '')).toBeUndefined();
  expect(validator.reply(operation('deleteExternalcontactsExternalsource'), 204, '{}')).toBe('deleteExternalcontactsExternalsource declares no body for 204');
});
