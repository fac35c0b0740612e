// The wire shape of an external organization, once; put together like that of a contact (contacts/wire.ts).
import { type Statement, sql } from '../db/sql.ts';
import { divisionExpanded, divisionReference, externalIdsExpanded, hasClaim, identifierBody } from '../families/wire.ts';

/** The projection that a view needs, as text: both take the same $1 and $2. */
export function organizationProjection(view: { expand: readonly string[]; bare?: boolean }): Statement {
  if (view.bare) return organizationId;
  return view.expand.length > 0 ? organizationTextExpanded : organizationText;
}

// What the external organization aliased x says of itself, without what can be expanded.
const organizationFields = sql`'"id":"' || x.id || '"', '"name":' || to_json(x.name),
  '"companyType":' || to_json(x.company_type), '"industry":' || to_json(x.industry), '"address":' || json_strip_nulls(x.address::json),
  '"phoneNumber":' || json_strip_nulls(x.phone_number::json), '"faxNumber":' || json_strip_nulls(x.fax_number::json),
  '"employeeCount":' || x.employee_count, '"revenue":' || x.revenue, '"tags":' || json_strip_nulls(x.tags::json),
  '"websites":' || json_strip_nulls(x.websites::json), '"tickers":' || json_strip_nulls(x.tickers::json),
  '"twitterId":' || json_strip_nulls(x.twitter_id::json), '"externalSystemUrl":' || to_json(x.external_system_url),
  '"schema":' || case when x.schema_id is not null then json_strip_nulls(json_build_object('id', x.schema_id, 'version', x.schema_version,
    'selfUri', '/api/v2/externalcontacts/organizations/schemas/' || x.schema_id)) end, '"customFields":' || json_strip_nulls(x.custom_fields::json),
  '"contactPoints":' || json_strip_nulls(x.contact_points::json), '"xurrent":' || json_strip_nulls(x.xurrent::json),
  '"createDate":"' || wire_date(x.created_at) || '"', '"modifyDate":"' || wire_date(x.modified_at) || '"',
  '"selfUri":"/api/v2/externalcontacts/organizations/' || x.id || '"'`;

/** The external organization aliased x, as text, without its trustor. $1 organization; $2 is named only so that it has a type. */
export const organizationText = sql`concat('{', concat_ws(',', ${organizationFields},
  '"division":' || ${divisionReference}, '"externalIds":' || json_strip_nulls(x.external_ids::json),
  case when $1::uuid is null and $2::text[] is null then null::text end), '}')`;

const organizationId = sql`concat('"', x.id, '"', case when $1::uuid is null and $2::text[] is null then null::text end)`;

export const organizationBody = sql`cast(${organizationText} as json)`;

/** The external organization aliased x, as text, without its trustor. $1 organization, $2 fields to expand. */
export const organizationTextExpanded = sql`concat('{', concat_ws(',', ${organizationFields},
  '"division":' || json_strip_nulls(${divisionExpanded}), '"externalIds":' || json_strip_nulls(${externalIdsExpanded}),
  '"identifiers":' || case when 'identifiers' = any ($2::text[]) then (
    select json_strip_nulls(coalesce(json_agg(${identifierBody} order by i.value, i.source_id), '[]')) from identifiers i
    where i.org_id = $1 and i.owner_kind = 'organization' and i.owner_id = x.id and ${hasClaim}) end), '}')`;
