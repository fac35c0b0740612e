// The rules of assigning schemas; over HTTP, acceptance/src/custom-fields.test.ts.
import { expect, it, test } from 'vitest';
import type { Fault } from '../contract/validate.ts';
import { type Known, readCustomFields } from './custom-fields.ts';
import type { SchemaState } from './store.ts';
import { createValidator } from './validator.ts';

const ID = '01890000-0000-7000-8000-00000000000a';
const OTHER = '01890000-0000-7000-8000-00000000000b';
const STATE: SchemaState = { appliesTo: 'CONTACT', version: 3, enabled: true, deleted: false };
const validator = createValidator({
  properties: {
    a_text: { allOf: [{ $ref: '#/definitions/text' }] },
    b_enum: { allOf: [{ $ref: '#/definitions/enum' }], enum: ['x', 'y'], _enumProperties: { y: { _disabled: true } } },
  },
});
const NOTHING = { schema_id: null, schema_version: null, custom_fields: null, texts: [], ids: [] };

function read(body: Parameters<typeof readCustomFields>[1], known: Partial<Known> = {}) {
  const faults: Fault[] = [];
  const stored = readCustomFields('CONTACT', body, { state: STATE, validator, held: undefined, ...known }, faults);
  return { stored, faults: faults.map(({ field, code }) => `${field} ${code}`) };
}

const held = (schemaId: string | null, customFields: Record<string, unknown> | null = null) => ({ held: { schemaId, customFields } });
const disabled = { state: { ...STATE, enabled: false } };
const deleted = { state: { ...STATE, deleted: true } };

it('a body that says nothing of custom fields stores nothing', () => {
  for (const body of [{}, { customFields: {} }, { customFields: { a_text: null } }]) expect(read(body)).toEqual({ stored: NOTHING, faults: [] });
});

it('values are stored with the version that they were held against, the newest where none is named', () => {
  const customFields = { a_text: 'words', b_enum: 'x' };
  const found = { custom_fields: customFields, texts: ['words'], ids: ['x'] };
  expect(read({ schema: { id: ID }, customFields })).toEqual({ stored: { schema_id: ID, schema_version: 3, ...found }, faults: [] });
  expect(read({ schema: { id: ID.toUpperCase(), version: 2 }, customFields })).toEqual({ stored: { schema_id: ID, schema_version: 2, ...found }, faults: [] });
});

it('a schema without values is assigned all the same, and null removes a value', () => {
  const assigned = { stored: { ...NOTHING, schema_id: ID, schema_version: 3 }, faults: [] };
  for (const body of [{ schema: { id: ID } }, { schema: { id: ID }, customFields: {} }, { schema: { id: ID }, customFields: { a_text: null } }])
    expect(read(body)).toEqual(assigned);
});

test.each([
  ['values without a schema', { customFields: { a_text: 'x' } }, {}, 'schema required'],
  ['a schema without an id', { schema: { version: 1 } }, { state: undefined, validator: undefined }, 'schema.id not.found'],
  ['a schema that is not there', { schema: { id: OTHER } }, { state: undefined, validator: undefined }, 'schema.id not.found'],
  ["the other kind's schema", { schema: { id: ID } }, { state: { ...STATE, appliesTo: 'EXTERNAL_ORGANIZATION' as const } }, 'schema.id not.found'],
  ['a schema that is deleted', { schema: { id: ID } }, deleted, 'schema.id not.found'],
  ['a schema that is disabled', { schema: { id: ID } }, disabled, 'schema.id disabled'],
  ['a version that is not there', { schema: { id: ID, version: 4 } }, { validator: undefined }, 'schema.version not.found'],
  ['a disabled schema where another one was held', { schema: { id: ID } }, { ...disabled, ...held(OTHER) }, 'schema.id disabled'],
  ['a disabled schema where none was held', { schema: { id: ID } }, { ...disabled, ...held(null) }, 'schema.id disabled'],
  ['a disabled option', { schema: { id: ID }, customFields: { b_enum: 'y' } }, {}, 'customFields.b_enum disabled'],
  [
    'a disabled option that was held of another schema',
    { schema: { id: ID }, customFields: { b_enum: 'y' } },
    held(OTHER, { b_enum: 'y' }),
    'customFields.b_enum disabled',
  ],
])('%s is refused', (_, body, known, fault) => {
  expect(read(body, known).faults).toEqual([fault]);
});

it('who has a schema may keep and edit it after it was disabled or deleted, and keep an option that was', () => {
  for (const state of [disabled, deleted, {}]) {
    const body = { schema: { id: ID }, customFields: { a_text: 'new', b_enum: 'y' } };
    expect(read(body, { ...state, ...held(ID, { a_text: 'old', b_enum: 'y' }) })).toMatchObject({ faults: [], stored: { custom_fields: body.customFields } });
  }
});
