// What other slices need to write something that is a contact's and not of the contact itself: a conversation, a session, a
// segment. The contact is held meanwhile, so that it neither goes, nor is merged, nor changes its division.
import type { Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { explainRecord } from '../families/guarded.ts';
import { isId } from '../families/id.ts';
import type { Writing } from '../families/writes.ts';
import { type Refusal, refuse } from '../http/errors.ts';
import { type Stored, storedContacts } from './store.ts';
import { contactReach } from './writes.ts';

/** The contact $2 with all that it was merged with, whichever of them it is. */
export const mergeSetIds = sql`array(select $2::uuid
  union select m.id from contacts k join contacts m on m.org_id = $1 and m.canonical_id = k.canonical_id where k.org_id = $1 and k.id = $2)`;

/** Guarded: ends the transaction unless each contact is there, not merged away, and in one of the divisions (null for all). */
export function holdContactsStep(orgId: string, contactIds: readonly string[], divisions: string[] | null): Step {
  const ids = [...new Set(contactIds)];
  return [
    sql`select expect((select count(*) from (
        select k.id from contacts k where k.org_id = $1 and k.id = any ($2::uuid[]) and k.merged_to is null and (k.expires_at is null or k.expires_at > now())
          and ($3::uuid[] is null or k.division_id = any ($3)) order by k.id for no key update of k) there), $4)`,
    [orgId, ids, divisions, ids.length],
  ];
}

/**
 * For each row the contact that it is for, or why it may not be. What is for a contact that was merged away is for its
 * canonical contact from now on, when it leaves again.
 * @param permissions what a refusal names
 */
export async function explainContacts(call: Writing, rows: readonly { contact_id: string }[], permissions: string): Promise<(Stored | Refusal)[]> {
  const { principal, divisions } = call;
  const ids = rows.map(({ contact_id: id }) => id).filter(isId);
  const stored = new Map((await storedContacts(call.door, principal.orgId, ids)).map((contact) => [contact.id, contact]));
  const access = { principal, divisions, visible: contactReach(principal), permissions };
  return rows.map((row) => {
    const contact = stored.get(row.contact_id);
    const refusal = explainRecord('contact', contact && { ...contact, merged_into: null }, access);
    if (refusal || !contact) return refusal ?? refuse('not.found');
    row.contact_id = contact.merged_into ?? row.contact_id;
    return contact;
  });
}

export interface Seen {
  contactId: string;
  /** A moment of ISO 8601. */
  at: string;
}

/** Observed contacts stay for so many days (0 for good) from when they were seen, unless they stay longer. Goes after holdContactsStep. */
export function renewSeenStep(orgId: string, seen: readonly Seen[], days: number): Step {
  return [
    sql`update contacts k set expires_at = case when $4::int > 0 then r.last + $4::int * interval '1 day' end
      from (select s.contact_id, least(max(s.at), now()) as last from unnest($2::uuid[], $3::timestamptz[]) s (contact_id, at) group by s.contact_id) r
      where k.org_id = $1 and k.id = r.contact_id and ($4::int = 0 or k.expires_at < r.last + $4::int * interval '1 day') and k.expires_at is not null`,
    [orgId, seen.map(({ contactId }) => contactId), seen.map(({ at }) => at), days],
  ];
}
