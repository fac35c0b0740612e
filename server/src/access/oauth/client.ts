// OAuth clients as those who sign in through them meet them, and the one that comes with the server.
import type { Database } from '../../db/database.ts';
import { isId } from '../../families/id.ts';
import { CONSOLE_ID, clientAnywhere, type SignInClient } from '../clients/store.ts';
import { OAuthError } from './errors.ts';

export interface Client extends Omit<SignInClient, 'org_id'> {
  id: string;
  /** Undefined for the console, which every organization has: then it is that of whoever signs in. */
  orgId: string | undefined;
}

/** @throws OAuthError where there is none */
export async function findOAuthClient(database: Database, asked: string | undefined): Promise<Client> {
  const id = asked?.toLowerCase();
  const found = isId(id) ? await clientAnywhere(database, id) : undefined;
  if (id === undefined || found?.org_state !== 'active') throw new OAuthError('invalid_client', 'client not found');
  const { org_id, ...client } = found;
  // What an organization decided about the console holds once it is known which organization it is.
  if (id === CONSOLE_ID) return { ...client, id, name: 'Liaison Console', orgId: undefined, state: 'active', scopes: [] };
  return { ...client, id, orgId: org_id };
}

/** The platform knows CODE for both kinds of code; a client that may get a token by redirect may also get it the safer way. */
const WITH_VERIFIER = new Set(['PKCE', 'CODE', 'TOKEN']);

/** Whether the client may ask for this, with a challenge or without. */
export function mayAsk(client: Client, responseType: 'code' | 'token', challenged: boolean): boolean {
  if (responseType === 'token') return client.grant_type === 'TOKEN';
  return challenged ? WITH_VERIFIER.has(client.grant_type) : client.grant_type === 'CODE';
}
