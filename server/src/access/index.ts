// Who may do what: organizations, users, groups, roles, divisions, grants, OAuth clients and tokens. This is the slice's
// only door.
import type { FastifyInstance } from 'fastify';
import type { Handlers } from '../contract/bind.ts';
import type { Contract } from '../contract/load.ts';
import type { Database } from '../db/database.ts';
import type { Principal } from '../http/principal.ts';
import { createAuthenticator } from './authenticate.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { type Changes, createChanges } from './changes.ts';
import { deleteExpiredVisits } from './federation/visits.ts';
import { registerOAuth } from './oauth/routes.ts';
import { deleteOldAuthorizations } from './oauth/store.ts';
import { accessHandlers } from './operations.ts';
import { deleteOldAttempts } from './sign-in/attempts.ts';
import { deleteExpiredSessions } from './sign-in/store.ts';
import { type Chore, deleteExpiredTokens, doChores } from './tokens/store.ts';
import type { TrustorsOf } from './users/expand.ts';

export { issueActingToken, issueUserToken, type UserToken, type Wish } from './acting/issue.ts';
export { type ActingAccess, findAccess } from './acting/store.ts';
export { type Actor, actorOf } from './actor.ts';
export * as administration from './administration.ts';
export type { Catalogue } from './catalogue.ts';
export { requireDivisions, requireHeld } from './ceiling.ts';
export type { Changes } from './changes.ts';
export { homeDivision } from './divisions/store.ts';
export { ensureFirstRun } from './first-run.ts';
export { addSteps, isSame, readPairs, removeSteps, requireGrantable, userAuthorization } from './grants/grant.ts';
export { deleteSubjectGrants, directGrants, findSubjects, type Pair, recordLostGrants, type SubjectType } from './grants/store.ts';
export { recordSettings, tenantSettings } from './organization/store.ts';
export { divisionsHeld, type Power } from './policies.ts';
export { storedRoles } from './roles/store.ts';
export { removeUser } from './users/remove.ts';
export { insertUser, recordUsers, storedUser } from './users/store.ts';

export interface Access {
  handlers: Handlers;
  /** For settings that principals carry, and of which all processes are therefore told. */
  changes: Changes;
  /** What the permissions of a role come to. */
  catalogue: Catalogue;
  /** Known tokens are answered at once from memory (a plain value, no promise), others by a promise. */
  authenticate(token: string): Principal | undefined | Promise<Principal | undefined>;
  /** The same for a token of which only the hash was kept: what acts for it later, such as a notification channel. */
  holderOf(orgId: string, tokenHash: Buffer): Promise<Principal | undefined>;
  /** Signing in and tokens: /oauth/authorize, /oauth/token and /logout, with answers of their own. */
  registerOAuth(app: FastifyInstance): void;
  close(): Promise<void>;
}

const CHORES_MS = 3_600_000;
const nothing = () => undefined;

export interface AccessDeps {
  database: Database;
  contract: Contract;
  publicUrl: string | undefined;
  /** Whether identity providers may be at addresses that are not public. */
  privateTargets: boolean;
  /** What is done beside the deletion of expired tokens: at the start, and every hour. */
  chores: readonly Chore[];
  /** For `expand=trustors`. */
  trustorsOf(catalogue: Catalogue, ...whose: Parameters<TrustorsOf>): Promise<string>;
}

/** Listens for changes of access and deletes what has expired until it is closed. */
export async function createAccess({ database, contract, publicUrl, privateTargets, chores, trustorsOf }: AccessDeps): Promise<Access> {
  const authenticator = await createAuthenticator(database);
  const changes = createChanges(authenticator.forget);
  const catalogue = createCatalogue(contract);
  // An hour later is early enough: what has expired counts for nothing anyway.
  const all = [deleteExpiredTokens, deleteExpiredSessions, deleteOldAuthorizations, deleteExpiredVisits, ...chores];
  const cleanUp = () => Promise.all([doChores(database, all), deleteOldAttempts(database.system)]).then(nothing, nothing);
  const cleanup = setInterval(cleanUp, CHORES_MS);
  cleanup.unref();
  const atStart = cleanUp();
  return {
    handlers: accessHandlers({
      database,
      changes,
      catalogue,
      trustorsOf: (...whose) => trustorsOf(catalogue, ...whose),
      providers: { publicUrl, privateTargets },
    }),
    catalogue,
    changes,
    authenticate: authenticator.authenticate,
    holderOf: authenticator.holderOf,
    registerOAuth: (app) => registerOAuth(app, { database, changes, publicUrl, privateTargets }),
    close: async () => {
      clearInterval(cleanup);
      await atStart;
      await authenticator.close();
    },
  };
}
