// Which open pairs belong together: found anew around the records of pairs that came, went or changed.
import type { Door } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { newId } from '../../families/id.ts';
import { limits } from '../../http/limits.ts';
import { clusters, type Kind, type Suggestion } from '../linkage/index.ts';

interface Open {
  id: string;
  first_id: string;
  second_id: string;
  score: number;
  cluster_id: string | null;
}

/** Whoever calls holds the organization's progress, so that nobody else does the same. */
export async function recluster(door: Door, orgId: string, kind: Kind, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const open = await door.rows<Open>(
    sql`with recursive around (id) as (
        select n.id from unnest($3::uuid[]) n (id)
        union select next.id from around a cross join lateral (
          select d.second_id as id from duplicates d where d.org_id = $1 and d.first_id = a.id and d.kind = $2 and d.state = 'open' and ${isSuggested}
          union all select d.first_id from duplicates d where d.org_id = $1 and d.second_id = a.id and d.kind = $2 and d.state = 'open' and ${isSuggested}) next),
      reached as materialized (select a.id from around a limit $4)
      select d.id, d.first_id, d.second_id, d.score, d.cluster_id from reached r
        join duplicates d on d.org_id = $1 and d.first_id = r.id and d.kind = $2 and d.state = 'open' and ${isSuggested}`,
    [orgId, kind, ids, ids.length + limits.duplicatesAroundMax],
  );
  const wanted = assign(open);
  const moved = open.filter(({ id, cluster_id }) => (wanted.get(id) ?? null) !== cluster_id);
  if (moved.length === 0) return;
  await door.rows(
    sql`update duplicates d set cluster_id = n.cluster_id from unnest($2::uuid[], $3::uuid[]) n (id, cluster_id)
      where d.org_id = $1 and d.id = n.id and d.state = 'open'`,
    [orgId, moved.map(({ id }) => id), moved.map(({ id }) => wanted.get(id) ?? null)],
  );
}

/** Whether the open pair aliased d is likely enough for what the organization has set. */
export const isSuggested = sql`d.score >= (select ln(o.duplicate_threshold / (1 - o.duplicate_threshold)) / ln(2) from organizations o where o.id = $1)`;

/** Pair → cluster. A cluster keeps the id that most of its pairs have already, as far as no likelier one took it. */
function assign(open: readonly Open[]): Map<string, string> {
  const byPair = new Map(open.map((pair) => [`${pair.first_id} ${pair.second_id}`, pair]));
  const wanted = new Map<string, string>();
  const taken = new Set<string>();
  for (const { suggestions } of clusters(open.map(suggestionOf))) {
    const pairs = suggestions.map(({ a, b }) => byPair.get(`${a.id} ${b.id}`) as Open);
    const id = mostCommon(pairs.flatMap(({ cluster_id }) => (cluster_id === null || taken.has(cluster_id) ? [] : [cluster_id]))) ?? newId();
    taken.add(id);
    for (const pair of pairs) wanted.set(pair.id, id);
  }
  return wanted;
}

const suggestionOf = ({ first_id, second_id, score }: Open): Suggestion => ({
  a: { id: first_id },
  b: { id: second_id },
  score,
  probability: 1 / (1 + 2 ** -score),
});

function mostCommon(ids: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0];
}
