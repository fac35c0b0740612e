// The statements on whom identifiers lead to.
import type { Door } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import type { Identifier } from '../../identifiers/index.ts';

/** Who holds one identifier in one division; those that have had their time count no more. */
export interface Line {
  /** Which of the identifiers, from 0. */
  at: number;
  divisionId: string;
  /** Who has the claim. */
  oldest: string;
  /** Who came to hold it last. */
  newest: string;
  holders: number;
}

/** @returns in the order of the identifiers, and of each in that of the divisions (null for all), unassigned first */
export async function linesOf(door: Door, orgId: string, identifiers: readonly Identifier[], divisions: readonly string[] | null): Promise<Line[]> {
  // A flight, whose plan is made once: to make it costs five times as much as to go by it.
  const [rows] = await door.flight([
    [
      sql`select r.at::int - 1 as at, i.division_id as "divisionId", (array_agg(i.owner_id order by i.pinned desc, i.since, i.owner_id))[1] as oldest,
        (array_agg(i.owner_id order by i.since desc, i.owner_id desc))[1] as newest, count(*)::int as holders
      from unnest($2::text[], $3::text[], $4::uuid[]) with ordinality r (type, value, source_id, at)
      join identifiers i on i.org_id = $1 and i.owner_kind = 'contact' and i.type = r.type and i.value = r.value and i.source_id = r.source_id and not i.waived
      join contacts k on k.org_id = $1 and k.id = i.owner_id and (k.expires_at is null or k.expires_at > now())
      where $5::uuid[] is null or i.division_id = any ($5)
      group by r.at, i.division_id order by r.at, i.division_id`,
      [orgId, identifiers.map(({ type }) => type), identifiers.map(({ value }) => value), identifiers.map(({ sourceId }) => sourceId), divisions],
    ],
  ]);
  return rows as unknown as Line[];
}
