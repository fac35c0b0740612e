// Ending what a user let a client do, and the tokens that came of it.
import type { Database } from '../../db/database.ts';
import type { Changes } from '../changes.ts';
import { deleteTokensOfAuthorization, recordTokens } from '../tokens/store.ts';
import { type Authorization, revokeAuthorization } from './store.ts';

export interface Ending {
  database: Database;
  changes: Changes;
}

/** The authorization first: who is about to get a token for it looks there afterwards. */
export async function revoke({ database, changes }: Ending, homeOrgId: string, authorization: Authorization, correlationId: string): Promise<void> {
  const { id, client_id, target_org_id: orgId } = authorization;
  await revokeAuthorization(database.tenant(homeOrgId), homeOrgId, id);
  const author = { orgId, homeOrgId, clientId: client_id, userId: undefined, correlationId };
  const steps = [...recordTokens(author, 'delete', { authorizationId: id }), deleteTokensOfAuthorization(orgId, id)];
  await changes.send(database.tenant(orgId), orgId, steps);
}
