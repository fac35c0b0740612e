// Every statement on notes. A note lies in the division of the record it is about, and goes with it.
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Found, found, type Listed, type Slice } from '../families/page.ts';
import { limits } from '../http/limits.ts';
import { noteBody } from './wire.ts';

export type Owner = 'contact' | 'organization';

export interface NoteRow {
  id: string;
  owner: Owner;
  ownerId: string;
  divisionId: string;
  text: string;
  createdBy: string;
}

export function noteText(door: Door, orgId: string, expand: readonly string[], owner: Owner, ownerId: string, id: string): Promise<string | undefined> {
  const owned = OWNED[owner];
  return door.text(sql`select ${noteBody}::text from notes x where x.org_id = $1 and ${owned} and x.id = $4`, [orgId, expand, ownerId, id]);
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
  const owned = OWNED[owner];
  const order = descending ? sql`x.created_at desc, x.id desc` : sql`x.created_at, x.id`;
  const [row] = await door.rows<Listed>(
    sql`select (select count(*)::int from (select from notes x where x.org_id = $1 and ${owned} limit $6) counted) as total,
      (select '[' || coalesce(string_agg(${noteBody}::text, ',' order by x.at), '') || ']' from (
        select k.*, row_number() over () as at from (select * from notes x where x.org_id = $1 and ${owned} order by ${order} limit $4 offset $5) k) x) as entities`,
    [orgId, expand, ownerId, slice.size, slice.offset, limits.totalExactMax + 1],
  );
  return found(row);
}

/** The foreign keys object where the owner has gone meanwhile. */
export function insertSteps(orgId: string, rows: NoteRow[]): Step[] {
  return [
    [
      sql`insert into notes (org_id, id, contact_id, external_organization_id, division_id, note_text, created_by, created_at, modified_at)
        select $1, r.id, case when r.owner = 'contact' then r.owner_id end, case when r.owner = 'organization' then r.owner_id end,
          r.division_id, r.text, r.created_by, now(), now()
        from jsonb_to_recordset($2::jsonb) as r (id uuid, owner text, owner_id uuid, division_id uuid, text text, created_by uuid)`,
      [
        orgId,
        JSON.stringify(
          rows.map((row) => ({ id: row.id, owner: row.owner, owner_id: row.ownerId, division_id: row.divisionId, text: row.text, created_by: row.createdBy })),
        ),
      ],
    ],
  ];
}

/** Guarded: ends the transaction unless the note is there, on this owner. */
export function updateSteps(orgId: string, owner: Owner, ownerId: string, id: string, text: string): Step[] {
  return [
    guardStep(orgId, owner, ownerId, id),
    [sql`update notes x set note_text = $3, modified_at = now() where x.org_id = $1 and x.id = $2`, [orgId, id, text]],
  ];
}

export function deleteSteps(orgId: string, owner: Owner, ownerId: string, id: string): Step[] {
  return [guardStep(orgId, owner, ownerId, id), [sql`delete from notes x where x.org_id = $1 and x.id = $2`, [orgId, id]]];
}

export function bodyStep(orgId: string, expand: readonly string[], id: string): Step {
  return [sql`select ${noteBody}::text as body from notes x where x.org_id = $1 and x.id = $3`, [orgId, expand, id]];
}

/**
 * One page of a scan, by id. Notes on contacts and notes on organizations each follow what the caller may see of such
 * records; null for all divisions.
 */
export function scanNotes(
  door: Door,
  orgId: string,
  contactDivisions: string[] | null,
  organizationDivisions: string[] | null,
  after: string,
  size: number,
): Promise<{ id: string; body: string }[]> {
  return door.rows(
    sql`select x.id, ${noteBody}::text as body from notes x
      where x.org_id = $1 and x.id > $3 and case when x.contact_id is not null then $4::uuid[] is null or x.division_id = any ($4)
        else $5::uuid[] is null or x.division_id = any ($5) end
      order by x.id limit $6`,
    [orgId, [], after, contactDivisions, organizationDivisions, size],
  );
}

function guardStep(orgId: string, owner: Owner, ownerId: string, id: string): Step {
  return owner === 'contact'
    ? [
        sql`select expect((select count(*) from (select x.id from notes x where x.org_id = $1 and x.contact_id = $2 and x.id = $3 for update) there), 1)`,
        [orgId, ownerId, id],
      ]
    : [
        sql`select expect((select count(*) from (
          select x.id from notes x where x.org_id = $1 and x.external_organization_id = $2 and x.id = $3 for update) there), 1)`,
        [orgId, ownerId, id],
      ];
}

const OWNED = { contact: sql`x.contact_id = $3`, organization: sql`x.external_organization_id = $3` } as const;
