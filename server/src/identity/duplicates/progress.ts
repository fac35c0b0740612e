// How far the finder has come in an organization, and which organizations have something for it to do.
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import type { Kind } from '../linkage/index.ts';
import { METHOD } from './keys.ts';

export interface Progress {
  position: number;
  /** Where the walk through all records is, until they are through. */
  walk: { kind: Kind; id: string } | undefined;
}

export const START: Progress['walk'] = { kind: 'contact', id: '00000000-0000-0000-0000-000000000000' };

/**
 * The organizations whose records were changed since, wait to be matched, or are to be learned from.
 * @param after up to where there was nothing to do when it was asked last, so that no change is looked at each time
 */
export async function organizationsWithWork(system: Door, after: number): Promise<string[]> {
  const rows = await system.rows<{ id: string }>(
    sql`select o.id from organizations o left join linkage_progress p on p.org_id = o.id
      where o.state = 'active' and o.duplicates and (p.org_id is null or p.method <> $1 or p.walk_kind is not null
        or exists (select from changes x where x.org_id = o.id and x.position > greatest(p.position, $2) and x.kind in ('contact', 'organization'))
        or exists (select from linkage_models m where m.org_id = o.id and (m.taken >= greatest(m.records, 1)
          or exists (select from linkage_records r where r.org_id = o.id and r.kind = m.kind and r.model < m.number))))`,
    [METHOD, after],
  );
  return rows.map(({ id }) => id);
}

/** The highest position ever given out, which rises with whatever anybody writes. */
export async function lastPosition(system: Door): Promise<number> {
  const [row] = await system.rows<{ position: string }>(sql`select last_position() as position`, []);
  return Number(row?.position);
}

/** Whether a transaction under way may still write below positions that were given out: see hold_changes in the migrations. */
export async function isUnsettled(system: Door): Promise<boolean> {
  const [row] = await system.rows<{ open: boolean }>(
    sql`select exists (select from pg_locks l where l.locktype = 'advisory' and l.objsubid = 2
      and l.database = (select d.oid from pg_database d where d.datname = current_database())) as open`,
    [],
  );
  return row?.open !== false;
}

/** @returns undefined where the organization is to be begun with */
export async function readProgress(door: Door, orgId: string): Promise<Progress | undefined> {
  const [row] = await door.rows<{ position: string; walk_kind: Kind | null; walk_id: string }>(
    sql`select p.position, p.walk_kind, p.walk_id from linkage_progress p where p.org_id = $1 and p.method = $2`,
    [orgId, METHOD],
  );
  return row && { position: Number(row.position), walk: row.walk_kind ? { kind: row.walk_kind, id: row.walk_id } : undefined };
}

/** The walk begins after the position, so that what is changed meanwhile is taken in once more. What was learned by another method is forgotten. */
export const beginSteps = (orgId: string): Step[] => [
  [
    sql`insert into linkage_progress as p (org_id, position, walk_kind, walk_id, method) values ($1, settled_position($1), $2, $3, $4)
      on conflict (org_id) do update set position = excluded.position, walk_kind = excluded.walk_kind, walk_id = excluded.walk_id, method = excluded.method`,
    [orgId, START?.kind, START?.id, METHOD],
  ],
  [sql`update linkage_models m set model = null, taken = greatest(m.records, 1) where m.org_id = $1`, [orgId]],
];

/** Ends the transaction where another process has gone on, and holds all others up until the end. */
export const holdStep = (orgId: string, { position, walk }: Progress): Step => [
  sql`select expect((select count(*) from (select p.org_id from linkage_progress p
    where p.org_id = $1 and p.position = $2 and p.walk_kind is not distinct from $3 and p.walk_id is not distinct from $4 for update) held), 1)`,
  [orgId, position, walk?.kind ?? null, walk?.id ?? null],
];

export const advanceStep = (orgId: string, { position, walk }: Progress): Step => [
  sql`update linkage_progress p set position = $2, walk_kind = $3, walk_id = $4 where p.org_id = $1`,
  [orgId, position, walk?.kind ?? null, walk?.id ?? null],
];

/** Who decides on suggestions holds up the finder and all others who do. */
export const lockStep = (orgId: string): Step => [sql`select p.position from linkage_progress p where p.org_id = $1 for update`, [orgId]];
