// Audits: who did what to which record and what it changed, for those who may know.
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, makeCaller, makeDivision, makeRole, makeUser, must, unique } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { DATE, E, idsOf, make, NOBODY, UUID } from './directory.ts';
import { commandLine, makeOrganization } from './other-organization.ts';
import type { Json } from './sdk.ts';
import { type Answer, type Server, startServer } from './server.ts';
import { erase } from './subject-calls.ts';

const AUDITS = '/liaison/v1/audits';
const SIGHT = ['externalContacts:contact:view', 'externalContacts:externalOrganization:view'];
const VIEW = ['liaison:audit:view', ...SIGHT];

let server: Server;
let database: Client;
let here: { id: string };
let there: { id: string };
/** May view audits and records in the division `here`. */
let narrow: Caller;

beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  database = await connectDatabase(server);
  await database.query('update organizations set division_moves = true');
  [here, there] = [await makeDivision(server), await makeDivision(server)];
  narrow = await makeCaller(server, VIEW, here.id);
});
afterAll(async () => {
  await database.end();
  await server.stop();
});

const page = (query: string, token?: string): Promise<Answer> => server.request('GET', `${AUDITS}?${query}`, token ? { token } : {});
const of = async (record: { id: string }, token?: string): Promise<Json[]> => (await page(`entityId=${record.id}`, token)).body.entities;
const change = (method: string, path: string, body?: unknown, token?: string) =>
  server.request(method, E + path, { ...(body === undefined ? {} : { body }), ...(token ? { token } : {}) });
const brief = (entries: Json[]) => entries.map(({ action, changes }) => [action, ...fields(changes)]);
/** Without what the server writes by itself. */
const fields = (changes: Json[]) => changes.map(({ field }) => field).filter((field) => !/createDate|modifyDate|selfUri/.test(field));

describe('audits', () => {
  it('say who did what, by which request, and what it changed', async () => {
    const contact = await make(server, '/contacts', { firstName: 'Ann', address: { city: 'Rome', postalCode: '1' }, title: 'Dr' });
    const changed = await change('PUT', `/contacts/${contact.id}`, { firstName: 'Anne', address: { city: 'Oslo', postalCode: '1' } });
    await change('DELETE', `/contacts/${contact.id}`);
    const [deleted, updated, created] = await of(contact);
    expect(updated).toEqual({
      id: expect.stringMatching(UUID),
      time: expect.stringMatching(DATE),
      action: 'update',
      entity: { type: 'contact', id: contact.id, name: 'Anne' },
      division: { id: '*' },
      client: { id: server.firstRun.clientId, name: 'First client' },
      homeOrganization: { id: server.firstRun.organizationId },
      correlationId: changed.headers.get('inin-correlation-id'),
      changes: [
        { field: '$.firstName', before: 'Ann', after: 'Anne' },
        { field: '$.title', before: 'Dr' },
        { field: '$.address.city', before: 'Rome', after: 'Oslo' },
        { field: '$.modifyDate', before: contact.modifyDate, after: changed.body.modifyDate },
      ].sort((a, b) => order(updated, a.field) - order(updated, b.field)),
    });
    expect(created).toMatchObject({ action: 'create', entity: { name: 'Ann' } });
    expect(created.changes).toContainEqual({ field: '$.address', after: { city: 'Rome', postalCode: '1' } });
    expect(created.changes.some((difference: Json) => 'before' in difference)).toBe(false);
    expect(deleted).toMatchObject({ action: 'delete', entity: { name: 'Anne' } });
    expect(deleted.changes).toContainEqual({ field: '$.firstName', before: 'Anne' });
    expect(deleted.changes.some((difference: Json) => 'after' in difference)).toBe(false);
  });

  it('have the ids of the events', async () => {
    const contact = await make(server, '/contacts', { firstName: 'Ann' });
    const events = (await server.request('GET', `/liaison/v1/events?topics=v2.externalcontacts.contacts.${contact.id}`)).body.entities;
    expect(idsOf(await of(contact))).toEqual(events.map(({ metadata }: Json) => metadata.id));
  });

  it('are newest first, a page at a time', async () => {
    const contact = await make(server, '/contacts', { firstName: '0' });
    for (const firstName of ['1', '2', '3', '4']) await change('PUT', `/contacts/${contact.id}`, { firstName });
    const all = await of(contact);
    expect(all.map(({ entity }) => entity.name)).toEqual(['4', '3', '2', '1', '0']);
    const walked: Json[] = [];
    let pages = 0;
    for (let next: string | undefined = `${AUDITS}?entityId=${contact.id}&limit=2`; next; pages += 1) {
      const { body }: Answer = await server.request('GET', next);
      walked.push(...body.entities);
      expect(body.cursors.after === undefined).toBe(body.nextUri === undefined);
      next = body.nextUri;
    }
    expect([pages, walked]).toEqual([3, all]);
    const { cursors } = (await page(`entityId=${contact.id}&limit=2`)).body;
    expect((await page(`entityId=${NOBODY}&limit=2&cursor=${cursors.after}`)).status).toBe(422);
    expect((await page(`limit=2&cursor=${cursors.after}`)).body.code).toBe('invalid.cursor');
    expect((await page('cursor=x')).status).toBe(422);
  });

  it('are found by each filter', async () => {
    const writer = await makeCaller(server, ['*:*:*']);
    const made = await change('POST', '/contacts', { firstName: 'Filtered' }, writer.token);
    const organization = await change('POST', '/organizations', { name: 'Filtered' }, writer.token);
    const removed = await change('DELETE', `/organizations/${organization.body.id}`, undefined, writer.token);
    const by = async (query: string) =>
      (await page(`clientId=${writer.clientId}&${query}`)).body.entities.map(({ action, entity }: Json) => `${action} ${entity.type}`);
    const all = ['delete organization', 'create organization', 'create contact'];
    expect(await by('')).toEqual(all);
    expect(await by('entityType=organization')).toEqual(all.slice(0, 2));
    expect(await by('action=create')).toEqual(all.slice(1));
    expect(await by(`entityId=${made.body.id}`)).toEqual(all.slice(2));
    expect(await by(`correlationId=${removed.headers.get('inin-correlation-id')}`)).toEqual(all.slice(0, 1));
    expect(await by(`homeOrganizationId=${server.firstRun.organizationId}`)).toEqual(all);
    expect(await by(`homeOrganizationId=${NOBODY}`)).toEqual([]);
    expect(await by(`userId=${NOBODY}`)).toEqual([]);
    const [last, middle] = (await page(`clientId=${writer.clientId}`)).body.entities;
    expect(await by(`from=${last.time}`)).toEqual(all.slice(0, 1));
    expect(await by(`from=${middle.time}&to=${last.time}`)).toEqual(all.slice(1, 2));
    expect(await by(`from=${encodeURIComponent(last.time.replace('Z', '+00:00'))}`)).toEqual(all.slice(0, 1));
    for (const query of ['from=yesterday', 'to=2026-13-01T00:00:00Z', 'to=2026-01-01', 'entityType=x', 'action=x', 'entityId=x', 'userId=1', 'limit=201'])
      expect((await page(query)).status).toBe(400);
  });
});

describe('a file of audits', () => {
  const exported = async (query: string, token?: string): Promise<Answer> => server.request('GET', `${AUDITS}/export?${query}`, token ? { token } : {});
  const linesOf = ({ text }: Answer): Json[] =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));

  it('has what the list has for the same filters, however many they are', async () => {
    const writer = await makeCaller(server, ['*:*:*']);
    const entities = Array.from({ length: 450 }, (_, i) => ({ lastName: `Exported ${i}` }));
    await must(server, 'POST', `${E}/bulk/contacts/add`, { entities }, writer.token);
    const query = `clientId=${writer.clientId}&entityType=contact`;
    const listed: Json[] = [];
    for (let next: string | undefined = `${AUDITS}?${query}&limit=200`; next; ) {
      const { body }: Answer = await server.request('GET', next);
      listed.push(...body.entities);
      next = body.nextUri;
    }
    const ndjson = await exported(`${query}&format=ndjson`);
    expect(ndjson.headers.get('content-type')).toBe('application/x-ndjson');
    expect(linesOf(ndjson)).toEqual(listed);
    const csv = await exported(query);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [header, ...rows] = csv.text.trimEnd().split('\r\n');
    expect(header).toBe(
      'id,time,action,entityType,entityId,entityName,divisionId,userId,userName,clientId,clientName,homeOrganizationId,correlationId,changes',
    );
    expect(rows.map((row) => row.split(',')[0])).toEqual(listed.map(({ id }) => id));
    expect((await exported('from=yesterday')).status).toBe(400);
    expect((await exported('format=xml')).status).toBe(400);
  });

  it('has no cell that a spreadsheet would run', async () => {
    const { id } = await make(server, '/contacts', { lastName: '=1+1' });
    const [, row] = (await exported(`entityId=${id}`)).text.split('\r\n');
    expect(row).toContain(",'=1+1,");
    expect(linesOf(await exported(`entityId=${id}&format=ndjson`))[0].entity.name).toBe('=1+1');
  });

  it('has no more than its reader may see', async () => {
    const hidden = await make(server, '/contacts', { firstName: 'Hidden', division: there });
    expect(linesOf(await exported(`entityId=${hidden.id}&format=ndjson`))).toHaveLength(1);
    expect((await exported(`entityId=${hidden.id}&format=ndjson`, narrow.token)).text).toBe('');
    const organization = await makeOrganization(server, 'Exporter');
    const abroad = await server.tokenFor(organization.clientId, organization.clientSecret);
    expect((await exported(`entityId=${hidden.id}&format=ndjson`, abroad)).text).toBe('');
    expect((await exported('', (await makeCaller(server, ['a:b:c'])).token)).status).toBe(403);
  });
});

describe('a record as it was', () => {
  const asOf = (record: { id: string }, at: string, token?: string, kind = 'contact') =>
    server.request('GET', `${AUDITS}/records/${kind}/${record.id}?at=${encodeURIComponent(at)}`, token ? { token } : {});
  const before = (time: string) => new Date(Date.parse(time) - 1).toISOString();

  it('is what was written of it until then', async () => {
    const contact = await make(server, '/contacts', { firstName: 'Ann', title: 'Dr' });
    await pause(5);
    await change('PUT', `/contacts/${contact.id}`, { firstName: 'Anne' });
    await pause(5);
    await change('DELETE', `/contacts/${contact.id}`);
    const [deleted, updated, created] = await of(contact);
    expect((await asOf(contact, before(created.time))).status).toBe(404);
    const first = (await asOf(contact, before(updated.time))).body;
    expect(first).toMatchObject({ record: { id: contact.id, firstName: 'Ann', title: 'Dr' }, entry: { id: created.id, action: 'create' } });
    const second = (await asOf(contact, updated.time)).body;
    expect(second.record).toMatchObject({ firstName: 'Anne' });
    expect(second.record.title).toBeUndefined();
    expect(second.entry).toEqual(updated);
    for (const at of [deleted.time, '']) expect((await asOf(contact, at)).status).toBe(404);
    for (const at of ['yesterday', '2026-01-01']) expect((await asOf(contact, at)).status).toBe(400);
    for (const at of ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59-23:59', '0000-01-01T00:00:00Z']) expect((await asOf(contact, at)).status).toBe(404);
    expect((await asOf(contact, created.time, undefined, 'spaceship')).status).toBe(404);
    expect((await asOf({ id: 'x' }, created.time)).status).toBe(404);
    expect((await asOf(contact, updated.time, undefined, 'organization')).status).toBe(404);
  });

  it('is there for whoever may see it where it was then, and for nobody once it was erased', async () => {
    const moved = await make(server, '/contacts', { firstName: 'Mover', division: there });
    await pause(5);
    await change('PUT', `/contacts/${moved.id}`, { firstName: 'Mover', division: here });
    await pause(5);
    await change('PUT', `/contacts/${moved.id}`, { firstName: 'Mover', division: there });
    const [left, came, made] = await of(moved);
    const seen = async ({ time }: Json, token?: string) => (await asOf(moved, time, token)).status;
    expect([await seen(made), await seen(came), await seen(left)]).toEqual([200, 200, 200]);
    expect([await seen(made, narrow.token), await seen(came, narrow.token), await seen(left, narrow.token)]).toEqual([404, 200, 404]);
    expect(await seen(came, (await makeCaller(server, ['liaison:audit:view'])).token)).toBe(404);
    expect(await seen(came, (await makeCaller(server, SIGHT)).token)).toBe(403);
    const organization = await makeOrganization(server, 'As of');
    expect(await seen(came, await server.tokenFor(organization.clientId, organization.clientSecret))).toBe(404);
    await erase(server, { contactIds: [moved.id] });
    expect([await seen(made), await seen(came), await seen(left)]).toEqual([404, 404, 404]);
  });
});

describe('whoever may view audits sees', () => {
  it('those of his divisions and of none, and no trace of the rest', async () => {
    const hidden = await make(server, '/contacts', { firstName: 'Hidden', division: there });
    const shown = await make(server, '/contacts', { firstName: 'Shown', division: here });
    const open = await make(server, '/contacts', { firstName: 'Open' });
    expect(await of(hidden, narrow.token)).toEqual([]);
    expect(await of(shown, narrow.token)).toHaveLength(1);
    expect(await of(open, narrow.token)).toHaveLength(1);
    const names = async (query: string) => (await page(query, narrow.token)).body.entities.map(({ entity }: Json) => entity.name);
    await make(server, '/contacts', { firstName: 'Hidden', division: there });
    expect(await names('entityType=contact&limit=2')).toEqual(['Open', 'Shown']);
    expect((await page(`entityId=${shown.id}&limit=1`, narrow.token)).body.nextUri).toBeUndefined();
  });

  it('only the kinds of records that he may view', async () => {
    const [contacts, neither] = [await makeCaller(server, ['liaison:audit:view', 'relate:contact:view']), await makeCaller(server, ['liaison:audit:view'])];
    const contact = await make(server, '/contacts', { firstName: 'Ann' });
    const organization = await make(server, '/organizations', { name: 'Acme' });
    expect([(await of(contact, contacts.token)).length, (await of(organization, contacts.token)).length]).toEqual([1, 0]);
    expect([(await of(contact, neither.token)).length, (await of(organization, neither.token)).length]).toEqual([0, 0]);
    for (const kind of ['contact', 'contactNote', 'organization', 'organizationNote', 'relationship', 'identifier'])
      expect((await page(`entityType=${kind}`, neither.token)).body.entities).toEqual([]);
  });

  it('a record that is moved out of his divisions disappear, and one that is moved in appear', async () => {
    const contact = await make(server, '/contacts', { firstName: 'Here', title: 'x', division: here });
    await change('PUT', `/contacts/${contact.id}`, { firstName: 'There', title: 'x', division: there });
    await change('PUT', `/contacts/${contact.id}`, { firstName: 'Unseen', title: 'x' });
    await change('PUT', `/contacts/${contact.id}`, { firstName: 'Back', title: 'x', division: here });
    expect(brief(await of(contact))).toEqual([
      ['update', ...unordered('$.firstName', '$.division.id')],
      ['update', '$.firstName'],
      ['update', ...unordered('$.firstName', '$.division.id')],
      ['create', ...unordered('$.id', '$.firstName', '$.title', '$.type', '$.division')],
    ]);
    const [back, left, made, ...more] = await of(contact, narrow.token);
    expect(more).toEqual([]);
    expect(brief([back, left, made]).map(([action]) => action)).toEqual(['update', 'update', 'create']);
    expect([left.entity.name, left.division]).toEqual(['Here', { id: here.id }]);
    expect(left.changes).toContainEqual({ field: '$.firstName', before: 'Here' });
    expect(left.changes).toContainEqual({ field: '$.title', before: 'x' });
    expect(back.changes).toContainEqual({ field: '$.firstName', after: 'Back' });
    expect(back.changes).toContainEqual({ field: '$.title', after: 'x' });
    const text = (await page(`entityId=${contact.id}`, narrow.token)).text;
    for (const hidden of ['There', 'Unseen', there.id]) expect(text).not.toContain(hidden);
  });

  it('what lies in no division only if he may in all, and clients’ names only if he may view clients', async () => {
    const wide = await makeCaller(server, VIEW);
    await database.query(
      `insert into changes (org_id, kind, record_id, action, at, client_id, home_org_id, correlation_id, body)
        values ($1, 'group', $2, 'create', now(), $3, $1, $2, json_build_object('id', $2::uuid, 'name', 'Readers'))`,
      [server.firstRun.organizationId, NOBODY, server.firstRun.clientId],
    );
    const [entry, ...more] = await of({ id: NOBODY }, wide.token);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ entity: { type: 'group', id: NOBODY, name: 'Readers' }, client: { id: server.firstRun.clientId } });
    expect([entry.division, entry.client.name]).toEqual([undefined, undefined]);
    expect((await of({ id: NOBODY }))[0].client.name).toBe('First client');
    expect(await of({ id: NOBODY }, narrow.token)).toEqual([]);
  });

  it('users’ names where he may view users, and of nobody who acts by a trust', async () => {
    const name = unique('Writer');
    const user = await makeUser(server, { name, divisionId: here.id });
    const role = await makeRole(server, 'externalContacts:contact:add');
    await must(server, 'POST', `/api/v2/authorization/subjects/${user.id}/bulkadd`, { grants: [{ roleId: role.id, divisionId: '*' }] });
    const { thirdPartyOrgName } = await must(server, 'GET', '/api/v2/organizations/me');
    const words = ['token', server.firstRun.clientId, '--user', user.email, '--org', thirdPartyOrgName];
    const { access_token } = await commandLine<{ access_token: string }>(server, ...words);
    const made = (await change('POST', '/contacts', { lastName: 'Written' }, access_token)).body;
    const whoBy = async (...permissions: [string[], string?]) => (await of(made, (await makeCaller(server, ...permissions)).token))[0].user;
    expect((await of(made))[0].user).toEqual({ id: user.id, name });
    expect(await whoBy(VIEW)).toEqual({ id: user.id });
    expect(await whoBy([...VIEW, 'directory:user:view'], here.id)).toEqual({ id: user.id, name });
    expect(await whoBy([...VIEW, 'directory:user:view'], there.id)).toEqual({ id: user.id });
    expect((await page(`entityId=${made.id}`, (await makeCaller(server, VIEW)).token)).text).not.toContain(name);

    const trustee = await makeOrganization(server, 'Acting');
    const abroad = await server.tokenFor(trustee.clientId, trustee.clientSecret);
    const [guest] = (await must(server, 'GET', '/api/v2/users', undefined, abroad)).entities;
    await database.query(
      `insert into changes (org_id, kind, record_id, action, at, user_id, client_id, home_org_id, correlation_id, body)
        values ($1, 'group', $2, 'create', now(), $2, $3, $4, $2, json_build_object('id', $2::uuid))`,
      [server.firstRun.organizationId, guest.id, trustee.clientId, trustee.organizationId],
    );
    expect((await of(guest))[0]).toMatchObject({ user: { id: guest.id }, homeOrganization: { id: trustee.organizationId } });
    expect((await of(guest))[0].user.name).toBeUndefined();
  });

  it('nothing of another organization, and nothing without the permission', async () => {
    const { clientId, clientSecret } = await makeOrganization(server, 'Stranger');
    const stranger = await server.tokenFor(clientId, clientSecret);
    const contact = await make(server, '/contacts', { firstName: 'Ours' });
    expect(await of(contact, stranger)).toEqual([]);
    const { cursors } = (await page('limit=1')).body;
    expect((await page(`limit=1&cursor=${cursors.after}`, stranger)).status).toBe(422);
    const caller = await makeCaller(server, SIGHT);
    expect(await page('', caller.token)).toMatchObject({ status: 403, body: { code: 'missing.any.permissions' } });
    expect((await must(server, 'GET', '/api/v2/authorization/permissions')).entities.map(({ domain }: Json) => domain)).toContain('liaison');
  });
});

/** Where a field stands among the changes of an entry: their order is that of the record's body. */
const order = (entry: Json, field: string): number => entry.changes.findIndex((difference: Json) => difference.field === field);

/** Those fields in whichever order. */
const unordered = (...names: string[]) => names.map(() => expect.toSatisfy((field: string) => names.includes(field)));
