// What other slices may use of notes.
export { noteHandlers } from './operations.ts';
export { handOverNotesSteps, notesOf, reassignSteps } from './store.ts';
export { noteBody } from './wire.ts';
