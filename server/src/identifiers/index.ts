// What other slices may use of identifiers.
export { claimants, claimSteps } from './claims.ts';
export { firstInLine } from './first.ts';
export { type Identifier, type IdentifierType, NO_SOURCE, normalizeValue, type OwnerKind } from './identifier.ts';
export { markOf, markOfId, marksOfPhone } from './marks.ts';
export { identifiersOf, readIdentifier, readLookUp, type Wanted } from './operations.ts';
export { dropStep, type Holding, holders, holdMoreSteps, holdSteps, lineKey, moveSteps, replaceSteps, sourceState, twitterHolders } from './store.ts';
