// The statements on assignments of segments. One that has lapsed counts for nothing, until the task takes it away.
import { mergeSetIds } from '../contacts/index.ts';
import type { Database, Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import { limits } from '../http/limits.ts';
import type { Author } from '../http/principal.ts';
import { segmentBody } from './wire.ts';

/** The newest first, as a JSON array. */
export async function listSegments(door: Door, orgId: string, contactId: string, includeMerged: boolean, most: number): Promise<string> {
  const text = await door.text(
    sql`select '[' || coalesce(string_agg(${segmentBody}::text, ',' order by x.assigned_at desc, x.id desc), '') || ']' from (
      select s.* from journey_segments s
      where s.org_id = $1 and s.expires_at > now() and s.contact_id = any (case when $3::boolean then ${mergeSetIds} else array[$2::uuid] end)
      order by s.assigned_at desc, s.id desc limit $4) x`,
    [orgId, contactId, includeMerged, most],
  );
  return text ?? '[]';
}

export interface Assignment {
  id: string;
  contact_id: string;
  segment_id: string;
  /** Empty for none. */
  session_id: string;
  session_type: string | null;
  /** Null for now, or since when it is assigned. */
  assigned_at: string | null;
  /** Null for as long as an assignment lasts, or longer where it does. */
  expires_at: string | null;
}

/** Of several for one segment of a contact the last counts. Goes after the contacts are held. */
export function assignSteps(author: Author, rows: readonly Assignment[]): Step[] {
  const { orgId } = author;
  return [
    [
      sql`insert into journey_segments as x (org_id, id, contact_id, division_id, segment_id, session_id, session_type, assigned_at, expires_at, created_at, modified_at)
        select $1, r.id, k.id, k.division_id, r.segment_id, r.session_id, r.session_type, coalesce(r.assigned_at, s.assigned_at, now()),
          coalesce(r.expires_at, greatest(s.expires_at, now() + $3::int * interval '1 day')), now(), now()
        from (select distinct on (i.contact_id, i.segment_id, i.session_id) i.*
            from jsonb_array_elements($2::jsonb) with ordinality e (value, at) cross join lateral jsonb_to_record(e.value) as i (id uuid, contact_id uuid,
              segment_id text, session_id text, session_type text, assigned_at timestamptz, expires_at timestamptz)
            order by i.contact_id, i.segment_id, i.session_id, e.at desc) r
          join contacts k on k.org_id = $1 and k.id = r.contact_id
          left join journey_segments s on s.org_id = $1 and s.contact_id = r.contact_id and s.segment_id = r.segment_id and s.session_id = r.session_id
            and s.expires_at > now()
        order by r.contact_id, r.segment_id, r.session_id
        on conflict (org_id, contact_id, segment_id, session_id) do update set session_type = excluded.session_type, assigned_at = excluded.assigned_at,
            expires_at = excluded.expires_at, modified_at = now()
          where (x.session_type, x.assigned_at, x.expires_at) is distinct from (excluded.session_type, excluded.assigned_at, excluded.expires_at)`,
      [orgId, JSON.stringify(rows), limits.segmentAssignmentDays],
    ],
    holdStep(orgId),
    [
      sql`insert into changes (${changeColumns})
        select $1, 'journeySegment', x.id, ${doneBy}, x.division_id, null, ${segmentBody}
        from journey_segments x cross join lateral (select case when x.created_at = x.modified_at then 'create' else 'update' end as action, $3::uuid[] as author) done
        where x.org_id = $1 and x.contact_id = any ($2::uuid[]) and x.modified_at = now() order by x.id`,
      [orgId, rows.map((row) => row.contact_id), authorValue(author)],
    ],
  ];
}

/** What each of the rows has become. */
export const assignedStep = (orgId: string, rows: readonly Assignment[]): Step => [
  sql`select r.id as record_id, ${segmentBody}::text as body
    from jsonb_to_recordset($2::jsonb) as r (id uuid, contact_id uuid, segment_id text, session_id text)
    join journey_segments x on x.org_id = $1 and x.contact_id = r.contact_id and x.segment_id = r.segment_id and x.session_id = r.session_id`,
  [orgId, JSON.stringify(rows)],
];

/** Takes segments away from a contact and all that it was merged with; the last statement answers with those that it had. */
export const unassignSteps = (author: Author, contactId: string, segmentIds: readonly string[]): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns})
      select $1, 'journeySegment', x.id, ${doneBy}, x.division_id, null, ${segmentBody}
      from (select 'delete' as action, $4::uuid[] as author) done, journey_segments x where x.org_id = $1 and ${isUnassigned} order by x.id`,
    [author.orgId, contactId, segmentIds, authorValue(author)],
  ],
  [sql`delete from journey_segments x where x.org_id = $1 and ${isUnassigned} returning x.segment_id as "segmentId"`, [author.orgId, contactId, segmentIds]],
];

const isUnassigned = sql`x.segment_id = any ($3::text[]) and x.expires_at > now() and x.contact_id = any (${mergeSetIds})`;

// What has lapsed --------------------------------------------------------------------------------------------------------

/** The organizations in which something has lapsed. */
export function organizationsWithLapsed({ system }: Pick<Database, 'system'>): Promise<{ id: string }[]> {
  return system.rows(sql`select o.id from organizations o where exists (select from journey_segments x where x.org_id = o.id and x.expires_at <= now())`, []);
}

/** Takes away some of what has lapsed. @returns how many */
export async function takeAwayLapsed(door: Door, author: Author): Promise<number> {
  const { orgId } = author;
  const due = await door.rows<{ id: string }>(
    sql`select x.id from journey_segments x where x.org_id = $1 and x.expires_at <= now() order by x.expires_at limit $2`,
    [orgId, limits.segmentsLapsedAtOnce],
  );
  const ids = due.map(({ id }) => id);
  const rows = await door.flight([
    [sql`select x.id from journey_segments x where x.org_id = $1 and x.id = any ($2::uuid[]) order by x.id for update`, [orgId, ids]],
    holdStep(orgId),
    [
      sql`insert into changes (${changeColumns})
        select $1, 'journeySegment', x.id, ${doneBy}, x.division_id, null, ${segmentBody}
        from (select 'delete' as action, $3::uuid[] as author) done, journey_segments x
        where x.org_id = $1 and x.id = any ($2::uuid[]) and x.expires_at <= now() order by x.id`,
      [orgId, ids, authorValue(author)],
    ],
    [sql`delete from journey_segments x where x.org_id = $1 and x.id = any ($2::uuid[]) and x.expires_at <= now() returning x.id`, [orgId, ids]],
  ]);
  return rows.at(-1)?.length ?? 0;
}
