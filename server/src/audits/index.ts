// Who did what to which record. This is the slice's only door.
export { auditHandlers } from './operations.ts';
