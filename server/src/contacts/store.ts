// Every statement on contacts. Writes are set-shaped: one statement per table over an array, a single contact being an
// array of one; a guard first, so that a write happens whole or not at all.
import { type Columns, columnValues } from '../db/columns.ts';
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import type { StoredRecord } from '../families/guarded.ts';
import { ownerIsThere } from '../families/wire.ts';
import type { Dependents, Move, Removal, Written } from '../families/writes.ts';
import type { Author } from '../http/principal.ts';
import { dropStep, type Holding, holdSteps, type Identifier, moveSteps, replaceSteps } from '../identifiers/index.ts';
import { type ContactRow, contactIdentifiers } from './contact.ts';
import { contactBody, contactProjection } from './wire.ts';

/** What every statement that answers with contacts needs to build them. */
export interface View {
  orgId: string;
  expand: readonly string[];
  /** Divisions whose contacts may be seen; null for all. */
  divisions: string[] | null;
  /** Divisions whose external organizations may be seen; null for all. */
  organizationDivisions: string[] | null;
  /** Whether their ids will do. */
  bare?: boolean;
}

/** What a projection's parameters, $1 to $3, are bound to. */
export const bodyValues = (view: View) => [view.orgId, view.expand, view.organizationDivisions] as const;

/** Whether the contact aliased k is found by lists and searches: by those that nobody has merged into another. */
export const isListed = sql`k.type = 'Curated' and k.merged_to is null`;

/** Whether the contact aliased x has not had its time: it goes within the hour, and until then is not there. */
export const isThere = sql`(x.expires_at is null or x.expires_at > now())`;

/**
 * The contacts that are there and to be seen, by the ids asked for: what was merged away leads to its canonical contact.
 * Only where there is such a one is there a second statement, which sees the tree as it is at one moment.
 */
export async function contactBodies(door: Door, view: View, ids: string[]): Promise<Written[]> {
  const found = await unresolvedContacts(door, view, ids);
  if (!found.some(({ away }) => away)) return found;
  const body = contactProjection(view);
  return door.rows(
    sql`select k.id, x.version, ${body}::text as body from contacts k join contacts x on x.org_id = $1 and x.id = coalesce(k.canonical_id, k.id)
      where k.org_id = $1 and k.id = any ($4::uuid[]) and ${isThere} and ($5::uuid[] is null or x.division_id = any ($5))`,
    [view.orgId, view.expand, view.organizationDivisions, ids, view.divisions],
  );
}

/** The contacts that are there and to be seen, merged away or not. */
export function unresolvedContacts(door: Door, view: View, ids: string[]): Promise<(Written & { away: boolean })[]> {
  const body = contactProjection(view);
  return door.rows(
    sql`select x.id, x.version, x.merged_to is not null as away, ${body}::text as body from contacts x
      where x.org_id = $1 and x.id = any ($4::uuid[]) and ${isThere} and ($5::uuid[] is null or x.division_id = any ($5))`,
    [view.orgId, view.expand, view.organizationDivisions, ids, view.divisions],
  );
}

/** The body of the contact that has the claim in the first of the view's divisions where anybody has; unassigned goes first. */
export function claimantText(door: Door, view: View, identifier: Identifier): Promise<string | undefined> {
  const body = contactProjection(view);
  return door.text(
    sql`select ${body}::text from contacts x where x.org_id = $1 and x.id = (
      select i.owner_id from identifiers i
      where i.org_id = $1 and i.owner_kind = 'contact' and i.type = $4 and i.value = $5 and i.source_id = $6 and not i.waived
        and ($7::uuid[] is null or i.division_id = any ($7))
        and ${ownerIsThere}
      order by i.division_id, i.pinned desc, i.since, i.owner_id limit 1)`,
    [...bodyValues(view), identifier.type, identifier.value, identifier.sourceId, view.divisions],
  );
}

/** The contacts, in the order asked for, as a JSON array: what a reverse look-up answers. */
export async function contactsText(door: Door, view: View, ids: string[]): Promise<string> {
  const body = contactProjection(view);
  const text = await door.text(
    sql`select '[' || coalesce(string_agg(${body}::text, ',' order by array_position($4::uuid[], x.id)), '') || ']' from contacts x
      where x.org_id = $1 and x.id = any ($4::uuid[]) and ${isThere} and ($5::uuid[] is null or x.division_id = any ($5))`,
    [view.orgId, view.expand, view.organizationDivisions, ids, view.divisions],
  );
  return text ?? '[]';
}

export interface Stored extends StoredRecord {
  id: string;
  external_organization_id: string | null;
}

/** What a refusal needs to know of contacts that a guard did not find as expected. */
export function storedContacts(door: Door, orgId: string, ids: string[]): Promise<Stored[]> {
  return door.rows<Stored>(
    sql`select k.id, k.division_id, k.version, k.external_organization_id, case when k.merged_to is not null then k.canonical_id end as merged_into
      from contacts k where k.org_id = $1 and k.id = any ($2::uuid[]) and (k.expires_at is null or k.expires_at > now())`,
    [orgId, ids],
  );
}

/** The ancestors of canonical contacts, by the ids of these. They stay the same for as long as the canonical contact is one. */
export async function ancestorsOf(door: Door, orgId: string, ids: string[]): Promise<Map<string, string[]>> {
  const rows = await door.rows<{ id: string; ancestors: string[] }>(
    sql`select k.canonical_id as id, array_agg(k.id order by k.id) as ancestors from contacts k
      where k.org_id = $1 and k.canonical_id = any ($2::uuid[]) and k.id <> k.canonical_id group by k.canonical_id`,
    [orgId, ids],
  );
  return new Map(rows.map(({ id, ancestors }) => [id, ancestors]));
}

/** @param shown whether it answers with the bodies */
export function insertSteps(author: Author, rows: ContactRow[], shown: boolean): Step[] {
  const { orgId } = author;
  return [insertStep(orgId, rows), ...holdSteps(orgId, 'contact', rows.map(holdingOf)), ...recordSteps(author, 'create', rows, shown)];
}

/**
 * The rows themselves; what they hold and the change that they are have to be written in the same flight. Their moment is
 * that of the statement, as in all writes of contacts and of their places in line: the transaction's own lies before it
 * waited for others, and of two contacts the one that was written last would seem the older.
 */
export function insertStep(orgId: string, rows: ContactRow[]): Step {
  return [
    sql`insert into contacts (org_id, id, division_id, first_name, middle_name, last_name, salutation, title, work_phone, cell_phone, home_phone,
          other_phone, work_email, personal_email, other_email, address, twitter_id, line_id, whats_app_id, facebook_id, instagram_id,
          apple_opaque_ids, external_ids, external_organization_id, survey_opt_out, external_system_url, schema_id, schema_version, custom_fields,
          first_name_key, middle_name_key, last_name_key, title_key, words, organization_words, type, expires_at, created_at, modified_at)
        select $1, r.id, r.division_id, r.first_name, r.middle_name, r.last_name, r.salutation, r.title, r.work_phone, r.cell_phone, r.home_phone,
          r.other_phone, r.work_email, r.personal_email, r.other_email, r.address, r.twitter_id, r.line_id, r.whats_app_id, r.facebook_id,
          r.instagram_id, r.apple_opaque_ids, r.external_ids, r.external_organization_id, r.survey_opt_out, r.external_system_url, r.schema_id,
          r.schema_version, r.custom_fields, r.first_name_key, r.middle_name_key, r.last_name_key, r.title_key, r.words,
          ${wordsOfOrganization}, coalesce(r.type, 'Curated'), r.expires_at::timestamptz, statement_timestamp(), statement_timestamp()
        from ${givenContacts}`,
    [orgId, ...columnValues(rows, COLUMNS)],
  ];
}

/**
 * Replaces contacts whole. `divisions` are those the caller may edit in. The guard locks the rows and ends the
 * transaction unless each is there, not merged away, in such a division, of the version expected, and stays in its division
 * or comes from the one that it is moved away from. A merged contact that moves takes its ancestors along.
 */
export function updateSteps(author: Author, rows: ContactRow[], divisions: string[] | null, dependents: readonly Dependents[]): Step[] {
  const { orgId } = author;
  const moves = movesOf(rows);
  const along = rows.flatMap((row) => [row.id, ...(row.along ?? [])]);
  return [
    // Ancestors are older than what was made of them, and locked first, as whoever merges does.
    ...(along.length > rows.length
      ? [[sql`select k.id from contacts k where k.org_id = $1 and k.id = any ($2::uuid[]) order by k.id for no key update of k`, [orgId, along]] as Step]
      : []),
    [
      sql`select expect((select count(*) from (
          select k.id from contacts k join jsonb_to_recordset($2::jsonb) as r (id uuid, division_id uuid, moved_from uuid, version integer)
            on r.id = k.id and k.merged_to is null and (r.division_id is null or k.division_id = coalesce(r.moved_from, r.division_id)) and (r.version is null or r.version = k.version)
          where k.org_id = $1 and (k.expires_at is null or k.expires_at > now()) and ($3::uuid[] is null or k.division_id = any ($3)) order by k.id for no key update of k) there), $4)`,
      [orgId, JSON.stringify(rows.map(({ id, division_id, moved_from, version }) => ({ id, division_id, moved_from, version }))), divisions, rows.length],
    ],
    [
      sql`update contacts k set division_id = coalesce(r.division_id, k.division_id), first_name = r.first_name, middle_name = r.middle_name,
          last_name = r.last_name, salutation = r.salutation, title = r.title, work_phone = r.work_phone, cell_phone = r.cell_phone,
          home_phone = r.home_phone, other_phone = r.other_phone, work_email = r.work_email, personal_email = r.personal_email,
          other_email = r.other_email, address = r.address, twitter_id = r.twitter_id, line_id = r.line_id, whats_app_id = r.whats_app_id,
          facebook_id = r.facebook_id, instagram_id = r.instagram_id, apple_opaque_ids = r.apple_opaque_ids, external_ids = r.external_ids,
          external_organization_id = r.external_organization_id, survey_opt_out = r.survey_opt_out,
          external_system_url = r.external_system_url, schema_id = r.schema_id, schema_version = r.schema_version, custom_fields = r.custom_fields,
          first_name_key = r.first_name_key, middle_name_key = r.middle_name_key, last_name_key = r.last_name_key, title_key = r.title_key,
          words = r.words, organization_words = ${wordsOfOrganization}, version = k.version + 1, modified_at = greatest(statement_timestamp(), k.modified_at)
        from ${givenContacts} where k.org_id = $1 and k.id = r.id`,
      [orgId, ...columnValues(rows, COLUMNS)],
    ],
    ...replaceSteps(orgId, 'contact', rows.map(holdingOf)),
    ...moveAncestorsSteps(orgId, rows),
    ...moveSteps(orgId, 'contact', moves),
    ...dependents.flatMap((dependent) => dependent.moved(author, moves)),
    ...recordSteps(author, 'update', [
      ...rows,
      ...moves.filter(({ ownerId }) => !rows.some(({ id }) => id === ownerId)).map(({ ownerId, from }) => ({ id: ownerId, moved_from: from })),
    ]),
  ];
}

function moveAncestorsSteps(orgId: string, rows: ContactRow[]): Step[] {
  const moved = rows.flatMap(({ division_id, along = [] }) => along.map((id) => ({ id, division_id })));
  if (moved.length === 0) return [];
  return [
    [
      sql`update contacts k set division_id = r.division_id, version = k.version + 1 from jsonb_to_recordset($2::jsonb) as r (id uuid, division_id uuid)
        where k.org_id = $1 and k.id = r.id`,
      [orgId, JSON.stringify(moved)],
    ],
  ];
}

/**
 * Deletes contacts with their notes (by the foreign key) and identifiers; guarded like updateSteps. A merged contact goes
 * with its ancestors, and only where these are named.
 */
export function deleteSteps(
  author: Author,
  removals: (Removal & { along?: string[] })[],
  divisions: string[] | null,
  dependents: readonly Dependents[],
): Step[] {
  const { orgId } = author;
  const ids = removals.flatMap(({ id, along = [] }) => [id, ...along]);
  const input = removals.map(({ id, version, along = [] }) => ({ id, version, merged: along.length > 0 }));
  return [
    [sql`select k.id from contacts k where k.org_id = $1 and k.id = any ($2::uuid[]) order by k.id for update of k`, [orgId, ids]],
    [
      sql`select expect((select count(*) from contacts k
        join jsonb_to_recordset($2::jsonb) as r (id uuid, version integer, merged boolean)
          on r.id = k.id and k.merged_to is null and (k.canonical_id is not null) = r.merged and (r.version is null or r.version = k.version)
        where k.org_id = $1 and (k.expires_at is null or k.expires_at > now()) and ($3::uuid[] is null or k.division_id = any ($3))), $4)`,
      [orgId, JSON.stringify(input), divisions, removals.length],
    ],
    ...dependents.flatMap((dependent) => dependent.goes(author, ids)),
    ...recordSteps(
      author,
      'delete',
      ids.map((id) => ({ id })),
    ),
    dropStep(orgId, 'contact', ids),
    [sql`delete from contacts k where k.org_id = $1 and k.id = any ($2::uuid[]) returning k.id as record_id`, [orgId, ids]],
  ];
}

const changesOfContacts = sql`insert into changes as c (${changeColumns}, left_division_id)
  select $1, 'contact', x.id, ${doneBy}, x.division_id, x.version, ${contactBody}, wanted.moved_from
  from (select $6::text as action, $7::uuid[] as author) done, unnest($4::uuid[], $5::uuid[]) with ordinality wanted (id, moved_from, at) join contacts x on x.org_id = $1 and x.id = wanted.id order by wanted.at`;

/** What the contacts are now, as changes; answers with their bodies, where they are to be shown. */
export function recordSteps(author: Author, action: Action, rows: { id: string; moved_from?: string | null }[], shown = true): Step[] {
  return [
    holdStep(author.orgId),
    [
      shown ? sql`${changesOfContacts} returning c.record_id, c.version, c.body::text as body` : sql`${changesOfContacts} returning c.record_id`,
      [author.orgId, [], null, rows.map(({ id }) => id), rows.map(({ moved_from }) => moved_from ?? null), action, authorValue(author)],
    ],
  ];
}

/** The contacts of external organizations stay when these go, without one: each is a change of its contact. */
export const contactsOfOrganizations: Dependents = { goes: detachSteps, moved: () => [] };

function detachSteps(author: Author, organizationIds: string[]): Step[] {
  return [
    holdStep(author.orgId),
    [
      sql`select k.id from contacts k where k.org_id = $1 and k.external_organization_id = any ($2::uuid[]) order by k.id for no key update`,
      [author.orgId, organizationIds],
    ],
    // Recorded as they are about to be, for afterwards nothing tells them from others.
    [
      sql`insert into changes (${changeColumns})
        select $1, 'contact', x.id, ${doneBy}, x.division_id, x.version, ${contactBody}
        from (select 'update' as action, $5::uuid[] as author) done, contacts k cross join lateral jsonb_populate_record(k, jsonb_build_object('external_organization_id', null, 'version', k.version + 1, 'modified_at', now())) x
        where k.org_id = $1 and k.external_organization_id = any ($4::uuid[]) order by x.id`,
      [author.orgId, [], null, organizationIds, authorValue(author)],
    ],
    [
      sql`update contacts k set external_organization_id = null, organization_words = '', version = k.version + 1, modified_at = greatest(now(), k.modified_at)
        where k.org_id = $1 and k.external_organization_id = any ($2::uuid[])`,
      [author.orgId, organizationIds],
    ],
  ];
}

/** The contacts of external organizations go over to another of their division: each is a change of its contact. */
export function handOverContactsSteps(author: Author, from: string[], to: string): Step[] {
  return [
    holdStep(author.orgId),
    [
      sql`select k.id from contacts k where k.org_id = $1 and k.external_organization_id = any ($2::uuid[]) order by k.id for no key update`,
      [author.orgId, from],
    ],
    // Recorded as they are about to be, as when they are left without one.
    [
      sql`insert into changes (${changeColumns})
        select $1, 'contact', x.id, ${doneBy}, x.division_id, x.version, ${contactBody}
        from (select 'update' as action, $5::uuid[] as author) done, contacts k cross join lateral jsonb_populate_record(k, jsonb_build_object('external_organization_id', $6::uuid, 'version', k.version + 1, 'modified_at', now())) x
        where k.org_id = $1 and k.external_organization_id = any ($4::uuid[]) order by x.id`,
      [author.orgId, [], null, from, authorValue(author), to],
    ],
    [
      sql`update contacts k set external_organization_id = o.id, organization_words = o.name_words, version = k.version + 1, modified_at = greatest(now(), k.modified_at)
        from external_organizations o where o.org_id = $1 and o.id = $3 and k.org_id = $1 and k.external_organization_id = any ($2::uuid[])`,
      [author.orgId, from, to],
    ],
  ];
}

/** The rows that a statement is given from $2 on, aliased r. */
const givenContacts = sql`(select unnest($2::uuid[]) as id, unnest($3::uuid[]) as division_id, unnest($4::text[]) as first_name, unnest($5::text[]) as middle_name,
  unnest($6::text[]) as last_name, unnest($7::text[]) as salutation, unnest($8::text[]) as title, unnest($9::jsonb[]) as work_phone,
  unnest($10::jsonb[]) as cell_phone, unnest($11::jsonb[]) as home_phone, unnest($12::jsonb[]) as other_phone, unnest($13::text[]) as work_email,
  unnest($14::text[]) as personal_email, unnest($15::text[]) as other_email, unnest($16::jsonb[]) as address, unnest($17::jsonb[]) as twitter_id,
  unnest($18::jsonb[]) as line_id, unnest($19::jsonb[]) as whats_app_id, unnest($20::jsonb[]) as facebook_id,
  unnest($21::jsonb[]) as instagram_id, unnest($22::jsonb[]) as apple_opaque_ids, unnest($23::jsonb[]) as external_ids,
  unnest($24::uuid[]) as external_organization_id, unnest($25::boolean[]) as survey_opt_out, unnest($26::text[]) as external_system_url,
  unnest($27::uuid[]) as schema_id, unnest($28::integer[]) as schema_version, unnest($29::jsonb[]) as custom_fields,
  unnest($30::text[]) as first_name_key, unnest($31::text[]) as middle_name_key, unnest($32::text[]) as last_name_key,
  unnest($33::text[]) as title_key, unnest($34::tsvector[]) as words, unnest($35::text[]) as type, unnest($36::text[]) as expires_at) r`;

/** The same, as columnValues binds them. */
const COLUMNS: Columns<ContactRow> = [
  ['id', 'uuid'],
  ['division_id', 'uuid'],
  ['first_name', 'text'],
  ['middle_name', 'text'],
  ['last_name', 'text'],
  ['salutation', 'text'],
  ['title', 'text'],
  ['work_phone', 'jsonb'],
  ['cell_phone', 'jsonb'],
  ['home_phone', 'jsonb'],
  ['other_phone', 'jsonb'],
  ['work_email', 'text'],
  ['personal_email', 'text'],
  ['other_email', 'text'],
  ['address', 'jsonb'],
  ['twitter_id', 'jsonb'],
  ['line_id', 'jsonb'],
  ['whats_app_id', 'jsonb'],
  ['facebook_id', 'jsonb'],
  ['instagram_id', 'jsonb'],
  ['apple_opaque_ids', 'jsonb'],
  ['external_ids', 'jsonb'],
  ['external_organization_id', 'uuid'],
  ['survey_opt_out', 'boolean'],
  ['external_system_url', 'text'],
  ['schema_id', 'uuid'],
  ['schema_version', 'integer'],
  ['custom_fields', 'jsonb'],
  ['first_name_key', 'text'],
  ['middle_name_key', 'text'],
  ['last_name_key', 'text'],
  ['title_key', 'text'],
  ['words', 'tsvector'],
  ['type', 'text'],
  ['expires_at', 'text'],
];

// Locks the organization against being renamed meanwhile, whose rename would else miss this contact.
const wordsOfOrganization = sql`coalesce((select o.name_words from external_organizations o
  where o.org_id = $1 and o.id = r.external_organization_id for key share), '')`;

const movesOf = (rows: ContactRow[]): Move[] =>
  rows.flatMap(({ id, division_id, moved_from, along = [] }) =>
    division_id && moved_from ? [id, ...along].map((ownerId) => ({ ownerId, from: moved_from, to: division_id })) : [],
  );

export function holdingOf(row: ContactRow): Holding {
  return { ownerId: row.id, divisionId: row.division_id, identifiers: contactIdentifiers(row) };
}
