// Observing: whoever is seen is found, or made as a contact that stays only as long as it is seen again.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeDivision, must } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { DATE, E, idsOf, make, NOBODY, NOT_FOUND, UUID } from './directory.ts';
import { makeOrganization } from './other-organization.ts';
import type { Json } from './sdk.ts';
import { newFolder, type Server, startServer } from './server.ts';

let server: Server;
let database: Client;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  database = await connectDatabase(server);
});
afterAll(async () => {
  await database.end();
  await server.stop();
});

const OBSERVE = '/liaison/v1/observe';
const DAY_MS = 86_400_000;
let made = 0;
function next(): number {
  made += 1;
  return made;
}
const email = (value = `seen${next()}@example.com`) => ({ type: 'Email', value });
const cookie = (value = `cookie ${next()}`) => ({ type: 'Cookie', value });
const phone = () => ({ type: 'Phone', value: `+1317556${String(next()).padStart(4, '0')}` });

const observe = (identifiers: object[], more: object = {}): Promise<Json> => must(server, 'POST', OBSERVE, { identifiers, ...more });
const status = async (path: string, method = 'GET', body?: unknown) => (await server.request(method, path, body === undefined ? {} : { body })).status;
const claims = async (id: string) => (await must(server, 'GET', `${E}/contacts/${id}/identifiers`)).entities.map(({ value }: Json) => value);
const lookUp = (identifier: object) => server.request('POST', `${E}/identifierlookup/contacts`, { body: identifier });
const days = (date: string) => (Date.parse(date) - Date.now()) / DAY_MS;
const expiry = async (id: string) => (await database.query('select expires_at from contacts where id = $1', [id])).rows[0]?.expires_at;
const setExpiry = (id: string, moment: string) => database.query('update contacts set expires_at = $2 where id = $1', [id, moment]);
const settings = (set: object = {}) => must(server, 'PUT', '/liaison/v1/settings', { divisionMoves: false, ...set });

describe('somebody new', () => {
  it('becomes a contact that goes by itself, identified by more than a cookie or not', async () => {
    const identifiers = [cookie(), email()];
    const { status: answered, body } = await server.request('POST', OBSERVE, { body: { identifiers, displayName: 'Ada King Lovelace' } });
    expect([answered, body.matchedIdentifier]).toEqual([201, undefined]);
    expect(body.contact).toMatchObject({
      id: expect.stringMatching(UUID),
      type: 'Identified',
      firstName: 'Ada King',
      lastName: 'Lovelace',
      division: { id: '*' },
    });
    expect(body.dateExpires).toMatch(DATE);
    expect(days(body.dateExpires)).toBeCloseTo(60, 1);
    expect(await claims(body.contact.id)).toEqual(identifiers.map(({ value }) => value));
    expect((await observe([cookie()])).contact.type).toBe('Ephemeral');
  });

  it('is read by id and scanned, and is in no list or search', async () => {
    const { contact } = await observe([email()], { displayName: `Unlisted${next()}` });
    expect(await must(server, 'GET', `${E}/contacts/${contact.id}`)).toEqual(contact);
    expect((await must(server, 'GET', `${E}/contacts?q=${contact.firstName}`)).total).toBe(0);
    expect(idsOf((await must(server, 'GET', `${E}/contacts?pageSize=200`)).entities)).not.toContain(contact.id);
    expect(idsOf((await must(server, 'GET', `${E}/scan/contacts?limit=200`)).entities)).toContain(contact.id);
    await must(server, 'POST', `${E}/contacts/${contact.id}/promotion`);
    expect((await must(server, 'GET', `${E}/contacts?q=${contact.firstName}`)).total).toBe(1);
  });

  it('is told to followers, with what was claimed for it in the audit', async () => {
    const { contact } = await observe([email()]);
    const events = (await must(server, 'GET', `/liaison/v1/events?topics=v2.externalcontacts.contacts.${contact.id}`)).entities;
    expect(events.map(({ metadata, eventBody }: Json) => [metadata.action, eventBody.type])).toEqual([['create', 'Identified']]);
  });

  it('is made once, however many see it at the same time', async () => {
    const shared = email();
    const seen = await Promise.all(
      Array.from({ length: 20 }, () => server.request('POST', OBSERVE, { body: { identifiers: [cookie(), shared], displayName: 'Once' } })),
    );
    expect(new Set(seen.map(({ body }) => body.contact.id)).size).toBe(1);
    expect(seen.filter((one) => one.status === 201)).toHaveLength(1);
    expect(await claims(seen[0]?.body.contact.id)).toHaveLength(21);
  });
});

describe('somebody known', () => {
  it('is found by the first identifier that leads to anybody, and claims what nobody has', async () => {
    const [first, second] = [email(), email()];
    const [a, b] = [await make(server, '/contacts', { workEmail: first.value, firstName: 'A' }), await make(server, '/contacts', { workEmail: second.value })];
    const fresh = cookie();
    const seen = await observe([fresh, second, first], { displayName: 'Somebody Else' });
    expect(seen).toMatchObject({ contact: { id: b.id, type: 'Curated' }, matchedIdentifier: { type: 'Email', value: second.value, division: { id: '*' } } });
    expect(seen.dateExpires).toBeUndefined();
    expect(seen.contact.firstName).toBeUndefined();
    expect(await claims(b.id)).toEqual([fresh.value, second.value]);
    expect(await claims(a.id)).toEqual([first.value]);
    expect((await observe([fresh])).contact.id).toBe(b.id);
  });

  it('stays as long again', async () => {
    const who = email();
    const { contact } = await observe([who]);
    await setExpiry(contact.id, new Date(Date.now() + 1000).toISOString());
    const again = await observe([who]);
    expect(again.contact).toEqual(contact);
    expect(days(again.dateExpires)).toBeCloseTo(60, 1);
  });

  it('is found by its canonical contact once it was merged, which stays', async () => {
    const [first, second] = [email(), cookie()];
    const [a, b] = [await observe([first]), await observe([second])];
    const merged = await must(server, 'POST', `${E}/contacts/merge`, { contactIds: [a.contact.id, b.contact.id] });
    for (const identifier of [first, second]) {
      const seen = await observe([identifier]);
      expect([seen.contact.id, seen.dateExpires]).toEqual([merged.id, undefined]);
    }
  });

  it('is looked for in the division that is named, or in all that are open, unassigned first', async () => {
    const division = await makeDivision(server);
    const who = email();
    const there = await observe([who], { division: { id: division.id } });
    expect(there.contact.division.id).toBe(division.id);
    expect((await observe([who])).contact.id).toBe(there.contact.id);
    const here = await observe([who], { division: { id: '*' } });
    expect(here.contact.id).not.toBe(there.contact.id);
    expect((await observe([who])).contact.id).toBe(here.contact.id);
    const caller = await makeCaller(server, ['liaison:identity:observe'], (await makeDivision(server)).id);
    const elsewhere = email();
    await observe([elsewhere], { division: { id: division.id } });
    const own = await server.request('POST', OBSERVE, { token: caller.token, body: { identifiers: [elsewhere] } });
    expect([own.status, own.body.contact.division.id]).toEqual([201, '*']);
    const closed = await server.request('POST', OBSERVE, { token: caller.token, body: { identifiers: [elsewhere], division: { id: division.id } } });
    expect([closed.status, closed.body.code]).toEqual([403, 'missing.division.permission']);
  });
});

describe('whoever has had his time', () => {
  it('is not there, and what he had is free', async () => {
    const [who, also] = [email(), cookie()];
    const { contact } = await observe([who, also]);
    await setExpiry(contact.id, '2020-01-01');
    const at = `${E}/contacts/${contact.id}`;
    expect((await server.request('GET', at)).body).toEqual(NOT_FOUND);
    expect([await status(at, 'PUT', { firstName: 'Late' }), await status(at, 'DELETE'), await status(`${at}/identifiers`)]).toEqual([404, 404, 404]);
    expect([await status(`${at}/notes`), await status(`${at}/unresolved`), await status(`${at}/promotion`, 'POST')]).toEqual([404, 404, 404]);
    expect((await must(server, 'POST', `${E}/bulk/contacts`, { entities: [{ id: contact.id }] })).results[0].status).toBe(404);
    expect(idsOf((await must(server, 'GET', `${E}/scan/contacts?limit=200`)).entities)).not.toContain(contact.id);
    expect((await lookUp(who)).status).toBe(404);
    const claimer = await make(server, '/contacts', {});
    const claim = await server.request('PATCH', `${E}/contacts/${claimer.id}/identifiers`, { body: { operation: 'Claim', identifier: who } });
    expect([claim.status, await claims(claimer.id)]).toEqual([200, [who.value]]);
    await must(server, 'DELETE', `${E}/contacts/${claimer.id}`);
    const later = await make(server, '/contacts', { workEmail: who.value });
    expect((await lookUp(who)).body.id).toBe(later.id);
    const seen = await observe([also, who]);
    expect(seen).toMatchObject({ contact: { id: later.id }, matchedIdentifier: { value: who.value } });
    expect(await claims(later.id)).toEqual([also.value, who.value]);
    expect(await expiry(contact.id)).toBeUndefined();
  });

  it('is nobody to enrich', async () => {
    const who = email();
    const { contact } = await observe([who]);
    await setExpiry(contact.id, '2020-01-01');
    const { status: answered, body } = await server.request('POST', `${E}/contacts/enrich`, {
      body: { action: 'Upsert', matchingIdentifiers: [who], contact: { title: 'New' } },
    });
    expect(answered).toBe(201);
    expect(body.id).not.toBe(contact.id);
    expect(await claims(body.id)).toEqual([who.value]);
  });

  it('is deleted with its notes and told of, by the chore that every start begins with', { timeout: 60_000 }, async () => {
    const gone: string[] = [];
    for (let i = 0; i < 3; i += 1) gone.push((await observe([email()])).contact.id);
    await make(server, `/contacts/${gone[0]}/notes`, { noteText: 'Goes, too' });
    const stays = (await observe([email()])).contact.id;
    for (const id of gone) await setExpiry(id, '2020-01-01');
    const folder = newFolder();
    cpSync(join(server.folder, 'first-run.json'), join(folder, 'first-run.json'));
    const url = `postgresql://liaison@/liaison?host=${encodeURIComponent(join(server.folder, 'postgres', 'socket'))}`;
    const other = await startServer({ DATABASE_URL: url, LIAISON_DATA_DIR: folder });
    await expect.poll(async () => (await database.query('select id from contacts where id = any ($1)', [[...gone, stays]])).rows).toEqual([{ id: stays }]);
    await other.stop();
    for (const id of gone) {
      const events = (await must(server, 'GET', `/liaison/v1/events?topics=v2.externalcontacts.contacts.${id}`)).entities;
      expect(events.map(({ metadata }: Json) => metadata.action)).toEqual(['create', 'delete']);
    }
    expect((await database.query('select count(*)::int as n from identifiers where owner_id = any ($1)', [gone])).rows[0].n).toBe(0);
    expect((await database.query('select count(*)::int as n from notes where contact_id = any ($1)', [gone])).rows[0].n).toBe(0);
  });
});

describe('settings', () => {
  it('say how long, from the next observation on', async () => {
    const who = email();
    const { contact } = await observe([who]);
    await settings({ identityExpiryDays: 7 });
    expect(days((await observe([who])).dateExpires)).toBeCloseTo(7, 1);
    await settings({ identityExpiryDays: 0 });
    expect((await observe([who])).dateExpires).toBeUndefined();
    expect((await observe([email()])).dateExpires).toBeUndefined();
    expect(await expiry(contact.id)).toBeNull();
    await settings();
    expect(days((await observe([who])).dateExpires)).toBeCloseTo(60, 1);
  });

  it('say who is meant by a value that several hold: the oldest, the newest, or nobody', async () => {
    const shared = phone();
    const holders: Json[] = [];
    for (let i = 0; i < 3; i += 1) holders.push(await make(server, '/contacts', { cellPhone: { display: shared.value }, title: `${i}` }));
    expect((await observe([shared])).contact.id).toBe(holders[0].id);
    await settings({ sharedIdentifiers: { Phone: 'newest' } });
    expect((await observe([shared])).contact.id).toBe(holders[2].id);
    // Look-ups by the API lead to the one that has the claim, whatever is set.
    expect((await lookUp(shared)).body.id).toBe(holders[0].id);
    await settings({ sharedIdentifiers: { Phone: 'none' } });
    const own = email();
    const stranger = await server.request('POST', OBSERVE, { body: { identifiers: [shared, own] } });
    expect([stranger.status, await claims(stranger.body.contact.id)]).toEqual([201, [own.value]]);
    expect((await observe([shared, own])).contact.id).toBe(stranger.body.contact.id);
    for (const { id } of holders.slice(1)) await must(server, 'DELETE', `${E}/contacts/${id}`);
    expect((await observe([shared])).contact.id).toBe(holders[0].id);
    await settings();
  });

  it('of one organization are its own', async () => {
    const other = await makeOrganization(server, 'Observing');
    const token = await server.tokenFor(other.clientId, other.clientSecret);
    await settings({ identityExpiryDays: 1 });
    const who = email();
    const here = await observe([who]);
    const there = await server.request('POST', OBSERVE, { token, body: { identifiers: [who] } });
    expect([there.status, there.body.contact.id === here.contact.id]).toEqual([201, false]);
    expect(days(there.body.dateExpires)).toBeCloseTo(60, 1);
    await settings();
  });
});

it('an observation has 1 to 25 identifiers that can be some', async () => {
  const faults = async (body: object) => {
    const answer = await server.request('POST', OBSERVE, { body });
    return [answer.status, answer.body.details?.[0]?.fieldName];
  };
  expect(await faults({})).toEqual([422, 'identifiers']);
  expect(await faults({ identifiers: [] })).toEqual([422, 'identifiers']);
  expect(await faults({ identifiers: Array.from({ length: 26 }, () => cookie()) })).toEqual([422, 'identifiers']);
  expect(await faults({ identifiers: [{ type: 'Phone', value: 'none' }] })).toEqual([422, 'identifiers[0].value']);
  expect(await faults({ identifiers: [{ type: 'ExternalId', value: '1', externalSource: { id: NOBODY } }] })).toEqual([
    422,
    'identifiers[0].externalSource.id',
  ]);
  expect(await faults({ identifiers: [{ ...cookie(), division: { id: NOBODY } }] })).toEqual([422, 'identifiers[0].division.id']);
  expect(await faults({ identifiers: [cookie()], division: { id: NOBODY } })).toEqual([422, 'division.id']);
  expect((await observe(Array.from({ length: 25 }, () => cookie()))).contact.type).toBe('Ephemeral');
  const caller = await makeCaller(server, ['externalContacts:contact:*']);
  expect((await server.request('POST', OBSERVE, { token: caller.token, body: { identifiers: [cookie()] } })).status).toBe(403);
});
