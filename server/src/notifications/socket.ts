// Where the WebSockets of channels come in: on the listener of everything else, and closed with it.
import type { IncomingMessage } from 'node:http';
import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Database } from '../db/database.ts';
import { refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { rewriteUrl } from '../http/rewrite-url.ts';
import { isAddressOf, isChannelPath, readAddress } from './channel.ts';
import { type FollowDeps, type FollowedChannel, type Follower, follow, GOING_AWAY, POLICY } from './follow.ts';
import { confirm, openChannel } from './store.ts';

export type SocketDeps = Pick<FollowDeps, 'feed' | 'holderOf'> & { database: Database };

/**
 * Whether a request becomes a WebSocket. Others that ask for an upgrade, such as those of HTTP clients that would rather
 * speak HTTP/2 (Java's does by itself), are answered like any request.
 */
export function isSocketRequest(request: IncomingMessage): boolean {
  const [path] = rewriteUrl(request).split('?') as [string];
  return request.headers.upgrade?.toLowerCase() === 'websocket' && isChannelPath(path);
}

/** The server must have been made with isSocketRequest as its `shouldUpgradeCallback`. */
export async function registerSockets(app: FastifyInstance, { database, feed, holderOf }: SocketDeps): Promise<void> {
  const followers = new Map<string, Follower>();
  const opened = new WeakMap<FastifyRequest, FollowedChannel>();
  let closing = false;

  /** @throws Refusal 401 for an address that is not a channel's; the platform's own client then makes another */
  const open = async (request: FastifyRequest) => {
    const { address } = request.params as { address: string };
    const key = readAddress(address);
    if (!key) throw refuse('bad.credentials');
    const door = database.tenant(key.orgId);
    const found = await openChannel(door, key.orgId, key.id);
    if (!found || !isAddressOf(address, key, found.signing_key) || !(await holderOf(key.orgId, found.token_hash))) throw refuse('bad.credentials');
    await confirm(door, key.orgId, key.id, found.position, new Date(Date.now() + limits.channelUseMs));
    opened.set(request, { ...key, tokenHash: found.token_hash, position: found.position });
  };

  // In a scope of their own, so that requests which are no WebSockets do not pass the plugin's hooks.
  await app.register(async (scope) => {
    await scope.register(websocket, {
      options: { maxPayload: limits.socketMessageBytesMax },
      // A socket with an error closes by itself.
      errorHandler: () => undefined,
      preClose: async () => {
        closing = true;
        await Promise.all([...followers.values()].map((follower) => follower.end(GOING_AWAY, STOPPING)));
      },
    });
    scope.get('/channels/:address', { websocket: true, preValidation: open }, (socket, request) => {
      const channel = opened.get(request) as FollowedChannel;
      // One connection for a channel, as on the platform: the newest, for the one before may hang unnoticed.
      void followers.get(channel.id)?.end(POLICY, 'The channel was connected to anew.');
      const follower = follow(socket, channel, {
        door: database.tenant(channel.orgId),
        feed,
        holderOf,
        failed: (error) => app.log.error({ err: error }, 'a notification channel failed'),
      });
      followers.set(channel.id, follower);
      socket.once('close', () => {
        if (followers.get(channel.id) === follower) followers.delete(channel.id);
      });
      if (closing) void follower.end(GOING_AWAY, STOPPING);
    });
  });
}

const STOPPING = 'The server is stopping.';
