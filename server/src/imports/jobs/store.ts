// Every statement on import jobs.
import type { Database, Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import type { AfterPlace } from '../../families/after.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../../families/changes.ts';
import type { Wire } from '../../families/wire.ts';
import { type Author, UNASSIGNED } from '../../http/principal.ts';
import type { Counts, ImportFile, Job, Report, Rules, Status, Undo } from './job.ts';
import { jobBody, jobProgress } from './wire.ts';

export interface NewJob {
  id: string;
  divisionId: string;
  settingsId: string;
  csvSettingsId: string | null;
  rules: Rules;
  uploadId: string | null;
  file: ImportFile | null;
}

export const insertSteps = (author: Author, job: NewJob): Step[] => [
  [
    sql`insert into import_jobs (org_id, id, division_id, settings_id, csv_settings_id, rules, upload_id, file, at_byte, at_line, client_id, user_id, home_org_id,
        created_at, modified_at)
      values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8::jsonb, $9, $10, $11, $12, $13, now(), now())`,
    [
      author.orgId,
      job.id,
      job.divisionId,
      job.settingsId,
      job.csvSettingsId,
      JSON.stringify(job.rules),
      job.uploadId,
      job.file && JSON.stringify(job.file),
      job.file?.start.byte ?? 0,
      job.file?.start.line ?? 1,
      author.clientId,
      author.userId ?? null,
      author.homeOrgId,
    ],
  ],
  ...recordSteps(author, 'create', job.id),
];

/** What the job is now, as a change; answers with its body. */
export const recordSteps = (author: Author, action: Action, id: string): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes as c (${changeColumns})
      select $1, 'importJob', x.id, ${doneBy}, x.division_id, null, (${jobBody}::jsonb || jsonb_build_object('rows', ${jobProgress}, 'undo', x.undo - '{clientId,userId,homeOrgId,kind,below}'::text[]))::json
      from (select $4::text as action, $5::uuid[] as author) done, import_jobs x where x.org_id = $1 and x.id = $3
      returning c.body::text as body`,
    [author.orgId, [], id, action, authorValue(author)],
  ],
];

interface JobRow {
  id: string;
  division_id: string;
  status: Job['status'];
  step: Job['step'];
  rules: Rules;
  file: ImportFile | null;
  client_id: string;
  user_id: string | null;
  home_org_id: string;
  at_byte: string;
  at_line: string;
  rows_read: string;
  worked_ms: string;
  first_position: string | null;
  last_position: string | null;
  undo: Undo | null;
}

/** The job as it is; with `lock`, for as long as the transaction lasts. */
export async function findJob(door: Door, orgId: string, id: string, lock = false): Promise<Job | undefined> {
  const [row] = await door.rows<JobRow>(lock ? lockedJob : plainJob, [orgId, id]);
  return row && jobOf(orgId, row);
}

const jobColumns = sql`j.id, j.division_id, j.status, j.step, j.rules, j.file, j.client_id, j.user_id, j.home_org_id, j.at_byte, j.at_line, j.rows_read,
  j.worked_ms, j.first_position, j.last_position, j.undo`;
const plainJob = sql`select ${jobColumns} from import_jobs j where j.org_id = $1 and j.id = $2`;
const lockedJob = sql`select ${jobColumns} from import_jobs j where j.org_id = $1 and j.id = $2 for update of j`;

const numberOrNull = (value: string | null) => (value === null ? null : Number(value));

function jobOf(orgId: string, row: JobRow): Job {
  return {
    id: row.id,
    orgId,
    divisionId: row.division_id,
    status: row.status,
    step: row.step,
    rules: row.rules,
    file: row.file,
    acting: { clientId: row.client_id, userId: row.user_id, homeOrgId: row.home_org_id },
    at: { byte: Number(row.at_byte), line: Number(row.at_line) },
    rowsRead: Number(row.rows_read),
    workedMs: Number(row.worked_ms),
    firstPosition: numberOrNull(row.first_position),
    lastPosition: numberOrNull(row.last_position),
    undo: row.undo,
  };
}

/**
 * Jobs with something to do: of each organization the one that has waited longest, so that who starts a hundred does not
 * keep others waiting; and of these, who have waited longest at first. Only ids; all else is read behind their own doors.
 * @param but jobs that are left alone for now
 */
export async function dueJobs(database: Database, but: readonly string[] = []): Promise<{ orgId: string; id: string }[]> {
  const rows = await database.system.rows<{ org_id: string; id: string }>(
    sql`select x.org_id, x.id
      from (select distinct on (j.org_id) j.org_id, j.id, j.modified_at from import_jobs j where ${isDue} and j.id <> all ($2::uuid[]) order by j.org_id, j.modified_at) x
      order by x.modified_at limit $1`,
    [MOST_DUE, but],
  );
  return rows.map(({ org_id: orgId, id }) => ({ orgId, id }));
}

/** Whether there is any. */
export const anyDue = async (database: Database): Promise<boolean> =>
  (await database.system.rows(sql`select from import_jobs j where ${isDue} limit 1`, [])).length > 0;

/** Whether there is something to be done for the job aliased j: as the index on them says it. */
export const isDue = sql`(j.status = 'Created' or (j.status = 'Running' and j.step <> 'Validated') or j.undo ->> 'status' = 'Running')`;

const MOST_DUE = 100;

export interface Progress extends Counts {
  byte: number;
  line: number;
  rows: number;
  ms: number;
  accepted: number;
  dryRejected: number;
}

/** Where the job goes on and what came of the rows before. What it wrote lies up to the position that was given out last. */
export const advanceStep = (orgId: string, id: string, progress: Progress, writes: boolean): Step => [
  sql`update import_jobs j set at_byte = $3, at_line = $4, rows_read = j.rows_read + $5, worked_ms = j.worked_ms + $6, dry_accepted = j.dry_accepted + $7,
      dry_rejected = j.dry_rejected + $8, created = j.created + $9, updated = j.updated + $10, merged = j.merged + $11, unchanged = j.unchanged + $12,
      rejected = j.rejected + $13, last_position = case when $14 then last_position() else j.last_position end, modified_at = clock_timestamp()
    where j.org_id = $1 and j.id = $2`,
  [
    orgId,
    id,
    progress.byte,
    progress.line,
    progress.rows,
    progress.ms,
    progress.accepted,
    progress.dryRejected,
    progress.created,
    progress.updated,
    progress.merged,
    progress.unchanged,
    progress.rejected,
    writes,
  ],
];

/** The job begins to write: its changes come after whatever there is. */
export const beginWritingStep = (orgId: string, id: string): Step => [
  sql`update import_jobs j set first_position = coalesce(j.first_position, last_position()) where j.org_id = $1 and j.id = $2`,
  [orgId, id],
];

export interface Move {
  status: Status;
  step: Job['step'];
  details?: string;
  /** The step begins with the first row. */
  afresh?: boolean;
}

/** The job goes from one state to another. Guarded: ends the transaction where it is in another one, or is taken back. */
export const moveSteps = (author: Author, { id, status, step }: Pick<Job, 'id' | 'status' | 'step'>, to: Move): Step[] => [
  [
    sql`select expect((select count(*) from (select j.id from import_jobs j where j.org_id = $1 and j.id = $2 and j.status = $3 and j.step = $4 and j.undo is null for update) there), 1)`,
    [author.orgId, id, status, step],
  ],
  [
    sql`update import_jobs j set status = $3, step = $4, details = $5, modified_at = clock_timestamp(),
        at_byte = case when $6 then coalesce((j.file -> 'start' ->> 'byte')::bigint, 0) else j.at_byte end,
        at_line = case when $6 then coalesce((j.file -> 'start' ->> 'line')::bigint, 1) else j.at_line end,
        rows_read = case when $6 then 0 else j.rows_read end, worked_ms = case when $6 then 0 else j.worked_ms end
      where j.org_id = $1 and j.id = $2`,
    [author.orgId, id, to.status, to.step, to.details ?? null, to.afresh ?? false],
  ],
  ...recordSteps(author, 'update', id),
];

export const undoStep = (orgId: string, id: string, undo: Undo): Step => [
  sql`update import_jobs j set undo = $3::jsonb, modified_at = clock_timestamp() where j.org_id = $1 and j.id = $2`,
  [orgId, id, JSON.stringify(undo)],
];

/** A job as it is shown, and which reports there are. */
export interface Shown {
  id: string;
  body: string;
  reports: Report[];
}

// Reports are there once the step that writes them has ended, whatever became of it.
const reportsOf = sql`array_remove(array[
  case when x.file is not null and (x.step <> 'Validating' or x.status in ('Failed', 'Cancelled')) then 'dryRun' end,
  case when x.file is not null and x.step = 'Importing' and x.status <> 'Running' then 'import' end], null)`;

/** @param divisions where the caller may see jobs; null for all */
export function jobTexts(door: Door, orgId: string, ids: string[], expand: readonly string[], divisions: string[] | null): Promise<Shown[]> {
  return door.rows(
    sql`select x.id, ${jobBody}::text as body, ${reportsOf} as reports from import_jobs x
      where x.org_id = $1 and x.id = any ($3::uuid[]) and ($4::uuid[] is null or x.division_id = any ($4))`,
    [orgId, expand, ids, divisions],
  );
}

export interface JobFilter {
  status: string | null;
  divisions: string[] | null;
  expand: readonly string[];
}

export function listJobs(door: Door, orgId: string, { status, divisions, expand }: JobFilter, { after, descending, size }: AfterPlace): Promise<Shown[]> {
  const values = [orgId, expand, status, divisions, after, size];
  return descending
    ? door.rows(
        sql`select x.id, ${jobBody}::text as body, ${reportsOf} as reports from import_jobs x
          where x.org_id = $1 and ($3::text is null or x.status = $3) and ($4::uuid[] is null or x.division_id = any ($4)) and ($5::uuid is null or x.id < $5)
          order by x.id desc limit $6`,
        values,
      )
    : door.rows(
        sql`select x.id, ${jobBody}::text as body, ${reportsOf} as reports from import_jobs x
          where x.org_id = $1 and ($3::text is null or x.status = $3) and ($4::uuid[] is null or x.division_id = any ($4)) and ($5::uuid is null or x.id > $5)
          order by x.id limit $6`,
        values,
      );
}

/** Ends the transaction where the division is not there. */
export const divisionThere = (orgId: string, id: string): Step[] =>
  id === UNASSIGNED
    ? []
    : [[sql`select expect((select count(*) from (select d.id from divisions d where d.org_id = $1 and d.id = $2 for key share) there), 1)`, [orgId, id]]];

/** Whether what a job imports into is there: held for as long as the transaction lasts. */
export async function targetOf(
  door: Door,
  { orgId, divisionId, rules }: Pick<Job, 'orgId' | 'divisionId' | 'rules'>,
): Promise<{ division: boolean; source: boolean }> {
  const rows = await door.rows<{ id: string }>(
    sql`select d.id from (select d.id from divisions d where d.org_id = $1 and d.id = $2 for key share) d
      union all select e.id from (select e.id from external_sources e where e.org_id = $1 and e.id = $3 for key share) e`,
    [orgId, divisionId, rules.externalSourceId],
  );
  const there = (id: string) => rows.some((row) => row.id === id);
  return { division: divisionId === UNASSIGNED || there(divisionId), source: there(rules.externalSourceId) };
}

/** Who else imported the same bytes before, the latest at first. */
export async function sameFile(door: Door, orgId: string, id: string, sha256: string, divisions: string[] | null): Promise<string[]> {
  const rows = await door.rows<{ id: string }>(
    sql`select j.id from import_jobs j where j.org_id = $1 and j.id < $2 and j.file ->> 'sha256' = $3 and j.status = 'Completed'
      and ($4::uuid[] is null or j.division_id = any ($4)) order by j.id desc limit 10`,
    [orgId, id, sha256, divisions],
  );
  return rows.map((row) => row.id);
}

type RowCounts = Omit<Wire['LiaisonImportRows'], 'read' | 'total'>;

/** What people want to know of a job besides, and nothing is decided by. */
export async function countsOf(
  door: Door,
  orgId: string,
  id: string,
): Promise<{ counts: RowCounts; name: string | null; details: string | null; created: string }> {
  const [row] = await door.rows<{ counts: RowCounts; name: string | null; details: string | null; created: string }>(
    sql`select json_build_object('dryRunAccepted', j.dry_accepted, 'dryRunRejected', j.dry_rejected, 'created', j.created, 'updated', j.updated,
        'merged', j.merged, 'unchanged', j.unchanged, 'rejected', j.rejected) as counts, j.file ->> 'name' as name, j.details, wire_date(j.created_at) as created
      from import_jobs j where j.org_id = $1 and j.id = $2`,
    [orgId, id],
  );
  if (!row) throw new Error(`the import ${id} has gone`);
  return row;
}

/** Ends the transaction where the job is not over, or was taken back. */
export const undoableStep = (orgId: string, id: string): Step => [
  sql`select expect((select count(*) from (select j.id from import_jobs j where j.org_id = $1 and j.id = $2
    and j.status in ('Completed', 'Failed', 'Cancelled') and (j.undo is null or j.undo ->> 'status' = 'Failed') for update) there), 1)`,
  [orgId, id],
];

/** Has the planner look at tables that it knows nothing of. */
export const statisticsStep: Step = [sql`select refresh_statistics()`, []];
