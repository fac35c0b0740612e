// The operations on relationships between our users and external organizations.
import type { Handlers } from '../contract/bind.ts';
import { type Fault, invalidFields } from '../contract/validate.ts';
import { sortKey } from '../families/fold.ts';
import { bodyOf, explainRecord, guarded } from '../families/guarded.ts';
import { newId } from '../families/id.ts';
import { divisionAsked, readSort } from '../families/listing.ts';
import { pageListing, pageOf } from '../families/page.ts';
import { readReference } from '../families/record.ts';
import { explainReferences, referenceSteps, referencesOf } from '../families/references.ts';
import { scan } from '../families/scan.ts';
import { divisionId, type Wire } from '../families/wire.ts';
import { refuse } from '../http/errors.ts';
import { type Divisions, divisionArray, type Principal } from '../http/principal.ts';
import { organizationReach, requireOrganization, storedOrganizations } from '../organizations/index.ts';
import {
  bodyStep,
  deleteSteps,
  insertSteps,
  organizationRelationships,
  type RelationshipRow,
  relationshipText,
  SORTS,
  scanRelationships,
  storedRelationships,
  updateSteps,
} from './store.ts';

export const relationshipHandlers: Handlers = {
  postExternalcontactsRelationships: async (call) => {
    const { orgId } = call.principal;
    const row = readRelationship(newId(), call.body);
    const referring = { ...row, division_id: null };
    const references = referencesOf([referring], divisionArray(organizationReach(call.principal)));
    const steps = [...referenceSteps(orgId, references), ...insertSteps(orgId, [row], divisionArray(call.divisions)), bodyStep(orgId, row.id)];
    const results = await guarded(call.door, steps, async () => {
      const missing = await explainReferences(call.door, orgId, referring, references, call.divisions, EDIT);
      if (missing) return missing;
      const [organization] = await storedOrganizations(call.door, orgId, [row.external_organization_id]);
      return explainRecord('relationship', organization, accessOf(call)) ?? explainDivision(row, organization);
    });
    return bodyOf(results);
  },

  getExternalcontactsRelationship: async (call) => {
    const text = await relationshipText(call.door, call.principal.orgId, call.query.expand ?? [], divisionArray(call.divisions), call.path.relationshipId);
    if (text === undefined) throw refuse('not.found');
    return text;
  },

  putExternalcontactsRelationship: async (call) => {
    const { orgId } = call.principal;
    const id = call.path.relationshipId;
    const row = readRelationship(id, call.body);
    const referring = { ...row, division_id: null };
    const references = referencesOf([referring], divisionArray(organizationReach(call.principal)));
    const steps = [...referenceSteps(orgId, references), ...updateSteps(orgId, [row], divisionArray(call.divisions)), bodyStep(orgId, id)];
    const results = await guarded(call.door, steps, async () => {
      const [stored] = await storedRelationships(call.door, orgId, [id]);
      const missing =
        explainRecord('relationship', stored, accessOf(call)) ?? (await explainReferences(call.door, orgId, referring, references, call.divisions, EDIT));
      if (missing) return missing;
      const [organization] = await storedOrganizations(call.door, orgId, [row.external_organization_id]);
      return explainRecord('relationship', stored, accessOf(call), organization?.division_id) ?? explainDivision(row, organization);
    });
    return bodyOf(results);
  },

  deleteExternalcontactsRelationship: async (call) => {
    const id = call.path.relationshipId;
    await guarded(call.door, deleteSteps(call.principal.orgId, [id], divisionArray(call.divisions)), async () => {
      const [stored] = await storedRelationships(call.door, call.principal.orgId, [id]);
      return explainRecord('relationship', stored, accessOf(call));
    });
    return '{}';
  },

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
    return scan(call, `relationships ${division}`, (after, size) => scanRelationships(call.door, call.principal.orgId, divisions, after, size));
  },
  getExternalcontactsScanRelationshipsDivisionviewsAll: (call) =>
    scan(call, 'relationships in all divisions', (after, size) =>
      scanRelationships(call.door, call.principal.orgId, divisionArray(call.divisions), after, size),
    ),
};

const EDIT = 'externalContacts:externalOrganization:edit';

/** @throws Refusal 422: a relationship names a user, an organization and what the one is to the other */
function readRelationship(id: string, body: Wire['Relationship']): RelationshipRow {
  const faults: Fault[] = [];
  const userId = readReference('user.id', body.user?.id, faults);
  const organizationId = readReference('externalOrganization.id', body.externalOrganization?.id, faults);
  if (!body.user?.id) faults.push({ field: 'user.id', code: 'required', rule: 'is required.' });
  if (!body.externalOrganization?.id) faults.push({ field: 'externalOrganization.id', code: 'required', rule: 'is required.' });
  const division = body.division?.id === undefined ? null : divisionId(body.division);
  if (division === undefined) faults.push(NOT_ITS_DIVISION);
  if (faults.length > 0) throw invalidFields(faults);
  return {
    id,
    division_id: division ?? null,
    user_id: userId as string,
    external_organization_id: organizationId as string,
    relationship: body.relationship,
    relationship_key: sortKey(body.relationship),
  };
}

const NOT_ITS_DIVISION: Fault = { field: 'division.id', code: 'division', rule: 'must be the division of the external organization, or absent.' };

function explainDivision(row: RelationshipRow, organization: { division_id: string } | undefined) {
  return row.division_id !== null && row.division_id !== organization?.division_id ? invalidFields([NOT_ITS_DIVISION]) : undefined;
}

function accessOf(call: { principal: Principal; divisions: Divisions }) {
  return { principal: call.principal, divisions: call.divisions, visible: organizationReach(call.principal), permissions: EDIT };
}
