// Notes on contacts and notes on external organizations: one family, told apart by their owner.

import { contactRecords } from '../contacts/index.ts';
import type { Handlers } from '../contract/bind.ts';
import { invalidFields } from '../contract/validate.ts';
import type { Door } from '../db/database.ts';
import { bodyOf, guarded, requireRecord } from '../families/guarded.ts';
import { newId } from '../families/id.ts';
import { divisionAsked, readSort } from '../families/listing.ts';
import { pageListing, pageOf } from '../families/page.ts';
import { readReference } from '../families/record.ts';
import { scan } from '../families/scan.ts';
import { divisionId, type Wire } from '../families/wire.ts';
import { refuse } from '../http/errors.ts';
import { type Divisions, divisionArray, type Principal, reach } from '../http/principal.ts';
import { organizationReach, organizationRecords } from '../organizations/index.ts';
import { bodyStep, deleteSteps, insertSteps, listNotes, noteText, type Owner, scanNotes, updateSteps } from './store.ts';

const onContact = notesOn('contact');
const onOrganization = notesOn('organization');

export const noteHandlers: Handlers = {
  getExternalcontactsContactNotes: (call) => onContact.list(call, call.path.contactId),
  postExternalcontactsContactNotes: (call) => onContact.create(call, call.path.contactId),
  getExternalcontactsContactNote: (call) => onContact.read(call, call.path.contactId, call.path.noteId),
  putExternalcontactsContactNote: (call) => onContact.update(call, call.path.contactId, call.path.noteId),
  deleteExternalcontactsContactNote: (call) => onContact.remove(call, call.path.contactId, call.path.noteId),
  getExternalcontactsOrganizationNotes: (call) => onOrganization.list(call, call.path.externalOrganizationId),
  postExternalcontactsOrganizationNotes: (call) => onOrganization.create(call, call.path.externalOrganizationId),
  getExternalcontactsOrganizationNote: (call) => onOrganization.read(call, call.path.externalOrganizationId, call.path.noteId),
  putExternalcontactsOrganizationNote: (call) => onOrganization.update(call, call.path.externalOrganizationId, call.path.noteId),
  deleteExternalcontactsOrganizationNote: (call) => onOrganization.remove(call, call.path.externalOrganizationId, call.path.noteId),

  getExternalcontactsScanNotes: (call) => {
    const division = call.query.divisionId ?? '*';
    const contacts = divisionAsked('divisionId', division, call.divisions);
    const organizations = divisionAsked('divisionId', division, organizationReach(call.principal));
    return scan(call, `notes ${division}`, (after, size) => scanNotes(call.door, call.principal.orgId, contacts, organizations, after, size));
  },
  getExternalcontactsScanNotesDivisionviewsAll: (call) => {
    const organizations = divisionArray(organizationReach(call.principal));
    return scan(call, 'notes in all divisions', (after, size) =>
      scanNotes(call.door, call.principal.orgId, divisionArray(call.divisions), organizations, after, size),
    );
  },
};

interface Asking {
  principal: Principal;
  door: Door;
  divisions: Divisions;
}

/** The operations that differ by nothing but the owner's kind. */
function notesOn(owner: Owner) {
  const records = owner === 'contact' ? contactRecords : organizationRecords;
  const gone = async () => refuse('not.found');
  const checked = (body: Wire['Note'], division: string) => {
    const wanted = body.division?.id === undefined ? division : divisionId(body.division);
    if (wanted !== division)
      throw invalidFields([{ field: 'division.id', code: 'division', rule: 'must be the division of the record that the note is about, or absent.' }]);
    return body.noteText as string;
  };
  return {
    async list(call: Asking & { url: string; query: { pageSize?: number; pageNumber?: number; sortOrder?: string; expand?: string[] } }, ownerId: string) {
      await requireRecord(call, records, ownerId);
      const page = pageOf(call.query);
      const sort = readSort(call.query.sortOrder, ['createDate']);
      const found = await listNotes(call.door, call.principal.orgId, expansions(call), owner, ownerId, sort?.descending ?? false, page);
      return pageListing(call.url, page, found.entities, found);
    },
    async create(call: Asking & { body: Wire['Note'] }, ownerId: string) {
      const { division_id } = await requireRecord(call, records, ownerId);
      const text = checked(call.body, division_id);
      const row = { id: newId(), owner, ownerId, divisionId: division_id, text, createdBy: authorOf(call.principal, call.body) };
      const results = await guarded(call.door, [...insertSteps(call.principal.orgId, [row]), bodyStep(call.principal.orgId, [], row.id)], gone);
      return bodyOf(results);
    },
    async read(call: Asking & { query: { expand?: string[] } }, ownerId: string, id: string) {
      await requireRecord(call, records, ownerId);
      const text = await noteText(call.door, call.principal.orgId, expansions(call), owner, ownerId, id);
      if (text === undefined) throw refuse('not.found');
      return text;
    },
    async update(call: Asking & { body: Wire['Note'] }, ownerId: string, id: string) {
      const { division_id } = await requireRecord(call, records, ownerId);
      const text = checked(call.body, division_id);
      const steps = [...updateSteps(call.principal.orgId, owner, ownerId, id, text), bodyStep(call.principal.orgId, [], id)];
      return bodyOf(await guarded(call.door, steps, gone));
    },
    async remove(call: Asking, ownerId: string, id: string) {
      await requireRecord(call, records, ownerId);
      await guarded(call.door, deleteSteps(call.principal.orgId, owner, ownerId, id), gone);
      return '{}';
    },
  };
}

/** An expanded author is a user like any other: whole for whoever may see all users, for others a name. */
function expansions(call: { principal: Principal; query: { expand?: string[] } }): string[] {
  const whole = reach(call.principal, 'directory:user:view') === 'all';
  return (call.query.expand ?? []).map((field) => (field === 'author' && !whole ? 'author.name' : field));
}

/** People write as themselves; a program may write for anyone, and else writes as the client that it is. */
function authorOf(principal: Principal, body: Wire['Note']): string {
  if (principal.userId !== undefined) return principal.userId;
  const faults: Parameters<typeof readReference>[2] = [];
  const id = readReference('createdBy.id', body.createdBy?.id, faults);
  if (faults.length > 0) throw invalidFields(faults);
  return id ?? principal.clientId;
}
