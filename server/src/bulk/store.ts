// Every statement on bulk jobs.
import type { Database, Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import { limits } from '../http/limits.ts';
import type { Author } from '../http/principal.ts';
import type { Act, Job, Kind, Report, Search, Status, Undo, Viewer, Wish } from './job.ts';
import { bulkJobBody } from './wire.ts';

export interface NewJob {
  id: string;
  kind: Kind;
  act: Act;
  wish: Wish;
  search: Search | null;
  countFirst: boolean;
  /** Those that were named; those that lead to nothing are counted only. */
  ids: string[];
  notFound: number;
}

/** Guarded: ends the transaction where enough are not over. Those who ask at the same time take turns, so that all are counted. */
export const insertSteps = (author: Author, { id, kind, act, wish, search, countFirst, ids, notFound }: NewJob): Step[] => [
  [sql`select pg_advisory_xact_lock(hashtextextended('bulk jobs ' || $1::text, 0))`, [author.orgId]],
  [
    sql`select expect((select count(*) from (
      select count(*) as running from bulk_jobs j where j.org_id = $1 and j.status in ('Counting', 'Running')) counted where counted.running < $2), 1)`,
    [author.orgId, limits.bulkJobsRunningMax],
  ],
  [
    sql`insert into bulk_jobs (org_id, id, kind, act, wish, search, count_first, status, found_all, records_found, ids_not_found, client_id, user_id, home_org_id, created_at, modified_at)
      values ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8, $9, $10, $11, $12, $13, $14, now(), now())`,
    [
      author.orgId,
      id,
      kind,
      act,
      JSON.stringify(wish),
      search && JSON.stringify(search),
      countFirst,
      search ? 'Counting' : countFirst ? 'Counted' : 'Running',
      search === null,
      ids.length,
      notFound,
      author.clientId,
      author.userId ?? null,
      author.homeOrgId,
    ],
  ],
  ...recordsStep(author.orgId, id, 0, ids),
  ...recordSteps(author, 'create', id),
];

/** Where the job's records begin at which so many come before. */
const recordsStep = (orgId: string, id: string, place: number, ids: readonly string[]): Step[] =>
  ids.length === 0 ? [] : [[sql`insert into bulk_job_records (org_id, job_id, place, ids) values ($1, $2, $3, $4::uuid[])`, [orgId, id, place, ids]]];

/** What the job is now, as a change; answers with its body. */
export const recordSteps = (author: Author, action: Action, id: string): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes as c (${changeColumns})
      select $1, 'bulkJob', x.id, ${doneBy}, null, null, ${bulkJobBody}
      from (select $3::text as action, $4::uuid[] as author) done, bulk_jobs x where x.org_id = $1 and x.id = $2
      returning c.body::text as body`,
    [author.orgId, id, action, authorValue(author)],
  ],
];

interface JobRow extends Omit<Job, 'orgId' | 'acting' | 'found' | 'at' | 'firstPosition' | 'lastPosition'> {
  clientId: string;
  userId: string | null;
  homeOrgId: string;
  found: string;
  at: string;
  firstPosition: string | null;
  lastPosition: string | null;
}

const bulkJobColumns = sql`j.id, j.kind, j.act, j.wish, j.search, j.count_first as "countFirst", j.status, j.client_id as "clientId", j.user_id as "userId",
  j.home_org_id as "homeOrgId", j.found_up_to as "foundUpTo", j.found_all as "foundAll", j.records_found as found, j.records_at as at, j.erasure_id as "erasureId",
  j.first_position as "firstPosition", j.last_position as "lastPosition", j.undo, wire_date(j.created_at) as "createdAt"`;
const plainBulkJob = sql`select ${bulkJobColumns} from bulk_jobs j where j.org_id = $1 and j.id = $2`;
const lockedBulkJob = sql`select ${bulkJobColumns} from bulk_jobs j where j.org_id = $1 and j.id = $2 for update of j`;

/** The job as it is; with `lock`, for as long as the transaction lasts. */
export async function findJob(door: Door, orgId: string, id: string, lock = false): Promise<Job | undefined> {
  const [row] = await door.rows<JobRow>(lock ? lockedBulkJob : plainBulkJob, [orgId, id]);
  if (!row) return undefined;
  const { clientId, userId, homeOrgId, found, at, firstPosition, lastPosition, ...rest } = row;
  return {
    ...rest,
    orgId,
    acting: { clientId, userId, homeOrgId },
    found: Number(found),
    at: Number(at),
    firstPosition: firstPosition === null ? null : Number(firstPosition),
    lastPosition: lastPosition === null ? null : Number(lastPosition),
  };
}

const viewerValues = ({ orgId, all, some, clientId, userId }: Viewer) => [orgId, all, some, clientId, userId] as const;
const isBulkJobShown = sql`(x.kind || ' ' || x.act = any ($2::text[]) or x.kind || ' ' || x.act = any ($3::text[]) and x.client_id = $4::uuid and x.user_id is not distinct from $5::uuid)`;

export function jobText(door: Door, viewer: Viewer, id: string): Promise<string | undefined> {
  return door.text(sql`select ${bulkJobBody}::text from bulk_jobs x where x.org_id = $1 and ${isBulkJobShown} and x.id = $6`, [...viewerValues(viewer), id]);
}

/** The newest first. */
export function listJobs(door: Door, viewer: Viewer, before: string | null, most: number): Promise<{ id: string; body: string }[]> {
  return door.rows(
    sql`select x.id, ${bulkJobBody}::text as body from bulk_jobs x where x.org_id = $1 and ${isBulkJobShown} and ($6::uuid is null or x.id < $6) order by x.id desc limit $7`,
    [...viewerValues(viewer), before, most],
  );
}

/** The job goes from one state to another. Guarded: ends the transaction where it is in another one, or is taken back. */
export const moveSteps = (author: Author, { id, status }: Pick<Job, 'id' | 'status'>, to: Status, details: string | null = null): Step[] => [
  [
    sql`select expect((select count(*) from (select j.id from bulk_jobs j where j.org_id = $1 and j.id = $2 and j.status = $3 and j.undo is null for update) there), 1)`,
    [author.orgId, id, status],
  ],
  [sql`update bulk_jobs j set status = $3, details = $4, modified_at = clock_timestamp() where j.org_id = $1 and j.id = $2`, [author.orgId, id, to, details]],
  ...recordSteps(author, 'update', id),
];

/** Guarded: ends the transaction where the job is not over, or is or was taken back, or is of a kind that cannot be. */
export const beginUndoSteps = (author: Author, { id }: Job, undo: Undo): Step[] => [
  [
    sql`select expect((select count(*) from (select j.id from bulk_jobs j where j.org_id = $1 and j.id = $2 and j.act in ('edit', 'move')
      and j.status in ('Completed', 'Failed', 'Cancelled') and (j.undo is null or j.undo ->> 'status' = 'Failed') for update) there), 1)`,
    [author.orgId, id],
  ],
  undoStep(author.orgId, id, undo),
  ...recordSteps(author, 'update', id),
];

export const undoStep = (orgId: string, id: string, undo: Undo): Step => [
  sql`update bulk_jobs j set undo = $3::jsonb, modified_at = clock_timestamp() where j.org_id = $1 and j.id = $2`,
  [orgId, id, JSON.stringify(undo)],
];

// The work -------------------------------------------------------------------------------------------------------------

/**
 * Jobs with something to do: of each organization the one that has waited longest, so that nobody is kept waiting by
 * another's many. Only ids; all else is read behind their own doors.
 * @param but jobs that are left alone for now
 */
export function dueJobs({ system }: Database, but: readonly string[] = []): Promise<{ orgId: string; id: string }[]> {
  return system.rows(
    sql`select distinct on (j.org_id) j.org_id as "orgId", j.id from bulk_jobs j where ${isBulkJobDue} and j.id <> all ($1::uuid[])
        and not exists (select from erasures e where e.org_id = j.org_id and e.id = j.erasure_id and (e.status = 'running' or (e.status = 'requested' and e.expires_at > now())))
      order by j.org_id, j.modified_at`,
    [but],
  );
}

/** Whether there is something to be done for the job aliased j: as the index on them says it. */
const isBulkJobDue = sql`(j.status in ('Counting', 'Running') or j.undo ->> 'status' = 'Running')`;

/** Records that were found behind those from before. @param upTo where the search goes on; null at its end */
export const foundSteps = (job: Job, ids: readonly string[], upTo: string | null): Step[] => [
  ...recordsStep(job.orgId, job.id, job.found, ids),
  [
    sql`update bulk_jobs j set records_found = j.records_found + $3, found_up_to = coalesce($4::uuid, j.found_up_to), found_all = $4 is null,
        status = case when $4 is not null then 'Counting' when j.count_first then 'Counted' else 'Running' end, modified_at = clock_timestamp()
      where j.org_id = $1 and j.id = $2`,
    [job.orgId, job.id, ids.length, upTo],
  ],
];

/** The ids of the records that come next. */
export async function nextIds(door: Door, { orgId, id, at }: Job, most: number): Promise<string[]> {
  const [row] = await door.rows<{ ids: string[] }>(
    sql`select r.ids[$3::bigint - r.place + 1 : $3::bigint - r.place + $4] as ids from bulk_job_records r
      where r.org_id = $1 and r.job_id = $2 and r.place <= $3 order by r.place desc limit 1`,
    [orgId, id, at, most],
  );
  return row?.ids ?? [];
}

/** The job begins to write: its changes come after whatever there is. */
export const beginWritingStep = ({ orgId, id }: Job): Step => [
  sql`update bulk_jobs j set first_position = coalesce(j.first_position, last_position()) where j.org_id = $1 and j.id = $2`,
  [orgId, id],
];

export interface Progress {
  gone: number;
  done: number;
  unchanged: number;
  refused: number;
}

/** How far the job is and what came of the records before; what it wrote lies up to the position that was given out last. */
export const advanceSteps = (author: Author, job: Job, { gone, done, unchanged, refused }: Progress): Step[] => {
  const over = job.at + gone >= job.found;
  return [
    [
      sql`update bulk_jobs j set records_at = j.records_at + $3, done = j.done + $4, unchanged = j.unchanged + $5, refused = j.refused + $6, erasure_id = null,
          status = case when $7 then 'Completed' else j.status end, last_position = last_position(), modified_at = clock_timestamp()
        where j.org_id = $1 and j.id = $2`,
      [job.orgId, job.id, gone, done, unchanged, refused, over],
    ],
    ...(over ? recordSteps(author, 'update', job.id) : []),
  ];
};

export const waitStep = ({ orgId, id }: Job, erasureId: string): Step => [
  sql`update bulk_jobs j set erasure_id = $3, modified_at = clock_timestamp() where j.org_id = $1 and j.id = $2`,
  [orgId, id, erasureId],
];

// What could not be done -----------------------------------------------------------------------------------------------

export interface RefusedRecord {
  number: number;
  id: string;
  /** Where it lies; null for what is not there. */
  divisionId: string | null;
  reason: string;
}

export const refusalSteps = ({ orgId, id }: Job, report: Report, refused: readonly RefusedRecord[]): Step[] =>
  refused.length === 0
    ? []
    : [
        [
          sql`insert into bulk_job_refusals (org_id, job_id, report, number, record_id, division_id, reason)
            select $1, $2, $3, r.number, r.id, r.division, r.reason from unnest($4::bigint[], $5::uuid[], $6::uuid[], $7::text[]) r (number, id, division, reason)`,
          [
            orgId,
            id,
            report,
            refused.map(({ number }) => number),
            refused.map((one) => one.id),
            refused.map(({ divisionId }) => divisionId),
            refused.map(({ reason }) => reason),
          ],
        ],
      ];

/** Those behind a number. @param divisions of which they may be told; null for all */
export function listRefusals(door: Door, orgId: string, id: string, report: Report, divisions: string[] | null, after: number): Promise<RefusedRecord[]> {
  return door.rows(
    sql`select r.number::int as number, r.record_id as id, r.division_id as "divisionId", r.reason from bulk_job_refusals r
      where r.org_id = $1 and r.job_id = $2 and r.report = $3 and ($4::uuid[] is null or r.division_id is null or r.division_id = any ($4)) and r.number > $5
      order by r.number limit 1000`,
    [orgId, id, report, divisions, after],
  );
}

/** A chore's: what has had its time. */
export async function deleteOldBulkJobs(door: Door, orgId: string): Promise<void> {
  await door.rows(sql`delete from bulk_jobs j where j.org_id = $1 and ${isBulkJobDue} is not true and j.modified_at < now() - $2 * interval '1 day'`, [
    orgId,
    limits.bulkJobDays,
  ]);
}
