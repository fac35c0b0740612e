// Statements on tokens.
import type { Database, Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { authorValue, changeColumns, doneBy, holdStep } from '../../families/changes.ts';
import type { Author } from '../../http/principal.ts';
import { endSignIns } from '../oauth/store.ts';
import type { Power } from '../policies.ts';

/** All that a principal is made of. */
export interface TokenRow {
  client_id: string;
  /** Null for the organization's own client. */
  client_org_id: string | null;
  client_name: string;
  user_id: string | null;
  home_org_id: string;
  scopes: string[];
  created_at: Date;
  expires_at: Date;
  rate_limit: number | null;
  short_name: string;
  word_prefix: string;
  signing_key: Buffer;
  default_country_code: string;
  division_moves: boolean;
  identity_expiry_days: number;
  shared_identifiers: Record<string, 'oldest' | 'newest' | 'none'>;
  powers: Power[];
}

/**
 * What a token stands for, in one round trip; nothing where it has expired, or its organization, client or user may not
 * act. An inactive client gets no new tokens, but those it has live on; a disabled one's do not. Of a token whose user
 * is of another organization, the organization alone is looked at, and there are no powers: see acting/.
 */
export async function findToken(door: Door, orgId: string, hash: Buffer): Promise<TokenRow | undefined> {
  const [row] = await door.rows<TokenRow>(
    sql`select t.client_id, t.client_org_id, c.name as client_name, t.user_id, t.home_org_id, t.scopes, t.created_at, t.expires_at, c.rate_limit,
      o.short_name, o.word_prefix, o.signing_key, o.default_country_code, o.division_moves, o.identity_expiry_days, o.shared_identifiers,
      (select coalesce(json_agg(json_build_object('divisionId', g.division_id, 'policies', r.policies)), '[]')
        from grants g join roles r on r.org_id = $1 and r.id = g.role_id
        where g.org_id = $1 and t.home_org_id = $1 and (g.subject_id = coalesce(t.user_id, t.client_id) or g.subject_id in (
          select m.group_id from group_members m join groups s on s.org_id = $1 and s.id = m.group_id
          where m.org_id = $1 and m.user_id = t.user_id and s.state = 'active' and s.roles_enabled))) as powers
    from tokens t
    join organizations o on o.id = $1 and o.state = 'active'
    left join oauth_clients c on c.org_id = $1 and c.id = t.client_id
    left join users u on u.org_id = $1 and u.id = t.user_id
    where t.org_id = $1 and t.hash = $2 and t.expires_at > now()
      and (t.home_org_id <> $1 or (c.state <> 'disabled' and (t.user_id is null or u.state = 'active')))`,
    [orgId, hash],
  );
  return row;
}

export function tokenInfo(door: Door, orgId: string, hash: Buffer): Promise<string | undefined> {
  return door.text(
    sql`select json_strip_nulls(json_build_object(
      'organization', json_build_object('id', o.id, 'name', o.name),
      'homeOrganization', json_build_object('id', o.id, 'name', o.name),
      'authorizedScope', t.scopes,
      'OAuthClient', json_build_object('id', c.id, 'name', c.name, 'authorizedGrantType', c.grant_type,
        'organization', json_build_object('id', o.id, 'name', o.name))))::text
    from tokens t join organizations o on o.id = $1 join oauth_clients c on c.org_id = $1 and c.id = t.client_id
    where t.org_id = $1 and t.hash = $2`,
    [orgId, hash],
  );
}

export interface NewToken {
  hash: Buffer;
  clientId: string;
  /** The organization that the client is of, and the user: by default the one that the token is for. */
  clientOrgId?: string;
  homeOrgId?: string;
  userId: string | null;
  scopes: string[];
  lifeSeconds: number;
  /** What it was got for, and ends with. */
  authorizationId?: string | undefined;
}

export const insertToken = (orgId: string, token: NewToken): Step => {
  const { hash, clientId, clientOrgId = orgId, homeOrgId = orgId, userId, scopes, lifeSeconds, authorizationId } = token;
  const otherOrgId = clientOrgId === orgId ? null : clientOrgId;
  return [
    sql`insert into tokens (org_id, hash, client_id, client_org_id, user_id, home_org_id, scopes, created_at, expires_at, authorization_id)
      values ($1, $2, $3, $4, $5, $6, $7, now(), now() + $8 * interval '1 second', $9)`,
    [orgId, hash, clientId, otherOrgId, userId, homeOrgId, JSON.stringify(scopes), lifeSeconds, authorizationId],
  ];
};

/** Which tokens: the one of a hash, those of a user, or those of an authorization. */
type Which = { hash: Buffer } | { userId: string } | { authorizationId: string };

/**
 * Records that tokens were made or end. Each stands under the user's id, or the
 * client's where there is none, and is locked, so that of two who end it one records it.
 */
export const recordTokens = (author: Author, action: 'create' | 'delete', which: Which): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, 'token', coalesce(t.user_id, t.client_id), ${doneBy}, null, null,
        json_strip_nulls(json_build_object('clientId', t.client_id, 'userId', t.user_id, 'dateCreated', wire_date(t.created_at), 'dateExpires', wire_date(t.expires_at)))
      from (select $5::text as action, $4::uuid[] as author) done, tokens t
      where t.org_id = $1 and (t.hash = $2 or t.user_id = $3 or t.authorization_id = $6) for update of t`,
    [
      author.orgId,
      'hash' in which ? which.hash : null,
      'userId' in which ? which.userId : null,
      authorValue(author),
      action,
      'authorizationId' in which ? which.authorizationId : null,
    ],
  ],
];

export const deleteTokenStep = (orgId: string, hash: Buffer): Step => [sql`delete from tokens t where t.org_id = $1 and t.hash = $2`, [orgId, hash]];

export const deleteTokensOfAuthorization = (orgId: string, authorizationId: string): Step => [
  sql`delete from tokens t where t.org_id = $1 and t.authorization_id = $2`,
  [orgId, authorizationId],
];

/** Where the token's authorization is, if it has one. */
export async function authorizationOfToken(door: Door, orgId: string, hash: Buffer): Promise<string | undefined> {
  const [row] = await door.rows<{ authorization_id: string | null }>(sql`select t.authorization_id from tokens t where t.org_id = $1 and t.hash = $2`, [
    orgId,
    hash,
  ]);
  return row?.authorization_id ?? undefined;
}

/**
 * Ends the tokens of a user, those for other organizations among them, and what would bring new ones without a password.
 * @param but one that stays
 */
export const deleteUserTokens = (orgId: string, userId: string, but?: Buffer): Step[] => [
  ...endSignIns(orgId, userId),
  [sql`delete from tokens t where t.org_id = $1 and t.user_id = $2 and t.hash is distinct from $3`, [orgId, userId, but]],
  [sql`update users u set acting_tokens_after = clock_timestamp() where u.org_id = $1 and u.id = $2`, [orgId, userId]],
];

/** Deletes for one organization what has had its time. */
export type Chore = (door: Door, orgId: string) => Promise<void>;

/** One organization after the other, each behind its own door. */
export async function doChores(database: Database, chores: readonly Chore[]): Promise<void> {
  const organizations = await database.system.rows<{ id: string }>(sql`select o.id from organizations o`, []);
  for (const { id } of organizations) for (const chore of chores) await chore(database.tenant(id), id);
}

export async function deleteExpiredTokens(door: Door, orgId: string): Promise<void> {
  await door.rows(sql`delete from tokens t where t.org_id = $1 and t.expires_at < now()`, [orgId]);
}
