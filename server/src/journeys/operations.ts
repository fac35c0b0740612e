// The operations on journeys: what contacts did, in sessions, and which segments they are in for it.
import { contactRecords } from '../contacts/index.ts';
import type { Call, Handlers } from '../contract/bind.ts';
import { bulkInSets } from '../families/bulk.ts';
import { requireRecord } from '../families/guarded.ts';
import { changeSegments } from './assignments.ts';
import { pageOfSessions } from './page.ts';
import { writeSegments } from './segments.ts';
import { listSegments } from './segments-store.ts';
import { writeSessions } from './sessions.ts';

export const journeyHandlers: Handlers = {
  getExternalcontactsContactJourneySessions: async (call) => {
    await requireContact(call, 'externalContacts:session:view');
    return pageOfSessions(call);
  },
  getExternalcontactsContactJourneySegments: async (call) => {
    await requireContact(call, 'externalContacts:segmentAssignment:view');
    const { limit = 25, includeMerged = false } = call.query;
    return `{"entities":${await listSegments(call.door, call.principal.orgId, call.path.contactId, includeMerged, limit)}}`;
  },
  postExternalcontactsContactJourneySegments: (call) => changeSegments(call, call.path.contactId, call.body ?? {}),

  postLiaisonJourneySessions: (call) => bulkInSets(call, (items) => writeSessions(call, items)),
  postLiaisonJourneySegments: (call) => bulkInSets(call, (items) => writeSegments(call, items)),
};

type ReadCall = Call<'getExternalcontactsContactJourneySessions'> | Call<'getExternalcontactsContactJourneySegments'>;

/** Whose journey it is, merged away or not. @throws Refusal 404, 403 */
const requireContact = (call: ReadCall, permission: string) => requireRecord(call, { ...contactRecords, edit: permission }, call.path.contactId);
