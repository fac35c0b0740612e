// What followers of an organization are told, by pages, by a stream, by a webhook and by a notification channel: of the
// divisions they may see, exactly what happens there; of others and of other organizations nothing, and no trace (G20, G21).
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Caller, makeCaller, makeClient, makeDivision, makeRole, makeUser, must } from './access-callers.ts';
import { masked } from './contract-walk.ts';
import { E, NOBODY } from './directory.ts';
import { CHANNELS, channel, EVENTS, type Follower, poll, stream, webhook } from './followers.ts';
import { makeOrganization } from './other-organization.ts';
import { type Json, type Server, startServer } from './server.ts';
import { type Receiver, startReceiver, W } from './webhook-receiver.ts';

const CONTACTS = ['externalContacts:contact:view'];
const REST = [
  'externalContacts:externalOrganization:view',
  'externalContacts:session:view',
  'externalContacts:segmentAssignment:view',
  ...['event:view', 'audit:view', 'webhook:view', 'webhook:add', 'webhook:edit', 'webhook:delete'].map((what) => `liaison:${what}`),
];
/** Stands in every text that is hidden. */
const WORD = 'zanzibar';

let server: Server;
let open: { id: string };
let hidden: { id: string };
let user: { id: string };
let caller: Caller;
let otter: string;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0', LIAISON_WEBHOOK_PRIVATE_TARGETS: 'yes', LIAISON_WEBHOOK_ATTEMPTS: '1' });
  [open, hidden] = [await makeDivision(server), await makeDivision(server)];
  user = await makeUser(server);
  caller = await makeCaller(server, [...CONTACTS, ...REST], open.id);
  const other = await makeOrganization(server, 'Otter');
  otter = await server.tokenFor(other.clientId, other.clientSecret);
  await must(server, 'PUT', '/liaison/v1/settings', { divisionMoves: true });
});
afterAll(() => server.stop());

const make = (path: string, body: object, token?: string): Promise<Json> => must(server, 'POST', E + path, body, token);
const put = (path: string, { id }: Json, body: object): Promise<Json> => must(server, 'PUT', `${E}${path}/${id}`, body);
const remove = (path: string, { id }: Json): Promise<Json> => must(server, 'DELETE', `${E}${path}/${id}`);

/** Lets go of it when the test is over. */
async function following<F extends Follower>(follower: Promise<F>): Promise<F> {
  const one = await follower;
  onTestFinished(one.stop);
  return one;
}

const everyWay = (token: string) =>
  Promise.all([
    following(poll(server, token)),
    following(stream(server, token)),
    following(channel(server, token)),
    following(webhook(server, token, [open.id])),
  ]);

const named = ({ eventBody }: Json) => eventBody.firstName ?? eventBody.name ?? eventBody.noteText ?? eventBody.relationship ?? 'no more than an id';
const told = (event: Json) => `${event.metadata.action} ${event.topicName.split('.').slice(2, 3)}: ${named(event)}`;
const idOf = (event: Json): string => event.metadata.id;

/**
 * Waits until all have the event of that name and none lacks what the first has.
 * @returns what each was told, the events of the webhook in the order of the first: it keeps that of each record only
 */
async function gather(followers: Follower[], last: string): Promise<Json[][]> {
  const [first, ...others] = followers as [Follower, ...Follower[]];
  const ids = (await first.until((events) => events.some((event) => named(event) === last))).map(idOf);
  const inOrder = (events: Json[]) => events.toSorted((a, b) => ids.indexOf(idOf(a)) - ids.indexOf(idOf(b)));
  const gathered = others.map(async ({ way, until }) => {
    const events = await until((some) => ids.every((id) => some.some((event) => idOf(event) === id)));
    return way === 'webhook' ? inOrder(events) : [...events];
  });
  return [[...first.events], ...(await Promise.all(gathered))];
}

/** What happens in both divisions, in none and in the other organization. @returns what is to be told of it in the open one */
async function play(meanwhile: () => Promise<unknown> = async () => undefined): Promise<string[]> {
  const [inOpen, inHidden] = [{ division: { id: open.id } }, { division: { id: hidden.id } }];
  const ours = await make('/contacts', { firstName: 'Ours', ...inOpen });
  const theirs = await make('/contacts', { firstName: WORD, ...inHidden });
  await make('/contacts', { firstName: 'Nobody’s' });
  await make('/contacts', { firstName: `${WORD} of another organization` }, otter);
  const firm = await make('/organizations', { name: 'Firm', ...inOpen });
  const company = await make('/organizations', { name: `${WORD} Ltd`, ...inHidden });
  await meanwhile();
  await put('/contacts', ours, { firstName: 'Ours, there', externalOrganization: { id: company.id } });
  await put('/contacts', theirs, { firstName: `${WORD}, here`, externalOrganization: { id: firm.id } });
  await make(`/contacts/${ours.id}/notes`, { noteText: 'Seen' });
  await make(`/contacts/${theirs.id}/notes`, { noteText: 'Comes along' });
  await make(`/organizations/${firm.id}/notes`, { noteText: 'Seen, too' });
  await make(`/organizations/${company.id}/notes`, { noteText: WORD });
  await meanwhile();
  await make('/relationships', { user, externalOrganization: { id: firm.id }, relationship: 'knows' });
  await make('/relationships', { user, externalOrganization: { id: company.id }, relationship: WORD });
  const both = [
    { id: theirs.id, firstName: `${WORD} in bulk` },
    { id: ours.id, firstName: 'Ours, in bulk' },
  ];
  await must(server, 'POST', `${E}/bulk/contacts/update`, { entities: both });
  await must(server, 'PATCH', `${E}/organizations/${company.id}`, { changes: [{ field: '$.industry', action: 'Update', value: WORD }] });
  await meanwhile();
  await put('/contacts', theirs, { firstName: 'Moved in', ...inOpen });
  await put('/contacts', ours, { firstName: `${WORD}, moved out`, ...inHidden });
  await remove('/contacts', theirs);
  await remove('/contacts', ours);
  await make('/contacts', { firstName: 'Last', ...inOpen });
  return [
    'create contacts: Ours',
    'create contacts: Nobody’s',
    'create organizations: Firm',
    'update contacts: Ours, there',
    'create contacts: Seen',
    'create organizations: Seen, too',
    'create relationships: knows',
    'update contacts: Ours, in bulk',
    'update contacts: Comes along',
    'update contacts: Moved in',
    'delete contacts: no more than an id',
    'delete contacts: no more than an id',
    'delete contacts: Comes along',
    'delete contacts: Moved in',
    'create contacts: Last',
  ];
}

/** Writes that nobody in the open division is to notice. */
async function hiddenNoise(): Promise<void> {
  const inHidden = { division: { id: hidden.id } };
  const contact = await make('/contacts', { firstName: WORD, ...inHidden });
  const organization = await make('/organizations', { name: WORD, ...inHidden });
  await make(`/contacts/${contact.id}/notes`, { noteText: WORD });
  await make('/relationships', { user, externalOrganization: { id: organization.id }, relationship: WORD });
  for (let i = 0; i < 5; i += 1) await make('/contacts', { firstName: WORD }, otter);
  await remove('/contacts', contact);
}

describe('followers in one division', () => {
  it('are told of what happens there, all the same, and nothing else', async () => {
    const followers = await everyWay(caller.token);
    const expected = await play();
    const gathered = await gather(followers, 'Last');
    for (const [i, events] of gathered.entries()) {
      expect({ way: followers[i]?.way, told: events.map(told) }).toEqual({ way: followers[i]?.way, told: expected });
      expect(events).toEqual(gathered[0]);
    }
    const [first = []] = gathered;
    expect(JSON.stringify(first)).not.toMatch(new RegExp(`${WORD}|${hidden.id}`, 'i'));
    const about = (name: string) => first.find((event) => named(event) === name)?.eventBody.externalOrganization;
    expect(about('Ours, there')).toEqual({ id: expect.any(String) });
    expect(about('knows')).toMatchObject({ name: 'Firm' });
    // Whoever sees both divisions is told more.
    expect((await must(server, 'GET', `${EVENTS}?limit=1000`)).entities.map(told)).toEqual(expect.arrayContaining([`create organizations: ${WORD} Ltd`]));
  });

  it('are told the same whatever happens in the other, and in other organizations', async () => {
    const tale = async (meanwhile?: () => Promise<unknown>) => {
      const followers = await everyWay(caller.token);
      await play(meanwhile);
      const gathered = await gather(followers, 'Last');
      for (const { stop } of followers) stop();
      return gathered.map((events) => masked(JSON.stringify(events)));
    };
    const [quiet, loud] = [await tale(), await tale(hiddenNoise)];
    expect(quiet[0]).toContain('Moved in');
    expect(loud).toEqual(quiet);
  });

  it('are told nothing of records whose ids they know', async () => {
    const secret = await make('/contacts', { firstName: WORD, division: { id: hidden.id } });
    const foreign = await make('/contacts', { firstName: WORD }, otter);
    const here = await make('/contacts', { firstName: 'Here', division: { id: open.id } });
    const topic = ({ id }: Json) => `v2.externalcontacts.contacts.${id}`;
    const asked = [secret, foreign, { id: NOBODY }, here].map(topic);
    const follower = await following(channel(server, caller.token));
    const subscribed = await must(
      server,
      'PUT',
      `${CHANNELS}/${follower.id}/subscriptions`,
      asked.map((id) => ({ id })),
      caller.token,
    );
    expect(subscribed.entities.map(({ id, state }: Json) => [id, state])).toEqual(asked.map((id) => [id, 'Permitted']));
    const { after } = (await must(server, 'GET', `${EVENTS}?after=now`, undefined, caller.token)).cursors;
    await put('/contacts', secret, { firstName: `${WORD} again` });
    await must(server, 'PUT', `${E}/contacts/${foreign.id}`, { firstName: `${WORD} again` }, otter);
    await put('/contacts', here, { firstName: 'Here again' });
    const events = await follower.until((some) => some.length > 0);
    expect(events.map(told)).toEqual(['update contacts: Here again']);
    const page = await must(server, 'GET', `${EVENTS}?after=${after}&topics=${asked.join()}`, undefined, caller.token);
    expect(page.entities).toEqual(events);
  });
});

describe('a right that is revoked', () => {
  it('ends what open followers are told by it, and no more; a webhook is the organization’s', async () => {
    const [contacts, rest] = [await makeRole(server, ...CONTACTS), await makeRole(server, ...REST)];
    const holder = await makeClient(
      server,
      [contacts, rest].map((role) => ({ roleId: role.id, divisionId: open.id })),
    );
    const [pages, streamed, channelled, hook] = await everyWay(holder.token);
    const grant = `/api/v2/authorization/subjects/${holder.clientId}/divisions/${open.id}/roles/${contacts.id}?subjectType=PC_OAUTH_CLIENT`;
    const inOpen = { division: { id: open.id } };
    await make('/contacts', { firstName: 'While he may', ...inOpen });
    await gather([pages, streamed, channelled, hook], 'While he may');
    await must(server, 'DELETE', grant);
    await make('/contacts', { firstName: 'While he may not', ...inOpen });
    await make('/organizations', { name: 'Still his', ...inOpen });
    const expected = ['create contacts: While he may', 'create organizations: Still his'];
    for (const events of await gather([pages, streamed, channelled], 'Still his')) expect(events.map(told)).toEqual(expected);
    const [, , ...byHook] = (await hook.until((events) => events.length === 3)).map(told).sort();
    expect(byHook).toEqual(['create organizations: Still his']);
    const topics = (await must(server, 'GET', `${CHANNELS}/${channelled.id}/subscriptions`, undefined, holder.token)).entities;
    expect(topics.filter(({ state }: Json) => state === 'Rejected').map(({ id }: Json) => id)).toEqual(
      expect.arrayContaining(['v2.externalcontacts.contacts.*', 'v2.externalcontacts.contacts.*.notes.*']),
    );

    await must(server, 'POST', grant);
    await make('/contacts', { firstName: 'Once more', ...inOpen });
    for (const events of await gather([pages, streamed, channelled], 'Once more'))
      expect(events.map(told)).toEqual([...expected, 'create contacts: Once more']);
    expect(hook.events.map(named)).toContain('While he may not');

    await must(server, 'DELETE', `/api/v2/oauth/clients/${holder.clientId}`);
    expect(await Promise.all([pages, streamed, channelled].map(({ ended }) => ended))).toEqual([401, 'the end', 1008]);
  });
});

describe('ids of another organization', () => {
  it('of events are refused like those that never were', async () => {
    await make('/contacts', { firstName: 'Ours' });
    await make('/contacts', { firstName: WORD }, otter);
    const last = async (token?: string) => (await must(server, 'GET', `${EVENTS}?limit=1000`, undefined, token)).entities.at(-1).metadata.id;
    const [mine, foreign] = [await last(), await last(otter)];
    const asks = [
      (id: string, token?: string) => server.request('GET', `${EVENTS}?after=${id}`, token ? { token } : {}),
      (id: string, token?: string) => server.request('GET', `${EVENTS}/stream?after=${id}`, token ? { token } : {}),
      (id: string, token?: string) => server.request('GET', `${EVENTS}/stream`, { headers: { 'last-event-id': id }, ...(token ? { token } : {}) }),
    ];
    for (const ask of asks) {
      const [refused, asNobody] = [await ask(foreign), await ask(NOBODY)];
      expect(refused).toMatchObject({ status: 422, body: { code: 'invalid.cursor' } });
      expect(masked(refused.text)).toBe(masked(asNobody.text));
      expect([(await ask(mine)).status, (await ask(foreign, otter)).status, (await ask(mine, otter)).status]).toEqual([200, 200, 422]);
    }
  });

  it('of webhooks and their deliveries are refused like those that never were, and replay nothing', async () => {
    const deaf = await Promise.all([deadDelivery(), deadDelivery(otter)]);
    const [mine, theirs] = deaf;
    const replay = (webhookId: string, ids: string[], token?: string) =>
      server.request('POST', `${W}/${webhookId}/deliveries/replay`, { body: { ids }, ...(token ? { token } : {}) });
    for (const id of [theirs.deliveryId, NOBODY]) expect((await replay(mine.webhookId, [id])).body).toEqual({ replayed: 0 });
    const [foreign, nobodys] = [await replay(theirs.webhookId, [theirs.deliveryId]), await replay(NOBODY, [theirs.deliveryId])];
    expect(foreign.status).toBe(404);
    expect(masked(foreign.text)).toBe(masked(nobodys.text));
    for (const { receiver } of deaf) expect(receiver.arrivals).toHaveLength(1);
    for (const { receiver } of deaf) receiver.answer = () => 200;
    expect((await replay(mine.webhookId, [mine.deliveryId, theirs.deliveryId])).body).toEqual({ replayed: 1 });
    expect((await replay(theirs.webhookId, [theirs.deliveryId], otter)).body).toEqual({ replayed: 1 });
    for (const { receiver } of deaf) await receiver.until((arrivals) => arrivals.length === 2);
    expect(JSON.stringify(mine.receiver.arrivals)).not.toContain(WORD);
  });

  it('of channels are refused like those that never were', async () => {
    const [mine, theirs] = [await must(server, 'POST', CHANNELS), await must(server, 'POST', CHANNELS, undefined, otter)];
    const body = [{ id: 'v2.externalcontacts.contacts.*' }];
    for (const [method, more] of [
      ['GET', {}],
      ['DELETE', {}],
      ['POST', { body }],
      ['PUT', { body }],
    ] as const) {
      const ask = (id: string) => server.request(method, `${CHANNELS}/${id}/subscriptions`, more);
      const [refused, asNobody, own] = [await ask(theirs.id), await ask(NOBODY), await ask(mine.id)];
      expect([refused.status, masked(refused.text), own.status]).toEqual([404, masked(asNobody.text), 200]);
    }
    expect((await server.request('HEAD', `${CHANNELS}/${theirs.id}`)).status).toBe(404);
    expect((await must(server, 'GET', `${CHANNELS}/${theirs.id}/subscriptions`, undefined, otter)).entities).toEqual([]);
  });

  /** A delivery that its receiver did not take, of an organization's webhook of its own. */
  async function deadDelivery(token?: string): Promise<{ webhookId: string; deliveryId: string; receiver: Receiver }> {
    const receiver = await startReceiver();
    onTestFinished(() => receiver.close());
    receiver.answer = () => 500;
    const { id: webhookId } = await must(server, 'POST', W, { name: 'Deaf', url: receiver.url, kinds: ['organization'] }, token);
    await make('/organizations', { name: token ? WORD : 'Ours' }, token);
    for (;;) {
      const [dead] = (await must(server, 'GET', `${W}/${webhookId}/deliveries?state=dead`, undefined, token)).entities;
      if (dead) return { webhookId, deliveryId: dead.id, receiver };
    }
  }
});

describe('audits', () => {
  const audits = async (query: string, token?: string) => (await must(server, 'GET', `/liaison/v1/audits?limit=200${query}`, undefined, token)).entities;

  it('show nothing of hidden divisions, by whatever is asked', async () => {
    const inHidden = { division: { id: hidden.id } };
    const secret = await make('/contacts', { firstName: WORD, workEmail: `${WORD}@example.com`, ...inHidden });
    const here = await make('/contacts', { firstName: 'Here', workEmail: 'here@example.com', division: { id: open.id } });
    const [ofSecret] = await audits(`&entityId=${secret.id}&entityType=contact`);
    const [ofHere] = await audits(`&entityId=${here.id}&entityType=contact`);
    for (const [query, own] of [
      [`&entityId=${secret.id}`, `&entityId=${here.id}`],
      [`&correlationId=${ofSecret.correlationId}`, `&correlationId=${ofHere.correlationId}`],
    ] as const) {
      expect(await audits(query)).not.toEqual([]);
      expect(await audits(query, caller.token)).toEqual([]);
      expect((await audits(own, caller.token)).length).toBeGreaterThan(0);
      expect(await audits(own, otter)).toEqual([]);
    }
    const before = await audits('', caller.token);
    expect(JSON.stringify(before)).not.toMatch(new RegExp(WORD, 'i'));
    expect(before.length).toBeGreaterThan(10);
    await hiddenNoise();
    await put('/contacts', secret, { firstName: `${WORD} again` });
    expect(await audits('', caller.token)).toEqual(before);
  });

  it('of a record that moves show it appear and disappear, and not what it was there', async () => {
    const record = await make('/contacts', { firstName: WORD, title: 'Kept', division: { id: hidden.id } });
    await put('/contacts', record, { firstName: 'Moved in', title: 'Kept', division: { id: open.id } });
    await put('/contacts', record, { firstName: `${WORD}, moved out`, title: 'Kept', division: { id: hidden.id } });
    const shown = await audits(`&entityId=${record.id}&entityType=contact`, caller.token);
    expect(JSON.stringify(shown)).not.toMatch(new RegExp(`${WORD}|${hidden.id}`, 'i'));
    const states = shown.map(({ changes }: Json) => changes.find(({ field }: Json) => field === '$.title'));
    expect(states).toEqual([
      { field: '$.title', before: 'Kept' },
      { field: '$.title', after: 'Kept' },
    ]);
  });
});
