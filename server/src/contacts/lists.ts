// Lists, searches and scans of contacts: many at once, each a page of them in an order.
import type { Door } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Found, found, type Listed, type Slice } from '../families/page.ts';
import type { Scanned, ScanPlace } from '../families/scan.ts';
import type { SearchQuery } from '../families/words.ts';
import { limits } from '../http/limits.ts';
import { bodyValues, isListed, isThere, type View } from './store.ts';
import { contactProjection } from './wire.ts';

export const SORTS = ['lastName', 'firstName', 'middleName', 'title'] as const;
export type Sort = { by: (typeof SORTS)[number]; descending: boolean };

/** All visible contacts in order: walks the sort's index. */
export async function listContacts(door: Door, view: View, sort: Sort, slice: Slice): Promise<Found> {
  const body = contactProjection(view);
  const order = ORDERS[sort.by][sort.descending ? 'descending' : 'ascending'];
  const [row] = await door.rows<Listed>(
    sql`select (select count(*)::int from (select from contacts k where k.org_id = $1 and ${isListed}
          and ($4::uuid[] is null or k.division_id = any ($4)) limit $7) counted) as total,
        (select '[' || coalesce(string_agg(${body}::text, ',' order by page.at), '') || ']' from (
          select k.id, row_number() over () as at from (select k.id from contacts k where k.org_id = $1 and ${isListed}
            and ($4::uuid[] is null or k.division_id = any ($4)) order by ${order} limit $5 offset $6) k) page
          join contacts x on x.org_id = $1 and x.id = page.id) as entities`,
    [view.orgId, view.expand, view.organizationDivisions, view.divisions, slice.size, slice.offset, limits.totalExactMax + 1],
  );
  return found(row);
}

/**
 * The contacts that match. The hits come first, as many as the exact total counts; where there are more, or the planner
 * expects many more, the words are dense, and walking the sort's index meets enough of them soon. (Measured at a million
 * contacts: a sorted search left to the planner takes seconds on middling words, and taking the hits of a dense word
 * 140 ms, where the planner's expectation costs 0.3.)
 */
export async function searchContacts(door: Door, view: View, query: SearchQuery, sort: Sort | undefined, slice: Slice): Promise<Found> {
  const body = contactProjection(view);
  const sparse = await sortedHits(door, view, query, sort, slice, limits.totalExactMax + 1);
  if (!sparse.partial) return sparse;
  const order = ORDERS[sort?.by ?? 'lastName'][sort?.descending ? 'descending' : 'ascending'];
  const [walked] = await door.rows<{ met: number; entities: string }>(
    sql`with met as materialized (
        select k.id, row_number() over () as at from (
          select * from contacts k where k.org_id = $1 and ${isListed} order by ${order} limit $9) k
        where (k.words || k.organization_words) @@ $7::tsquery and (not $8 or k.words @@ $7::tsquery)
          and ($4::uuid[] is null or k.division_id = any ($4)) limit $5 offset $6)
      select (select count(*)::int from met) as met,
        (select '[' || coalesce(string_agg(${body}::text, ',' order by met.at), '') || ']'
          from met join contacts x on x.org_id = $1 and x.id = met.id) as entities`,
    [...bodyValues(view), view.divisions, slice.size, slice.offset, query.prefix, ownOnly(view), limits.walkedRowsMax],
  );
  const entities = walked?.met === slice.size ? walked.entities : (await sortedHits(door, view, query, sort, slice, null)).entities;
  return { entities, total: limits.totalExactMax, partial: true };
}

/** Hits sorted: without an order of the caller's, those that match in whole words come first. A flight, to be planned once. */
async function sortedHits(door: Door, view: View, query: SearchQuery, sort: Sort | undefined, slice: Slice, most: number | null): Promise<Found> {
  const body = contactProjection(view);
  const [rows] = await door.flight([
    [
      sql`with expected as materialized (select case when $12 then 0 else contact_hits_expected($7::tsquery, $4::uuid[]) end as hits),
      hits as materialized (select h.id, h.last_name_key collate "C" as last_name_key, h.first_name_key collate "C" as first_name_key,
          h.middle_name_key collate "C" as middle_name_key, h.title_key collate "C" as title_key
        from contact_hits($7::tsquery, $8, $4::uuid[], $9) h where (select hits from expected) < $15),
      counted as materialized (select case when (select hits from expected) < $15 then count(*)::int else $9 end as total from hits),
      ranked as (
        select h.*, case when $10::tsquery is null or counted.total > $11 then false else not exists (
          select from contacts k where k.org_id = $1 and k.id = h.id and (k.words || k.organization_words) @@ $10::tsquery) end as partly
        from hits h cross join counted where $12 or counted.total <= $13),
      page as materialized (
        select r.id, row_number() over () as at from (select * from ranked order by partly,
          case $14 when 'firstName' then first_name_key when 'middleName' then middle_name_key when 'title' then title_key when 'lastName' then last_name_key end,
          case $14 when '-firstName' then first_name_key when '-middleName' then middle_name_key when '-title' then title_key when '-lastName' then last_name_key end desc,
          case when $14 = 'lastName' then first_name_key end, case when $14 = '-lastName' then first_name_key end desc,
          case when $14 not like '-%' then id end, id desc limit $5 offset $6) r)
      select (select total from counted),
        (select '[' || coalesce(string_agg(${body}::text, ',' order by page.at), '') || ']'
          from page join contacts x on x.org_id = $1 and x.id = page.id) as entities`,
      [
        ...bodyValues(view),
        view.divisions,
        slice.size,
        slice.offset,
        query.prefix,
        ownOnly(view),
        most,
        sort ? null : query.whole,
        RANKED_MAX,
        most === null,
        limits.totalExactMax,
        `${sort?.descending ? '-' : ''}${sort?.by ?? 'lastName'}`,
        limits.denseHitsExpected,
      ],
    ],
  ]);
  return found(rows?.[0] as Listed | undefined);
}

// Telling whole words from beginnings reads each hit again; past this many nobody looks for the best of them.
const RANKED_MAX = 1000;

/** The contacts of one external organization, all or those that match. */
export async function organizationContacts(
  door: Door,
  view: View,
  organizationId: string,
  query: SearchQuery | undefined,
  sort: Sort,
  slice: Slice,
): Promise<Found> {
  const body = contactProjection(view);
  const order = ORDERS[sort.by][sort.descending ? 'descending' : 'ascending'];
  const [row] = await door.rows<Listed>(
    sql`with members as materialized (
        select k.id, k.last_name_key, k.first_name_key, k.middle_name_key, k.title_key from contacts k
        where k.org_id = $1 and k.external_organization_id = $7 and ${isListed}
          and ($4::uuid[] is null or k.division_id = any ($4))
          and ($8::tsquery is null or ((k.words || k.organization_words) @@ $8::tsquery and (not $10 or k.words @@ $8::tsquery)))),
      page as materialized (select k.id, row_number() over () as at from (select * from members k order by ${order} limit $5 offset $6) k)
      select (select count(*)::int from (select from members limit $9) counted) as total,
        (select '[' || coalesce(string_agg(${body}::text, ',' order by page.at), '') || ']'
          from page join contacts x on x.org_id = $1 and x.id = page.id) as entities`,
    [...bodyValues(view), view.divisions, slice.size, slice.offset, organizationId, query?.prefix ?? null, limits.totalExactMax + 1, ownOnly(view)],
  );
  return found(row);
}

/** One page of a scan: every type, in one division, or in all that may be seen; without those that were merged away. */
export function scanContacts(door: Door, view: View, after: ScanPlace, size: number): Promise<Scanned[]> {
  const body = contactProjection(view);
  const next = SCANS[after.modifiedAt === null ? 'byId' : 'byChange'];
  return door.rows(
    sql`select x.id, ${body}::text as body, case when $7::timestamptz is not null then to_json(x.modified_at) end as "modifiedAt" from contacts x
      where x.org_id = $1 and x.merged_to is null and ${isThere} and ($5::uuid[] is null or x.division_id = any ($5)) and ${next} limit $6`,
    [...bodyValues(view), after.id, view.divisions, size, after.modifiedAt],
  );
}

const ORDERS = {
  lastName: { ascending: sql`k.last_name_key, k.first_name_key, k.id`, descending: sql`k.last_name_key desc, k.first_name_key desc, k.id desc` },
  firstName: { ascending: sql`k.first_name_key, k.id`, descending: sql`k.first_name_key desc, k.id desc` },
  middleName: { ascending: sql`k.middle_name_key, k.id`, descending: sql`k.middle_name_key desc, k.id desc` },
  title: { ascending: sql`k.title_key, k.id`, descending: sql`k.title_key desc, k.id desc` },
} as const;

// Whoever may not see every external organization must not find contacts by the names of the hidden ones.
const ownOnly = (view: View) => view.organizationDivisions !== null;

// What stands behind a place: the moment $7 is null in the order of ids.
const SCANS = {
  byId: sql`x.id > $4 and $7::timestamptz is null order by x.id`,
  byChange: sql`(x.modified_at, x.id) > ($7::timestamptz, $4::uuid) order by x.modified_at, x.id`,
} as const;
