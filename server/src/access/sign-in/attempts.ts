// How often a password may be tried: for one e-mail address, and from one network address. Counted in the database, so that
// all processes count together, and before the password is looked at, so that tries at the same moment count, too.
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { networkOf } from '../../http/address.ts';
import { limits } from '../../http/limits.ts';
import { digest } from '../token.ts';

export interface Attempt {
  /** Seconds until another is let through; undefined for one that is. */
  blockedFor: number | undefined;
  /** It was the right password. */
  succeeded(): Promise<void>;
}

/** Whose password is tried, and from where. */
export interface Trial {
  email: string;
  /** Undefined where it may be anybody's who has the address. */
  orgId: string | undefined;
  /** Undefined where only the e-mail address counts. */
  address: string | undefined;
}

export async function attempt(system: Door, { email, orgId, address }: Trial): Promise<Attempt> {
  const network = address === undefined ? undefined : networkOf(address);
  const byEmail = { key: digest(`email ${orgId ?? '*'} ${email.toLowerCase()}`), most: limits.signInFailuresMax };
  const byNetwork = { key: digest(`network ${network}`), most: limits.signInFailuresOfNetworkMax };
  const counted = network === undefined ? [byEmail] : [byEmail, byNetwork];
  const results = await system.flight(counted.map(({ key, most }) => countStep(key, most)));
  const blocked = counted.filter((_, i) => results[i]?.length === 0).map(({ key }) => key);
  return {
    blockedFor: blocked.length === 0 ? undefined : await blockedFor(system, blocked),
    // Only where it is certain whose password it was, what was tried before counts no more: else whoever has the address in an
    // organization of their own could try that of others for ever.
    succeeded: async () => {
      await system.flight(counted.map(({ key, most }): Step => (key === byEmail.key && orgId !== undefined ? [forget, [key]] : [takeBack, [key, most]])));
    },
  };
}

/** No row for who is blocked. The first failures are free; each one after them blocks for twice as long as the one before. */
const countStep = (key: Buffer, most: number): Step => [
  sql`insert into sign_in_attempts as a (key, failures, tried_at) values ($1, 1, now())
    on conflict (key) do update set
      failures = case when greatest(a.tried_at, a.blocked_until) < now() - $3 * interval '1 second' then 1 else a.failures + 1 end,
      blocked_until = case when greatest(a.tried_at, a.blocked_until) >= now() - $3 * interval '1 second' and a.failures + 1 >= $2
        then now() + least($4 * power(2, least(a.failures + 1 - $2, 20)), $3) * interval '1 second' end,
      tried_at = now()
    where a.blocked_until is null or a.blocked_until <= now()
    returning a.failures`,
  [key, most, limits.signInWindowSeconds, limits.signInDelaySeconds],
];

async function blockedFor(system: Door, keys: Buffer[]): Promise<number> {
  const [row] = await system.rows<{ seconds: number }>(
    sql`select ceil(extract(epoch from max(a.blocked_until) - now()))::int as seconds from sign_in_attempts a where a.key = any ($1::bytea[])`,
    [keys],
  );
  return Math.max(row?.seconds ?? 1, 1);
}

const forget = sql`delete from sign_in_attempts a where a.key = $1`;
/** Where there were too many, it counts like the others. */
const takeBack = sql`update sign_in_attempts a set failures = a.failures - 1 where a.key = $1 and a.failures < $2`;

export async function deleteOldAttempts(system: Door): Promise<void> {
  await system.rows(sql`delete from sign_in_attempts a where greatest(a.tried_at, a.blocked_until) < now() - $1 * interval '1 second'`, [
    limits.signInWindowSeconds,
  ]);
}
