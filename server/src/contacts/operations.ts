// The operations on single contacts, their lists and their scans.
import type { Call, Handlers } from '../contract/bind.ts';
import { bodyOf, explainRecord, guarded, type Records } from '../families/guarded.ts';
import { newId } from '../families/id.ts';
import { divisionAsked, divisionsAsked, readSort } from '../families/listing.ts';
import { NOTHING_FOUND, pageListing, pageOf, type Slice } from '../families/page.ts';
import { explainReferences, referenceSteps, referencesOf, requireDivision } from '../families/references.ts';
import { scan } from '../families/scan.ts';
import { divisionId } from '../families/wire.ts';
import { searchQuery } from '../families/words.ts';
import { refuse } from '../http/errors.ts';
import { type Divisions, divisionArray, type Principal, reach } from '../http/principal.ts';
import { organizationReach, requireOrganization } from '../organizations/index.ts';
import { readContact } from './contact.ts';
import {
  bodiesStep,
  contactText,
  deleteSteps,
  insertSteps,
  listContacts,
  organizationContacts,
  SORTS,
  scanContacts,
  searchContacts,
  storedContacts,
  updateSteps,
  type View,
} from './store.ts';

export const contactHandlers: Handlers = {
  getExternalcontactsContacts: async (call) => {
    const view = viewOf(call.principal, divisionsAsked(call.query.divisionIds, call.divisions), call.query.expand);
    const page = pageOf(call.query);
    const sort = readSort(call.query.sortOrder, SORTS);
    const found =
      call.query.q === undefined ? await listContacts(call.door, view, sort ?? BY_LAST_NAME, page) : await search(call, call.query.q, sort, page, view);
    return pageListing(call.url, page, found.entities, found);
  },

  postExternalcontactsContacts: async (call) => {
    const division = requireDivision(call.body.division, divisionId(call.body.division), call.divisions, ADD);
    const row = readContact(newId(), division, call.body, call.principal);
    const view = viewOf(call.principal, null);
    const references = referencesOf([row], view.organizationDivisions);
    const steps = [...referenceSteps(view.orgId, references), ...insertSteps(view.orgId, [row]), bodiesStep(view, [row.id])];
    const results = await guarded(call.door, steps, () => explainReferences(call.door, view.orgId, row, references, call.divisions, ADD));
    return bodyOf(results);
  },

  getExternalcontactsContact: async (call) => {
    const text = await contactText(call.door, viewOf(call.principal, divisionArray(call.divisions), call.query.expand), call.path.contactId);
    if (text === undefined) throw refuse('not.found');
    return text;
  },

  putExternalcontactsContact: async (call) => {
    const { orgId } = call.principal;
    const id = call.path.contactId;
    const division = call.body.division && requireDivision(call.body.division, divisionId(call.body.division), 'all', EDIT);
    const row = readContact(id, division ?? null, call.body, call.principal);
    const view = viewOf(call.principal, null);
    const referring = { ...row, division_id: null };
    const references = referencesOf([referring], view.organizationDivisions, [id]);
    const steps = [...referenceSteps(orgId, references), ...updateSteps(orgId, [row], divisionArray(call.divisions)), bodiesStep(view, [id])];
    const results = await guarded(call.door, steps, async () => {
      const [now] = await storedContacts(call.door, orgId, [id]);
      return (
        explainRecord('contact', now, accessOf(call, EDIT), row.division_id ?? undefined) ??
        explainReferences(call.door, orgId, referring, references, call.divisions, EDIT)
      );
    });
    return bodyOf(results);
  },

  deleteExternalcontactsContact: async (call) => {
    const { orgId } = call.principal;
    const id = call.path.contactId;
    await guarded(call.door, deleteSteps(orgId, [id], divisionArray(call.divisions)), async () => {
      const [stored] = await storedContacts(call.door, orgId, [id]);
      return explainRecord('contact', stored, accessOf(call, DELETE));
    });
    return '{}';
  },

  getExternalcontactsOrganizationContacts: async (call) => {
    await requireOrganization(call.door, call.principal, call.path.externalOrganizationId, call.divisions);
    const view = viewOf(call.principal, divisionArray(call.divisions), call.query.expand);
    const page = pageOf(call.query);
    const query = call.query.q === undefined ? undefined : searchQuery(call.principal.wordPrefix, call.query.q, call.principal.defaultCountryCode);
    if (call.query.q !== undefined && !query) return pageListing(call.url, page, '[]', NOTHING_FOUND);
    const sort = readSort(call.query.sortOrder, SORTS) ?? BY_LAST_NAME;
    const found = await organizationContacts(call.door, view, call.path.externalOrganizationId, query, sort, page);
    return pageListing(call.url, page, found.entities, found);
  },

  getExternalcontactsScanContacts: (call) => {
    const division = call.query.divisionId ?? '*';
    const view = viewOf(call.principal, divisionAsked('divisionId', division, call.divisions));
    return scan(call, `contacts ${division}`, (after, size) => scanContacts(call.door, view, after, size));
  },

  getExternalcontactsScanContactsDivisionviewsAll: (call) => {
    const view = viewOf(call.principal, divisionArray(call.divisions));
    return scan(call, 'contacts in all divisions', (after, size) => scanContacts(call.door, view, after, size));
  },
};

const BY_LAST_NAME = { by: 'lastName', descending: false } as const;
const ADD = 'externalContacts:contact:add';
const EDIT = 'externalContacts:contact:edit';
const DELETE = 'externalContacts:contact:delete';

/** Where the caller may see contacts. */
export function contactReach(principal: Principal): Divisions {
  return reach(principal, 'externalContacts:contact:view', 'relate:contact:view');
}

/** How contacts are found and guarded, for what other slices do with them. */
export const contactRecords: Records = { what: 'contact', stored: storedContacts, visible: contactReach, edit: EDIT };

/** How the caller sees contacts in the given divisions. */
export function viewOf(principal: Principal, divisions: string[] | null, expand: readonly string[] = []): View {
  return { orgId: principal.orgId, expand, divisions, organizationDivisions: divisionArray(organizationReach(principal)) };
}

function accessOf(call: { principal: Principal; divisions: Divisions }, permissions: string) {
  return { principal: call.principal, divisions: call.divisions, visible: contactReach(call.principal), permissions };
}

async function search(call: Call<'getExternalcontactsContacts'>, q: string, sort: Parameters<typeof searchContacts>[3], slice: Slice, view: View) {
  const query = searchQuery(call.principal.wordPrefix, q, call.principal.defaultCountryCode);
  return query ? searchContacts(call.door, view, query, sort, slice) : NOTHING_FOUND;
}
