// The wire shape of an import job, once.
import { sql } from '../../db/sql.ts';
import { divisionExpanded } from '../../families/wire.ts';

/** The job aliased x, without links to its reports. $1 organization, $2 fields to expand. */
export const jobBody = sql`json_strip_nulls(json_build_object('id', x.id, 'status', x.status, 'statusDetails', x.details,
  'executionStep', x.step, 'metadata', json_build_object('fileName', x.file ->> 'name',
    'dryRunSuccessCount', x.dry_accepted, 'dryRunFailedCount', x.dry_rejected,
    'importSuccessCount', case when x.step = 'Importing' then x.created + x.updated + x.merged + x.unchanged end,
    'importFailedCount', case when x.step = 'Importing' then x.rejected end),
  'dateCreated', wire_date(x.created_at), 'division', ${divisionExpanded},
  'settings', json_build_object('id', x.settings_id, 'selfUri', '/api/v2/externalcontacts/import/settings/' || x.settings_id),
  'selfUri', '/api/v2/externalcontacts/import/jobs/' || x.id))`;

/** What followers are told of it besides. */
export const jobProgress = sql`json_build_object('read', x.rows_read, 'total', (x.file ->> 'rows')::bigint, 'created', x.created, 'updated', x.updated,
  'merged', x.merged, 'unchanged', x.unchanged, 'rejected', x.rejected)`;
