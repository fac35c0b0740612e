// What taking an import back reads: the first change of each record that the job wrote, and what the record is now.
import type { Door } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import type { Json } from '../../families/sent.ts';
import type { Undo } from './job.ts';

/** Whose changes have its id as their correlation id, and lie after a position. */
export interface Writer {
  id: string;
  orgId: string;
  firstPosition: number | null;
}

/** A record that the job wrote. */
export interface Written {
  position: number;
  id: string;
  /** The first thing that the job did to it. */
  action: 'create' | 'update' | 'merge';
  /** Its body before; null where there was none. */
  before: Json | null;
  /** Its body now; null where it is gone. */
  now: Json | null;
  version: number;
  /** Whether it was merged into another. */
  away: boolean;
  /** Whether somebody else has changed it since, or put something on it. */
  touched: boolean;
}

/** The records of a kind whose first change by the job lies below a position, the latest at first. */
export async function writtenRecords(door: Door, job: Writer, { kind, below }: Pick<Undo, 'kind' | 'below'>, most: number): Promise<Written[]> {
  const rows = await door.rows<Omit<Written, 'position'> & { position: string }>(kind === 'contact' ? writtenContacts : writtenOrganizations, [
    job.orgId,
    job.id,
    job.firstPosition,
    below,
    most,
  ]);
  return rows.map((row) => ({ ...row, position: Number(row.position) }));
}

const bodyBefore = sql`(select b.body from changes b where b.org_id = $1 and b.record_id = x.record_id and b.kind = x.kind and b.position < x.position order by b.position desc limit 1)`;
const isFirstOfJob = sql`not exists (select from changes e where e.org_id = $1 and e.record_id = x.record_id and e.kind = x.kind and e.position < x.position and e.position > $3 and e.correlation_id = $2)`;
const bodyNow = sql`(select l.body from changes l where l.org_id = $1 and l.record_id = x.record_id and l.kind = x.kind order by l.position desc limit 1)`;
const changedSince = sql`exists (select from changes l where l.org_id = $1 and l.record_id = x.record_id and l.position > x.position and l.correlation_id <> $2)`;
// What hangs on a contact that was there before stays there when the contact gets its values back.
const isLinked = sql`exists (select from conversation_links t where t.org_id = $1 and t.contact_id = x.record_id)
  or exists (select from journey_sessions t where t.org_id = $1 and t.contact_id = x.record_id)
  or exists (select from journey_segments t where t.org_id = $1 and t.contact_id = x.record_id)`;

const writtenContacts = sql`select x.position, x.record_id as id, x.action, ${bodyBefore} as before, case when k.id is not null then ${bodyNow} end as now, coalesce(k.version, 0) as version,
    k.merged_to is not null as away,
    ${changedSince} or exists (select from notes n where n.org_id = $1 and n.contact_id = x.record_id and n.created_at > x.at)
      or (${bodyBefore} is null and (${isLinked})) as touched
  from changes x left join contacts k on k.org_id = $1 and k.id = x.record_id
  where x.org_id = $1 and x.correlation_id = $2 and x.position > $3 and x.position < $4 and x.kind = 'contact' and ${isFirstOfJob}
  order by x.position desc limit $5`;

const writtenOrganizations = sql`select x.position, x.record_id as id, x.action, ${bodyBefore} as before, case when k.id is not null then ${bodyNow} end as now, coalesce(k.version, 0) as version,
    false as away,
    ${changedSince} or exists (select from notes n where n.org_id = $1 and n.external_organization_id = x.record_id and n.created_at > x.at)
      or exists (select from relationships r where r.org_id = $1 and r.external_organization_id = x.record_id and r.created_at > x.at)
      or (x.action = 'create' and exists (select from contacts c where c.org_id = $1 and c.external_organization_id = x.record_id)) as touched
  from changes x left join external_organizations k on k.org_id = $1 and k.id = x.record_id
  where x.org_id = $1 and x.correlation_id = $2 and x.position > $3 and x.position < $4 and x.kind = 'organization' and ${isFirstOfJob}
  order by x.position desc limit $5`;
