// Contacts that were observed and that nobody has curated: how they come to be, how long they stay, and how they go.
// Curated contacts, and what a merge made or consumed, stay for good.
import type { Door, Step } from '../db/database.ts';
import { type Statement, sql } from '../db/sql.ts';
import { bodyOf, guarded, isObjection } from '../families/guarded.ts';
import { newId } from '../families/id.ts';
import { explainReferences, referenceSteps, referencesOf } from '../families/references.ts';
import type { Wire } from '../families/wire.ts';
import type { Dependents, Writing, Written } from '../families/writes.ts';
import { limits } from '../http/limits.ts';
import { type Author, UNASSIGNED } from '../http/principal.ts';
import { deleteSteps, insertSteps } from './store.ts';
import { contactReader } from './writes.ts';

/** Days that an observed contact stays from the last time; 0 for good. */
const momentAfter = (days: number): string | null => (days === 0 ? null : new Date(Date.now() + days * DAY_MS).toISOString());

const DAY_MS = 86_400_000;

/** @throws Refusal where the division is not there */
export async function makeObserved(
  call: Writing,
  division: string,
  body: Pick<Wire['ExternalContact'], 'firstName' | 'lastName'>,
  { type, days }: { type: 'Identified' | 'Ephemeral'; days: number },
): Promise<{ contact: Written; expires: string | undefined }> {
  const { orgId } = call.principal;
  const read = await contactReader(call, [body], []);
  const row = { ...read(newId(), division, body), type, expires_at: momentAfter(days) };
  const references = referencesOf([row], []);
  const results = await guarded(call.door, [...referenceSteps(orgId, references), ...insertSteps(call.author, [row], true)], async () => {
    const [refusal] = await explainReferences(call.door, orgId, [row], references, call.divisions, 'liaison:identity:observe');
    return refusal;
  });
  return { contact: { id: row.id, body: bodyOf(results), version: 1 }, expires: row.expires_at ?? undefined };
}

/**
 * The observed contact stays for so many days more. Nothing of what it says of itself changes, and so nothing is told.
 * @returns when it goes, as a date of the wire; undefined where it stays
 */
export async function renew(door: Door, orgId: string, id: string, days: number): Promise<string | undefined> {
  const moment = await door.text(
    sql`update contacts k set expires_at = $3 where k.org_id = $1 and k.id = $2 and k.type <> 'Curated' and k.canonical_id is null
      returning wire_date(k.expires_at)`,
    [orgId, id, momentAfter(days)],
  );
  return moment ?? undefined;
}

/** The contact is curated, and stays. The statement that goes after it raises its version and records it. */
export const promoteStep = (orgId: string, id: string): Step => [
  sql`update contacts k set type = 'Curated', expires_at = null where k.org_id = $1 and k.id = $2`,
  [orgId, id],
];

/** Which of the contacts have had their time. */
export async function expiredAmong(door: Door, orgId: string, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await door.rows<{ id: string }>(sql`select k.id from contacts k where k.org_id = $1 and k.id = any ($2::uuid[]) and k.expires_at <= now()`, [
    orgId,
    ids,
  ]);
  return rows.map(({ id }) => id);
}

/** Deletes contacts that have had their time, with their events, all or none. @returns false where one of them has been renewed meanwhile */
export async function expire(door: Door, author: Author, ids: string[], dependents: readonly Dependents[]): Promise<boolean> {
  const still: Step = [
    sql`select expect((select count(*) from (
        select k.id from contacts k where k.org_id = $1 and k.id = any ($2::uuid[]) and k.expires_at <= now() order by k.id for update) there), $3)`,
    [author.orgId, ids, ids.length],
  ];
  // What has had its time is not there to be deleted like others.
  const bringBack: Step = [sql`update contacts k set expires_at = null where k.org_id = $1 and k.id = any ($2::uuid[])`, [author.orgId, ids]];
  const removals = ids.map((id) => ({ id, along: [] }));
  try {
    await door.flight([still, bringBack, ...deleteSteps(author, removals, null, dependents)]);
    return true;
  } catch (error) {
    if (isObjection(error)) return false;
    throw error;
  }
}

/** Deletes what has had its time in one organization, some at once. What cannot go now, goes the next time. */
export function deleteExpiredContacts(dependents: readonly Dependents[]) {
  return async (door: Door, orgId: string): Promise<void> => {
    // Nobody asked for it: the change names a client that is nobody's.
    const author: Author = { orgId, homeOrgId: orgId, clientId: UNASSIGNED, userId: undefined, correlationId: crypto.randomUUID() };
    for (;;) {
      const due = await door.rows<{ id: string }>(dueStatement, [orgId, limits.expiredContactsAtOnce]);
      const ids = due.map(({ id }) => id);
      if (ids.length === 0 || !(await expire(door, author, ids, dependents)) || ids.length < limits.expiredContactsAtOnce) return;
    }
  };
}

const dueStatement: Statement = sql`select k.id from contacts k where k.org_id = $1 and k.expires_at <= now() order by k.expires_at limit $2`;
