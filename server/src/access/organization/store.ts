// Statements on the caller's own organization.
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';

/** The body of the organization aliased o. */
const tenantBody = sql`json_build_object('id', o.id, 'name', o.name, 'thirdPartyOrgName', o.short_name, 'domain', o.domain,
  'version', o.version, 'state', o.state, 'defaultLanguage', o.default_language, 'defaultCountryCode', o.default_country_code,
  'selfUri', '/api/v2/organizations/' || o.id)`;

export function tenantText(door: Door, orgId: string): Promise<string | undefined> {
  return door.text(sql`select ${tenantBody}::text from organizations o where o.id = $1`, [orgId]);
}

export const tenantStep = (orgId: string): Step => [sql`select ${tenantBody}::text as body from organizations o where o.id = $1`, [orgId]];

export async function tenantVersion(door: Door, orgId: string): Promise<number | undefined> {
  const [row] = await door.rows<{ version: number }>(sql`select o.version from organizations o where o.id = $1`, [orgId]);
  return row?.version;
}

/** What is undefined stays. */
export interface TenantChange {
  name?: string;
  domain?: string;
  defaultLanguage?: string;
  defaultCountryCode?: string;
}

export const updateTenant = (orgId: string, change: TenantChange): Step => [
  sql`update organizations o set name = coalesce($2, o.name), domain = coalesce($3, o.domain), default_language = coalesce($4, o.default_language),
      default_country_code = coalesce($5, o.default_country_code), version = o.version + 1, modified_at = $6
    where o.id = $1`,
  [orgId, change.name, change.domain, change.defaultLanguage, change.defaultCountryCode, new Date()],
];
