// Assigning segments to one contact, and taking them away: what can be done is done, and the rest is told.
import { contactRecords, holdContactsStep } from '../contacts/index.ts';
import { type Fault, invalidFields } from '../contract/validate.ts';
import { isObjection, requireRecord, TRIES } from '../families/guarded.ts';
import { newId } from '../families/id.ts';
import type { Wire } from '../families/wire.ts';
import type { Writing } from '../families/writes.ts';
import { refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { includesDivision, reach } from '../http/principal.ts';
import { assignSteps, unassignSteps } from './segments-store.ts';

const ADD = 'externalContacts:segmentAssignment:add';
const DELETE = 'externalContacts:segmentAssignment:delete';
const RECORDS = { ...contactRecords, edit: `${ADD}, ${DELETE}` };

/**
 * A segment is assigned to the canonical contact, and taken away from the whole merge set. Not carried out is what the caller
 * may not do in the contact's division, and taking away what the contact does not have.
 * @returns what was not carried out, as JSON. @throws Refusal 400 for too many changes or ones that contradict; 404, 403
 */
export async function changeSegments(call: Writing, contactId: string, body: Wire['UpdateSegmentAssignmentRequest']): Promise<string> {
  const { assign, unassign } = readChanges(body);
  const { principal, author } = call;
  for (let tries = 1; ; tries += 1) {
    const contact = await requireRecord(call, RECORDS, contactId);
    const may = (permission: string) => includesDivision(reach(principal, permission), contact.division_id);
    const [adding, removing] = [may(ADD) ? assign : [], may(DELETE) ? unassign : []];
    const id = contact.merged_into ?? contactId;
    const rows = adding.map((segmentId) => ({ ...NEW, id: newId(), contact_id: id, segment_id: segmentId }));
    try {
      const results = await call.door.flight([
        holdContactsStep(author.orgId, [id], [contact.division_id]),
        ...assignSteps(author, rows),
        ...unassignSteps(author, id, removing),
      ]);
      const removed = results.at(-1)?.map((row) => row.segmentId) ?? [];
      return unprocessed(
        assign.filter((segmentId) => !adding.includes(segmentId)),
        unassign.filter((segmentId) => !removed.includes(segmentId)),
      );
    } catch (error) {
      // Merged, moved or deleted since it was looked for.
      if (!isObjection(error)) throw error;
      if (tries === TRIES) throw refuse('conflict', { params: { reason: 'The contact keeps changing; try again.' }, cause: error });
    }
  }
}

const NEW = { session_id: '', session_type: null, assigned_at: null, expires_at: null };

function readChanges({ assign, unassign }: Wire['UpdateSegmentAssignmentRequest']): { assign: string[]; unassign: string[] } {
  const ids = (list: { id: string }[] = []) => [...new Set(list.map(({ id }) => id))];
  const changes = { assign: ids(assign?.segments), unassign: ids(unassign?.segments) };
  const faults: Fault[] = [];
  const most = limits.segmentChangesMax;
  if ((assign?.segments.length ?? 0) + (unassign?.segments.length ?? 0) > most)
    faults.push({ field: 'unassign.segments', code: 'maxItems', rule: `takes, with assign.segments, at most ${most} items.` });
  if (changes.assign.some((id) => changes.unassign.includes(id)))
    faults.push({ field: 'unassign.segments', code: 'uniqueItems', rule: 'must not have a segment that assign.segments has.' });
  if (faults.length > 0) throw invalidFields(faults);
  return changes;
}

function unprocessed(assign: string[], unassign: string[]): string {
  const list = (ids: string[]) => (ids.length === 0 ? undefined : { segments: ids.map((id) => ({ id })) });
  return JSON.stringify({ unprocessedItems: { assign: list(assign), unassign: list(unassign), count: assign.length + unassign.length } });
}
