// What other slices may use of contacts.
export { contactIdentifierHandlers } from './identifier-operations.ts';
export { contactHandlers, contactRecords } from './operations.ts';
