// Every statement on uploads.
import type { Door } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import type { FileKey, Files } from '../../files/index.ts';
import { limits } from '../../http/limits.ts';
import type { Inspection } from './inspect.ts';

export interface Upload {
  id: string;
  fileName: string | null;
  bytes: number;
  rowsMax: number | null;
  attempt: string | null;
  arrived: boolean;
  /** Of what has arrived; the rest is null until then. */
  sha256: string | null;
  inspection: Inspection | null;
}

export const keyOf = (orgId: string, attempt: string): FileKey => `${orgId}/uploads/${attempt}`;

/**
 * What was announced and did not come counts for as long as it may still be on its way. Announced at the same time, a few more may come through than are allowed: nothing hangs on the exact number.
 * @returns false where the organization has as many as it may, or as large ones
 */
export async function insertUpload(
  door: Door,
  orgId: string,
  { id, fileName, bytes, rowsMax }: { id: string; fileName: string | undefined; bytes: number; rowsMax: number | null },
): Promise<boolean> {
  const rows = await door.rows(
    sql`insert into import_uploads (org_id, id, file_name, bytes, rows_max, created_at, expires_at)
      select $1::uuid, $2::uuid, $3, $4::bigint, $5::integer, now(), now() + $6 * interval '1 day'
      from (select count(*) as kept, coalesce(sum(u.bytes), 0) as bytes from import_uploads u
        where u.org_id = $1 and u.expires_at > now() and (u.arrived_at is not null or u.created_at > now() - $9 * interval '1 second')) there
      where there.kept < $7::integer and there.bytes + $4 <= $8::bigint returning id`,
    [orgId, id, fileName, bytes, rowsMax, limits.uploadLifeDays, limits.uploadsKeptMax, limits.uploadsKeptBytesMax, limits.uploadAwaitedSeconds],
  );
  return rows.length > 0;
}

/** @returns undefined for what is not there, or has had its time */
export async function uploadOf(door: Door, orgId: string, id: string): Promise<Upload | undefined> {
  const [row] = await door.rows<Upload & { bytes: string }>(
    sql`select u.id, u.file_name as "fileName", u.bytes, u.rows_max as "rowsMax", u.attempt, u.arrived_at is not null as arrived,
        encode(u.sha256, 'hex') as sha256, u.inspection
      from import_uploads u where u.org_id = $1 and u.id = $2 and u.expires_at > now()`,
    [orgId, id],
  );
  return row && { ...row, bytes: Number(row.bytes) };
}

/** Of several who send the same upload, the last one counts. @returns whether it has not arrived yet */
export async function beginAttempt(door: Door, orgId: string, id: string, attempt: string): Promise<boolean> {
  const rows = await door.rows(sql`update import_uploads u set attempt = $3 where u.org_id = $1 and u.id = $2 and u.arrived_at is null returning u.id`, [
    orgId,
    id,
    attempt,
  ]);
  return rows.length > 0;
}

/** @returns false where another attempt was begun meanwhile, or has succeeded */
export async function arrive(door: Door, orgId: string, id: string, attempt: string, found: { inspection: Inspection; sha256: Buffer }): Promise<boolean> {
  const rows = await door.rows(
    sql`update import_uploads u set arrived_at = now(), sha256 = $4, inspection = $5, expires_at = now() + $6 * interval '1 day'
      where u.org_id = $1 and u.id = $2 and u.attempt = $3 and u.arrived_at is null returning u.id`,
    [orgId, id, attempt, found.sha256, JSON.stringify(found.inspection), limits.uploadLifeDays],
  );
  return rows.length > 0;
}

/** A chore: the files go first, so that none is left behind without a row. What a job still reads stays. */
export const deleteExpiredUploads = (files: Files) => async (door: Door, orgId: string) => {
  const expired = await door.rows<{ id: string; attempt: string | null }>(
    sql`select u.id, u.attempt from import_uploads u where u.org_id = $1 and u.expires_at < now()
      and not exists (select from import_jobs j where j.org_id = $1 and j.upload_id = u.id and j.status in ('Created', 'Running'))`,
    [orgId],
  );
  for (const { id, attempt } of expired) {
    if (attempt !== null) await files.remove(keyOf(orgId, attempt));
    await door.rows(sql`delete from import_uploads u where u.org_id = $1 and u.id = $2 and u.attempt is not distinct from $3`, [orgId, id, attempt]);
  }
};

/** The newest job of the divisions (null for all) that completed with the same bytes, whatever upload brought them. */
export async function sameImported(door: Door, orgId: string, sha256: string, divisions: string[] | null): Promise<string | undefined> {
  return door.text(
    sql`select j.id from import_jobs j where j.org_id = $1 and j.file ->> 'sha256' = $2 and j.status = 'Completed'
      and ($3::uuid[] is null or j.division_id = any ($3)) order by j.id desc limit 1`,
    [orgId, sha256, divisions],
  );
}
