// The operations on single contacts, their lists and their scans.
import type { Call, Handlers } from '../contract/bind.ts';
import { bulkOf } from '../families/bulk.ts';
import { divisionAsked, divisionsAsked, readSort } from '../families/listing.ts';
import { NOTHING_FOUND, pageListing, pageOf, type Slice } from '../families/page.ts';
import type { Patches } from '../families/patch.ts';
import { scan } from '../families/scan.ts';
import { searchQuery } from '../families/words.ts';
import { type Dependents, single } from '../families/writes.ts';
import { refuse } from '../http/errors.ts';
import { divisionArray, type Principal, reach } from '../http/principal.ts';
import { organizationReach, requireOrganization } from '../organizations/index.ts';
import { listContacts, organizationContacts, SORTS, scanContacts, searchContacts } from './lists.ts';
import { contactBodies, unresolvedContacts, type View } from './store.ts';
import { contactWrites } from './writes.ts';

export interface ContactDeps {
  patches: Patches;
  /** What goes with a contact. */
  dependents: readonly Dependents[];
}

export function contactHandlers({ patches, dependents }: ContactDeps): Handlers {
  const writes = contactWrites(dependents);
  const bulk = bulkOf(writes);
  return {
    getExternalcontactsContacts: async (call) => {
      const view = viewOf(call.principal, divisionsAsked(call.query.divisionIds, call.divisions), call.query.expand);
      const page = pageOf(call.query);
      const sort = readSort(call.query.sortOrder, SORTS);
      const found =
        call.query.q === undefined ? await listContacts(call.door, view, sort ?? BY_LAST_NAME, page) : await search(call, call.query.q, sort, page, view);
      return pageListing(call.url, page, found.entities, found);
    },

    postExternalcontactsContacts: (call) => single(writes.create(call, [call.body])),

    getExternalcontactsContact: (call) => contactOf(call, divisionArray(call.divisions), call.query.expand),

    putExternalcontactsContact: (call) => single(writes.update(call, [{ id: call.path.contactId, body: call.body, version: call.expectedVersion }])),

    patchExternalcontactsContact: (call) =>
      patches.apply(call, 'ExternalContact', writes, () => contactOf(call, divisionArray(reach(call.principal, ...EDITORS)))),

    deleteExternalcontactsContact: (call) => single(writes.remove(call, [{ id: call.path.contactId, version: call.expectedVersion }])),

    postExternalcontactsBulkContacts: (call) => bulk.fetch(call, (ids) => contactBodies(call.door, viewOf(call.principal, divisionArray(call.divisions)), ids)),
    postExternalcontactsBulkContactsDivisionviews: (call) =>
      bulk.fetch(call, (ids) => contactBodies(call.door, viewOf(call.principal, divisionArray(call.divisions)), ids)),
    postExternalcontactsBulkContactsAdd: (call) => bulk.add(call),
    postExternalcontactsBulkContactsUpdate: (call) => bulk.update(call),
    postExternalcontactsBulkContactsRemove: (call) => bulk.remove(call),

    getExternalcontactsContactUnresolved: async (call) => {
      const view = viewOf(call.principal, divisionArray(call.divisions), call.query.expand);
      const [found] = await unresolvedContacts(call.door, view, [call.path.contactId]);
      if (!found) throw refuse('not.found');
      return { status: 200, body: found.body, ...(found.version === undefined ? {} : { version: found.version }) };
    },
    postExternalcontactsBulkContactsUnresolved: (call) =>
      bulk.fetch(call, (ids) => unresolvedContacts(call.door, viewOf(call.principal, divisionArray(call.divisions)), ids)),

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
      const view = viewOf(call.principal, divisionAsked('divisionId', division, call.divisions), call.query.expand);
      return scan(call, `contacts ${division}`, (after, size) => scanContacts(call.door, view, after, size));
    },

    getExternalcontactsScanContactsDivisionviewsAll: (call) => {
      const view = viewOf(call.principal, divisionArray(call.divisions), call.query.expand);
      return scan(call, 'contacts in all divisions', (after, size) => scanContacts(call.door, view, after, size));
    },
  };
}

// Who may change a contact reads it to change a part of it.
const EDITORS = ['externalContacts:contact:edit', 'externalContacts:contact:view', 'relate:contact:view'];
const BY_LAST_NAME = { by: 'lastName', descending: false } as const;
/** How the caller sees contacts in the given divisions. */
export function viewOf(principal: Principal, divisions: string[] | null, expand: readonly string[] = []): View {
  return { orgId: principal.orgId, expand, divisions, organizationDivisions: divisionArray(organizationReach(principal)) };
}

async function search(call: Call<'getExternalcontactsContacts'>, q: string, sort: Parameters<typeof searchContacts>[3], slice: Slice, view: View) {
  const query = searchQuery(call.principal.wordPrefix, q, call.principal.defaultCountryCode);
  return query ? searchContacts(call.door, view, query, sort, slice) : NOTHING_FOUND;
}

/** @throws Refusal 404 */
async function contactOf(call: Pick<Call, 'door' | 'principal'> & { path: { contactId: string } }, divisions: string[] | null, expand?: readonly string[]) {
  const [found] = await contactBodies(call.door, viewOf(call.principal, divisions, expand), [call.path.contactId]);
  if (!found) throw refuse('not.found');
  return { status: 200 as const, ...found };
}
