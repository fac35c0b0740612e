// Every statement on external organizations, in the manner of contacts/store.ts.
import { type Columns, columnValues } from '../db/columns.ts';
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import type { StoredRecord } from '../families/guarded.ts';
import type { Dependents, Removal, Written } from '../families/writes.ts';
import type { Author } from '../http/principal.ts';
import { dropStep, type Holding, holdSteps, type Identifier, replaceSteps } from '../identifiers/index.ts';
import { type OrganizationRow, organizationIdentifiers } from './organization.ts';
import { organizationBody, organizationProjection } from './wire.ts';

export interface View {
  orgId: string;
  expand: readonly string[];
  /** Divisions whose organizations may be seen; null for all. */
  divisions: string[] | null;
  /** Whether their ids will do. */
  bare?: boolean;
}

/** The organizations that are there and to be seen. */
export function organizationBodies(door: Door, view: View, ids: string[]): Promise<Written[]> {
  const body = organizationProjection(view);
  return door.rows(
    sql`select x.id, x.version, ${body}::text as body from external_organizations x
      where x.org_id = $1 and x.id = any ($3::uuid[]) and ($4::uuid[] is null or x.division_id = any ($4))`,
    [view.orgId, view.expand, ids, view.divisions],
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

/** The organization of the divisions (null for all) that has the claim, of one division before others. */
export async function organizationClaimant(
  door: Door,
  orgId: string,
  identifier: Identifier,
  division: string,
  divisions: string[] | null,
): Promise<string | undefined> {
  const [row] = await door.rows<{ owner_id: string }>(
    sql`select i.owner_id from identifiers i
      where i.org_id = $1 and i.owner_kind = 'organization' and i.type = $2 and i.value = $3 and i.source_id = $4 and not i.waived
        and ($6::uuid[] is null or i.division_id = any ($6))
      order by i.division_id <> $5::uuid, i.division_id, i.pinned desc, i.since, i.owner_id limit 1`,
    [orgId, identifier.type, identifier.value, identifier.sourceId, division, divisions],
  );
  return row?.owner_id;
}

export function storedOrganizations(door: Door, orgId: string, ids: string[]): Promise<(StoredRecord & { id: string })[]> {
  return door.rows(sql`select o.id, o.division_id, o.version from external_organizations o where o.org_id = $1 and o.id = any ($2::uuid[])`, [orgId, ids]);
}

export function insertSteps(author: Author, rows: OrganizationRow[]): Step[] {
  const { orgId } = author;
  return [
    [
      sql`insert into external_organizations (org_id, id, division_id, name, company_type, industry, address, phone_number, fax_number, employee_count,
          revenue, tags, websites, tickers, twitter_id, external_ids, external_system_url, schema_id, schema_version, custom_fields, xurrent, name_key,
          company_type_key, industry_key, words, name_words, created_at, modified_at)
        select $1, r.id, r.division_id, r.name, r.company_type, r.industry, r.address, r.phone_number, r.fax_number, r.employee_count,
          r.revenue, r.tags, r.websites, r.tickers, r.twitter_id, r.external_ids, r.external_system_url, r.schema_id, r.schema_version,
          r.custom_fields, r.xurrent, r.name_key, r.company_type_key, r.industry_key, r.words, r.name_words, now(), now()
        from ${givenOrganizations}`,
      [orgId, ...columnValues(rows, COLUMNS)],
    ],
    ...holdSteps(orgId, 'organization', rows.map(holdingOf)),
    ...recordSteps(author, 'create', rows),
  ];
}

/**
 * Replaces organizations whole, but for what the second dialect says of them, where the row does not say that, too; their
 * contacts are found by the new name at once, and are not gone through where its words are the ones before.
 */
export function updateSteps(author: Author, rows: OrganizationRow[], divisions: string[] | null): Step[] {
  const { orgId } = author;
  return [
    [
      sql`select expect((select count(*) from (
          select k.id from external_organizations k join jsonb_to_recordset($2::jsonb) as r (id uuid, division_id uuid, version integer)
            on r.id = k.id and (r.division_id is null or r.division_id = k.division_id) and (r.version is null or r.version = k.version)
          where k.org_id = $1 and ($3::uuid[] is null or k.division_id = any ($3)) order by k.id for update of k) there), $4)`,
      [orgId, JSON.stringify(rows.map(({ id, division_id, version }) => ({ id, division_id, version }))), divisions, rows.length],
    ],
    [
      sql`update contacts k set organization_words = r.name_words
        from (select unnest($2::uuid[]) as id, unnest($3::tsvector[]) as name_words) r
          join external_organizations o on o.org_id = $1 and o.id = r.id and o.name_words <> r.name_words
        where k.org_id = $1 and k.external_organization_id = r.id and k.organization_words <> r.name_words`,
      [orgId, ...columnValues(rows, NAME_COLUMNS)],
    ],
    [
      sql`update external_organizations k set name = r.name, company_type = r.company_type, industry = r.industry, address = r.address,
          phone_number = r.phone_number, fax_number = r.fax_number, employee_count = r.employee_count, revenue = r.revenue, tags = r.tags,
          websites = r.websites, tickers = r.tickers, twitter_id = r.twitter_id, external_ids = r.external_ids,
          external_system_url = r.external_system_url, schema_id = r.schema_id, schema_version = r.schema_version, custom_fields = r.custom_fields,
          contact_points = case when r.contact_points is not null or k.contact_points is not null then
            contact_points_after(coalesce(r.contact_points, k.contact_points), r.phone_number, r.fax_number, r.websites) end,
          xurrent = coalesce(r.xurrent, k.xurrent), name_key = r.name_key, company_type_key = r.company_type_key, industry_key = r.industry_key,
          words = r.words, name_words = r.name_words, version = k.version + 1, modified_at = greatest(now(), k.modified_at)
        from ${givenOrganizations} where k.org_id = $1 and k.id = r.id`,
      [orgId, ...columnValues(rows, COLUMNS)],
    ],
    ...replaceSteps(orgId, 'organization', rows.map(holdingOf)),
    ...recordSteps(author, 'update', rows),
  ];
}

/** Deletes organizations with their notes, relationships and trustor links (by foreign keys); their contacts and children stay, without one. */
export function deleteSteps(author: Author, removals: Removal[], divisions: string[] | null, dependents: readonly Dependents[]): Step[] {
  const { orgId } = author;
  const ids = removals.map(({ id }) => id);
  return [
    [
      sql`select expect((select count(*) from (
          select k.id from external_organizations k join jsonb_to_recordset($2::jsonb) as r (id uuid, version integer)
            on r.id = k.id and (r.version is null or r.version = k.version)
          where k.org_id = $1 and ($3::uuid[] is null or k.division_id = any ($3)) order by k.id for update of k) there), $4)`,
      [orgId, JSON.stringify(removals), divisions, ids.length],
    ],
    ...dependents.flatMap((dependent) => dependent.goes(author, ids)),
    ...handOverChildrenSteps(author, ids, null),
    ...recordSteps(author, 'delete', removals),
    dropStep(orgId, 'organization', ids),
    [sql`delete from external_organizations k where k.org_id = $1 and k.id = any ($2::uuid[]) returning k.id as record_id`, [orgId, ids]],
  ];
}

/** Organizations whose parent is one of those in `from` get another, or none; `to` may have been among them. */
export function handOverChildrenSteps(author: Author, from: string[], to: string | null): Step[] {
  return [
    holdStep(author.orgId),
    [
      sql`select k.id from external_organizations k where k.org_id = $1 and k.parent_id = any ($2::uuid[]) and k.id <> all ($2) and k.id is distinct from $3
        order by k.id for no key update`,
      [author.orgId, from, to],
    ],
    [
      sql`insert into changes (${changeColumns})
        select $1, 'organization', x.id, ${doneBy}, x.division_id, x.version, ${organizationBody}
        from (select 'update' as action, $5::uuid[] as author) done, external_organizations k cross join lateral jsonb_populate_record(k,
          jsonb_build_object('xurrent', case when $4::uuid is null then k.xurrent - 'parentId' else k.xurrent || jsonb_build_object('parentId', $4::uuid) end, 'version', k.version + 1, 'modified_at', now())) x
        where k.org_id = $1 and k.parent_id = any ($3::uuid[]) and k.id <> all ($3) and k.id is distinct from $4 order by x.id`,
      [author.orgId, [], from, to, authorValue(author)],
    ],
    [
      sql`update external_organizations k set xurrent = case when $3::uuid is null then k.xurrent - 'parentId' else k.xurrent || jsonb_build_object('parentId', $3::uuid) end, version = k.version + 1,
          modified_at = greatest(now(), k.modified_at)
        where k.org_id = $1 and k.parent_id = any ($2::uuid[]) and k.id <> all ($2) and k.id is distinct from $3`,
      [author.orgId, from, to],
    ],
  ];
}

/** What the organizations are now, as changes; answers with their bodies. */
function recordSteps(author: Author, action: Action, rows: { id: string }[]): Step[] {
  return [
    holdStep(author.orgId),
    [
      sql`insert into changes as c (${changeColumns})
        select $1, 'organization', x.id, ${doneBy}, x.division_id, x.version, ${organizationBody}
        from (select $4::text as action, $5::uuid[] as author) done, unnest($3::uuid[]) with ordinality wanted (id, at) join external_organizations x on x.org_id = $1 and x.id = wanted.id order by wanted.at
        returning c.record_id, c.version, c.body::text as body`,
      [author.orgId, [], rows.map(({ id }) => id), action, authorValue(author)],
    ],
  ];
}

function holdingOf(row: OrganizationRow): Holding {
  return { ownerId: row.id, divisionId: row.division_id, identifiers: organizationIdentifiers(row) };
}

/** The rows that a statement is given from $2 on, aliased r. */
const givenOrganizations = sql`(select unnest($2::uuid[]) as id, unnest($3::uuid[]) as division_id, unnest($4::text[]) as name, unnest($5::text[]) as company_type,
  unnest($6::text[]) as industry, unnest($7::jsonb[]) as address, unnest($8::jsonb[]) as phone_number, unnest($9::jsonb[]) as fax_number,
  unnest($10::bigint[]) as employee_count, unnest($11::bigint[]) as revenue, unnest($12::jsonb[]) as tags, unnest($13::jsonb[]) as websites,
  unnest($14::jsonb[]) as tickers, unnest($15::jsonb[]) as twitter_id, unnest($16::jsonb[]) as external_ids,
  unnest($17::text[]) as external_system_url, unnest($18::uuid[]) as schema_id, unnest($19::integer[]) as schema_version,
  unnest($20::jsonb[]) as custom_fields, unnest($21::text[]) as name_key, unnest($22::text[]) as company_type_key,
  unnest($23::text[]) as industry_key, unnest($24::tsvector[]) as words, unnest($25::tsvector[]) as name_words,
  unnest($26::jsonb[]) as contact_points, unnest($27::jsonb[]) as xurrent) r`;

/** The same, as columnValues binds them. */
const COLUMNS: Columns<OrganizationRow> = [
  ['id', 'uuid'],
  ['division_id', 'uuid'],
  ['name', 'text'],
  ['company_type', 'text'],
  ['industry', 'text'],
  ['address', 'jsonb'],
  ['phone_number', 'jsonb'],
  ['fax_number', 'jsonb'],
  ['employee_count', 'bigint'],
  ['revenue', 'bigint'],
  ['tags', 'jsonb'],
  ['websites', 'jsonb'],
  ['tickers', 'jsonb'],
  ['twitter_id', 'jsonb'],
  ['external_ids', 'jsonb'],
  ['external_system_url', 'text'],
  ['schema_id', 'uuid'],
  ['schema_version', 'integer'],
  ['custom_fields', 'jsonb'],
  ['name_key', 'text'],
  ['company_type_key', 'text'],
  ['industry_key', 'text'],
  ['words', 'tsvector'],
  ['name_words', 'tsvector'],
  ['contact_points', 'jsonb'],
  ['xurrent', 'jsonb'],
];

const NAME_COLUMNS: Columns<OrganizationRow> = [
  ['id', 'uuid'],
  ['name_words', 'tsvector'],
];
