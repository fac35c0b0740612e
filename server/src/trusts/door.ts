// What other slices may know of trusts: who trusts an organization, for the records and the users that stand for it.
import type { Catalogue } from '../access/index.ts';
import type { Database } from '../db/database.ts';
import type { Wire } from '../families/wire.ts';
import { presentTrustors } from './store.ts';
import { trustors } from './trustors.ts';

export type Trustor = Wire['Trustor'] & { id: string };

export interface TrustDoor {
  /** Whether the organization trusts the trustee at present. */
  isTrustor(trusteeOrgId: string, trustorOrgId: string): Promise<boolean>;
  /** Those of the organizations that trust the caller's at present, with what the caller may do there. */
  trustorsOf(caller: { orgId: string; userId: string | undefined }, trustorOrgIds: string[]): Promise<Trustor[]>;
}

export function createTrustDoor(database: Database, catalogue: Catalogue): TrustDoor {
  const { system } = database;
  return {
    isTrustor: async (trusteeOrgId, trustorOrgId) => (await presentTrustors(system, trusteeOrgId, [trustorOrgId])).length > 0,
    trustorsOf: async (caller, trustorOrgIds) => {
      const ids = await presentTrustors(system, caller.orgId, trustorOrgIds);
      return (await trustors({ database, catalogue }, caller, { ids })).map((body) => JSON.parse(body) as Trustor);
    },
  };
}

/** The organizations that let a user in, himself or by a group, as a JSON array. */
export async function trustorsOfUser(database: Database, catalogue: Catalogue, homeOrgId: string, userId: string): Promise<string> {
  return `[${(await trustors({ database, catalogue }, { orgId: homeOrgId, userId }, { memberId: userId })).join(',')}]`;
}
