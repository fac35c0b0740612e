// Channels and subscriptions by the platform's own SDK.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeClient, makeRole } from './access-callers.ts';
import { NOBODY, NOT_FOUND, UUID } from './directory.ts';
import { makeOrganization } from './other-organization.ts';
import { configure, connect, type Json, methodsOf, refused, SDKS, type Sdk, type SdkName } from './sdk.ts';
import { type Server, startServer } from './server.ts';

const CONTACT = `v2.externalcontacts.contacts.${NOBODY}`;
const ORGANIZATION = `v2.externalcontacts.organizations.${NOBODY}`;
const DAY_MS = 86_400_000;

let server: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
});
afterAll(() => server.stop());

/** An SDK logged in as a client that holds these permissions. */
async function as(name: SdkName, ...permissions: string[]): Promise<Sdk> {
  const { clientId, secret } = await makeCaller(server, permissions);
  const sdk = configure(server, name, true);
  await sdk.login(clientId, secret);
  return sdk;
}

const topics = (...ids: string[]) => ids.map((id) => ({ id }));
const idsOf = ({ entities }: Json) => entities.map(({ id }: Json) => id);

describe.each(SDKS)('by %s', (name) => {
  let notifications: Sdk['notifications'];
  beforeAll(async () => {
    ({ notifications } = await connect(server, name));
  });

  it('every method of the SDK is served', () => {
    expect(methodsOf(name, 'NotificationsApi').toSorted()).toEqual([
      'deleteNotificationsChannelSubscriptions',
      'getNotificationsAvailabletopics',
      'getNotificationsChannelSubscriptions',
      'getNotificationsChannels',
      'headNotificationsChannel',
      'postNotificationsChannelSubscriptions',
      'postNotificationsChannels',
      'putNotificationsChannelSubscriptions',
    ]);
  });

  it('a channel is made, asked for and listed', async () => {
    const channel = await notifications.postNotificationsChannels();
    expect(channel).toEqual({
      id: expect.stringMatching(UUID),
      connectUri: expect.stringMatching(new RegExp(`^ws://127\\.0\\.0\\.1:${server.port}/channels/[\\w-]{75}$`)),
      expires: expect.any(String),
    });
    const life = Date.parse(channel.expires) - Date.now();
    expect(life).toBeLessThanOrEqual(DAY_MS);
    expect(life).toBeGreaterThan(DAY_MS - 60_000);
    await notifications.headNotificationsChannel(channel.id);
    await refused(notifications.headNotificationsChannel(NOBODY));
    expect((await notifications.getNotificationsChannels()).entities).toContainEqual(channel);
  });

  it('subscriptions are added, replaced and removed', async () => {
    const { id } = await notifications.postNotificationsChannels();
    const of = (topic: string) => ({ id: topic, state: 'Permitted', selfUri: `/api/v2/notifications/channels/${id}/subscriptions` });
    expect(await notifications.postNotificationsChannelSubscriptions(id, topics(CONTACT, `${CONTACT}.notes.*`))).toEqual({
      entities: [of(CONTACT), of(`${CONTACT}.notes.*`)],
    });
    // What the server said is sent back by clients that take one away.
    await notifications.postNotificationsChannelSubscriptions(id, [of(CONTACT), of(ORGANIZATION.replace(NOBODY, NOBODY.toUpperCase()))]);
    expect(idsOf(await notifications.getNotificationsChannelSubscriptions(id))).toEqual([CONTACT, `${CONTACT}.notes.*`, ORGANIZATION]);
    expect(await notifications.putNotificationsChannelSubscriptions(id, topics(ORGANIZATION))).toEqual({ entities: [of(ORGANIZATION)] });
    expect(await notifications.getNotificationsChannelSubscriptions(id)).toEqual({ entities: [of(ORGANIZATION)] });
    await notifications.deleteNotificationsChannelSubscriptions(id);
    expect(await notifications.getNotificationsChannelSubscriptions(id)).toEqual({ entities: [] });
  });

  it('the topics on offer can be subscribed to, and say what they need', async () => {
    const plain = await notifications.getNotificationsAvailabletopics();
    expect(plain.entities).toContainEqual({ id: 'v2.externalcontacts.contacts.{id}' });
    const { id } = await notifications.postNotificationsChannels();
    const offered = idsOf(plain).map((topic: string) => topic.replaceAll('{id}', NOBODY));
    expect(idsOf(await notifications.postNotificationsChannelSubscriptions(id, topics(...offered)))).toEqual(offered);
    const { entities } = await notifications.getNotificationsAvailabletopics({ expand: ['description', 'requiresPermissions', 'schema', 'topicParameters'] });
    expect(entities.find((topic: Json) => topic.id === 'v2.externalcontacts.organizations.{id}.notes.{id}')).toEqual({
      id: 'v2.externalcontacts.organizations.{id}.notes.{id}',
      description: expect.any(String),
      requiresPermissions: ['externalContacts:externalOrganization:view', 'relate:externalOrganization:view'],
      schema: { $ref: expect.any(String) },
      topicParameters: ['externalOrganizationId', 'noteId'],
    });
  });

  it('what is no topic is refused by name', async () => {
    const { id } = await notifications.postNotificationsChannels();
    for (const wrong of [
      'v2.externalcontacts.contacts',
      'v2.externalcontacts.contacts.x',
      `v2.externalcontacts.contacts.*.notes.${NOBODY}`,
      `${CONTACT}.journey`,
      `v2.users.${NOBODY}.presence`,
      'contacts',
      `${CONTACT}?unresolved`,
      '',
    ]) {
      expect(await refused(notifications.postNotificationsChannelSubscriptions(id, topics(CONTACT, wrong)))).toMatchObject({
        status: 400,
        code: 'constraint.validation',
        details: [{ fieldName: '[1].id' }],
      });
    }
    expect(await notifications.getNotificationsChannelSubscriptions(id)).toEqual({ entities: [] });
  });

  it('a topic needs the permission to view its records, and can be rejected alone', async () => {
    const { notifications: limited } = await as(name, 'externalContacts:externalOrganization:view');
    const { id } = await limited.postNotificationsChannels();
    const missing = ['externalContacts:contact:view', 'relate:contact:view'];
    const wanted = topics(ORGANIZATION, CONTACT);
    const failure = await refused(limited.postNotificationsChannelSubscriptions(id, wanted));
    expect(failure).toMatchObject({ status: 403, code: 'missing.any.permissions', messageParams: { permissions: `[${missing.join(', ')}]` } });
    expect(await limited.getNotificationsChannelSubscriptions(id)).toEqual({ entities: [] });
    for (const method of ['postNotificationsChannelSubscriptions', 'putNotificationsChannelSubscriptions'] as const) {
      expect(await limited[method](id, wanted, { ignoreErrors: true })).toMatchObject({
        entities: [
          { id: ORGANIZATION, state: 'Permitted' },
          { id: CONTACT, state: 'Rejected', rejectionReason: expect.stringContaining(missing[0] as string), missingPermissions: missing },
        ],
      });
    }
    expect(idsOf(await limited.getNotificationsChannelSubscriptions(id))).toEqual([ORGANIZATION]);
  });

  it('takes 1,000 topics and no more', async () => {
    const { id } = await notifications.postNotificationsChannels();
    const topic = (n: number) => ({ id: `v2.externalcontacts.contacts.01890000-0000-7000-8000-${String(n).padStart(12, '0')}` });
    const many = Array.from({ length: 1000 }, (_, n) => topic(n));
    expect((await notifications.putNotificationsChannelSubscriptions(id, many)).entities).toHaveLength(1000);
    await notifications.postNotificationsChannelSubscriptions(id, many.slice(0, 10));
    expect(await refused(notifications.postNotificationsChannelSubscriptions(id, [topic(1000)]))).toMatchObject({ status: 409, code: 'conflict' });
    expect(await refused(notifications.putNotificationsChannelSubscriptions(id, [...many, topic(1000)]))).toMatchObject({ status: 400 });
    expect((await notifications.getNotificationsChannelSubscriptions(id)).entities).toHaveLength(1000);
  });
});

describe('a channel belongs to its token', () => {
  const operations = [
    ['HEAD', ''],
    ['GET', '/subscriptions'],
    ['POST', '/subscriptions'],
    ['PUT', '/subscriptions'],
    ['DELETE', '/subscriptions'],
  ] as const;

  it.each(operations)('%s %s knows nothing of it by another, of the same client or another organization', async (method, path) => {
    const role = await makeRole(server, 'externalContacts:contact:view');
    const { clientId, secret, token } = await makeClient(server, [{ roleId: role.id, divisionId: '*' }]);
    const { body: channel } = await server.request('POST', '/api/v2/notifications/channels', { token });
    const other = await makeOrganization(server, `Other ${method} ${path}`);
    const body = method === 'POST' || method === 'PUT' ? { body: topics(CONTACT) } : {};
    const uri = `/api/v2/notifications/channels/${channel.id}${path}`;
    for (const by of [await server.tokenFor(clientId, secret), await server.tokenFor(other.clientId, other.clientSecret), await server.token()]) {
      const answer = await server.request(method, uri, { token: by, ...body });
      expect(answer.status).toBe(404);
      if (method !== 'HEAD') expect(answer.body).toEqual(NOT_FOUND);
    }
    expect((await server.request(method, uri, { token, ...body })).status).toBe(200);
  });

  it('is shown to exist to other tokens of the same client, and to nobody else', async () => {
    const { clientId, secret, token } = await makeCaller(server, ['externalContacts:contact:view']);
    const { body: channel } = await server.request('POST', '/api/v2/notifications/channels', { token });
    const another = await server.tokenFor(clientId, secret);
    const list = async (query: string, by = another) => (await server.request('GET', `/api/v2/notifications/channels${query}`, { token: by })).body.entities;
    expect(await list('')).toEqual([]);
    expect(await list('?includechannels=token')).toEqual([]);
    expect(await list('?includechannels=oauthclient')).toEqual([{ expires: channel.expires }]);
    expect(await list('?includechannels=oauthclient', token)).toEqual([channel]);
    const { token: stranger } = await makeCaller(server, ['externalContacts:contact:view']);
    expect(await list('?includechannels=oauthclient', stranger)).toEqual([]);
  });
});
