// Assignments of segments as they are fed, of any number of contacts.
import { explainContacts, holdContactsStep } from '../contacts/index.ts';
import { type Fault, invalidFields } from '../contract/validate.ts';
import { readMoment } from '../families/date.ts';
import { newId } from '../families/id.ts';
import { readReference } from '../families/record.ts';
import type { Wire } from '../families/wire.ts';
import { type Outcome, readAll, type Writing, writeAll } from '../families/writes.ts';
import { Refusal } from '../http/errors.ts';
import { divisionArray } from '../http/principal.ts';
import { type Assignment, assignedStep, assignSteps } from './segments-store.ts';

export const writeSegments = (call: Writing, items: readonly (Wire['LiaisonSegmentAssignment'] | Refusal)[]): Promise<Outcome[]> =>
  writeAll(call.door, readAll(items, readAssignment), {
    steps: (open) => [
      holdContactsStep(
        call.author.orgId,
        open.map((row) => row.contact_id),
        divisionArray(call.divisions),
      ),
      ...assignSteps(call.author, open),
      assignedStep(call.author.orgId, open),
    ],
    explain: async (open) =>
      (await explainContacts(call, open, 'externalContacts:segmentAssignment:add')).map((found) => (found instanceof Refusal ? found : undefined)),
  });

/** @throws Refusal 422 naming each faulty field */
function readAssignment({ externalContact, segment, session, dateAssigned, dateForUnassignment }: Wire['LiaisonSegmentAssignment']): Assignment {
  const faults: Fault[] = [];
  const contactId = readReference('externalContact.id', externalContact.id, faults);
  if (!externalContact.id) faults.push({ field: 'externalContact.id', code: 'required', rule: 'is required.' });
  const date = (field: string, text: string | undefined): number | undefined => {
    const ms = text === undefined ? undefined : readMoment(text);
    if (text !== undefined && ms === undefined) faults.push({ field, code: 'format', rule: 'must be a date and time such as 2026-01-31T10:00:00Z.' });
    return ms;
  };
  const assigned = date('dateAssigned', dateAssigned);
  const until = date('dateForUnassignment', dateForUnassignment);
  if (until !== undefined && until <= (assigned ?? Date.now()))
    faults.push({ field: 'dateForUnassignment', code: 'order', rule: 'must be after dateAssigned.' });
  if (faults.length > 0) throw invalidFields(faults);
  return {
    id: newId(),
    contact_id: contactId as string,
    segment_id: segment.id,
    session_id: session?.id ?? '',
    session_type: session?.type ?? null,
    assigned_at: assigned === undefined ? null : new Date(assigned).toISOString(),
    expires_at: until === undefined ? null : new Date(until).toISOString(),
  };
}
