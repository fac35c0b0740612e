// Every statement on channels and their subscriptions.
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { Principal } from '../http/principal.ts';

type Holder = Pick<Principal, 'orgId' | 'clientId' | 'userId' | 'tokenHash'>;

/** Whose channels are counted together waits here for one another. */
const holdClientStep = ({ orgId, clientId }: Holder): Step => [
  sql`select c.id from oauth_clients c where c.org_id = $1 and c.id = $2 for no key update`,
  [orgId, clientId],
];

/**
 * Makes a channel, and removes those of the same user and client that are too many with it: the least used first, and
 * those with a client connected last (a rule of the platform's).
 */
export function insertChannelSteps(holder: Holder, channel: { id: string; position: number; expiresAt: Date }, most: number): Step[] {
  const { orgId, clientId, userId, tokenHash } = holder;
  return [
    holdClientStep(holder),
    [
      sql`insert into notification_channels (org_id, id, token_hash, position, created_at, used_until, expires_at) values ($1, $2, $3, $4, now(), now(), $5)`,
      [orgId, channel.id, tokenHash, channel.position, channel.expiresAt],
    ],
    [
      sql`delete from notification_channels c where c.org_id = $1 and c.id in (
        select k.id from notification_channels k join tokens t on t.org_id = $1 and t.hash = k.token_hash
        where k.org_id = $1 and k.id <> $2 and t.client_id = $3 and t.user_id is not distinct from $4::uuid
        order by k.used_until desc, k.id desc offset $5)`,
      [orgId, channel.id, clientId, userId, most - 1],
    ],
  ];
}

export interface ListedChannel {
  id: string;
  expires_at: Date;
  /** Whether the asking token made it. */
  own: boolean;
}

/** The channels of all tokens of this user and client, oldest first. */
export function listChannels(door: Door, { orgId, clientId, userId, tokenHash }: Holder): Promise<ListedChannel[]> {
  return door.rows(
    sql`select c.id, c.expires_at, c.token_hash = $4 as own
      from notification_channels c join tokens t on t.org_id = $1 and t.hash = c.token_hash
      where c.org_id = $1 and t.client_id = $2 and t.user_id is not distinct from $3::uuid and c.expires_at > now()
      order by c.id`,
    [orgId, clientId, userId, tokenHash],
  );
}

export async function hasChannel(door: Door, orgId: string, tokenHash: Buffer, id: string): Promise<boolean> {
  const rows = await door.rows(sql`select c.id from notification_channels c where c.org_id = $1 and c.token_hash = $2 and c.id = $3 and c.expires_at > now()`, [
    orgId,
    tokenHash,
    id,
  ]);
  return rows.length > 0;
}

export interface OpenedChannel {
  token_hash: Buffer;
  position: number;
  signing_key: Buffer;
}

/** What a connection to the channel starts from. */
export async function openChannel(door: Door, orgId: string, id: string): Promise<OpenedChannel | undefined> {
  const [row] = await door.rows<Omit<OpenedChannel, 'position'> & { position: string }>(
    sql`select c.token_hash, c.position, o.signing_key from notification_channels c join organizations o on o.id = $1
      where c.org_id = $1 and c.id = $2 and c.expires_at > now()`,
    [orgId, id],
  );
  return row && { ...row, position: Number(row.position) };
}

/** Everything up to the position has reached the client. It never moves back, whoever else serves the channel. */
export async function confirm(door: Door, orgId: string, id: string, position: number, usedUntil: Date): Promise<void> {
  await door.rows(sql`update notification_channels c set position = greatest(c.position, $3), used_until = $4 where c.org_id = $1 and c.id = $2`, [
    orgId,
    id,
    position,
    usedUntil,
  ]);
}

/** Guarded: ends the transaction unless the channel is there, and keeps it until the transaction ends. */
export const holdChannelStep = (orgId: string, tokenHash: Buffer, id: string): Step => [
  sql`select expect((select count(*) from (
    select c.id from notification_channels c where c.org_id = $1 and c.token_hash = $2 and c.id = $3 and c.expires_at > now() for update) there), 1)`,
  [orgId, tokenHash, id],
];

/** The channel, which is held, lives on. What it is subscribed to already keeps its own beginning. */
export function subscribeSteps(orgId: string, id: string, topics: string[], since: number, expiresAt: Date): Step[] {
  return [
    [
      sql`insert into notification_subscriptions (org_id, channel_id, topic, since) select $1, $2, t.topic, $4 from unnest($3::text[]) t (topic)
        on conflict (org_id, channel_id, topic) do nothing`,
      [orgId, id, topics, since],
    ],
    [sql`update notification_channels c set expires_at = $3 where c.org_id = $1 and c.id = $2`, [orgId, id, expiresAt]],
  ];
}

/** Guarded: ends the transaction where the channel, which is held, has more subscriptions. */
export const expectSubscriptionsStep = (orgId: string, id: string, most: number): Step => [
  sql`select expect((select count(*) from (
    select s.topic from notification_subscriptions s where s.org_id = $1 and s.channel_id = $2 offset $3 limit 1) beyond), 0)`,
  [orgId, id, most],
];

/** Ends all subscriptions but these. */
export const unsubscribeStep = (orgId: string, id: string, kept: string[]): Step => [
  sql`delete from notification_subscriptions s where s.org_id = $1 and s.channel_id = $2 and not (s.topic = any ($3::text[]))`,
  [orgId, id, kept],
];

export async function listSubscriptions(door: Door, orgId: string, id: string): Promise<string[]> {
  const rows = await door.rows<{ topic: string }>(
    sql`select s.topic from notification_subscriptions s where s.org_id = $1 and s.channel_id = $2 order by s.topic`,
    [orgId, id],
  );
  return rows.map(({ topic }) => topic);
}

/** To which of the topics the channel is subscribed, and after which position each begins. */
export async function subscribedTo(door: Door, orgId: string, id: string, topics: string[]): Promise<Map<string, number>> {
  const rows = await door.rows<{ topic: string; since: string }>(
    sql`select s.topic, s.since from notification_subscriptions s where s.org_id = $1 and s.channel_id = $2 and s.topic = any ($3::text[])`,
    [orgId, id, topics],
  );
  return new Map(rows.map(({ topic, since }) => [topic, Number(since)]));
}

/** A chore of every organization. With those whose token is gone. */
export async function deleteExpiredChannels(door: Door, orgId: string): Promise<void> {
  await door.rows(
    sql`delete from notification_channels c where c.org_id = $1
      and (c.expires_at < now() or not exists (select 1 from tokens t where t.org_id = $1 and t.hash = c.token_hash))`,
    [orgId],
  );
}
