import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDivision, makeUser } from './access-callers.ts';
import { idsOf, make, NOBODY, NOT_FOUND, UNASSIGNED, UUID } from './directory.ts';
import { connect, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let manager: { id: string };
let deputy: { id: string };
beforeAll(async () => {
  server = await startServer();
  manager = await makeUser(server, { name: 'Mia Manager' });
  deputy = await makeUser(server, { name: 'Dan Deputy' });
});
afterAll(() => server.stop());

describe.each(SDKS)('relationships, by %s', (name) => {
  let contacts: Sdk['contacts'];
  let organization: Json;
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
    organization = await make(server, '/organizations', { name: 'Customer Ltd' });
  });
  const between = (userId: string, relationship: string, organizationId = organization.id) => ({
    user: { id: userId },
    externalOrganization: { id: organizationId },
    relationship,
  });

  it('is made, read, replaced and deleted', async () => {
    const made = await contacts.postExternalcontactsRelationships(between(manager.id, ' Account manager '));
    expect(made).toEqual({
      id: expect.stringMatching(UUID),
      division: UNASSIGNED,
      user: { id: manager.id, selfUri: `/api/v2/users/${manager.id}` },
      externalOrganization: { id: organization.id, selfUri: organization.selfUri },
      relationship: 'Account manager',
      selfUri: `/api/v2/externalcontacts/relationships/${made.id}`,
    });
    expect(await contacts.getExternalcontactsRelationship(made.id)).toEqual(made);
    expect(await contacts.getExternalcontactsRelationship(made.id, { expand: ['division', 'externalDataSources'] })).toMatchObject({
      division: { name: 'Unassigned' },
    });
    const replaced = await contacts.putExternalcontactsRelationship(made.id, between(deputy.id, 'Deputy'));
    expect(replaced).toMatchObject({ id: made.id, user: { id: deputy.id }, relationship: 'Deputy' });
    expect(await contacts.getExternalcontactsRelationship(made.id)).toEqual(replaced);
    expect(await contacts.deleteExternalcontactsRelationship(made.id)).toEqual({});
    expect(await refused(contacts.getExternalcontactsRelationship(made.id))).toEqual(NOT_FOUND);
    expect(await refused(contacts.putExternalcontactsRelationship(made.id, between(deputy.id, 'Deputy')))).toEqual(NOT_FOUND);
    expect(await refused(contacts.deleteExternalcontactsRelationship(made.id))).toEqual(NOT_FOUND);
  });

  it('needs a user, an organization and what the one is to the other', async () => {
    const missing = async (body: unknown) => (await refused(contacts.postExternalcontactsRelationships(body))).details.map((detail: Json) => detail.fieldName);
    expect(await missing({ externalOrganization: { id: organization.id }, relationship: 'x' })).toEqual(['user']);
    expect(await missing({ user: { id: manager.id }, relationship: 'x' })).toEqual(['externalOrganization']);
    expect(await missing({ user: {}, externalOrganization: {}, relationship: 'x' })).toEqual(['user', 'externalOrganization']);
    expect(await missing({ user: { id: manager.id }, externalOrganization: { id: organization.id } })).toEqual(['relationship']);
    expect(await missing(between(manager.id, ' '))).toEqual(['relationship']);
    expect(await missing(between(manager.id, 'x'.repeat(101)))).toEqual(['relationship']);
    expect(await missing(between(NOBODY, 'x', NOBODY))).toEqual(['externalOrganization.id', 'user.id']);
    const made = await contacts.postExternalcontactsRelationships(between(manager.id, 'x'.repeat(100)));
    expect(made.relationship).toHaveLength(100);
    expect((await refused(contacts.putExternalcontactsRelationship(made.id, between(NOBODY, 'x')))).details).toEqual([
      { errorCode: 'not.found', fieldName: 'user.id' },
    ]);
  });

  it('is listed with its organization, several to one', async () => {
    const { id } = await make(server, '/organizations', { name: 'Busy Ltd' });
    const made: Json[] = [];
    for (const relationship of ['Zoo keeper', 'alpinist', 'Manager'])
      made.push(await contacts.postExternalcontactsRelationships(between(manager.id, relationship, id)));
    const list = (opts = {}) => contacts.getExternalcontactsOrganizationRelationships(id, opts) as Promise<Json>;
    expect(await list()).toMatchObject({ total: 3, pageCount: 1, entities: made.map((one) => ({ id: one.id, user: { id: manager.id } })) });
    expect(idsOf((await list({ sortOrder: 'createDate:desc' })).entities)).toEqual(idsOf(made.toReversed()));
    expect((await list({ sortOrder: 'relationship' })).entities.map((one: Json) => one.relationship)).toEqual(['alpinist', 'Manager', 'Zoo keeper']);
    expect(await list({ pageSize: 1, pageNumber: 2, expand: ['division'] })).toMatchObject({
      total: 3,
      entities: [{ id: made[1].id, division: { name: 'Unassigned' } }],
    });
    expect(await refused(list({ sortOrder: 'user' }))).toMatchObject({ status: 400, messageParams: { name: 'sortOrder' } });
    expect(await refused(contacts.getExternalcontactsOrganizationRelationships(NOBODY))).toEqual(NOT_FOUND);
  });

  it('lies in the division of its organization, and goes with it', async () => {
    const division = await makeDivision(server);
    const { id } = await make(server, '/organizations', { name: 'Divided Ltd', division: { id: division.id } });
    const made = await contacts.postExternalcontactsRelationships(between(manager.id, 'Manager', id));
    expect(made.division.id).toBe(division.id);
    await contacts.deleteExternalcontactsOrganization(id);
    expect(await refused(contacts.getExternalcontactsRelationship(made.id))).toEqual(NOT_FOUND);
  });

  it('stays in its division', async () => {
    const division = await makeDivision(server);
    const elsewhere = await make(server, '/organizations', { name: 'Elsewhere Ltd', division: { id: division.id } });
    const made = await contacts.postExternalcontactsRelationships(between(manager.id, 'Manager'));
    expect(await refused(contacts.putExternalcontactsRelationship(made.id, between(manager.id, 'Manager', elsewhere.id)))).toMatchObject({
      status: 409,
      code: 'division.change.not.allowed',
    });
    const named = { ...between(manager.id, 'Manager'), division: { id: division.id } };
    for (const request of [contacts.postExternalcontactsRelationships(named), contacts.putExternalcontactsRelationship(made.id, named)].map(refused)) {
      expect(await request).toMatchObject({ status: 422, details: [{ fieldName: 'division.id' }] });
    }
    expect((await contacts.getExternalcontactsRelationship(made.id)).division.id).toBe('*');
  });
});
