// How relationships are written, a set at a time. A relationship lies in the division of its external organization.
import { type Fault, invalidFields } from '../contract/validate.ts';
import { sortKey } from '../families/fold.ts';
import { explainRecord, type StoredRecord } from '../families/guarded.ts';
import { newId } from '../families/id.ts';
import { readReference } from '../families/record.ts';
import { explainReferences, type References, referenceSteps, referencesOf } from '../families/references.ts';
import { divisionId, type Wire } from '../families/wire.ts';
import { type Replacement, readAll, type Writes, type Writing, writeAll } from '../families/writes.ts';
import type { Refusal } from '../http/errors.ts';
import { divisionArray } from '../http/principal.ts';
import { organizationReach, storedOrganizations } from '../organizations/index.ts';
import { deleteSteps, insertSteps, type RelationshipRow, storedRelationships, updateSteps } from './store.ts';

type Relationship = Wire['Relationship'];

const EDIT = 'externalContacts:externalOrganization:edit';

export const relationshipWrites: Writes<Relationship> = {
  create: (call, bodies) =>
    writeAll(
      call.door,
      readAll(bodies, (body) => readRelationship(newId(), body)),
      {
        steps: (open) => [...referenceSteps(call.principal.orgId, refer(call, open)), ...insertSteps(call.author, open, divisionArray(call.divisions))],
        explain: (open) => explainNew(call, open),
      },
    ),

  update: (call, replacements) =>
    writeAll(
      call.door,
      readAll(replacements, ({ id, body, version }: Replacement<Relationship>) => ({ ...readRelationship(id, body), version: version ?? null })),
      {
        steps: (open) => [...referenceSteps(call.principal.orgId, refer(call, open)), ...updateSteps(call.author, open, divisionArray(call.divisions))],
        explain: (open) => explainUpdate(call, open),
      },
    ),

  remove: (call, removals) =>
    writeAll(call.door, removals, {
      steps: (open) => deleteSteps(call.author, open, divisionArray(call.divisions)),
      explain: async (open) => {
        const stored = await storedById(call, open);
        return open.map(({ id, version }) => explainRecord('relationship', stored.get(id), accessOf(call), { version }));
      },
    }),
};

/** @throws Refusal 422: a relationship names a user, an organization and what the one is to the other */
function readRelationship(id: string, body: Relationship): RelationshipRow {
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
    version: null,
  };
}

const NOT_ITS_DIVISION: Fault = { field: 'division.id', code: 'division', rule: 'must be the division of the external organization, or absent.' };

async function explainNew(call: Writing, rows: RelationshipRow[]): Promise<(Refusal | undefined)[]> {
  const organizations = await organizationsOf(call, rows);
  const references = await explainRelated(call, rows);
  return rows.map((row, i) => {
    const organization = organizations.get(row.external_organization_id);
    return references[i] ?? explainRecord('relationship', organization, accessOf(call)) ?? explainDivision(row, organization);
  });
}

async function explainUpdate(call: Writing, rows: RelationshipRow[]): Promise<(Refusal | undefined)[]> {
  const stored = await storedById(call, rows);
  const organizations = await organizationsOf(call, rows);
  const references = await explainRelated(call, rows);
  return rows.map((row, i) => {
    const organization = organizations.get(row.external_organization_id);
    const missing = explainRecord('relationship', stored.get(row.id), accessOf(call), { version: row.version }) ?? references[i];
    if (missing) return missing;
    const moved = explainRecord('relationship', stored.get(row.id), accessOf(call), { division_id: organization?.division_id ?? null });
    return moved ?? explainDivision(row, organization);
  });
}

function explainDivision(row: RelationshipRow, organization: StoredRecord | undefined): Refusal | undefined {
  return row.division_id !== null && row.division_id !== organization?.division_id ? invalidFields([NOT_ITS_DIVISION]) : undefined;
}

const explainRelated = (call: Writing, rows: RelationshipRow[]) =>
  explainReferences(call.door, call.principal.orgId, rows.map(related), refer(call, rows), call.divisions, EDIT);

/** The division is the organization's, and is checked with it. */
const related = (row: RelationshipRow) => ({ ...row, division_id: null });

function refer(call: Writing, rows: RelationshipRow[]): References {
  return referencesOf(rows.map(related), divisionArray(organizationReach(call.principal)));
}

async function organizationsOf(call: Writing, rows: RelationshipRow[]): Promise<Map<string, StoredRecord>> {
  const ids = rows.map((row) => row.external_organization_id);
  return new Map((await storedOrganizations(call.door, call.principal.orgId, ids)).map((organization) => [organization.id, organization]));
}

async function storedById(call: Writing, rows: readonly { id: string }[]): Promise<Map<string, StoredRecord>> {
  const ids = rows.map(({ id }) => id);
  return new Map((await storedRelationships(call.door, call.principal.orgId, ids)).map((relationship) => [relationship.id, relationship]));
}

function accessOf(call: Writing) {
  return { principal: call.principal, divisions: call.divisions, visible: organizationReach(call.principal), permissions: EDIT };
}
