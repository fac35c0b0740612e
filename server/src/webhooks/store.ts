// Statements on webhooks as people see them. What deliveries do is in queue.ts.
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import type { Author } from '../http/principal.ts';
import type { Settings } from './webhook.ts';
import { countedMax, webhookBody, webhookWithStatus } from './wire.ts';

export interface Stored {
  version: number;
  body: string;
}

export function listWebhooks(door: Door, orgId: string): Promise<string | undefined> {
  return door.text(
    sql`select '[' || coalesce(string_agg(${webhookWithStatus}::text, ',' order by w.id), '') || ']'
      from webhooks w join webhook_progress p on p.org_id = $1 and p.webhook_id = w.id where w.org_id = $1`,
    [orgId, countedMax],
  );
}

export async function webhookText(door: Door, orgId: string, id: string): Promise<Stored | undefined> {
  const [step, values] = bodyStep(orgId, id);
  const [row] = await door.rows<Stored>(step, values);
  return row;
}

export const bodyStep = (orgId: string, id: string): Step => [
  sql`select w.version, ${webhookWithStatus}::text as body
    from webhooks w join webhook_progress p on p.org_id = $1 and p.webhook_id = w.id where w.org_id = $1 and w.id = $3`,
  [orgId, countedMax, id],
];

export async function countWebhooks(door: Door, orgId: string): Promise<number> {
  const [row] = await door.rows<{ count: number }>(sql`select count(*)::int as count from webhooks w where w.org_id = $1`, [orgId]);
  return row?.count ?? 0;
}

/** The divisions among these that there are. */
export async function knownDivisions(door: Door, orgId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await door.rows<{ id: string }>(sql`select d.id from divisions d where d.org_id = $1 and d.id = any ($2::uuid[])`, [orgId, ids]);
  return rows.map(({ id }) => id);
}

export interface Secrets {
  url: string;
  secret: string;
  previous: string | null;
  previousUntil: Date | null;
}

export async function webhookSecrets(door: Door, orgId: string, id: string): Promise<Secrets | undefined> {
  const [row] = await door.rows<Secrets>(
    sql`select w.url, w.secret, w.previous_secret as previous, w.previous_secret_until as "previousUntil" from webhooks w where w.org_id = $1 and w.id = $2`,
    [orgId, id],
  );
  return row;
}

/** A webhook begins with the first change that is written after it. */
export function insertSteps(author: Author, id: string, settings: Settings, secret: string): Step[] {
  const { orgId } = author;
  return [
    [
      sql`insert into webhooks (org_id, id, name, url, kinds, division_ids, enabled, secret, secret_changed_at, created_by, created_at, modified_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, now(), $9, now(), now())`,
      [orgId, id, ...valuesOf(settings), secret, author.userId ?? author.clientId],
    ],
    [sql`insert into webhook_progress (org_id, webhook_id, position) values ($1, $2, settled_position($1))`, [orgId, id]],
    ...recordSteps(author, id, 'create'),
  ];
}

export function updateSteps(author: Author, id: string, version: number | undefined, settings: Settings): Step[] {
  return [
    guardStep(author.orgId, id, version),
    [
      sql`update webhooks w set name = $3, url = $4, kinds = $5, division_ids = $6, enabled = $7, version = w.version + 1, modified_at = now()
        where w.org_id = $1 and w.id = $2`,
      [author.orgId, id, ...valuesOf(settings)],
    ],
    ...recordSteps(author, id, 'update'),
  ];
}

/** The secret before signs along for some seconds more. */
export function rotateSteps(author: Author, id: string, version: number | undefined, secret: string, overlapSeconds: number): Step[] {
  return [
    guardStep(author.orgId, id, version),
    [
      sql`update webhooks w set previous_secret = w.secret, previous_secret_until = now() + $4 * interval '1 second', secret = $3, secret_changed_at = now(),
        version = w.version + 1, modified_at = now() where w.org_id = $1 and w.id = $2`,
      [author.orgId, id, secret, overlapSeconds],
    ],
    ...recordSteps(author, id, 'update'),
  ];
}

/** What it has still to deliver goes with it. */
export function deleteSteps(author: Author, id: string, version: number | undefined): Step[] {
  return [
    guardStep(author.orgId, id, version),
    ...recordSteps(author, id, 'delete'),
    [sql`delete from webhooks w where w.org_id = $1 and w.id = $2`, [author.orgId, id]],
  ];
}

const valuesOf = ({ name, url, kinds, divisionIds, enabled }: Settings) => [name, url, kinds, divisionIds, enabled] as const;

function guardStep(orgId: string, id: string, version: number | undefined): Step {
  return [
    sql`select expect((select count(*) from (
      select w.id from webhooks w where w.org_id = $1 and w.id = $2 and ($3::int is null or w.version = $3) for update) there), 1)`,
    [orgId, id, version],
  ];
}

function recordSteps(author: Author, id: string, action: Action): Step[] {
  return [
    holdStep(author.orgId),
    [
      sql`insert into changes (${changeColumns})
        select $1, 'webhook', w.id, ${doneBy}, null, w.version, ${webhookBody}
        from (select $3::text as action, $4::uuid[] as author) done, webhooks w where w.org_id = $1 and w.id = $2`,
      [author.orgId, id, action, authorValue(author)],
    ],
  ];
}
