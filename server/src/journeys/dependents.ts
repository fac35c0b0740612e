// What becomes of a contact's journey when the contact goes, changes its division, or is no more because a merge was undone.
import type { Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import type { Dependents } from '../families/writes.ts';
import type { Author } from '../http/principal.ts';
import { segmentBody, sessionBody } from './wire.ts';

export const journeysOfContacts: Dependents = {
  goes: (author, contactIds) => [
    holdStep(author.orgId),
    [
      sql`insert into changes (${changeColumns})
        select $1, 'journeySession', x.id, ${doneBy}, x.division_id, null, ${sessionBody}
        from (select 'delete' as action, $3::uuid[] as author) done, journey_sessions x where x.org_id = $1 and x.contact_id = any ($2::uuid[]) order by x.id`,
      [author.orgId, contactIds, authorValue(author)],
    ],
    [
      sql`insert into changes (${changeColumns})
        select $1, 'journeySegment', x.id, ${doneBy}, x.division_id, null, ${segmentBody}
        from (select 'delete' as action, $3::uuid[] as author) done, journey_segments x where x.org_id = $1 and x.contact_id = any ($2::uuid[]) order by x.id`,
      [author.orgId, contactIds, authorValue(author)],
    ],
  ],
  moved(author, moves) {
    if (moves.length === 0) return [];
    const input = JSON.stringify(moves.map(({ ownerId, from, to }) => ({ contact_id: ownerId, moved_from: from, moved_to: to })));
    return [
      holdStep(author.orgId),
      [
        sql`update journey_sessions x set division_id = r.moved_to from jsonb_to_recordset($2::jsonb) as r (contact_id uuid, moved_to uuid)
          where x.org_id = $1 and x.contact_id = r.contact_id`,
        [author.orgId, input],
      ],
      [
        sql`update journey_segments x set division_id = r.moved_to from jsonb_to_recordset($2::jsonb) as r (contact_id uuid, moved_to uuid)
          where x.org_id = $1 and x.contact_id = r.contact_id`,
        [author.orgId, input],
      ],
      [
        sql`insert into changes (${changeColumns}, left_division_id)
          select $1, 'journeySession', x.id, ${doneBy}, x.division_id, null, ${sessionBody}, r.moved_from
          from (select 'update' as action, $3::uuid[] as author) done, jsonb_to_recordset($2::jsonb) as r (contact_id uuid, moved_from uuid)
          join journey_sessions x on x.org_id = $1 and x.contact_id = r.contact_id order by x.id`,
        [author.orgId, input, authorValue(author)],
      ],
      [
        sql`insert into changes (${changeColumns}, left_division_id)
          select $1, 'journeySegment', x.id, ${doneBy}, x.division_id, null, ${segmentBody}, r.moved_from
          from (select 'update' as action, $3::uuid[] as author) done, jsonb_to_recordset($2::jsonb) as r (contact_id uuid, moved_from uuid)
          join journey_segments x on x.org_id = $1 and x.contact_id = r.contact_id order by x.id`,
        [author.orgId, input, authorValue(author)],
      ],
    ];
  },
};

/** The journey of one contact goes over to another of its division, which keeps a segment for the longer of both times. */
export const handBackJourneysSteps = (author: Author, from: string, to: string): Step[] => [
  holdStep(author.orgId),
  [sql`update journey_sessions x set contact_id = $3, modified_at = now() where x.org_id = $1 and x.contact_id = $2`, [author.orgId, from, to]],
  [
    sql`insert into changes (${changeColumns})
      select $1, 'journeySession', x.id, ${doneBy}, x.division_id, null, ${sessionBody}
      from (select 'update' as action, $3::uuid[] as author) done, journey_sessions x where x.org_id = $1 and x.contact_id = $2 and x.modified_at = now() order by x.id`,
    [author.orgId, to, authorValue(author)],
  ],
  [
    sql`update journey_segments x set expires_at = greatest(x.expires_at, o.expires_at), modified_at = now() from journey_segments o
      where x.org_id = $1 and x.contact_id = $3 and o.org_id = $1 and o.contact_id = $2 and o.segment_id = x.segment_id and o.session_id = x.session_id`,
    [author.orgId, from, to],
  ],
  [
    sql`insert into changes (${changeColumns})
      select $1, 'journeySegment', x.id, ${doneBy}, x.division_id, null, ${segmentBody}
      from (select 'delete' as action, $4::uuid[] as author) done, journey_segments x where x.org_id = $1 and x.contact_id = $2 and ${isHeldByOther} order by x.id`,
    [author.orgId, from, to, authorValue(author)],
  ],
  [sql`delete from journey_segments x where x.org_id = $1 and x.contact_id = $2 and ${isHeldByOther}`, [author.orgId, from, to]],
  [sql`update journey_segments x set contact_id = $3, modified_at = now() where x.org_id = $1 and x.contact_id = $2`, [author.orgId, from, to]],
  [
    sql`insert into changes (${changeColumns})
      select $1, 'journeySegment', x.id, ${doneBy}, x.division_id, null, ${segmentBody}
      from (select 'update' as action, $3::uuid[] as author) done, journey_segments x where x.org_id = $1 and x.contact_id = $2 and x.modified_at = now() order by x.id`,
    [author.orgId, to, authorValue(author)],
  ],
];

const isHeldByOther = sql`exists (select from journey_segments o
  where o.org_id = $1 and o.contact_id = $3 and o.segment_id = x.segment_id and o.session_id = x.session_id)`;
