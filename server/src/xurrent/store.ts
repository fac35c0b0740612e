// Every statement of the second dialect: it finds external organizations by integer ids and lists them by its own filters.
// What it writes, it writes by the organizations' own way.
import type { Door } from '../db/database.ts';
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

export async function organizationById(door: Door, { orgId, divisions }: View, id: string): Promise<Found | undefined> {
  const [found] = await door.rows<Found>(
    sql`select x.id, x.version, ${organizationBody}::text as body, ${parentOf} as parent from external_organizations x
      where x.org_id = $1 and ($3::uuid[] is null or x.division_id = any ($3)) and x.id = $4`,
    [orgId, [], divisions, id],
  );
  return found;
}

export interface Wanted {
  /** Which index leads to them, and by which values. */
  by: keyof typeof BY;
  values: string[];
  conditions: Condition[];
  sorts: Sort[];
}

export async function listOrganizations(
  door: Door,
  { orgId, divisions }: View,
  { by, values, conditions, sorts }: Wanted,
  { size, offset }: Slice,
): Promise<{ total: number; found: Found[] }> {
  const narrow = BY[by];
  const asked = [orgId, [], divisions, values, JSON.stringify({ conditions, sorts })];
  const along = orderOf(sorts);
  const order = ORDERS[along ?? 'name'];
  const page = along
    ? sql`select x.id, x.version, ${organizationBody}::text as body, ${parentOf} as parent from external_organizations x
        where x.org_id = $1 and ($3::uuid[] is null or x.division_id = any ($3)) and ${narrow} and ${meetsAll} order by ${order} limit $6 offset $7`
    : sql`select x.id, x.version, ${organizationBody}::text as body, ${parentOf} as parent from external_organizations x ${sortKeys}
        where x.org_id = $1 and ($3::uuid[] is null or x.division_id = any ($3)) and ${narrow} and ${meetsAll} order by ${byKeys} limit $6 offset $7`;
  const [counted, found] = await Promise.all([
    door.rows<{ total: number }>(
      sql`select count(*)::int as total from (select from external_organizations x
        where x.org_id = $1 and $2::text[] is not null and ($3::uuid[] is null or x.division_id = any ($3)) and ${narrow} and ${meetsAll} limit $6) c`,
      [...asked, limits.xurrentEntriesMax + 1],
    ),
    door.rows<Found>(page, [...asked, size, offset]),
  ]);
  return { total: counted[0]?.total ?? 0, found };
}

const BY = {
  all: sql`$4::text[] is not null`,
  sourceID: sql`x.source_id = any ($4::text[])`,
  // Clients that keep a copy ask for what was changed since.
  updated: sql`x.modified_at >= ($4::text[])[1]::timestamptz`,
  parent: sql`x.parent_id = ($4::text[])[1]::uuid`,
};

/** Fields as they are compared: see filters.ts. A moment is known to the second, as it is shown. */
const compared = sql`case c.field when 'id' then lpad(x.number::text, 20, '0') when 'name' then x.name when 'source' then x.source
  when 'sourceID' then x.source_id when 'financialID' then x.xurrent ->> 'financialID' when 'disabled' then coalesce(x.xurrent ->> 'disabled', 'false')
  when 'created_at' then to_char(x.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  when 'updated_at' then to_char(x.modified_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  when 'parent' then (select lpad(p.number::text, 20, '0') from external_organizations p
    where p.org_id = $1 and p.id = x.parent_id and ($3::uuid[] is null or p.division_id = any ($3)))
  when 'trusted' then (exists (select from trustor_links l where l.org_id = $1 and l.external_organization_id = x.id))::text end`;

const meetsAll = sql`not exists (
  select from jsonb_to_recordset($5::jsonb -> 'conditions') c (field text, op text, negated boolean, "values" text[])
  cross join lateral (select ${compared} collate "C" as value) f
  where c.negated = coalesce(case c.op when '=' then coalesce(f.value, '') = any (c."values") when '<' then f.value < c."values"[1]
    when '<=' then f.value <= c."values"[1] when '>' then f.value > c."values"[1] else f.value >= c."values"[1] end, false))`;

/** The way along an index, where one has it; undefined where all have to be sorted. */
function orderOf([first, ...more]: Sort[]): keyof typeof ORDERS | undefined {
  const { field, descending } = first ?? { field: 'name', descending: false };
  if (more.length > 0 || field === 'id' || field === 'sourceID') return undefined;
  return `${descending ? '-' : ''}${field}`;
}

const ORDERS = {
  name: sql`x.name_key, x.id`,
  '-name': sql`x.name_key desc, x.id desc`,
  created_at: sql`x.created_at, x.id`,
  '-created_at': sql`x.created_at desc, x.id desc`,
  updated_at: sql`x.modified_at, x.id`,
  '-updated_at': sql`x.modified_at desc, x.id desc`,
};

const sortKeys = sql`cross join lateral (
  select array_agg(case s.sort ->> 'field' when 'id' then lpad(x.number::text, 20, '0') when 'name' then x.name_key when 'sourceID' then x.source_id
      when 'created_at' then to_char(x.created_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS')
      else to_char(x.modified_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS') end order by s.at) as keys,
    array_agg((s.sort ->> 'descending')::boolean order by s.at) as falls
  from jsonb_array_elements($5::jsonb -> 'sorts') with ordinality s (sort, at)) k`;

const byKeys = sql`(case when not k.falls[1] then k.keys[1] end) collate "C", (case when k.falls[1] then k.keys[1] end) collate "C" desc nulls last,
  (case when not k.falls[2] then k.keys[2] end) collate "C", (case when k.falls[2] then k.keys[2] end) collate "C" desc nulls last,
  (case when not k.falls[3] then k.keys[3] end) collate "C", (case when k.falls[3] then k.keys[3] end) collate "C" desc nulls last,
  (case when not k.falls[4] then k.keys[4] end) collate "C", (case when k.falls[4] then k.keys[4] end) collate "C" desc nulls last,
  (case when not k.falls[5] then k.keys[5] end) collate "C", (case when k.falls[5] then k.keys[5] end) collate "C" desc nulls last,
  x.id`;
