// The story of one trust, told to two servers on one database: an engineer of a partner acts in a customer's organization,
// does there what the customer granted and nothing else, and stops doing it with the very next request, at whichever
// server that arrives, when anything ends that it hung on.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { socketOf } from './database.ts';
import { type DatabaseOf, databaseOf } from './database-of.ts';
import { E } from './directory.ts';
import type { Json } from './sdk.ts';
import { newFolder, type Server, startServer } from './server.ts';
import { authorizeUrl, openBrowser, PASSWORD } from './signing-in.ts';
import { actingToken, makeTrust, type Organization, organizationOn, type Person } from './trust-organizations.ts';

let one: Server;
let two: Server;
let database: DatabaseOf;
let customer: Organization;
let partner: Organization;
let ann: Person;
let ben: Person;
let cat: Person;
let group: { id: string; version: number };
let division: { id: string };
let role: { id: string };
/** Of a user with the role in the division, of one without roles, and of a member of the group that has it. */
let anns: string;
let bens: string;
let cats: string;
let contact: Json;

const TRUSTEES = '/api/v2/orgauthorization/trustees';
const CONTACTS = `${E}/contacts`;

beforeAll(async () => {
  one = await startServer({ LIAISON_RATE_LIMIT: '0' });
  database = await databaseOf(one);
  const folder = newFolder();
  copyFileSync(join(one.folder, 'first-run.json'), join(folder, 'first-run.json'));
  two = await startServer({
    LIAISON_RATE_LIMIT: '0',
    LIAISON_DATA_DIR: folder,
    DATABASE_URL: `postgresql://liaison@/liaison?host=${encodeURIComponent(socketOf(one))}`,
  });
  customer = await organizationOn(one, database, 'Customer');
  partner = await organizationOn(one, database, 'Partner');
  [ann, ben, cat] = [await partner.makePerson(), await partner.makePerson(), await partner.makePerson()];
  group = await partner.makeGroup(cat);
  division = await customer.makeDivision();
  role = await customer.makeRole('externalContacts:contact:view', 'externalContacts:contact:add', 'externalContacts:contact:edit');
  contact = await customer.must('POST', CONTACTS, { lastName: 'Elsewhere', division: { id: await home() } });
}, 120_000);
afterAll(async () => {
  await database?.client.end();
  await two?.stop();
  await one?.stop();
});

const home = async () => (await customer.must('GET', '/api/v2/authorization/divisions/home')).id;

/** What both servers say, each asked once. */
async function statuses(token: string, path = CONTACTS): Promise<number[]> {
  return [(await two.request('GET', path, { token })).status, (await one.request('GET', path, { token })).status];
}
const [IN, OUT, NOT_ALLOWED] = [
  [200, 200],
  [401, 401],
  [403, 403],
];

it('whoever signs in at one server is known to the other, and so is who guesses', async () => {
  const redirect = 'https://desk.example/';
  const client = await partner.must('POST', '/api/v2/oauth/clients', { name: 'Desk', authorizedGrantType: 'TOKEN', registeredRedirectUri: [redirect] });
  const dee = await partner.makePerson();
  await partner.must('POST', `/api/v2/users/${dee.id}/password`, { newPassword: PASSWORD });
  const request = authorizeUrl({ client_id: client.id, redirect_uri: redirect, response_type: 'token' });
  const [here, there] = [openBrowser(one), openBrowser(two)];
  expect((await here.signIn(request, dee.email, PASSWORD)).status).toBe(303);
  there.cookies.set('liaison_session', here.cookies.get('liaison_session') as string);
  expect((await there.get(request)).status).toBe(302);
  for (let tries = 0; tries < 5; tries += 1)
    for (const server of [one, two]) expect((await openBrowser(server).signIn(request, dee.email, 'wrong')).status).toBe(401);
  for (const server of [one, two]) expect((await openBrowser(server).signIn(request, dee.email, PASSWORD)).status).toBe(429);
});

describe('a trust', () => {
  it('is asked for by a pairing and granted with roles in a division', async () => {
    const roleDivisions = { grants: [{ roleId: role.id, divisionId: division.id }] };
    const trust = await makeTrust(customer, partner, { users: [{ id: ann.id, roleDivisions }, { id: ben.id }], groups: [{ id: group.id, roleDivisions }] });
    expect(trust).toMatchObject({ id: partner.id, enabled: true });
    anns = await actingToken(one, ann, partner, customer);
    bens = await actingToken(one, ben, partner, customer);
    cats = await actingToken(one, cat, partner, customer);
  });

  it('lets nobody else in', async () => {
    const dan = await partner.makePerson();
    await expect(actingToken(one, dan, partner, customer)).rejects.toThrow('no trust in force');
    await expect(actingToken(one, customer.admin, customer, partner)).rejects.toThrow('no trust in force');
  });

  it('shows who acts where', async () => {
    const { body: me } = await two.request('GET', '/api/v2/users/me?expand=token,trustors,organization,authorization,groups', { token: cats });
    expect(me).toMatchObject({
      id: cat.id,
      organization: { id: customer.id },
      token: { organization: { id: customer.id, name: customer.name }, homeOrganization: { id: partner.id, name: partner.name } },
      authorization: { roles: [{ id: role.id }] },
      groups: [{ id: group.id }],
    });
    expect(me.trustors).toMatchObject([{ id: customer.id, enabled: true, organization: { name: customer.name } }]);
    expect(me.trustors[0].authorization.permissions).toContain('externalContacts:contact:add');
    expect(me.token).not.toHaveProperty('clonedUser');
    const { body: token } = await one.request('GET', '/api/v2/tokens/me', { token: anns });
    expect(token).toMatchObject({ homeOrganization: { id: partner.id }, OAuthClient: { id: partner.clientId, organization: { id: partner.id } } });
    const { body: subject } = await one.request('GET', '/api/v2/authorization/subjects/me', { token: anns });
    expect(subject).toMatchObject({ id: ann.id, grants: [{ role: { id: role.id }, division: { id: division.id } }] });
    // At home all is as before, and the switcher has the same list.
    const { body: athome } = await one.request('GET', '/api/v2/users/me?expand=token,trustors', { token: cat.token });
    expect(athome).toMatchObject({ token: { organization: { id: partner.id } }, trustors: [{ id: customer.id }] });
    expect((await one.request('GET', '/api/v2/users/me?expand=trustors', { token: partner.admin.token })).body.trustors).toEqual([]);
  });

  it('lets an acting user read and write where it was granted, and nowhere else', async () => {
    for (const [server, token] of [
      [one, anns],
      [two, cats],
    ] as const) {
      const made = await server.request('POST', CONTACTS, { token, body: { lastName: 'Made', division: { id: division.id } } });
      expect(made).toMatchObject({ status: 200, body: { division: { id: division.id } } });
      const path = `${CONTACTS}/${made.body.id}`;
      expect((await server.request('PUT', path, { token, body: { lastName: 'Changed' } })).status).toBe(200);
      expect((await server.request('DELETE', path, { token })).status).toBe(403);
      expect((await server.request('GET', `${CONTACTS}/${contact.id}`, { token })).status).toBe(404);
      const elsewhere = await server.request('POST', CONTACTS, { token, body: { lastName: 'Nowhere', division: { id: await home() } } });
      expect(elsewhere.status).toBe(403);
      const { body: listed } = await server.request('GET', CONTACTS, { token });
      expect(new Set(listed.entities.map((entity: Json) => entity.division.id))).toEqual(new Set([division.id]));
      expect((await server.request('GET', `${E}/organizations`, { token })).status).toBe(403);
      expect((await server.request('GET', TRUSTEES, { token })).status).toBe(403);
    }
    // Without roles one may come in and do nothing.
    expect(await statuses(bens)).toEqual(NOT_ALLOWED);
    expect(await statuses(bens, '/api/v2/tokens/me')).toEqual(IN);
    expect((await partner.must('GET', CONTACTS)).entities).toEqual([]);
  });

  it('is seen on both sides, by home and by where it was done', async () => {
    const asked = { trusteeOrganizationIds: [partner.id], trusteeUserIds: [ann.id] };
    const { auditMessages, total } = await customer.must('POST', `${TRUSTEES}/audits?sortOrder=ascending`, asked);
    const acts = auditMessages.filter(({ entity }: Json) => entity.type === 'Contact');
    expect(acts.map(({ action, user, userHomeOrgId }: Json) => [action, user.name, userHomeOrgId])).toEqual([
      ['CREATE', ann.name, partner.id],
      ['UPDATE', ann.name, partner.id],
    ]);
    expect(acts[1]).toMatchObject({
      entity: { name: 'Changed' },
      changes: expect.arrayContaining([{ property: 'lastName', oldValues: ['Made'], newValues: ['Changed'] }]),
    });
    expect(auditMessages.map(({ entity, action }: Json) => `${action} ${entity.type}`)).toContain('CREATE Token');

    const theirs = await partner.must('POST', '/api/v2/orgauthorization/trustor/audits?sortOrder=ascending', {
      trustorOrganizationId: customer.id,
      trusteeUserIds: [ann.id],
    });
    expect(theirs.total).toBe(total);
    const [made] = theirs.auditMessages.filter(({ entity }: Json) => entity.type === 'Contact');
    expect(made).toMatchObject({ action: 'CREATE', user: { id: ann.id }, userHomeOrgId: partner.id, entity: { id: acts[0].entity.id }, changes: [] });
    // The customer's records are the customer's.
    expect(JSON.stringify(theirs)).not.toMatch(/"(Made|Changed)"/);

    const { entities } = await customer.must('GET', `/liaison/v1/audits?homeOrganizationId=${partner.id}&entityType=contact`);
    expect(entities[0]).toMatchObject({ user: { id: cat.id }, homeOrganization: { id: partner.id } });
  });

  it('answers questions about what was done', async () => {
    const ask = (more: object) => customer.must('POST', `${TRUSTEES}/audits`, { trusteeOrganizationIds: [], trusteeUserIds: [], ...more });
    expect((await ask({ queryPhrase: 'changed' })).auditMessages.map(({ action }: Json) => action)).toEqual(['UPDATE', 'UPDATE']);
    const filter = (name: string, operator: string, ...values: string[]) => ({ filters: [{ name, type: 'STRING', operator, values }] });
    expect((await ask(filter('entity.type', 'EQUALS', 'Trustee'))).auditMessages).toMatchObject([{ action: 'CREATE', user: { id: customer.admin.id } }]);
    expect((await ask(filter('user.id', 'IN', ann.id, cat.id))).total).toBe(6);
    const { facetInfo } = await ask({ facets: [{ name: 'entity.type', type: 'STRING' }] });
    expect(facetInfo).toEqual([
      {
        name: 'entity.type',
        entries: expect.arrayContaining([
          { term: 'Contact', count: 4 },
          { term: 'TrusteeUser', count: 2 },
        ]),
      },
    ]);
    const first = await customer.must('POST', `${TRUSTEES}/audits?pageSize=2&pageNumber=2&sortBy=action&sortOrder=ascending`, {
      trusteeOrganizationIds: [],
      trusteeUserIds: [],
    });
    expect(first).toMatchObject({ pageSize: 2, pageNumber: 2, auditMessages: [{ action: 'CREATE' }, { action: 'CREATE' }] });
    const past = { startDate: '2020-01-01T00:00:00Z', endDate: '2020-02-01T00:00:00Z' };
    expect(await ask(past)).toMatchObject({ total: 0, pageCount: 0, auditMessages: [] });
    for (const wrong of [filter('entity.type', 'RHYMES', 'x'), filter('nothing', 'EQUALS', 'x')]) {
      const body = { trusteeOrganizationIds: [], trusteeUserIds: [], ...wrong };
      expect(await one.request('POST', `${TRUSTEES}/audits`, { token: customer.admin.token, body })).toMatchObject({
        status: 400,
        body: { code: 'invalid.value' },
      });
    }
  });
});

describe('access ends with the next request', () => {
  const user = (person: Person) => `${TRUSTEES}/${partner.id}/users/${person.id}`;
  const trust = (body: object) => customer.must('PUT', `${TRUSTEES}/${partner.id}`, body);

  it('when the roles are taken away, and comes back with them', async () => {
    expect(await statuses(anns)).toEqual(IN);
    await customer.must('DELETE', `${user(ann)}/roles`);
    expect(await statuses(anns)).toEqual(NOT_ALLOWED);
    await customer.must('PUT', `${user(ann)}/roledivisions`, { grants: [{ roleId: role.id, divisionId: division.id }] });
    expect(await statuses(anns)).toEqual(IN);
  });

  it('when the role changes or is deleted', async () => {
    const brief = await customer.makeRole('externalContacts:contact:view');
    await customer.must('PUT', `${user(ben)}/roles`, [brief.id]);
    expect(await statuses(bens)).toEqual(IN);
    await customer.must('DELETE', `/api/v2/authorization/roles/${brief.id}`);
    expect(await statuses(bens)).toEqual(NOT_ALLOWED);
    expect((await customer.must('GET', `${user(ben)}/roles`)).roles).toEqual([]);
  });

  it('when the trust is disabled', async () => {
    await trust({ enabled: false });
    for (const token of [anns, bens, cats]) expect(await statuses(token, '/api/v2/tokens/me')).toEqual(OUT);
    await expect(actingToken(one, ann, partner, customer)).rejects.toThrow('no trust in force');
    await trust({ enabled: true });
    expect(await statuses(anns)).toEqual(IN);
  });

  it('when the trust has expired', async () => {
    await trust({ enabled: true, dateExpired: new Date(Date.now() - 1000).toISOString() });
    expect(await statuses(anns)).toEqual(OUT);
    expect(await customer.must('GET', `${TRUSTEES}/${partner.id}`)).toMatchObject({ enabled: true, dateExpired: expect.any(String) });
    expect((await partner.must('GET', '/api/v2/orgauthorization/trustors')).total).toBe(1);
    await trust({ enabled: true });
    expect(await statuses(anns)).toEqual(IN);
  });

  it('when a user leaves the group at home, or the group goes', async () => {
    expect(await statuses(cats)).toEqual(IN);
    await partner.must('DELETE', `/api/v2/groups/${group.id}/members?ids=${cat.id}`);
    expect(await statuses(cats)).toEqual(OUT);
    const { version } = await partner.must('GET', `/api/v2/groups/${group.id}`);
    await partner.must('POST', `/api/v2/groups/${group.id}/members`, { memberIds: [cat.id], version });
    expect(await statuses(cats)).toEqual(IN);
    await partner.must('DELETE', `/api/v2/groups/${group.id}`);
    expect(await statuses(cats)).toEqual(OUT);
  });

  it('when the user may not act at home', async () => {
    const setState = async (state: string) => {
      const { version } = await partner.must('GET', `/api/v2/users/${ben.id}?state=any`);
      await partner.must('PATCH', `/api/v2/users/${ben.id}`, { version, state });
    };
    await setState('inactive');
    expect(await statuses(bens, '/api/v2/tokens/me')).toEqual(OUT);
    await setState('active');
    expect(await statuses(bens, '/api/v2/tokens/me')).toEqual(IN);
    await partner.must('DELETE', `/api/v2/users/${ben.id}`);
    await setState('active');
    expect(await statuses(bens, '/api/v2/tokens/me')).toEqual(OUT);
  });

  it('when the tokens or the client of the user are ended at home', async () => {
    await partner.must('DELETE', `/api/v2/tokens/${ann.id}`);
    expect(await statuses(anns)).toEqual(OUT);
    const client = await partner.must('POST', '/api/v2/oauth/clients', { name: 'Switcher', authorizedGrantType: 'CODE', roleDivisions: [] });
    const token = await actingToken(one, ann, { ...partner, clientId: client.id }, customer);
    expect(await statuses(token)).toEqual(IN);
    await partner.must('DELETE', `/api/v2/oauth/clients/${client.id}`);
    expect(await statuses(token)).toEqual(OUT);
  });

  it('when the token itself is ended', async () => {
    const token = await actingToken(one, ann, partner, customer);
    expect(await statuses(token)).toEqual(IN);
    expect((await two.request('DELETE', '/api/v2/tokens/me', { token })).status).toBe(200);
    expect(await statuses(token)).toEqual(OUT);
  });

  it('when an organization may not act', async () => {
    const token = await actingToken(one, ann, partner, customer);
    for (const { id } of [partner, customer]) {
      expect(await statuses(token)).toEqual(IN);
      await database.client.query("update organizations set state = 'inactive' where id = $1", [id]);
      expect(await statuses(token)).toEqual(OUT);
      await database.client.query("update organizations set state = 'active' where id = $1", [id]);
    }
  });

  it('when the user is removed', async () => {
    const token = await actingToken(one, ann, partner, customer);
    await customer.must('DELETE', user(ann));
    expect(await statuses(token)).toEqual(OUT);
    await customer.must('POST', `${TRUSTEES}/${partner.id}/users`, { id: ann.id });
    // What she had before is not hers again.
    expect(await statuses(token)).toEqual(NOT_ALLOWED);
  });

  it.each(['trustees', 'trustors'])('when the trust is deleted, from the side of %s', async (side) => {
    const erin = await partner.makePerson();
    if (side === 'trustors') await makeTrust(customer, partner, { users: [{ id: erin.id, roleIds: [role.id] }] });
    else await customer.must('POST', `${TRUSTEES}/${partner.id}/users`, { id: erin.id, roleIds: [role.id] });
    const token = await actingToken(one, erin, partner, customer);
    expect(await statuses(token)).toEqual(IN);
    if (side === 'trustees') await customer.must('DELETE', `${TRUSTEES}/${partner.id}`);
    else await partner.must('DELETE', `/api/v2/orgauthorization/trustors/${customer.id}`);
    expect(await statuses(token)).toEqual(OUT);
    const { rows } = await database.client.query('select 1 from grants where org_id = $1 and subject_id = $2', [customer.id, erin.id]);
    expect(rows).toEqual([]);
    // Who did it is known to both.
    const asked = { trustorOrganizationId: customer.id, trusteeUserIds: [] };
    const [last] = (await partner.must('POST', '/api/v2/orgauthorization/trustor/audits', asked)).auditMessages;
    expect(last).toMatchObject({ action: 'DELETE', entity: { type: 'Trustee' }, user: { id: (side === 'trustees' ? customer : partner).admin.id } });
  });
});
