// Statements on what is suggested: what the finder writes. What people decided stays as it is.
import type { Door } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { newId } from '../../families/id.ts';
import type { Evidence, Kind } from '../linkage/index.ts';

/** Two records by their ids, the lower one first. */
export type Pair = readonly [first: string, second: string];

export const pairOf = (a: string, b: string): Pair => (a < b ? [a, b] : [b, a]);

export interface Found {
  pair: Pair;
  divisionId: string;
  score: number;
  related: number;
  evidence: readonly Evidence[];
}

/** Adds what was found, or what it is worth now. @returns the records of pairs that are new or worth something else */
export async function suggest(door: Door, orgId: string, kind: Kind, found: readonly Found[]): Promise<string[]> {
  if (found.length === 0) return [];
  const rows = await door.rows<PairRow>(
    sql`insert into duplicates as d (org_id, id, kind, division_id, first_id, second_id, score, related, evidence, found_at, changed_at)
      select $1, n.id, $2, n.division_id, n.first_id, n.second_id, n.score, n.related, n.evidence::json, now(), now()
      from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::float8[], $8::float8[], $9::text[])
        n (id, division_id, first_id, second_id, score, related, evidence)
      on conflict (org_id, first_id, second_id) do update
        set division_id = excluded.division_id, score = excluded.score, related = excluded.related, evidence = excluded.evidence, changed_at = excluded.changed_at
        where d.state = 'open' and (d.score <> excluded.score or d.division_id <> excluded.division_id)
      returning d.first_id, d.second_id`,
    [
      orgId,
      kind,
      found.map(newId),
      found.map(({ divisionId }) => divisionId),
      found.map(({ pair }) => pair[0]),
      found.map(({ pair }) => pair[1]),
      found.map(({ score }) => score),
      found.map(({ related }) => rounded(related)),
      found.map(({ evidence }) => JSON.stringify(evidence.map((one) => ({ ...one, weight: rounded(one.weight) })))),
    ],
  );
  return idsOf(rows);
}

/** Bits, as far as anybody reads them. */
const rounded = (bits: number): number => Math.round(bits * 1000) / 1000;

/** Takes back what is suggested no longer. @returns the records of the pairs that were */
export async function takeBack(door: Door, orgId: string, pairs: readonly Pair[]): Promise<string[]> {
  if (pairs.length === 0) return [];
  const rows = await door.rows<PairRow>(
    sql`delete from duplicates d using unnest($2::uuid[], $3::uuid[]) n (first_id, second_id)
      where d.org_id = $1 and d.first_id = n.first_id and d.second_id = n.second_id and d.state = 'open' returning d.first_id, d.second_id`,
    [orgId, pairs.map(([first]) => first), pairs.map(([, second]) => second)],
  );
  return idsOf(rows);
}

/**
 * Takes back what is suggested of records that are compared no longer. That a pair was dismissed is remembered for as long
 * as both may come back: a contact that was merged away does where the merge is undone. @returns the records of the pairs
 */
export async function dropOf(door: Door, orgId: string, kind: Kind, ids: readonly string[]): Promise<string[]> {
  const rows = await door.rows<PairRow>(
    sql`delete from duplicates d where d.org_id = $1 and d.kind = $2 and (d.first_id = any ($3::uuid[]) or d.second_id = any ($3)) and (d.state = 'open'
      or d.state = 'dismissed' and (select count(*) from contacts k where k.org_id = $1 and k.id in (d.first_id, d.second_id))
        + (select count(*) from external_organizations o where o.org_id = $1 and o.id in (d.first_id, d.second_id)) < 2)
      returning d.first_id, d.second_id`,
    [orgId, kind, ids],
  );
  return idsOf(rows);
}

interface PairRow {
  first_id: string;
  second_id: string;
}

const idsOf = (rows: PairRow[]): string[] => [...new Set(rows.flatMap(({ first_id, second_id }) => [first_id, second_id]))];
