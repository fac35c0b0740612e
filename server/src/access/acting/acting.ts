// Who acts in an organization that is not his own: what the operations about the caller himself ask of both sides.
import type { Database, Door } from '../../db/database.ts';
import type { Principal } from '../../http/principal.ts';
import { actingTokenInfo, findAccess } from './store.ts';

export interface Acting {
  /** The door of the organization that the caller is of. */
  homeDoor(principal: Principal): Door;
  /** Whose grants are the caller's. */
  subjectsOf(principal: Principal): Promise<string[]>;
  tokenInfo(principal: Principal): Promise<string | undefined>;
}

export const isActing = ({ orgId, homeOrgId }: Pick<Principal, 'orgId' | 'homeOrgId'>): boolean => orgId !== homeOrgId;

export function createActing(database: Database): Acting {
  return {
    homeDoor: ({ homeOrgId }) => database.tenant(homeOrgId),
    async subjectsOf(principal) {
      if (!isActing(principal)) return [principal.userId ?? principal.clientId];
      const access = await findAccess(database.system, principal.orgId, principal.homeOrgId, principal.userId as string);
      return access?.subjects ?? [];
    },
    tokenInfo: ({ orgId, homeOrgId, tokenHash }) => actingTokenInfo(database.system, orgId, homeOrgId, tokenHash),
  };
}
