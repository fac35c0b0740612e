// The reference's vectors for organization authorization, by their numbers, through the platform's SDK.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseOf, databaseOf } from './database-of.ts';
import { DATE } from './directory.ts';
import { configure, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';
import { actingToken, type Organization, organizationOn, type Person } from './trust-organizations.ts';

let server: Server;
let database: DatabaseOf;

beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  database = await databaseOf(server);
});
afterAll(async () => {
  await database.client.end();
  await server.stop();
});

const NOBODY = '00000000-0000-4000-8000-000000000000';
const FORBIDDEN_KEYS = ['pageSize', 'pageNumber'];

describe.each(SDKS)('organization authorization, by %s', (name) => {
  let customer: Organization;
  let partner: Organization;
  let [u1, u2, u3]: Person[] = [];
  let roles: { id: string }[];
  let pairingId: string;
  let others: Sdk;
  const sdk = (token: string): Sdk['trusts'] => {
    others.use(token);
    return others.trusts;
  };
  let asCustomer: Sdk['trusts'];
  let asPartner: Sdk['trusts'];
  const pair = async (by = partner, users: Person[] = [u1 as Person]) =>
    (await sdk(by.admin.token).postOrgauthorizationPairings({ userIds: users.map(({ id }) => id), groupIds: [] })).id;

  beforeAll(async () => {
    [customer, partner] = [await organizationOn(server, database, 'Customer'), await organizationOn(server, database, 'Partner')];
    [u1, u2, u3] = [await partner.makePerson(), await partner.makePerson(), await partner.makePerson()];
    roles = [await customer.makeRole('externalContacts:contact:view'), await customer.makeRole('externalContacts:contact:add')];
    others = configure(server, name, true);
    [asCustomer, asPartner] = [customer, partner].map(({ admin }) => {
      const made = configure(server, name, true);
      made.use(admin.token);
      return made.trusts;
    }) as [Sdk['trusts'], Sdk['trusts']];
  });
  const person = (which: Person | undefined) => which as Person;
  const role = (at: number) => (roles[at] as { id: string }).id;

  it('A-01 makes a pairing', async () => {
    const pairing = await asPartner.postOrgauthorizationPairings({ userIds: [person(u1).id], groupIds: [] });
    expect(pairing).toMatchObject({
      trustee: { id: partner.id },
      users: [{ id: person(u1).id, organization: { id: partner.id } }],
      groups: [],
      createdBy: { id: partner.admin.id },
      dateCreated: expect.stringMatching(DATE),
      selfUri: `/api/v2/orgauthorization/pairings/${pairing.id}`,
    });
    expect(pairing.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    pairingId = pairing.id;
  });

  it('A-02 shows it to whoever has its id', async () => {
    expect(await asCustomer.getOrgauthorizationPairing(pairingId)).toMatchObject({ id: pairingId, trustee: { id: partner.id, name: partner.name } });
  });

  it('A-03 knows no other', async () => {
    expect(await refused(asCustomer.getOrgauthorizationPairing(NOBODY))).toMatchObject({ status: 404, code: 'not.found' });
    const unknown = asPartner.postOrgauthorizationPairings({ userIds: [NOBODY], groupIds: [] });
    expect(await refused(unknown)).toMatchObject({ status: 404, details: [{ entityId: NOBODY }] });
    expect(await refused(asPartner.postOrgauthorizationPairings({ userIds: [], groupIds: [] }))).toMatchObject({ status: 400, code: 'trustee.user.required' });
  });

  it('A-04 makes a trust of it', async () => {
    const trust = await asCustomer.postOrgauthorizationTrustees({ pairingId, enabled: true, users: [{ id: person(u1).id, roleIds: [role(0)] }], groups: [] });
    expect(trust).toMatchObject({
      id: partner.id,
      enabled: true,
      organization: { id: partner.id, name: partner.name, thirdPartyOrgName: partner.shortName },
      createdBy: { id: customer.admin.id },
      selfUri: `/api/v2/orgauthorization/trustees/${partner.id}`,
    });
    // Used, it can be read until its time is over, and not be used again.
    expect(await asCustomer.getOrgauthorizationPairing(pairingId)).toMatchObject({ id: pairingId });
    const again = asCustomer.postOrgauthorizationTrustees({ pairingId, enabled: true, users: [{ id: person(u1).id }] });
    expect(await refused(again)).toMatchObject({ status: 400, code: 'pairing.id.required' });
    const second = asCustomer.postOrgauthorizationTrustees({ pairingId: await pair(), enabled: true, users: [{ id: person(u1).id }] });
    expect(await refused(second)).toMatchObject({ status: 409, code: 'conflict' });
  });

  it('A-05 makes none without a pairing', async () => {
    const trust = asCustomer.postOrgauthorizationTrustees({ enabled: true, users: [{ id: person(u1).id, roleIds: [role(0)] }], groups: [] });
    expect(await refused(trust)).toMatchObject({ status: 400, code: 'pairing.id.required', message: 'A valid pairingId is required.' });
  });

  it('A-06 makes none with itself', async () => {
    const own = await pair(customer, [customer.admin]);
    const trust = asCustomer.postOrgauthorizationTrustees({ pairingId: own, enabled: true, users: [{ id: customer.admin.id }] });
    expect(await refused(trust)).toMatchObject({
      status: 400,
      code: 'self.trust.not.allowed',
      message: "The pairing trustee organization id cannot match the creator of the trust's organization id.",
    });
  });

  it('A-07 makes none without members', async () => {
    const trust = asCustomer.postOrgauthorizationTrustees({ pairingId: await pair(), enabled: true, users: [], groups: [] });
    expect(await refused(trust)).toMatchObject({ status: 400, code: 'trustee.user.required', message: 'At least one trustee user is required.' });
  });

  it('A-08 needs both permissions', async () => {
    const weak = await customer.makePerson(['authorization:orgTrustee:add']);
    const fresh = await pair();
    const trust = sdk(weak.token).postOrgauthorizationTrustees({ pairingId: fresh, enabled: true, users: [{ id: person(u1).id }] });
    expect(await refused(trust)).toMatchObject({
      status: 403,
      code: 'missing.permissions',
      message: expect.stringContaining('authorization:orgTrusteeUser:add'),
    });
  });

  it('A-09 lists trustees', async () => {
    const page = await asCustomer.getOrgauthorizationTrustees({ pageSize: 25, pageNumber: 1 });
    expect(page).toMatchObject({ entities: [{ id: partner.id, organization: { name: partner.name } }], total: 1, pageCount: 1, pageNumber: 1 });
    expect(page).not.toHaveProperty('nextUri');
  });

  it('A-10 has an empty page past the last', async () => {
    const { body } = await server.request('GET', '/api/v2/orgauthorization/trustees?pageSize=&pageNumber=99', { token: customer.admin.token });
    expect(body).toMatchObject({ entities: [], pageSize: 25 });
  });

  it('A-11 shows trustees to nobody else', async () => {
    const nobody = await customer.makePerson();
    expect(await refused(sdk(nobody.token).getOrgauthorizationTrustees())).toMatchObject({
      status: 403,
      code: 'missing.any.permissions',
      message: expect.stringContaining('authorization:orgTrustee:view'),
    });
  });

  it('A-12 disables a trust, and acting tokens with it', async () => {
    const token = await actingToken(server, person(u1), partner, customer);
    const status = async () => (await server.request('GET', '/api/v2/externalcontacts/contacts', { token })).status;
    expect(await status()).toBe(200);
    expect(await asCustomer.putOrgauthorizationTrustee(partner.id, { enabled: false })).toMatchObject({ id: partner.id, enabled: false });
    expect(await status()).toBe(401);
    const whole = await asCustomer.getOrgauthorizationTrustee(partner.id);
    expect(await asCustomer.putOrgauthorizationTrustee(partner.id, { ...whole, enabled: true })).toMatchObject({ enabled: true });
    expect(await status()).toBe(200);
    const soon = new Date(Date.now() + 86_400_000).toISOString();
    expect(await asCustomer.putOrgauthorizationTrustee(partner.id, { enabled: true, dateExpired: soon })).toMatchObject({ dateExpired: soon });
    expect(await asCustomer.putOrgauthorizationTrustee(partner.id, { enabled: true })).not.toHaveProperty('dateExpired');
  });

  it('A-13 adds a user', async () => {
    const user = await asCustomer.postOrgauthorizationTrusteeUsers(partner.id, { id: person(u2).id, roleIds: [role(0)] });
    expect(user).toMatchObject({
      id: person(u2).id,
      version: expect.any(Number),
      trustUserDetails: { dateCreated: expect.stringMatching(DATE), createdBy: { id: customer.admin.id, organization: { id: customer.id } } },
    });
    expect(user).not.toHaveProperty('selfUri');
    expect(await asCustomer.postOrgauthorizationTrusteeUsers(partner.id, { id: person(u2).id })).toMatchObject({ id: person(u2).id });
    expect(await refused(asCustomer.postOrgauthorizationTrusteeUsers(partner.id, { id: customer.admin.id }))).toMatchObject({ status: 404 });
  });

  const rolesOf = async (userId: string) => (await asCustomer.getOrgauthorizationTrusteeUserRoles(partner.id, userId)).roles.map(({ id }: Json) => id);

  it('A-14 shows the roles of a user', async () => {
    expect(await asCustomer.getOrgauthorizationTrusteeUserRoles(partner.id, person(u2).id)).toMatchObject({
      roles: [{ id: role(0) }],
      unusedRoles: [],
      permissions: ['externalContacts:contact:view'],
    });
  });

  it('A-15 replaces roles, in all divisions', async () => {
    const answer = await asCustomer.putOrgauthorizationTrusteeUserRoles(partner.id, person(u2).id, [role(0), role(1)]);
    expect(answer.roles.map(({ id }: Json) => id).sort()).toEqual([role(0), role(1)].sort());
    expect(await refused(asCustomer.putOrgauthorizationTrusteeUserRoles(partner.id, person(u2).id, [role(0), NOBODY]))).toMatchObject({
      status: 404,
      code: 'not.found',
    });
    expect(await rolesOf(person(u2).id)).toHaveLength(2);
  });

  it('A-16 replaces roles and their divisions', async () => {
    const division = await customer.makeDivision();
    const grants = [{ roleId: role(0), divisionId: division.id }];
    expect(await asCustomer.putOrgauthorizationTrusteeUserRoledivisions(partner.id, person(u2).id, { grants })).toMatchObject({ roles: [{ id: role(0) }] });
    expect(await rolesOf(person(u2).id)).toEqual([role(0)]);
  });

  it('A-17 takes all roles away, and leaves the user', async () => {
    await asCustomer.deleteOrgauthorizationTrusteeUserRoles(partner.id, person(u2).id);
    expect(await asCustomer.getOrgauthorizationTrusteeUser(partner.id, person(u2).id)).toMatchObject({ id: person(u2).id });
    expect(await rolesOf(person(u2).id)).toEqual([]);
  });

  it('A-18 removes a user once', async () => {
    await asCustomer.deleteOrgauthorizationTrusteeUser(partner.id, person(u2).id);
    expect(await refused(asCustomer.deleteOrgauthorizationTrusteeUser(partner.id, person(u2).id))).toMatchObject({ status: 404, code: 'not.found' });
    expect(await asCustomer.getOrgauthorizationTrusteeUsers(partner.id)).toMatchObject({ total: 1, entities: [{ id: person(u1).id }] });
  });

  it('A-19 lists trustors', async () => {
    const { entities } = await asPartner.getOrgauthorizationTrustors();
    expect(entities).toMatchObject([{ id: customer.id, enabled: true, organization: { id: customer.id }, authorization: { permissions: [] } }]);
    expect(entities[0]).not.toHaveProperty('dateExpired');
    const own = await partner.makePerson(['authorization:orgTrustor:view']);
    await asCustomer.postOrgauthorizationTrusteeUsers(partner.id, { id: own.id, roleIds: [role(0)] });
    expect(await sdk(own.token).getOrgauthorizationTrustor(customer.id)).toMatchObject({ authorization: { permissions: ['externalContacts:contact:view'] } });
    await asCustomer.deleteOrgauthorizationTrusteeUser(partner.id, own.id);
  });

  let engineer: Person;

  it('A-20 lets a member add a colleague, who has no roles yet', async () => {
    engineer = await partner.makePerson(['authorization:orgTrusteeUser:*', 'authorization:orgTrusteeGroup:*']);
    const manager = await customer.makeRole('authorization:orgTrusteeUser:*', 'authorization:orgTrusteeGroup:*');
    await asCustomer.postOrgauthorizationTrusteeUsers(partner.id, { id: engineer.id, roleIds: [manager.id] });
    const path = `/api/v2/orgauthorization/trustors/${customer.id}/users/${person(u3).id}`;
    const answer = await server.request('PUT', path, { token: engineer.token, body: '', headers: { 'content-type': 'application/json' } });
    expect(answer).toMatchObject({ status: 200, body: { id: person(u3).id, trustUserDetails: { createdBy: { id: engineer.id } } } });
    expect(await rolesOf(person(u3).id)).toEqual([]);
    expect(await sdk(engineer.token).putOrgauthorizationTrustorUser(customer.id, person(u3).id)).toMatchObject({ id: person(u3).id });
    const group = await partner.makeGroup(person(u2));
    expect(await sdk(engineer.token).putOrgauthorizationTrustorGroup(customer.id, group.id)).toMatchObject({ id: group.id, memberCount: 1 });
    expect(await asCustomer.getOrgauthorizationTrusteeGroups(partner.id)).toMatchObject({ total: 1, entities: [{ id: group.id }] });
    await sdk(engineer.token).deleteOrgauthorizationTrustorGroup(customer.id, group.id);
    expect(await sdk(engineer.token).getOrgauthorizationTrustorGroups(customer.id)).toMatchObject({ total: 0 });
  });

  it('A-21 asks for the right in the trustor, too', async () => {
    const lacks = { status: 403, code: 'missing.trustor.permissions', message: 'Missing required permission(s)' };
    const outsider = await partner.makePerson(['authorization:orgTrusteeUser:*', 'authorization:orgTrusteeGroup:*', 'authorization:orgTrustor:*']);
    for (const token of [outsider.token, await server.tokenFor(partner.clientId, partner.clientSecret)]) {
      const trusts = sdk(token);
      const requests = [
        () => trusts.putOrgauthorizationTrustorUser(customer.id, person(u2).id),
        () => trusts.getOrgauthorizationTrustorUsers(customer.id),
        () => trusts.getOrgauthorizationTrustorUser(customer.id, person(u3).id),
        () => trusts.deleteOrgauthorizationTrustorUser(customer.id, person(u3).id),
        () => trusts.putOrgauthorizationTrustorCloneduser(customer.id, person(u3).id),
        () => trusts.getOrgauthorizationTrustorGroups(customer.id),
      ];
      for (const request of requests) expect(await refused(request())).toMatchObject(lacks);
    }
    expect(await sdk(engineer.token).getOrgauthorizationTrustorUser(customer.id, person(u3).id)).toMatchObject({ id: person(u3).id });
  });

  it('A-22 clones a user', async () => {
    const trusts = sdk(engineer.token);
    const clone = await trusts.putOrgauthorizationTrustorCloneduser(customer.id, person(u3).id);
    expect(clone).toMatchObject({
      name: person(u3).name,
      trustor: { id: customer.id },
      selfUri: `/api/v2/orgauthorization/trustors/${customer.id}/clonedusers/${person(u3).id}`,
    });
    expect(clone.id).not.toBe(person(u3).id);
    expect(await trusts.putOrgauthorizationTrustorCloneduser(customer.id, person(u3).id)).toEqual(clone);
    const listed = await trusts.getOrgauthorizationTrustorClonedusers(customer.id);
    expect(listed).toMatchObject({ total: 1, entities: [clone], selfUri: expect.any(String) });
    for (const key of FORBIDDEN_KEYS) expect(listed).not.toHaveProperty(key);
    expect(await asCustomer.getOrgauthorizationTrusteeClonedusers(partner.id)).toMatchObject({ total: 1, entities: [clone] });
    expect(await customer.must('GET', `/api/v2/users/${clone.id}`)).toMatchObject({ name: person(u3).name, state: 'active' });
    expect(await refused(trusts.putOrgauthorizationTrustorCloneduser(customer.id, person(u2).id))).toMatchObject({ status: 404 });
  });

  it('A-23 has room for five clones', async () => {
    const trusts = sdk(engineer.token);
    const more = await Promise.all([1, 2, 3, 4, 5].map(() => partner.makePerson()));
    for (const { id } of more) await trusts.putOrgauthorizationTrustorUser(customer.id, id);
    for (const { id } of more.slice(0, 4)) await trusts.putOrgauthorizationTrustorCloneduser(customer.id, id);
    const sixth = trusts.putOrgauthorizationTrustorCloneduser(customer.id, (more[4] as Person).id);
    expect(await refused(sixth)).toMatchObject({
      status: 400,
      code: 'max.cloned.users',
      limit: { key: 'max.cloned.users', namespace: 'org.authorization', value: 5 },
    });
    await asCustomer.deleteOrgauthorizationTrusteeCloneduser(partner.id, (more[0] as Person).id);
    await trusts.deleteOrgauthorizationTrustorCloneduser(customer.id, (more[1] as Person).id);
    expect(await trusts.putOrgauthorizationTrustorCloneduser(customer.id, (more[4] as Person).id)).toMatchObject({ trustor: { id: customer.id } });
    expect(await refused(trusts.getOrgauthorizationTrustorCloneduser(customer.id, (more[0] as Person).id))).toMatchObject({ status: 404 });
  });

  it('A-24 ends several trusts at once', async () => {
    const other = await organizationOn(server, database, 'Second partner');
    const pairing = await pair(other, [other.admin]);
    await asCustomer.postOrgauthorizationTrustees({ pairingId: pairing, enabled: true, users: [{ id: other.admin.id }] });
    const clones = (await asCustomer.getOrgauthorizationTrusteeClonedusers(partner.id)).entities;
    await asCustomer.deleteOrgauthorizationTrustees([partner.id, other.id, NOBODY]);
    expect(await asCustomer.getOrgauthorizationTrustees()).toMatchObject({ total: 0, entities: [] });
    expect(await asPartner.getOrgauthorizationTrustors()).toMatchObject({ total: 0, entities: [] });
    for (const { id } of clones) expect(await server.request('GET', `/api/v2/users/${id}`, { token: customer.admin.token })).toMatchObject({ status: 404 });
    expect(await refused(asCustomer.deleteOrgauthorizationTrustee(partner.id))).toMatchObject({ status: 404 });
    expect(await refused(asPartner.deleteOrgauthorizationTrustor(customer.id))).toMatchObject({ status: 404 });
  });

  it('A-25 shows the audits of both sides', async () => {
    const trustor = await asPartner.postOrgauthorizationTrustorAudits({ trustorOrganizationId: customer.id, trusteeUserIds: [engineer.id] });
    expect(trustor).toMatchObject({ pageNumber: 1, pageSize: 25 });
    const whose = (messages: Json[]) => [...new Set(messages.map(({ user }) => user.id))];
    expect(trustor.auditMessages[0]).toMatchObject({ userHomeOrgId: partner.id, status: 'SUCCESS', level: 'USER' });
    expect(whose(trustor.auditMessages)).toContain(engineer.id);
    const trustee = await asCustomer.postOrgauthorizationTrusteesAudits({ trusteeOrganizationIds: [], trusteeUserIds: [] });
    expect(trustee.auditMessages[0]).toMatchObject({ action: 'DELETE', entity: { type: 'Trustee' } });
    const path = '/api/v2/orgauthorization/trustors/audits';
    expect(await server.request('POST', path, { token: partner.admin.token, body: {} })).toMatchObject({ status: 404 });
  });
});
