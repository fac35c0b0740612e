// What an organization sets for itself, and what the server holds everybody to. This is the slice's only door.
export { settingsHandlers } from './operations.ts';
