// What other slices may use of external organizations.
export { organizationIdentifierHandlers } from './identifier-operations.ts';
export { organizationHandlers, requireOrganization } from './operations.ts';
export { organizationSearchHandlers } from './search.ts';
export { organizationBodies, organizationClaimant, storedOrganizations } from './store.ts';
export { organizationBodyExpanded } from './wire.ts';
export { organizationReach, organizationRecords, organizationWrites } from './writes.ts';
