// What other slices may use of contacts.
export { contactIdentifierHandlers } from './identifier-operations.ts';
export { contactHandlers } from './operations.ts';
export { contactSearchHandlers } from './search.ts';
export { contactsOfOrganizations } from './store.ts';
export { contactRecords } from './writes.ts';
