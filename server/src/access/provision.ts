// Makes an organization: its home division, the default roles, and the first two who may do everything, a client and a
// user. Through the system door, because there is no organization yet to speak for.
import { randomBytes } from 'node:crypto';
import type { Database, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { fold } from '../families/fold.ts';
import { newId } from '../families/id.ts';
import { UNASSIGNED } from '../http/principal.ts';
import { CONSOLE_ID } from './clients/store.ts';
import { DEFAULT_ROLES, FULL_ACCESS } from './default-roles.ts';
import { hashPassword } from './password.ts';
import { digest, makeSecret } from './token.ts';

/** What is told once and never again: the secrets are stored as hashes only. */
export interface FirstLogIns {
  organizationId: string;
  clientId: string;
  clientSecret: string;
  adminEmail: string;
  adminPassword: string;
}

export interface NewOrganization {
  name: string;
  /** Unique on the server. */
  shortName: string;
}

export function newLogIns(): FirstLogIns {
  return {
    organizationId: newId(),
    clientId: newId(),
    clientSecret: makeSecret(),
    adminEmail: 'admin@liaison.local',
    adminPassword: randomBytes(15).toString('base64url'),
  };
}

/**
 * One transaction: the organization is there with all of it, or not at all.
 * @param first makes it only where there is no organization yet (SQLSTATE LI001 otherwise)
 */
export async function makeOrganization(database: Database, organization: NewOrganization, logIns: FirstLogIns, first = false): Promise<void> {
  const now = new Date();
  const orgId = logIns.organizationId;
  const home = newId();
  const userId = newId();
  const roles = DEFAULT_ROLES.map((role) => ({ ...role, id: newId(), nameKey: fold(role.name) }));
  const fullAccess = roles.find((role) => role.key === FULL_ACCESS)?.id;
  const domain = `${organization.shortName}.liaison.local`;
  const passwordHash = await hashPassword(logIns.adminPassword);
  const steps = (prefix: string): Step[] => [
    ...(first ? onlyFirst : []),
    [insertOrganization, [orgId, organization.name, organization.shortName, domain, prefix, randomBytes(32), now]],
    [insertHome, [orgId, home, now]],
    [insertRoles, [orgId, JSON.stringify(roles), now]],
    [insertAdmin, [orgId, userId, home, logIns.adminEmail, passwordHash, now]],
    [insertClient, [orgId, logIns.clientId, digest(logIns.clientSecret), now]],
    [insertConsole, [orgId, CONSOLE_ID, now]],
    [insertGrants, [orgId, fullAccess, UNASSIGNED, userId, logIns.clientId, now]],
  ];
  for (let tries = 1; ; tries += 1) {
    try {
      await database.system.flight(steps(wordPrefix()));
      return;
    } catch (error) {
      // 23505: the prefix is taken; or the short name, and then another prefix does not help.
      if ((error as { code?: string }).code !== '23505' || tries === TRIES) throw error;
    }
  }
}

const TRIES = 3;

/** Four characters tell a million organizations apart; it leads every search word, so it is kept short. */
function wordPrefix(): string {
  return Array.from(randomBytes(4), (byte) => LETTERS[byte % LETTERS.length]).join('');
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz012345';

const oneAtATime = sql`select pg_advisory_xact_lock(7224116002)`;
const expectNone = sql`select expect((select count(*) from organizations), 0)`;
const onlyFirst: Step[] = [
  [oneAtATime, []],
  [expectNone, []],
];

const insertOrganization = sql`insert into organizations (id, name, short_name, domain, word_prefix, signing_key, created_at, modified_at)
  values ($1, $2, $3, $4, $5, $6, $7, $7)`;

const insertHome = sql`insert into divisions (org_id, id, name, name_key, description, home, created_at)
  values ($1, $2, 'Home', 'home', 'What belongs to no other division', true, $3)`;

const insertRoles = sql`insert into roles (org_id, id, name, name_key, description, default_role, policies, created_at, modified_at)
  select $1, r.id, r.name, r."nameKey", r.description, r.key, r.policies, $3, $3
  from jsonb_to_recordset($2::jsonb) r (id uuid, name text, "nameKey" text, description text, key text, policies jsonb)`;

const insertAdmin = sql`insert into users (org_id, id, division_id, name, name_key, email, email_key, password_hash, created_at, modified_at)
  values ($1, $2, $3, 'Administrator', 'administrator', $4, lower($4), $5, $6, $6)`;

// Without a limit of its own: it loads and migrates.
const insertClient = sql`insert into oauth_clients (org_id, id, name, name_key, grant_type, secret_hash, rate_limit, created_at, modified_at)
  values ($1, $2, 'First client', 'first client', 'CLIENT_CREDENTIALS', $3, 0, $4, $4)`;

// As in the migration that brought it; no secret has this hash.
const insertConsole = sql`insert into oauth_clients (org_id, id, name, name_key, description, grant_type, secret_hash, created_at, modified_at)
  values ($1, $2, 'Liaison Console', 'liaison console', 'The console that comes with the server', 'PKCE', decode(repeat('00', 32), 'hex'), $3, $3)`;

const insertGrants = sql`insert into grants (org_id, subject_id, subject_type, role_id, division_id, granted_at)
  values ($1, $4, 'PC_USER', $2, $3, $6), ($1, $5, 'PC_OAUTH_CLIENT', $2, $3, $6)`;
