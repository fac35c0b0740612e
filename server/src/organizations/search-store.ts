// The statements of the deep search of external organizations, in the manner of contacts/search-store.ts.
import type { Door } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { Met, Question } from '../families/deep-search.ts';
import { limits } from '../http/limits.ts';
import type { View } from './store.ts';
import { organizationProjection } from './wire.ts';

export type SearchOrder = 'name' | 'industry' | 'companyType' | 'createDate' | 'modifyDate';

export async function searchOrganizationsDeep(door: Door, view: View, question: Question<SearchOrder>): Promise<Met> {
  const few = question.words !== null || view.divisions !== null ? await fewOrganizations(door, view, question) : undefined;
  return few ?? walkOrganizations(door, view, question);
}

/** The values that a filter looks at, in the order of ORGANIZATION_COLUMNS; those that it does not look at stay null. $7 names them. */
export const organizationValues = sql`jsonb_build_array(
  case when 'id' = any ($7::text[]) then k.id end,
  case when 'name' = any ($7) then k.name end,
  case when 'companyType' = any ($7) then k.company_type end,
  case when 'industry' = any ($7) then k.industry end,
  case when 'address' = any ($7) then k.address end,
  case when 'phoneNumber' = any ($7) then k.phone_number end,
  case when 'faxNumber' = any ($7) then k.fax_number end,
  case when 'employeeCount' = any ($7) then k.employee_count end,
  case when 'revenue' = any ($7) then k.revenue end,
  case when 'tags' = any ($7) then k.tags end,
  case when 'websites' = any ($7) then k.websites end,
  case when 'tickers' = any ($7) then k.tickers end,
  case when 'twitterId' = any ($7) then k.twitter_id end,
  case when 'externalIds' = any ($7) then k.external_ids end,
  case when 'externalSystemUrl' = any ($7) then k.external_system_url end,
  case when 'division.id' = any ($7) then k.division_id end,
  case when 'schema.id' = any ($7) then k.schema_id end,
  case when 'customFields' = any ($7) then k.custom_fields end,
  case when 'createDate' = any ($7) then floor(extract(epoch from k.created_at) * 1000) end,
  case when 'modifyDate' = any ($7) then floor(extract(epoch from k.modified_at) * 1000) end)`;

export const ORGANIZATION_COLUMNS = [
  ...['id', 'name', 'companyType', 'industry', 'address', 'phoneNumber', 'faxNumber', 'employeeCount', 'revenue', 'tags', 'websites', 'tickers'],
  ...['twitterId', 'externalIds', 'externalSystemUrl', 'division.id', 'schema.id', 'customFields', 'createDate', 'modifyDate'],
];

async function walkOrganizations(door: Door, view: View, question: Question<SearchOrder>): Promise<Met> {
  const body = organizationProjection(view);
  const stretch = STRETCHES[question.by][question.descending ? 'descending' : 'ascending'];
  const [rows] = await door.flight([
    [
      sql`with passed as not materialized (select * from external_organizations k where k.org_id = $1 and ${stretch} limit $12),
        seen as not materialized (
          select * from passed k where ($3::uuid[] is null or k.division_id = any ($3)) and ($6::tsquery is null or k.words @@ $6::tsquery) limit $11),
        met as materialized (
          select k.id, ${placeOfOrganization} as place, row_number() over () as at from seen k
          where $8::jsonpath is null or jsonb_path_match(${organizationValues}, $8, silent => true)
          limit $9::int + 1)
        select (select count(*)::int from met) as met, null::int as total,
          (select '[' || coalesce(string_agg(${body}::text, ',' order by met.at), '') || ']'
            from met join external_organizations x on x.org_id = $1 and x.id = met.id where met.at <= $9) as entities,
          case when (select count(*) from met) > $9 then (select met.place from met where met.at = $9) else coalesce(
            (select ${placeOfOrganization} from seen k limit 1 offset $11 - 1), (select ${placeOfOrganization} from passed k limit 1 offset $12 - 1)) end as reached`,
      [...valuesOf(view, question), question.checks, limits.passedRowsMax],
    ],
  ]);
  return rows?.[0] as unknown as Met;
}

/** @returns undefined where those that match by words, or lie in the caller's divisions, are too many to sort */
async function fewOrganizations(door: Door, view: View, question: Question<SearchOrder>): Promise<Met | undefined> {
  const body = organizationProjection(view);
  const stretch = STRETCHES[question.by][question.descending ? 'descending' : 'ascending'];
  const [rows] = await door.flight([
    [
      sql`with gathered as materialized (select case when $6::tsquery is null then array(
          select k.id from external_organizations k where k.org_id = $1 and k.division_id = any ($3) limit $11::int) end as ids),
        hits as materialized (
          select h.id, h.name_key collate "C" as name_key, h.industry_key collate "C" as industry_key, h.company_type_key collate "C" as company_type_key,
            case when $10 = 'modifyDate' then (select m.modified_at from external_organizations m where m.org_id = $1 and m.id = h.id) end as modified_at
          from external_organization_hits($6::tsquery, $3::uuid[], $11::int) h where $6::tsquery is not null
          union all
          select k.id, k.name_key, k.industry_key, k.company_type_key, k.modified_at from external_organizations k
          where (select cardinality(ids) < $11 from gathered) and k.org_id = $1 and k.id = any ((select ids from gathered)::uuid[])
            and k.division_id = any ($3)),
        counted as materialized (
          select (select coalesce(cardinality(ids), 0) < $11 from gathered) and count(*) < $11 as few, count(*)::int as total from hits),
        sorted as not materialized (select k.* from hits k where (select few from counted) and ${stretch} limit $12),
        met as materialized (
          select h.id, h.place, row_number() over () as at from (select k.id, ${placeOfOrganization} as place from sorted k) h
          where $8::jsonpath is null
            or (select jsonb_path_match(${organizationValues}, $8, silent => true) from external_organizations k where k.org_id = $1 and k.id = h.id)
          limit $9::int + 1)
      select (select few from counted) as few, (select count(*)::int from met) as met, case when $8 is null then (select total from counted) end as total,
        (select '[' || coalesce(string_agg(${body}::text, ',' order by met.at), '') || ']'
          from met join external_organizations x on x.org_id = $1 and x.id = met.id where met.at <= $9) as entities,
        case when (select count(*) from met) > $9 then (select met.place from met where met.at = $9)
          else (select ${placeOfOrganization} from sorted k limit 1 offset $12 - 1) end as reached`,
      [...valuesOf(view, question), limits.fewRowsMax + 1, question.checks],
    ],
  ]);
  const row = rows?.[0] as unknown as Met & { few: boolean };
  return row.few ? row : undefined;
}

/** $1 to $10 of both statements. */
function valuesOf(view: View, { from, to, words, columns, path, size, by }: Question<SearchOrder>) {
  return [view.orgId, view.expand, view.divisions, from, to, words, columns, path, size, by] as const;
}

/** Where the organization aliased k stands in the order $10. */
const placeOfOrganization = sql`case $10 when 'name' then json_build_array(k.name_key, k.id)
  when 'industry' then json_build_array(k.industry_key, k.id) when 'companyType' then json_build_array(k.company_type_key, k.id)
  when 'createDate' then json_build_array(k.id) when 'modifyDate' then json_build_array(k.modified_at, k.id) end`;

// What lies between two places, $4 and $5, in order. The same names stand in either table.
const STRETCHES = {
  name: {
    ascending: sql`(k.name_key, k.id) > (($4::text[])[1], ($4::text[])[2]::uuid) and (k.name_key, k.id) < (($5::text[])[1], ($5::text[])[2]::uuid)
      order by k.name_key, k.id`,
    descending: sql`(k.name_key, k.id) > (($4::text[])[1], ($4::text[])[2]::uuid) and (k.name_key, k.id) < (($5::text[])[1], ($5::text[])[2]::uuid)
      order by k.name_key desc, k.id desc`,
  },
  industry: {
    ascending: sql`(k.industry_key, k.id) > (($4::text[])[1], ($4::text[])[2]::uuid) and (k.industry_key, k.id) < (($5::text[])[1], ($5::text[])[2]::uuid)
      order by k.industry_key, k.id`,
    descending: sql`(k.industry_key, k.id) > (($4::text[])[1], ($4::text[])[2]::uuid) and (k.industry_key, k.id) < (($5::text[])[1], ($5::text[])[2]::uuid)
      order by k.industry_key desc, k.id desc`,
  },
  companyType: {
    ascending: sql`(k.company_type_key, k.id) > (($4::text[])[1], ($4::text[])[2]::uuid) and (k.company_type_key, k.id) < (($5::text[])[1], ($5::text[])[2]::uuid)
      order by k.company_type_key, k.id`,
    descending: sql`(k.company_type_key, k.id) > (($4::text[])[1], ($4::text[])[2]::uuid) and (k.company_type_key, k.id) < (($5::text[])[1], ($5::text[])[2]::uuid)
      order by k.company_type_key desc, k.id desc`,
  },
  createDate: {
    ascending: sql`k.id > ($4::text[])[1]::uuid and k.id < ($5::text[])[1]::uuid order by k.id`,
    descending: sql`k.id > ($4::text[])[1]::uuid and k.id < ($5::text[])[1]::uuid order by k.id desc`,
  },
  modifyDate: {
    ascending: sql`(k.modified_at, k.id) > (($4::text[])[1]::timestamptz, ($4::text[])[2]::uuid) and (k.modified_at, k.id) < (($5::text[])[1]::timestamptz, ($5::text[])[2]::uuid)
      order by k.modified_at, k.id`,
    descending: sql`(k.modified_at, k.id) > (($4::text[])[1]::timestamptz, ($4::text[])[2]::uuid) and (k.modified_at, k.id) < (($5::text[])[1]::timestamptz, ($5::text[])[2]::uuid)
      order by k.modified_at desc, k.id desc`,
  },
} as const;
