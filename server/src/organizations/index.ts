// What other slices may use of external organizations.
export { organizationIdentifierHandlers } from './identifier-operations.ts';
export { organizationHandlers, organizationReach, organizationRecords, requireOrganization } from './operations.ts';
export { storedOrganizations } from './store.ts';
export { organizationBodyExpanded } from './wire.ts';
