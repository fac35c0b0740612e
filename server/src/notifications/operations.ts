// The operations on channels. A channel belongs to the token that made it; to any other it does not exist.
import type { Call, Handlers } from '../contract/bind.ts';
import { type Fault, invalidFields } from '../contract/validate.ts';
import type { Feed } from '../events/index.ts';
import { guarded } from '../families/guarded.ts';
import { newId } from '../families/id.ts';
import { type Refusal, refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { includesDivision, type Principal, permit, reach, UNASSIGNED } from '../http/principal.ts';
import { isInScope, scopesOf } from '../http/scopes.ts';
import { addressOf, connectUri } from './channel.ts';
import {
  expectSubscriptionsStep,
  hasChannel,
  holdChannelStep,
  insertChannelSteps,
  listChannels,
  listSubscriptions,
  subscribeSteps,
  unsubscribeStep,
} from './store.ts';
import { readTopic, type Topic, topicKinds } from './topic.ts';
import { availableTopicWire, channelWire, listing, subscriptionWire } from './wire.ts';

/** @param publicUrl how the operator says the server is reached */
export const notificationHandlers = (feed: Feed, publicUrl: string | undefined): Handlers => {
  const channelBody = ({ principal, headers }: Pick<Call, 'principal' | 'headers'>, id: string, expiresAt: Date) =>
    channelWire(id, expiresAt, connectUri(publicUrl, headers.host, addressOf({ orgId: principal.orgId, id }, principal.signingKey)));

  return {
    getNotificationsAvailabletopics: ({ query }) => listing(topicKinds.map((kind) => availableTopicWire(kind, query.expand ?? []))),

    getNotificationsChannels: async (call) => {
      const channels = await listChannels(call.door, call.principal);
      const shown = channels.filter(({ own }) => own || call.query.includechannels === 'oauthclient');
      return listing(shown.map(({ id, expires_at, own }) => (own ? channelBody(call, id, expires_at) : { expires: expires_at.toISOString() })));
    },

    postNotificationsChannels: async (call) => {
      const channel = { id: newId(), position: await feed.settled(call.principal.orgId), expiresAt: expiryOf(call.principal) };
      await call.door.flight(insertChannelSteps(call.principal, channel, limits.channelsMax));
      return JSON.stringify(channelBody(call, channel.id, channel.expiresAt));
    },

    headNotificationsChannel: async (call) => {
      await requireChannel(call);
      return { status: 200 };
    },

    getNotificationsChannelSubscriptions: async (call) => {
      await requireChannel(call);
      const topics = (await listSubscriptions(call.door, call.principal.orgId, call.path.channelId)).flatMap((id) => readTopic(id) ?? []);
      return listing(topics.map((topic) => subscriptionWire(call.path.channelId, topic, mayFollow(call.principal, topic))));
    },

    postNotificationsChannelSubscriptions: (call) => subscribe(feed, call, false),
    putNotificationsChannelSubscriptions: (call) => subscribe(feed, call, true),

    deleteNotificationsChannelSubscriptions: async (call) => {
      const { principal, path } = call;
      const steps = [holdChannelStep(principal.orgId, principal.tokenHash, path.channelId), unsubscribeStep(principal.orgId, path.channelId, [])];
      await guarded(call.door, steps, async () => refuse('not.found'));
      return { status: 200 };
    },
  };
};

type Subscribing = Pick<Call<'postNotificationsChannelSubscriptions'>, 'principal' | 'door' | 'path' | 'query' | 'body'>;

/** @param replaces whether what is not asked for ends */
async function subscribe(feed: Feed, call: Subscribing, replaces: boolean): Promise<string> {
  const { principal, door } = call;
  const { orgId, tokenHash } = principal;
  const { channelId } = call.path;
  const topics = readTopics(call.body);
  if (!call.query.ignoreErrors) for (const topic of topics) permit(principal, { mode: 'ANY', of: [...topic.permissions] });
  const permitted = topics.filter((topic) => mayFollow(principal, topic)).map(({ id }) => id);
  // What happens from now on is told: all of it has a position beyond what is settled now.
  const since = await feed.settled(orgId);
  const steps = [
    holdChannelStep(orgId, tokenHash, channelId),
    ...(replaces ? [unsubscribeStep(orgId, channelId, permitted)] : []),
    ...subscribeSteps(orgId, channelId, permitted, since, expiryOf(principal)),
    expectSubscriptionsStep(orgId, channelId, limits.channelTopicsMax),
  ];
  await guarded(door, steps, () => explain(call, permitted, replaces));
  return listing(topics.map((topic) => subscriptionWire(channelId, topic, permitted.includes(topic.id))));
}

async function explain(call: Subscribing, wanted: string[], replaces: boolean): Promise<Refusal | undefined> {
  const { principal, door, path } = call;
  if (!(await hasChannel(door, principal.orgId, principal.tokenHash, path.channelId))) return refuse('not.found');
  const stored = replaces ? [] : await listSubscriptions(door, principal.orgId, path.channelId);
  if (new Set([...stored, ...wanted]).size <= limits.channelTopicsMax) return undefined;
  return refuse('conflict', { params: { reason: `A channel takes at most ${limits.channelTopicsMax} topics.` } });
}

/** Each topic once. @throws Refusal naming those that this server does not have */
function readTopics(body: Subscribing['body']): Topic[] {
  const faults: Fault[] = [];
  const topics = new Map<string, Topic>();
  for (const [i, { id }] of body.entries()) {
    const topic = readTopic(id);
    if (topic) topics.set(topic.id, topic);
    else faults.push({ field: `[${i}].id`, code: 'not.found', rule: `must be one of the available topics, but is "${id}".` });
  }
  if (faults.length > 0) throw invalidFields(faults);
  return [...topics.values()];
}

/** Whether the caller may see such records anywhere. */
/** A channel shows records, and so takes the scope of reading them. */
const READING = scopesOf({ method: 'GET', path: '/api/v2/externalcontacts' });

const mayFollow = (principal: Principal, topic: Topic) => isInScope(principal, READING) && includesDivision(reach(principal, ...topic.permissions), UNASSIGNED);

/** A day from now, or with the token. */
const expiryOf = ({ expiresAt }: Principal) => new Date(Math.min(Date.now() + limits.channelLifeMs, expiresAt));

async function requireChannel({ door, principal, path }: Pick<Call<'headNotificationsChannel'>, 'door' | 'principal' | 'path'>): Promise<void> {
  if (!(await hasChannel(door, principal.orgId, principal.tokenHash, path.channelId))) throw refuse('not.found');
}
