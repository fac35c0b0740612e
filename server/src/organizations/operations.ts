// The operations on external organizations, their lists and scans, and their trustor links.
import type { Call, Handlers } from '../contract/bind.ts';
import type { Door } from '../db/database.ts';
import { bodyOf, explainRecord, guarded, type Records, requireRecord } from '../families/guarded.ts';
import { isId, newId } from '../families/id.ts';
import { divisionAsked, divisionsAsked, readSort } from '../families/listing.ts';
import { type Found, NOTHING_FOUND, pageListing, pageOf, type Slice } from '../families/page.ts';
import { explainReferences, referenceSteps, referencesOf, requireDivision } from '../families/references.ts';
import { scan } from '../families/scan.ts';
import { divisionId } from '../families/wire.ts';
import { searchQuery } from '../families/words.ts';
import { refuse } from '../http/errors.ts';
import { type Divisions, divisionArray, includesDivision, type Principal, reach } from '../http/principal.ts';
import type { TrustDoor } from '../trusts/index.ts';
import { readOrganization } from './organization.ts';
import {
  bodiesStep,
  deleteSteps,
  insertSteps,
  listOrganizations,
  organizationText,
  SORTS,
  scanOrganizations,
  searchOrganizations,
  storedOrganizations,
  updateSteps,
  type View,
} from './store.ts';
import { embedTrustors, linkedOrganizations, linkTrustor, unlinkTrustor } from './trustor-links.ts';

export const organizationHandlers = (trusts: TrustDoor): Handlers => ({
  getExternalcontactsOrganizations: async (call) => {
    const view = viewOf(call.principal, divisionsAsked(call.query.divisionIds, call.divisions), call.query.expand);
    const page = pageOf(call.query);
    const found = await find(call, view, page);
    const entities = call.query.includeTrustors ? await withTrustors(call, trusts, found.entities) : found.entities;
    return pageListing(call.url, page, entities, found);
  },

  postExternalcontactsOrganizations: async (call) => {
    const division = requireDivision(call.body.division, divisionId(call.body.division), call.divisions, ADD);
    const row = readOrganization(newId(), division, call.body, call.principal);
    const view = viewOf(call.principal, null);
    const references = referencesOf([row], null);
    const steps = [...referenceSteps(view.orgId, references), ...insertSteps(view.orgId, [row]), bodiesStep(view, [row.id])];
    const results = await guarded(call.door, steps, () => explainReferences(call.door, view.orgId, row, references, call.divisions, ADD));
    return bodyOf(results);
  },

  getExternalcontactsOrganization: async (call) => {
    const text = await organizationText(call.door, viewOf(call.principal, divisionArray(call.divisions), call.query.expand), call.path.externalOrganizationId);
    if (text === undefined) throw refuse('not.found');
    return call.query.includeTrustors ? (await withTrustors(call, trusts, `[${text}]`)).slice(1, -1) : text;
  },

  putExternalcontactsOrganization: async (call) => {
    const { orgId } = call.principal;
    const id = call.path.externalOrganizationId;
    const division = call.body.division && requireDivision(call.body.division, divisionId(call.body.division), 'all', EDIT);
    const row = readOrganization(id, division ?? null, call.body, call.principal);
    const referring = { ...row, division_id: null };
    const references = referencesOf([referring], null, [id]);
    const steps = [
      ...referenceSteps(orgId, references),
      ...updateSteps(orgId, [row], divisionArray(call.divisions)),
      bodiesStep(viewOf(call.principal, null), [id]),
    ];
    const results = await guarded(call.door, steps, async () => {
      const [now] = await storedOrganizations(call.door, orgId, [id]);
      return (
        explainRecord('external organization', now, accessOf(call, EDIT), row.division_id ?? undefined) ??
        explainReferences(call.door, orgId, referring, references, call.divisions, EDIT)
      );
    });
    return bodyOf(results);
  },

  deleteExternalcontactsOrganization: async (call) => {
    const id = call.path.externalOrganizationId;
    await guarded(call.door, deleteSteps(call.principal.orgId, [id], divisionArray(call.divisions)), async () => {
      const [stored] = await storedOrganizations(call.door, call.principal.orgId, [id]);
      return explainRecord('external organization', stored, accessOf(call, DELETE));
    });
    return '{}';
  },

  getExternalcontactsScanOrganizations: (call) => {
    const division = call.query.divisionId ?? '*';
    const view = viewOf(call.principal, divisionAsked('divisionId', division, call.divisions));
    return scan(call, `organizations ${division}`, (after, size) => scanOrganizations(call.door, view, after, size));
  },

  getExternalcontactsScanOrganizationsDivisionviewsAll: (call) => {
    const view = viewOf(call.principal, divisionArray(call.divisions));
    return scan(call, 'organizations in all divisions', (after, size) => scanOrganizations(call.door, view, after, size));
  },

  putExternalcontactsOrganizationTrustorTrustorId: async (call) => {
    const { externalOrganizationId, trustorId } = call.path;
    await requireRecord(call, organizationRecords, externalOrganizationId);
    return linkTrustor(call.door, trusts, call.principal.orgId, externalOrganizationId, trustorId);
  },

  deleteExternalcontactsOrganizationTrustor: async (call) => {
    await requireRecord(call, organizationRecords, call.path.externalOrganizationId);
    if (!(await unlinkTrustor(call.door, call.principal.orgId, call.path.externalOrganizationId))) throw refuse('not.found');
    return { status: 204 };
  },
});

const BY_NAME = { by: 'name', descending: false } as const;
const ADD = 'externalContacts:externalOrganization:add';
const EDIT = 'externalContacts:externalOrganization:edit';
const DELETE = 'externalContacts:externalOrganization:delete';

/** Where the caller may see external organizations. */
export function organizationReach(principal: Principal): Divisions {
  return reach(principal, 'externalContacts:externalOrganization:view', 'relate:externalOrganization:view');
}

/** @throws Refusal 404 unless the organization is there for the caller, who needs no permission but to see what it is asked with */
export async function requireOrganization(door: Door, principal: Principal, id: string, divisions: Divisions): Promise<{ id: string; division_id: string }> {
  const [stored] = await storedOrganizations(door, principal.orgId, [id]);
  if (!stored || !includesDivision(divisions, stored.division_id)) throw refuse('not.found');
  return stored;
}

/** How external organizations are found and guarded, for what other slices do with them. */
export const organizationRecords: Records = { what: 'external organization', stored: storedOrganizations, visible: organizationReach, edit: EDIT };

function viewOf(principal: Principal, divisions: string[] | null, expand: readonly string[] = []): View {
  return { orgId: principal.orgId, expand, divisions };
}

function accessOf(call: { principal: Principal; divisions: Divisions }, permissions: string) {
  return { principal: call.principal, divisions: call.divisions, visible: organizationReach(call.principal), permissions };
}

async function find(call: Call<'getExternalcontactsOrganizations'>, view: View, page: Slice): Promise<Found> {
  if (call.query.trustorId) return findByTrustor(call, view, page, call.query.trustorId);
  const sort = readSort(call.query.sortOrder, SORTS);
  if (call.query.q === undefined) return listOrganizations(call.door, view, sort ?? BY_NAME, page);
  const query = searchQuery(call.principal.wordPrefix, call.query.q, call.principal.defaultCountryCode);
  return query ? searchOrganizations(call.door, view, query, sort, page) : NOTHING_FOUND;
}

/** Organizations by trustor come in the order in which their trustors are named; `q` and sort are left aside. */
async function findByTrustor(call: Call<'getExternalcontactsOrganizations'>, view: View, page: Slice, trustorIds: string[]): Promise<Found> {
  const ids = trustorIds.map((id) => id.toLowerCase()).filter(isId);
  const linked = await linkedOrganizations(call.door, view.orgId, ids);
  const texts = await Promise.all(linked.map((id) => organizationText(call.door, view, id)));
  const seen = texts.filter((text) => text !== undefined);
  return { entities: `[${seen.slice(page.offset, page.offset + page.size).join(',')}]`, total: seen.length, partial: false };
}

async function withTrustors(call: { door: Door; principal: Principal }, trusts: TrustDoor, entities: string): Promise<string> {
  const organizations = JSON.parse(entities) as { id: string; trustor?: object }[];
  await embedTrustors(call.door, trusts, call.principal.orgId, organizations);
  return JSON.stringify(organizations);
}
