// Notes on contacts and notes on external organizations: one family, told apart by their owner.

import type { Handlers } from '../contract/bind.ts';
import type { Door } from '../db/database.ts';
import { bulkOf } from '../families/bulk.ts';
import { requireRecord } from '../families/guarded.ts';
import { divisionAsked, readSort } from '../families/listing.ts';
import { pageListing, pageOf } from '../families/page.ts';
import type { Change, Patches } from '../families/patch.ts';
import { scan } from '../families/scan.ts';
import type { Wire } from '../families/wire.ts';
import { single, type Writing } from '../families/writes.ts';
import { refuse } from '../http/errors.ts';
import { type Divisions, divisionArray, type Principal, reach } from '../http/principal.ts';
import { organizationReach } from '../organizations/index.ts';
import { listNotes, noteBodies, noteText, type Owner, scanNotes } from './store.ts';
import { noteWrites, OWNERS } from './writes.ts';

export function noteHandlers(patches: Patches): Handlers {
  const onContact = notesOn('contact', patches);
  const onOrganization = notesOn('organization', patches);
  const bulk = bulkOf(noteWrites());
  return {
    getExternalcontactsContactNotes: (call) => onContact.list(call, call.path.contactId),
    postExternalcontactsContactNotes: (call) => onContact.create(call, call.path.contactId),
    getExternalcontactsContactNote: (call) => onContact.read(call, call.path.contactId, call.path.noteId),
    putExternalcontactsContactNote: (call) => onContact.update(call, call.path.contactId, call.path.noteId),
    patchExternalcontactsContactNote: (call) => onContact.patch(call, call.path.contactId, call.path.noteId),
    deleteExternalcontactsContactNote: (call) => onContact.remove(call, call.path.contactId, call.path.noteId),
    getExternalcontactsOrganizationNotes: (call) => onOrganization.list(call, call.path.externalOrganizationId),
    postExternalcontactsOrganizationNotes: (call) => onOrganization.create(call, call.path.externalOrganizationId),
    getExternalcontactsOrganizationNote: (call) => onOrganization.read(call, call.path.externalOrganizationId, call.path.noteId),
    putExternalcontactsOrganizationNote: (call) => onOrganization.update(call, call.path.externalOrganizationId, call.path.noteId),
    patchExternalcontactsOrganizationNote: (call) => onOrganization.patch(call, call.path.externalOrganizationId, call.path.noteId),
    deleteExternalcontactsOrganizationNote: (call) => onOrganization.remove(call, call.path.externalOrganizationId, call.path.noteId),

    postExternalcontactsBulkNotes: (call) => {
      const sight = { contacts: divisionArray(call.divisions), organizations: divisionArray(call.divisions) };
      return bulk.fetch(call, (ids) => noteBodies(call.door, call.principal.orgId, [], ids, sight));
    },
    postExternalcontactsBulkNotesAdd: (call) => bulk.add(call),
    postExternalcontactsBulkNotesUpdate: (call) => bulk.update(call),
    postExternalcontactsBulkNotesRemove: (call) => bulk.remove(call),

    getExternalcontactsScanNotes: (call) => {
      const division = call.query.divisionId ?? '*';
      const contacts = divisionAsked('divisionId', division, call.divisions);
      const organizations = divisionAsked('divisionId', division, organizationReach(call.principal));
      return scan(call, `notes ${division}`, (after, size) =>
        scanNotes(call.door, call.principal.orgId, contacts, organizations, expansions(call), after, size),
      );
    },
    getExternalcontactsScanNotesDivisionviewsAll: (call) => {
      const organizations = divisionArray(organizationReach(call.principal));
      return scan(call, 'notes in all divisions', (after, size) =>
        scanNotes(call.door, call.principal.orgId, divisionArray(call.divisions), organizations, expansions(call), after, size),
      );
    },
  };
}

interface Asking {
  principal: Principal;
  door: Door;
  divisions: Divisions;
}

/** The operations that differ by nothing but the owner's kind. */
function notesOn(owner: Owner, patches: Patches) {
  const records = OWNERS[owner];
  const noteOf = async (call: Asking & { query: { expand?: string[] } }, ownerId: string, id: string) => {
    await requireRecord(call, records, ownerId);
    const found = await noteText(call.door, call.principal.orgId, expansions(call), owner, ownerId, id);
    if (!found) throw refuse('not.found');
    return { status: 200 as const, ...found };
  };
  return {
    async list(call: Asking & { url: string; query: { pageSize?: number; pageNumber?: number; sortOrder?: string; expand?: string[] } }, ownerId: string) {
      await requireRecord(call, records, ownerId);
      const page = pageOf(call.query);
      const sort = readSort(call.query.sortOrder, ['createDate']);
      const found = await listNotes(call.door, call.principal.orgId, expansions(call), owner, ownerId, sort?.descending ?? false, page);
      return pageListing(call.url, page, found.entities, found);
    },
    read: noteOf,
    create: (call: Writing & { body: Wire['Note'] }, ownerId: string) => single(noteWrites({ owner, id: ownerId }).create(call, [call.body])),
    update: (call: Writing & { body: Wire['Note']; expectedVersion: number | undefined }, ownerId: string, id: string) =>
      single(noteWrites({ owner, id: ownerId }).update(call, [{ id, body: call.body, version: call.expectedVersion }])),
    patch: (call: Writing & { body: { changes?: Change[] }; expectedVersion: number | undefined }, ownerId: string, id: string) =>
      patches.apply(call, 'Note', noteWrites({ owner, id: ownerId }), () => noteOf({ ...call, query: {} }, ownerId, id)),
    remove: (call: Writing & { expectedVersion: number | undefined }, ownerId: string, id: string) =>
      single(noteWrites({ owner, id: ownerId }).remove(call, [{ id, version: call.expectedVersion }])),
  };
}

/** An expanded author is a user like any other: whole for whoever may see all users, for others a name. */
function expansions(call: { principal: Principal; query: { expand?: string[] } }): string[] {
  const whole = reach(call.principal, 'directory:user:view') === 'all';
  return (call.query.expand ?? []).map((field) => (field === 'author' && !whole ? 'author.name' : field));
}
