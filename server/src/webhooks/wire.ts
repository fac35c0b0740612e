// The wire shapes of webhooks. The secret is in none of them.
import { sql } from '../db/sql.ts';
import { limits } from '../http/limits.ts';

/** What people set of the webhook aliased w: what changes of it are recorded with. $1 organization. */
export const webhookBody = sql`json_strip_nulls(json_build_object('id', w.id, 'name', w.name, 'url', w.url, 'kinds', to_json(w.kinds), 'divisionIds', to_json(w.division_ids),
  'enabled', w.enabled, 'dateCreated', wire_date(w.created_at), 'dateModified', wire_date(w.modified_at), 'dateSecretChanged', wire_date(w.secret_changed_at),
  'createdBy', json_build_object('id', w.created_by), 'selfUri', '/liaison/v1/webhooks/' || w.id))`;

/** How deliveries of the webhook aliased w go, whose progress is aliased p. $2 is up to where they are counted: see countedMax. */
const deliveryStatus = sql`json_strip_nulls(json_build_object(
  'waiting', (select count(*) from (select from webhook_deliveries d where d.org_id = $1 and d.webhook_id = w.id and d.state = 'waiting' limit $2) counted),
  'dead', (select count(*) from (select from webhook_deliveries d where d.org_id = $1 and d.webhook_id = w.id and d.state = 'dead' limit $2) counted),
  'lastSuccess', wire_date(p.last_success_at), 'lastFailure', wire_date(p.last_failure_at), 'lastError', p.last_error))`;

/** Both, as operations answer them: `select ${webhookWithStatus}::text from webhooks w join webhook_progress p …`. */
export const webhookWithStatus = sql`((${webhookBody})::jsonb || jsonb_build_object('deliveries', ${deliveryStatus}))`;

export const countedMax: number = limits.totalExactMax;
