// Sessions of browsers. Each sign-in starts a new one, whatever cookie the browser brought: nobody can prepare one that
// somebody else then signs in to.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../db/database.ts';
import { isObjection } from '../../families/guarded.ts';
import { digest, makeKey, organizationOf } from '../token.ts';
import type { Cookies } from './cookies.ts';
import { recordSteps } from './record.ts';
import { endSession, startSessionSteps, useSession } from './store.ts';

/** Somebody who has shown who they are, whatever the way. */
export interface SignedIn {
  orgId: string;
  userId: string;
  /** `password`, or the name of the provider that said so. */
  method: string;
  /** As it was when the password was held against it. */
  passwordHash?: string;
}

export interface Session {
  hash: Buffer;
  orgId: string;
  userId: string;
  email: string;
  /** What the organization is called, short and in full. */
  organization: readonly [string, string];
}

export interface Sessions {
  current(request: FastifyRequest): Promise<Session | undefined>;
  /** @returns the session's hash; undefined where who was identified may not sign in any more, or not by that password */
  start(request: FastifyRequest, reply: FastifyReply, who: SignedIn, clientId: string): Promise<Buffer | undefined>;
  end(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

export function createSessions(database: Database, cookies: Cookies): Sessions {
  const known = (request: FastifyRequest) => {
    const text = cookies.read(request, 'session');
    const orgId = text && organizationOf(text);
    return orgId ? { orgId, hash: digest(text) } : undefined;
  };
  const end = async (request: FastifyRequest) => {
    const old = known(request);
    if (old) await database.tenant(old.orgId).flight([endSession(old.orgId, old.hash)]);
  };
  return {
    async current(request) {
      const session = known(request);
      const row = session && (await useSession(database.tenant(session.orgId), session.orgId, session.hash));
      return row && session && { ...session, userId: row.user_id, email: row.email, organization: [row.short_name, row.org_name] };
    },
    async start(request, reply, { orgId, userId, method, passwordHash }, clientId) {
      await end(request);
      const text = makeKey(orgId);
      const hash = digest(text);
      const author = { orgId, homeOrgId: orgId, clientId, userId, correlationId: request.id };
      const facts = { clientId, userId, method, address: request.ip };
      try {
        await database
          .tenant(orgId)
          .flight([
            ...startSessionSteps(orgId, { hash, userId, method, passwordHash }),
            ...recordSteps(author, { kind: 'signIn', action: 'create', recordId: userId, facts }),
          ]);
      } catch (error) {
        if (isObjection(error)) return undefined;
        throw error;
      }
      cookies.set(request, reply, 'session', text);
      return hash;
    },
    async end(request, reply) {
      await end(request);
      cookies.clear(request, reply, 'session');
    },
  };
}
