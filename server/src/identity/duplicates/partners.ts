// Which records share keys enough to be compared: the rules of blocking in one statement over the stored keys.
import type { Door } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { BLOCK_RECORDS_MAX, FEW_RECORDS, KEYS_WEIGHT_LEAST, type Kind } from '../linkage/index.ts';

export interface Partners {
  record_id: string;
  other_id: string;
}

/**
 * Each of the records with each that it meets by keys, so that two of the records meet twice. Of a key that too many have,
 * and which tells all the same, those next to the record by id take part.
 * @param matched those that are not among the records take part only where they were matched under this model or a newer
 *   one; null for all
 */
export function partnersOf(door: Door, orgId: string, kind: Kind, ids: readonly string[], matched: number | null): Promise<Partners[]> {
  return door.rows<Partners>(
    sql`with met as materialized (
        select r.record_id, other.id as other_id
        from linkage_records r cross join lateral unnest(r.keys) k (key)
        cross join lateral (select array(select b.record_id from blocking_keys b where b.org_id = $1 and b.key = k.key limit $5) as members offset 0) block
        cross join lateral unnest(case when cardinality(block.members) <= $4 then block.members when k.key & 1 <> 0 then ${nearest} end) other (id)
        where r.org_id = $1 and r.kind = $2 and r.record_id = any ($3::uuid[]) and other.id <> r.record_id
        group by r.record_id, other.id
        having sum(case when k.key & 3 <> 0 or cardinality(block.members) <= $6 then 2 else 1 end) >= $7)
      select m.record_id, m.other_id from met m
      where $8::int is null or (select o.model from linkage_records o where o.org_id = $1 and o.kind = $2 and o.record_id = m.other_id) >= $8 or m.other_id = any ($3)
      order by m.record_id, m.other_id`,
    [orgId, kind, ids, BLOCK_RECORDS_MAX, BLOCK_RECORDS_MAX + 1, FEW_RECORDS, KEYS_WEIGHT_LEAST, matched],
  );
}

/** Of all that have the key aliased k, those before and after the record aliased r: as many as are compared of others. */
const nearest = sql`array(
  (select b.record_id from blocking_keys b where b.org_id = $1 and b.key = k.key and b.record_id > r.record_id order by b.record_id limit $4 / 2)
  union all (select b.record_id from blocking_keys b where b.org_id = $1 and b.key = k.key and b.record_id < r.record_id order by b.record_id desc limit $4 / 2))`;
