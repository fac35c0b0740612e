// Lists, searches and scans of external organizations, in the manner of contacts/lists.ts.
import type { Door } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Found, found, type Listed, type Slice } from '../families/page.ts';
import type { Scanned, ScanPlace } from '../families/scan.ts';
import type { SearchQuery } from '../families/words.ts';
import { limits } from '../http/limits.ts';
import type { View } from './store.ts';
import { organizationProjection } from './wire.ts';

export const SORTS = ['name', 'industry', 'companyType'] as const;
export type Sort = { by: (typeof SORTS)[number]; descending: boolean };

export async function listOrganizations(door: Door, view: View, sort: Sort, slice: Slice): Promise<Found> {
  const body = organizationProjection(view);
  const order = ORDERS[sort.by][sort.descending ? 'descending' : 'ascending'];
  const [row] = await door.rows<Listed>(
    sql`select (select count(*)::int from (select from external_organizations k where k.org_id = $1
          and ($3::uuid[] is null or k.division_id = any ($3)) limit $6) counted) as total,
        (select '[' || coalesce(string_agg(${body}::text, ',' order by x.at), '') || ']' from (
          select k.*, row_number() over () as at from (select * from external_organizations k where k.org_id = $1
            and ($3::uuid[] is null or k.division_id = any ($3)) order by ${order} limit $4 offset $5) k) x) as entities`,
    [view.orgId, view.expand, view.divisions, slice.size, slice.offset, limits.totalExactMax + 1],
  );
  return found(row);
}

/** Like searchContacts: the hits first, and where they are too many to sort, the sort's index is walked. */
export async function searchOrganizations(door: Door, view: View, query: SearchQuery, sort: Sort | undefined, slice: Slice): Promise<Found> {
  const body = organizationProjection(view);
  const sparse = await sortedHits(door, view, query, sort, slice, limits.totalExactMax + 1);
  if (!sparse.partial) return sparse;
  const order = ORDERS[sort?.by ?? 'name'][sort?.descending ? 'descending' : 'ascending'];
  const [walked] = await door.rows<{ met: number; entities: string }>(
    sql`with met as materialized (
        select k.id, row_number() over () as at from (select * from external_organizations k where k.org_id = $1 order by ${order} limit $7) k
        where k.words @@ $6::tsquery and ($3::uuid[] is null or k.division_id = any ($3)) limit $4 offset $5)
      select (select count(*)::int from met) as met,
        (select '[' || coalesce(string_agg(${body}::text, ',' order by met.at), '') || ']'
          from met join external_organizations x on x.org_id = $1 and x.id = met.id) as entities`,
    [view.orgId, view.expand, view.divisions, slice.size, slice.offset, query.prefix, limits.walkedRowsMax],
  );
  const entities = walked?.met === slice.size ? walked.entities : (await sortedHits(door, view, query, sort, slice, null)).entities;
  return { entities, total: limits.totalExactMax, partial: true };
}

async function sortedHits(door: Door, view: View, query: SearchQuery, sort: Sort | undefined, slice: Slice, most: number | null): Promise<Found> {
  const body = organizationProjection(view);
  const [row] = await door.rows<Listed>(
    sql`with hits as materialized (select h.id, h.name_key collate "C" as name_key, h.industry_key collate "C" as industry_key,
          h.company_type_key collate "C" as company_type_key from external_organization_hits($6::tsquery, $3::uuid[], $7) h),
      counted as materialized (select count(*)::int as total from hits),
      ranked as (
        select h.*, case when $8::tsquery is null or counted.total > $9 then false else not exists (
          select from external_organizations k where k.org_id = $1 and k.id = h.id and k.words @@ $8::tsquery) end as partly
        from hits h cross join counted where $10 or counted.total <= $11),
      page as materialized (
        select r.id, row_number() over () as at from (select * from ranked order by partly,
          case $12 when 'name' then name_key when 'industry' then industry_key when 'companyType' then company_type_key end,
          case $12 when '-name' then name_key when '-industry' then industry_key when '-companyType' then company_type_key end desc,
          case when $12 not like '-%' then id end, id desc limit $4 offset $5) r)
      select (select total from counted),
        (select '[' || coalesce(string_agg(${body}::text, ',' order by page.at), '') || ']'
          from page join external_organizations x on x.org_id = $1 and x.id = page.id) as entities`,
    [
      view.orgId,
      view.expand,
      view.divisions,
      slice.size,
      slice.offset,
      query.prefix,
      most,
      sort ? null : query.whole,
      RANKED_MAX,
      most === null,
      limits.totalExactMax,
      `${sort?.descending ? '-' : ''}${sort?.by ?? 'name'}`,
    ],
  );
  return found(row);
}

// Telling whole words from beginnings reads each hit again; past this many nobody looks for the best of them.
const RANKED_MAX = 1000;

/** One page of a scan. */
export function scanOrganizations(door: Door, view: View, after: ScanPlace, size: number): Promise<Scanned[]> {
  const body = organizationProjection(view);
  const next = SCANS[after.modifiedAt === null ? 'byId' : 'byChange'];
  return door.rows(
    sql`select x.id, ${body}::text as body, case when $6::timestamptz is not null then to_json(x.modified_at) end as "modifiedAt" from external_organizations x
      where x.org_id = $1 and ($4::uuid[] is null or x.division_id = any ($4)) and ${next} limit $5`,
    [view.orgId, view.expand, after.id, view.divisions, size, after.modifiedAt],
  );
}

const ORDERS = {
  name: { ascending: sql`k.name_key, k.id`, descending: sql`k.name_key desc, k.id desc` },
  industry: { ascending: sql`k.industry_key, k.id`, descending: sql`k.industry_key desc, k.id desc` },
  companyType: { ascending: sql`k.company_type_key, k.id`, descending: sql`k.company_type_key desc, k.id desc` },
} as const;

// What stands behind a place: the moment $6 is null in the order of ids.
const SCANS = {
  byId: sql`x.id > $3 and $6::timestamptz is null order by x.id`,
  byChange: sql`(x.modified_at, x.id) > ($6::timestamptz, $3::uuid) order by x.modified_at, x.id`,
} as const;
