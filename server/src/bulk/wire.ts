// The wire shape of a bulk job, once.
import { sql } from '../db/sql.ts';

/** The job aliased x. */
export const bulkJobBody = sql`json_strip_nulls(json_build_object('id', x.id, 'kind', x.kind, 'search', x.search, 'act', x.act, 'changes', x.wish -> 'changes',
  'toDivision', case when x.wish ? 'toDivision' then json_build_object('id', x.wish ->> 'toDivision', 'selfUri', '/api/v2/authorization/divisions/' || (x.wish ->> 'toDivision')) end,
  'reason', x.wish ->> 'reason', 'status', x.status, 'statusDetails', x.details,
  'records', json_build_object('found', x.records_found, 'done', x.done, 'unchanged', x.unchanged, 'refused', x.refused, 'notFound', nullif(x.ids_not_found, 0)),
  'undo', case when x.undo is not null then json_build_object('status', x.undo -> 'status', 'statusDetails', x.undo -> 'details', 'restored', x.undo -> 'restored', 'left', x.undo -> 'left') end,
  'createdBy', json_build_object('id', coalesce(x.user_id, x.client_id)), 'dateCreated', wire_date(x.created_at), 'dateModified', wire_date(x.modified_at),
  'selfUri', '/liaison/v1/bulk-jobs/' || x.id))`;
