// One act on many records, as a job. This is the slice's only door.
export { bulkJobHandlers } from './operations.ts';
export { createBulkRecords } from './records.ts';
export { deleteOldBulkJobs } from './store.ts';
export { bulkTask, watchedBulkJobs } from './task.ts';
