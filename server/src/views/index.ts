// Ways to look at tables that people keep. This is the slice's only door.
export { viewHandlers } from './operations.ts';
