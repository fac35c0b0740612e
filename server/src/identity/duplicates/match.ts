// Matching records that wait against those that were matched: a batch at a time, all of it or nothing. A pair is compared
// when the later of its two has its turn, so that a backlog compares none twice.
import type { Database, Door } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { limits } from '../../http/limits.ts';
import { candidates, type Kind } from '../linkage/index.ts';
import { recluster } from './clusters.ts';
import type { Ruling } from './models.ts';
import { partnersOf } from './partners.ts';
import { holdStep, type Progress } from './progress.ts';
import { type Linkable, readRecords } from './records.ts';
import { type Found, type Pair, pairOf, suggest, takeBack } from './suggestions.ts';

/** @returns whether any record waited */
export async function matchSome(database: Database, orgId: string, kind: Kind, progress: Progress, ruling: Ruling): Promise<boolean> {
  const door = database.tenant(orgId);
  // What has changed goes before what a new model has made old, and meets it as it stands: nobody waits for a backlog.
  const changed = await waiting(door, orgId, kind, 0);
  const ids = changed.length > 0 ? changed : await waiting(door, orgId, kind, ruling.number - 1);
  if (ids.length === 0) return false;
  const met = await partnersOf(door, orgId, kind, ids, changed.length > 0 ? 1 : ruling.number);
  const compared = new Map<string, Pair>();
  for (const [a, b] of [...met.map(({ record_id, other_id }) => [record_id, other_id] as const), ...(await openOf(door, orgId, kind, ids))]) {
    const pair = pairOf(a, b);
    compared.set(pair.join(), pair);
  }
  const pairs = [...compared.values()];
  const records = await readRecords(door, orgId, kind, [...new Set(pairs.flat())]);
  const found = foundAmong(pairs, records, ruling);
  const suggested = new Set(found.map(({ pair }) => pair.join()));
  const others = pairs.filter((pair) => !suggested.has(pair.join()));
  await database.transaction(orgId, async (inner) => {
    await inner.flight([holdStep(orgId, progress)]);
    const around = [...(await takeBack(inner, orgId, others)), ...(await suggest(inner, orgId, kind, found))];
    await recluster(inner, orgId, kind, [...new Set(around)]);
    await inner.rows(sql`update linkage_records r set model = $4 where r.org_id = $1 and r.kind = $2 and r.record_id = any ($3::uuid[])`, [
      orgId,
      kind,
      ids,
      ruling.number,
    ]);
  });
  return true;
}

function foundAmong(pairs: readonly Pair[], records: ReadonlyMap<string, Linkable>, { scorer, threshold }: Ruling): Found[] {
  const found: Found[] = [];
  for (const pair of pairs) {
    const [a, b] = [records.get(pair[0]), records.get(pair[1])];
    if (!a || !b || a.divisionId !== b.divisionId) continue;
    for (const { score, related, evidence } of candidates(a.features, [b.features], scorer, threshold)) {
      found.push({ pair, divisionId: a.divisionId, score, related, evidence });
    }
  }
  return found;
}

async function waiting(door: Door, orgId: string, kind: Kind, model: number): Promise<string[]> {
  const rows = await door.rows<{ id: string }>(
    sql`select r.record_id as id from linkage_records r where r.org_id = $1 and r.kind = $2 and r.model <= $3 order by r.model, r.record_id limit $4`,
    [orgId, kind, model, limits.duplicatesMatchedMax],
  );
  return rows.map(({ id }) => id);
}

/** Open pairs are compared again whatever keys their two share by now: none goes because a list has grown. */
async function openOf(door: Door, orgId: string, kind: Kind, ids: readonly string[]): Promise<Pair[]> {
  const rows = await door.rows<{ first_id: string; second_id: string }>(
    sql`select d.first_id, d.second_id from duplicates d
      where d.org_id = $1 and d.kind = $2 and d.state = 'open' and (d.first_id = any ($3::uuid[]) or d.second_id = any ($3))`,
    [orgId, kind, ids],
  );
  return rows.map(({ first_id, second_id }) => [first_id, second_id]);
}
