// Requests that are done once, however often they are sent. This is the slice's only door.
export { createOnce } from './once.ts';
export { deleteOldAnswers } from './store.ts';
