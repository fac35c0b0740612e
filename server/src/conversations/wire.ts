// The wire shape of a link between a conversation and a contact.
import { sql } from '../db/sql.ts';

/** The body of the link aliased x. */
export const conversationBody = sql`json_build_object('conversationId', x.conversation_id, 'communicationId', x.communication_id, 'mediaType', x.media_type,
  'externalContact', json_build_object('id', x.contact_id, 'selfUri', '/api/v2/externalcontacts/contacts/' || x.contact_id), 'dateAssociated', wire_date(x.created_at))`;
