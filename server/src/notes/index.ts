// What other slices may use of notes.
export { noteHandlers } from './operations.ts';
export { notesOf, reassignSteps } from './store.ts';
