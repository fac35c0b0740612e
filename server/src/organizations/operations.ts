// The operations on external organizations, their lists and scans, and their trustor links.
import type { Call, Handlers } from '../contract/bind.ts';
import type { Door } from '../db/database.ts';
import { bulkOf } from '../families/bulk.ts';
import { requireRecord } from '../families/guarded.ts';
import { isId } from '../families/id.ts';
import { divisionAsked, divisionsAsked, readSort } from '../families/listing.ts';
import { type Found, NOTHING_FOUND, pageListing, pageOf, type Slice } from '../families/page.ts';
import type { Patches } from '../families/patch.ts';
import { scan } from '../families/scan.ts';
import { searchQuery } from '../families/words.ts';
import { type Dependents, single } from '../families/writes.ts';
import { refuse } from '../http/errors.ts';
import { type Divisions, divisionArray, includesDivision, type Principal, reach } from '../http/principal.ts';
import type { TrustDoor } from '../trusts/index.ts';
import { listOrganizations, SORTS, scanOrganizations, searchOrganizations } from './lists.ts';
import { organizationBodies, storedOrganizations, type View } from './store.ts';
import { embedTrustors, linkedOrganizations, linkTrustor, unlinkTrustor } from './trustor-links.ts';
import { organizationRecords, organizationWrites } from './writes.ts';

export interface OrganizationDeps {
  trusts: TrustDoor;
  patches: Patches;
  /** What goes with an external organization. */
  dependents: readonly Dependents[];
}

export function organizationHandlers({ trusts, patches, dependents }: OrganizationDeps): Handlers {
  const writes = organizationWrites(dependents);
  const bulk = bulkOf(writes);
  return {
    getExternalcontactsOrganizations: async (call) => {
      const view = viewOf(call.principal, divisionsAsked(call.query.divisionIds, call.divisions), call.query.expand);
      const page = pageOf(call.query);
      const found = await find(call, view, page);
      const entities = call.query.includeTrustors ? await withTrustors(call, trusts, found.entities) : found.entities;
      return pageListing(call.url, page, entities, found);
    },

    postExternalcontactsOrganizations: (call) => single(writes.create(call, [call.body])),

    getExternalcontactsOrganization: async (call) => {
      const found = await organizationOf(call, divisionArray(call.divisions), call.query.expand);
      return call.query.includeTrustors ? { ...found, body: (await withTrustors(call, trusts, `[${found.body}]`)).slice(1, -1) } : found;
    },

    putExternalcontactsOrganization: (call) =>
      single(writes.update(call, [{ id: call.path.externalOrganizationId, body: call.body, version: call.expectedVersion }])),

    patchExternalcontactsOrganization: (call) =>
      patches.apply(call, 'ExternalOrganization', writes, () => organizationOf(call, divisionArray(reach(call.principal, ...EDITORS)))),

    deleteExternalcontactsOrganization: (call) => single(writes.remove(call, [{ id: call.path.externalOrganizationId, version: call.expectedVersion }])),

    postExternalcontactsBulkOrganizations: (call) =>
      bulk.fetch(call, (ids) => organizationBodies(call.door, viewOf(call.principal, divisionArray(call.divisions)), ids)),
    postExternalcontactsBulkOrganizationsDivisionviews: (call) =>
      bulk.fetch(call, (ids) => organizationBodies(call.door, viewOf(call.principal, divisionArray(call.divisions)), ids)),
    postExternalcontactsBulkOrganizationsAdd: (call) => bulk.add(call),
    postExternalcontactsBulkOrganizationsUpdate: (call) => bulk.update(call),
    postExternalcontactsBulkOrganizationsRemove: (call) => bulk.remove(call),

    getExternalcontactsScanOrganizations: (call) => {
      const division = call.query.divisionId ?? '*';
      const view = viewOf(call.principal, divisionAsked('divisionId', division, call.divisions), call.query.expand);
      return scan(call, `organizations ${division}`, (after, size) => scanOrganizations(call.door, view, after, size));
    },

    getExternalcontactsScanOrganizationsDivisionviewsAll: (call) => {
      const view = viewOf(call.principal, divisionArray(call.divisions), call.query.expand);
      return scan(call, 'organizations in all divisions', (after, size) => scanOrganizations(call.door, view, after, size));
    },

    putExternalcontactsOrganizationTrustorTrustorId: async (call) => {
      const { externalOrganizationId, trustorId } = call.path;
      await requireRecord(call, organizationRecords, externalOrganizationId);
      return linkTrustor(call.door, trusts, call.author, externalOrganizationId, trustorId);
    },

    deleteExternalcontactsOrganizationTrustor: async (call) => {
      await requireRecord(call, organizationRecords, call.path.externalOrganizationId);
      if (!(await unlinkTrustor(call.door, call.author, call.path.externalOrganizationId))) throw refuse('not.found');
      return { status: 204 };
    },
  };
}

// Who may change an external organization reads it to change a part of it.
const EDITORS = ['externalContacts:externalOrganization:edit', 'externalContacts:externalOrganization:view', 'relate:externalOrganization:view'];
const BY_NAME = { by: 'name', descending: false } as const;
/** @throws Refusal 404 unless the organization is there for the caller, who needs no permission but to see what it is asked with */
export async function requireOrganization(door: Door, principal: Principal, id: string, divisions: Divisions): Promise<{ id: string; division_id: string }> {
  const [stored] = await storedOrganizations(door, principal.orgId, [id]);
  if (!stored || !includesDivision(divisions, stored.division_id)) throw refuse('not.found');
  return stored;
}

function viewOf(principal: Principal, divisions: string[] | null, expand: readonly string[] = []): View {
  return { orgId: principal.orgId, expand, divisions };
}

/** @throws Refusal 404 */
async function organizationOf(
  call: Pick<Call, 'door' | 'principal'> & { path: { externalOrganizationId: string } },
  divisions: string[] | null,
  expand?: readonly string[],
) {
  const [found] = await organizationBodies(call.door, viewOf(call.principal, divisions, expand), [call.path.externalOrganizationId]);
  if (!found) throw refuse('not.found');
  return { status: 200 as const, ...found };
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
  const found = new Map((await organizationBodies(call.door, view, linked)).map(({ id, body }) => [id, body]));
  const seen = linked.flatMap((id) => found.get(id) ?? []);
  return { entities: `[${seen.slice(page.offset, page.offset + page.size).join(',')}]`, total: seen.length, partial: false };
}

async function withTrustors(call: { door: Door; principal: Principal }, trusts: TrustDoor, entities: string): Promise<string> {
  const organizations = JSON.parse(entities) as { id: string; trustor?: object }[];
  await embedTrustors(call.door, trusts, call.principal, organizations);
  return JSON.stringify(organizations);
}
