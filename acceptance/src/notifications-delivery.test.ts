// What comes by a channel's WebSocket: which events, in what order, and again until the client has them.
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { makeCaller, makeClient, makeDivision, makeRole, must } from './access-callers.ts';
import { type Listener, listen, movedTo } from './channel-client.ts';
import { connectDatabase } from './database.ts';
import { DATE, E, make, NOBODY, UUID } from './directory.ts';
import { makeOrganization } from './other-organization.ts';
import type { Json } from './sdk.ts';
import { newFolder, type Server, startServer } from './server.ts';

const folder = newFolder();
const env = { LIAISON_DATA_DIR: folder, LIAISON_RATE_LIMIT: '0' };
let server: Server;
let beating: Listener;
beforeAll(async () => {
  server = await startServer(env);
  beating = await listen((await makeChannel([])).connectUri);
});
afterAll(async () => {
  await server.stop({ keep: true });
  rmSync(folder, { recursive: true, force: true });
});

const CHANNELS = '/api/v2/notifications/channels';

/** A channel that is subscribed to these topics. */
async function makeChannel(topics: string[], token?: string): Promise<{ id: string; connectUri: string }> {
  const channel = await must(server, 'POST', CHANNELS, undefined, token);
  await subscribe(channel.id, topics, token);
  return channel;
}

const subscribe = (channelId: string, topics: string[], token?: string): Promise<Json> =>
  must(
    server,
    'POST',
    `${CHANNELS}/${channelId}/subscriptions`,
    topics.map((id) => ({ id })),
    token,
  );

const topicOf = (contact: { id: string }) => `v2.externalcontacts.contacts.${contact.id}`;
const rename = (contact: { id: string }, firstName: string): Promise<Json> => must(server, 'PUT', `${E}/contacts/${contact.id}`, { firstName });
const namesOf = (events: Json[]): string[] => events.map(({ eventBody }) => eventBody.firstName ?? eventBody.name ?? eventBody.noteText);

/** Connects, and is gone when the test is over. */
async function follow(uri: string, options = {}): Promise<Listener> {
  const listener = await listen(uri, options);
  onTestFinished(() => listener.socket.terminate());
  return listener;
}

describe('a subscription brings', () => {
  it('what happens to the record from then on', async () => {
    const contact = await make(server, '/contacts', { firstName: 'Created' });
    const other = await make(server, '/contacts', { firstName: 'Other' });
    const channel = await makeChannel([]);
    await rename(contact, 'Before');
    await subscribe(channel.id, [topicOf(contact)]);
    const listener = await follow(channel.connectUri);
    await rename(other, 'Elsewhere');
    await rename(contact, 'After');
    await must(server, 'DELETE', `${E}/contacts/${contact.id}`);
    const [update, removal] = await listener.until(2);
    expect(update).toEqual({
      topicName: topicOf(contact),
      version: '2',
      eventBody: expect.objectContaining({ id: contact.id, firstName: 'After', division: { id: '*' } }),
      metadata: { CorrelationId: expect.stringMatching(UUID), id: expect.stringMatching(UUID), action: 'update', time: expect.stringMatching(DATE) },
    });
    expect(removal).toMatchObject({ topicName: topicOf(contact), eventBody: { id: contact.id }, metadata: { action: 'delete' } });
    expect(listener.events).toHaveLength(2);
  });

  it('notes, organizations and relationships as well', async () => {
    const contact = await make(server, '/contacts', { firstName: 'Noted' });
    const organization = await make(server, '/organizations', { name: 'Noted' });
    const note = await make(server, `/contacts/${contact.id}/notes`, { noteText: 'x' });
    const topics = [
      `${topicOf(contact)}.notes.${note.id}`,
      `v2.externalcontacts.organizations.${organization.id}`,
      `v2.externalcontacts.organizations.${organization.id}.notes.*`,
    ];
    const listener = await follow((await makeChannel(topics)).connectUri);
    await must(server, 'PUT', `${E}/contacts/${contact.id}/notes/${note.id}`, { noteText: 'note' });
    await must(server, 'PUT', `${E}/organizations/${organization.id}`, { name: 'organization' });
    const second = await make(server, `/organizations/${organization.id}/notes`, { noteText: 'second' });
    expect(namesOf(await listener.until(3))).toEqual(['note', 'organization', 'second']);
    expect(listener.events.map(({ topicName }) => topicName)).toEqual([
      topics[0],
      topics[1],
      `v2.externalcontacts.organizations.${organization.id}.notes.${second.id}`,
    ]);
  });

  it('records that nobody could name yet, by the star, and each event once', async () => {
    const listener = await follow((await makeChannel(['v2.externalcontacts.contacts.*'])).connectUri);
    const contact = await make(server, '/contacts', { firstName: 'New' });
    expect(await listener.until(1)).toMatchObject([{ topicName: topicOf(contact), metadata: { action: 'create' } }]);
    await subscribe((await must(server, 'GET', CHANNELS)).entities.at(-1).id, [topicOf(contact)]);
    await rename(contact, 'Renamed');
    await rename(contact, 'Again');
    expect(namesOf(await listener.until(3))).toEqual(['New', 'Renamed', 'Again']);
  });

  it('the changes of a record in their order', async () => {
    const contacts: Json[] = [];
    for (const firstName of ['a', 'b', 'c']) contacts.push(await make(server, '/contacts', { firstName }));
    const listener = await follow((await makeChannel(contacts.map(topicOf))).connectUri);
    const rounds = Array.from({ length: 60 }, (_, n) => n);
    await Promise.all(
      contacts.map(async (contact) => {
        for (const n of rounds) await rename(contact, `${n}`);
      }),
    );
    const events = await listener.until(180);
    for (const contact of contacts) expect(namesOf(events.filter(({ topicName }) => topicName === topicOf(contact)))).toEqual(rounds.map(String));
  });

  it('nothing any more when it has been taken away', async () => {
    const [contact, last] = [await make(server, '/contacts', {}), await make(server, '/contacts', {})];
    const channel = await makeChannel([topicOf(contact), topicOf(last)]);
    const listener = await follow(channel.connectUri);
    await must(server, 'PUT', `${CHANNELS}/${channel.id}/subscriptions`, [{ id: topicOf(last) }]);
    await rename(contact, 'unheard');
    await rename(last, 'heard');
    expect(namesOf(await listener.until(1))).toEqual(['heard']);
  });
});

describe('nothing is lost', () => {
  it('of what happened while no client was there', async () => {
    const contact = await make(server, '/contacts', {});
    const { connectUri } = await makeChannel([topicOf(contact)]);
    for (const name of ['one', 'two', 'three']) await rename(contact, name);
    expect(namesOf(await (await follow(connectUri)).until(3))).toEqual(['one', 'two', 'three']);
  });

  it('of what a client was sent and has not answered for, and no more comes until it has', async () => {
    const contact = await make(server, '/contacts', {});
    const { id, connectUri } = await makeChannel([topicOf(contact)]);
    const database = await connectDatabase(server);
    onTestFinished(() => database.end());
    const deaf = await follow(connectUri, { autoPong: false });
    await rename(contact, 'one');
    await deaf.until(1);
    await rename(contact, 'two');
    const again = await follow(connectUri);
    expect(await deaf.closed).toMatchObject({ code: 1008 });
    expect(namesOf(deaf.events)).toEqual(['one']);
    expect(namesOf(await again.until(2))).toEqual(['one', 'two']);
    // What was answered for counts from when it is written down.
    const reached = async () =>
      (
        await database.query(
          'select c.position >= (select max(x.position) from changes x where x.record_id = $2) as all from notification_channels c where c.id = $1',
          [id, contact.id],
        )
      ).rows[0].all;
    while (!(await reached()));
    await again.close();
    await rename(contact, 'three');
    expect(namesOf(await (await follow(connectUri)).until(1))).toEqual(['three']);
  });

  it('when the server is killed, before and after it told of it', async () => {
    const contact = await make(server, '/contacts', {});
    const { connectUri } = await makeChannel([topicOf(contact)]);
    const deaf = await follow(connectUri, { autoPong: false });
    await rename(contact, 'one');
    await deaf.until(1);
    await rename(contact, 'two');
    server.process.kill('SIGKILL');
    await once(server.process, 'exit');
    server = await startServer(env);
    const listener = await follow(movedTo(server, connectUri));
    expect(namesOf(await listener.until(2))).toEqual(['one', 'two']);
    await rename(contact, 'three');
    expect(namesOf(await listener.until(3))).toEqual(['one', 'two', 'three']);
    beating = await listen((await makeChannel([])).connectUri);
  });

  it('and positions never go back', async () => {
    const contact = await make(server, '/contacts', {});
    const { id, connectUri } = await makeChannel([topicOf(contact)]);
    const database = await connectDatabase(server);
    onTestFinished(() => database.end());
    const stored = async () => (await database.query('select position, used_until > now() as used from notification_channels where id = $1', [id])).rows[0];
    const deaf = await follow(connectUri, { autoPong: false });
    await rename(contact, 'one');
    await deaf.until(1);
    // As if another process had served another connection meanwhile.
    const { rows } = await database.query('update notification_channels set position = position + 1000 where id = $1 returning position', [id]);
    await deaf.close();
    // The last that the server does for a connection.
    while ((await stored()).used);
    expect((await stored()).position).toBe(rows[0].position);
  });
});

describe('only who may see it is told', () => {
  it('of records in his divisions, and no answer says what else there is', async () => {
    const [open, closed] = [await makeDivision(server), await makeDivision(server)];
    const { token } = await makeCaller(server, ['externalContacts:contact:view'], open.id);
    const hidden = await make(server, '/contacts', { firstName: 'Hidden', division: { id: closed.id } });
    const shown = await make(server, '/contacts', { firstName: 'Shown', division: { id: open.id } });
    const other = await makeOrganization(server, 'Topics');
    const foreignToken = await server.tokenFor(other.clientId, other.clientSecret);
    const foreign = await must(server, 'POST', `${E}/contacts`, { firstName: 'Foreign' }, foreignToken);
    const channel = await must(server, 'POST', CHANNELS, undefined, token);
    for (const id of [hidden.id, foreign.id, NOBODY, shown.id]) {
      const answer = await subscribe(channel.id, [topicOf({ id })], token);
      expect(answer.entities).toEqual([{ id: topicOf({ id }), state: 'Permitted', selfUri: `${CHANNELS}/${channel.id}/subscriptions` }]);
    }
    await subscribe(channel.id, ['v2.externalcontacts.contacts.*', 'v2.externalcontacts.contacts.*.notes.*'], token);
    const listener = await follow(channel.connectUri);
    await must(server, 'PUT', `${E}/contacts/${hidden.id}`, { firstName: 'Hidden still' });
    await make(server, `/contacts/${hidden.id}/notes`, { noteText: 'hidden' });
    await must(server, 'PUT', `${E}/contacts/${foreign.id}`, { firstName: 'Foreign still' }, foreignToken);
    await rename(shown, 'Shown still');
    expect(namesOf(await listener.until(1))).toEqual(['Shown still']);
  });

  it('for as long as he may', async () => {
    const role = await makeRole(server, 'externalContacts:contact:view');
    const kept = await makeRole(server, 'externalContacts:externalOrganization:view');
    const granted = [role, kept].map(({ id }) => ({ roleId: id, divisionId: '*' }));
    const { clientId, token } = await makeClient(server, granted);
    const contact = await make(server, '/contacts', {});
    const organization = await make(server, '/organizations', { name: 'Kept' });
    const channel = await makeChannel([topicOf(contact), `v2.externalcontacts.organizations.${organization.id}`], token);
    const listener = await follow(channel.connectUri);
    await rename(contact, 'seen');
    await listener.until(1);
    await must(server, 'DELETE', `/api/v2/authorization/subjects/${clientId}/divisions/*/roles/${role.id}`);
    await rename(contact, 'unseen');
    await must(server, 'PUT', `${E}/organizations/${organization.id}`, { name: 'after' });
    expect(namesOf(await listener.until(2))).toEqual(['seen', 'after']);
    const { entities } = await must(server, 'GET', `${CHANNELS}/${channel.id}/subscriptions`, undefined, token);
    expect(entities.map(({ state }: Json) => state)).toEqual(['Rejected', 'Permitted']);
  });

  it('until the token ends: the socket closes by itself, and lets nobody in again', async () => {
    const { token } = await makeCaller(server, ['externalContacts:contact:view']);
    const { connectUri } = await makeChannel([], token);
    const listener = await follow(connectUri);
    await server.request('DELETE', '/api/v2/tokens/me', { token });
    const started = Date.now();
    expect((await listener.told('v2.system.socket_closing')).eventBody.message).toBe('The token that made the channel has ended.');
    expect(await listener.closed).toEqual({ code: 1008, reason: 'The token that made the channel has ended.' });
    expect(Date.now() - started).toBeLessThan(3000);
    await expect(listen(connectUri)).rejects.toThrow('401');
  });

  it('by the right address', async () => {
    const [one, two] = [await makeChannel([]), await makeChannel([])];
    const path = (uri: string) => Buffer.from(uri.split('/').at(-1) as string, 'base64url');
    const at = (bytes: Buffer) => `${server.url.replace('http', 'ws')}/channels/${bytes.toString('base64url')}`;
    await (await follow(at(path(one.connectUri)))).close();
    const mixed = Buffer.concat([path(one.connectUri).subarray(0, 32), path(two.connectUri).subarray(32)]);
    await expect(listen(at(mixed))).rejects.toThrow('401');
    for (let i = 0; i < 56; i += 5) {
      const forged = path(one.connectUri);
      forged[i] = (forged[i] as number) ^ 1;
      await expect(listen(at(forged))).rejects.toThrow('401');
    }
    // Another text for the same bytes: the last character has bits to spare.
    const [last] = one.connectUri.slice(-1);
    const spare = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const twin = one.connectUri.slice(0, -1) + spare[spare.indexOf(last as string) ^ 1];
    expect(path(twin)).toEqual(path(one.connectUri));
    await expect(listen(twin)).rejects.toThrow('401');
    for (const wrong of [at(path(one.connectUri).subarray(1)), `${one.connectUri}x`, `${server.url}/channels/${one.id}`])
      await expect(listen(wrong)).rejects.toThrow('401');
  });
});

describe('a connection', () => {
  it('answers a client’s ping as the platform does, and passes over what it does not know', async () => {
    const listener = await follow((await makeChannel([])).connectUri);
    for (const text of ['no JSON', '[]', 'null', '{"message":"subscribe","topics":[]}', '{"message":"ping"}']) listener.socket.send(text);
    expect(await listener.told('channel.metadata', 'pong')).toEqual({ topicName: 'channel.metadata', eventBody: { message: 'pong' } });
    expect(listener.system).toHaveLength(1);
  });

  it('is closed on a client that sends too much', async () => {
    const listener = await follow((await makeChannel([])).connectUri);
    listener.socket.send('x'.repeat(5000));
    expect(await listener.closed).toMatchObject({ code: 1009 });
  });

  it('takes the place of the one before', async () => {
    const { connectUri } = await makeChannel([]);
    const first = await follow(connectUri);
    const second = await follow(connectUri);
    expect(await first.closed).toEqual({ code: 1008, reason: 'The channel was connected to anew.' });
    second.socket.send('{"message":"ping"}');
    await second.told('channel.metadata', 'pong');
  });

  it('can be made by a path prefix of a gateway', async () => {
    const { connectUri } = await makeChannel([]);
    await follow(connectUri.replace('/channels/', '/prefix/channels/'));
  });

  it('ends with its channel, the least used of which goes when there are too many', async () => {
    const { token } = await makeCaller(server, ['externalContacts:contact:view']);
    const made: Json[] = [];
    for (let n = 0; n < 20; n += 1) made.push(await makeChannel([], token));
    const used = await follow(made[0].connectUri);
    await must(server, 'POST', CHANNELS, undefined, token);
    const ids = (await must(server, 'GET', CHANNELS, undefined, token)).entities.map(({ id }: Json) => id);
    expect(ids).toHaveLength(20);
    expect(ids).toContain(made[0].id);
    expect(ids).not.toContain(made[1].id);
    const database = await connectDatabase(server);
    onTestFinished(() => database.end());
    await database.query("update notification_channels set expires_at = now() - interval '1 second' where id = $1", [made[0].id]);
    expect((await used.told('v2.system.socket_closing')).eventBody.message).toBe('The channel has ended.');
    expect((await server.request('HEAD', `${CHANNELS}/${made[0].id}`, { token })).status).toBe(404);
  });

  it('is asked for by a WebSocket only: other upgrades are answered as if they had not been asked for', async () => {
    const { connectUri } = await makeChannel([]);
    expect((await server.request('GET', new URL(connectUri).pathname)).status).toBe(404);
    const upgrade = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' };
    const asked = request(`${server.url}${E}/contacts`, { headers: { ...upgrade, authorization: `Bearer ${await server.token()}` } }).end();
    const [answer] = await once(asked, 'response');
    expect(answer.statusCode).toBe(200);
    answer.resume();
    const elsewhere = new WebSocket(`${server.url.replace('http', 'ws')}${E}/contacts`);
    const [failure] = await once(elsewhere, 'error');
    expect(failure.message).toContain('401');
  });

  it('gives a sign every 30 seconds', { timeout: 40_000 }, async () => {
    const { topicName, eventBody } = await beating.told('channel.metadata');
    expect({ topicName, eventBody }).toEqual({ topicName: 'channel.metadata', eventBody: { message: 'WebSocket Heartbeat' } });
  });

  it('is ended by a server that stops, which waits for no client', async () => {
    const contact = await make(server, '/contacts', {});
    const { connectUri } = await makeChannel([topicOf(contact)]);
    const polite = await follow(connectUri);
    await rename(contact, 'confirmed');
    await polite.until(1);
    const rude = await follow((await makeChannel([])).connectUri);
    const { id } = await makeChannel([]);
    const before = await connectDatabase(server);
    await before.query("update notification_channels set expires_at = now() - interval '1 second' where id = $1", [id]);
    await before.end();
    // It takes nothing in any more, and so never says goodbye.
    rude.socket.pause();
    const started = Date.now();
    expect(await server.stop({ keep: true })).toBe(0);
    expect(Date.now() - started).toBeLessThan(5000);
    expect(await polite.closed).toEqual({ code: 1001, reason: 'The server is stopping.' });
    expect(await polite.told('v2.system.socket_closing')).toMatchObject({ eventBody: { message: 'The server is stopping.' } });
    server = await startServer(env);
    await rename(contact, 'afterwards');
    expect(namesOf(await (await follow(movedTo(server, connectUri))).until(1))).toEqual(['afterwards']);
    // What has expired is removed when a server starts.
    const after = await connectDatabase(server);
    onTestFinished(() => after.end());
    while ((await after.query('select from notification_channels where id = $1', [id])).rows.length > 0);
  });
});
