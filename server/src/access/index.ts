// Who may do what: organizations, users, groups, roles, divisions, grants, OAuth clients and tokens. This is the slice's
// only door.
import type { FastifyInstance } from 'fastify';
import type { Handlers } from '../contract/bind.ts';
import type { Contract } from '../contract/load.ts';
import type { Database } from '../db/database.ts';
import type { Principal } from '../http/principal.ts';
import { createAuthenticator } from './authenticate.ts';
import { createCatalogue } from './catalogue.ts';
import { createChanges } from './changes.ts';
import { registerOAuth } from './oauth.ts';
import { accessHandlers } from './operations.ts';
import { deleteExpiredTokens } from './tokens/store.ts';

export * as administration from './administration.ts';
export { ensureFirstRun } from './first-run.ts';

export interface Access {
  handlers: Handlers;
  /** Known tokens are answered at once from memory (a plain value, no promise), others by a promise. */
  authenticate(token: string): Principal | undefined | Promise<Principal | undefined>;
  /** POST /oauth/token, with error bodies of its own. */
  registerOAuth(app: FastifyInstance): void;
  close(): Promise<void>;
}

const CLEANUP_MS = 3_600_000;

/** Listens for changes of access and deletes expired tokens until it is closed. */
export async function createAccess({ database, contract }: { database: Database; contract: Contract }): Promise<Access> {
  const authenticator = await createAuthenticator(database);
  // An hour later is early enough: expired tokens are refused anyway.
  const cleanup = setInterval(() => deleteExpiredTokens(database).catch(() => undefined), CLEANUP_MS);
  cleanup.unref();
  return {
    handlers: accessHandlers(createChanges(authenticator.forget), createCatalogue(contract)),
    authenticate: authenticator.authenticate,
    registerOAuth: (app) => registerOAuth(app, database),
    close: async () => {
      clearInterval(cleanup);
      await authenticator.close();
    },
  };
}
