// The wire shape of an external organization, once.
import { type Statement, sql } from '../db/sql.ts';
import { divisionExpanded, divisionReference, externalIdsExpanded, hasClaim, identifierBody } from '../families/wire.ts';

/** The projection that a view needs: both take the same $1 and $2. */
export function organizationProjection(view: { expand: readonly string[] }): Statement {
  return view.expand.length > 0 ? organizationBodyExpanded : organizationBody;
}

// What the external organization aliased x says of itself, without what can be expanded.
const organizationFields = sql`'id', x.id, 'name', x.name,
  'companyType', x.company_type, 'industry', x.industry, 'address', x.address, 'phoneNumber', x.phone_number, 'faxNumber', x.fax_number,
  'employeeCount', x.employee_count, 'revenue', x.revenue, 'tags', x.tags, 'websites', x.websites, 'tickers', x.tickers,
  'twitterId', x.twitter_id, 'externalSystemUrl', x.external_system_url,
  'schema', case when x.schema_id is not null then json_build_object('id', x.schema_id, 'version', x.schema_version,
    'selfUri', '/api/v2/externalcontacts/organizations/schemas/' || x.schema_id) end, 'customFields', x.custom_fields,
  'contactPoints', x.contact_points, 'xurrent', x.xurrent,
  'createDate', wire_date(x.created_at), 'modifyDate', wire_date(x.modified_at),
  'selfUri', '/api/v2/externalcontacts/organizations/' || x.id`;

/** The external organization aliased x, without its trustor. $1 organization; $2 is named only so that it has a type. */
export const organizationBody = sql`json_strip_nulls(json_build_object(${organizationFields},
  'division', ${divisionReference}, 'externalIds', x.external_ids,
  'identifiers', case when $1::uuid is null and $2::text[] is null then 'null'::json end))`;

/** The external organization aliased x, without its trustor. $1 organization, $2 fields to expand. */
export const organizationBodyExpanded = sql`json_strip_nulls(json_build_object(${organizationFields},
  'division', ${divisionExpanded}, 'externalIds', ${externalIdsExpanded},
  'identifiers', case when 'identifiers' = any ($2::text[]) then (
    select coalesce(json_agg(${identifierBody} order by i.value, i.source_id), '[]') from identifiers i
    where i.org_id = $1 and i.owner_kind = 'organization' and i.owner_id = x.id and ${hasClaim}) end))`;
