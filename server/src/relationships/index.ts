// What other slices may use of relationships.
export { relationshipHandlers } from './operations.ts';
export { handOverRelationshipsSteps, relationshipBody, relationshipsOfOrganizations } from './store.ts';
