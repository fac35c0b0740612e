// The wire shape of an external organization, once.
import { sql } from '../db/sql.ts';
import { divisionBody, externalIdsBody, hasClaim, identifierBody } from '../families/wire.ts';

/** The body of the external organization aliased x, without its trustor. $1 organization, $2 fields to expand. */
export const organizationBody = sql`json_strip_nulls(json_build_object(
  'id', x.id, 'name', x.name,
  'division', ${divisionBody},
  'companyType', x.company_type, 'industry', x.industry, 'address', x.address, 'phoneNumber', x.phone_number, 'faxNumber', x.fax_number,
  'employeeCount', x.employee_count, 'revenue', x.revenue, 'tags', x.tags, 'websites', x.websites, 'tickers', x.tickers,
  'twitterId', x.twitter_id, 'externalSystemUrl', x.external_system_url,
  'externalIds', ${externalIdsBody},
  'identifiers', case when 'identifiers' = any ($2::text[]) then (
    select coalesce(json_agg(${identifierBody} order by i.value, i.source_id), '[]') from identifiers i
    where i.org_id = $1 and i.owner_kind = 'organization' and i.owner_id = x.id and ${hasClaim}) end,
  'createDate', wire_date(x.created_at), 'modifyDate', wire_date(x.modified_at),
  'selfUri', '/api/v2/externalcontacts/organizations/' || x.id))`;
