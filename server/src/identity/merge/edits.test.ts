import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editsSince } from './edits.ts';
import type { Contact } from './store.ts';

const text = fc.constantFrom('a', 'b');
const contact = (schema = 'one'): fc.Arbitrary<Contact> =>
  fc.record(
    {
      firstName: text,
      title: text,
      workPhone: text.map((display) => ({ display, userInput: display })),
      appleOpaqueIds: fc.array(text, { minLength: 1, maxLength: 2 }).map((values) => values.map((value) => ({ value }))),
      address: fc.record({ city: text, state: text }, { requiredKeys: [] }).filter((address) => Object.keys(address).length > 0),
      schema: fc.constant({ id: schema, version: 1 }),
      customFields: fc.record({ x_text: text, y_text: text, __proto__: text }, { requiredKeys: ['x_text'] }),
      modifyDate: text,
    },
    { requiredKeys: ['schema'] },
  );

const lasting = ({ modifyDate: _, ...body }: Contact) => body;

test('on what it was made as, the edits make what it is', () => {
  fc.assert(
    fc.property(contact(), contact(), (made, now) => {
      const { edits, body } = editsSince(made, now, made);
      expect(lasting(body as Contact)).toEqual(lasting(now));
      expect(edits.every(({ kept }) => kept)).toBe(true);
    }),
  );
});

test('what was not edited is nobody’s edit, and nothing is left out or written where nobody keeps it', () => {
  fc.assert(
    fc.property(contact(), contact(), (made, now) => {
      expect(editsSince(made, { ...made, modifyDate: 'later' }, made)).toEqual({ edits: [], body: made });
      const { edits, body } = editsSince(made, now, undefined);
      expect(body).toBeUndefined();
      expect(edits).toEqual(editsSince(made, now, made).edits.map((edit) => ({ ...edit, kept: false })));
    }),
  );
});

test('what another contact says besides stays as it is', () => {
  fc.assert(
    fc.property(contact(), contact(), contact(), (made, now, on) => {
      const body = editsSince(made, now, on).body as Contact;
      if (made.firstName === now.firstName) expect(body.firstName).toBe(on.firstName);
      if (made.address?.city === now.address?.city) expect(body.address?.city).toBe(on.address?.city);
    }),
  );
});

test('custom fields of another schema cannot be kept, and say so', () => {
  const made: Contact = { schema: { id: 'one', version: 1 }, customFields: { x_text: 'a' } };
  const on: Contact = { schema: { id: 'two', version: 1 }, customFields: { z_text: 'z' } };
  const { edits, body } = editsSince(made, { ...made, customFields: { x_text: 'b' }, title: 'Dr' }, on);
  expect(body).toEqual({ ...on, title: 'Dr' });
  expect(edits).toEqual([
    { field: '$.customFields.x_text', before: 'a', after: 'b', kept: false },
    { field: '$.title', after: 'Dr', kept: true },
  ]);
});
