// The rules of trusts that no vector of the reference has: limits, what nobody can give, support organizations, clones at
// work, pairings that do not hold, requests that come twice.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseOf, databaseOf } from './database-of.ts';
import { E } from './directory.ts';
import { makeOrganization } from './other-organization.ts';
import type { Json } from './sdk.ts';
import { newFolder, type Server, startServer } from './server.ts';
import { actingToken, makeTrust, type Organization, organizationOn, type Person } from './trust-organizations.ts';

let server: Server;
let database: DatabaseOf;
let customer: Organization;
let partner: Organization;
let ann: Person;

const TRUSTEES = '/api/v2/orgauthorization/trustees';
const PAIRINGS = '/api/v2/orgauthorization/pairings';
const NOBODY = '00000000-0000-4000-8000-000000000000';

beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  database = await databaseOf(server);
  customer = await organizationOn(server, database, 'Customer');
  partner = await organizationOn(server, database, 'Partner');
  ann = await partner.makePerson();
  await makeTrust(customer, partner, { users: [{ id: ann.id }] });
});
afterAll(async () => {
  await database.client.end();
  await server.stop();
});

const as = (token: string, method: string, path: string, body?: unknown) => server.request(method, path, { token, ...(body === undefined ? {} : { body }) });
const pathOf = (person: Person) => `${TRUSTEES}/${partner.id}/users/${person.id}`;

describe('members', () => {
  it('are 25 users and 25 groups of one organization at most', async () => {
    const second = await organizationOn(server, database, 'Large');
    for (const [key, make] of [
      ['users', async () => second.makePerson()],
      ['groups', async () => second.makeGroup()],
    ] as const) {
      const other = await organizationOn(server, database, 'Open');
      const members = [];
      for (let i = 0; i < 26; i += 1) members.push({ id: (await make()).id });
      const pairing = await second.must('POST', PAIRINGS, { [key === 'users' ? 'userIds' : 'groupIds']: members.map(({ id }) => id) });
      const create = (some: Json[]) => as(other.admin.token, 'POST', TRUSTEES, { pairingId: pairing.id, enabled: true, [key]: some });
      const refusal = { status: 400, body: { code: `max.trustee.${key}`, limit: { key: `max.trustee.${key}`, namespace: 'org.authorization', value: 25 } } };
      expect(await create(members)).toMatchObject(refusal);
      expect((await create(members.slice(0, 25))).status).toBe(200);
      const path = `${TRUSTEES}/${second.id}/${key}`;
      expect(await as(other.admin.token, 'POST', path, members[25])).toMatchObject(refusal);
      await other.must('DELETE', `${path}/${members[0]?.id}`);
      expect((await as(other.admin.token, 'POST', path, members[25])).status).toBe(200);
      const page = await other.must('GET', `${path}?pageSize=10&pageNumber=3`);
      expect(page).toMatchObject({ total: 25, pageCount: 3, entities: expect.any(Array) });
      const names = (await other.must('GET', `${path}?pageSize=100`)).entities.map(({ name }: Json) => name.toLowerCase());
      expect(names).toEqual([...names].sort());
    }
  });

  it('are of the trustee, users as users and groups as groups', async () => {
    const group = await partner.makeGroup(ann);
    for (const [key, id] of [
      ['users', group.id],
      ['groups', ann.id],
      ['users', customer.admin.id],
      ['users', 'nobody'],
    ]) {
      expect(await as(customer.admin.token, 'POST', `${TRUSTEES}/${partner.id}/${key}`, { id })).toMatchObject({ status: 404, body: { code: 'not.found' } });
    }
    expect(await as(customer.admin.token, 'GET', `${TRUSTEES}/${partner.id}/groups/${ann.id}`)).toMatchObject({ status: 404 });
  });

  it('get only what the trustor has, and what its people hold', async () => {
    const theirs = await partner.makeRole('externalContacts:contact:view');
    const ours = await customer.makeRole('externalContacts:contact:delete');
    const weak = await customer.makePerson(['authorization:orgTrusteeUser:*', 'externalContacts:contact:view']);
    expect(await as(customer.admin.token, 'PUT', `${pathOf(ann)}/roles`, [theirs.id])).toMatchObject({ status: 404 });
    const grants = [{ roleId: ours.id, divisionId: NOBODY }];
    expect(await as(customer.admin.token, 'PUT', `${pathOf(ann)}/roledivisions`, { grants })).toMatchObject({ status: 404 });
    const lacks = { status: 403, body: { code: 'missing.permissions', messageParams: { permissions: 'externalContacts:contact:delete' } } };
    expect(await as(weak.token, 'PUT', `${pathOf(ann)}/roles`, [ours.id])).toMatchObject(lacks);
    expect(await as(weak.token, 'PUT', `${pathOf(ann)}/roledivisions`, { grants: [{ roleId: ours.id, divisionId: '*' }] })).toMatchObject(lacks);
    expect(await as(weak.token, 'POST', `${TRUSTEES}/${partner.id}/users`, { id: ann.id, roleIds: [ours.id] })).toMatchObject(lacks);
    // Nor by making more of a role that members hold already.
    const editor = await customer.makePerson(['authorization:role:*', 'externalContacts:contact:view']);
    const small = await customer.makeRole('externalContacts:contact:view');
    await customer.must('PUT', `${pathOf(ann)}/roles`, [small.id]);
    const policies = [{ domain: 'externalContacts', entityName: 'contact', actionSet: ['view', 'delete'] }];
    expect(await as(editor.token, 'PATCH', `/api/v2/authorization/roles/${small.id}`, { permissionPolicies: policies })).toMatchObject(lacks);
    expect((await customer.must('GET', `${pathOf(ann)}/roles`)).permissions).toEqual(['externalContacts:contact:view']);
  });

  it('may administer what they were granted, and no more than that', async () => {
    const manager = await customer.makeRole('authorization:orgTrustee:view', 'authorization:orgTrusteeUser:*');
    const strong = await customer.makeRole('externalContacts:*:*');
    await customer.must('PUT', `${pathOf(ann)}/roles`, [manager.id]);
    const token = await actingToken(server, ann, partner, customer);
    // In the customer's organization its trustees are what she sees.
    expect((await as(token, 'GET', TRUSTEES)).body.entities).toMatchObject([{ id: partner.id }]);
    expect(await as(token, 'PUT', `${pathOf(ann)}/roles`, [strong.id])).toMatchObject({ status: 403, body: { code: 'missing.permissions' } });
    expect(await as(token, 'PUT', `${pathOf(ann)}/roles`, [manager.id])).toMatchObject({ status: 200 });
    expect((await as(token, 'GET', '/api/v2/orgauthorization/trustors')).status).toBe(403);
  });
});

describe('a pairing', () => {
  it('ends, is used once by whoever comes first, and is missed in the audits', async () => {
    const buyer = await organizationOn(server, database, 'Buyer');
    const rival = await organizationOn(server, database, 'Rival');
    const { id } = await partner.must('POST', PAIRINGS, { userIds: [ann.id] });
    const body = { pairingId: id, enabled: true, users: [{ id: ann.id }] };
    const answers = await Promise.all([buyer, rival].map(({ admin }) => as(admin.token, 'POST', TRUSTEES, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    const late = await partner.must('POST', PAIRINGS, { userIds: [ann.id] });
    await database.client.query("update pairings set expires_at = now() - interval '1 second' where id = $1", [late.id]);
    const third = await organizationOn(server, database, 'Third');
    expect(await as(third.admin.token, 'GET', `${PAIRINGS}/${late.id}`)).toMatchObject({ status: 404 });
    for (const pairingId of [id, late.id, NOBODY, 'nonsense']) {
      expect(await as(third.admin.token, 'POST', TRUSTEES, { ...body, pairingId })).toMatchObject({ status: 400, body: { code: 'pairing.id.required' } });
    }
    const { entities } = await third.must('GET', '/liaison/v1/audits?entityType=pairing&action=refuse');
    expect(entities.map(({ entity }: Json) => entity.id)).toEqual([NOBODY, late.id, id]);
    expect(entities[0]).toMatchObject({ user: { id: third.admin.id }, changes: [{ field: '$.reason', after: 'pairing.id.required' }] });
    expect((await partner.must('GET', '/liaison/v1/audits?entityType=pairing')).entities[0].changes).toMatchObject([
      { field: '$.userIds', after: [ann.id] },
      { field: '$.groupIds', after: [] },
    ]);
  });

  it('lives as long as the operator says', async () => {
    const other = await startServer({ LIAISON_PAIRING_HOURS: '1', LIAISON_DATA_DIR: newFolder() });
    try {
      const [user] = (await other.request('GET', '/api/v2/users')).body.entities;
      const { body } = await other.request('POST', PAIRINGS, { body: { userIds: [user.id] } });
      const theirs = await databaseOf(other);
      const { rows } = await theirs.client.query('select extract(epoch from expires_at - created_at)::int as life from pairings where id = $1', [body.id]);
      await theirs.client.end();
      expect(rows).toEqual([{ life: 3600 }]);
    } finally {
      await other.stop();
    }
  });
});

describe('a clone', () => {
  it('is who its user acts as, with what the trustor gives it besides', async () => {
    const engineer = await partner.makePerson(['authorization:orgTrusteeUser:*']);
    const manager = await customer.makeRole('authorization:orgTrusteeUser:*');
    await customer.must('POST', `${TRUSTEES}/${partner.id}/users`, { id: engineer.id, roleIds: [manager.id] });
    const clone = await partner.must('PUT', `/api/v2/orgauthorization/trustors/${customer.id}/clonedusers/${engineer.id}`, undefined, engineer.token);
    const token = await actingToken(server, engineer, partner, customer);
    expect((await as(token, 'GET', '/api/v2/users/me?expand=token')).body).toMatchObject({
      id: clone.id,
      token: { clonedUser: { id: engineer.id, organization: { id: partner.id } }, homeOrganization: { id: partner.id } },
    });
    expect((await as(token, 'GET', `${E}/contacts`)).status).toBe(403);
    const agent = await customer.makeRole('externalContacts:contact:*');
    await customer.must('POST', `/api/v2/authorization/subjects/${clone.id}/bulkadd`, { grants: [{ roleId: agent.id, divisionId: '*' }] });
    const contact = (await as(token, 'POST', `${E}/contacts`, { lastName: 'Cloned' })).body;
    const note = (await as(token, 'POST', `${E}/contacts/${contact.id}/notes`, { noteText: 'Seen' })).body;
    expect(note.createdBy).toMatchObject({ id: clone.id });
    // Audits have the engineer.
    const { entities } = await customer.must('GET', `/liaison/v1/audits?entityId=${contact.id}`);
    expect(entities[0]).toMatchObject({ user: { id: engineer.id }, homeOrganization: { id: partner.id } });
    // Nobody signs in as it.
    expect(await as(customer.admin.token, 'POST', `/api/v2/users/${clone.id}/password`, { newPassword: 'a long enough one' })).toMatchObject({ status: 409 });
    const { version } = await customer.must('GET', `/api/v2/users/${clone.id}`);
    expect(await as(customer.admin.token, 'PATCH', `/api/v2/users/${clone.id}`, { version, email: 'somebody@example.com' })).toMatchObject({ status: 409 });
    const { email } = await customer.must('GET', `/api/v2/users/${clone.id}`);
    await expect(actingToken(server, { email }, customer, customer)).rejects.toThrow('not active');
    // The clone is nothing without the trust.
    await customer.must('DELETE', pathOf(engineer));
    expect((await as(token, 'GET', `${E}/contacts`)).status).toBe(401);
  });
});

describe('an external organization', () => {
  it('stands for a trustor as long as there is the trust', async () => {
    const seller = await organizationOn(server, database, 'Seller');
    const rita = await partner.makePerson(['externalContacts:externalOrganization:*']);
    const role = await seller.makeRole('externalContacts:contact:view');
    const made = await partner.must('POST', `${E}/organizations`, { name: 'The seller' });
    const link = `${E}/organizations/${made.id}/trustor/${seller.id}`;
    expect(await as(partner.admin.token, 'PUT', link)).toMatchObject({ status: 404 });
    await makeTrust(seller, partner, { users: [{ id: rita.id, roleIds: [role.id] }] });
    await partner.must('PUT', link);
    const read = async (token: string) => (await as(token, 'GET', `${E}/organizations/${made.id}?includeTrustors=true`)).body;
    expect((await read(rita.token)).trustor).toMatchObject({
      id: seller.id,
      enabled: true,
      createdBy: { id: seller.admin.id },
      organization: { name: seller.name },
      authorization: { permissions: ['externalContacts:contact:view'] },
    });
    expect((await read(partner.admin.token)).trustor.authorization).toEqual({ permissions: [] });
    const listed = await partner.must('GET', `${E}/organizations?trustorId=${seller.id}&includeTrustors=true`);
    expect(listed.entities).toMatchObject([{ id: made.id, trustor: { id: seller.id } }]);
    await seller.must('DELETE', `${TRUSTEES}/${partner.id}`);
    expect(await read(rita.token)).not.toHaveProperty('trustor');
  });
});

describe('a request that comes twice', () => {
  it('makes one trust and one member', async () => {
    const other = await organizationOn(server, database, 'Repeated');
    const pairing = await partner.must('POST', PAIRINGS, { userIds: [ann.id] });
    const headers = { 'idempotency-key': 'once' };
    const body = { pairingId: pairing.id, enabled: true, users: [{ id: ann.id }] };
    const first = await server.request('POST', TRUSTEES, { token: other.admin.token, body, headers });
    expect(first).toMatchObject({ status: 200, body: { id: partner.id } });
    expect((await server.request('POST', TRUSTEES, { token: other.admin.token, body, headers })).body).toEqual(first.body);
    const person = await partner.makePerson();
    const add = { token: other.admin.token, body: { id: person.id }, headers: { 'idempotency-key': 'twice' } };
    for (let i = 0; i < 2; i += 1)
      expect(await server.request('POST', `${TRUSTEES}/${partner.id}/users`, add)).toMatchObject({ status: 200, body: { id: person.id } });
    const ask = { token: partner.admin.token, body: { userIds: [person.id] }, headers: { 'idempotency-key': 'thrice' } };
    expect(await server.request('POST', PAIRINGS, ask)).toMatchObject({ status: 200, body: { createdBy: { id: partner.admin.id } } });
  });
});

describe('support organizations', () => {
  it('are none where the operator set none', async () => {
    expect(await as(customer.admin.token, 'GET', `${TRUSTEES}/care`)).toMatchObject({ status: 200, body: { entities: [] } });
    expect(await as(customer.admin.token, 'POST', `${TRUSTEES}/care?assignDefaultRole=`)).toMatchObject({ status: 200, body: { entities: [], total: 0 } });
    expect(await as(customer.admin.token, 'GET', `${TRUSTEES}/default`)).toMatchObject({ status: 404 });
    expect(await as(customer.admin.token, 'POST', `${TRUSTEES}/default`)).toMatchObject({ status: 404 });
  });

  it('are trusted without a pairing, and bring their own people', async () => {
    const folder = newFolder();
    const before = await startServer({ LIAISON_DATA_DIR: folder });
    const [care, more] = [await makeOrganization(before, 'Care'), await makeOrganization(before, 'More care')];
    await before.stop({ keep: true });
    const careServer = await startServer({ LIAISON_DATA_DIR: folder, LIAISON_CARE_ORGANIZATIONS: `${care.organizationId}, ${more.organizationId}` });
    const careDatabase = await databaseOf(careServer);
    try {
      const client = await organizationOn(careServer, careDatabase, 'Client');
      const weak = await client.makePerson(['authorization:orgTrustee:add', 'authorization:orgTrusteeUser:add']);
      const withRole = `${TRUSTEES}/default?assignDefaultRole=true&autoExpire=true`;
      const denied = await careServer.request('POST', withRole, { token: weak.token });
      expect(denied).toMatchObject({ status: 403, body: { code: 'missing.permissions' } });
      const trust = await client.must('POST', withRole);
      expect(trust).toMatchObject({ id: care.organizationId, usesDefaultRole: true, hasFullAccess: false, isTrustedUser: false });
      const days = (Date.parse(trust.dateExpired) - Date.parse(trust.dateCreated)) / 86_400_000;
      expect(Math.round(days)).toBe(30);
      const all = await client.must('POST', `${TRUSTEES}/care?assignFullAccess=true&allowTrustedUserAccess=true&assignDefaultRole=`);
      expect(all).toMatchObject({
        total: 2,
        entities: expect.arrayContaining([expect.objectContaining({ id: more.organizationId, hasFullAccess: true, isTrustedUser: true })]),
      });
      expect(await client.must('GET', `${TRUSTEES}/default`)).toEqual(trust);
      expect((await client.must('GET', `${TRUSTEES}/care`)).entities).toHaveLength(2);
      // The client's administrator named nobody: the support organization does.
      const supporter = await careDatabase.makeToken(care.organizationId, care.clientId, null, 3600);
      const [admin] = (await careServer.request('GET', '/api/v2/users', { token: supporter })).body.entities;
      const joined = await careServer.request('PUT', `/api/v2/orgauthorization/trustors/${client.id}/users/${admin.id}`, { token: supporter });
      expect(joined).toMatchObject({ status: 200, body: { id: admin.id } });
      const acting = await actingToken(careServer, admin, { ...client, ...care, id: care.organizationId }, client);
      expect((await careServer.request('GET', '/api/v2/users', { token: acting })).status).toBe(200);
      const named = await organizationOn(careServer, careDatabase, 'Named');
      const body = { enabled: true, users: [{ id: admin.id }] };
      expect(await named.must('POST', TRUSTEES, body)).toMatchObject({ id: care.organizationId });
    } finally {
      await careDatabase.client.end();
      await careServer.stop();
    }
  });
});
