// Reading what is suggested. A pair is there for whoever may view both of its records: they are looked at as they are now,
// for the finder hears of a change only after it was made.
import type { Door } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import type { Kind } from '../linkage/index.ts';
import { isSuggested } from './clusters.ts';
import { duplicateProjection, NOTHING_EXPANDED, recordProjection } from './wire.ts';

export interface View {
  orgId: string;
  kind: Kind;
  /** Divisions whose records may be seen; null for all. */
  divisions: string[] | null;
  expand?: readonly string[] | undefined;
}

export type State = 'open' | 'accepted' | 'dismissed';

export interface Asked {
  state: State;
  recordId: string | null;
  clusterId: string | null;
  /** The least score; null for any. */
  score: number | null;
}

/** A page begins behind a score and an id. */
export interface Place {
  score: number;
  id: string;
}

export interface Listed extends Place {
  body: string;
}

export function listDuplicates(door: Door, view: View, asked: Asked, after: Place | undefined, size: number): Promise<Listed[]> {
  const body = duplicateProjection(view.kind, view.expand);
  const isSeen = seenOf(view.kind);
  const ofRecord = asked.recordId === null ? ofAnybody : ofOneRecord;
  const ofCluster = asked.clusterId === null ? inAnyCluster : inOneCluster;
  return door.rows<Listed>(
    sql`select d.id, d.score, ${body}::text as body from duplicates d
      where d.org_id = $1 and d.kind = $4 and d.state = $6 and ${ofRecord} and ${ofCluster} and ($9::float8 is null or d.score >= $9)
        and (d.state <> 'open' or ${isSuggested}) and ($10::float8 is null or (d.score, d.id) < ($10, $11::uuid)) and ${isSeen}
      order by d.score desc, d.id desc limit $12`,
    [
      view.orgId,
      ...NOTHING_EXPANDED,
      view.kind,
      view.divisions,
      asked.state,
      asked.recordId,
      asked.clusterId,
      asked.score,
      after?.score ?? null,
      after?.id ?? null,
      size,
    ],
  );
}

export interface Stored {
  id: string;
  kind: Kind;
  division_id: string;
  state: State;
  first_id: string;
  second_id: string;
}

/** The pair, whoever may see it. */
export async function storedDuplicate(door: Door, orgId: string, id: string): Promise<Stored | undefined> {
  const [row] = await door.rows<Stored>(
    sql`select d.id, d.kind, d.division_id, d.state, d.first_id, d.second_id from duplicates d where d.org_id = $1 and d.id = $2`,
    [orgId, id],
  );
  return row;
}

export function duplicateText(door: Door, view: View, id: string): Promise<string | undefined> {
  const body = duplicateProjection(view.kind, view.expand);
  const isSeen = seenOf(view.kind);
  return door.text(sql`select ${body}::text from duplicates d where d.org_id = $1 and d.kind = $4 and d.id = $6 and ${isSeen}`, [
    view.orgId,
    ...NOTHING_EXPANDED,
    view.kind,
    view.divisions,
    id,
  ]);
}

/** The pairs of a cluster that are to be seen. */
export function pairsOfCluster(door: Door, view: View, clusterId: string): Promise<Stored[]> {
  const isSeen = seenOf(view.kind);
  return door.rows<Stored>(
    sql`select d.id, d.kind, d.division_id, d.state, d.first_id, d.second_id from duplicates d
      where d.org_id = $1 and d.kind = $4 and d.cluster_id = $6 and d.state = 'open' and ${isSuggested} and ${isSeen} and $2::text[] is not null and $3::uuid[] is null`,
    [view.orgId, ...NOTHING_EXPANDED, view.kind, view.divisions, clusterId],
  );
}

/** Each with its records and its pairs, the newest first. */
export function listClusters(door: Door, view: View, after: string | null, size: number): Promise<{ id: string; body: string }[]> {
  const body = duplicateProjection(view.kind);
  const record = recordProjection(view.kind, view.expand);
  const isSeen = seenOf(view.kind);
  return door.rows(
    sql`with page as materialized (
        select distinct d.cluster_id as id from duplicates d
        where d.org_id = $1 and d.kind = $4 and d.state = 'open' and d.cluster_id is not null and ($6::uuid is null or d.cluster_id < $6) and ${isSuggested} and ${isSeen}
        order by d.cluster_id desc limit $7)
      select page.id, json_build_object('id', page.id, 'kind', $4::text, 'division', json_build_object(
          'id', wire_division((array_agg(d.division_id))[1]), 'selfUri', '/api/v2/authorization/divisions/' || wire_division((array_agg(d.division_id))[1])),
        'records', (select json_agg(${record} order by r.id) from (
          select distinct unnest(array[d.first_id, d.second_id]) as id, d.kind from duplicates d where d.org_id = $1 and d.cluster_id = page.id and d.state = 'open' and ${isSuggested}) r
          cross join lateral (select r.kind) d),
        'pairs', json_agg(${body} order by d.score desc, d.id desc))::text as body
      from page join duplicates d on d.org_id = $1 and d.cluster_id = page.id and d.state = 'open' and ${isSuggested} and ${isSeen}
      group by page.id order by page.id desc`,
    [view.orgId, ...NOTHING_EXPANDED, view.kind, view.divisions, after, size],
  );
}

const ofAnybody = sql`$7::uuid is null`;
const ofOneRecord = sql`(d.first_id = $7 or d.second_id = $7)`;
const inAnyCluster = sql`$8::uuid is null`;
const inOneCluster = sql`d.cluster_id = $8`;

function seenOf(kind: Kind) {
  return kind === 'contact' ? contactsSeen : organizationsSeen;
}

/**
 * Whether the caller may view the pair aliased d: both of its records, which of an open pair are both listed, and of a
 * decided one those that are still there.
 */
const contactsSeen = sql`(case when d.state = 'open'
  then (select count(*) from contacts k where k.org_id = $1 and k.id in (d.first_id, d.second_id) and k.type = 'Curated' and k.merged_to is null
    and ($5::uuid[] is null or k.division_id = any ($5))) = 2
  else ($5::uuid[] is null or d.division_id = any ($5)) and not exists (
    select from contacts k where k.org_id = $1 and k.id in (d.first_id, d.second_id) and $5::uuid[] is not null and k.division_id <> all ($5)) end)`;
const organizationsSeen = sql`(case when d.state = 'open'
  then (select count(*) from external_organizations k where k.org_id = $1 and k.id in (d.first_id, d.second_id)
    and ($5::uuid[] is null or k.division_id = any ($5))) = 2
  else ($5::uuid[] is null or d.division_id = any ($5)) and not exists (
    select from external_organizations k where k.org_id = $1 and k.id in (d.first_id, d.second_id) and $5::uuid[] is not null and k.division_id <> all ($5)) end)`;
