// Every statement that followers ask of the changes.
import type { Door } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { divisionArray } from '../http/principal.ts';
import type { Change, Wanted, WireObject } from './feed.ts';

export async function settledPosition(door: Door, orgId: string): Promise<number> {
  const [row] = await door.rows<{ position: string }>(sql`select settled_position($1) as position`, [orgId]);
  return Number(row?.position);
}

/** Whether there is anything to follow with `after < position <= upTo`. */
export async function hasNews(door: Door, orgId: string, after: number, upTo: number): Promise<boolean> {
  const [row] = await door.rows<{ news: boolean }>(
    sql`select exists (select 1 from changes x where x.org_id = $1 and x.position > $2 and x.position <= $3 and ${isFollowed}) as news`,
    [orgId, after, upTo],
  );
  return row?.news === true;
}

interface ChangeRow {
  position: string;
  kind: Change['kind'];
  record_id: string;
  action: Change['action'];
  division_id: string;
  left_division_id: string | null;
  at: string;
  correlation_id: string;
  body: WireObject;
  organization_division_id: string | null;
  organization_body: WireObject | null;
}

/** Changes with `after < position <= upTo`, in order. A record that has left one's divisions is seen to go, too. */
export async function feedChanges(door: Door, orgId: string, after: number, upTo: number, limit: number, wanted: Wanted): Promise<Change[]> {
  const { sight, kinds, recordIds } = wanted;
  const rows = await door.rows<ChangeRow>(
    sql`select x.position, x.kind, x.record_id, x.action, x.division_id, x.left_division_id, wire_date(x.at) as at, x.correlation_id, x.body,
      o.division_id as organization_division_id, o.body as organization_body
    from changes x
    left join lateral ${organizationThen} o on o.action <> 'delete'
    where x.org_id = $1 and x.position > $2 and x.position <= $3 and ${isFollowed}
      and ($5::text[] is null or x.kind = any ($5)) and ($6::uuid[] is null or x.record_id = any ($6)
        or (x.kind in ('journeySession', 'journeySegment') and (x.body #>> '{externalContact,id}')::uuid = any ($6)))
      and case when x.kind in ('contact', 'contactNote', 'conversation')
        then $7::uuid[] is null or x.division_id = any ($7) or x.left_division_id = any ($7)
        when x.kind = 'importJob' then $9::uuid[] is null or x.division_id = any ($9)
        when x.kind = 'journeySession' then $10::uuid[] is null or x.division_id = any ($10) or x.left_division_id = any ($10)
        when x.kind = 'journeySegment' then $11::uuid[] is null or x.division_id = any ($11) or x.left_division_id = any ($11)
        else $8::uuid[] is null or x.division_id = any ($8) or x.left_division_id = any ($8) end
    order by x.position limit $4`,
    [
      orgId,
      after,
      upTo,
      limit,
      kinds ?? null,
      recordIds ?? null,
      sight ? divisionArray(sight('contact')) : null,
      sight ? divisionArray(sight('organization')) : null,
      sight ? divisionArray(sight('importJob')) : null,
      sight ? divisionArray(sight('journeySession')) : null,
      sight ? divisionArray(sight('journeySegment')) : null,
    ],
  );
  return rows.map(changeOf);
}

function changeOf(row: ChangeRow): Change {
  return {
    position: Number(row.position),
    kind: row.kind,
    recordId: row.record_id,
    action: row.action,
    divisionId: row.division_id,
    leftDivisionId: row.left_division_id,
    at: row.at,
    correlationId: row.correlation_id,
    body: row.body,
    ...(row.organization_body ? { organization: { divisionId: row.organization_division_id as string, body: row.organization_body } } : {}),
  };
}

/** Whether the change aliased x is of a kind that is followed. A record without a division is nobody's event. */
const isFollowed = sql`x.kind in ('contact', 'organization', 'contactNote', 'organizationNote', 'relationship', 'conversation', 'journeySession', 'journeySegment',
  'importJob') and x.division_id is not null`;

/** The last that was written of the organization of the contact or relationship aliased x, as far as this change. */
const organizationThen = sql`(select o.action, o.division_id, o.body from changes o
  where o.org_id = $1 and x.kind in ('contact', 'relationship') and o.record_id = (x.body -> 'externalOrganization' ->> 'id')::uuid and o.kind = 'organization' and o.position <= x.position
  order by o.position desc limit 1)`;
