import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeUser, must } from './access-callers.ts';
import { E, make, NOBODY } from './directory.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

interface Schema {
  $ref?: string;
  type?: string;
  enum?: string[];
  format?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  readOnly?: boolean;
}

let server: Server;
let schemas: Record<string, Schema>;
let organization: Json;
let user: { id: string };
beforeAll(async () => {
  server = await startServer();
  schemas = (await server.request('GET', '/openapi.json', { token: null })).body.components.schemas;
  organization = await make(server, '/organizations', { name: 'Referred to' });
  user = await makeUser(server, { name: 'Real Name' });
});
afterAll(() => server.stop());

const FORGED = 'forged';

/** A value for every field of the schema that is marked read-only, and for `id`, as a client that forges them would send. */
function forge(schema: Schema, depth = 0): Json {
  const name = schema.$ref?.split('/').at(-1);
  const { type, items, properties, format, enum: values } = name ? (schemas[name] as Schema) : schema;
  if (values) return values.at(0);
  if (type === 'array') return [forge(items ?? {}, depth + 1)];
  if (properties) return depth > 3 ? {} : Object.fromEntries(Object.entries(properties).map(([field, inner]) => [field, forge(inner, depth + 1)]));
  if (format === 'date-time') return '2001-01-01T00:00:00.000Z';
  return { integer: 7, boolean: true, string: FORGED }[type ?? 'string'];
}

function forgery(name: string): Json {
  const properties = Object.entries(schemas[name]?.properties ?? {});
  const readOnly = properties.filter(([, schema]) => schema.readOnly).map(([field, schema]) => [field, forge(schema)]);
  return { id: NOBODY, ...Object.fromEntries(readOnly) };
}

const PHONE = { display: '317 555 1234', userInput: FORGED, e164: '+19999999999', countryCode: 'XX' };
const SAID = { display: '+1 317 555 1234', userInput: '317 555 1234', e164: '+13175551234', countryCode: 'US' };
const DIVISION = { id: '*', name: FORGED, selfUri: FORGED };

describe.each([
  ['ExternalContact', '/contacts', () => ({ firstName: 'True', workPhone: PHONE, division: DIVISION }), 9],
  ['ExternalOrganization', '/organizations', () => ({ name: 'True', phoneNumber: PHONE, division: DIVISION }), 6],
  ['ExternalSource', '/externalsources', () => ({ name: `True ${Math.random()}` }), 1],
  ['Note', `/notes`, () => ({ noteText: 'True', division: DIVISION, entityId: NOBODY, entityType: 'organization' }), 4],
  [
    'Relationship',
    '/relationships',
    () => ({ user: { id: user.id, name: FORGED }, externalOrganization: { id: organization.id, name: FORGED }, relationship: 'True', division: DIVISION }),
    2,
  ],
])('%s', (name, path, body, least) => {
  /** Of a record that was made after this was called. */
  const checkerOf = (where: string) => {
    const before = new Date().toISOString();
    return (record: Json) => {
      expect(record.id).not.toBe(NOBODY);
      expect(JSON.stringify(record)).not.toMatch(/forged|9999999999|2001-01-01|"XX"/);
      expect(record.selfUri).toBe(`${E}${where}/${record.id}`);
      if (record.createDate) expect(record.createDate >= before).toBe(true);
      for (const field of ['identifiers', 'canonicalContact', 'mergeSet', 'mergedFrom', 'mergedTo', 'mergeOperation', 'externalDataSources', 'trustor']) {
        expect(record).not.toHaveProperty(field);
      }
    };
  };
  const place = async () => (name === 'Note' ? `/contacts/${(await make(server, '/contacts', {})).id}/notes` : path);

  it('cannot be given what only the server writes', async () => {
    const forged = forgery(name);
    expect(Object.keys(forged).length).toBeGreaterThan(least);
    const where = await place();
    const checkAll = checkerOf(where);
    const created = await make(server, where, { ...forged, ...body() });
    checkAll(created);
    const replaced = await must(server, 'PUT', `${E}${where}/${created.id}`, { ...forged, ...body() });
    checkAll(replaced);
    expect(replaced.id).toBe(created.id);
    expect(replaced.createDate).toBe(created.createDate);
    const { body: read } = await server.request('GET', `${E}${where}/${created.id}`);
    checkAll(read);
    if (name === 'ExternalContact') expect(read).toMatchObject({ type: 'Curated', workPhone: SAID });
    if (name === 'ExternalOrganization') expect(read.phoneNumber).toEqual(SAID);
    if (name === 'Note') expect(read).toMatchObject({ entityType: 'contact', createdBy: { id: server.firstRun.clientId } });
    expect((await server.request('GET', `${E}${where}/${NOBODY}`)).status).toBe(404);
  });

  it.skipIf(name === 'ExternalSource')('cannot be given it in bulk either', async () => {
    const where = await place();
    const noun = where.split('/').at(-1);
    const about = name === 'Note' ? { entityId: where.split('/')[2], entityType: 'contact' } : {};
    const checkAll = checkerOf(where);
    const send = async (what: string, entity: object) => (await must(server, 'POST', `${E}/bulk/${noun}/${what}`, { entities: [entity] })).results[0];
    const { entity: created } = await send('add', { ...forgery(name), ...body(), ...about });
    checkAll(created);
    const { entity: replaced } = await send('update', { ...forgery(name), ...body(), ...about, id: created.id });
    checkAll(replaced);
    expect([replaced.id, replaced.createDate]).toEqual([created.id, created.createDate]);
    checkAll((await server.request('GET', `${E}${where}/${created.id}`)).body);
  });

  it.skipIf(name === 'ExternalSource')('cannot be given it in part either', async () => {
    const where = await place();
    const checkAll = checkerOf(where);
    const { id } = await make(server, where, body());
    for (const [field, value] of Object.entries(forgery(name))) {
      for (const action of ['Update', 'UpdateIfEmpty', 'Remove']) {
        const answer = await server.request('PATCH', `${E}${where}/${id}`, { body: { changes: [{ field: `$.${field}`, action, value }] } });
        expect(answer.body, field).toMatchObject({ status: 422, details: [{ errorCode: 'field', fieldName: 'changes[0].field' }] });
      }
    }
    checkAll((await server.request('GET', `${E}${where}/${id}`)).body);
  });
});

it('makes no claim of identifiers that are sent along', async () => {
  const { id } = await make(server, '/contacts', { identifiers: [{ type: 'Email', value: 'stolen@example.com' }] });
  expect((await server.request('GET', `${E}/contacts/${id}/identifiers`)).body).toEqual({ entities: [] });
});

it('takes what it said back without a change', async () => {
  const made = await make(server, '/contacts', {
    firstName: 'Round',
    lastName: 'Trip',
    workPhone: { display: '317 555 1234', extension: 3 },
    whatsAppId: { phoneNumber: { display: '33100000001' } },
    twitterId: { screenName: 'round' },
    externalOrganization: { id: organization.id },
  });
  const all = 'expand=externalOrganization,identifiers,externalSources,division';
  const { body: before } = await server.request('GET', `${E}/contacts/${made.id}?${all}`);
  expect((await server.request('PUT', `${E}/contacts/${made.id}`, { body: before })).status).toBe(200);
  const { body: after } = await server.request('GET', `${E}/contacts/${made.id}?${all}`);
  const { modifyDate: _, workPhone: phoneBefore, whatsAppId: whatsAppBefore, ...rest } = before;
  const typed = (phone: Json) => ({ ...phone, userInput: phone.display });
  expect(after).toMatchObject({ ...rest, workPhone: typed(phoneBefore), whatsAppId: { phoneNumber: typed(whatsAppBefore.phoneNumber) } });
});
