// Every statement on notes. A note lies in the division of the record it is about, and goes with it.
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import type { StoredRecord } from '../families/guarded.ts';
import { type Found, found, type Listed, type Slice } from '../families/page.ts';
import type { Scanned, ScanPlace } from '../families/scan.ts';
import type { Dependents, Written } from '../families/writes.ts';
import { limits } from '../http/limits.ts';
import type { Author } from '../http/principal.ts';
import { noteBody } from './wire.ts';

export type Owner = 'contact' | 'organization';

export interface NoteRow {
  id: string;
  /** Null in an update that does not say whose the note is. */
  owner: Owner | null;
  owner_id: string | null;
  /** The division that the caller expects, if any: it must be the owner's. */
  division_id: string | null;
  text: string;
  created_by: string;
  /** The version that an update expects; null for any. */
  version: number | null;
}

/** The notes that are there and to be seen: those on contacts and those on organizations follow what may be seen of these. */
export function noteBodies(door: Door, orgId: string, expand: readonly string[], ids: string[], sight: Sight): Promise<Written[]> {
  return door.rows(
    sql`select x.id, x.version, ${noteBody}::text as body from notes x
      where x.org_id = $1 and x.id = any ($3::uuid[]) and case when x.contact_id is not null then $4::uuid[] is null or x.division_id = any ($4)
        else $5::uuid[] is null or x.division_id = any ($5) end`,
    [orgId, expand, ids, sight.contacts, sight.organizations],
  );
}

/** Divisions whose records may be seen; null for all. */
export interface Sight {
  contacts: string[] | null;
  organizations: string[] | null;
}

export interface StoredNote extends StoredRecord {
  id: string;
  owner: Owner;
  owner_id: string;
}

export function storedNotes(door: Door, orgId: string, ids: string[]): Promise<StoredNote[]> {
  return door.rows(
    sql`select x.id, x.division_id, x.version, case when x.contact_id is not null then 'contact' else 'organization' end as owner,
        coalesce(x.contact_id, x.external_organization_id) as owner_id
      from notes x where x.org_id = $1 and x.id = any ($2::uuid[])`,
    [orgId, ids],
  );
}

export async function noteText(door: Door, orgId: string, expand: readonly string[], owner: Owner, ownerId: string, id: string): Promise<Written | undefined> {
  const owned = OWNED[owner];
  const [found] = await door.rows<Written>(sql`select x.id, x.version, ${noteBody}::text as body from notes x where x.org_id = $1 and ${owned} and x.id = $4`, [
    orgId,
    expand,
    ownerId,
    id,
  ]);
  return found;
}

export async function listNotes(
  door: Door,
  orgId: string,
  expand: readonly string[],
  owner: Owner,
  ownerId: string,
  descending: boolean,
  slice: Slice,
): Promise<Found> {
  const owned = OWNED[owner === 'contact' && expand.includes('mergeset') ? 'mergeSet' : owner];
  const order = descending ? sql`x.created_at desc, x.id desc` : sql`x.created_at, x.id`;
  const [row] = await door.rows<Listed>(
    sql`select (select count(*)::int from (select from notes x where x.org_id = $1 and ${owned} limit $6) counted) as total,
      (select '[' || coalesce(string_agg(${noteBody}::text, ',' order by x.at), '') || ']' from (
        select k.*, row_number() over () as at from (select * from notes x where x.org_id = $1 and ${owned} order by ${order} limit $4 offset $5) k) x) as entities`,
    [orgId, expand, ownerId, slice.size, slice.offset, limits.totalExactMax + 1],
  );
  return found(row);
}

/**
 * Guarded: ends the transaction unless each owner is there, not merged away, in a division that may be written in and is the one that the
 * note expects. The owners are held, so that none changes its division meanwhile.
 */
export function insertSteps(author: Author, rows: NoteRow[], divisions: string[] | null): Step[] {
  const { orgId } = author;
  const of = (owner: Owner) => rows.filter((row) => row.owner === owner);
  return [
    [
      sql`select expect((select count(*) from (
          select k.id from jsonb_to_recordset($2::jsonb) as r (owner_id uuid, division_id uuid)
          join contacts k on k.org_id = $1 and k.id = r.owner_id and k.merged_to is null and (r.division_id is null or r.division_id = k.division_id)
            and ($3::uuid[] is null or k.division_id = any ($3)) order by k.id for share of k) there), $4)`,
      [orgId, JSON.stringify(of('contact')), divisions, of('contact').length],
    ],
    [
      sql`select expect((select count(*) from (
          select k.id from jsonb_to_recordset($2::jsonb) as r (owner_id uuid, division_id uuid)
          join external_organizations k on k.org_id = $1 and k.id = r.owner_id and (r.division_id is null or r.division_id = k.division_id)
            and ($3::uuid[] is null or k.division_id = any ($3)) order by k.id for share of k) there), $4)`,
      [orgId, JSON.stringify(of('organization')), divisions, of('organization').length],
    ],
    [
      sql`insert into notes (org_id, id, contact_id, external_organization_id, division_id, note_text, created_by, created_at, modified_at)
        select $1, r.id, k.id, o.id, coalesce(k.division_id, o.division_id), r.text, r.created_by, now(), now()
        from jsonb_to_recordset($2::jsonb) as r (id uuid, owner text, owner_id uuid, text text, created_by uuid)
        left join contacts k on k.org_id = $1 and k.id = r.owner_id and r.owner = 'contact'
        left join external_organizations o on o.org_id = $1 and o.id = r.owner_id and r.owner = 'organization'`,
      [orgId, JSON.stringify(rows)],
    ],
    ...recordSteps(author, 'create', rows),
  ];
}

/** Guarded: ends the transaction unless each note is there, of the version and on the owner expected, and may be written. */
export function updateSteps(author: Author, rows: NoteRow[], divisions: string[] | null): Step[] {
  return [
    guardStep(author.orgId, rows, divisions),
    [
      sql`update notes x set note_text = r.text, version = x.version + 1, modified_at = greatest(now(), x.modified_at)
        from jsonb_to_recordset($2::jsonb) as r (id uuid, text text) where x.org_id = $1 and x.id = r.id`,
      [author.orgId, JSON.stringify(rows)],
    ],
    ...recordSteps(author, 'update', rows),
  ];
}

export function deleteSteps(author: Author, rows: Addressed[], divisions: string[] | null): Step[] {
  const ids = rows.map(({ id }) => id);
  return [
    guardStep(author.orgId, rows, divisions),
    ...recordSteps(author, 'delete', rows),
    [sql`delete from notes x where x.org_id = $1 and x.id = any ($2::uuid[]) returning x.id as record_id`, [author.orgId, ids]],
  ];
}

/** What goes with contacts, or with external organizations: the notes on them. */
export const notesOf = (owner: Owner): Dependents => ({
  goes(author, ownerIds) {
    const allOwned = ALL_OWNED[owner];
    return [
      holdStep(author.orgId),
      [
        sql`insert into changes (${changeColumns})
          select $1, ${noteKind}, x.id, ${doneBy}, x.division_id, x.version, ${noteBody}
          from (select 'delete' as action, $4::uuid[] as author) done, notes x where x.org_id = $1 and ${allOwned} order by x.id`,
        [author.orgId, [], ownerIds, authorValue(author)],
      ],
    ];
  },
  moved(author, moves) {
    if (moves.length === 0) return [];
    const allOwned = ALL_OWNED[owner];
    const input = JSON.stringify(moves.map(({ ownerId, from, to }) => ({ owner_id: ownerId, moved_from: from, moved_to: to })));
    return [
      holdStep(author.orgId),
      [
        sql`update notes x set division_id = r.moved_to, version = x.version + 1, modified_at = greatest(now(), x.modified_at)
          from jsonb_to_recordset($2::jsonb) as r (owner_id uuid, moved_to uuid)
          where x.org_id = $1 and r.owner_id = coalesce(x.contact_id, x.external_organization_id) and ${allOwned}`,
        [author.orgId, input, moves.map(({ ownerId }) => ownerId)],
      ],
      [
        sql`insert into changes (${changeColumns}, left_division_id)
          select $1, ${noteKind}, x.id, ${doneBy}, x.division_id, x.version, ${noteBody}, r.moved_from
          from (select 'update' as action, $4::uuid[] as author) done, jsonb_to_recordset($5::jsonb) as r (owner_id uuid, moved_from uuid)
          join notes x on x.org_id = $1 and r.owner_id = coalesce(x.contact_id, x.external_organization_id) and ${allOwned} order by x.id`,
        [author.orgId, [], moves.map(({ ownerId }) => ownerId), authorValue(author), input],
      ],
    ];
  },
});

/** The notes on one contact go over to another of its division; the last statement answers a row for each. */
export function reassignSteps(author: Author, from: string, to: string): Step[] {
  return [
    holdStep(author.orgId),
    // Held first, for what somebody writes between the next two would be missing from the change.
    [sql`select n.id from notes n where n.org_id = $1 and n.contact_id = $2 order by n.id for no key update`, [author.orgId, from]],
    // Recorded as they are about to be, for afterwards nothing tells them from others.
    [
      sql`insert into changes (${changeColumns})
        select $1, 'contactNote', x.id, ${doneBy}, x.division_id, x.version, ${noteBody}
        from (select 'update' as action, $5::uuid[] as author) done, notes n cross join lateral jsonb_populate_record(n, jsonb_build_object('contact_id', $4::uuid, 'version', n.version + 1, 'modified_at', now())) x
        where n.org_id = $1 and n.contact_id = $3 order by x.id`,
      [author.orgId, [], from, to, authorValue(author)],
    ],
    [
      sql`update notes x set contact_id = $3, version = x.version + 1, modified_at = greatest(now(), x.modified_at)
        where x.org_id = $1 and x.contact_id = $2 returning x.id`,
      [author.orgId, from, to],
    ],
  ];
}

/** The notes on external organizations go over to another of their division. */
export function handOverNotesSteps(author: Author, from: string[], to: string): Step[] {
  return [
    holdStep(author.orgId),
    [sql`select n.id from notes n where n.org_id = $1 and n.external_organization_id = any ($2::uuid[]) order by n.id for no key update`, [author.orgId, from]],
    [
      sql`insert into changes (${changeColumns})
        select $1, 'organizationNote', x.id, ${doneBy}, x.division_id, x.version, ${noteBody}
        from (select 'update' as action, $5::uuid[] as author) done, notes n cross join lateral jsonb_populate_record(n, jsonb_build_object('external_organization_id', $4::uuid, 'version', n.version + 1, 'modified_at', now())) x
        where n.org_id = $1 and n.external_organization_id = any ($3::uuid[]) order by x.id`,
      [author.orgId, [], from, to, authorValue(author)],
    ],
    [
      sql`update notes x set external_organization_id = $3, version = x.version + 1, modified_at = greatest(now(), x.modified_at)
        where x.org_id = $1 and x.external_organization_id = any ($2::uuid[])`,
      [author.orgId, from, to],
    ],
  ];
}

/** What the notes are now, as changes; answers with their bodies. */
function recordSteps(author: Author, action: Action, rows: { id: string }[]): Step[] {
  return [
    holdStep(author.orgId),
    [
      sql`insert into changes as c (${changeColumns})
        select $1, ${noteKind}, x.id, ${doneBy}, x.division_id, x.version, ${noteBody}
        from (select $4::text as action, $5::uuid[] as author) done, unnest($3::uuid[]) with ordinality wanted (id, at) join notes x on x.org_id = $1 and x.id = wanted.id order by wanted.at
        returning c.record_id, c.version, c.body::text as body`,
      [author.orgId, [], rows.map(({ id }) => id), action, authorValue(author)],
    ],
  ];
}

/**
 * One page of a scan. Notes on contacts and notes on organizations each follow what the caller may see of such
 * records; null for all divisions.
 */
export function scanNotes(
  door: Door,
  orgId: string,
  contactDivisions: string[] | null,
  organizationDivisions: string[] | null,
  expand: readonly string[],
  after: ScanPlace,
  size: number,
): Promise<Scanned[]> {
  const next = SCANS[after.modifiedAt === null ? 'byId' : 'byChange'];
  return door.rows(
    sql`select x.id, ${noteBody}::text as body, case when $7::timestamptz is not null then to_json(x.modified_at) end as "modifiedAt" from notes x
      where x.org_id = $1 and case when x.contact_id is not null then $4::uuid[] is null or x.division_id = any ($4)
        else $5::uuid[] is null or x.division_id = any ($5) end and ${next} limit $6`,
    [orgId, expand, after.id, contactDivisions, organizationDivisions, size, after.modifiedAt],
  );
}

/** A note by its id, and by the record it is on where that is said, too. */
export type Addressed = Pick<NoteRow, 'id' | 'owner' | 'owner_id' | 'version'> & { division_id?: string | null };

function guardStep(orgId: string, rows: Addressed[], divisions: string[] | null): Step {
  const input = rows.map(({ id, owner, owner_id, division_id = null, version }) => ({ id, owner, owner_id, division_id, version }));
  return [
    sql`select expect((select count(*) from (
        select x.id from notes x join jsonb_to_recordset($2::jsonb) as r (id uuid, owner text, owner_id uuid, division_id uuid, version integer)
          on r.id = x.id and (r.owner_id is null or r.owner_id = case r.owner when 'contact' then x.contact_id else x.external_organization_id end)
            and (r.division_id is null or r.division_id = x.division_id) and (r.version is null or r.version = x.version)
        where x.org_id = $1 and ($3::uuid[] is null or x.division_id = any ($3)) order by x.id for update of x) there), $4)`,
    [orgId, JSON.stringify(input), divisions, rows.length],
  ];
}

const noteKind = sql`case when x.contact_id is not null then 'contactNote' else 'organizationNote' end`;
const ALL_OWNED = { contact: sql`x.contact_id = any ($3::uuid[])`, organization: sql`x.external_organization_id = any ($3::uuid[])` } as const;
const OWNED = {
  contact: sql`x.contact_id = $3`,
  // With the contacts that were merged into it.
  mergeSet: sql`x.contact_id = any (array(with recursive made as (
    select k.id, k.merged_from from contacts k where k.org_id = $1 and k.id = $3
    union all select k.id, k.merged_from from made m, unnest(m.merged_from) input (id), contacts k where k.org_id = $1 and k.id = input.id)
    select m.id from made m))`,
  organization: sql`x.external_organization_id = $3`,
} as const;

// What stands behind a place: the moment $7 is null in the order of ids.
const SCANS = {
  byId: sql`x.id > $3 and $7::timestamptz is null order by x.id`,
  byChange: sql`(x.modified_at, x.id) > ($7::timestamptz, $3::uuid) order by x.modified_at, x.id`,
} as const;
