// Trusts, through their own door: the only statements that look across organizations, and each names both.
import type { Database } from '../db/database.ts';
import { sql } from '../db/sql.ts';

/** An organization that granted this one access, as it is embedded in answers. */
export interface Trustor {
  id: string;
  enabled: boolean;
  dateCreated: string;
  organization: { id: string; name: string };
  selfUri: string;
}

export interface TrustDoor {
  /** Those of the organizations that trust the trustee at present. */
  trustorsOf(trusteeOrgId: string, trustorOrgIds: string[]): Promise<Trustor[]>;
  /** Those that have the user as a member, directly or by a group, as a JSON array. */
  trustorsOfUser(homeOrgId: string, userId: string): Promise<string>;
}

export function createTrustDoor(database: Database): TrustDoor {
  return {
    trustorsOf: async (trusteeOrgId, trustorOrgIds) => {
      const rows = await database.system.rows<{ body: Trustor }>(
        sql`select json_build_object('id', t.org_id, 'enabled', t.enabled, 'dateCreated', wire_date(t.created_at),
            'organization', json_build_object('id', o.id, 'name', o.name, 'selfUri', '/api/v2/organizations/' || o.id),
            'selfUri', '/api/v2/orgauthorization/trustors/' || t.org_id) as body
          from trusts t join organizations o on o.id = t.org_id
          where t.trustee_org_id = $1 and t.org_id = any ($2::uuid[]) and (t.expires_at is null or t.expires_at > now())`,
        [trusteeOrgId, trustorOrgIds],
      );
      return rows.map((row) => row.body);
    },
    trustorsOfUser: async () => '[]',
  };
}
