// The wire shape of an export, once: without its link, which is new with each read, and its mapping, of a hundred entries.
import { sql } from '../db/sql.ts';

/** The export aliased e. */
export const exportBody = sql`json_strip_nulls(json_build_object('id', e.id, 'kind', e.kind, 'format', e.format, 'gzip', e.gzip,
  'formulas', case when e.formulas then 'keep' else 'neutralise' end,
  'divisionIds', (select json_agg(wire_division(d.id) order by d.at) from unnest(e.division_ids) with ordinality d (id, at)),
  'filter', e.asked -> 'filter', 'types', e.asked -> 'types', 'includeMerged', e.asked -> 'includeMerged', 'limit', e.rows_max,
  'queryConditions', e.asked -> 'queryConditions',
  'createdBy', json_build_object('id', coalesce(e.user_id, e.client_id), 'selfUri', case when e.user_id is not null then '/api/v2/users/' || e.user_id end),
  'dateCreated', wire_date(e.created_at), 'dateCompletion', wire_date(e.completed_at), 'dateExpires', wire_date(e.expires_at),
  'status', e.status, 'statusDetails', e.details, 'resultRowCount', e.row_count, 'fileSize', e.bytes,
  'selfUri', '/liaison/v1/exports/' || e.id))`;
