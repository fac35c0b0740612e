// The statements on sessions. A session lies in the division of its contact.
import { holdContactsStep, mergeSetIds, renewSeenStep } from '../contacts/index.ts';
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import type { StoredRecord } from '../families/guarded.ts';
import type { Author } from '../http/principal.ts';
import type { Place } from './page.ts';
import { sessionBody } from './wire.ts';

export interface SessionRow {
  id: string;
  startedAt: string;
  body: string;
}

export interface Wanted {
  contactId: string;
  /** With all that the contact was merged with. */
  includeMerged: boolean;
  /** Undefined for the first page. */
  place: Place | undefined;
  size: number;
}

/** The last that began at first; the other way round where the place says so. */
export function listSessions(door: Door, orgId: string, { contactId, includeMerged, place, size }: Wanted): Promise<SessionRow[]> {
  const direction = DIRECTIONS[place?.back ? 'back' : 'on'];
  return door.rows(
    sql`select x.id, to_json(x.started_at) as "startedAt", ${sessionBody}::text as body from journey_sessions x
      where x.org_id = $1 and x.contact_id = any (case when $3::boolean then ${mergeSetIds} else array[$2::uuid] end)
        and ${direction} limit $4`,
    [orgId, contactId, includeMerged, size, place?.startedAt ?? null, place?.id ?? null],
  );
}

const DIRECTIONS = {
  on: sql`($5::timestamptz is null or (x.started_at, x.id) < ($5, $6::uuid)) order by x.started_at desc, x.id desc`,
  back: sql`(x.started_at, x.id) > ($5::timestamptz, $6::uuid) order by x.started_at, x.id`,
} as const;

export interface FedSession {
  id: string;
  contact_id: string;
  started_at: string;
  /** When the contact did something in it last. */
  seen_at: string;
  data: object;
}

/** For refusals: those of the ids that are there. */
export function storedSessions(door: Door, orgId: string, ids: string[]): Promise<(StoredRecord & { id: string })[]> {
  return door.rows(sql`select x.id, x.division_id, 1 as version from journey_sessions x where x.org_id = $1 and x.id = any ($2::uuid[])`, [orgId, ids]);
}

/**
 * Guarded: ends the transaction unless each contact may be written for, and what is stored under an id may be, too, and is of
 * the same division. Of several sessions with one id the last counts. The contacts count as seen.
 */
export function sessionSteps(author: Author, rows: FedSession[], { divisions, days }: { divisions: string[] | null; days: number }): Step[] {
  const { orgId } = author;
  const ids = rows.map(({ id }) => id);
  const contactIds = rows.map((row) => row.contact_id);
  return [
    holdContactsStep(orgId, contactIds, divisions),
    [
      sql`select expect((select count(*) from unnest($2::uuid[], $3::uuid[]) r (id, contact_id)
        join contacts n on n.org_id = $1 and n.id = r.contact_id join journey_sessions x on x.org_id = $1 and x.id = r.id
        where x.division_id <> n.division_id or not ($4::uuid[] is null or x.division_id = any ($4))), 0)`,
      [orgId, ids, contactIds, divisions],
    ],
    renewSeenStep(
      orgId,
      rows.map((row) => ({ contactId: row.contact_id, at: row.seen_at })),
      days,
    ),
    // A session that is recorded for a contact stays with it, where it is fed again for another of its merge set.
    [
      sql`insert into journey_sessions as x (org_id, id, contact_id, division_id, started_at, data, created_at, modified_at)
        select $1, r.id, k.id, k.division_id, r.started_at, r.data, now(), now()
        from (select distinct on (i.id) i.id, i.contact_id, i.started_at, i.data
            from jsonb_array_elements($2::jsonb) with ordinality e (value, at)
              cross join lateral jsonb_to_record(e.value) as i (id uuid, contact_id uuid, started_at timestamptz, data jsonb) order by i.id, e.at desc) r
          join contacts n on n.org_id = $1 and n.id = r.contact_id
          left join journey_sessions s on s.org_id = $1 and s.id = r.id
          left join contacts o on o.org_id = $1 and o.id = s.contact_id
          join contacts k on k.org_id = $1 and k.id = case when o.canonical_id = n.canonical_id then o.id else n.id end
        order by r.id
        on conflict (org_id, id) do update set contact_id = excluded.contact_id, division_id = excluded.division_id, started_at = excluded.started_at,
            data = excluded.data, modified_at = now()
          where (x.contact_id, x.data) is distinct from (excluded.contact_id, excluded.data)`,
      [orgId, JSON.stringify(rows)],
    ],
    holdStep(orgId),
    [
      sql`insert into changes (${changeColumns})
        select $1, 'journeySession', x.id, ${doneBy}, x.division_id, null, ${sessionBody}
        from journey_sessions x cross join lateral (select case when x.created_at = x.modified_at then 'create' else 'update' end as action, $3::uuid[] as author) done
        where x.org_id = $1 and x.id = any ($2::uuid[]) and x.modified_at = now() order by x.id`,
      [orgId, ids, authorValue(author)],
    ],
    [sql`select x.id as record_id, ${sessionBody}::text as body from journey_sessions x where x.org_id = $1 and x.id = any ($2::uuid[])`, [orgId, ids]],
  ];
}
