// Every statement of the second dialect: it finds external organizations by integer ids and lists them by its own filters.
// What it writes, it writes by the organizations' own way.
import type { Door, Value } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { Slice } from '../families/page.ts';
import { limits } from '../http/limits.ts';
import { organizationBody } from '../organizations/index.ts';
import type { Condition, Sort } from './filters.ts';

export interface View {
  orgId: string;
  /** Divisions whose organizations may be seen; null for all. */
  divisions: string[] | null;
}

export interface Found {
  id: string;
  version: number;
  /** In the first dialect's words. */
  body: string;
  /** Null where it has none, or none that the caller may see. */
  parent: { id: string; name: string; sourceID: string | null; disabled: boolean } | null;
}

const parentOf = sql`(select json_build_object('id', p.id, 'name', p.name, 'sourceID', p.source_id, 'disabled', coalesce(p.xurrent ->> 'disabled', 'false') = 'true')
  from external_organizations p where p.org_id = $1 and p.id = x.parent_id and ($3::uuid[] is null or p.division_id = any ($3)))`;

export async function organizationByNumber(door: Door, { orgId, divisions }: View, number: number): Promise<Found | undefined> {
  const [found] = await door.rows<Found>(
    sql`select x.id, x.version, ${organizationBody}::text as body, ${parentOf} as parent from external_organizations x
      where x.org_id = $1 and ($3::uuid[] is null or x.division_id = any ($3)) and x.number = $4`,
    [orgId, [], divisions, number],
  );
  return found;
}

/** Those that are there and to be seen, in the order of their ids here. */
export function organizationsById(door: Door, { orgId, divisions }: View, ids: string[]): Promise<Found[]> {
  return door.rows<Found>(
    sql`select x.id, x.version, ${organizationBody}::text as body, ${parentOf} as parent
      from unnest($4::uuid[]) with ordinality wanted (id, at) join external_organizations x on x.org_id = $1 and x.id = wanted.id
      where $3::uuid[] is null or x.division_id = any ($3) order by wanted.at`,
    [orgId, [], divisions, ids],
  );
}

export interface Wanted {
  /** What leads to them, and by which values; conditions are what is left to look at. */
  by: keyof typeof BY;
  values: string[];
  conditions: Condition[];
  sorts: Sort[];
}

export async function listOrganizations(door: Door, view: View, wanted: Wanted, slice: Slice): Promise<{ total: number; found: Found[] }> {
  const asked = [view.orgId, view.divisions, wanted.values];
  const [total, ids] = await (wanted.conditions.length === 0 ? pageOf(door, asked, wanted, slice) : conditionalPage(door, asked, wanted, slice));
  // Made last, for PostgreSQL would make the bodies of rows that it skips, too.
  return {
    total: total[0]?.total ?? 0,
    found: await organizationsById(
      door,
      view,
      ids.map(({ id }) => id),
    ),
  };
}

type Counted = Promise<[{ total: number }[], { id: string }[]]>;

function pageOf(door: Door, asked: Value[], { by, sorts }: Wanted, { size, offset }: Slice): Counted {
  const narrow = BY[by];
  const along = orderOf(sorts);
  const order = ORDERS[along ?? 'name'];
  return Promise.all([
    door.rows<{ total: number }>(
      sql`select count(*)::int as total from (select from external_organizations x
        where x.org_id = $1 and ($2::uuid[] is null or x.division_id = any ($2)) and ${narrow} limit $4) c`,
      [...asked, limits.xurrentEntriesMax + 1],
    ),
    along
      ? door.rows<{ id: string }>(
          sql`select x.id from external_organizations x where x.org_id = $1 and ($2::uuid[] is null or x.division_id = any ($2)) and ${narrow}
            order by ${order} limit $4 offset $5`,
          [...asked, size, offset],
        )
      : door.rows<{ id: string }>(
          sql`select x.id from external_organizations x ${sortKeys} where x.org_id = $1 and ($2::uuid[] is null or x.division_id = any ($2)) and ${narrow}
            order by ${byKeys} limit $5 offset $6`,
          [...asked, JSON.stringify({ sorts }), size, offset],
        ),
  ]);
}

/** Conditions are looked at row by row: 150,000 take a second, where counting alone takes a fifth of that. */
function conditionalPage(door: Door, asked: Value[], { by, conditions, sorts }: Wanted, { size, offset }: Slice): Counted {
  const narrow = BY[by];
  const question = JSON.stringify({ conditions, sorts: sorts.length > 0 ? sorts : [{ field: 'name', descending: false }] });
  return Promise.all([
    door.rows<{ total: number }>(
      sql`select count(*)::int as total from (select from external_organizations x
        where x.org_id = $1 and ($2::uuid[] is null or x.division_id = any ($2)) and ${narrow} and ${meetsAll} limit $5) c`,
      [...asked, question, limits.xurrentEntriesMax + 1],
    ),
    door.rows<{ id: string }>(
      sql`select x.id from external_organizations x ${sortKeys}
        where x.org_id = $1 and ($2::uuid[] is null or x.division_id = any ($2)) and ${narrow} and ${meetsAll}
        order by ${byKeys} limit $5 offset $6`,
      [...asked, question, size, offset],
    ),
  ]);
}

const BY = {
  all: sql`$3::text[] is not null`,
  id: sql`x.number = any ($3::bigint[])`,
  name: sql`x.name_key = any ($3::text[])`,
  sourceID: sql`x.source_id = any ($3::text[])`,
  // Along no index, but five times as quick as a condition.
  disabled: sql`coalesce(x.xurrent ->> 'disabled', 'false') = ($3::text[])[1]`,
  // Clients that keep a copy ask for what was changed since.
  updated: sql`x.modified_at >= ($3::text[])[1]::timestamptz`,
  parent: sql`x.parent_id = ($3::text[])[1]::uuid`,
};

/** Fields as they are compared: see filters.ts. A moment is known to the second, as it is shown. */
const compared = sql`case c.field when 'id' then lpad(x.number::text, 20, '0') when 'name' then x.name when 'source' then x.source
  when 'sourceID' then x.source_id when 'financialID' then x.xurrent ->> 'financialID' when 'disabled' then coalesce(x.xurrent ->> 'disabled', 'false')
  when 'created_at' then to_char(x.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  when 'updated_at' then to_char(x.modified_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  when 'parent' then (select lpad(p.number::text, 20, '0') from external_organizations p
    where p.org_id = $1 and p.id = x.parent_id and ($2::uuid[] is null or p.division_id = any ($2)))
  when 'trusted' then (exists (select from trustor_links l where l.org_id = $1 and l.external_organization_id = x.id))::text end`;

const meetsAll = sql`not exists (
  select from jsonb_to_recordset($4::jsonb -> 'conditions') c (field text, op text, negated boolean, "values" text[])
  cross join lateral (select ${compared} collate "C" as value) f
  where c.negated = coalesce(case c.op when '=' then coalesce(f.value, '') = any (c."values") when '<' then f.value < c."values"[1]
    when '<=' then f.value <= c."values"[1] when '>' then f.value > c."values"[1] else f.value >= c."values"[1] end, false))`;

/** The way along an index, where one has it; undefined where all have to be sorted. */
function orderOf([first, ...more]: Sort[]): keyof typeof ORDERS | undefined {
  const { field, descending } = first ?? { field: 'name', descending: false };
  if (more.length > 0 || (field !== 'name' && field !== 'updated_at')) return undefined;
  return `${descending ? '-' : ''}${field}`;
}

const ORDERS = {
  name: sql`x.name_key, x.id`,
  '-name': sql`x.name_key desc, x.id desc`,
  updated_at: sql`x.modified_at, x.id`,
  '-updated_at': sql`x.modified_at desc, x.id desc`,
};

const sortKeys = sql`cross join lateral (
  select array_agg(case s.sort ->> 'field' when 'id' then lpad(x.number::text, 20, '0') when 'name' then x.name_key when 'sourceID' then x.source_id
      when 'created_at' then to_char(x.created_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS')
      else to_char(x.modified_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS') end order by s.at) as keys,
    array_agg((s.sort ->> 'descending')::boolean order by s.at) as falls
  from jsonb_array_elements($4::jsonb -> 'sorts') with ordinality s (sort, at)) k`;

const byKeys = sql`(case when not k.falls[1] then k.keys[1] end) collate "C", (case when k.falls[1] then k.keys[1] end) collate "C" desc nulls last,
  (case when not k.falls[2] then k.keys[2] end) collate "C", (case when k.falls[2] then k.keys[2] end) collate "C" desc nulls last,
  (case when not k.falls[3] then k.keys[3] end) collate "C", (case when k.falls[3] then k.keys[3] end) collate "C" desc nulls last,
  (case when not k.falls[4] then k.keys[4] end) collate "C", (case when k.falls[4] then k.keys[4] end) collate "C" desc nulls last,
  (case when not k.falls[5] then k.keys[5] end) collate "C", (case when k.falls[5] then k.keys[5] end) collate "C" desc nulls last,
  x.id`;
