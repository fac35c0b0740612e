// Files of records, for other programs and for spreadsheets. This is the slice's only door.
export { deleteExpiredExports, downloadExport } from './files.ts';
export { exportHandlers } from './operations.ts';
export { exportTask, watchedExports } from './task.ts';
