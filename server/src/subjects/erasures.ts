// Every statement on erasures as resources: what was asked for, and what became of it.
import type { Database, Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import { type Author, authorOf } from '../http/principal.ts';

/** One item of a request, and a contact that it led to; several where an identifier is claimed in several divisions. */
export interface Subject {
  list: 'contactIds' | 'identifiers';
  place: number;
  /** Null where it led to nobody. */
  contactId: string | null;
}

export interface NewErasure {
  id: string;
  reason: string | undefined;
  divisions: string[] | null;
  subjects: readonly Subject[];
}

/** Answers with the erasure's body. Where the organization wants a second person, it waits for that. */
export function insertErasureSteps(author: Author, { id, reason, divisions, subjects }: NewErasure): Step[] {
  const { orgId, clientId, userId, homeOrgId, correlationId } = author;
  return [
    [
      sql`insert into erasures (org_id, id, reason, division_ids, client_id, user_id, home_org_id, correlation_id, created_at, status, expires_at)
        select $1, $2, $3, $4, $5, $6, $7, $8, now(), case when o.erasure_approval_days > 0 then 'requested' else 'running' end,
          case when o.erasure_approval_days > 0 then now() + o.erasure_approval_days * interval '1 day' end from organizations o where o.id = $1`,
      [orgId, id, reason, divisions, clientId, userId, homeOrgId, correlationId],
    ],
    [
      sql`insert into erasure_subjects (org_id, erasure_id, number, list, place, contact_id, status)
        select $1, $2, r.number, r.list, r.place, r.contact_id, case when r.contact_id is null then 'notFound' else 'waiting' end
        from unnest($3::text[], $4::int[], $5::uuid[]) with ordinality r (list, place, contact_id, number)`,
      [orgId, id, subjects.map(({ list }) => list), subjects.map(({ place }) => place), subjects.map(({ contactId }) => contactId)],
    ],
    ...recordSteps(author, 'create', id),
  ];
}

/** Leaves the change behind, and answers with the erasure's body. */
const recordSteps = (author: Author, action: 'create' | 'update', id: string): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns})
      select $1, 'erasure', e.id, ${doneBy}, null, null, json_strip_nulls(json_build_object('id', e.id, 'contacts', (
        select json_agg(s.contact_id order by s.number) from erasure_subjects s where s.org_id = $1 and s.erasure_id = $2 and s.contact_id is not null),
        'status', case when e.expires_at is not null then e.status end))
      from (select $3::text as action, $4::uuid[] as author) done, erasures e where e.org_id = $1 and e.id = $2`,
    [author.orgId, id, action, authorValue(author)],
  ],
  [sql`select ${erasureBody} as body from erasures e where e.org_id = $1 and e.id = $2`, [author.orgId, id]],
];

/** What was waited for in vain shows it, and is left as it is. */
const erasureStatus = sql`case when e.status = 'requested' and e.expires_at <= now() then 'expired' else e.status end`;

const erasureBody = sql`json_strip_nulls(json_build_object('id', e.id, 'status', ${erasureStatus}, 'reason', e.reason,
  'dateCreated', wire_date(e.created_at), 'dateCompleted', wire_date(e.completed_at), 'createdBy', json_build_object('id', coalesce(e.user_id, e.client_id)),
  'dateExpires', wire_date(e.expires_at), 'firstApprovedBy', case when e.first_user_id is not null then json_build_object('id', e.first_user_id) end, 'dateDecided', wire_date(e.decided_at),
  'decidedBy', case when e.decided_at is not null then json_build_object('id', coalesce(e.decided_user_id, e.decided_client_id)) end,
  'subjects', (select coalesce(json_agg(json_build_object('list', s.list, 'index', s.place, 'status', s.status,
      'contact', case when s.contact_id is not null then json_build_object('id', s.contact_id) end,
      'erasedIds', s.erased_ids, 'dateErased', wire_date(s.erased_at)) order by s.number), '[]')
    from erasure_subjects s where s.org_id = $1 and s.erasure_id = e.id),
  'selfUri', '/liaison/v1/subjects/erasures/' || e.id))::text`;

/** Whoever may do it everywhere sees what all others did; the others what they did themselves. */
export interface Viewer {
  orgId: string;
  all: boolean;
  clientId: string;
  userId: string | undefined;
}

const viewerValues = ({ orgId, all, clientId, userId }: Viewer) => [orgId, all, clientId, userId] as const;
const isOpenErasure = sql`($2::boolean or e.client_id = $3::uuid and e.user_id is not distinct from $4::uuid)`;

export function erasureText(door: Door, viewer: Viewer, id: string): Promise<string | undefined> {
  return door.text(sql`select ${erasureBody} from erasures e where e.org_id = $1 and ${isOpenErasure} and e.id = $5`, [...viewerValues(viewer), id]);
}

export interface Asked {
  status: 'requested' | 'refused' | 'expired' | 'running' | 'completed';
  /** Who asked for it, where it was no client by itself. */
  userId: string | null;
  /** Who approved of it first, where that takes two. */
  firstUserId: string | null;
}

export async function askedErasure(door: Door, viewer: Viewer, id: string): Promise<Asked | undefined> {
  const [row] = await door.rows<Asked>(
    sql`select ${erasureStatus} as status, e.user_id as "userId", e.first_user_id as "firstUserId" from erasures e where e.org_id = $1 and ${isOpenErasure} and e.id = $5`,
    [...viewerValues(viewer), id],
  );
  return row;
}

/** Ends the transaction where it does not wait any more, or somebody else has approved of it meanwhile. Answers with the erasure's body. */
export const approveFirstSteps = (author: Author, id: string): Step[] => [
  waitsStep(author, id, null),
  [sql`update erasures e set first_user_id = $3 where e.org_id = $1 and e.id = $2`, [author.orgId, id, author.userId]],
  ...recordSteps(author, 'update', id),
];

const waitsStep = ({ orgId }: Author, id: string, firstUserId: string | null): Step => [
  sql`select expect((select count(*) from (select e.id from erasures e
    where e.org_id = $1 and e.id = $2 and e.status = 'requested' and e.expires_at > now() and e.first_user_id is not distinct from $3 for update) waiting), 1)`,
  [orgId, id, firstUserId],
];

/** As above. */
export const decideSteps = (author: Author, { id, firstUserId }: { id: string } & Pick<Asked, 'firstUserId'>, decision: 'running' | 'refused'): Step[] => [
  waitsStep(author, id, firstUserId),
  [
    sql`update erasures e set status = $3, decided_at = now(), decided_client_id = $4, decided_user_id = $5 where e.org_id = $1 and e.id = $2`,
    [author.orgId, id, decision, author.clientId, author.userId],
  ],
  ...recordSteps(author, 'update', id),
];

/** The oldest first. @param since leaves out what was completed before */
export function listErasures(door: Door, viewer: Viewer, since: Date | null, after: string | null, most: number): Promise<{ id: string; body: string }[]> {
  return door.rows(
    sql`select e.id, ${erasureBody} as body from erasures e where e.org_id = $1 and ${isOpenErasure}
      and ($5::timestamptz is null or e.completed_at is null or e.completed_at >= $5) and ($6::uuid is null or e.id > $6) order by e.id limit $7`,
    [...viewerValues(viewer), since, after, most],
  );
}

/** What became of each item of the first list, by its place, `waiting` where no second person wanted it; undefined until it is over. */
export async function erasureOutcomes(door: Door, orgId: string, id: string): Promise<Map<number, 'erased' | 'notFound' | 'failed' | 'waiting'> | undefined> {
  const rows = await door.rows<{ place: number; status: 'erased' | 'notFound' | 'failed' | 'waiting' }>(
    sql`select s.place, s.status from erasures e join erasure_subjects s on s.org_id = $1 and s.erasure_id = e.id
      where e.org_id = $1 and e.id = $2 and ${erasureStatus} in ('completed', 'refused', 'expired') and s.list = 'contactIds'`,
    [orgId, id],
  );
  return rows.length === 0 ? undefined : new Map(rows.map(({ place, status }) => [place, status]));
}

/** Whether erasures wait for a second person. */
export async function wantsSecondPerson(door: Door, orgId: string): Promise<boolean> {
  return (await door.rows(sql`select from organizations o where o.id = $1 and o.erasure_approval_days > 0`, [orgId])).length > 0;
}

// The work -------------------------------------------------------------------------------------------------------------

export interface UnderWay {
  author: Author;
  divisions: string[] | null;
}

/** @returns undefined once it is done */
export async function erasureUnderWay(door: Door, orgId: string, id: string): Promise<UnderWay | undefined> {
  const [row] = await door.rows<{ client_id: string; user_id: string | null; home_org_id: string; correlation_id: string; division_ids: string[] | null }>(
    sql`select e.client_id, e.user_id, e.home_org_id, e.correlation_id, e.division_ids from erasures e where e.org_id = $1 and e.id = $2 and e.status = 'running'`,
    [orgId, id],
  );
  return (
    row && {
      author: authorOf({ orgId, clientId: row.client_id, userId: row.user_id, homeOrgId: row.home_org_id }, row.correlation_id),
      divisions: row.division_ids,
    }
  );
}

export interface Waiting {
  number: number;
  contactId: string;
}

export async function nextSubject(door: Door, orgId: string, id: string): Promise<Waiting | undefined> {
  const [row] = await door.rows<Waiting>(
    sql`select s.number, s.contact_id as "contactId" from erasure_subjects s
      where s.org_id = $1 and s.erasure_id = $2 and s.status = 'waiting' order by s.attempts, s.number limit 1`,
    [orgId, id],
  );
  return row;
}

/** Ends the transaction where another process has done it meanwhile. */
export const subjectErasedSteps = (orgId: string, id: string, number: number, erasedIds: string[]): Step[] => [
  [
    sql`select expect((select count(*) from (select s.number from erasure_subjects s
      where s.org_id = $1 and s.erasure_id = $2 and s.number = $3 and s.status = 'waiting' for update) waiting), 1)`,
    [orgId, id, number],
  ],
  [
    sql`update erasure_subjects s set status = 'erased', erased_ids = $4::uuid[], erased_at = now() where s.org_id = $1 and s.erasure_id = $2 and s.number = $3`,
    [orgId, id, number, erasedIds],
  ],
];

/** Who is in no division that the caller may erase in any more is not found, and leaves no id. */
export async function subjectNotFound(door: Door, orgId: string, id: string, number: number): Promise<void> {
  await door.rows(
    sql`update erasure_subjects s set status = 'notFound', contact_id = null where s.org_id = $1 and s.erasure_id = $2 and s.number = $3 and s.status = 'waiting'`,
    [orgId, id, number],
  );
}

/** @param most tries, after the last of which it has failed */
export async function subjectTried(door: Door, orgId: string, id: string, number: number, most: number): Promise<void> {
  await door.rows(
    sql`update erasure_subjects s set attempts = s.attempts + 1, status = case when s.attempts + 1 >= $4 then 'failed' else 'waiting' end
      where s.org_id = $1 and s.erasure_id = $2 and s.number = $3 and s.status = 'waiting'`,
    [orgId, id, number, most],
  );
}

export async function completeErasure(door: Door, orgId: string, id: string): Promise<void> {
  await door.rows(
    sql`update erasures e set status = 'completed', completed_at = now() where e.org_id = $1 and e.id = $2 and e.status = 'running'
      and not exists (select from erasure_subjects s where s.org_id = $1 and s.erasure_id = $2 and s.status = 'waiting')`,
    [orgId, id],
  );
}

/** All that is under way in all organizations. */
export function erasuresUnderWay({ system }: Database): Promise<{ orgId: string; id: string }[]> {
  return system.rows(sql`select e.org_id as "orgId", e.id from erasures e where e.status = 'running' order by e.id`, []);
}
