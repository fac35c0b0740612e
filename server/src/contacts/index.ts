// What other slices may use of contacts.
export { type ContactRow, contactIdentifiers } from './contact.ts';
export { contactIdentifierHandlers } from './identifier-operations.ts';
export { deleteExpiredContacts, expire, expiredAmong, makeObserved, promoteStep, renew } from './observed.ts';
export { contactHandlers, viewOf } from './operations.ts';
export { contactSearchHandlers } from './search.ts';
export { contactBodies, contactsOfOrganizations, insertStep, isThere, recordSteps, updateSteps } from './store.ts';
export { contactBody } from './wire.ts';
export { contactReach, contactReader, contactRecords, contactWrites } from './writes.ts';
