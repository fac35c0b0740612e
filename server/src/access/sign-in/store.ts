// Statements on browser sessions, and on who may be meant by an e-mail address.
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { limits } from '../../http/limits.ts';
import { emailKey } from '../users/store.ts';

export interface Candidate {
  org_id: string;
  org_name: string;
  short_name: string;
  user_id: string;
  /** Null for who has no password yet. */
  password_hash: string | null;
}

/**
 * Active users with the address who may sign in: of one organization, of one of that name, or of any. Through the system door, because it may be any organization's.
 */
export function candidates(system: Door, email: string, orgId: string | undefined, organization: string | undefined): Promise<Candidate[]> {
  return system.rows<Candidate>(
    sql`select u.org_id, o.name as org_name, o.short_name, u.id as user_id, u.password_hash
      from users u join organizations o on o.id = u.org_id and o.state = 'active'
      where u.email_key = $1 and u.state = 'active' and ($2::uuid is null or u.org_id = $2)
        and ($3::text is null or lower(o.short_name) = lower($3) or lower(o.name) = lower($3))
        and not exists (select 1 from cloned_users k where k.org_id = u.org_id and k.user_id = u.id)
      order by o.name, u.org_id limit $4`,
    [emailKey(email), orgId ?? null, organization ?? null, limits.signInOrganizationsMax],
  );
}

export interface NewSession {
  hash: Buffer;
  userId: string;
  method: string;
  /** Of the password that was shown, where one was. */
  passwordHash: string | undefined;
}

/**
 * Starts one in place of another, so that what a browser brought along never leads to whom it now is. Guarded: ends the
 * transaction where the user may not act any more, or has another password than the one that was shown.
 */
export const startSessionSteps = (orgId: string, { hash, userId, method, passwordHash }: NewSession): Step[] => [
  [
    sql`select expect((select count(*) from (
      select u.id from users u where u.org_id = $1 and u.id = $2 and u.state = 'active' and ($3::text is null or u.password_hash = $3) for share of u) there), 1)`,
    [orgId, userId, passwordHash ?? null],
  ],
  [sql`insert into sessions (org_id, hash, user_id, method, created_at, used_at) values ($1, $2, $3, $4, now(), now())`, [orgId, hash, userId, method]],
];

/** Ends the transaction where the session has ended, and else keeps who is about to end it waiting. */
export const holdSessionStep = (orgId: string, hash: Buffer): Step => [
  sql`select expect((select count(*) from (select s.hash from sessions s where s.org_id = $1 and s.hash = $2 for key share of s) there), 1)`,
  [orgId, hash],
];

export const endSession = (orgId: string, hash: Buffer): Step => [sql`delete from sessions s where s.org_id = $1 and s.hash = $2`, [orgId, hash]];

export interface SessionRow {
  user_id: string;
  email: string;
  short_name: string;
  org_name: string;
}

/** Whom the session is of, which it keeps alive; nothing once it was idle for too long, is too old, or its user may not act. */
export async function useSession(door: Door, orgId: string, hash: Buffer): Promise<SessionRow | undefined> {
  const [row] = await door.rows<SessionRow>(
    sql`update sessions s set used_at = now() from users u, organizations o
      where s.org_id = $1 and s.hash = $2 and s.used_at > now() - $3 * interval '1 second' and s.created_at > now() - $4 * interval '1 second'
        and u.org_id = $1 and u.id = s.user_id and u.state = 'active' and o.id = $1 and o.state = 'active'
      returning s.user_id, u.email, o.short_name, o.name as org_name`,
    [orgId, hash, limits.sessionIdleSeconds, limits.sessionLifeSeconds],
  );
  return row;
}

export async function deleteExpiredSessions(door: Door, orgId: string): Promise<void> {
  await door.rows(sql`delete from sessions s where s.org_id = $1 and s.used_at < now() - $2 * interval '1 second'`, [orgId, limits.sessionIdleSeconds]);
}
