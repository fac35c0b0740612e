// A contact's journey: sessions as they are fed, segments that are assigned for a time, and both through all that becomes of
// the contact.
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeClient, makeDivision, makeRole, must } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { DATE, E, make, NOBODY, NOT_FOUND, UUID } from './directory.ts';
import { channel, EVENTS } from './followers.ts';
import { until } from './importing.ts';
import { EVERYTHING, FAR, visit } from './journey-fixtures.ts';
import { connect, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';
import { collect, download, erase, tablesWith } from './subject-calls.ts';

const SESSIONS = '/liaison/v1/journey/sessions';
const SEGMENTS = '/liaison/v1/journey/segments';
const VIEW = 'externalContacts:contact:view';
const SEE = ['externalContacts:session:view', 'externalContacts:segmentAssignment:view'];
const FEED = ['externalContacts:session:add', 'externalContacts:segmentAssignment:add'];

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

const newContact = async (more = {}): Promise<string> => (await make(server, '/contacts', { firstName: 'Ada', ...more })).id;
const reference = (id: string) => ({ id, selfUri: `${E}/contacts/${id}` });

const feed = (path: string, entities: unknown[], token?: string): Promise<Json> => must(server, 'POST', path, { entities }, token);
/** Feeds what must be taken in, and says what is stored. */
async function fed(path: string, ...entities: unknown[]): Promise<Json[]> {
  const { results, errorCount } = await feed(path, entities);
  expect(errorCount, JSON.stringify(results)).toBe(0);
  return results.map(({ entity }: Json) => entity);
}
const journey = (id: string, what: 'sessions' | 'segments', query = '', token?: string): Promise<Json> =>
  must(server, 'GET', `${E}/contacts/${id}/journey/${what}${query}`, undefined, token);
const sessions = async (id: string, query = ''): Promise<Json[]> => (await journey(id, 'sessions', query)).entities;
/** Segment and whose it is, sorted. */
const segments = async (id: string, query = ''): Promise<string[][]> =>
  (await journey(id, 'segments', query)).entities.map((one: Json) => [one.segment.id, one.externalContact.id]).sort();
const change = (id: string, assign: string[], unassign: string[] = [], token?: string) =>
  server.request('POST', `${E}/contacts/${id}/journey/segments`, {
    body: { assign: { segments: assign.map((one) => ({ id: one })) }, unassign: { segments: unassign.map((one) => ({ id: one })) } },
    ...(token === undefined ? {} : { token }),
  });
const assigned = async (id: string, ...names: string[]) => expect((await change(id, names)).body.unprocessedItems.count).toBe(0);
const now = async (): Promise<string> => (await must(server, 'GET', `${EVENTS}?after=now`)).cursors.after;
const eventsSince = async (after: string, query: string, token?: string): Promise<Json[]> =>
  (await must(server, 'GET', `${EVENTS}?after=${after}${query}`, undefined, token)).entities;
const audits = async (type: string, query = ''): Promise<Json[]> => (await must(server, 'GET', `/liaison/v1/audits?entityType=${type}${query}`)).entities;
const merge = async (...ids: string[]): Promise<string> => (await make(server, '/contacts/merge', { contactIds: ids })).id;
const unmerge = (id: string, body = {}) => must(server, 'POST', `/liaison/v1/contacts/${id}/unmerge`, body);

describe.each(SDKS)('a journey, by %s', (name) => {
  let contacts: Sdk['contacts'];
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
  });

  it('has no sessions and no segments where nothing was fed', async () => {
    const id = await newContact();
    const url = `${E}/contacts/${id}/journey/sessions`;
    expect(await contacts.getExternalcontactsContactJourneySessions(id)).toEqual({ entities: [], selfUri: url });
    expect(await contacts.getExternalcontactsContactJourneySegments(id)).toEqual({ entities: [] });
    for (const method of ['getExternalcontactsContactJourneySessions', 'getExternalcontactsContactJourneySegments'] as const)
      expect(await refused(contacts[method](NOBODY))).toEqual(NOT_FOUND);
    expect(await refused(contacts.postExternalcontactsContactJourneySegments(NOBODY, { body: {} }))).toEqual(NOT_FOUND);
  });

  it('is walked through by the links, forwards and backwards', async () => {
    const id = await newContact();
    const days = ['01', '02', '03', '04', '05'];
    await fed(SESSIONS, ...days.map((day) => visit(id, { createdDate: `2026-03-${day}T00:00:00.000Z` })));
    const daysOf = ({ entities }: Json) => entities.map(({ createdDate }: Json) => createdDate.slice(8, 10));
    const first = await contacts.getExternalcontactsContactJourneySessions(id, { pageSize: '2' });
    expect([daysOf(first), first.previousUri]).toEqual([['05', '04'], undefined]);
    const after = new URL(first.nextUri, server.url).searchParams.get('after');
    const second = await contacts.getExternalcontactsContactJourneySessions(id, { pageSize: '2', after });
    expect(daysOf(second)).toEqual(['03', '02']);
    const last = await must(server, 'GET', second.nextUri);
    expect([daysOf(last), last.nextUri]).toEqual([['01'], undefined]);
    const back = await must(server, 'GET', last.previousUri);
    expect(daysOf(back)).toEqual(['03', '02']);
    expect(daysOf(await must(server, 'GET', back.nextUri))).toEqual(['01']);
    const start = await must(server, 'GET', back.previousUri);
    expect([daysOf(start), start.previousUri]).toEqual([['05', '04'], undefined]);
    for (const pageSize of ['0', '201', 'x'])
      expect(await refused(contacts.getExternalcontactsContactJourneySessions(id, { pageSize }))).toMatchObject({ status: 400 });
    expect(await refused(contacts.getExternalcontactsContactJourneySessions(await newContact(), { after }))).toMatchObject({ code: 'invalid.cursor' });
  });

  it('has segments that are assigned, assigned for longer, and taken away', async () => {
    const id = await newContact();
    const say = (body: object) => contacts.postExternalcontactsContactJourneySegments(id, { body });
    const list = async () => (await contacts.getExternalcontactsContactJourneySegments(id)).entities;
    expect(await contacts.postExternalcontactsContactJourneySegments(id, {})).toEqual({ unprocessedItems: { count: 0 } });
    expect(await say({ assign: { segments: [{ id: 'vip' }, { id: 'new' }, { id: 'vip' }] } })).toEqual({ unprocessedItems: { count: 0 } });
    const [vip] = (await list()).filter(({ segment }: Json) => segment.id === 'vip');
    expect(vip).toEqual({
      dateAssigned: expect.stringMatching(DATE),
      dateForUnassignment: expect.stringMatching(DATE),
      segment: { id: 'vip' },
      externalContact: reference(id),
    });
    expect(Date.parse(vip.dateForUnassignment) - Date.parse(vip.dateAssigned)).toBe(60 * 86_400_000);
    await say({ assign: { segments: [{ id: 'vip' }] } });
    const [longer] = (await list()).filter(({ segment }: Json) => segment.id === 'vip');
    expect([longer.dateAssigned, longer.dateForUnassignment > vip.dateForUnassignment]).toEqual([vip.dateAssigned, true]);
    expect(await say({ assign: { segments: [{ id: 'more' }] }, unassign: { segments: [{ id: 'vip' }, { id: 'nobody' }] } })).toEqual({
      unprocessedItems: { unassign: { segments: [{ id: 'nobody' }] }, count: 1 },
    });
    expect(await segments(id)).toEqual([
      ['more', id],
      ['new', id],
    ]);
    expect((await contacts.getExternalcontactsContactJourneySegments(id, { limit: 1 })).entities).toMatchObject([{ segment: { id: 'more' } }]);
  });

  it('takes no more than ten changes at once, and none that contradict', async () => {
    const id = await newContact();
    const some = (count: number, word = 's') => ({ segments: Array.from({ length: count }, (_, i) => ({ id: `${word}${i}` })) });
    const say = (assign: object, unassign?: object) => contacts.postExternalcontactsContactJourneySegments(id, { body: { assign, unassign } });
    await say(some(5), some(5, 't'));
    for (const [assign, unassign] of [[some(11)], [some(6), some(5, 't')], [some(1), some(1)], [{ segments: [{ id: 'x'.repeat(256) }] }], [{ segments: [{}] }]])
      expect(await refused(say(assign as object, unassign))).toMatchObject({ status: 400, code: 'constraint.validation' });
    expect(await segments(id)).toHaveLength(5);
  });
});

describe('sessions that are fed', () => {
  it('are shown as they were fed, each field', async () => {
    const id = await newContact({ division: { id: here.id } });
    const session = visit(id, EVERYTHING);
    const [stored] = await fed(SESSIONS, session);
    expect(stored).toEqual({ ...session, externalContact: reference(id), divisionIds: [here.id] });
    expect(await sessions(id)).toEqual([stored]);
  });

  it('are there once however often they are fed, as they were fed last', async () => {
    const id = await newContact();
    const session = visit(id);
    const after = await now();
    await Promise.all([1, 2, 3].map(() => feed(SESSIONS, [session, session])));
    const [again] = await fed(SESSIONS, { ...session, eventCount: 2, ipAddress: '192.0.2.9' });
    await fed(SESSIONS, { ...session, id: session.id.toUpperCase(), eventCount: 2, ipAddress: '192.0.2.9' });
    expect(await sessions(id)).toEqual([again]);
    const events = await eventsSince(after, `&topics=v2.externalcontacts.contacts.${id}.journey.sessions`);
    expect(events.map(({ metadata, eventBody }) => [metadata.action, eventBody.eventCount, eventBody.externalContact])).toEqual([
      ['create', 1, { id }],
      ['update', 2, { id }],
    ]);
    expect(await audits('journeySession', `&entityId=${session.id}`)).toMatchObject([
      {
        action: 'update',
        changes: expect.arrayContaining([
          { field: '$.eventCount', before: 1, after: 2 },
          { field: '$.ipAddress', after: '192.0.2.9' },
        ]),
      },
      { action: 'create' },
    ]);
  });

  it('have an outcome each, and one that is wrong fails no other', async () => {
    const id = await newContact();
    const { id: _, ...nameless } = visit(id);
    const bad: [unknown, number, string?][] = [
      [nameless, 422, 'id'],
      [visit(id, { id: 'x1' }), 422, 'id'],
      [visit(id, { id: 'urn:uuid:5f0e1a52-6b0c-4c9e-9a57-2f3f0c1d7a10' }), 422, 'id'],
      [visit(id, { attributes: { 'a\0b': { dataType: 'string', value: 'x' } } }), 422],
      [visit(id, { attributes: { '\ud800': { dataType: 'string', value: 'x' } } }), 422],
      [visit(id, { externalContact: null }), 422, 'externalContact'],
      [visit(id, { externalContact: { selfUri: 'x' } }), 422, 'externalContact.id'],
      [visit(id, { externalContact: { id: 'x' } }), 422, 'externalContact.id'],
      [visit(id, { createdDate: '2026-02-30T10:00:00Z' }), 422, 'createdDate'],
      [visit(id, { lastEvent: { id: 'e', eventName: 'n', createdDate: '2026-12-31T23:59:60Z' } }), 422, 'lastEvent.createdDate'],
      [visit(id, { eventCount: 1.5 }), 422, 'eventCount'],
      [visit(id, { userAgentString: 'x'.repeat(64 * 1024) }), 422, ''],
      [visit(NOBODY), 404],
      ['session', 400],
    ];
    const { results, errorCount } = await feed(SESSIONS, [visit(id), ...bad.map(([item]) => item), visit(id)]);
    expect(errorCount).toBe(bad.length);
    expect([results[0], results.at(-1)]).toMatchObject([{ success: true }, { success: true }]);
    for (const [i, [, status, field]] of bad.entries())
      expect(results[i + 1]).toMatchObject({
        success: false,
        error: { status, ...(field === undefined ? {} : { details: [field ? { fieldName: field } : {}] }) },
      });
    expect(await sessions(id)).toHaveLength(2);
    expect(await server.request('POST', SESSIONS, { body: { entities: Array.from({ length: 1001 }, () => ({})) } })).toMatchObject({ status: 400 });
  });

  it('go over to another contact of the division who is said to have had them', async () => {
    const [visitor, known, elsewhere] = [await newContact(), await newContact(), await newContact({ division: { id: there.id } })];
    const session = visit(visitor);
    await fed(SESSIONS, session);
    await fed(SESSIONS, { ...session, externalContact: { id: known } });
    expect([await sessions(visitor), (await sessions(known)).map(({ id }) => id)]).toEqual([[], [session.id]]);
    const { results } = await feed(SESSIONS, [{ ...session, externalContact: { id: elsewhere } }]);
    expect(results).toMatchObject([{ error: { status: 409, code: 'division.change.not.allowed' } }]);
  });

  it('keep an observed contact for longer, from when it was last seen in them', async () => {
    const { contact } = await must(server, 'POST', '/liaison/v1/observe', { identifiers: [{ type: 'Cookie', value: randomUUID() }] });
    const leftDays = async () => {
      const { rows } = await database.query('select extract(day from expires_at - now())::int as days from contacts where id = $1', [contact.id]);
      return rows[0].days;
    };
    await database.query("update contacts set expires_at = now() + interval '90 minutes' + interval '1 day' where id = $1", [contact.id]);
    const last = (ms: number) => ({ lastEvent: { id: 'e', eventName: 'n', createdDate: new Date(Date.now() + ms).toISOString() } });
    await fed(SESSIONS, visit(contact.id));
    expect(await leftDays()).toBe(1);
    await fed(SESSIONS, visit(contact.id, last(-30 * 86_400_000)));
    expect(await leftDays()).toBe(29);
    await fed(SESSIONS, visit(contact.id, last(30 * 86_400_000)));
    expect(await leftDays()).toBe(59);
  });
});

describe('segments that are fed', () => {
  it('are assigned to many contacts, once for each session and once for none', async () => {
    const [ada, bob] = [await newContact(), await newContact()];
    const one = { externalContact: { id: ada }, segment: { id: 'vip' }, dateAssigned: '2026-01-01T01:00:00+01:00', dateForUnassignment: FAR };
    const inSession = { ...one, session: { id: 's1', type: 'web' } };
    const after = await now();
    const stored = await fed(SEGMENTS, one, inSession, { ...one, externalContact: { id: bob } }, one);
    expect(stored[1]).toEqual({ ...inSession, dateAssigned: '2026-01-01T00:00:00.000Z', externalContact: reference(ada) });
    expect(stored[3]).toEqual(stored[0]);
    await fed(SEGMENTS, inSession);
    expect(await segments(ada)).toEqual([
      ['vip', ada],
      ['vip', ada],
    ]);
    const events = await eventsSince(after, `&topics=v2.externalcontacts.contacts.${ada}.journey.segments`);
    expect(events.map(({ eventBody }) => eventBody.session).sort()).toEqual([{ id: 's1', type: 'web' }, undefined]);
    await fed(SEGMENTS, { ...one, dateAssigned: '2026-02-01T00:00:00Z', dateForUnassignment: '2099-01-01T00:00:00Z' });
    expect((await journey(ada, 'segments')).entities[0]).toMatchObject({
      dateAssigned: '2026-02-01T00:00:00.000Z',
      dateForUnassignment: '2099-01-01T00:00:00.000Z',
    });
  });

  it('have an outcome each', async () => {
    const externalContact = { id: await newContact() };
    const { results, errorIndexes } = await feed(SEGMENTS, [
      { externalContact: { id: NOBODY }, segment: { id: 'vip' } },
      { externalContact, segment: { id: 'vip' }, dateAssigned: '2026-02-01T00:00:00Z', dateForUnassignment: '2026-02-01T00:00:00Z' },
      { externalContact, segment: { id: 'vip' }, dateForUnassignment: '2026-01-01T00:00:00Z' },
      { externalContact, segment: { id: 'vip' }, session: { id: 's' } },
      { externalContact: { id: 'x' }, segment: {} },
      { externalContact, segment: { id: 'vip' } },
    ]);
    expect(errorIndexes).toEqual([0, 1, 2, 3, 4]);
    expect(results.map(({ status, error }: Json) => [status, error?.details[0]?.fieldName])).toEqual([
      [404, undefined],
      [422, 'dateForUnassignment'],
      [422, 'dateForUnassignment'],
      [422, 'session.type'],
      [422, 'segment'],
      [200, undefined],
    ]);
  });
});

describe('a segment whose time is over', () => {
  it('is taken away by itself, and followers are told', async () => {
    const id = await newContact();
    const after = await now();
    const follower = await channel(server, await server.token());
    const soon = new Date(Date.now() + 1000).toISOString();
    await fed(
      SEGMENTS,
      { externalContact: { id }, segment: { id: 'brief' }, dateForUnassignment: soon },
      { externalContact: { id }, segment: { id: 'lasting' } },
    );
    const told = await follower.until((events) => events.some(({ eventBody }) => eventBody.segmentAssignmentEvent?.assignmentState === 'Unassigned'));
    follower.stop();
    expect(told.at(-1).eventBody).toEqual({
      id: expect.stringMatching(UUID),
      correlationId: expect.stringMatching(UUID),
      externalContact: { id },
      createdDate: expect.stringMatching(DATE),
      eventType: 'SegmentAssignmentEvent',
      segmentAssignmentEvent: {
        segment: { id: 'brief' },
        assignmentState: 'Unassigned',
        dateAssigned: expect.stringMatching(DATE),
        dateForUnassignment: soon,
      },
    });
    expect(await segments(id)).toEqual([['lasting', id]]);
    const events = await eventsSince(after, '&kinds=journeySegment');
    expect(events.map(({ metadata }) => metadata.action)).toEqual(['create', 'create', 'delete']);
    expect((await database.query('select segment_id from journey_segments where contact_id = $1', [id])).rows).toEqual([{ segment_id: 'lasting' }]);
  });

  it('counts for nothing from the moment on, and may be assigned anew', async () => {
    const id = await newContact();
    await assigned(id, 'vip');
    await database.query('update journey_segments set expires_at = now() where contact_id = $1', [id]);
    expect(await segments(id)).toEqual([]);
    expect((await change(id, [], ['vip'])).body.unprocessedItems.count).toBe(1);
    await assigned(id, 'vip');
    const [again] = (await journey(id, 'segments')).entities;
    expect(Date.parse(again.dateForUnassignment) - Date.parse(again.dateAssigned)).toBe(60 * 86_400_000);
  });

  it('goes with many others', async () => {
    const id = await newContact();
    const past = { dateAssigned: '2026-01-01T00:00:00Z', dateForUnassignment: '2026-01-02T00:00:00Z' };
    const many = Array.from({ length: 1000 }, (_, i) => ({ externalContact: { id }, segment: { id: `s${i}` }, ...past }));
    await fed(SEGMENTS, ...many);
    expect(await segments(id, '?limit=500')).toEqual([]);
    await until(
      async () => (await database.query('select count(*)::int as left from journey_segments where contact_id = $1', [id])).rows[0].left,
      (left) => left === 0,
    );
  });
});

describe('whoever may do something in one division', () => {
  it('sees and feeds what is of its contacts, and no others', async () => {
    const caller = await makeCaller(server, [...SEE, ...FEED, VIEW], here.id);
    const [mine, hidden, open] = [await newContact({ division: { id: here.id } }), await newContact({ division: { id: there.id } }), await newContact()];
    const secret = visit(hidden);
    await fed(SESSIONS, secret);
    const { results } = await feed(SESSIONS, [visit(mine), visit(open), visit(hidden), { ...secret, externalContact: { id: mine } }], caller.token);
    expect(results.map(({ status }: Json) => status)).toEqual([200, 200, 404, 404]);
    const outcomes = (
      await feed(
        SEGMENTS,
        [mine, hidden].map((id) => ({ externalContact: { id }, segment: { id: 'vip' } })),
        caller.token,
      )
    ).results;
    expect(outcomes.map(({ status }: Json) => status)).toEqual([200, 404]);
    for (const what of ['sessions', 'segments'] as const) {
      expect((await journey(mine, what, '', caller.token)).entities).toHaveLength(1);
      expect((await server.request('GET', `${E}/contacts/${hidden}/journey/${what}`, { token: caller.token })).body).toEqual(NOT_FOUND);
    }
  });

  it('is refused where he may only see contacts', async () => {
    const [viewer, blind] = [await makeCaller(server, [VIEW]), await makeCaller(server, [VIEW, 'liaison:audit:view', 'liaison:event:view'])];
    const id = await newContact();
    const after = await now();
    const session = visit(id);
    await fed(SESSIONS, session);
    await assigned(id, 'vip');
    const missing = { status: 403, body: { code: 'missing.any.permissions' } };
    for (const what of ['sessions', 'segments'])
      expect(await server.request('GET', `${E}/contacts/${id}/journey/${what}`, { token: viewer.token })).toMatchObject(missing);
    for (const path of [SESSIONS, SEGMENTS]) expect(await server.request('POST', path, { token: viewer.token, body: { entities: [] } })).toMatchObject(missing);
    expect(await change(id, ['x'], [], viewer.token)).toMatchObject(missing);
    expect(await eventsSince(after, '&kinds=journeySession,journeySegment', blind.token)).toEqual([]);
    expect((await must(server, 'GET', `/liaison/v1/audits?entityId=${session.id}`, undefined, blind.token)).entities).toEqual([]);
    const webhook = { name: 'w', url: 'https://example.com/', kinds: ['journeySession'] };
    const maker = await makeCaller(server, [VIEW, 'liaison:webhook:add']);
    expect(await server.request('POST', '/liaison/v1/webhooks', { token: maker.token, body: webhook })).toMatchObject({ status: 403 });
    const elsewhere = await makeClient(server, [
      { roleId: (await makeRole(server, VIEW)).id, divisionId: there.id },
      { roleId: (await makeRole(server, ...SEE)).id, divisionId: here.id },
    ]);
    const closed = await newContact({ division: { id: there.id } });
    expect((await server.request('GET', `${E}/contacts/${closed}/journey/sessions`, { token: elsewhere.token })).body).toMatchObject({
      code: 'missing.division.permission',
    });
  });

  it('has done what he may of a change of segments, and is told the rest', async () => {
    const add = await makeCaller(server, [VIEW, 'externalContacts:segmentAssignment:add']);
    const remove = await makeCaller(server, [VIEW, 'externalContacts:segmentAssignment:delete']);
    const id = await newContact();
    await assigned(id, 'old');
    expect((await change(id, ['a'], ['old'], add.token)).body).toEqual({ unprocessedItems: { unassign: { segments: [{ id: 'old' }] }, count: 1 } });
    expect((await change(id, ['b'], ['old'], remove.token)).body).toEqual({ unprocessedItems: { assign: { segments: [{ id: 'b' }] }, count: 1 } });
    expect(await segments(id)).toEqual([['a', id]]);
  });
});

describe('the journey of a contact', () => {
  it('stays with it through a merge, is seen from the whole set, and given back by the unmerge', async () => {
    const [ada, bob] = [await newContact(), await newContact()];
    const [hers, his, later] = [visit(ada, { createdDate: '2026-01-01T00:00:00Z' }), visit(bob, { createdDate: '2026-01-02T00:00:00Z' }), visit(ada)];
    await fed(SESSIONS, hers, his);
    await assigned(ada, 'vip', 'both');
    await assigned(bob, 'new');
    const head = await merge(ada, bob);
    await fed(SESSIONS, later, { ...hers, eventCount: 2 });
    await assigned(ada, 'both', 'later');

    const seen = async (id: string, query = '') => (await sessions(id, query)).map((one) => [one.id, one.externalContact.id]);
    const all = [
      [later.id, head],
      [his.id, bob],
      [hers.id, ada],
    ];
    for (const id of [head, ada, bob]) expect(await seen(id, '?includeMerged=true')).toEqual(all);
    expect([await seen(head), await seen(ada), await seen(bob)]).toEqual([[[later.id, head]], [[hers.id, ada]], [[his.id, bob]]]);
    expect(await segments(head)).toEqual([
      ['both', head],
      ['later', head],
    ]);
    expect(await segments(bob, '?includeMerged=true')).toHaveLength(5);
    expect((await change(head, [], ['vip'])).body.unprocessedItems.count).toBe(0);

    const longest = (await journey(head, 'segments')).entities.find(({ segment }: Json) => segment.id === 'both').dateForUnassignment;
    await unmerge(head, { notesTo: ada });
    expect([await seen(ada), await seen(bob)]).toEqual([
      [
        [later.id, ada],
        [hers.id, ada],
      ],
      [[his.id, bob]],
    ]);
    expect([await segments(ada), await segments(bob)]).toEqual([
      [
        ['both', ada],
        ['later', ada],
      ],
      [['new', bob]],
    ]);
    expect((await journey(ada, 'segments')).entities.find(({ segment }: Json) => segment.id === 'both').dateForUnassignment).toBe(longest);
  });

  it('goes with it, and is told of', async () => {
    const id = await newContact();
    const session = visit(id);
    await fed(SESSIONS, session);
    await assigned(id, 'vip');
    const after = await now();
    await must(server, 'DELETE', `${E}/contacts/${id}`);
    expect((await eventsSince(after, '')).map(({ topicName, metadata }) => [topicName.split(id)[1], metadata.action])).toEqual([
      ['.journey.sessions', 'delete'],
      ['.journey.segments', 'delete'],
      ['', 'delete'],
    ]);
    // The id is free again.
    const other = await newContact();
    await fed(SESSIONS, { ...session, externalContact: { id: other } });
    expect(await sessions(other)).toHaveLength(1);
  });

  it('moves with it to another division', async () => {
    await must(server, 'PUT', '/liaison/v1/settings', { divisionMoves: true });
    const id = await newContact({ division: { id: here.id } });
    const session = visit(id);
    await fed(SESSIONS, session);
    await assigned(id, 'vip');
    const follower = await makeCaller(server, ['liaison:event:view', ...SEE], here.id);
    const after = await now();
    await must(server, 'PUT', `${E}/contacts/${id}`, { division: { id: there.id } });
    expect((await sessions(id))[0].divisionIds).toEqual([there.id]);
    const left = await eventsSince(after, '&kinds=journeySession,journeySegment', follower.token);
    expect(left.map(({ metadata }) => metadata.action)).toEqual(['delete', 'delete']);
    expect(left[0].eventBody).toEqual({ id: session.id });
  });

  it('is in the archive of what is held, and nothing of it is left after an erasure', async () => {
    const word = 'qzjourney';
    const [mistaken, id] = [await newContact(), await newContact()];
    const more = { ipAddress: word, attributes: { [word]: { dataType: 'string', value: word } }, lastEvent: { id: word, eventName: word, createdDate: FAR } };
    const session = visit(mistaken, more);
    await fed(SESSIONS, session);
    await fed(SESSIONS, { ...session, externalContact: { id } });
    await fed(SESSIONS, visit(id, { ...more, customerId: word }));
    await assigned(id, word, `${word}2`);
    await change(id, [], [word]);
    const archive = JSON.parse((await download(await collect(server, { contactId: id }))).text);
    expect([archive.sessions.length, archive.segments.length]).toEqual([2, 1]);
    const told = archive.history.map(({ type, action }: Json) => `${action} ${type}`);
    expect(told).toEqual(expect.arrayContaining(['update journeySession', 'create journeySession', 'create journeySegment', 'delete journeySegment']));
    expect(await tablesWith(database, [word])).not.toEqual([]);
    const after = await now();
    await erase(server, { contactIds: [id] });
    expect(await tablesWith(database, [word])).toEqual([]);
    const topics = ['sessions', 'segments'].map((what) => `&topics=v2.externalcontacts.contacts.${id}.journey.${what}`).join('');
    const events = await eventsSince(after, topics);
    expect(events.map(({ metadata, eventBody }) => [metadata.action, eventBody.id === undefined])).toEqual(Array(3).fill(['delete', false]));
    expect(await audits('journeySession', `&entityId=${session.id}`)).toMatchObject([{ changes: [] }, { changes: [] }, { changes: [] }]);
  });
});
