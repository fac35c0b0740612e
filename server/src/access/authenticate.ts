// Who a token stands for. A process remembers it for a moment (limits.tokenCacheMs) so that most requests ask nothing
// of the database, and forgets it the instant that anybody changes who may do what: every such change is told on a
// channel. While this process does not hear that channel, it remembers nothing.
import type { Client } from 'pg';
import type { Database } from '../db/database.ts';
import { limits } from '../http/limits.ts';
import type { Principal } from '../http/principal.ts';
import { findAccess, findClient } from './acting/store.ts';
import { CHANNEL } from './changes.ts';
import { divisionsHeld, type Power } from './policies.ts';
import { digest, organizationOf } from './token.ts';
import { findToken, type TokenRow } from './tokens/store.ts';

export interface Authenticator {
  /** A plain value for a token that is known, or cannot be one; else a promise. */
  authenticate(token: string): Principal | undefined | Promise<Principal | undefined>;
  /** The same for a token of which only the hash was kept; asks the database each time. */
  holderOf(orgId: string, tokenHash: Buffer): Promise<Principal | undefined>;
  forget(orgId: string): void;
  close(): Promise<void>;
}

interface Remembered {
  principal: Principal | undefined;
  orgId: string;
  until: number;
}

/** Listens before it returns, where the database lets it. */
export async function createAuthenticator(database: Database): Promise<Authenticator> {
  const memory = createMemory();
  const listener = createListener(database, memory);
  await listener.start();
  return {
    authenticate(token) {
      const known = memory.recall(token);
      if (known) return known.principal;
      const orgId = organizationOf(token);
      return orgId === undefined ? undefined : ask(database, memory, orgId, token);
    },
    holderOf: (orgId, tokenHash) => holderOf(database, orgId, tokenHash),
    forget: memory.forget,
    close: listener.stop,
  };
}

async function ask(database: Database, memory: Memory, orgId: string, token: string): Promise<Principal | undefined> {
  const hash = digest(token);
  const moment = memory.moment();
  const row = await findToken(database.tenant(orgId), orgId, hash);
  const principal = row && (await principalOf(database, orgId, hash, row));
  // Access that another organization gives is asked for each time, so that it ends everywhere with the next request:
  // another process is told a moment after the change was answered.
  if (row && row.home_org_id !== orgId) return principal;
  // What was read before a change that came in meanwhile may be out of date.
  if (memory.moment() === moment)
    memory.remember(token, { principal, orgId, until: Math.min(Date.now() + limits.tokenCacheMs, principal?.expiresAt ?? Number.POSITIVE_INFINITY) });
  return principal;
}

async function holderOf(database: Database, orgId: string, tokenHash: Buffer): Promise<Principal | undefined> {
  const row = await findToken(database.tenant(orgId), orgId, tokenHash);
  return row && principalOf(database, orgId, tokenHash, row);
}

/** Of a user of another organization, both sides are asked; the way of all others is as short as before. */
export function principalOf(database: Database, orgId: string, tokenHash: Buffer, row: TokenRow): Principal | Promise<Principal | undefined> {
  const { client_name, rate_limit, powers } = row;
  const expiresAt = row.expires_at.getTime();
  if (row.home_org_id !== orgId) return actingPrincipal(database, orgId, tokenHash, row);
  return principalWith(orgId, tokenHash, row, { clientName: client_name, rateLimit: rate_limit, cloneId: undefined, expiresAt, powers });
}

async function actingPrincipal({ system }: Database, orgId: string, tokenHash: Buffer, row: TokenRow): Promise<Principal | undefined> {
  const [access, client] = await Promise.all([
    findAccess(system, orgId, row.home_org_id, row.user_id as string),
    findClient(system, row.client_org_id ?? orgId, row.client_id),
  ]);
  // Milliseconds are all that is left of both moments here.
  const ended = access?.tokens_after && row.created_at.getTime() <= access.tokens_after.getTime();
  if (!access || !client || ended) return undefined;
  return principalWith(orgId, tokenHash, row, {
    clientName: client.name,
    rateLimit: client.rate_limit,
    cloneId: access.clone_id ?? undefined,
    expiresAt: Math.min(row.expires_at.getTime(), access.expires_at?.getTime() ?? Number.POSITIVE_INFINITY),
    powers: access.powers,
  });
}

/** What is decided elsewhere for those who act in another organization. */
interface Standing extends Pick<Principal, 'clientName' | 'cloneId' | 'expiresAt'> {
  rateLimit: number | null;
  powers: Power[];
}

function principalWith(orgId: string, tokenHash: Buffer, row: TokenRow, standing: Standing): Principal {
  return {
    orgId,
    homeOrgId: row.home_org_id,
    clientId: row.client_id,
    clientName: standing.clientName,
    userId: row.user_id ?? undefined,
    cloneId: standing.cloneId,
    shortName: row.short_name,
    wordPrefix: row.word_prefix,
    signingKey: row.signing_key,
    defaultCountryCode: row.default_country_code,
    divisionMoves: row.division_moves,
    identityExpiryDays: row.identity_expiry_days,
    sharedIdentifiers: row.shared_identifiers,
    rateLimit: standing.rateLimit ?? undefined,
    scopes: row.scopes,
    tokenHash,
    expiresAt: standing.expiresAt,
    divisionsOf: divisionsHeld(standing.powers),
  };
}

interface Memory {
  recall(token: string): Remembered | undefined;
  remember(token: string, what: Remembered): void;
  forget(orgId?: string): void;
  /** Changes whenever something is forgotten. */
  moment(): number;
  listening(yes: boolean): void;
}

/** Known and unknown tokens apart, so that a flood of wrong ones does not push the right ones out. */
function createMemory(): Memory {
  const known = new Map<string, Remembered>();
  const unknown = new Map<string, Remembered>();
  let moment = 0;
  let heard = false;
  const forget = (orgId?: string) => {
    moment += 1;
    for (const tokens of [known, unknown]) for (const [key, entry] of tokens) if (orgId === undefined || entry.orgId === orgId) tokens.delete(key);
  };
  return {
    recall(key) {
      const entry = known.get(key) ?? unknown.get(key);
      return entry && entry.until > Date.now() ? entry : undefined;
    },
    remember(key, entry) {
      if (!heard) return;
      known.delete(key);
      unknown.delete(key);
      const tokens = entry.principal ? known : unknown;
      tokens.set(key, entry);
      // A Map keeps the order of insertion: its first is its oldest.
      if (tokens.size > limits.tokenCacheMax) tokens.delete(tokens.keys().next().value as string);
    },
    forget,
    moment: () => moment,
    listening(yes) {
      heard = yes;
      forget();
    },
  };
}

const RETRY_MS = 1000;

function createListener(database: Database, memory: Memory) {
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const lost = (which: Client | undefined) => {
    if (which !== client) return;
    client = undefined;
    memory.listening(false);
    which?.end().catch(() => undefined);
    if (stopped) return;
    timer = setTimeout(start, RETRY_MS);
    timer.unref();
  };

  const start = async (): Promise<void> => {
    let made: Client | undefined;
    try {
      made = await database.connect();
      client = made;
      made.on('error', () => lost(made));
      made.on('end', () => lost(made));
      made.on('notification', ({ payload }) => memory.forget(payload));
      await made.query(`listen ${CHANNEL}`);
      if (stopped) await made.end();
      else if (client === made) memory.listening(true);
    } catch {
      lost(made);
    }
  };

  const stop = async (): Promise<void> => {
    stopped = true;
    clearTimeout(timer);
    const last = client;
    client = undefined;
    memory.listening(false);
    await last?.end();
  };
  return { start, stop };
}
