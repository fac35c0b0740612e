// Statements on the caller's own organization.
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { authorValue, changeColumns, doneBy, holdStep } from '../../families/changes.ts';
import type { Author } from '../../http/principal.ts';

/** The body of the organization aliased o. */
const tenantBody = sql`json_build_object('id', o.id, 'name', o.name, 'thirdPartyOrgName', o.short_name, 'domain', o.domain,
  'version', o.version, 'state', o.state, 'defaultLanguage', o.default_language, 'defaultCountryCode', o.default_country_code,
  'selfUri', '/api/v2/organizations/' || o.id)`;

export function tenantText(door: Door, orgId: string): Promise<string | undefined> {
  return door.text(sql`select ${tenantBody}::text from organizations o where o.id = $1`, [orgId]);
}

export const tenantStep = (orgId: string): Step => [sql`select ${tenantBody}::text as body from organizations o where o.id = $1`, [orgId]];

/** What is set for the organization aliased o. */
export const tenantSettings = sql`json_build_object('divisionMoves', o.division_moves, 'identityExpiryDays', o.identity_expiry_days,
  'sharedIdentifiers', o.shared_identifiers, 'duplicates', o.duplicates, 'duplicateThreshold', o.duplicate_threshold,
  'erasureApprovalDays', o.erasure_approval_days, 'historyDays', o.history_days)`;

/** Records what the organization is and what is set for it, after either was changed. */
export const recordSettings = (author: Author): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, 'settings', o.id, ${doneBy}, null, o.version,
        (${tenantBody}::jsonb || ${tenantSettings}::jsonb)::json
      from (select 'update' as action, $2::uuid[] as author) done, organizations o where o.id = $1`,
    [author.orgId, authorValue(author)],
  ],
];

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
