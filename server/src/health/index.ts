// How things are: for an organization, and for whoever operates the server. This is the slice's only door.
export { createHealth } from './operations.ts';
