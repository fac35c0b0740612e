// What other slices may use of the second dialect.
export { xurrentHandlers } from './operations.ts';
