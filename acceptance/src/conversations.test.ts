// Which conversations were whose, through all that becomes of a contact.
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeClient, makeDivision, makeRole, must } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { DATE, E, idsOf, make, makeContacts, NOBODY, NOT_FOUND } from './directory.ts';
import { EVENTS } from './followers.ts';
import { connect, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';
import { collect, download, erase } from './subject-calls.ts';

const ASSOCIATE = 'externalContacts:conversation:associate';
const VIEW = 'externalContacts:contact:view';

let server: Server;
let database: Client;
let here: Json;
let there: Json;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  database = await connectDatabase(server);
  [here, there] = [await makeDivision(server), await makeDivision(server)];
});
afterAll(async () => {
  await database.end();
  await server.stop();
});

interface Leg {
  conversationId: string;
  communicationId: string;
  mediaType: string;
}
const newLeg = (): Leg => ({ conversationId: randomUUID(), communicationId: randomUUID(), mediaType: 'CALL' });
const put = (leg: Leg, externalContactId?: string, token?: string) =>
  server.request('PUT', `${E}/conversations/${leg.conversationId}`, { body: { ...leg, externalContactId }, ...(token === undefined ? {} : { token }) });
const link = async (leg: Leg, externalContactId?: string, token?: string) => expect((await put(leg, externalContactId, token)).status).toBe(202);
const list = (id: string, query = '', token?: string): Promise<Json> =>
  must(server, 'GET', `/liaison/v1/contacts/${id}/conversations${query}`, undefined, token);
/** The conversations of a contact, each with whom it is linked to. */
const seen = async (id: string): Promise<Json[]> => (await list(id)).entities.map((one: Json) => [one.conversationId, one.externalContact.id]);
const newContact = async (more = {}): Promise<string> => (await make(server, '/contacts', { firstName: 'Ada', ...more })).id;
const audits = async (leg: Leg, token?: string): Promise<string[]> =>
  (await must(server, 'GET', `/liaison/v1/audits?entityType=conversation&entityId=${leg.conversationId}`, undefined, token)).entities.map(
    ({ action }: Json) => action,
  );

describe.each(SDKS)('a conversation, by %s', (name) => {
  let contacts: Sdk['contacts'];
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
  });

  it('is linked to a contact, to another instead, and to none', async () => {
    const [ada, bob] = [await newContact(), await newContact()];
    const leg = newLeg();
    const say = (body: object) => contacts.putExternalcontactsConversation(leg.conversationId, body);
    expect(await say({ ...leg, externalContactId: ada })).toBeUndefined();
    expect((await list(ada)).entities).toEqual([
      { ...leg, externalContact: { id: ada, selfUri: `${E}/contacts/${ada}` }, dateAssociated: expect.stringMatching(DATE) },
    ]);
    await say({ ...leg, externalContactId: bob });
    expect([await seen(ada), await seen(bob)]).toEqual([[], [[leg.conversationId, bob]]]);
    await say({ ...leg, externalContactId: null });
    expect(await seen(bob)).toEqual([]);
    await say(leg);
    expect(await audits(leg)).toEqual(['delete', 'create', 'delete', 'create']);
  });

  it('is refused for a contact that is not there, and under another id than its own', async () => {
    const [id, leg] = [await newContact(), newLeg()];
    for (const externalContactId of [NOBODY, 'Ada']) {
      expect(await refused(contacts.putExternalcontactsConversation(leg.conversationId, { ...leg, externalContactId }))).toEqual(NOT_FOUND);
    }
    expect(await refused(contacts.putExternalcontactsConversation(randomUUID(), { ...leg, externalContactId: id }))).toMatchObject({
      status: 400,
      details: [{ fieldName: 'conversationId' }],
    });
    for (const wrong of [{ mediaType: 'PIGEON' }, { communicationId: 'x'.repeat(256) }, { communicationId: '' }]) {
      expect(await refused(contacts.putExternalcontactsConversation(leg.conversationId, { ...leg, ...wrong, externalContactId: id }))).toMatchObject({
        status: 400,
      });
    }
    expect(await audits(leg)).toEqual([]);
  });
});

describe('links', () => {
  it('are there once however often they are made', async () => {
    const [id, leg] = [await newContact(), newLeg()];
    await Promise.all([1, 2, 3].map(() => link(leg, id.toUpperCase())));
    expect(await seen(id)).toEqual([[leg.conversationId, id]]);
    expect(await audits(leg)).toEqual(['create']);
    await link({ ...leg, mediaType: 'VIDEO' }, id);
    expect((await list(id)).entities[0].mediaType).toBe('VIDEO');
    expect(await audits(leg)).toEqual(['update', 'create']);
  });

  it('are one for each leg, whoever is first of many', async () => {
    const people = idsOf(
      await makeContacts(
        server,
        Array.from({ length: 5 }, () => ({})),
      ),
    );
    const [leg, other] = [newLeg(), newLeg()];
    await link({ ...other, conversationId: leg.conversationId }, people[0]);
    await Promise.all(people.map((id) => link(leg, id)));
    const legs = (await Promise.all(people.map((id) => list(id)))).flatMap(({ entities }) => entities.map((one: Json) => one.communicationId));
    expect(legs.sort()).toEqual([leg.communicationId, other.communicationId].sort());
  });

  it('are listed from the newest, a page at a time', async () => {
    const id = await newContact();
    const legs = [newLeg(), newLeg(), newLeg()];
    for (const leg of legs) await link(leg, id);
    const first = await list(id, '?limit=2');
    const second = await must(server, 'GET', first.nextUri);
    expect([...first.entities, ...second.entities].map(({ conversationId }) => conversationId)).toEqual(legs.map((leg) => leg.conversationId).reverse());
    expect([second.nextUri, second.cursors]).toEqual([undefined, {}]);
    const other = await newContact();
    expect((await server.request('GET', `/liaison/v1/contacts/${other}/conversations?cursor=${first.cursors.after}`)).body.code).toBe('invalid.cursor');
    expect((await server.request('GET', `/liaison/v1/contacts/${NOBODY}/conversations`)).body).toEqual(NOT_FOUND);
  });

  it('are events with whom they are of', async () => {
    const [id, leg] = [await newContact({ division: { id: here.id } }), newLeg()];
    const { cursors } = await must(server, 'GET', `${EVENTS}?after=now`);
    await link(leg, id);
    await link(leg);
    const events = (await must(server, 'GET', `${EVENTS}?after=${cursors.after}&kinds=conversation`)).entities;
    expect(events.map(({ topicName, eventBody, metadata }: Json) => [topicName, metadata.action, eventBody])).toEqual(
      ['create', 'delete'].map((action) => [
        `liaison.conversations.${leg.conversationId}`,
        action,
        { id: leg.conversationId, ...leg, externalContact: { id }, dateAssociated: expect.stringMatching(DATE) },
      ]),
    );
    const blind = await makeCaller(server, ['liaison:event:view', 'liaison:audit:view', VIEW], there.id);
    expect((await must(server, 'GET', `${EVENTS}?after=${cursors.after}&kinds=conversation`, undefined, blind.token)).entities).toEqual([]);
    expect(await audits(leg, blind.token)).toEqual([]);
  });

  it('keep an observed contact for longer', async () => {
    const { contact } = await must(server, 'POST', '/liaison/v1/observe', { identifiers: [{ type: 'Cookie', value: randomUUID() }] });
    await database.query("update contacts set expires_at = now() + interval '1 day' where id = $1", [contact.id]);
    await link(newLeg(), contact.id);
    const { rows } = await database.query('select extract(day from expires_at - now())::int as days from contacts where id = $1', [contact.id]);
    expect(rows).toEqual([{ days: 59 }]);
  });
});

describe('whoever may associate in one division', () => {
  it('links its contacts, and learns nothing of links in others', async () => {
    const caller = await makeCaller(server, [ASSOCIATE, VIEW], here.id);
    const [mine, hidden, leg] = [await newContact({ division: { id: here.id } }), await newContact({ division: { id: there.id } }), newLeg()];
    await link(leg, hidden);
    expect((await put(newLeg(), hidden, caller.token)).body).toEqual(NOT_FOUND);
    await link(leg, mine, caller.token);
    expect([await seen(mine), await seen(hidden)]).toEqual([[[leg.conversationId, mine]], [[leg.conversationId, hidden]]]);
    await link(leg, undefined, caller.token);
    expect([await seen(mine), await seen(hidden)]).toEqual([[], [[leg.conversationId, hidden]]]);
    expect((await server.request('GET', `/liaison/v1/contacts/${hidden}/conversations`, { token: caller.token })).body).toEqual(NOT_FOUND);
    await link(leg, mine, caller.token);
    await link(leg, mine);
    expect(await seen(hidden)).toEqual([]);
  });

  it('is refused where he may only see the contact', async () => {
    const viewer = await makeCaller(server, [VIEW]);
    const id = await newContact();
    expect(await put(newLeg(), id, viewer.token)).toMatchObject({ status: 403, body: { code: 'missing.any.permissions' } });
    expect((await list(id, '', viewer.token)).entities).toEqual([]);
    const role = await makeRole(server, VIEW);
    const elsewhere = await makeRole(server, ASSOCIATE);
    const split = await makeClient(server, [
      { roleId: role.id, divisionId: there.id },
      { roleId: elsewhere.id, divisionId: here.id },
    ]);
    const closed = await newContact({ division: { id: there.id } });
    expect((await put(newLeg(), closed, split.token)).body).toMatchObject({ status: 403, code: 'missing.division.permission' });
  });
});

describe('the conversations of a contact', () => {
  const merge = async (...ids: string[]): Promise<string> => (await make(server, '/contacts/merge', { contactIds: ids })).id;
  const unmerge = (id: string, body = {}) => must(server, 'POST', `/liaison/v1/contacts/${id}/unmerge`, body);

  it('are seen from whom it was merged into, and given back by the unmerge', async () => {
    const [ada, bob] = [await newContact(), await newContact()];
    const [hers, his, later] = [newLeg(), newLeg(), newLeg()];
    await link(hers, ada);
    await link(his, bob);
    const head = await merge(ada, bob);
    await link(later, ada);
    const all = [
      [later.conversationId, head],
      [his.conversationId, bob],
      [hers.conversationId, ada],
    ];
    for (const id of [head, ada, bob]) expect(await seen(id)).toEqual(all);
    // Said once more, of any of the set: it is the same person's already.
    await link(hers, head);
    await link(his, ada);
    expect(await seen(head)).toEqual(all);
    await unmerge(head, { notesTo: ada });
    expect(await seen(ada)).toEqual([
      [later.conversationId, ada],
      [hers.conversationId, ada],
    ]);
    expect(await seen(bob)).toEqual([[his.conversationId, bob]]);
    expect(await audits(later)).toEqual(['update', 'create']);
  });

  it('go with it, and are told of', async () => {
    const [id, leg] = [await newContact(), newLeg()];
    await link(leg, id);
    await must(server, 'DELETE', `${E}/contacts/${id}`);
    expect(await audits(leg)).toEqual(['delete', 'create']);
    expect((await server.request('GET', `/liaison/v1/contacts/${id}/conversations`)).body).toEqual(NOT_FOUND);
  });

  it('move with it to another division', async () => {
    await must(server, 'PUT', '/liaison/v1/settings', { divisionMoves: true });
    const [id, leg] = [await newContact({ division: { id: here.id } }), newLeg()];
    await link(leg, id);
    const { cursors } = await must(server, 'GET', `${EVENTS}?after=now`);
    const follower = await makeCaller(server, ['liaison:event:view', VIEW], here.id);
    await must(server, 'PUT', `${E}/contacts/${id}`, { division: { id: there.id } });
    const [event] = (await must(server, 'GET', `${EVENTS}?after=${cursors.after}&kinds=conversation`, undefined, follower.token)).entities;
    expect([event.metadata.action, event.eventBody]).toEqual(['delete', { id: leg.conversationId }]);
    const caller = await makeCaller(server, [ASSOCIATE, VIEW], here.id);
    await link(leg, undefined, caller.token);
    expect(await seen(id)).toEqual([[leg.conversationId, id]]);
  });

  it('are in the archive of what is held, and taken out by an erasure', async () => {
    const [id, leg, gone] = [await newContact(), newLeg(), newLeg()];
    await link(leg, id);
    await link(gone, id);
    await link(gone);
    const archive = JSON.parse((await download(await collect(server, { contactId: id }))).text);
    expect(archive.conversations).toMatchObject([{ conversationId: leg.conversationId, externalContact: { id } }]);
    expect(archive.history.filter(({ type }: Json) => type === 'conversation').map(({ action }: Json) => action)).toEqual(['create', 'create', 'delete']);
    await erase(server, { contactIds: [id] });
    for (const { conversationId } of [leg, gone]) {
      const { text } = await server.request('GET', `/liaison/v1/audits?entityId=${conversationId}`);
      expect([text.includes(leg.communicationId), text.includes(gone.communicationId)]).toEqual([false, false]);
    }
  });
});
