import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadContract, type Schema } from './load.ts';
import { createTidy, Unstorable } from './tidy.ts';

const contract = loadContract();
const tidyOf = createTidy(contract);
const CONTACT = tidyOf({ $ref: '#/components/schemas/ExternalContact' });
const bodies = contract.operations.flatMap(({ operationId, body }) => (body ? [[operationId, body.schema] as const] : []));

/** Values that look somewhat like the schema: of its type, of another, or nothing. */
function likely(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const { type, properties, items, allOf, enum: values, maxItems = 2 } = contract.resolve(schema);
  const nothing = fc.constantFrom<unknown>(null, '', '  ', [], {}, undefined);
  const other = fc.constantFrom<unknown>(7, true, 'text', ['x'], { a: 'b' });
  const fields = { ...properties, ...Object.assign({}, ...(allOf ?? []).map((part) => contract.resolve(part).properties ?? {})) } as Record<string, Schema>;
  const proper = values
    ? fc.constantFrom<unknown>(...values)
    : Object.keys(fields).length > 0 && depth < 4
      ? fc.record(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, likely(field, depth + 1)])), { requiredKeys: [] })
      : type === 'array' && items && depth < 4
        ? fc.array(likely(items, depth + 1), { maxLength: Math.min(2, maxItems) })
        : fc.constantFrom<unknown>(' text ', 7, false);
  return fc.oneof({ weight: 6, arbitrary: proper as fc.Arbitrary<unknown> }, { weight: 2, arbitrary: nothing }, { weight: 1, arbitrary: other });
}

const REFUSED = Symbol('refused');
function tidied(tidy: (value: unknown) => unknown, body: unknown): unknown {
  try {
    return tidy(body);
  } catch (error) {
    // Lists that are too long are refused here; everything else is for the validator.
    expect(error).toMatchObject({ code: 'maxItems' });
    return REFUSED;
  }
}

const copy = <T>(value: T): T => structuredClone(value);

test.each(bodies)('%s: what is tidy stays as it is', (_, schema) => {
  const tidy = tidyOf(schema);
  fc.assert(
    fc.property(likely(schema), (body) => {
      const once = tidied(tidy, copy(body));
      if (once !== REFUSED) expect(tidy(copy(once))).toEqual(once);
    }),
    { numRuns: 20 },
  );
});

test('null, empty and absent are one', () => {
  const { properties = {} } = contract.resolve({ $ref: '#/components/schemas/ExternalContact' });
  const names = Object.keys(properties).filter((name) => !['customFields', 'appleOpaqueIds', 'externalIds', 'surveyOptOut'].includes(name));
  const nothing = fc.constantFrom(null, undefined, '');
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), nothing), (body) => {
      expect(CONTACT(copy(body))).toEqual({});
    }),
  );
});

test('nothing but known, writable fields is left', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string(),
        fc.json().map((text) => JSON.parse(text)),
      ),
      (body) => {
        expect(CONTACT({ ...body, type: 'Ephemeral', createDate: 'x', identifiers: [{}], mergedTo: { id: 'x' } })).toEqual({});
      },
    ),
  );
});

describe('text', () => {
  test('is trimmed where the contract says so, inside and out', () => {
    expect(CONTACT({ firstName: ' a ', address: { city: '\tb\n' }, appleOpaqueIds: [{ value: ' c ' }] })).toEqual({
      firstName: 'a',
      address: { city: 'b' },
      appleOpaqueIds: [{ value: 'c' }],
    });
    expect(tidyOf({ $ref: '#/components/schemas/Note' })({ noteText: ' kept ' })).toEqual({ noteText: ' kept ' });
  });

  test.each(['\0', '\ud800', 'a\udc00b'])('that cannot be stored is refused wherever it stands: %j', (text) => {
    const faults: [unknown, string][] = [
      [{ firstName: text }, 'firstName'],
      [{ address: { city: text } }, 'address.city'],
      [{ appleOpaqueIds: [{ value: 'a' }, { value: text }] }, 'appleOpaqueIds[1].value'],
      [{ customFields: { a: ['x', { b: text }] } }, 'customFields'],
      [{ customFields: { [text]: 1 } }, 'customFields'],
    ];
    for (const [body, path] of faults) {
      expect(() => CONTACT(body)).toThrow(Unstorable);
      expect(() => CONTACT(body)).toThrow(new RegExp(`^${path.replaceAll(/[[\]]/g, '\\$&')}`));
    }
  });
});

test('the contract’s bodies are 64 levels deep at most', () => {
  const nest = (levels: number) => JSON.parse(`{"customFields":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}}`);
  expect(CONTACT(nest(60))).toHaveProperty('customFields.a');
  expect(() => CONTACT(nest(70))).toThrow(Unstorable);
  expect(() => CONTACT(nest(100_000))).toThrow(Unstorable);
});

test('a value of another type stays, for the validator to refuse', () => {
  expect(CONTACT({ firstName: 7, externalIds: { value: 'x' }, address: 'home', workEmail: { a: 1 }, surveyOptOut: 'no' })).toEqual({
    firstName: 7,
    externalIds: { value: 'x' },
    address: 'home',
    workEmail: { a: 1 },
    surveyOptOut: 'no',
  });
});

test('custom fields are kept as they are', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.jsonValue({ stringUnit: fc.constantFrom('a', ' ') })), (customFields) => {
      fc.pre(Object.keys(customFields).length > 0);
      expect(CONTACT(copy({ customFields }))).toEqual({ customFields });
    }),
  );
});
