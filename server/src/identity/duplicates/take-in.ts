// Taking records in: their keys are made anew, and they wait to be matched. What is no longer there goes, with what was
// suggested of it. At first all records are walked through, later those that were changed.
import type { Database, Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { limits } from '../../http/limits.ts';
import type { Kind } from '../linkage/index.ts';
import { recluster } from './clusters.ts';
import { keysOf } from './keys.ts';
import { advanceStep, holdStep, type Progress, START } from './progress.ts';
import { idsAfter, type Linkable, readRecords } from './records.ts';
import { dropOf } from './suggestions.ts';

export interface TakenIn {
  progress: Progress;
  /** Whether something was done, and whether more is left to be taken in. */
  any: boolean;
  more: boolean;
}

/** One step of the walk, or of the changes; all of it or nothing. */
export async function takeIn(database: Database, orgId: string, progress: Progress): Promise<TakenIn> {
  const door = database.tenant(orgId);
  const { next, ids, more } = await (progress.walk ? walked(door, orgId, progress, progress.walk) : changed(door, orgId, progress));
  if (next === progress) return { progress, any: false, more: false };
  const read = {
    contact: await readRecords(door, orgId, 'contact', ids.contact),
    organization: await readRecords(door, orgId, 'organization', ids.organization),
  };
  await database.transaction(orgId, async (inner) => {
    await inner.flight([holdStep(orgId, progress)]);
    for (const kind of KINDS) if (ids[kind].length > 0) await replace(inner, orgId, kind, ids[kind], read[kind]);
    await inner.flight([advanceStep(orgId, next)]);
  });
  return { progress: next, any: true, more };
}

export const KINDS: readonly Kind[] = ['contact', 'organization'];

interface Next {
  next: Progress;
  ids: Record<Kind, string[]>;
  more: boolean;
}

async function walked(door: Door, orgId: string, { position }: Progress, walk: NonNullable<Progress['walk']>): Promise<Next> {
  const found = await idsAfter(door, orgId, walk.kind, walk.id, limits.duplicatesTakenMax);
  const ids = { contact: [], organization: [], [walk.kind]: found };
  if (found.length === limits.duplicatesTakenMax) return { next: { position, walk: { ...walk, id: found.at(-1) as string } }, ids, more: true };
  const then = walk.kind === 'contact' ? ({ ...START, kind: 'organization' } as const) : undefined;
  return { next: { position, walk: then as Progress['walk'] }, ids, more: true };
}

async function changed(door: Door, orgId: string, progress: Progress): Promise<Next> {
  // Asked before, and not within the next statement, which may begin before the last of them can be seen.
  const [settled] = await door.rows<{ position: string }>(sql`select settled_position($1) as position`, [orgId]);
  const rows = await door.rows<{ kind: Kind; record_id: string; position: string }>(
    sql`select x.kind, x.record_id, x.position from changes x
      where x.org_id = $1 and x.position > $2 and x.position <= $3 and x.kind in ('contact', 'organization') order by x.position limit $4`,
    [orgId, progress.position, settled?.position, limits.duplicatesTakenMax],
  );
  const of = (kind: Kind) => [...new Set(rows.filter((row) => row.kind === kind).map((row) => row.record_id))];
  const ids = { contact: of('contact'), organization: of('organization') };
  if (rows.length === 0) return { next: progress, ids, more: false };
  const more = rows.length === limits.duplicatesTakenMax;
  return { next: { walk: undefined, position: Number(more ? rows.at(-1)?.position : settled?.position) }, ids, more };
}

async function replace(door: Door, orgId: string, kind: Kind, ids: string[], read: ReadonlyMap<string, Linkable>): Promise<void> {
  const there = [...read.values()];
  const gone = ids.filter((id) => !read.has(id));
  await door.flight(replaceSteps(orgId, kind, ids, there, gone));
  if (gone.length > 0) await recluster(door, orgId, kind, await dropOf(door, orgId, kind, gone));
}

function replaceSteps(orgId: string, kind: Kind, ids: string[], there: Linkable[], gone: string[]): Step[] {
  const rows = [there.map(({ features }) => features.id), there.map(({ features, divisionId }) => keysOf(features, divisionId))];
  return [
    [
      sql`delete from blocking_keys b using linkage_records r cross join lateral unnest(r.keys) k (key)
        where r.org_id = $1 and r.kind = $2 and r.record_id = any ($3::uuid[]) and b.org_id = $1 and b.key = k.key and b.record_id = r.record_id`,
      [orgId, kind, ids],
    ],
    [sql`delete from linkage_records r where r.org_id = $1 and r.kind = $2 and r.record_id = any ($3::uuid[])`, [orgId, kind, gone]],
    [
      sql`insert into linkage_records as r (org_id, kind, record_id, keys)
        select $1, $2, n.id, n.keys::bigint[] from unnest($3::uuid[], $4::text[]) n (id, keys) order by n.id
        on conflict (org_id, kind, record_id) do update set keys = excluded.keys, model = 0`,
      [orgId, kind, ...rows],
    ],
    // In the order of the index, which takes them in faster so.
    [
      sql`insert into blocking_keys (org_id, key, record_id)
        select $1, k.key, n.id from unnest($2::uuid[], $3::text[]) n (id, keys) cross join lateral unnest(n.keys::bigint[]) k (key) order by k.key, n.id
        on conflict (org_id, key, record_id) do nothing`,
      [orgId, ...rows],
    ],
    [
      sql`insert into linkage_models as m (org_id, kind, taken) values ($1, $2, $3)
        on conflict (org_id, kind) do update set taken = m.taken + excluded.taken`,
      [orgId, kind, there.length],
    ],
  ];
}
