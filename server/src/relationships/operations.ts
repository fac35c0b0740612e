// The operations on relationships between our users and external organizations.
import type { Call, Handlers } from '../contract/bind.ts';
import { bulkOf } from '../families/bulk.ts';
import { divisionAsked, readSort } from '../families/listing.ts';
import { pageListing, pageOf } from '../families/page.ts';
import type { Patches } from '../families/patch.ts';
import { scan } from '../families/scan.ts';
import { single } from '../families/writes.ts';
import { refuse } from '../http/errors.ts';
import { divisionArray, reach } from '../http/principal.ts';
import { requireOrganization } from '../organizations/index.ts';
import { organizationRelationships, relationshipBodies, SORTS, scanRelationships } from './store.ts';
import { relationshipWrites } from './writes.ts';

export const relationshipHandlers = (patches: Patches): Handlers => ({
  postExternalcontactsRelationships: (call) => single(relationshipWrites.create(call, [call.body])),

  getExternalcontactsRelationship: (call) => relationshipOf(call, divisionArray(call.divisions), call.query.expand),

  putExternalcontactsRelationship: (call) =>
    single(relationshipWrites.update(call, [{ id: call.path.relationshipId, body: call.body, version: call.expectedVersion }])),

  patchExternalcontactsRelationship: (call) =>
    patches.apply(call, 'Relationship', relationshipWrites, () => relationshipOf(call, divisionArray(reach(call.principal, ...EDITORS)))),

  deleteExternalcontactsRelationship: (call) => single(relationshipWrites.remove(call, [{ id: call.path.relationshipId, version: call.expectedVersion }])),

  postExternalcontactsBulkRelationships: (call) =>
    bulk.fetch(call, (ids) => relationshipBodies(call.door, call.principal.orgId, [], divisionArray(call.divisions), ids)),
  postExternalcontactsBulkRelationshipsAdd: (call) => bulk.add(call),
  postExternalcontactsBulkRelationshipsUpdate: (call) => bulk.update(call),
  postExternalcontactsBulkRelationshipsRemove: (call) => bulk.remove(call),

  getExternalcontactsOrganizationRelationships: async (call) => {
    const organizationId = call.path.externalOrganizationId;
    await requireOrganization(call.door, call.principal, organizationId, call.divisions);
    const page = pageOf(call.query);
    const sort = readSort(call.query.sortOrder, SORTS) ?? { by: 'createDate', descending: false };
    const found = await organizationRelationships(call.door, call.principal.orgId, call.query.expand ?? [], organizationId, sort, page);
    return pageListing(call.url, page, found.entities, found);
  },

  getExternalcontactsScanRelationships: (call) => {
    const division = call.query.divisionId ?? '*';
    const divisions = divisionAsked('divisionId', division, call.divisions);
    return scan(call, `relationships ${division}`, (after, size) =>
      scanRelationships(call.door, call.principal.orgId, divisions, call.query.expand ?? [], after, size),
    );
  },
  getExternalcontactsScanRelationshipsDivisionviewsAll: (call) =>
    scan(call, 'relationships in all divisions', (after, size) =>
      scanRelationships(call.door, call.principal.orgId, divisionArray(call.divisions), call.query.expand ?? [], after, size),
    ),
});

const bulk = bulkOf(relationshipWrites);

// Who may change a relationship reads it to change a part of it.
const EDITORS = ['externalContacts:externalOrganization:edit', 'externalContacts:externalOrganization:view', 'relate:externalOrganization:view'];

/** @throws Refusal 404 */
async function relationshipOf(
  call: Pick<Call, 'door' | 'principal'> & { path: { relationshipId: string } },
  divisions: string[] | null,
  expand: readonly string[] = [],
) {
  const [found] = await relationshipBodies(call.door, call.principal.orgId, expand, divisions, [call.path.relationshipId]);
  if (!found) throw refuse('not.found');
  return { status: 200 as const, ...found };
}
