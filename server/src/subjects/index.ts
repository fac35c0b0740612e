// A person's rights: to be told what is held, and to be forgotten. This is the slice's only door.
export { subjectDownload } from './download.ts';
export { erasureOutcomes, insertErasureSteps, wantsSecondPerson } from './erasures.ts';
export { knownContacts } from './find.ts';
export { subjectHandlers } from './operations.ts';
export { subjectTask, watchedSubjects } from './task.ts';
