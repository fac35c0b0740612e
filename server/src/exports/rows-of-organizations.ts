// External organizations as lines of a file: see rows-of-contacts.ts.
import { sql } from '../db/sql.ts';
import { organizationText, organizationValues } from '../organizations/index.ts';
import type { Lines, Question } from './question.ts';

const valuesOf = ({ orgId, organizationDivisions, limit, path, columns, words }: Question) => [orgId, [], organizationDivisions, limit, path, words, columns];

const wantedOrganizations = sql`external_organizations x cross join lateral (select x.*) k
  where x.org_id = $1::uuid and $2::text[] is not null and ($3::uuid[] is null or x.division_id = any ($3)) and ($6::tsquery is null or x.words @@ $6)
    and ($5::jsonpath is null or jsonb_path_match(${organizationValues}, $5, silent => true))
  order by x.id limit $4::bigint`;

export const organizationObjects: Lines = (question) => ({
  statement: sql`select ${organizationText} from ${wantedOrganizations}`,
  values: valuesOf(question),
});

export const organizationCells: Lines = (question) => ({
  statement: sql`select array_to_string(array[
    x.id::text, wire_division(x.division_id), wire_date(x.created_at), wire_date(x.modified_at),
    csv_cell(x.name, $8::boolean), csv_cell(x.company_type, $8), csv_cell(x.industry, $8),
    csv_cell(x.address ->> 'address1', $8), csv_cell(x.address ->> 'address2', $8), csv_cell(x.address ->> 'city', $8),
    csv_cell(x.address ->> 'state', $8), csv_cell(x.address ->> 'postalCode', $8), csv_cell(x.address ->> 'countryCode', $8),
    csv_cell(x.phone_number ->> 'userInput', $8), x.phone_number ->> 'extension', x.phone_number ->> 'acceptsSMS',
    csv_cell(x.phone_number ->> 'normalizationCountryCode', $8), csv_cell(x.phone_number ->> 'e164', $8),
    csv_cell(x.fax_number ->> 'userInput', $8), x.fax_number ->> 'extension', x.fax_number ->> 'acceptsSMS',
    csv_cell(x.fax_number ->> 'normalizationCountryCode', $8), csv_cell(x.fax_number ->> 'e164', $8),
    csv_cell(x.employee_count::text, $8), csv_cell(x.revenue::text, $8), csv_cell(x.tags::text, $8), csv_cell(x.websites::text, $8),
    csv_list_cells(x.tickers, 20, $8, 'symbol', 'exchange'),
    csv_cell(x.twitter_id ->> 'id', $8), csv_cell(x.twitter_id ->> 'name', $8), csv_cell(x.twitter_id ->> 'screenName', $8), x.twitter_id ->> 'verified',
    csv_cell(x.twitter_id ->> 'profileUrl', $8),
    csv_cell(x.external_system_url, $8), x.schema_id::text, x.schema_version::text,
    csv_list_cells(x.external_ids, 10, $8, 'externalSource.id', 'value')], ',', '') || csv_custom_cells(x.custom_fields, $9::text[], $8)
  from ${wantedOrganizations}`,
  values: [...valuesOf(question), question.formulas, question.customFields],
});
