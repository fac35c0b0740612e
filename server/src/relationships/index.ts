// What other slices may use of relationships.
export { relationshipHandlers } from './operations.ts';
export { relationshipsOfOrganizations } from './store.ts';
