// What other slices may use of identifiers.
export { type Identifier, type IdentifierType, NO_SOURCE, normalizeValue } from './identifier.ts';
export { identifiersOf, readLookUp } from './operations.ts';
export { dropStep, type Holding, holders, holdSteps, moveSteps, replaceSteps, twitterHolders } from './store.ts';
