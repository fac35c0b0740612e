// What an organization's records are matched under: the model that was learned from them, kept and learned anew.
import type { Database, Door } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { limits } from '../../http/limits.ts';
import { createScorer, type Features, type Kind, learn, type Model, SAMPLED_RECORDS_MAX, type Scorer } from '../linkage/index.ts';
import { partnersOf } from './partners.ts';
import { holdStep, type Progress } from './progress.ts';
import { readRecords } from './records.ts';

export interface Ruling {
  /** Records that were matched under a lower one are old. */
  number: number;
  threshold: number;
  scorer: Scorer;
}

interface Stored {
  number: number;
  threshold: number;
  /** Whether as many records were taken in since as it was learned from: it has doubled, or all of it has changed. */
  outgrown: boolean;
  learned: boolean;
}

export async function storedModel(door: Door, orgId: string, kind: Kind): Promise<Stored | undefined> {
  const [row] = await door.rows<Stored>(
    sql`select m.number, o.duplicate_threshold as threshold, m.taken >= greatest(m.records, 1) as outgrown, m.model is not null as learned
      from linkage_models m join organizations o on o.id = $1 where m.org_id = $1 and m.kind = $2`,
    [orgId, kind],
  );
  return row;
}

export interface Scorers {
  of(door: Door, orgId: string, kind: Kind, number: number): Promise<Scorer>;
}

/** Making a scorer takes some milliseconds, and what it is made of may be large: the few that were used last are kept. */
export function createScorers(): Scorers {
  const kept = new Map<string, Scorer>();
  return {
    async of(door, orgId, kind, number) {
      const key = `${orgId} ${kind} ${number}`;
      const [row] = kept.has(key)
        ? []
        : await door.rows<{ model: Model }>(sql`select m.model from linkage_models m where m.org_id = $1 and m.kind = $2 and m.model is not null`, [
            orgId,
            kind,
          ]);
      const scorer = kept.get(key) ?? createScorer((row as { model: Model }).model);
      kept.delete(key);
      kept.set(key, scorer);
      for (const oldest of kept.keys()) if (kept.size > SCORERS_MAX) kept.delete(oldest);
      return scorer;
    },
  };
}

const SCORERS_MAX = 8;

/** Learns from a sample; every record is then matched anew. */
export async function learnAnew(database: Database, orgId: string, kind: Kind, progress: Progress, number: number): Promise<void> {
  const door = database.tenant(orgId);
  const { records, ids } = await sampled(door, orgId, kind);
  // A few records that are all one would teach that whoever is anybody has that name: until there are more, what is usual holds.
  const usual = () => learn({ kind, background: [], pairs: [], pairsInAll: records * (records - 1) });
  const model = records < 2 ? null : records < LEARNABLE_RECORDS_MIN ? usual() : await learnFrom(door, orgId, kind, ids, records);
  await database.transaction(orgId, (inner) =>
    inner.flight([
      holdStep(orgId, progress),
      [
        sql`update linkage_models m set number = m.number + $4, records = $5, taken = 0, model = $6::json, learned_at = now()
          where m.org_id = $1 and m.kind = $2 and m.number = $3`,
        [orgId, kind, number, model ? 1 : 0, records, model && JSON.stringify(model)],
      ],
    ]),
  );
}

/** The fewest of which learning is known to go well: see docs/duplicates.md. */
const LEARNABLE_RECORDS_MIN = 12;

async function learnFrom(door: Door, orgId: string, kind: Kind, ids: readonly string[], records: number): Promise<Model> {
  const features = new Map<string, Features>();
  const read = async (wanted: readonly string[]) => {
    for (const part of chunks(wanted.filter((id) => !features.has(id)))) {
      for (const [id, found] of await readRecords(door, orgId, kind, part)) features.set(id, found.features);
    }
  };
  await read(ids);
  const background = ids.flatMap((id) => features.get(id) ?? []);
  const pairs: [Features, Features][] = [];
  let asked = 0;
  for (const part of chunks(ids)) {
    if (pairs.length >= limits.duplicatesLearnedPairsMax) break;
    const met = await partnersOf(door, orgId, kind, part, null);
    await read([...new Set(met.map(({ other_id }) => other_id))]);
    for (const { record_id, other_id } of met) {
      const [a, b] = [features.get(record_id), features.get(other_id)];
      if (a && b) pairs.push([a, b]);
    }
    asked += part.length;
  }
  return learn({ kind, background, pairs, pairsInAll: asked * (records - 1) });
}

/** Some of all records, the same ones each time, in an order that has nothing to do with theirs. */
async function sampled(door: Door, orgId: string, kind: Kind): Promise<{ records: number; ids: string[] }> {
  const rows = await door.rows<{ id: string; records: number }>(
    sql`select r.record_id as id, (select count(*)::int from linkage_records c where c.org_id = $1 and c.kind = $2) as records
      from linkage_records r where r.org_id = $1 and r.kind = $2 order by uuid_hash(r.record_id), r.record_id limit $3`,
    [orgId, kind, SAMPLED_RECORDS_MAX],
  );
  return { records: rows[0]?.records ?? 0, ids: rows.map(({ id }) => id) };
}

function* chunks(ids: readonly string[]): Generator<readonly string[]> {
  for (let i = 0; i < ids.length; i += CHUNK) yield ids.slice(i, i + CHUNK);
}

const CHUNK = 500;
