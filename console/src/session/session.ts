// Who is signed in, where, and what they may do.
import { createContext, useContext } from 'react';
import { api } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import { leaveToSignIn, leaveToSignOut, signedIn } from './oauth.ts';
import { drop, here, keep, remember } from './tokens.ts';

export interface Session {
  user: Schema['UserMe'];
  /** Where the user acts: the home organization, or one that trusts it. */
  organization: { id: string; name: string };
  home: { id: string; name: string };
  /** Organizations that the user may enter. */
  trustors: { id: string; name: string }[];
  permissions: ReadonlySet<string>;
}

/**
 * The session of whoever opened the page, who is sent to the sign-in page first where there is none. Where that has refused
 * them, its words: to go there again would lead back here for ever.
 */
export async function arrive(): Promise<Session | { error: string }> {
  const answer = await signedIn().catch((error: Error) => ({ error: error.message }));
  if (answer && 'tokens' in answer) {
    keep(answer.tokens);
    history.replaceState(null, '', answer.path);
  } else if (answer) {
    history.replaceState(null, '', '/console/');
    return answer;
  } else if (!remember()) return leaveToSignIn(here());
  try {
    return await load();
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

async function load(): Promise<Session> {
  const { data } = await api.GET('/api/v2/users/me', { params: { query: { expand: ['authorization', 'token', 'trustors'] } } });
  const user = data as Schema['UserMe'];
  const { organization, homeOrganization } = user.token ?? {};
  const named = (one: Schema['NamedEntity'] | undefined) => ({ id: one?.id ?? '', name: one?.name ?? '' });
  return {
    user,
    organization: named(organization),
    home: named(homeOrganization ?? organization),
    trustors: (user.trustors ?? []).map((one) => named((one as { organization?: Schema['NamedEntity'] }).organization ?? one)),
    permissions: new Set(user.authorization?.permissions ?? []),
  };
}

export function enter(organizationId: string, home: string): Promise<never> {
  drop();
  return leaveToSignIn('/console/', organizationId === home ? undefined : organizationId);
}

export function leave(): void {
  drop();
  leaveToSignOut();
}

const SessionContext = createContext<Session | undefined>(undefined);
export const SessionProvider = SessionContext.Provider;

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('no session');
  return session;
}

/** Whether the user has one of the permissions; what a role does not permit is not offered. */
export function useMay(): (...anyOf: string[]) => boolean {
  const { permissions } = useSession();
  return (...anyOf) => anyOf.some((one) => permissions.has(one));
}
