// Erasing one person, in one place: all tables that hold something of a contact are named here, so that it can be read what
// goes, and acceptance/src/subject-erasure.test.ts looks through every column of every table for what might have stayed.
// What stays is in docs/privacy.md.
import { deleteSteps } from '../contacts/index.ts';
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { Dependents } from '../families/writes.ts';
import type { Author } from '../http/principal.ts';
import { canonicalOf, deletedSetOf, type KnownBy, knownBy, knownContacts, mergeSetOf, withUndoneMerges } from './find.ts';

export interface Erasing {
  author: Author;
  /** Where it may be done; null for all. */
  divisions: string[] | null;
  /** What goes with a contact. */
  dependents: readonly Dependents[];
}

/**
 * Erases whoever the contact is or was, with its merge set. To be called in a transaction of its own; what else belongs to
 * that is added by `also`, which is told the ids of all that is erased.
 * @returns false where there is no such contact in the divisions
 * @throws an objection (see isObjection) where it changed meanwhile: to be tried again
 */
export async function eraseContact(door: Door, { author, divisions, dependents }: Erasing, asked: string, also: (ids: string[]) => Step[]): Promise<boolean> {
  const { orgId } = author;
  const canonical = await canonicalOf(door, orgId, asked);
  if (canonical) await door.rows(lockSet, [orgId, canonical]);
  const [known] = await knownContacts(door, orgId, [asked], divisions);
  if (!known) return false;
  const set = canonical ? await mergeSetOf(door, orgId, canonical) : await deletedSetOf(door, orgId, asked);
  const ids = await withUndoneMerges(door, orgId, set);
  const traces = await knownBy(door, orgId, ids);
  const along = set.filter((id) => id !== canonical);
  await door.flight([
    ...(canonical ? [bringBackStep(orgId, set), ...deleteSteps(author, [{ id: canonical, along }], divisions, dependents)] : []),
    ...forgetSteps(orgId, ids, traces),
    [sql`select erase_changes($1::uuid[])`, [ids]],
    ...also(ids),
  ]);
  return true;
}

/** As whoever merges does. Notes and claims wait for it, so that none comes between. */
const lockSet = sql`select k.id from contacts k where k.org_id = $1 and (k.id = $2 or k.canonical_id = $2) order by k.merged_to is not null, k.id for update of k`;

/** What was observed and has had its time counts as gone, and could not be deleted. */
const bringBackStep = (orgId: string, ids: string[]): Step => [
  sql`update contacts k set expires_at = null where k.org_id = $1 and k.id = any ($2::uuid[]) and k.expires_at is not null`,
  [orgId, ids],
];

/**
 * What other tables say of contacts: rows of identifiers, notes, merges, conversations, sessions and segments go with the
 * contacts themselves. The finder of
 * duplicates may be about to write what it has read; it takes that back when it comes to the deletion.
 */
function forgetSteps(orgId: string, ids: string[], { marks, spellings }: KnownBy): Step[] {
  return [
    [
      sql`delete from blocking_keys b using linkage_records r cross join lateral unnest(r.keys) k (key)
        where r.org_id = $1 and r.kind = 'contact' and r.record_id = any ($2::uuid[]) and b.org_id = $1 and b.key = k.key and b.record_id = r.record_id`,
      [orgId, ids],
    ],
    [sql`delete from linkage_records r where r.org_id = $1 and r.kind = 'contact' and r.record_id = any ($2::uuid[])`, [orgId, ids]],
    [sql`delete from duplicates d where d.org_id = $1 and (d.first_id = any ($2::uuid[]) or d.second_id = any ($2))`, [orgId, ids]],
    [
      sql`delete from import_rejects r using import_rejects_of($2::text[], $3::text[]) w where r.org_id = $1 and r.job_id = w.job_id and r.kind = w.kind and r.line = w.line`,
      [orgId, marks, spellings],
    ],
    [sql`delete from bulk_job_refusals r where r.org_id = $1 and r.record_id = any ($2::uuid[])`, [orgId, ids]],
    // What is out of date goes at once, with its file: see the task.
    [sql`update subject_archives a set expires_at = now() where a.org_id = $1 and a.contact_ids && $2::uuid[]`, [orgId, ids]],
  ];
}
