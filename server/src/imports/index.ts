// Files that become records: uploads, settings, jobs. This is the slice's only door.
export { endForgottenImports } from './jobs/chores.ts';
export { importDownloads } from './jobs/extensions.ts';
export { watchedImports } from './jobs/run.ts';
export { createImportTask } from './jobs/task.ts';
export { isSame, whyLeft, writable } from './jobs/undo.ts';
export { type Written, writtenRecords } from './jobs/undo-store.ts';
export { importHandlers } from './operations.ts';
export { receiveUpload } from './uploads/receive.ts';
export { deleteExpiredUploads } from './uploads/store.ts';
