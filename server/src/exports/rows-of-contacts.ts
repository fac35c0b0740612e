// Contacts as lines of a file. Every statement here answers one column, a line, and gives each parameter its type: see
// db/copy-out.ts. The order is that of ids, so that two exports of the same directory are the same file.
import { contactText, contactValues, isThere } from '../contacts/index.ts';
import { sql } from '../db/sql.ts';
import type { Lines, Question } from './question.ts';

const valuesOf = ({ orgId, contactDivisions, organizationDivisions, types, includeMerged, limit, path, columns, words }: Question) => [
  orgId,
  [],
  organizationDivisions,
  contactDivisions,
  types,
  includeMerged,
  limit,
  path,
  columns,
  words,
];

// $2 has the fields that bodies expand: none. contactValues looks at the row as k. The words are those of the filter: a row without them is not held against it.
const wantedContacts = sql`cross join lateral (select x.*) k
  where x.org_id = $1::uuid and $2::text[] is not null and ${isThere} and ($4::uuid[] is null or x.division_id = any ($4)) and x.type = any ($5::text[]) and ($6::boolean or x.merged_to is null)
    and ($10::tsquery is null or x.words @@ $10) and ($8::jsonpath is null or jsonb_path_match(${contactValues}, $8, silent => true))
  order by x.id limit $7::bigint`;

/** The wire body. */
export const contactObjects: Lines = (question) => ({
  statement: sql`select ${contactText} from contacts x ${wantedContacts}`,
  values: valuesOf(question),
});

/** A CSV row. */
export const contactCells: Lines = (question) => ({
  statement: sql`select array_to_string(array[
    x.id::text, x.type, wire_division(x.division_id), wire_date(x.created_at), wire_date(x.modified_at), x.canonical_id::text, x.merged_to::text,
    csv_cell(x.first_name, $11::boolean), csv_cell(x.middle_name, $11), csv_cell(x.last_name, $11), csv_cell(x.salutation, $11), csv_cell(x.title, $11),
    csv_cell(x.work_phone ->> 'userInput', $11), x.work_phone ->> 'extension', x.work_phone ->> 'acceptsSMS',
    csv_cell(x.work_phone ->> 'normalizationCountryCode', $11), csv_cell(x.work_phone ->> 'e164', $11),
    csv_cell(x.cell_phone ->> 'userInput', $11), x.cell_phone ->> 'extension', x.cell_phone ->> 'acceptsSMS',
    csv_cell(x.cell_phone ->> 'normalizationCountryCode', $11), csv_cell(x.cell_phone ->> 'e164', $11),
    csv_cell(x.home_phone ->> 'userInput', $11), x.home_phone ->> 'extension', x.home_phone ->> 'acceptsSMS',
    csv_cell(x.home_phone ->> 'normalizationCountryCode', $11), csv_cell(x.home_phone ->> 'e164', $11),
    csv_cell(x.other_phone ->> 'userInput', $11), x.other_phone ->> 'extension', x.other_phone ->> 'acceptsSMS',
    csv_cell(x.other_phone ->> 'normalizationCountryCode', $11), csv_cell(x.other_phone ->> 'e164', $11),
    csv_cell(x.work_email, $11), csv_cell(x.personal_email, $11), csv_cell(x.other_email, $11),
    csv_cell(x.address ->> 'address1', $11), csv_cell(x.address ->> 'address2', $11), csv_cell(x.address ->> 'city', $11),
    csv_cell(x.address ->> 'state', $11), csv_cell(x.address ->> 'postalCode', $11), csv_cell(x.address ->> 'countryCode', $11),
    csv_cell(x.twitter_id ->> 'id', $11), csv_cell(x.twitter_id ->> 'name', $11), csv_cell(x.twitter_id ->> 'screenName', $11), x.twitter_id ->> 'verified',
    csv_cell(x.twitter_id ->> 'profileUrl', $11),
    csv_cell(x.line_id -> 'ids' -> 0 ->> 'userId', $11), csv_cell(x.line_id ->> 'displayName', $11),
    csv_cell(x.whats_app_id -> 'phoneNumber' ->> 'userInput', $11), x.whats_app_id -> 'phoneNumber' ->> 'extension', x.whats_app_id -> 'phoneNumber' ->> 'acceptsSMS',
    csv_cell(x.whats_app_id -> 'phoneNumber' ->> 'normalizationCountryCode', $11), csv_cell(x.whats_app_id -> 'phoneNumber' ->> 'e164', $11),
    csv_cell(x.whats_app_id ->> 'displayName', $11),
    csv_cell(x.facebook_id -> 'ids' -> 0 ->> 'scopedId', $11), csv_cell(x.facebook_id ->> 'displayName', $11),
    csv_cell(x.instagram_id -> 'ids' -> 0 ->> 'scopedId', $11), csv_cell(x.instagram_id ->> 'displayName', $11), csv_cell(x.instagram_id ->> 'handle', $11),
    csv_list_cells(x.apple_opaque_ids, 10, $11, 'value'),
    x.external_organization_id::text,
    csv_cell(o.name, $11),
    x.survey_opt_out::text, csv_cell(x.external_system_url, $11), x.schema_id::text, x.schema_version::text,
    csv_list_cells(x.external_ids, 10, $11, 'externalSource.id', 'value')], ',', '') || csv_custom_cells(x.custom_fields, $12::text[], $11)
  from contacts x left join external_organizations o on o.org_id = $1 and o.id = x.external_organization_id and ($3::uuid[] is null or o.division_id = any ($3))
    ${wantedContacts}`,
  values: [...valuesOf(question), question.formulas, question.customFields],
});
