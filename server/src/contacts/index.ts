// What other slices may use of contacts.
export { contactIdentifierHandlers } from './identifier-operations.ts';
export { contactHandlers, contactReach } from './operations.ts';
export { storedContacts } from './store.ts';
