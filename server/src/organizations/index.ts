// What other slices may use of external organizations.
export { type ContactPoint, contactPointsOf, integerId, joinedContactPoints, newPointId, withContactPoints } from './contact-points.ts';
export { organizationIdentifierHandlers } from './identifier-operations.ts';
export { organizationHandlers, requireOrganization } from './operations.ts';
export { FILTERABLE_ORGANIZATIONS, findOrganizations, organizationSearchHandlers } from './search.ts';
export { organizationValues } from './search-store.ts';
export { deleteSteps, handOverChildrenSteps, organizationBodies, organizationClaimant, storedOrganizations, updateSteps } from './store.ts';
export { handOverLinkSteps, linkedTo } from './trustor-links.ts';
export { organizationBody, organizationText, organizationTextExpanded } from './wire.ts';
export { organizationReach, organizationReader, organizationRecords, organizationWrites } from './writes.ts';
