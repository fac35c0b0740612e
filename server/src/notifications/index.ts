// The platform's notification channels: a client subscribes to topics and is told of events by a WebSocket. This is the
// slice's only door.
import type { FastifyInstance } from 'fastify';
import type { Handlers } from '../contract/bind.ts';
import { notificationHandlers } from './operations.ts';
import { registerSockets, type SocketDeps } from './socket.ts';

export { isSocketRequest } from './socket.ts';
export { deleteExpiredChannels } from './store.ts';

export interface Notifications {
  handlers: Handlers;
  /** They close with the app. */
  registerSockets(app: FastifyInstance): Promise<void>;
}

/** @param publicUrl how the operator says the server is reached */
export function createNotifications({ publicUrl, ...deps }: SocketDeps & { publicUrl: string | undefined }): Notifications {
  return {
    handlers: notificationHandlers(deps.feed, publicUrl),
    registerSockets: (app) => registerSockets(app, deps),
  };
}
