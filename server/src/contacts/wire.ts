// The wire shape of a contact, once: every statement that answers with contacts builds them from this.
import { type Statement, sql } from '../db/sql.ts';
import { divisionExpanded, divisionReference, externalIdsExpanded, hasClaim, identifierBody } from '../families/wire.ts';
import { organizationBodyExpanded } from '../organizations/index.ts';

/** The projection that a view needs: both take the same $1 to $3. */
export function contactProjection(view: { expand: readonly string[] }): Statement {
  return view.expand.length > 0 ? contactBodyExpanded : contactBody;
}

// What the contact aliased x says of itself, without what can be expanded.
const contactFields = sql`'id', x.id,
  'firstName', x.first_name, 'middleName', x.middle_name, 'lastName', x.last_name, 'salutation', x.salutation, 'title', x.title,
  'workPhone', x.work_phone, 'cellPhone', x.cell_phone, 'homePhone', x.home_phone, 'otherPhone', x.other_phone,
  'workEmail', x.work_email, 'personalEmail', x.personal_email, 'otherEmail', x.other_email,
  'address', x.address, 'twitterId', x.twitter_id, 'lineId', x.line_id, 'whatsAppId', x.whats_app_id,
  'facebookId', x.facebook_id, 'instagramId', x.instagram_id, 'appleOpaqueIds', x.apple_opaque_ids,
  'surveyOptOut', x.survey_opt_out, 'externalSystemUrl', x.external_system_url,
  'schema', case when x.schema_id is not null then json_build_object('id', x.schema_id, 'version', x.schema_version,
    'selfUri', '/api/v2/externalcontacts/contacts/schemas/' || x.schema_id) end, 'customFields', x.custom_fields,
  'type', x.type, 'createDate', wire_date(x.created_at), 'modifyDate', wire_date(x.modified_at),
  'selfUri', '/api/v2/externalcontacts/contacts/' || x.id,
  'canonicalContact', case when x.canonical_id is not null then
    json_build_object('id', x.canonical_id, 'selfUri', '/api/v2/externalcontacts/contacts/' || x.canonical_id) end,
  'mergeSet', case when x.canonical_id is not null then merge_set(x.org_id, x.canonical_id) end,
  'mergedFrom', case when x.merged_from is not null then contact_references(x.merged_from) end,
  'mergedTo', case when x.merged_to is not null then
    json_build_object('id', x.merged_to, 'selfUri', '/api/v2/externalcontacts/contacts/' || x.merged_to) end`;

const organizationReference = sql`case when x.external_organization_id is not null then
  json_build_object('id', x.external_organization_id, 'selfUri', '/api/v2/externalcontacts/organizations/' || x.external_organization_id) end`;

/** The contact aliased x. $1 organization; $2 and $3 are named only so that they have a type. */
export const contactBody = sql`json_strip_nulls(json_build_object(${contactFields},
  'division', ${divisionReference}, 'externalIds', x.external_ids, 'externalOrganization', ${organizationReference},
  'identifiers', case when $1::uuid is null and $2::text[] is null and $3::uuid[] is null then 'null'::json end))`;

// What $3 hides stays null here, and so a bare reference below.
const contactOrganization = sql`(select ${organizationBodyExpanded} from (
  select o.* from external_organizations o where o.org_id = $1 and o.id = x.external_organization_id and ($3::uuid[] is null or o.division_id = any ($3))) x)`;

/**
 * The contact aliased x. $1 organization, $2 fields to expand, $3 divisions whose external organizations the caller may
 * see (null for all): what lies in others stays a bare reference.
 */
export const contactBodyExpanded = sql`json_strip_nulls(json_build_object(${contactFields},
  'division', ${divisionExpanded}, 'externalIds', ${externalIdsExpanded},
  'externalOrganization', coalesce(case when 'externalOrganization' = any ($2::text[]) then ${contactOrganization} end, ${organizationReference}),
  'identifiers', case when 'identifiers' = any ($2::text[]) then (
    select coalesce(json_agg(${identifierBody} order by i.type, i.value, i.source_id), '[]') from identifiers i
    where i.org_id = $1 and i.owner_kind = 'contact' and i.owner_id = x.id and ${hasClaim}) end))`;
