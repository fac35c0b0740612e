// Every statement on archives as resources: who asked for what is held on whom, and whether it is there yet.
import type { Actor } from '../access/index.ts';
import type { Database, Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import type { FileKey } from '../files/index.ts';
import { limits } from '../http/limits.ts';
import type { Author } from '../http/principal.ts';
import type { Viewer } from './erasures.ts';

export const keyOf = (orgId: string, id: string): FileKey => `${orgId}/subjects/${id}`;

/** Answers with the archive's body. That somebody asked is an audit entry. */
export function insertArchiveSteps(author: Author, id: string, contactIds: string[]): Step[] {
  const { orgId, clientId, userId, homeOrgId } = author;
  return [
    [
      sql`insert into subject_archives (org_id, id, contact_ids, client_id, user_id, home_org_id, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, now(), now() + $7 * interval '1 day')`,
      [orgId, id, contactIds, clientId, userId, homeOrgId, limits.subjectArchiveDays],
    ],
    holdStep(orgId),
    [
      sql`insert into changes (${changeColumns})
        select $1, 'subjectAccess', a.id, ${doneBy}, null, null, json_build_object('id', a.id, 'contacts', a.contact_ids)
        from (select 'create' as action, $3::uuid[] as author) done, subject_archives a where a.org_id = $1 and a.id = $2`,
      [orgId, id, authorValue(author)],
    ],
    [sql`select ${archiveBody}::text as body from subject_archives a where a.org_id = $1 and a.id = $2`, [orgId, id]],
  ];
}

const archiveBody = sql`json_strip_nulls(json_build_object('id', a.id, 'status', a.status, 'contacts', (
    select json_agg(json_build_object('id', c.id) order by c.at) from unnest(a.contact_ids) with ordinality c (id, at)), 'bytes', a.bytes,
  'dateCreated', wire_date(a.created_at), 'dateCompleted', wire_date(a.completed_at), 'dateExpires', wire_date(a.expires_at),
  'createdBy', json_build_object('id', coalesce(a.user_id, a.client_id)), 'selfUri', '/liaison/v1/subjects/access/' || a.id))`;

/** What is out of date is not there. */
export async function archiveOf(
  door: Door,
  { orgId, all, clientId, userId }: Viewer,
  id: string,
): Promise<{ body: Record<string, unknown>; completed: boolean } | undefined> {
  const [row] = await door.rows<{ body: Record<string, unknown>; completed: boolean }>(
    sql`select ${archiveBody} as body, a.status = 'completed' as completed from subject_archives a
      where a.org_id = $1 and a.expires_at > now() and ($2::boolean or a.client_id = $3::uuid and a.user_id is not distinct from $4::uuid) and a.id = $5`,
    [orgId, all, clientId, userId, id],
  );
  return row;
}

/** The newest first. */
export function listArchives(
  door: Door,
  { orgId, all, clientId, userId }: Viewer,
  after: string | null,
  most: number,
): Promise<{ id: string; body: string }[]> {
  return door.rows(
    sql`select a.id, ${archiveBody}::text as body from subject_archives a
      where a.org_id = $1 and a.expires_at > now() and ($2::boolean or a.client_id = $3::uuid and a.user_id is not distinct from $4::uuid)
        and ($5::uuid is null or a.id < $5) order by a.id desc limit $6`,
    [orgId, all, clientId, userId, after, most],
  );
}

/** For whoever has a link to it. @returns its size; undefined where it is not there (any more) */
export async function finishedArchive(door: Door, orgId: string, id: string): Promise<{ bytes: number } | undefined> {
  const [row] = await door.rows<{ bytes: string }>(
    sql`select a.bytes from subject_archives a where a.org_id = $1 and a.id = $2 and a.status = 'completed' and a.expires_at > now()`,
    [orgId, id],
  );
  return row && { bytes: Number(row.bytes) };
}

// The work -------------------------------------------------------------------------------------------------------------

export interface DueArchive {
  orgId: string;
  id: string;
  /** Whether it has had its time, and is to go. */
  expired: boolean;
}

export function dueArchives({ system }: Database): Promise<DueArchive[]> {
  return system.rows(
    sql`select a.org_id as "orgId", a.id, a.expires_at <= now() as expired from subject_archives a where a.status = 'running' or a.expires_at <= now() order by a.id`,
    [],
  );
}

/** Whom it is about, and who asked. */
export async function askedOf(door: Door, orgId: string, id: string): Promise<(Actor & { contactIds: string[] }) | undefined> {
  const [row] = await door.rows<Actor & { contactIds: string[] }>(
    sql`select a.contact_ids as "contactIds", a.client_id as "clientId", a.user_id as "userId", a.home_org_id as "homeOrgId" from subject_archives a where a.org_id = $1 and a.id = $2`,
    [orgId, id],
  );
  return row;
}

export async function archiveWritten(door: Door, orgId: string, id: string, bytes: number): Promise<void> {
  await door.rows(
    sql`update subject_archives a set status = 'completed', bytes = $3, completed_at = now() where a.org_id = $1 and a.id = $2 and a.status = 'running'`,
    [orgId, id, bytes],
  );
}

/** @param most tries, after the last of which it has failed */
export async function archiveTried(door: Door, orgId: string, id: string, most: number): Promise<void> {
  await door.rows(
    sql`update subject_archives a set attempts = a.attempts + 1, status = case when a.attempts + 1 >= $3 then 'failed' else 'running' end
      where a.org_id = $1 and a.id = $2 and a.status = 'running'`,
    [orgId, id, most],
  );
}

export async function forgetArchive(door: Door, orgId: string, id: string): Promise<void> {
  await door.rows(sql`delete from subject_archives a where a.org_id = $1 and a.id = $2 and a.expires_at <= now()`, [orgId, id]);
}
