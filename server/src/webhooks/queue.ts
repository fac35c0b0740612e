// Statements on what a webhook has still to deliver. A change is in one of three places: past the webhook's position, in
// webhook_deliveries, or delivered. What moves it from one to another is one flight, and each such flight first locks the
// webhook's progress, so that two of them do not decide by what the other is about to change. A webhook that is gone, or a
// position that another process has moved, ends the flight (LI001).
import type { Database, Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { FeedKind } from '../families/changes.ts';
import { limits } from '../http/limits.ts';

/** All that delivering needs to know of a webhook. */
export interface Delivering {
  url: string;
  kinds: FeedKind[];
  divisionIds: string[] | null;
  secret: string;
  previous: string | null;
  previousUntil: Date | null;
  signingKey: Buffer;
  position: number;
}

export async function readDelivering(door: Door, orgId: string, id: string): Promise<Delivering | undefined> {
  const [row] = await door.rows<Delivering & { position: string }>(
    sql`select w.url, w.kinds, w.division_ids as "divisionIds", w.secret, w.previous_secret as previous, w.previous_secret_until as "previousUntil",
      o.signing_key as "signingKey", p.position
    from webhooks w join webhook_progress p on p.org_id = $1 and p.webhook_id = w.id join organizations o on o.id = $1
    where w.org_id = $1 and w.id = $2`,
    [orgId, id],
  );
  return row && { ...row, position: Number(row.position) };
}

/** How many deliveries wait, as far as it matters, and which of the records have some. */
export async function queueState(door: Door, orgId: string, id: string, recordIds: readonly string[]): Promise<{ waiting: number; held: Set<string> }> {
  const [row] = await door.rows<{ waiting: number; held: string[] }>(
    sql`select (select count(*)::int from (
        select from webhook_deliveries d where d.org_id = $1 and d.webhook_id = $2 and d.state = 'waiting' limit $4) counted) as waiting,
      array(select distinct d.record_id::text from webhook_deliveries d
        where d.org_id = $1 and d.webhook_id = $2 and d.state = 'waiting' and d.record_id = any ($3::uuid[])) as held`,
    [orgId, id, recordIds, limits.webhookWaitingMax],
  );
  return { waiting: row?.waiting ?? 0, held: new Set(row?.held) };
}

/** Whether no earlier delivery of the same record waits before the one aliased d. */
const isFirst = sql`not exists (select from webhook_deliveries e
  where e.org_id = $1 and e.webhook_id = $2 and e.state = 'waiting' and e.record_id = d.record_id and e.position < d.position)`;

export interface Due {
  position: number;
  recordId: string;
  /** Tries so far. */
  attempts: number;
}

/** Those whose time has come, each the first of its record. */
export async function dueDeliveries(door: Door, orgId: string, id: string, most: number): Promise<Due[]> {
  const rows = await door.rows<Due>(
    sql`select d.position, d.record_id as "recordId", d.attempts from webhook_deliveries d
      where d.org_id = $1 and d.webhook_id = $2 and d.state = 'waiting' and d.next_attempt_at <= now() and ${isFirst}
      order by d.next_attempt_at, d.position limit $3`,
    [orgId, id, most],
  );
  return rows.map((row) => ({ ...row, position: Number(row.position) }));
}

/** Milliseconds until the next is due; undefined where none waits. */
export async function nextDueMs(door: Door, orgId: string, id: string): Promise<number | undefined> {
  const [row] = await door.rows<{ ms: number | null }>(
    sql`select (extract(epoch from min(d.next_attempt_at) - now()) * 1000)::float8 as ms from webhook_deliveries d
      where d.org_id = $1 and d.webhook_id = $2 and d.state = 'waiting' and d.next_attempt_at < 'infinity' and ${isFirst}`,
    [orgId, id],
  );
  return row?.ms ?? undefined;
}

/** What is written of a delivery that has not succeeded. */
export interface Unfinished {
  position: number;
  recordId: string;
  state: 'waiting' | 'dead';
  attempts: number;
  /** Until the next try; null behind another of the record, and where it has not been tried. */
  delayMs: number | null;
  status: number | null;
  error: string | null;
}

/** What a round of deliveries came to, for the webhook's status. */
export interface Tally {
  succeeded: boolean;
  /** What the last failure was. */
  failure: string | null;
}

/** After first tries: the position moves on, and what was not delivered is kept, in the same flight. */
export function advanceSteps(orgId: string, id: string, from: number, to: number, unfinished: readonly Unfinished[], tally: Tally): Step[] {
  const kept: Step[] = [
    [
      sql`insert into webhook_deliveries (org_id, webhook_id, position, record_id, state, attempts, next_attempt_at, last_status, last_error)
        select $1, $2, r.position, r.record_id, r.state, r.attempts, coalesce(now() + r.delay_ms * interval '1 millisecond', 'infinity'), r.status, r.error
        from jsonb_to_recordset($3::jsonb) as r (position bigint, record_id uuid, state text, attempts int, delay_ms float8, status int, error text)`,
      [orgId, id, rowsOf(unfinished)],
    ],
    promoteStep(orgId, id, unfinished),
  ];
  return [
    [
      sql`select expect((select count(*) from (
        select p.position from webhook_progress p where p.org_id = $1 and p.webhook_id = $2 and p.position = $3 for update) there), 1)`,
      [orgId, id, from],
    ],
    [sql`update webhook_progress p set position = $3 where p.org_id = $1 and p.webhook_id = $2`, [orgId, id, to]],
    tallyStep(orgId, id, tally),
    ...(unfinished.length > 0 ? kept : []),
  ];
}

/** After further tries: what was delivered goes, what was not waits for the next try or is dead. */
export function settleSteps(orgId: string, id: string, done: readonly Due[], unfinished: readonly Unfinished[], tally: Tally): Step[] {
  return [
    lockStep(orgId, id),
    tallyStep(orgId, id, tally),
    [
      sql`delete from webhook_deliveries d where d.org_id = $1 and d.webhook_id = $2 and d.position = any ($3::bigint[])`,
      [orgId, id, done.map(({ position }) => position)],
    ],
    [
      sql`update webhook_deliveries d set state = r.state, attempts = r.attempts,
          next_attempt_at = coalesce(now() + r.delay_ms * interval '1 millisecond', 'infinity'), last_status = r.status, last_error = r.error
        from jsonb_to_recordset($3::jsonb) as r (position bigint, state text, attempts int, delay_ms float8, status int, error text)
        where d.org_id = $1 and d.webhook_id = $2 and d.position = r.position`,
      [orgId, id, rowsOf(unfinished)],
    ],
    promoteStep(orgId, id, [...done, ...unfinished]),
  ];
}

/** Sets dead deliveries going again, the oldest first. @param positions which; null for all */
export function replaySteps(orgId: string, id: string, positions: readonly number[] | null): Step[] {
  return [
    lockStep(orgId, id),
    [
      sql`update webhook_deliveries d set state = 'waiting', attempts = 0, next_attempt_at = now()
        where d.org_id = $1 and d.webhook_id = $2 and d.state = 'dead' and d.position in (
          select e.position from webhook_deliveries e
          where e.org_id = $1 and e.webhook_id = $2 and e.state = 'dead' and ($3::bigint[] is null or e.position = any ($3)) order by e.position limit $4)
        returning 1 as one`,
      [orgId, id, positions, limits.webhookReplayMax],
    ],
  ];
}

export interface Delivery {
  position: string;
  record_id: string;
  kind: FeedKind;
  action: string;
  state: string;
  attempts: number;
  next_attempt: string | null;
  died: string | null;
  last_status: number | null;
  last_error: string | null;
}

/** In the order of changes. @param state null for both */
export function listDeliveries(door: Door, orgId: string, id: string, state: string | null, after: number, most: number): Promise<Delivery[]> {
  return door.rows(
    sql`select d.position, d.record_id, x.kind, x.action, d.state, d.attempts, d.last_status, d.last_error,
      case when d.state = 'waiting' and d.next_attempt_at < 'infinity' then wire_date(d.next_attempt_at) end as next_attempt,
      case when d.state = 'dead' then wire_date(d.next_attempt_at) end as died
    from webhook_deliveries d join changes x on x.org_id = $1 and x.position = d.position
    where d.org_id = $1 and d.webhook_id = $2 and ($3::text is null or d.state = $3) and d.position > $4 order by d.position limit $5`,
    [orgId, id, state, after, most],
  );
}

function lockStep(orgId: string, id: string): Step {
  return [
    sql`select expect((select count(*) from (select p.position from webhook_progress p where p.org_id = $1 and p.webhook_id = $2 for update) there), 1)`,
    [orgId, id],
  ];
}

function tallyStep(orgId: string, id: string, { succeeded, failure }: Tally): Step {
  return [
    sql`update webhook_progress p set last_success_at = case when $3::boolean then now() else p.last_success_at end,
        last_failure_at = case when $4::text is not null then now() else p.last_failure_at end, last_error = coalesce($4, p.last_error)
      where p.org_id = $1 and p.webhook_id = $2`,
    [orgId, id, succeeded, failure],
  ];
}

/** Of each record, whoever is first now and was behind somebody, is due. */
function promoteStep(orgId: string, id: string, of: readonly { recordId: string }[]): Step {
  return [
    sql`update webhook_deliveries d set next_attempt_at = now()
      where d.org_id = $1 and d.webhook_id = $2 and d.state = 'waiting' and d.next_attempt_at = 'infinity' and d.record_id = any ($3::uuid[]) and ${isFirst}`,
    [orgId, id, [...new Set(of.map(({ recordId }) => recordId))]],
  ];
}

const rowsOf = (unfinished: readonly Unfinished[]) =>
  JSON.stringify(unfinished.map(({ recordId, delayMs, ...rest }) => ({ ...rest, record_id: recordId, delay_ms: delayMs })));

// For all organizations ------------------------------------------------------------------------------------------------

export interface Listed {
  org_id: string;
  id: string;
  version: number;
  /** Enabled, in an organization that is active. */
  runs: boolean;
  /** Whether a delivery's time has come. */
  due: boolean;
}

/** Every webhook there is, once for all: only ids, and whether there is something to do. */
export function allWebhooks(database: Database): Promise<Listed[]> {
  return database.system.rows(
    sql`select w.org_id, w.id, w.version, w.enabled and o.state = 'active' as runs, exists (
      select from webhook_deliveries d where d.org_id = w.org_id and d.webhook_id = w.id and d.state = 'waiting' and d.next_attempt_at <= now()) as due
    from webhooks w join organizations o on o.id = w.org_id`,
    [],
  );
}

export async function deleteOldDead(door: Door, orgId: string): Promise<void> {
  await door.rows(sql`delete from webhook_deliveries d where d.org_id = $1 and d.state = 'dead' and d.next_attempt_at < now() - $2 * interval '1 day'`, [
    orgId,
    limits.webhookDeadDays,
  ]);
}
