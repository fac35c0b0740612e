// The wire shape of a contact, once: every statement that answers with contacts builds them from this. It is text put together
// from the fields that have a value, for what is null makes its whole part null, and concat_ws passes over it: 19 µs a contact.
// json_strip_nulls of a json_build_object of all fields took 37.
import { type Statement, sql } from '../db/sql.ts';
import { divisionExpanded, divisionReference, externalIdsExpanded, hasClaim, identifierBody } from '../families/wire.ts';
import { organizationTextExpanded } from '../organizations/index.ts';

/** The projection that a view needs, as text: both take the same $1 to $3. */
export function contactProjection(view: { expand: readonly string[]; bare?: boolean }): Statement {
  if (view.bare) return contactId;
  return view.expand.length > 0 ? contactTextExpanded : contactText;
}

// What the contact aliased x says of itself, without what can be expanded.
const contactFields = sql`'"id":"' || x.id || '"',
  '"firstName":' || to_json(x.first_name), '"middleName":' || to_json(x.middle_name), '"lastName":' || to_json(x.last_name),
  '"salutation":' || to_json(x.salutation), '"title":' || to_json(x.title),
  '"workPhone":' || json_strip_nulls(x.work_phone::json), '"cellPhone":' || json_strip_nulls(x.cell_phone::json),
  '"homePhone":' || json_strip_nulls(x.home_phone::json), '"otherPhone":' || json_strip_nulls(x.other_phone::json),
  '"workEmail":' || to_json(x.work_email), '"personalEmail":' || to_json(x.personal_email), '"otherEmail":' || to_json(x.other_email),
  '"address":' || json_strip_nulls(x.address::json), '"twitterId":' || json_strip_nulls(x.twitter_id::json),
  '"lineId":' || json_strip_nulls(x.line_id::json), '"whatsAppId":' || json_strip_nulls(x.whats_app_id::json),
  '"facebookId":' || json_strip_nulls(x.facebook_id::json), '"instagramId":' || json_strip_nulls(x.instagram_id::json),
  '"appleOpaqueIds":' || json_strip_nulls(x.apple_opaque_ids::json),
  '"surveyOptOut":' || x.survey_opt_out, '"externalSystemUrl":' || to_json(x.external_system_url),
  '"schema":' || case when x.schema_id is not null then json_strip_nulls(json_build_object('id', x.schema_id, 'version', x.schema_version,
    'selfUri', '/api/v2/externalcontacts/contacts/schemas/' || x.schema_id)) end, '"customFields":' || json_strip_nulls(x.custom_fields::json),
  '"type":"' || x.type || '"', '"createDate":"' || wire_date(x.created_at) || '"', '"modifyDate":"' || wire_date(x.modified_at) || '"',
  '"selfUri":"/api/v2/externalcontacts/contacts/' || x.id || '"',
  '"canonicalContact":{"id":"' || x.canonical_id || '","selfUri":"/api/v2/externalcontacts/contacts/' || x.canonical_id || '"}',
  '"mergeSet":' || case when x.canonical_id is not null then json_strip_nulls(merge_set(x.org_id, x.canonical_id)) end,
  '"mergedFrom":' || case when x.merged_from is not null then json_strip_nulls(contact_references(x.merged_from)) end,
  '"mergedTo":{"id":"' || x.merged_to || '","selfUri":"/api/v2/externalcontacts/contacts/' || x.merged_to || '"}'`;

const organizationReference = sql`'{"id":"' || x.external_organization_id || '","selfUri":"/api/v2/externalcontacts/organizations/' || x.external_organization_id || '"}'`;

/** The contact aliased x, as text. $1 organization; $2 and $3 are named only so that they have a type. */
export const contactText = sql`concat('{', concat_ws(',', ${contactFields},
  '"division":' || ${divisionReference}, '"externalIds":' || json_strip_nulls(x.external_ids::json), '"externalOrganization":' || ${organizationReference},
  case when $1::uuid is null and $2::text[] is null and $3::uuid[] is null then null::text end), '}')`;

const contactId = sql`concat('"', x.id, '"', case when $1::uuid is null and $2::text[] is null and $3::uuid[] is null then null::text end)`;

export const contactBody = sql`cast(${contactText} as json)`;

// What $3 hides stays null here, and so a bare reference below.
const contactOrganization = sql`(select ${organizationTextExpanded} from (
  select o.* from external_organizations o where o.org_id = $1 and o.id = x.external_organization_id and ($3::uuid[] is null or o.division_id = any ($3))) x)`;

/**
 * The contact aliased x, as text. $1 organization, $2 fields to expand, $3 divisions whose external organizations the caller
 * may see (null for all): what lies in others stays a bare reference.
 */
const contactTextExpanded = sql`concat('{', concat_ws(',', ${contactFields},
  '"division":' || json_strip_nulls(${divisionExpanded}), '"externalIds":' || json_strip_nulls(${externalIdsExpanded}),
  '"externalOrganization":' || coalesce(case when 'externalOrganization' = any ($2::text[]) then ${contactOrganization} end, ${organizationReference}),
  '"identifiers":' || case when 'identifiers' = any ($2::text[]) then (
    select json_strip_nulls(coalesce(json_agg(${identifierBody} order by i.type, i.value, i.source_id), '[]')) from identifiers i
    where i.org_id = $1 and i.owner_kind = 'contact' and i.owner_id = x.id and ${hasClaim}) end), '}')`;

export const contactBodyExpanded = sql`cast(${contactTextExpanded} as json)`;
