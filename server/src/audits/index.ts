// Who did what to which record. This is the slice's only door.
export { type Difference, differences } from './differences.ts';
export { auditSight, nameOf, statesOf } from './entry.ts';
export { auditHandlers } from './operations.ts';
export type { AuditRow, AuditSight } from './store.ts';
