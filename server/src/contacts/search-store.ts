// The statements of the deep search of contacts (docs/decisions/0009-deep-search.md). Where few contacts can match, those
// are collected, sorted and checked; else the sort's index is walked. Both stop after so many checks, so that a page may
// be short and never takes long.
import type { Door } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { Met, Question } from '../families/deep-search.ts';
import { limits } from '../http/limits.ts';
import { bodyValues, isListed, type View } from './store.ts';
import { contactProjection } from './wire.ts';

export type SearchOrder = 'lastName' | 'firstName' | 'middleName' | 'title' | 'createDate' | 'modifyDate';

/** @param organizationIds external organizations, of one of which every match must be; undefined where they do not matter */
export async function searchContactsDeep(door: Door, view: View, question: Question<SearchOrder>, organizationIds: string[] | undefined): Promise<Met> {
  const few: Few | undefined = question.words !== null ? 'words' : organizationIds ? 'organizations' : view.divisions ? 'divisions' : undefined;
  return (few && (await fewContacts(door, view, question, few, organizationIds ?? []))) ?? walkContacts(door, view, question);
}

/** The values that a filter looks at, in the order of CONTACT_COLUMNS; those that it does not look at stay null. $9 names them. */
export const contactValues = sql`jsonb_build_array(
  case when 'id' = any ($9::text[]) then k.id end,
  case when 'firstName' = any ($9) then k.first_name end,
  case when 'middleName' = any ($9) then k.middle_name end,
  case when 'lastName' = any ($9) then k.last_name end,
  case when 'salutation' = any ($9) then k.salutation end,
  case when 'title' = any ($9) then k.title end,
  case when 'workPhone' = any ($9) then k.work_phone end,
  case when 'cellPhone' = any ($9) then k.cell_phone end,
  case when 'homePhone' = any ($9) then k.home_phone end,
  case when 'otherPhone' = any ($9) then k.other_phone end,
  case when 'workEmail' = any ($9) then k.work_email end,
  case when 'personalEmail' = any ($9) then k.personal_email end,
  case when 'otherEmail' = any ($9) then k.other_email end,
  case when 'address' = any ($9) then k.address end,
  case when 'twitterId' = any ($9) then k.twitter_id end,
  case when 'lineId' = any ($9) then k.line_id end,
  case when 'whatsAppId' = any ($9) then k.whats_app_id end,
  case when 'facebookId' = any ($9) then k.facebook_id end,
  case when 'instagramId' = any ($9) then k.instagram_id end,
  case when 'appleOpaqueIds' = any ($9) then k.apple_opaque_ids end,
  case when 'externalIds' = any ($9) then k.external_ids end,
  case when 'externalOrganization.id' = any ($9) then k.external_organization_id end,
  case when 'surveyOptOut' = any ($9) then k.survey_opt_out end,
  case when 'externalSystemUrl' = any ($9) then k.external_system_url end,
  case when 'type' = any ($9) then k.type end,
  case when 'division.id' = any ($9) then k.division_id end,
  case when 'schema.id' = any ($9) then k.schema_id end,
  case when 'customFields' = any ($9) then k.custom_fields end,
  case when 'createDate' = any ($9) then floor(extract(epoch from k.created_at) * 1000) end,
  case when 'modifyDate' = any ($9) then floor(extract(epoch from k.modified_at) * 1000) end)`;

export const CONTACT_COLUMNS = [
  ...['id', 'firstName', 'middleName', 'lastName', 'salutation', 'title', 'workPhone', 'cellPhone', 'homePhone', 'otherPhone'],
  ...['workEmail', 'personalEmail', 'otherEmail', 'address', 'twitterId', 'lineId', 'whatsAppId', 'facebookId', 'instagramId'],
  ...['appleOpaqueIds', 'externalIds', 'externalOrganization.id', 'surveyOptOut', 'externalSystemUrl', 'type', 'division.id', 'schema.id'],
  ...['customFields', 'createDate', 'modifyDate'],
];

/**
 * Walks the sort's index. Rows are passed by that are not to be seen or lack the words; the others are checked. The walk
 * ends after so many of either. Where it filled no page, it is walked again, without the checks, to say how far it came.
 */
async function walkContacts(door: Door, view: View, question: Question<SearchOrder>): Promise<Met> {
  const body = contactProjection(view);
  const stretch = STRETCHES[question.by][question.descending ? 'descending' : 'ascending'];
  const [rows] = await door.flight([
    [
      sql`with passed as not materialized (select * from contacts k where k.org_id = $1 and ${stretch} limit $14),
        seen as not materialized (
          select * from passed k where ${isListed} and ($4::uuid[] is null or k.division_id = any ($4))
            and ($7::tsquery is null or ((k.words || k.organization_words) @@ $7::tsquery and (not $8 or k.words @@ $7::tsquery))) limit $13),
        met as materialized (
          select k.id, ${placeOfContact} as place, row_number() over () as at from seen k
          where $10::jsonpath is null or jsonb_path_match(${contactValues}, $10, silent => true)
          limit $11::int + 1)
        select (select count(*)::int from met) as met, null::int as total,
          (select '[' || coalesce(string_agg(${body}::text, ',' order by met.at), '') || ']'
            from met join contacts x on x.org_id = $1 and x.id = met.id where met.at <= $11) as entities,
          case when (select count(*) from met) > $11 then (select met.place from met where met.at = $11) else coalesce(
            (select ${placeOfContact} from seen k limit 1 offset $13 - 1), (select ${placeOfContact} from passed k limit 1 offset $14 - 1)) end as reached`,
      [...valuesOf(view, question), question.checks, limits.passedRowsMax],
    ],
  ]);
  return rows?.[0] as unknown as Met;
}

/**
 * Collects those that can match: by their words, of some external organizations, or in the caller's few divisions.
 * @returns undefined where they are too many to sort
 */
async function fewContacts(door: Door, view: View, question: Question<SearchOrder>, by: Few, organizationIds: string[]): Promise<Met | undefined> {
  const body = contactProjection(view);
  const stretch = STRETCHES[question.by][question.descending ? 'descending' : 'ascending'];
  const [rows] = await door.flight([
    [
      sql`with gathered as materialized (select
          case when $13 = 'words' then contact_hits_expected($7::tsquery, $4::uuid[]) < $15 else true end as few,
          case when $13 <> 'words' then array(
            (select k.id from contacts k where $13 = 'organizations' and k.org_id = $1 and k.external_organization_id = any ($14::uuid[]) limit $15::int)
            union all
            (select k.id from contacts k where $13 = 'divisions' and k.org_id = $1 and k.division_id = any ($4) limit $15::int)) end as ids),
        hits as materialized (
          select h.id, h.last_name_key collate "C" as last_name_key, h.first_name_key collate "C" as first_name_key,
            h.middle_name_key collate "C" as middle_name_key, h.title_key collate "C" as title_key,
            case when $12 = 'modifyDate' then (select m.modified_at from contacts m where m.org_id = $1 and m.id = h.id) end as modified_at
          from contact_hits($7::tsquery, $8::boolean, $4::uuid[], $15::int) h where $13 = 'words' and (select few from gathered)
          union all
          select k.id, k.last_name_key, k.first_name_key, k.middle_name_key, k.title_key, k.modified_at from contacts k
          where (select cardinality(ids) < $15 from gathered) and k.org_id = $1 and k.id = any ((select ids from gathered)::uuid[])
            and ${isListed} and ($4::uuid[] is null or k.division_id = any ($4))),
        counted as materialized (
          select (select few and coalesce(cardinality(ids), 0) < $15 from gathered) and count(*) < $15 as few, count(*)::int as total from hits),
        sorted as not materialized (select k.* from hits k where (select few from counted) and ${stretch} limit $16),
        met as materialized (
          select h.id, h.place, row_number() over () as at from (select k.id, ${placeOfContact} as place from sorted k) h
          where $10::jsonpath is null or (select jsonb_path_match(${contactValues}, $10, silent => true) from contacts k where k.org_id = $1 and k.id = h.id)
          limit $11::int + 1)
      select (select few from counted) as few, (select count(*)::int from met) as met, case when $10 is null then (select total from counted) end as total,
        (select '[' || coalesce(string_agg(${body}::text, ',' order by met.at), '') || ']'
          from met join contacts x on x.org_id = $1 and x.id = met.id where met.at <= $11) as entities,
        case when (select count(*) from met) > $11 then (select met.place from met where met.at = $11)
          else (select ${placeOfContact} from sorted k limit 1 offset $16 - 1) end as reached`,
      [...valuesOf(view, question), by, organizationIds, limits.fewRowsMax + 1, question.checks],
    ],
  ]);
  const row = rows?.[0] as unknown as Met & { few: boolean };
  return row.few ? row : undefined;
}

type Few = 'words' | 'organizations' | 'divisions';

/** $1 to $12 of both statements. Whoever may not see every external organization finds nobody by their names. */
function valuesOf(view: View, { from, to, words, columns, path, size, by }: Question<SearchOrder>) {
  return [...bodyValues(view), view.divisions, from, to, words, view.organizationDivisions !== null, columns, path, size, by] as const;
}

/** Where the contact aliased k stands in the order $12. */
const placeOfContact = sql`case $12 when 'lastName' then json_build_array(k.last_name_key, k.first_name_key, k.id)
  when 'firstName' then json_build_array(k.first_name_key, k.id) when 'middleName' then json_build_array(k.middle_name_key, k.id)
  when 'title' then json_build_array(k.title_key, k.id) when 'createDate' then json_build_array(k.id)
  when 'modifyDate' then json_build_array(k.modified_at, k.id) end`;

// What lies between two places, $5 and $6, in order. The same names stand in either table.
const STRETCHES = {
  lastName: {
    ascending: sql`(k.last_name_key, k.first_name_key, k.id) > (($5::text[])[1], ($5::text[])[2], ($5::text[])[3]::uuid)
      and (k.last_name_key, k.first_name_key, k.id) < (($6::text[])[1], ($6::text[])[2], ($6::text[])[3]::uuid)
      order by k.last_name_key, k.first_name_key, k.id`,
    descending: sql`(k.last_name_key, k.first_name_key, k.id) > (($5::text[])[1], ($5::text[])[2], ($5::text[])[3]::uuid)
      and (k.last_name_key, k.first_name_key, k.id) < (($6::text[])[1], ($6::text[])[2], ($6::text[])[3]::uuid)
      order by k.last_name_key desc, k.first_name_key desc, k.id desc`,
  },
  firstName: {
    ascending: sql`(k.first_name_key, k.id) > (($5::text[])[1], ($5::text[])[2]::uuid) and (k.first_name_key, k.id) < (($6::text[])[1], ($6::text[])[2]::uuid)
      order by k.first_name_key, k.id`,
    descending: sql`(k.first_name_key, k.id) > (($5::text[])[1], ($5::text[])[2]::uuid) and (k.first_name_key, k.id) < (($6::text[])[1], ($6::text[])[2]::uuid)
      order by k.first_name_key desc, k.id desc`,
  },
  middleName: {
    ascending: sql`(k.middle_name_key, k.id) > (($5::text[])[1], ($5::text[])[2]::uuid) and (k.middle_name_key, k.id) < (($6::text[])[1], ($6::text[])[2]::uuid)
      order by k.middle_name_key, k.id`,
    descending: sql`(k.middle_name_key, k.id) > (($5::text[])[1], ($5::text[])[2]::uuid) and (k.middle_name_key, k.id) < (($6::text[])[1], ($6::text[])[2]::uuid)
      order by k.middle_name_key desc, k.id desc`,
  },
  title: {
    ascending: sql`(k.title_key, k.id) > (($5::text[])[1], ($5::text[])[2]::uuid) and (k.title_key, k.id) < (($6::text[])[1], ($6::text[])[2]::uuid)
      order by k.title_key, k.id`,
    descending: sql`(k.title_key, k.id) > (($5::text[])[1], ($5::text[])[2]::uuid) and (k.title_key, k.id) < (($6::text[])[1], ($6::text[])[2]::uuid)
      order by k.title_key desc, k.id desc`,
  },
  createDate: {
    ascending: sql`k.id > ($5::text[])[1]::uuid and k.id < ($6::text[])[1]::uuid order by k.id`,
    descending: sql`k.id > ($5::text[])[1]::uuid and k.id < ($6::text[])[1]::uuid order by k.id desc`,
  },
  modifyDate: {
    ascending: sql`(k.modified_at, k.id) > (($5::text[])[1]::timestamptz, ($5::text[])[2]::uuid) and (k.modified_at, k.id) < (($6::text[])[1]::timestamptz, ($6::text[])[2]::uuid)
      order by k.modified_at, k.id`,
    descending: sql`(k.modified_at, k.id) > (($5::text[])[1]::timestamptz, ($5::text[])[2]::uuid) and (k.modified_at, k.id) < (($6::text[])[1]::timestamptz, ($6::text[])[2]::uuid)
      order by k.modified_at desc, k.id desc`,
  },
} as const;
