// Who is who: what makes one contact of several. This is the slice's only door.
export { enrichHandlers } from './enrich/operations.ts';
export { mergeContacts } from './merge/merge.ts';
export { observeHandlers } from './observe/operations.ts';
export { identityHandlers } from './operations.ts';
