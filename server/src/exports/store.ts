// Every statement on exports.
import type { Database, Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { AfterPlace } from '../families/after.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import type { FileKey } from '../files/index.ts';
import { limits } from '../http/limits.ts';
import type { Author } from '../http/principal.ts';
import type { MappingEntry } from './columns.ts';
import type { ExportKind, Format, Sight } from './export.ts';
import type { Condition } from './filterable.ts';
import { exportBody } from './wire.ts';

export const keyOf = (orgId: string, attempt: string): FileKey => `${orgId}/exports/${attempt}`;

/** What was asked for, in the words of the request. */
export interface Asked {
  queryConditions?: unknown;
  filter?: unknown;
  types?: string[];
  includeMerged?: boolean;
}

export interface NewExport {
  id: string;
  kind: ExportKind;
  format: Format;
  gzip: boolean;
  formulas: boolean;
  divisionIds: string[] | null;
  asked: Asked;
  condition: Condition;
  limit: number | null;
  sight: Sight;
}

/** Guarded: ends the transaction where enough are waiting. Those who ask at the same time take turns, so that all are counted. */
export const insertSteps = (author: Author, made: NewExport): Step[] => [
  [sql`select pg_advisory_xact_lock(hashtextextended('exports ' || $1::text, 0))`, [author.orgId]],
  [
    sql`select expect((select count(*) from (
      select count(*) as running from exports e where e.org_id = $1 and e.status = 'RUNNING') counted where counted.running < $2), 1)`,
    [author.orgId, limits.exportsRunningMax],
  ],
  [
    sql`insert into exports (org_id, id, kind, format, gzip, formulas, division_ids, asked, path, path_columns, words, rows_max, contact_divisions,
        organization_divisions, client_id, user_id, home_org_id, created_at, expires_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10, $11, $12, $13, $14, $15, $16, $17, now(), now() + $18 * interval '1 day')`,
    [
      author.orgId,
      made.id,
      made.kind,
      made.format,
      made.gzip,
      made.formulas,
      made.divisionIds,
      JSON.stringify(made.asked),
      made.condition.path,
      made.condition.columns,
      made.condition.words,
      made.limit,
      made.sight.contacts,
      made.sight.organizations,
      author.clientId,
      author.userId,
      author.homeOrgId,
      limits.exportLifeDays,
    ],
  ],
  ...recordSteps(author, 'create', made.id),
];

/** What the export is now, as a change; answers with its body. */
function recordSteps(author: Author, action: Action, id: string): Step[] {
  return [
    holdStep(author.orgId),
    [
      sql`insert into changes as c (${changeColumns})
        select $1, 'export', e.id, ${doneBy}, null, null, ${exportBody}
        from (select $3::text as action, $4::uuid[] as author) done, exports e where e.org_id = $1 and e.id = $2
        returning c.body::text as body`,
      [author.orgId, id, action, authorValue(author)],
    ],
  ];
}

/** How far the reader of exports sees: what lies in them, and the names of contacts' organizations. */
export interface Reader {
  contacts: string[] | null;
  organizations: string[] | null;
  names: string[] | null;
}

/** Whether the export e shows nothing beyond $2, $3 and $4, and has not had its time. */
const isShown = sql`e.expires_at > now() and case when e.kind in ('contact', 'contactNote')
  then ($2::uuid[] is null or e.contact_divisions <@ $2) and ($4::uuid[] is null or e.organization_divisions <@ $4)
  else $3::uuid[] is null or e.organization_divisions <@ $3 end`;

/** With how it is imported again. */
export function exportText(door: Door, orgId: string, reader: Reader, id: string): Promise<string | undefined> {
  return door.text(
    sql`select (${exportBody}::jsonb || jsonb_strip_nulls(jsonb_build_object('importMapping', e.mapping)))::text
      from exports e where e.org_id = $1 and ${isShown} and e.id = $5`,
    [orgId, ...valuesOf(reader), id],
  );
}

const valuesOf = ({ contacts, organizations, names }: Reader) => [contacts, organizations, names] as const;

export interface ExportsWanted {
  kind: ExportKind | null;
  format: Format | null;
  /** Only exports that cover all of these divisions. */
  divisionIds: string[] | null;
}

export function listExports(
  door: Door,
  orgId: string,
  reader: Reader,
  wanted: ExportsWanted,
  { after, size }: AfterPlace,
): Promise<{ id: string; body: string }[]> {
  return door.rows(
    sql`select e.id, ${exportBody}::text as body from exports e where e.org_id = $1 and ${isShown}
        and ($5::text is null or e.kind = $5) and ($6::text is null or e.format = $6) and ($7::uuid is null or e.id > $7)
        and ($8::uuid[] is null or coalesce(case when e.kind in ('contact', 'contactNote') then e.contact_divisions else e.organization_divisions end @> $8, true))
      order by e.id limit $9`,
    [orgId, ...valuesOf(reader), wanted.kind, wanted.format, after, wanted.divisionIds, size],
  );
}

/** The divisions among these that there are. */
export async function divisionsAmong(door: Door, orgId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await door.rows<{ id: string }>(sql`select d.id from divisions d where d.org_id = $1 and d.id = any ($2::uuid[])`, [orgId, ids]);
  return rows.map(({ id }) => id);
}

export interface Finished {
  kind: ExportKind;
  format: Format;
  gzip: boolean;
  attempt: string;
  completedAt: Date;
  bytes: string;
}

/** An export whose file is there. */
export async function finishedExport(door: Door, orgId: string, id: string): Promise<Finished | undefined> {
  const [row] = await door.rows<Finished>(
    sql`select e.kind, e.format, e.gzip, e.attempt, e.completed_at as "completedAt", e.bytes from exports e
      where e.org_id = $1 and e.id = $2 and e.status = 'SUCCEEDED' and e.expires_at > now()`,
    [orgId, id],
  );
  return row;
}

// Writing them ---------------------------------------------------------------------------------------------------------

/** An export that is to be written. */
export interface Due {
  orgId: string;
  id: string;
}

/**
 * The one that has waited longest. Only ids; all else is read behind their own doors.
 * @param but organizations that have had their turn, and exports that are left alone for now
 */
export async function nextExport({ system }: Database, but: { orgIds: readonly string[]; ids: readonly string[] }): Promise<Due | undefined> {
  const [due] = await system.rows<Due>(
    sql`select e.org_id as "orgId", e.id from exports e
      where e.status = 'RUNNING' and e.org_id <> all ($1::uuid[]) and e.id <> all ($2::uuid[]) order by e.created_at, e.id limit 1`,
    [but.orgIds, but.ids],
  );
  return due;
}

/** All that writing it takes. */
export interface Running {
  kind: ExportKind;
  format: Format;
  gzip: boolean;
  formulas: boolean;
  divisionIds: string[] | null;
  asked: Asked;
  path: string | null;
  columns: string[];
  words: string | null;
  limit: string | null;
  /** Attempts before this one, and the last of them. */
  tries: number;
  before: string | null;
  clientId: string;
  userId: string | null;
  homeOrgId: string;
}

/** Begins an attempt: of two, the one that was begun last counts. @returns undefined where it is not to be written any more */
export async function beginAttempt(door: Door, { orgId, id }: Due, attempt: string): Promise<Running | undefined> {
  const [row] = await door.rows<Running>(
    sql`update exports e set attempt = $3, tries = e.tries + 1
      from (select f.tries, f.attempt from exports f where f.org_id = $1 and f.id = $2 for update) before
      where e.org_id = $1 and e.id = $2 and e.status = 'RUNNING'
      returning e.kind, e.format, e.gzip, e.formulas, e.division_ids as "divisionIds", e.asked, e.path, e.path_columns as columns, e.words, e.rows_max as limit,
        before.tries, before.attempt as before, e.client_id as "clientId", e.user_id as "userId", e.home_org_id as "homeOrgId"`,
    [orgId, id, attempt],
  );
  return row;
}

/** An attempt that the server's end cut short is none. */
export async function takeBackAttempt(door: Door, { orgId, id }: Due, attempt: string): Promise<void> {
  await door.rows(sql`update exports e set tries = e.tries - 1 where e.org_id = $1 and e.id = $2 and e.attempt = $3 and e.status = 'RUNNING'`, [
    orgId,
    id,
    attempt,
  ]);
}

/** What the attempt is going to show: nobody who sees less may see the export from now on. Guarded as its end is. */
export const narrowSteps = (orgId: string, id: string, attempt: string, { contacts, organizations }: Sight): Step[] => [
  attemptStep(orgId, id, attempt),
  [sql`update exports e set contact_divisions = $3, organization_divisions = $4 where e.org_id = $1 and e.id = $2`, [orgId, id, contacts, organizations]],
];

export interface Result {
  rows: number;
  bytes: number;
  mapping: MappingEntry[] | null;
}

/** Guarded: ends the transaction unless the attempt is the last one. */
export const succeedSteps = (author: Author, id: string, attempt: string, { rows, bytes, mapping }: Result): Step[] => [
  attemptStep(author.orgId, id, attempt),
  [
    sql`update exports e set status = 'SUCCEEDED', completed_at = now(), expires_at = now() + $6 * interval '1 day', row_count = $3, bytes = $4, mapping = $5::jsonb
      where e.org_id = $1 and e.id = $2`,
    [author.orgId, id, rows, bytes, mapping && JSON.stringify(mapping), limits.exportLifeDays],
  ],
  ...recordSteps(author, 'update', id),
];

/** The same. */
export const failSteps = (author: Author, id: string, attempt: string, details: string): Step[] => [
  attemptStep(author.orgId, id, attempt),
  [sql`update exports e set status = 'FAILED', completed_at = now(), details = $3 where e.org_id = $1 and e.id = $2`, [author.orgId, id, details]],
  ...recordSteps(author, 'update', id),
];

const attemptStep = (orgId: string, id: string, attempt: string): Step => [
  sql`select expect((select count(*) from (
    select e.id from exports e where e.org_id = $1 and e.id = $2 and e.attempt = $3 and e.status = 'RUNNING' for update) there), 1)`,
  [orgId, id, attempt],
];

/** Those that records of the kind were ever written with: a record keeps what its schema no longer has. */
export async function customFieldsOf(door: Door, orgId: string, appliesTo: 'CONTACT' | 'EXTERNAL_ORGANIZATION'): Promise<string[]> {
  const [row] = await door.rows<{ names: string[] }>(
    sql`select array(select distinct p.name from data_schemas s join data_schema_versions v on v.org_id = $1 and v.schema_id = s.id
        cross join lateral json_object_keys(v.json_schema -> 'properties') p (name)
        where s.org_id = $1 and s.applies_to = $2 order by p.name) as names`,
    [orgId, appliesTo],
  );
  return row?.names ?? [];
}

// Cleaning up ----------------------------------------------------------------------------------------------------------

/** A chore's: what has had its time, and is not being written. */
export function expiredExports(door: Door, orgId: string): Promise<{ id: string; attempt: string | null }[]> {
  return door.rows(sql`select e.id, e.attempt from exports e where e.org_id = $1 and e.expires_at < now() and e.status <> 'RUNNING'`, [orgId]);
}

export async function deleteExport(door: Door, orgId: string, id: string): Promise<void> {
  await door.rows(sql`delete from exports e where e.org_id = $1 and e.id = $2 and e.expires_at < now()`, [orgId, id]);
}
