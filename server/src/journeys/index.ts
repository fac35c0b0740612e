// What other slices may use of journeys.
export { handBackJourneysSteps, journeysOfContacts } from './dependents.ts';
export { journeyHandlers } from './operations.ts';
export { segmentsTask, watchedSegments } from './task.ts';
export { segmentBody, sessionBody } from './wire.ts';
