// What other slices may use of contacts.
export { type ContactRow, contactIdentifiers } from './contact.ts';
export { explainContacts, holdContactsStep, mergeSetIds, renewSeenStep } from './held.ts';
export { contactIdentifierHandlers } from './identifier-operations.ts';
export { deleteExpiredContacts, expire, expiredAmong, makeObserved, promoteStep, renew } from './observed.ts';
export { contactHandlers, viewOf } from './operations.ts';
export { contactSearchHandlers, FILTERABLE_CONTACTS, findContacts } from './search.ts';
export { contactValues } from './search-store.ts';
export { contactBodies, contactsOfOrganizations, deleteSteps, handOverContactsSteps, insertStep, isThere, recordSteps, updateSteps } from './store.ts';
export { contactBody, contactBodyExpanded, contactText } from './wire.ts';
export { contactReach, contactReader, contactRecords, contactWrites } from './writes.ts';
