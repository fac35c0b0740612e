// Every statement on external organizations, in the manner of contacts/store.ts.
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Found, found, type Listed, type Slice } from '../families/page.ts';
import type { SearchQuery } from '../families/words.ts';
import { limits } from '../http/limits.ts';
import { dropStep, type Holding, holdSteps, type Identifier, replaceSteps } from '../identifiers/index.ts';
import { type OrganizationRow, organizationIdentifiers } from './organization.ts';
import { organizationProjection } from './wire.ts';

export interface View {
  orgId: string;
  expand: readonly string[];
  /** Divisions whose organizations may be seen; null for all. */
  divisions: string[] | null;
}

export function organizationText(door: Door, view: View, id: string): Promise<string | undefined> {
  const body = organizationProjection(view);
  return door.text(
    sql`select ${body}::text from external_organizations x where x.org_id = $1 and x.id = $3 and ($4::uuid[] is null or x.division_id = any ($4))`,
    [view.orgId, view.expand, id, view.divisions],
  );
}

/** The body of the organization that has the claim in the first of the view's divisions where any has; unassigned goes first. */
export function claimantText(door: Door, view: View, identifier: Identifier): Promise<string | undefined> {
  const body = organizationProjection(view);
  return door.text(
    sql`select ${body}::text from external_organizations x where x.org_id = $1 and x.id = (
      select i.owner_id from identifiers i
      where i.org_id = $1 and i.owner_kind = 'organization' and i.type = $3 and i.value = $4 and i.source_id = $5 and not i.waived
        and ($6::uuid[] is null or i.division_id = any ($6))
      order by i.division_id, i.pinned desc, i.since, i.owner_id limit 1)`,
    [view.orgId, view.expand, identifier.type, identifier.value, identifier.sourceId, view.divisions],
  );
}

export function bodiesStep(view: View, ids: string[]): Step {
  const body = organizationProjection(view);
  return [
    sql`select ${body}::text as body from unnest($3::uuid[]) with ordinality wanted (id, at)
      join external_organizations x on x.org_id = $1 and x.id = wanted.id order by wanted.at`,
    [view.orgId, view.expand, ids],
  ];
}

export function storedOrganizations(door: Door, orgId: string, ids: string[]): Promise<{ id: string; division_id: string }[]> {
  return door.rows(sql`select o.id, o.division_id from external_organizations o where o.org_id = $1 and o.id = any ($2::uuid[])`, [orgId, ids]);
}

export function insertSteps(orgId: string, rows: OrganizationRow[]): Step[] {
  return [
    [
      sql`insert into external_organizations (org_id, id, division_id, name, company_type, industry, address, phone_number, fax_number, employee_count,
          revenue, tags, websites, tickers, twitter_id, external_ids, external_system_url, name_key, company_type_key, industry_key, words,
          name_words, created_at, modified_at)
        select $1, r.id, r.division_id, r.name, r.company_type, r.industry, r.address, r.phone_number, r.fax_number, r.employee_count,
          r.revenue, r.tags, r.websites, r.tickers, r.twitter_id, r.external_ids, r.external_system_url, r.name_key, r.company_type_key,
          r.industry_key, array_to_tsvector(r.words), array_to_tsvector(r.name_words), now(), now()
        from jsonb_populate_recordset(null::external_organization_input, $2::jsonb) r`,
      [orgId, JSON.stringify(rows)],
    ],
    ...holdSteps(orgId, 'organization', rows.map(holdingOf)),
  ];
}

/** Replaces organizations whole; their contacts are found by the new name at once. */
export function updateSteps(orgId: string, rows: OrganizationRow[], divisions: string[] | null): Step[] {
  const input = JSON.stringify(rows);
  return [
    [
      sql`select expect((select count(*) from (
          select k.id from external_organizations k join jsonb_to_recordset($2::jsonb) as r (id uuid, division_id uuid)
            on r.id = k.id and (r.division_id is null or r.division_id = k.division_id)
          where k.org_id = $1 and ($3::uuid[] is null or k.division_id = any ($3)) order by k.id for update of k) there), $4)`,
      [orgId, input, divisions, rows.length],
    ],
    [
      sql`update external_organizations k set name = r.name, company_type = r.company_type, industry = r.industry, address = r.address,
          phone_number = r.phone_number, fax_number = r.fax_number, employee_count = r.employee_count, revenue = r.revenue, tags = r.tags,
          websites = r.websites, tickers = r.tickers, twitter_id = r.twitter_id, external_ids = r.external_ids,
          external_system_url = r.external_system_url, name_key = r.name_key, company_type_key = r.company_type_key,
          industry_key = r.industry_key, words = array_to_tsvector(r.words), name_words = array_to_tsvector(r.name_words), modified_at = now()
        from jsonb_populate_recordset(null::external_organization_input, $2::jsonb) r where k.org_id = $1 and k.id = r.id`,
      [orgId, input],
    ],
    [
      sql`update contacts k set organization_words = array_to_tsvector(r.name_words)
        from jsonb_populate_recordset(null::external_organization_input, $2::jsonb) r
        where k.org_id = $1 and k.external_organization_id = r.id and k.organization_words <> array_to_tsvector(r.name_words)`,
      [orgId, input],
    ],
    ...replaceSteps(orgId, 'organization', rows.map(holdingOf)),
  ];
}

/** Deletes organizations with their notes, relationships and trustor links (by foreign keys); their contacts stay, without one. */
export function deleteSteps(orgId: string, ids: string[], divisions: string[] | null): Step[] {
  return [
    [
      sql`select expect((select count(*) from (
          select k.id from external_organizations k where k.org_id = $1 and k.id = any ($2::uuid[]) and ($3::uuid[] is null or k.division_id = any ($3))
          order by k.id for update) there), $4)`,
      [orgId, ids, divisions, ids.length],
    ],
    [
      sql`update contacts k set external_organization_id = null, organization_words = '', modified_at = now()
        where k.org_id = $1 and k.external_organization_id = any ($2::uuid[])`,
      [orgId, ids],
    ],
    dropStep(orgId, 'organization', ids),
    [sql`delete from external_organizations k where k.org_id = $1 and k.id = any ($2::uuid[])`, [orgId, ids]],
  ];
}

function holdingOf(row: OrganizationRow): Holding {
  return { ownerId: row.id, divisionId: row.division_id, identifiers: organizationIdentifiers(row) };
}

// Lists -----------------------------------------------------------------------------------------------------------------

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
    sql`with hits as materialized (select * from external_organization_hits($6::tsquery, $3::uuid[], $7)),
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

/** One page of a scan, by id. */
export function scanOrganizations(door: Door, view: View, after: string, size: number): Promise<{ id: string; body: string }[]> {
  const body = organizationProjection(view);
  return door.rows(
    sql`select x.id, ${body}::text as body from external_organizations x
      where x.org_id = $1 and x.id > $3 and ($4::uuid[] is null or x.division_id = any ($4)) order by x.id limit $5`,
    [view.orgId, view.expand, after, view.divisions, size],
  );
}

const ORDERS = {
  name: { ascending: sql`k.name_key, k.id`, descending: sql`k.name_key desc, k.id desc` },
  industry: { ascending: sql`k.industry_key, k.id`, descending: sql`k.industry_key desc, k.id desc` },
  companyType: { ascending: sql`k.company_type_key, k.id`, descending: sql`k.company_type_key desc, k.id desc` },
} as const;
