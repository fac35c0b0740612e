// What every write leaves: a change, in the transaction of the write, that says who did what to which record and what the
// record's body was afterwards. Followers read changes as events, auditors with the difference to the one before.
import type { Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { Author } from '../http/principal.ts';

/** What a record is, as the table changes names it. Followers are told of some kinds; audits have all. */
export type FeedKind =
  | 'contact'
  | 'organization'
  | 'contactNote'
  | 'organizationNote'
  | 'relationship'
  | 'conversation'
  | 'journeySession'
  | 'journeySegment'
  | 'importJob';
export type Kind =
  | FeedKind
  | 'identifier'
  | 'externalSource'
  | 'contactSchema'
  | 'organizationSchema'
  | 'settings'
  | 'webhook'
  | 'user'
  | 'group'
  | 'role'
  | 'division'
  | 'grant'
  | 'client'
  | 'token'
  | 'identityProvider'
  | 'signIn'
  | 'trustorLink'
  | 'pairing'
  | 'trust'
  | 'trustUser'
  | 'trustGroup'
  | 'clonedUser'
  | 'importSettings'
  | 'csvSettings'
  | 'export'
  | 'bulkJob'
  | 'view'
  | 'duplicate'
  | 'erasure'
  | 'subjectAccess';

/** `progress` is told to followers, and is nothing that anybody did. */
export type Action = 'create' | 'update' | 'delete' | 'merge' | 'unmerge' | 'claim' | 'release' | 'refuse' | 'progress';

/**
 * The author as a statement on changes binds it: an array of user (or null), client, home organization and correlation
 * id, for the columns of those names.
 */
export const authorValue = ({ userId, clientId, homeOrgId, correlationId }: Author): (string | null)[] => [userId ?? null, clientId, homeOrgId, correlationId];

/**
 * The head of a statement that records one kind: its columns, and for all but the record's own the values, from a
 * subselect `done (action, author)` that binds them. After them come the record's division, version and body.
 */
export const changeColumns = sql`org_id, kind, record_id, action, at, user_id, client_id, home_org_id, correlation_id, division_id, version, body`;
export const doneBy = sql`done.action, now(), done.author[1], done.author[2], done.author[3], done.author[4]`;

/** Goes before the first statement of a flight that adds changes: see hold_changes in the migrations. */
export const holdStep = (orgId: string): Step => [sql`select hold_changes($1)`, [orgId]];
