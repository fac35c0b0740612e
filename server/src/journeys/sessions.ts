// Sessions as they are fed: each under an id of the feeder's choosing, so that what is sent again changes nothing.
import { explainContacts } from '../contacts/index.ts';
import { type Fault, invalidFields } from '../contract/validate.ts';
import { readMoment } from '../families/date.ts';
import { explainRecord } from '../families/guarded.ts';
import { readReference } from '../families/record.ts';
import type { Wire } from '../families/wire.ts';
import { type Outcome, readAll, type Writing, writeAll } from '../families/writes.ts';
import { Refusal } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { divisionArray, reach } from '../http/principal.ts';
import { type FedSession, sessionSteps, storedSessions } from './sessions-store.ts';

const PERMISSION = 'externalContacts:session:add';

export const writeSessions = (call: Writing, items: readonly (Wire['LiaisonSession'] | Refusal)[]): Promise<Outcome[]> =>
  writeAll(call.door, readAll(items, readSession), {
    steps: (open) => sessionSteps(call.author, open, { divisions: divisionArray(call.divisions), days: call.principal.identityExpiryDays }),
    explain: (open) => explain(call, open),
  });

/** @throws Refusal 422 naming each faulty field */
function readSession({ id, externalContact, divisionIds: _, selfUri: _self, ...rest }: Wire['LiaisonSession']): FedSession {
  const faults: Fault[] = [];
  const contactId = readReference('externalContact.id', externalContact.id, faults);
  if (!externalContact.id) faults.push({ field: 'externalContact.id', code: 'required', rule: 'is required.' });
  const date = (field: string, text: string): string => {
    const ms = readMoment(text);
    if (ms === undefined) faults.push({ field, code: 'format', rule: 'must be a date and time such as 2026-01-31T10:00:00Z.' });
    return new Date(ms ?? 0).toISOString();
  };
  const data = { ...rest, createdDate: date('createdDate', rest.createdDate) };
  for (const field of ['endedDate', 'awayDate', 'idleDate'] as const) {
    const text = rest[field];
    if (text !== undefined) data[field] = date(field, text);
  }
  data.lastEvent = { ...rest.lastEvent, createdDate: date('lastEvent.createdDate', rest.lastEvent.createdDate) };
  const assignments = rest.segmentAssignments?.map((one, i) => ({ ...one, assignedDate: date(`segmentAssignments[${i}].assignedDate`, one.assignedDate) }));
  if (assignments) data.segmentAssignments = assignments;
  const bytes = Buffer.byteLength(JSON.stringify(data));
  if (bytes > limits.sessionBytesMax)
    faults.push({ field: '', code: 'maxBytes', rule: `a session takes at most ${limits.sessionBytesMax} bytes, but has ${bytes}.` });
  if (faults.length > 0) throw invalidFields(faults);
  return { id: id.toLowerCase(), contact_id: contactId as string, started_at: data.createdDate, seen_at: data.lastEvent.createdDate, data };
}

/** What is stored under the id must be open, too, and of a contact of the same division. */
async function explain(call: Writing, rows: FedSession[]): Promise<(Refusal | undefined)[]> {
  const { principal, divisions } = call;
  const contacts = await explainContacts(call, rows, PERMISSION);
  const ids = rows.map(({ id }) => id);
  const stored = new Map((await storedSessions(call.door, principal.orgId, ids)).map((session) => [session.id, session]));
  const access = { principal, divisions, visible: reach(principal, 'externalContacts:session:view'), permissions: PERMISSION };
  return rows.map(({ id }, i) => {
    const [contact, session] = [contacts[i], stored.get(id)];
    if (contact === undefined || contact instanceof Refusal) return contact;
    return session && explainRecord('session', session, access, { division_id: contact.division_id });
  });
}
