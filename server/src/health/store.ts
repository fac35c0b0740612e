// Statements on how much there is of what. Those on the whole database run as the owner, and are told to nobody but
// whoever operates the server.
import type { Door } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { Wire } from '../families/wire.ts';
import { limits } from '../http/limits.ts';

type Queue = Wire['LiaisonQueue'];
type DatabaseHealth = Wire['LiaisonServerHealth']['database'];

/** Of an organization: see queue_depths in the migrations. */
export function queuesOf(door: Door, orgId: string): Promise<Queue[]> {
  return door.rows<Queue>(sql`select q.name, q.waiting::float8 as waiting, q.failed::float8 as failed from queue_depths($1) q`, [orgId]);
}

/** Of all organizations together. */
export function allQueues(system: Door): Promise<Queue[]> {
  return system.rows<Queue>(
    sql`select q.name, sum(q.waiting)::float8 as waiting, sum(q.failed)::float8 as failed
      from organizations o cross join lateral queue_depths(o.id) with ordinality q (name, waiting, failed, place) group by q.name order by min(q.place)`,
    [],
  );
}

export async function recordsOf(door: Door, orgId: string): Promise<Wire['LiaisonHealth']['organization']['records']> {
  const rows = await door.rows<{ kind: 'contact' | 'organization' | 'note' | 'relationship'; count: number }>(
    sql`select 'contact' as kind, count(*)::int as count from (select from contacts c where c.org_id = $1 and c.merged_to is null limit $2) counted
      union all
      select 'organization', count(*)::int from (select from external_organizations o where o.org_id = $1 limit $2) counted
      union all
      select 'note', count(*)::int from (select from notes n where n.org_id = $1 limit $2) counted
      union all
      select 'relationship', count(*)::int from (select from relationships r where r.org_id = $1 limit $2) counted`,
    [orgId, limits.totalExactMax + 1],
  );
  return rows.map(({ kind, count }) => ({ kind, ...(count > limits.totalExactMax ? { count: limits.totalExactMax, more: true } : { count }) }));
}

/** Whether no other organization could be told of by what is told of the whole server. */
export async function isAlone(system: Door): Promise<boolean> {
  return (await system.rows(sql`select o.id from organizations o limit 2`, [])).length === 1;
}

/** Rows, dead rows and scans are as PostgreSQL's statistics have them. */
export async function databaseHealth(system: Door): Promise<DatabaseHealth> {
  const [facts, tables, indexes] = await Promise.all([
    system.rows<Omit<DatabaseHealth, 'tables' | 'indexes' | 'counted'> & { counted: string | null }>(
      sql`select current_setting('server_version') as version, pg_database_size(d.datid)::float8 as "sizeBytes", d.numbackends as connections,
        current_setting('max_connections')::int as "connectionsMax", (d.blks_hit / greatest(d.blks_hit + d.blks_read, 1)::float8) as "cacheHitRatio",
        wire_date(d.stats_reset) as counted
      from pg_stat_database d where d.datname = current_database()`,
      [],
    ),
    system.rows<DatabaseHealth['tables'][number]>(
      sql`select t.relname as name, greatest(c.reltuples, t.n_live_tup)::float8 as rows, pg_total_relation_size(t.relid)::float8 as "sizeBytes",
        pg_indexes_size(t.relid)::float8 as "indexBytes", t.n_dead_tup::float8 as "deadRows", t.seq_scan::float8 as "sequentialScans",
        coalesce(t.idx_scan, 0)::float8 as "indexScans"
      from pg_stat_user_tables t join pg_class c on c.oid = t.relid where t.schemaname = current_schema() order by 3 desc, 1 limit $1`,
      [limits.healthTablesMax],
    ),
    system.rows<DatabaseHealth['indexes'][number]>(
      sql`select i.indexrelname as name, i.relname as table, pg_relation_size(i.indexrelid)::float8 as "sizeBytes", i.idx_scan::float8 as scans
      from pg_stat_user_indexes i where i.schemaname = current_schema() order by 3 desc, 1 limit $1`,
      [limits.healthIndexesMax],
    ),
  ]);
  const { counted, ...rest } = facts[0] as (typeof facts)[number];
  return { ...rest, ...(counted === null ? {} : { counted }), tables, indexes };
}
