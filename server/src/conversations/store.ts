// Every statement on the links between conversations and contacts. A link lies in the division of its contact. Of one leg
// there is one link in the divisions that a caller may write in: whoever links it there takes the place of whoever was linked,
// and nobody learns of links in divisions that are closed to him.
import { holdContactsStep, mergeSetIds, renewSeenStep } from '../contacts/index.ts';
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import type { Dependents } from '../families/writes.ts';
import type { Author } from '../http/principal.ts';
import { conversationBody } from './wire.ts';

/** A participant's part of a conversation. */
export interface Leg {
  conversationId: string;
  communicationId: string;
  mediaType: string;
}

export interface LinkRow extends Leg {
  id: string;
  contact_id: string;
}

/** Of the contact and all that it was merged with, the newest first. @param before an id, or null for the first page */
export function listConversations(door: Door, orgId: string, contactId: string, before: string | null, size: number): Promise<{ id: string; body: string }[]> {
  return door.rows(
    sql`select x.id, ${conversationBody}::text as body from conversation_links x
      where x.org_id = $1 and x.contact_id = any (${mergeSetIds})
        and ($3::uuid is null or x.id < $3) order by x.id desc limit $4`,
    [orgId, contactId, before, size],
  );
}

/** Guarded: ends the transaction unless the contact is there and in one of the divisions. It counts as seen. */
export function linkSteps(author: Author, row: LinkRow, { divisions, days }: { divisions: string[] | null; days: number }): Step[] {
  const { orgId } = author;
  const { id, conversationId, communicationId, mediaType, contact_id: contactId } = row;
  return [
    turnStep(orgId, row),
    holdContactsStep(orgId, [contactId], divisions),
    renewSeenStep(orgId, [{ contactId, at: new Date().toISOString() }], days),
    ...takeAwaySteps(author, row, divisions, contactId),
    // Whom it is linked to already it stays with, where that is of the contact's merge set.
    [
      sql`insert into conversation_links as x (org_id, id, conversation_id, communication_id, media_type, contact_id, division_id, created_at, modified_at)
        select $1, $2, $3, $4, $5, k.id, k.division_id, now(), now() from contacts k
        where k.org_id = $1 and k.id = coalesce((
          select l.contact_id from conversation_links l
            join contacts o on o.org_id = $1 and o.id = l.contact_id
            join contacts n on n.org_id = $1 and n.id = $6 and (n.id = o.id or n.canonical_id = o.canonical_id)
          where l.org_id = $1 and l.conversation_id = $3 and l.communication_id = $4 order by l.id limit 1), $6)
        on conflict (org_id, conversation_id, communication_id, contact_id) do update set media_type = excluded.media_type, modified_at = now()
          where x.media_type <> excluded.media_type`,
      [orgId, id, conversationId, communicationId, mediaType, contactId],
    ],
    [
      sql`insert into changes (${changeColumns})
        select $1, 'conversation', x.conversation_id, ${doneBy}, x.division_id, null, ${conversationBody}
        from conversation_links x cross join lateral (select case when x.created_at = x.modified_at then 'create' else 'update' end as action, $4::uuid[] as author) done
        where x.org_id = $1 and x.conversation_id = $2 and x.communication_id = $3 and x.modified_at = now()`,
      [orgId, conversationId, communicationId, authorValue(author)],
    ],
    [sql`select $1::uuid as record_id`, [id]],
  ];
}

export const unlinkSteps = (author: Author, leg: Leg, divisions: string[] | null): Step[] => [
  turnStep(author.orgId, leg),
  ...takeAwaySteps(author, leg, divisions, null),
];

/** Of two who link the same leg at the same time the second takes the place of the first. */
const turnStep = (orgId: string, { conversationId, communicationId }: Leg): Step => [
  sql`select pg_advisory_xact_lock(hashtextextended(concat_ws(' ', $1::uuid, 'conversation', $2::uuid, $3::text), 0))`,
  [orgId, conversationId, communicationId],
];

/** The leg is nobody's any more in the divisions. @param but the contact whose merge set keeps it; null for none */
function takeAwaySteps(author: Author, { conversationId, communicationId }: Leg, divisions: string[] | null, but: string | null): Step[] {
  return [
    holdStep(author.orgId),
    [
      sql`insert into changes (${changeColumns})
        select $1, 'conversation', x.conversation_id, ${doneBy}, x.division_id, null, ${conversationBody}
        from (select 'delete' as action, $6::uuid[] as author) done, conversation_links x where x.org_id = $1 and ${isTakenAway} order by x.id`,
      [author.orgId, conversationId, communicationId, divisions, but, authorValue(author)],
    ],
    [sql`delete from conversation_links x where x.org_id = $1 and ${isTakenAway}`, [author.orgId, conversationId, communicationId, divisions, but]],
  ];
}

const isTakenAway = sql`x.conversation_id = $2 and x.communication_id = $3 and ($4::uuid[] is null or x.division_id = any ($4))
  and not exists (select from contacts o join contacts n on n.org_id = $1 and (n.id = o.id or n.canonical_id = o.canonical_id)
    where o.org_id = $1 and o.id = x.contact_id and n.id = $5::uuid)`;

/** What goes with contacts: that conversations were theirs. */
export const conversationsOfContacts: Dependents = {
  goes: (author, contactIds) => [
    holdStep(author.orgId),
    [
      sql`insert into changes (${changeColumns})
        select $1, 'conversation', x.conversation_id, ${doneBy}, x.division_id, null, ${conversationBody}
        from (select 'delete' as action, $3::uuid[] as author) done, conversation_links x where x.org_id = $1 and x.contact_id = any ($2::uuid[]) order by x.id`,
      [author.orgId, contactIds, authorValue(author)],
    ],
  ],
  moved(author, moves) {
    if (moves.length === 0) return [];
    const input = JSON.stringify(moves.map(({ ownerId, from, to }) => ({ contact_id: ownerId, moved_from: from, moved_to: to })));
    return [
      holdStep(author.orgId),
      [
        sql`update conversation_links x set division_id = r.moved_to from jsonb_to_recordset($2::jsonb) as r (contact_id uuid, moved_to uuid)
          where x.org_id = $1 and x.contact_id = r.contact_id`,
        [author.orgId, input],
      ],
      [
        sql`insert into changes (${changeColumns}, left_division_id)
          select $1, 'conversation', x.conversation_id, ${doneBy}, x.division_id, null, ${conversationBody}, r.moved_from
          from (select 'update' as action, $3::uuid[] as author) done, jsonb_to_recordset($2::jsonb) as r (contact_id uuid, moved_from uuid)
          join conversation_links x on x.org_id = $1 and x.contact_id = r.contact_id order by x.id`,
        [author.orgId, input, authorValue(author)],
      ],
    ];
  },
};

/** The conversations of one contact go over to another of its division. */
export const handBackConversationsSteps = (author: Author, from: string, to: string): Step[] => [
  holdStep(author.orgId),
  [
    sql`update conversation_links x set contact_id = $3, modified_at = now() where x.org_id = $1 and x.contact_id = $2 and not exists (
      select from conversation_links o where o.org_id = $1 and o.conversation_id = x.conversation_id and o.communication_id = x.communication_id and o.contact_id = $3)`,
    [author.orgId, from, to],
  ],
  [
    sql`insert into changes (${changeColumns})
      select $1, 'conversation', x.conversation_id, ${doneBy}, x.division_id, null, ${conversationBody}
      from (select 'update' as action, $3::uuid[] as author) done, conversation_links x where x.org_id = $1 and x.contact_id = $2 and x.modified_at = now() order by x.id`,
    [author.orgId, to, authorValue(author)],
  ],
];
