// The statements of a merge. All of a merge set is locked before anything is decided for good, so that of several who merge
// the same contacts one is first and nobody waits in a circle (docs/decisions/0013-enrich-and-observation.md).
import { type ContactRow, contactBody, contactIdentifiers, insertStep, isThere, recordSteps } from '../../contacts/index.ts';
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import type { StoredRecord } from '../../families/guarded.ts';
import type { Wire } from '../../families/wire.ts';
import type { Author } from '../../http/principal.ts';
import { dropStep, holdMoreSteps } from '../../identifiers/index.ts';

export type Contact = Wire['ExternalContact'];

/** A contact that is to be merged: the canonical one of what was asked for. */
export interface Input extends StoredRecord {
  asked: string;
  id: string;
  type: NonNullable<Contact['type']>;
  /** Contacts of its merge set; one where it was never merged. */
  members: number;
  body: Contact;
}

/** The contacts that are meant by the ids, the one that was modified last at first. */
export function askedContacts(door: Door, orgId: string, ids: string[]): Promise<Input[]> {
  return door.rows<Input>(
    sql`select k.id as asked, x.id, x.division_id, x.version, x.type, ${contactBody} as body,
        greatest(1, (select count(*)::int from contacts m where m.org_id = $1 and m.canonical_id = x.id)) as members
      from contacts k join contacts x on x.org_id = $1 and x.id = coalesce(k.canonical_id, k.id)
      where k.org_id = $1 and k.id = any ($4::uuid[]) and ${isThere} order by x.modified_at desc, x.id desc`,
    [orgId, [], null, ids],
  );
}

/** What a merge makes of what. */
export interface Merge {
  row: ContactRow;
  type: string;
  /** In the order asked for. */
  inputs: Pick<Input, 'id' | 'version'>[];
  /** Value (see valuesOf) → the id of the contact that gave it, or `override`. */
  sources: Record<string, string>;
}

/**
 * Guarded: ends the transaction unless each input lives and has the version that was read. The last statement answers
 * with the bodies of the inputs and of the result.
 */
export function mergeSteps(author: Author, { row, type, inputs, sources }: Merge): Step[] {
  const { orgId } = author;
  const ids = inputs.map(({ id }) => id);
  // Higher than any that was shown under an id of the set: who holds on to one of those must not overwrite the result.
  const version = Math.max(...inputs.map((input) => input.version)) + 2;
  return [
    lockStep(orgId, ids),
    [
      sql`select expect((select count(*) from contacts k join jsonb_to_recordset($2::jsonb) as r (id uuid, version integer) on r.id = k.id and r.version = k.version
        where k.org_id = $1 and k.merged_to is null and k.division_id = $3), $4)`,
      [orgId, JSON.stringify(inputs.map((input) => ({ id: input.id, version: input.version }))), row.division_id, inputs.length],
    ],
    insertStep(orgId, [row]),
    [
      sql`update contacts k set type = $3, version = $4, canonical_id = k.id, merged_from = $5::uuid[], expires_at = null where k.org_id = $1 and k.id = $2`,
      [orgId, row.id, type, version, ids],
    ],
    [
      sql`insert into merges (org_id, id, made_at, inputs, identifiers, body, sources)
        select $1, x.id, now(),
          (select jsonb_agg(jsonb_build_object('id', k.id, 'expires_at', k.expires_at)) from contacts k where k.org_id = $1 and k.id = any ($5::uuid[])),
          (select coalesce(jsonb_agg(${lineOf}), '[]') from identifiers i where i.org_id = $1 and i.owner_kind = 'contact' and i.owner_id = any ($5)),
          ${contactBody}, $6::jsonb
        from contacts x where x.org_id = $1 and x.id = $4`,
      [orgId, [], null, row.id, ids, JSON.stringify(sources)],
    ],
    [
      sql`update contacts k set merged_to = case when k.id = any ($2::uuid[]) then $3::uuid else k.merged_to end, canonical_id = $3::uuid,
          version = k.version + 1, expires_at = null
        where k.org_id = $1 and (k.id = any ($2::uuid[]) or k.canonical_id = any ($2::uuid[]))`,
      [orgId, ids, row.id],
    ],
    ...takeOverSteps(orgId, row, ids),
    ...recordSteps(
      author,
      'merge',
      [...inputs, row].map(({ id }) => ({ id })),
    ),
  ];
}

/** Locks contacts and their ancestors, in the one order that is the same however a tree is just being changed. */
export function lockStep(orgId: string, ids: string[]): Step {
  return [
    sql`select k.id from contacts k where k.org_id = $1 and (k.id = any ($2::uuid[]) or k.canonical_id = any ($2::uuid[])) order by k.id for update of k`,
    [orgId, ids],
  ];
}

/** The same, guarded: ends the transaction unless all of them live and are canonical. */
export const holdSteps = (orgId: string, ids: string[]): Step[] => [
  lockStep(orgId, ids),
  [
    sql`select expect((select count(*) from contacts k where k.org_id = $1 and k.id = any ($2::uuid[]) and k.merged_to is null), $3)`,
    [orgId, ids, new Set(ids).size],
  ],
];

/** What unmerging needs to know of the row of identifiers aliased i. */
const lineOf = sql`jsonb_build_object('owner_id', i.owner_id, 'type', i.type, 'source_id', i.source_id, 'value', i.value,
  'held', i.held, 'pinned', i.pinned, 'waived', i.waived, 'since', i.since,
  'leads', (select bool_and(e.owner_id > i.owner_id) from identifiers e
    where e.org_id = $1 and e.owner_kind = 'contact' and e.type = i.type and e.value = i.value and e.source_id = i.source_id and e.division_id = i.division_id
      and not e.waived and not i.waived and e.pinned = i.pinned and e.since = i.since and e.owner_id <> all ($5::uuid[])))`;

/**
 * The result takes over what its inputs held: for each value the place of the first of them. What it has in no field of
 * its own it keeps all the same, as long as nobody has let go of it. (A moment earlier than those who came at the same
 * time and stood behind: its own id is higher than theirs.)
 */
function takeOverSteps(orgId: string, row: ContactRow, inputs: string[]): Step[] {
  return [
    [
      sql`insert into identifiers (org_id, owner_kind, owner_id, division_id, type, source_id, value, held, pinned, waived, since)
        select $1, 'contact', m.id, $3, r.type, r.source_id, r.value, false, bool_or(r.pinned), bool_and(r.waived),
          (array_agg(case when r.leads then r.since - interval '1 microsecond' else r.since end order by r.waived, r.pinned desc, r.since))[1]
        from merges m, jsonb_to_recordset(m.identifiers) as r (type text, source_id uuid, value text, pinned boolean, waived boolean, since timestamptz, leads boolean)
        where m.org_id = $1 and m.id = $2 group by m.id, r.type, r.source_id, r.value`,
      [orgId, row.id, row.division_id],
    ],
    dropStep(orgId, 'contact', inputs),
    ...holdMoreSteps(orgId, 'contact', [{ ownerId: row.id, divisionId: row.division_id, identifiers: contactIdentifiers(row) }]),
    [sql`delete from identifiers i where i.org_id = $1 and i.owner_kind = 'contact' and i.owner_id = $2 and i.waived and not i.held`, [orgId, row.id]],
  ];
}
