// Statements on what is forgotten of the changes: see 0018_history.sql.
import type { Door } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';

/** A chore: leaves of changes that are older than the organization wants the last of each record. */
export async function forgetHistory(door: Door): Promise<void> {
  let lookedAt: number;
  do {
    const [row] = await door.rows<{ count: number }>(sql`select forget_changes($1) as count`, [limits.changesForgottenAtOnce]);
    lookedAt = row?.count ?? 0;
  } while (lookedAt === limits.changesForgottenAtOnce);
}

/** What a job has changed since a position can be taken back only while it is known. @throws Refusal 409 */
export async function requireRemembered(door: Door, orgId: string, position: number | null): Promise<void> {
  const forgotten = await door.rows(sql`select from organizations o where o.id = $1 and o.history_from > $2`, [orgId, position]);
  if (forgotten.length > 0) throw refuse('conflict', { params: { reason: FORGOTTEN } });
}

const FORGOTTEN = 'It was so long ago that what was before it is no longer kept: see historyDays in the settings.';
