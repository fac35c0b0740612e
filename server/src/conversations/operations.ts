// Which conversations were whose. The conversations themselves are the platform's: here they are ids.
import { contactRecords, explainContacts } from '../contacts/index.ts';
import type { Handlers } from '../contract/bind.ts';
import { invalidFields } from '../contract/validate.ts';
import { readCursor } from '../families/cursor.ts';
import { cursorPage } from '../families/cursor-page.ts';
import { requireRecord } from '../families/guarded.ts';
import { isId, newId } from '../families/id.ts';
import type { Wire } from '../families/wire.ts';
import { single, type Writing, writeAll } from '../families/writes.ts';
import { Refusal, refuse } from '../http/errors.ts';
import { divisionArray } from '../http/principal.ts';
import { type Leg, linkSteps, listConversations, unlinkSteps } from './store.ts';

export const conversationHandlers: Handlers = {
  putExternalcontactsConversation: async (call) => {
    const leg = readLeg(call.path.conversationId, call.body);
    const contactId = call.body.externalContactId?.trim().toLowerCase();
    if (contactId === undefined) await call.door.flight(unlinkSteps(call.author, leg, divisionArray(call.divisions)));
    else if (isId(contactId)) await link(call, leg, contactId);
    else throw refuse('not.found');
    return { status: 202 };
  },

  getLiaisonContactConversations: async (call) => {
    const { contactId } = call.path;
    await requireRecord(call, contactRecords, contactId);
    const { limit = PAGE, cursor } = call.query;
    const listing = `conversations of ${contactId}`;
    const before = cursor ? readCursor(call.principal, listing, cursor) : null;
    const rows = await listConversations(call.door, call.principal.orgId, contactId, before, limit + 1);
    return cursorPage(call, listing, rows, limit, { bodyOf: ({ body }) => body, placeOf: ({ id }) => id });
  },
};

const PAGE = 25;

/** @throws Refusal 400 where body and path are of different conversations */
function readLeg(id: string, { conversationId, communicationId, mediaType }: Wire['ConversationAssociation']): Leg {
  const fault = { field: 'conversationId', code: 'path', rule: 'must be the conversation in the path.' };
  if (conversationId.trim().toLowerCase() !== id.toLowerCase()) throw invalidFields([fault]);
  return { conversationId: id, communicationId, mediaType };
}

/** @throws Refusal 404, 403 */
function link(call: Writing, leg: Leg, contactId: string): Promise<unknown> {
  const row = { ...leg, id: newId(), contact_id: contactId };
  return single(
    writeAll(call.door, [row], {
      steps: () => linkSteps(call.author, row, { divisions: divisionArray(call.divisions), days: call.principal.identityExpiryDays }),
      explain: async (open) => {
        const found = await explainContacts(call, open, 'externalContacts:conversation:associate');
        return found.map((one) => (one instanceof Refusal ? one : undefined));
      },
    }),
  );
}
