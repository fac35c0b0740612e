// The wire shapes of sessions and of assigned segments.
import { sql } from '../db/sql.ts';

/** The body of the session aliased x. */
export const sessionBody = sql`(x.data || jsonb_build_object('id', x.id, 'divisionIds', jsonb_build_array(wire_division(x.division_id)),
  'externalContact', jsonb_build_object('id', x.contact_id, 'selfUri', '/api/v2/externalcontacts/contacts/' || x.contact_id)))::json`;

/** The body of the assignment aliased x. */
export const segmentBody = sql`json_strip_nulls(json_build_object('dateAssigned', wire_date(x.assigned_at), 'dateForUnassignment', wire_date(x.expires_at),
  'segment', json_build_object('id', x.segment_id), 'session', case when x.session_id <> '' then json_build_object('id', x.session_id, 'type', x.session_type) end,
  'externalContact', json_build_object('id', x.contact_id, 'selfUri', '/api/v2/externalcontacts/contacts/' || x.contact_id)))`;
