// What a receiver of webhooks is promised: signed deliveries, each record in order, at least once, further tries with
// growing pauses, an end of them, replays; and that no receiver holds up another.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { makeDivision } from './access-callers.ts';
import { E, make } from './directory.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';
import { type Arrival, makeWebhook, type Receiver, startReceiver, verify, W, whenWebhook } from './webhook-receiver.ts';

const FIRST_PAUSE_MS = 40;
const ATTEMPTS = 4;

let server: Server;
let receiver: Receiver;
beforeAll(async () => {
  server = await startServer({
    LIAISON_WEBHOOK_PRIVATE_TARGETS: 'yes',
    LIAISON_WEBHOOK_RETRY_MS: String(FIRST_PAUSE_MS),
    LIAISON_WEBHOOK_ATTEMPTS: String(ATTEMPTS),
  });
});
afterAll(() => server.stop());
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  receiver.close();
  for (const { id } of (await server.request('GET', W)).body.entities) await server.request('DELETE', `${W}/${id}`);
});

const rename = (id: string, lastName: string) => server.request('PUT', `${E}/contacts/${id}`, { body: { lastName } });
const of = (recordId: string, arrivals: Arrival[]) => arrivals.filter(({ event }) => event.eventBody.id === recordId);
const namesOf = (arrivals: Arrival[]) => arrivals.map(({ event }) => event.eventBody.lastName);

it('delivers each event as the feed has it, signed', async () => {
  const hook = await makeWebhook(server, receiver);
  const { id } = await make(server, '/contacts', { firstName: 'Zoë', lastName: 'First' });
  await rename(id, 'Second');
  await server.request('DELETE', `${E}/contacts/${id}`);
  const arrivals = of(id, await receiver.until((all) => of(id, all).length === 3));
  const { entities } = (await server.request('GET', '/liaison/v1/events?limit=1000')).body;
  const followed = entities.filter((event: Json) => event.eventBody.id === id);
  expect(arrivals.map(({ event }) => event)).toEqual(followed);
  expect(followed.map((event: Json) => event.metadata.action)).toEqual(['create', 'update', 'delete']);
  for (const arrival of arrivals) {
    expect(arrival.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': arrival.event.metadata.id });
    expect(verify(hook.secret, arrival)).toEqual(arrival.event);
    expect(() => verify(hook.secret, { ...arrival, text: `${arrival.text} ` })).toThrow();
  }
  expect(await whenWebhook(server, hook.id, ({ deliveries }) => deliveries.lastSuccess)).toMatchObject({ deliveries: { waiting: 0, dead: 0 } });
});

it('delivers the kinds and divisions that were chosen, and nothing else', async () => {
  const [mine, other] = [(await makeDivision(server)).id, (await makeDivision(server)).id];
  await makeWebhook(server, receiver, { kinds: ['contact', 'organizationNote'], divisionIds: [mine] });
  const here = { division: { id: mine } };
  const there = { division: { id: other } };
  const organization = await make(server, '/organizations', { name: 'Ours', ...here });
  const elsewhere = await make(server, '/organizations', { name: 'Theirs', ...there });
  const wanted = [
    (await make(server, '/contacts', { lastName: 'Here', externalOrganization: { id: organization.id }, ...here })).id,
    (await make(server, `/organizations/${organization.id}/notes`, { noteText: 'Here' })).id,
    // Unassigned: open to whoever sees anything of the kind.
    (await make(server, '/contacts', { lastName: 'Everywhere' })).id,
  ];
  await make(server, '/contacts', { lastName: 'There', ...there });
  await make(server, `/organizations/${elsewhere.id}/notes`, { noteText: 'There' });
  // Records overlap, but what is taken on later is sent later: after the second of these, all before the first has come.
  for (const lastName of ['Nearly last', 'Last']) {
    const { id } = await make(server, '/contacts', { lastName, ...here });
    wanted.push(id);
    await receiver.until((all) => of(id, all).length === 1);
  }
  const { arrivals } = receiver;
  expect(arrivals.map(({ event }) => event.eventBody.id).sort()).toEqual(wanted.toSorted());
  // Of a company that it does not follow, it is not told more than which it is.
  expect(of(wanted[0] as string, arrivals)[0]?.event.eventBody.externalOrganization).toEqual({ id: organization.id });
});

it('delivers what happens to a record in order, whatever fails in between', async () => {
  await makeWebhook(server, receiver, { kinds: ['contact'] });
  const tries = new Map<string, number>();
  receiver.answer = ({ id }) => {
    const times = (tries.get(id) ?? 0) + 1;
    tries.set(id, times);
    // A third fails once, and a ninth twice; no delivery as often as would end it.
    return parseInt(id.slice(0, 6), 16) % 3 ** times === 0 && times < 3 ? 503 : 200;
  };
  const ids = await Promise.all(Array.from({ length: 6 }, async () => (await make(server, '/contacts', { lastName: '0' })).id));
  const names = Array.from({ length: 15 }, (_, i) => String(i));
  await Promise.all(
    ids.map(async (id) => {
      for (const name of names.slice(1)) await rename(id, name);
    }),
  );
  await receiver.until(() => receiver.accepted().length >= ids.length * names.length);
  for (const id of ids) expect(namesOf(of(id, receiver.accepted()))).toEqual(names);
  expect(receiver.arrivals.length).toBeGreaterThan(receiver.accepted().length);
});

it('tries again with growing pauses, under the same id', async () => {
  const hook = await makeWebhook(server, receiver);
  receiver.answer = () => (receiver.arrivals.length < ATTEMPTS ? 500 : 200);
  await make(server, '/contacts', { lastName: 'Patient' });
  const arrivals = await receiver.until(() => receiver.accepted().length === 1);
  expect(arrivals.map(({ status }) => status)).toEqual([500, 500, 500, 200]);
  expect(new Set(arrivals.map(({ id, text }) => id + text)).size).toBe(1);
  const pauses = arrivals.slice(1).map(({ at }, i) => at - (arrivals[i] as Arrival).at);
  // Each pause is four times the one before, give or take half.
  for (const [i, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual((FIRST_PAUSE_MS * 4 ** i) / 2 - 1);
  for (const arrival of arrivals) verify(hook.secret, arrival);
  expect(await whenWebhook(server, hook.id, ({ deliveries }) => deliveries.waiting === 0 && deliveries.lastSuccess)).toMatchObject({
    deliveries: { dead: 0, lastError: 'status' },
  });
});

it('holds back what follows a failed delivery of its record, and nothing else', async () => {
  const hook = await makeWebhook(server, receiver, { kinds: ['contact'] });
  const stuck = (await make(server, '/contacts', { lastName: '0' })).id;
  await receiver.until((all) => all.length === 1);
  let open = false;
  receiver.answer = ({ event }) => (event.eventBody.lastName === '1' && !open ? 500 : 200);
  for (const name of ['1', '2', '3']) await rename(stuck, name);
  await receiver.until((all) => namesOf(all).includes('1'));
  const free = await make(server, '/contacts', { lastName: 'Free' });
  await receiver.until((all) => of(free.id, all).length === 1);
  await whenWebhook(server, hook.id, ({ deliveries }) => deliveries.waiting === 3);
  expect(namesOf(receiver.arrivals)).not.toContain('2');
  const { body } = await server.request('GET', `${W}/${hook.id}/deliveries?state=waiting`);
  expect(body.entities).toMatchObject([
    { state: 'waiting', kind: 'contact', recordId: stuck, action: 'update', lastStatus: 500, lastError: 'status' },
    { state: 'waiting', recordId: stuck, attempts: 0 },
    { state: 'waiting', recordId: stuck, attempts: 0 },
  ]);
  open = true;
  await receiver.until(() => of(stuck, receiver.accepted()).length === 4);
  expect(namesOf(of(stuck, receiver.accepted()))).toEqual(['0', '1', '2', '3']);
});

it('gives up after so many tries, goes on with the record, and replays on demand', async () => {
  const hook = await makeWebhook(server, receiver, { kinds: ['contact'] });
  const broken = new Set(['Bad', 'Worse']);
  receiver.answer = ({ event }) => (broken.has(event.eventBody.lastName) ? 500 : 200);
  const { id } = await make(server, '/contacts', { lastName: 'Bad' });
  await rename(id, 'Worse');
  await rename(id, 'Good');
  await receiver.until(() => receiver.accepted().length === 1);
  expect(namesOf(receiver.arrivals)).toEqual([...Array(ATTEMPTS).fill('Bad'), ...Array(ATTEMPTS).fill('Worse'), 'Good']);
  await whenWebhook(server, hook.id, ({ deliveries }) => deliveries.dead === 2 && deliveries.waiting === 0);
  const { body: dead } = await server.request('GET', `${W}/${hook.id}/deliveries?state=dead`);
  expect(dead.entities).toMatchObject([
    { id: receiver.arrivals[0]?.id, state: 'dead', recordId: id, attempts: ATTEMPTS, lastStatus: 500, lastError: 'status' },
    { id: receiver.arrivals[ATTEMPTS]?.id, state: 'dead' },
  ]);
  expect(dead.entities[0].dateDied).toBeDefined();

  broken.clear();
  const replay = (body?: object) => server.request('POST', `${W}/${hook.id}/deliveries/replay`, body ? { body } : {});
  expect((await replay({ ids: ['nonsense', receiver.accepted()[0]?.id, '01890000-0000-7000-8000-000000000000'] })).body).toEqual({ replayed: 0 });
  expect((await replay({ ids: [dead.entities[1].id] })).body).toEqual({ replayed: 1 });
  await receiver.until(() => receiver.accepted().length === 2);
  expect(namesOf(receiver.accepted())).toEqual(['Good', 'Worse']);
  expect((await replay()).body).toEqual({ replayed: 1 });
  await receiver.until(() => receiver.accepted().length === 3);
  expect(receiver.accepted()[2]).toMatchObject({ id: dead.entities[0].id, event: { eventBody: { lastName: 'Bad' } } });
  await whenWebhook(server, hook.id, ({ deliveries }) => deliveries.dead === 0 && deliveries.waiting === 0);
});

it('does not ask a receiver again that is gone for good', async () => {
  const hook = await makeWebhook(server, receiver, { kinds: ['contact'] });
  receiver.answer = ({ event }) => (event.eventBody.lastName === 'Gone' ? 410 : 200);
  const { id } = await make(server, '/contacts', { lastName: 'Gone' });
  await rename(id, 'Back');
  await receiver.until(() => receiver.accepted().length === 1);
  expect(namesOf(receiver.arrivals)).toEqual(['Gone', 'Back']);
  expect(await whenWebhook(server, hook.id, ({ deliveries }) => deliveries.dead === 1)).toMatchObject({ deliveries: { waiting: 0 } });
});

it('sends nothing while it is switched off, and all of it afterwards', async () => {
  const hook = await makeWebhook(server, receiver, { kinds: ['contact'] });
  const { id } = await make(server, '/contacts', { lastName: 'On' });
  await receiver.until((all) => all.length === 1);
  const set = (enabled: boolean) => server.request('PUT', `${W}/${hook.id}`, { body: { ...hook, enabled } });
  await set(false);
  // Another webhook, by which to see that the dispatcher has taken notice of both.
  const other = await startReceiver();
  const witness = await makeWebhook(server, other, { kinds: ['contact'] });
  const seen = await make(server, '/contacts', { lastName: 'Seen' });
  await other.until((all) => of(seen.id, all).length === 1);
  const before = receiver.arrivals.length;
  for (const name of ['Off 1', 'Off 2']) await rename(id, name);
  await other.until((all) => of(id, all).length === 2);
  expect(receiver.arrivals.length).toBe(before);
  await set(true);
  await receiver.until((all) => of(id, all).length === 3);
  expect(namesOf(of(id, receiver.arrivals))).toEqual(['On', 'Off 1', 'Off 2']);
  await server.request('DELETE', `${W}/${witness.id}`);
  other.close();
});

it('goes on to where it now leads, with what was under way', async () => {
  const hook = await makeWebhook(server, receiver, { kinds: ['contact'] });
  receiver.answer = () => new Promise(() => undefined);
  const { id } = await make(server, '/contacts', { lastName: 'Moved' });
  await receiver.until((all) => all.length === 1);
  const other = await startReceiver();
  expect((await server.request('PUT', `${W}/${hook.id}`, { body: { ...hook, url: other.url } })).status).toBe(200);
  const [arrival] = await other.until((all) => all.length === 1);
  expect(arrival?.event.eventBody).toMatchObject({ id, lastName: 'Moved' });
  verify(hook.secret, arrival as Arrival);
  other.close();
});

it('lets no receiver hold up another', async () => {
  const silent = Promise.withResolvers<number>();
  receiver.answer = () => silent.promise;
  await makeWebhook(server, receiver, { kinds: ['contact'] });
  const other = await startReceiver();
  await makeWebhook(server, other, { kinds: ['contact'] });
  const first = await make(server, '/contacts', { lastName: 'First' });
  await receiver.until((all) => all.length === 1);
  const ids = [first.id];
  for (let i = 0; i < 60; i += 1) ids.push((await make(server, '/contacts', { lastName: `Next ${i}` })).id);
  await other.until((all) => all.length === ids.length);
  expect(new Set(other.arrivals.map(({ event }) => event.eventBody.id))).toEqual(new Set(ids));
  // The one that does not answer has as many under way as it may, not as many as there are.
  expect(receiver.arrivals.length).toBeLessThan(ids.length / 2);
  silent.resolve(200);
  await receiver.until(() => receiver.accepted().length >= ids.length);
  other.close();
});

it('tests a receiver at once and says what came of it', async () => {
  const hook = await makeWebhook(server, receiver, { enabled: false });
  const test = () => server.request('POST', `${W}/${hook.id}/test`);
  expect((await test()).body).toEqual({ delivered: true, status: 200, milliseconds: expect.any(Number) });
  const [arrival] = receiver.arrivals as [Arrival];
  expect(verify(hook.secret, arrival)).toMatchObject({
    topicName: `liaison.webhooks.${hook.id}.test`,
    eventBody: { id: hook.id },
    metadata: { action: 'test' },
  });
  receiver.answer = () => 302;
  expect((await test()).body).toMatchObject({ delivered: false, status: 302, error: 'redirect' });
  receiver.close();
  expect((await test()).body).toMatchObject({ delivered: false, error: 'ECONNREFUSED' });
  expect(receiver.arrivals.length).toBe(2);
});

it('signs with the secret before as well, until its time is over', async () => {
  const hook = await makeWebhook(server, receiver);
  const replace = async (body?: object) => (await server.request('POST', `${W}/${hook.id}/secret`, body ? { body } : {})).body.secret as string;
  const arrive = async () => {
    await server.request('POST', `${W}/${hook.id}/test`);
    return receiver.arrivals.at(-1) as Arrival;
  };
  const second = await replace();
  expect(second).not.toBe(hook.secret);
  const both = await arrive();
  verify(hook.secret, both);
  verify(second, both);
  const third = await replace({ overlapSeconds: 0, secret: `whsec_${Buffer.alloc(24, 7).toString('base64')}` });
  const alone = await arrive();
  verify(third, alone);
  for (const old of [hook.secret, second]) expect(() => verify(old, alone)).toThrow();
  // Deliveries are signed like tests.
  await make(server, '/contacts', { lastName: 'Signed' });
  await receiver.until((all) => namesOf(all).includes('Signed'));
  verify(third, receiver.arrivals.at(-1) as Arrival);
});
