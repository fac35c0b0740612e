// Webhooks: events sent to where an organization wants them. This is the slice's only door.
export { createDispatcher } from './dispatcher.ts';
export { webhookHandlers } from './operations.ts';
