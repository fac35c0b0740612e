// Statements on the answers that are kept.
import type { Door } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { limits } from '../http/limits.ts';

/** Whose key it is. */
export interface Place {
  orgId: string;
  clientId: string;
  userId: string;
  key: Buffer;
}

export interface Kept {
  status: number;
  version?: number | undefined;
  body: Buffer | null;
}

const placeValues = ({ orgId, clientId, userId, key }: Place) => [orgId, clientId, userId, key] as const;

/**
 * Takes the key's place, waiting for whoever took it before and has not finished.
 * @returns undefined where it was free, or what is kept there, and whether of the same request
 */
export async function claim(door: Door, place: Place, fingerprint: Buffer): Promise<(Kept & { same: boolean }) | undefined> {
  const values = placeValues(place);
  const [, taken, [found] = []] = await door.flight([
    // What is too old counts no more, whether or not it was cleaned up.
    [
      sql`delete from idempotent_answers a where a.org_id = $1 and a.client_id = $2 and a.user_id = $3 and a.key = $4
        and a.created_at < now() - $5 * interval '1 second'`,
      [...values, limits.idempotencyLifeSeconds],
    ],
    [
      sql`insert into idempotent_answers (org_id, client_id, user_id, key, fingerprint, created_at) values ($1, $2, $3, $4, $5, now())
        on conflict (org_id, client_id, user_id, key) do nothing returning key`,
      [...values, fingerprint],
    ],
    [
      sql`select a.fingerprint = $5 as same, a.status, a.version, a.body from idempotent_answers a
        where a.org_id = $1 and a.client_id = $2 and a.user_id = $3 and a.key = $4`,
      [...values, fingerprint],
    ],
  ]);
  if (taken?.length === 1) return undefined;
  const { same, status, version, body } = found as { same: boolean; status: number; version: number | null; body: Buffer | null };
  return { same, status, version: version ?? undefined, body };
}

/** Within the transaction that took the place. */
export async function keep(door: Door, place: Place, { status, version, body }: Kept): Promise<void> {
  await door.rows(
    sql`update idempotent_answers a set status = $5, version = $6, body = $7
      where a.org_id = $1 and a.client_id = $2 and a.user_id = $3 and a.key = $4`,
    [...placeValues(place), status, version, body],
  );
}

/** An hour late, so that no answer goes that a request under way still counts on. */
export async function deleteOldAnswers(door: Door, orgId: string): Promise<void> {
  await door.rows(sql`delete from idempotent_answers a where a.org_id = $1 and a.created_at < now() - $2 * interval '1 second'`, [
    orgId,
    limits.idempotencyLifeSeconds + 3600,
  ]);
}
