// PATCH: a list of changes to single fields. Everything else stays as it is, whoever else writes at the same time.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeUser } from './access-callers.ts';
import { E, make, NOBODY } from './directory.ts';
import { connect, type Json, refused, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let contacts: Sdk['contacts'];
let source: Json;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  ({ contacts } = await connect(server, 'purecloud-newest'));
  source = await make(server, '/externalsources', { name: 'CRM' });
});
afterAll(() => server.stop());

const change = (action: string, field: string, value?: unknown) => ({ action, field, ...(value === undefined ? {} : { value }) });

/** Without what every write changes. */
const content = ({ modifyDate: _, ...rest }: Json) => rest;

describe('a contact', () => {
  it('changes where it is asked to, and nowhere else', async () => {
    const made = await make(server, '/contacts', {
      firstName: 'Ada',
      lastName: 'Byron',
      title: 'Miss',
      workPhone: { display: '(317) 555-1200', extension: 7 },
      cellPhone: { display: 'ask the butler' },
      workEmail: 'ada@example.com',
      address: { city: 'London', state: 'Middlesex' },
      externalIds: [{ externalSource: { id: source.id }, value: '1' }],
      surveyOptOut: true,
    });
    const patched = await contacts.patchExternalcontactsContact(made.id, {
      changes: [
        change('Update', '$.lastName', 'Lovelace'),
        change('UpdateIfEmpty', '$.firstName', 'Augusta'),
        change('UpdateIfEmpty', '$.middleName', 'King'),
        change('UpdateIfExists', '$.salutation', 'Lady'),
        change('UpdateIfExists', '$.title', 'Countess'),
        change('Update', '$.address.city', 'Marylebone'),
        change('Remove', '$.address.state'),
        change('AppendToCollection', '$.externalIds', { externalSource: { id: source.id }, value: '2' }),
        change('AppendToCollection', '$.appleOpaqueIds', [{ value: 'a' }, { value: 'b' }]),
        change('Remove', '$.surveyOptOut'),
      ],
    });
    const { externalIds: _, surveyOptOut: __, ...rest } = content(made);
    expect(content(patched)).toEqual({
      ...rest,
      lastName: 'Lovelace',
      middleName: 'King',
      title: 'Countess',
      address: { city: 'Marylebone' },
      externalIds: ['1', '2'].map((value) => ({ externalSource: { id: source.id, selfUri: source.selfUri }, value })),
      appleOpaqueIds: [{ value: 'a' }, { value: 'b' }],
    });
    expect(await contacts.getExternalcontactsContact(made.id)).toEqual(patched);
    // What identifies it followed.
    expect((await contacts.postExternalcontactsIdentifierlookupContacts({ type: 'ExternalId', value: '2', externalSource: { id: source.id } })).id).toBe(
      made.id,
    );
    const fewer = await contacts.patchExternalcontactsContact(made.id, {
      changes: [
        change('RemoveFromCollection', '$.externalIds', { externalSource: { id: source.id }, value: '1' }),
        change('RemoveFromCollection', '$.appleOpaqueIds', [{ value: 'b' }]),
      ],
    });
    expect([fewer.externalIds[0].value, fewer.externalIds.length, fewer.appleOpaqueIds]).toEqual(['2', 1, [{ value: 'a' }]]);
    expect(
      (await refused(contacts.postExternalcontactsIdentifierlookupContacts({ type: 'ExternalId', value: '1', externalSource: { id: source.id } }))).status,
    ).toBe(404);
  });

  it('refuses what it cannot do, and stays as it is', async () => {
    const made = await make(server, '/contacts', { firstName: 'Ada', address: { city: 'London' } });
    const patch = (...changes: unknown[]) => refused(contacts.patchExternalcontactsContact(made.id, { changes }));
    expect(await patch(change('Update', '$.address', { city: 'Paris' }), change('Update', '$.address.state', 'Ile'))).toMatchObject({
      status: 409,
      code: 'patch.conflict',
    });
    for (const field of ['$.nickname', '$.address.planet', '$.id', '$.type', '$.workPhone.e164', '$.createDate', 'firstName', '$.externalIds.value'])
      expect(await patch(change('Update', field, 'x'))).toMatchObject({ status: 422, details: [{ fieldName: 'changes[0].field' }] });
    expect(await patch(change('Update', '$.firstName', 'x'), change('Update', '$.workEmail', 'no address'))).toMatchObject({
      status: 422,
      details: [{ fieldName: 'workEmail' }],
    });
    expect(await patch(change('Update', '$.externalOrganization.id', NOBODY))).toMatchObject({
      status: 422,
      details: [{ fieldName: 'externalOrganization.id' }],
    });
    expect(await patch(change('Upsert', '$.firstName', 'x'))).toMatchObject({ status: 422, details: [{ fieldName: 'changes[0].action' }] });
    expect(await contacts.getExternalcontactsContact(made.id)).toEqual(made);
    expect(await refused(contacts.patchExternalcontactsContact(NOBODY, { changes: [] }))).toMatchObject({ status: 404 });
  });

  it('keeps what everybody changes at the same time', { timeout: 30_000 }, async () => {
    const made = await make(server, '/contacts', {});
    const fields = ['firstName', 'middleName', 'lastName', 'salutation', 'title', 'workEmail', 'personalEmail', 'otherEmail'];
    const value = (field: string) => (field.endsWith('Email') ? `${field}@example.com` : field);
    const ids = ['one', 'two', 'three', 'four'];
    const changes = [
      ...fields.map((field) => change('Update', `$.${field}`, value(field))),
      ...ids.map((id) => change('AppendToCollection', '$.appleOpaqueIds', { value: id })),
    ];
    const ask = async (one: unknown): Promise<void> => {
      const answer = await server.request('PATCH', `${E}/contacts/${made.id}`, { body: { changes: [one] } });
      if (answer.status === 409) return ask(one);
      expect(answer.status).toBe(200);
    };
    await Promise.all(changes.map(ask));
    const after = (await server.request('GET', `${E}/contacts/${made.id}`)).body;
    for (const field of fields) expect(after[field]).toBe(value(field));
    expect(after.appleOpaqueIds.map((id: Json) => id.value).sort()).toEqual([...ids].sort());
  });
});

it('an external organization, a relationship and notes change in the same way', async () => {
  const organization = await make(server, '/organizations', { name: 'Engines', industry: 'Brass', tags: ['old'] });
  const patched = await contacts.patchExternalcontactsOrganization(organization.id, {
    changes: [change('Update', '$.name', 'Analytical Engines'), change('AppendToCollection', '$.tags', 'new'), change('RemoveFromCollection', '$.tags', 'old')],
  });
  expect(patched).toMatchObject({ id: organization.id, name: 'Analytical Engines', industry: 'Brass', tags: ['new'] });
  expect(await refused(contacts.patchExternalcontactsOrganization(organization.id, { changes: [change('Remove', '$.name')] }))).toMatchObject({
    status: 422,
    details: [{ fieldName: 'name' }],
  });

  const relationship = await make(server, '/relationships', { user: await makeUser(server), externalOrganization: organization, relationship: 'knows' });
  const changed = await contacts.patchExternalcontactsRelationship(relationship.id, { changes: [change('Update', '$.relationship', 'sells to')] });
  expect(changed).toEqual({ ...relationship, relationship: 'sells to' });

  const contact = await make(server, '/contacts', {});
  const onContact = await make(server, `/contacts/${contact.id}/notes`, { noteText: 'one' });
  expect(await contacts.patchExternalcontactsContactNote(contact.id, onContact.id, { changes: [change('Update', '$.noteText', 'two')] })).toMatchObject({
    noteText: 'two',
  });
  const onOrganization = await make(server, `/organizations/${organization.id}/notes`, { noteText: 'one' });
  expect(
    await contacts.patchExternalcontactsOrganizationNote(organization.id, onOrganization.id, { changes: [change('Update', '$.noteText', 'two')] }),
  ).toMatchObject({ id: onOrganization.id, noteText: 'two', createdBy: onOrganization.createdBy });
  expect(await refused(contacts.patchExternalcontactsOrganizationNote(organization.id, onContact.id, { changes: [] }))).toMatchObject({ status: 404 });
});
