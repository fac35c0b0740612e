// Every statement on contacts. Writes are set-shaped: one statement per table over an array, a single contact being an
// array of one; a guard first, so that a write happens whole or not at all.
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Found, found, type Listed, type Slice } from '../families/page.ts';
import type { SearchQuery } from '../families/words.ts';
import { limits } from '../http/limits.ts';
import { dropStep, type Holding, holdSteps, type Identifier, replaceSteps } from '../identifiers/index.ts';
import { type ContactRow, contactIdentifiers } from './contact.ts';
import { contactProjection } from './wire.ts';

/** What every statement that answers with contacts needs to build them. */
export interface View {
  orgId: string;
  expand: readonly string[];
  /** Divisions whose contacts may be seen; null for all. */
  divisions: string[] | null;
  /** Divisions whose external organizations may be seen; null for all. */
  organizationDivisions: string[] | null;
}

/** The contact's body, or undefined where it is not there or not to be seen. */
export function contactText(door: Door, view: View, id: string): Promise<string | undefined> {
  const body = contactProjection(view);
  return door.text(sql`select ${body}::text from contacts x where x.org_id = $1 and x.id = $4 and ($5::uuid[] is null or x.division_id = any ($5))`, [
    view.orgId,
    view.expand,
    view.organizationDivisions,
    id,
    view.divisions,
  ]);
}

/** The body of the contact that has the claim in the first of the view's divisions where anybody has; unassigned goes first. */
export function claimantText(door: Door, view: View, identifier: Identifier): Promise<string | undefined> {
  const body = contactProjection(view);
  return door.text(
    sql`select ${body}::text from contacts x where x.org_id = $1 and x.id = (
      select i.owner_id from identifiers i
      where i.org_id = $1 and i.owner_kind = 'contact' and i.type = $4 and i.value = $5 and i.source_id = $6 and not i.waived
        and ($7::uuid[] is null or i.division_id = any ($7))
      order by i.division_id, i.pinned desc, i.since, i.owner_id limit 1)`,
    [...bodyValues(view), identifier.type, identifier.value, identifier.sourceId, view.divisions],
  );
}

/** The bodies of the contacts, in the order asked for, without those that are not there. */
export function bodiesStep(view: View, ids: string[]): Step {
  const body = contactProjection(view);
  return [
    sql`select ${body}::text as body from unnest($4::uuid[]) with ordinality wanted (id, at)
      join contacts x on x.org_id = $1 and x.id = wanted.id order by wanted.at`,
    [view.orgId, view.expand, view.organizationDivisions, ids],
  ];
}

/** The contacts, in the order asked for, as a JSON array: what a reverse look-up answers. */
export async function contactsText(door: Door, view: View, ids: string[]): Promise<string> {
  const body = contactProjection(view);
  const text = await door.text(
    sql`select '[' || coalesce(string_agg(${body}::text, ',' order by array_position($4::uuid[], x.id)), '') || ']' from contacts x
      where x.org_id = $1 and x.id = any ($4::uuid[]) and ($5::uuid[] is null or x.division_id = any ($5))`,
    [view.orgId, view.expand, view.organizationDivisions, ids, view.divisions],
  );
  return text ?? '[]';
}

export interface Stored {
  id: string;
  division_id: string;
  external_organization_id: string | null;
}

/** What a refusal needs to know of contacts that a guard did not find as expected. */
export function storedContacts(door: Door, orgId: string, ids: string[]): Promise<Stored[]> {
  return door.rows<Stored>(sql`select k.id, k.division_id, k.external_organization_id from contacts k where k.org_id = $1 and k.id = any ($2::uuid[])`, [
    orgId,
    ids,
  ]);
}

export function insertSteps(orgId: string, rows: ContactRow[]): Step[] {
  return [
    [
      sql`insert into contacts (org_id, id, division_id, first_name, middle_name, last_name, salutation, title, work_phone, cell_phone, home_phone,
          other_phone, work_email, personal_email, other_email, address, twitter_id, line_id, whats_app_id, facebook_id, instagram_id,
          apple_opaque_ids, external_ids, external_organization_id, survey_opt_out, external_system_url, first_name_key, middle_name_key,
          last_name_key, title_key, words, organization_words, created_at, modified_at)
        select $1, r.id, r.division_id, r.first_name, r.middle_name, r.last_name, r.salutation, r.title, r.work_phone, r.cell_phone, r.home_phone,
          r.other_phone, r.work_email, r.personal_email, r.other_email, r.address, r.twitter_id, r.line_id, r.whats_app_id, r.facebook_id,
          r.instagram_id, r.apple_opaque_ids, r.external_ids, r.external_organization_id, r.survey_opt_out, r.external_system_url,
          r.first_name_key, r.middle_name_key, r.last_name_key, r.title_key, array_to_tsvector(r.words), ${wordsOfOrganization}, now(), now()
        from jsonb_populate_recordset(null::contact_input, $2::jsonb) r`,
      [orgId, JSON.stringify(rows)],
    ],
    ...holdSteps(orgId, 'contact', rows.map(holdingOf)),
  ];
}

/**
 * Replaces contacts whole. `divisions` are those the caller may edit in. The guard locks the rows and ends the
 * transaction unless each is there, in such a division, and stays in its own.
 */
export function updateSteps(orgId: string, rows: ContactRow[], divisions: string[] | null): Step[] {
  const input = JSON.stringify(rows);
  return [
    [
      sql`select expect((select count(*) from (
          select k.id from contacts k join jsonb_to_recordset($2::jsonb) as r (id uuid, division_id uuid) on r.id = k.id and (r.division_id is null or r.division_id = k.division_id)
          where k.org_id = $1 and ($3::uuid[] is null or k.division_id = any ($3)) order by k.id for no key update of k) there), $4)`,
      [orgId, input, divisions, rows.length],
    ],
    [
      sql`update contacts k set first_name = r.first_name, middle_name = r.middle_name, last_name = r.last_name, salutation = r.salutation,
          title = r.title, work_phone = r.work_phone, cell_phone = r.cell_phone, home_phone = r.home_phone, other_phone = r.other_phone,
          work_email = r.work_email, personal_email = r.personal_email, other_email = r.other_email, address = r.address,
          twitter_id = r.twitter_id, line_id = r.line_id, whats_app_id = r.whats_app_id, facebook_id = r.facebook_id,
          instagram_id = r.instagram_id, apple_opaque_ids = r.apple_opaque_ids, external_ids = r.external_ids,
          external_organization_id = r.external_organization_id, survey_opt_out = r.survey_opt_out,
          external_system_url = r.external_system_url, first_name_key = r.first_name_key, middle_name_key = r.middle_name_key,
          last_name_key = r.last_name_key, title_key = r.title_key, words = array_to_tsvector(r.words),
          organization_words = ${wordsOfOrganization}, modified_at = now()
        from jsonb_populate_recordset(null::contact_input, $2::jsonb) r where k.org_id = $1 and k.id = r.id`,
      [orgId, input],
    ],
    ...replaceSteps(orgId, 'contact', rows.map(holdingOf)),
  ];
}

/** Deletes contacts with their notes (by the foreign key) and identifiers; guarded like updateSteps. */
export function deleteSteps(orgId: string, ids: string[], divisions: string[] | null): Step[] {
  return [
    [
      sql`select expect((select count(*) from (
          select k.id from contacts k where k.org_id = $1 and k.id = any ($2::uuid[]) and ($3::uuid[] is null or k.division_id = any ($3))
          order by k.id for update) there), $4)`,
      [orgId, ids, divisions, ids.length],
    ],
    dropStep(orgId, 'contact', ids),
    [sql`delete from contacts k where k.org_id = $1 and k.id = any ($2::uuid[])`, [orgId, ids]],
  ];
}

// Locks the organization against being renamed meanwhile, whose rename would else miss this contact.
const wordsOfOrganization = sql`coalesce((select o.name_words from external_organizations o
  where o.org_id = $1 and o.id = r.external_organization_id for key share), '')`;

function holdingOf(row: ContactRow): Holding {
  return { ownerId: row.id, divisionId: row.division_id, identifiers: contactIdentifiers(row) };
}

// Lists -----------------------------------------------------------------------------------------------------------------

export const SORTS = ['lastName', 'firstName', 'middleName', 'title'] as const;
export type Sort = { by: (typeof SORTS)[number]; descending: boolean };

/** All visible contacts in order: walks the sort's index. */
export async function listContacts(door: Door, view: View, sort: Sort, slice: Slice): Promise<Found> {
  const body = contactProjection(view);
  const order = ORDERS[sort.by][sort.descending ? 'descending' : 'ascending'];
  const [row] = await door.rows<Listed>(
    sql`select (select count(*)::int from (select from contacts k where k.org_id = $1 and k.type = 'Curated'
          and ($4::uuid[] is null or k.division_id = any ($4)) limit $7) counted) as total,
        (select '[' || coalesce(string_agg(${body}::text, ',' order by page.at), '') || ']' from (
          select k.id, row_number() over () as at from (select k.id from contacts k where k.org_id = $1 and k.type = 'Curated'
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
          select * from contacts k where k.org_id = $1 and k.type = 'Curated' order by ${order} limit $9) k
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
      hits as materialized (select h.* from contact_hits($7::tsquery, $8, $4::uuid[], $9) h where (select hits from expected) < $15),
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
        where k.org_id = $1 and k.external_organization_id = $7 and k.type = 'Curated'
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

/** One page of a scan, by id: every type, in one division, or in all that may be seen. */
export function scanContacts(door: Door, view: View, after: string, size: number): Promise<{ id: string; body: string }[]> {
  const body = contactProjection(view);
  return door.rows(
    sql`select x.id, ${body}::text as body from contacts x
      where x.org_id = $1 and x.id > $4 and ($5::uuid[] is null or x.division_id = any ($5)) order by x.id limit $6`,
    [...bodyValues(view), after, view.divisions, size],
  );
}

const ORDERS = {
  lastName: { ascending: sql`k.last_name_key, k.first_name_key, k.id`, descending: sql`k.last_name_key desc, k.first_name_key desc, k.id desc` },
  firstName: { ascending: sql`k.first_name_key, k.id`, descending: sql`k.first_name_key desc, k.id desc` },
  middleName: { ascending: sql`k.middle_name_key, k.id`, descending: sql`k.middle_name_key desc, k.id desc` },
  title: { ascending: sql`k.title_key, k.id`, descending: sql`k.title_key desc, k.id desc` },
} as const;

const bodyValues = (view: View) => [view.orgId, view.expand, view.organizationDivisions] as const;

// Whoever may not see every external organization must not find contacts by the names of the hidden ones.
const ownOnly = (view: View) => view.organizationDivisions !== null;
