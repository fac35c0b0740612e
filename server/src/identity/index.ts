// Who is who: what makes one contact of several. This is the slice's only door.
export { thresholdStep } from './duplicates/decisions.ts';
export { duplicateHandlers } from './duplicates/operations.ts';
export { duplicatesTask, watchDuplicates } from './duplicates/task.ts';
export { shapeOf } from './enrich/enrich.ts';
export { enrichHandlers } from './enrich/operations.ts';
export { enrich } from './enrich/rules.ts';
export { mergeContacts } from './merge/merge.ts';
export { unmerge } from './merge/unmerge.ts';
export { observeHandlers } from './observe/operations.ts';
export { identityHandlers } from './operations.ts';
