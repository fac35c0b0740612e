// What other slices may use of external sources.
export { sourceHandlers } from './operations.ts';
