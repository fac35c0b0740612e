// What other slices may use of conversations.
export { conversationHandlers } from './operations.ts';
export { conversationsOfContacts, handBackConversationsSteps } from './store.ts';
export { conversationBody } from './wire.ts';
