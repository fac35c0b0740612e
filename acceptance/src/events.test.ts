// Events by pages: complete, in order, and of what the follower may see.
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, makeCaller, makeDivision, makeUser, must } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { DATE, E, make, NOBODY, UUID } from './directory.ts';
import { makeOrganization } from './other-organization.ts';
import type { Json } from './sdk.ts';
import { type Answer, type Server, startServer } from './server.ts';

const EVENTS = '/liaison/v1/events';
const VIEW = ['liaison:event:view', 'externalContacts:contact:view', 'externalContacts:externalOrganization:view'];

let server: Server;
let database: Client;
let here: { id: string };
let there: { id: string };
/** Sees what lies in the division `here`. */
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

const page = (query: string, token?: string): Promise<Answer> => server.request('GET', `${EVENTS}?${query}`, token ? { token } : {});
const now = async (token?: string): Promise<string> => (await page('after=now', token)).body.cursors.after;
const since = async (after: string, token?: string, query = ''): Promise<Json[]> => (await page(`after=${after}${query}`, token)).body.entities;
const said = (events: Json[]) => events.map(({ eventBody, metadata }) => `${metadata.action} ${eventBody.firstName ?? eventBody.name ?? eventBody.id}`);
const change = (method: string, path: string, body?: unknown) => server.request(method, E + path, body === undefined ? {} : { body });

describe('events', () => {
  it('tell of all that happens to a record, in order, in the platform’s shape', async () => {
    const after = await now();
    const user = await makeUser(server);
    const organization = await make(server, '/organizations', { name: 'Acme', tags: ['a'] });
    const made = await change('POST', '/contacts', { firstName: 'Ann', workPhone: { display: '+13175550123' }, externalOrganization: { id: organization.id } });
    const contact = made.body;
    const note = await make(server, `/contacts/${contact.id}/notes`, { noteText: 'Tea.' });
    const memo = await make(server, `/organizations/${organization.id}/notes`, { noteText: 'Big.' });
    const link = await make(server, '/relationships', { user: { id: user.id }, externalOrganization: { id: organization.id }, relationship: 'Manager' });
    await change('PUT', `/contacts/${contact.id}`, { ...contact, firstName: 'Anne' });
    await change('DELETE', `/contacts/${contact.id}/notes/${note.id}`);
    await change('DELETE', `/relationships/${link.id}`);
    await change('DELETE', `/contacts/${contact.id}`);

    const events = await since(after);
    const contacts = `v2.externalcontacts.contacts.${contact.id}`;
    const organizations = `v2.externalcontacts.organizations.${organization.id}`;
    const relationships = `v2.externalcontacts.relationships.${link.id}`;
    expect(events.map(({ topicName, metadata }) => [topicName, metadata.action])).toEqual([
      [organizations, 'create'],
      [contacts, 'create'],
      [`${contacts}.notes.${note.id}`, 'create'],
      [`${organizations}.notes.${memo.id}`, 'create'],
      [relationships, 'create'],
      [contacts, 'update'],
      [`${contacts}.notes.${note.id}`, 'delete'],
      [relationships, 'delete'],
      [contacts, 'delete'],
    ]);
    const { selfUri: _, ...fields } = contact;
    const whole = {
      id: organization.id,
      name: 'Acme',
      tags: ['a'],
      createDate: organization.createDate,
      modifyDate: organization.modifyDate,
      division: { id: '*' },
    };
    expect(events[1]).toEqual({
      topicName: contacts,
      version: '2',
      eventBody: { ...fields, division: { id: '*' }, externalOrganization: whole },
      metadata: {
        CorrelationId: made.headers.get('inin-correlation-id'),
        id: expect.stringMatching(UUID),
        action: 'create',
        time: expect.stringMatching(DATE),
      },
    });
    expect(events[2].eventBody).toEqual({
      id: note.id,
      division: { id: '*' },
      entityId: contact.id,
      entityType: 'Contact',
      noteText: 'Tea.',
      createdBy: { id: server.firstRun.clientId },
      createDate: note.createDate,
      modifyDate: note.modifyDate,
    });
    expect(events[4].eventBody).toMatchObject({ id: link.id, user: { id: user.id }, relationship: 'Manager', externalOrganization: whole });
    expect(events.at(-1)?.eventBody).toMatchObject({ id: contact.id, firstName: 'Anne' });
    expect(new Set(events.map(({ metadata }) => metadata.id)).size).toBe(events.length);
  });

  it('are read on by the cursor, by nextUri or from any event', async () => {
    const after = await now();
    for (const firstName of ['1', '2', '3', '4', '5']) await make(server, '/contacts', { firstName });
    const all = await since(after);
    expect(said(all)).toEqual(['create 1', 'create 2', 'create 3', 'create 4', 'create 5']);
    const walked: Json[] = [];
    let pages = 0;
    let next: string | undefined = `${EVENTS}?after=${after}&limit=2`;
    for (; next; pages += 1) {
      const { body }: Answer = await server.request('GET', next);
      expect(body.selfUri).toBe(next);
      walked.push(...body.entities);
      next = body.nextUri;
    }
    expect([pages, walked]).toEqual([3, all]);
    expect(await since(all[2].metadata.id)).toEqual(all.slice(3));
    expect(await since(all[2].metadata.id.toUpperCase())).toEqual(all.slice(3));
    const beginning = await page('limit=1');
    expect((await page('limit=1&after=')).body.entities).toEqual(beginning.body.entities);
    expect((await since(beginning.body.cursors.after, undefined, '&limit=1000')).slice(-5)).toEqual(all);
  });

  it('are only those of the kinds and topics asked for', async () => {
    const after = await now();
    const [one, two] = [await make(server, '/contacts', { firstName: 'One' }), await make(server, '/contacts', { firstName: 'Two' })];
    const note = await make(server, `/contacts/${one.id}/notes`, { noteText: 'x' });
    const organization = await make(server, '/organizations', { name: 'Three' });
    const ids = async (query: string) => (await since(after, undefined, query)).map(({ eventBody }) => eventBody.id);
    expect(await ids('&kinds=contactNote,organization')).toEqual([note.id, organization.id]);
    expect(await ids(`&topics=v2.externalcontacts.contacts.${two.id}&topics=v2.externalcontacts.contacts.${one.id}.notes.${note.id}`)).toEqual([
      two.id,
      note.id,
    ]);
    expect(await ids(`&topics=v2.externalcontacts.contacts.${two.id}.notes.${note.id},v2.externalcontacts.organizations.${one.id}`)).toEqual([]);
    expect(await ids(`&topics=v2.externalcontacts.contacts.${'-'.repeat(36)}`)).toEqual([]);
    expect(await ids(`&kinds=contact&limit=1`)).toEqual([one.id]);
    for (const query of ['kinds=user', 'topics=v2.users.x', 'limit=0', 'limit=1001', 'wait=31']) expect((await page(query)).status).toBe(400);
  });

  it('come in the order of their positions, and none before one that is still being written', async () => {
    const after = await now();
    const slow = await connectDatabase(server);
    await slow.query('begin');
    await slow.query('select hold_changes($1)', [server.firstRun.organizationId]);
    await slow.query(
      `insert into changes (org_id, kind, record_id, action, division_id, at, client_id, home_org_id, correlation_id, body)
        values ($1, 'contact', $2::uuid, 'create', '00000000-0000-0000-0000-000000000000', now(), $1, $1, $1, json_build_object('id', $2::text, 'firstName', 'Slow'))`,
      [server.firstRun.organizationId, NOBODY],
    );
    await make(server, '/contacts', { firstName: 'Quick' });
    const empty = await page(`after=${after}&wait=1`);
    expect(empty.body).toMatchObject({ entities: [], cursors: { after: expect.stringMatching(UUID) } });
    const waiting = since(empty.body.cursors.after, undefined, '&wait=30');
    await slow.query('commit');
    expect(said(await waiting)).toEqual(['create Slow', 'create Quick']);
    await slow.end();
  });

  it('are complete and in the order of each record, however many write at once', async () => {
    const after = await now();
    const { id } = await make(server, '/contacts', { firstName: 'start' });
    const names = Array.from({ length: 20 }, (_, i) => `v${i}`);
    const answers = await Promise.all(names.map((firstName) => change('PUT', `/contacts/${id}`, { firstName })));
    // Each write's entity tag is the version that it made: the order in which the database let them through.
    const version = (answer: Answer) => Number(answer.headers.get('etag')?.replaceAll('"', ''));
    const order = answers.toSorted((a, b) => version(a) - version(b)).map(({ body }) => body.firstName);
    expect(new Set(order).size).toBe(names.length);
    expect((await since(after, undefined, '&wait=30')).map(({ eventBody }) => eventBody.firstName)).toEqual(['start', ...order]);
  });
});

describe('a follower who waits', () => {
  it('is answered as soon as there is something', async () => {
    const after = await now();
    const waiting = since(after, undefined, '&wait=30');
    await make(server, '/contacts', { firstName: 'Awaited' });
    expect(said(await waiting)).toEqual(['create Awaited']);
  });

  it('is answered with nothing when there is nothing, not before his time', async () => {
    const startedAt = performance.now();
    const { status, body } = await page(`after=${await now()}&wait=1`);
    expect([status, body.entities, body.nextUri]).toEqual([200, [], undefined]);
    expect(performance.now() - startedAt).toBeGreaterThan(950);
  });

  it('is not woken by what he may not see', async () => {
    const waiting = since(await now(narrow.token), narrow.token, '&wait=30');
    await make(server, '/contacts', { firstName: 'Hidden', division: there });
    await make(server, '/contacts', { firstName: 'Shown', division: here });
    expect(said(await waiting)).toEqual(['create Shown']);
  });

  it('is refused when he has lost the permission meanwhile', async () => {
    const caller = await makeCaller(server, VIEW);
    const waiting = page(`after=${await now(caller.token)}&wait=30`, caller.token);
    // Known to the server, and waiting, by the time that another request of his is answered.
    await page('limit=1', caller.token);
    await must(server, 'DELETE', `/api/v2/oauth/clients/${caller.clientId}`);
    await make(server, '/contacts', { firstName: 'Too late' });
    expect(await waiting).toMatchObject({ status: 401, body: { code: 'bad.credentials' } });
  });
});

describe('a follower sees', () => {
  it('what lies in his divisions or in none, and no trace of the rest', async () => {
    const after = await now(narrow.token);
    const hidden = await make(server, '/contacts', { firstName: 'Hidden', division: there });
    await change('PUT', `/contacts/${hidden.id}`, { firstName: 'Still hidden' });
    for (const query of ['', '&limit=1', `&topics=v2.externalcontacts.contacts.${hidden.id}`]) {
      const { body } = await page(`after=${after}${query}`, narrow.token);
      expect(body).toEqual({ entities: [], cursors: { after: expect.stringMatching(UUID) }, selfUri: expect.any(String) });
    }
    await make(server, '/contacts', { firstName: 'Shown', division: here });
    await make(server, '/contacts', { firstName: 'Hidden', division: there });
    await make(server, '/contacts', { firstName: 'Of nobody' });
    await make(server, '/contacts', { firstName: 'Hidden', division: there });
    const { body } = await page(`after=${after}&limit=2`, narrow.token);
    expect(said(body.entities)).toEqual(['create Shown', 'create Of nobody']);
    // That hidden changes follow does not make it a page with a next one.
    expect(body.nextUri).toBeUndefined();
  });

  it('cursors that differ whether anything happened or not, and that pass what is hidden', async () => {
    const first = await now(narrow.token);
    const idle = await page(`after=${first}`, narrow.token);
    await make(server, '/contacts', { firstName: 'Hidden', division: there });
    const busy = await page(`after=${idle.body.cursors.after}`, narrow.token);
    expect(new Set([first, idle.body.cursors.after, busy.body.cursors.after]).size).toBe(3);
    expect(said(await since(busy.body.cursors.after))).toEqual([]);
    expect(said(await since(first))).toEqual(['create Hidden']);
  });

  it('only the kinds of records that he may view', async () => {
    const [contacts, organizations, neither] = [
      await makeCaller(server, ['liaison:event:view', 'relate:contact:view']),
      await makeCaller(server, ['liaison:event:view', 'relate:externalOrganization:view']),
      await makeCaller(server, ['liaison:event:view']),
    ];
    const after = await now();
    const organization = await make(server, '/organizations', { name: 'Acme' });
    const contact = await make(server, '/contacts', { firstName: 'Ann', externalOrganization: { id: organization.id } });
    await make(server, `/contacts/${contact.id}/notes`, { noteText: 'x' });
    const ofContacts = await since(after, contacts.token);
    expect(ofContacts.map(({ topicName }) => topicName.split('.')[2])).toEqual(['contacts', 'contacts']);
    expect(ofContacts[0].eventBody.externalOrganization).toEqual({ id: organization.id });
    expect(said(await since(after, organizations.token))).toEqual(['create Acme']);
    expect(await since(after, neither.token)).toEqual([]);
  });

  it('the end of a record that is moved out of his divisions, and one that is moved in', async () => {
    const contact = await make(server, '/contacts', { firstName: 'Mover', division: here });
    const after = await now(narrow.token);
    const moved = await change('PUT', `/contacts/${contact.id}`, { firstName: 'Away', division: there });
    expect(moved.body).toMatchObject({ division: { id: there.id } });
    await change('PUT', `/contacts/${contact.id}`, { firstName: 'Unseen' });
    const [gone, ...more] = await since(after, narrow.token);
    expect(more).toEqual([]);
    expect(gone).toEqual({
      topicName: `v2.externalcontacts.contacts.${contact.id}`,
      version: '2',
      eventBody: { id: contact.id },
      metadata: { CorrelationId: expect.stringMatching(UUID), id: expect.stringMatching(UUID), action: 'delete', time: expect.stringMatching(DATE) },
    });
    expect(said(await since(after))).toEqual(['update Away', 'update Unseen']);
    await change('PUT', `/contacts/${contact.id}`, { firstName: 'Back', division: here });
    expect(said(await since(gone.metadata.id, narrow.token))).toEqual(['update Back']);
  });
});

describe('is refused', () => {
  it('what is no event of the organization', async () => {
    const { clientId, clientSecret } = await makeOrganization(server, 'Stranger');
    const stranger = await server.tokenFor(clientId, clientSecret);
    expect(await since('', stranger)).toEqual([]);
    const [event] = (await page('limit=1')).body.entities;
    const theirs = await now(stranger);
    for (const [after, token] of [
      [event.metadata.id, stranger],
      [await now(), stranger],
      [theirs, undefined],
      [NOBODY, undefined],
      ['x', undefined],
      ['NOW', undefined],
    ] as const) {
      expect(await page(`after=${after}`, token)).toMatchObject({ status: 422, body: { code: 'invalid.cursor' } });
    }
  });

  it('who may not view events', async () => {
    const caller = await makeCaller(server, ['externalContacts:contact:view']);
    for (const path of [EVENTS, `${EVENTS}/stream`]) {
      expect(await server.request('GET', path, { token: caller.token })).toMatchObject({ status: 403, body: { code: 'missing.any.permissions' } });
      expect(await server.request('GET', path, { token: null })).toMatchObject({ status: 401 });
    }
  });
});
