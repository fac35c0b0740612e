// The bodies of channels, subscriptions and topics.
import type { Wire } from '../families/wire.ts';
import type { Topic, TopicKind } from './topic.ts';

export const listing = (entities: object[]): string => JSON.stringify({ entities });

export function channelWire(id: string, expiresAt: Date, connectUri: string): Wire['Channel'] {
  return { connectUri, id, expires: expiresAt.toISOString() };
}

/** @param permitted whether the caller may see such records anywhere */
export function subscriptionWire(channelId: string, topic: Topic, permitted: boolean): Wire['ChannelTopic'] {
  const selfUri = `/api/v2/notifications/channels/${channelId}/subscriptions`;
  if (permitted) return { id: topic.id, state: 'Permitted', selfUri };
  const missingPermissions = [...topic.permissions];
  return { id: topic.id, state: 'Rejected', rejectionReason: `It needs one of: ${missingPermissions.join(', ')}`, missingPermissions, selfUri };
}

export function availableTopicWire(topic: TopicKind, expand: readonly string[]): Wire['AvailableTopic'] {
  const whole: Wire['AvailableTopic'] = {
    description: topic.description,
    enforced: true,
    schema: { $ref: '/openapi.json#/components/schemas/Event' },
    visibility: 'Public',
    transports: ['Websocket'],
    publicApiTemplateUriPaths: [topic.readBy],
    requiresPermissions: [...topic.permissions],
    permissionDetails: [{ type: 'Division', permissions: [...topic.permissions], allowsCurrentUser: false, enforced: true }],
    topicParameters: [...topic.parameters],
  };
  return { id: topic.template, ...Object.fromEntries(Object.entries(whole).filter(([name]) => expand.includes(name))) };
}
