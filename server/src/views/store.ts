// Every statement on saved views.
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import { limits } from '../http/limits.ts';
import type { Author } from '../http/principal.ts';
import type { Asked, Reader, Screen } from './view.ts';

/** The view aliased x, as whoever is $2 sees it. */
const viewBody = sql`json_strip_nulls(json_build_object('id', x.id, 'screen', x.screen, 'name', x.name, 'q', x.asked -> 'q', 'filter', x.asked -> 'filter',
  'sort', x.asked -> 'sort', 'columns', x.asked -> 'columns', 'shared', x.shared,
  'pinned', exists (select from saved_view_choices c where c.org_id = $1 and c.reader_id = $2 and c.view_id = x.id and c.pinned),
  'isDefault', exists (select from saved_view_choices c where c.org_id = $1 and c.reader_id = $2 and c.view_id = x.id and c.is_default),
  'mine', x.owner_id = $2::uuid, 'dateCreated', wire_date(x.created_at), 'dateModified', wire_date(x.modified_at), 'selfUri', '/liaison/v1/views/' || x.id))`;

/** Whether the view aliased x is to be seen by whoever is $2 and views the tables $3. */
const isVisibleView = sql`(x.screen = any ($3::text[]) and (x.shared or x.owner_id = $2::uuid))`;

const readerValues = ({ orgId, id, screens }: Reader) => [orgId, id, screens] as const;

export function listViews(door: Door, reader: Reader, screen: Screen | null, after: string | null, most: number): Promise<{ id: string; body: string }[]> {
  return door.rows(
    sql`select x.id, ${viewBody}::text as body from saved_views x
      where x.org_id = $1 and ${isVisibleView} and ($4::text is null or x.screen = $4) and ($5::uuid is null or x.id > $5) order by x.id limit $6`,
    [...readerValues(reader), screen, after, most],
  );
}

export interface Stored {
  screen: Screen;
  mine: boolean;
  body: string;
}

export async function storedView(door: Door, reader: Reader, id: string): Promise<Stored | undefined> {
  const [row] = await door.rows<Stored>(
    sql`select x.screen, x.owner_id = $2::uuid as mine, ${viewBody}::text as body from saved_views x where x.org_id = $1 and ${isVisibleView} and x.id = $4`,
    [...readerValues(reader), id],
  );
  return row;
}

/** What somebody does with his views is done one after the other. */
const turnStep = ({ id }: Reader): Step => [sql`select pg_advisory_xact_lock(hashtextextended('views ' || $1::text, 0))`, [id]];

export interface Said {
  name: string;
  asked: Asked;
  shared: boolean;
}

/** Guarded: ends the transaction where somebody has enough. Answers with the view's body. */
export const insertSteps = (author: Author, reader: Reader, id: string, screen: Screen, { name, asked, shared }: Said): Step[] => [
  turnStep(reader),
  [
    sql`select expect((select count(*) from (
      select count(*) as kept from saved_views x where x.org_id = $1 and x.owner_id = $2) counted where counted.kept < $3), 1)`,
    [reader.orgId, reader.id, limits.viewsMax],
  ],
  [
    sql`insert into saved_views (org_id, id, screen, name, asked, shared, owner_id, created_at, modified_at) values ($1, $2, $3, $4, $5::jsonb, $6, $7, now(), now())`,
    [reader.orgId, id, screen, name, JSON.stringify(asked), shared, reader.id],
  ],
  ...recordSteps(author, reader, 'create', id),
];

/** Guarded: ends the transaction where the view has gone. Who has it as a tab and sees it no more keeps nothing of it. */
export const updateSteps = (author: Author, reader: Reader, id: string, { name, asked, shared }: Said): Step[] => [
  thereStep(reader.orgId, id),
  [
    sql`update saved_views x set name = $3, asked = $4::jsonb, shared = $5, modified_at = now() where x.org_id = $1 and x.id = $2`,
    [reader.orgId, id, name, JSON.stringify(asked), shared],
  ],
  ...recordSteps(author, reader, 'update', id),
];

export const deleteSteps = (author: Author, reader: Reader, id: string): Step[] => [
  thereStep(reader.orgId, id),
  ...recordSteps(author, reader, 'delete', id),
  [sql`delete from saved_views x where x.org_id = $1 and x.id = $2`, [reader.orgId, id]],
];

const thereStep = (orgId: string, id: string): Step => [
  sql`select expect((select count(*) from (select x.id from saved_views x where x.org_id = $1 and x.id = $2 for update) there), 1)`,
  [orgId, id],
];

/** What the view is now, as a change; answers with its body. */
function recordSteps(author: Author, reader: Reader, action: Action, id: string): Step[] {
  return [
    holdStep(reader.orgId),
    [
      sql`insert into changes as c (${changeColumns})
        select $1, 'view', x.id, ${doneBy}, null, null, (${viewBody}::jsonb - '{pinned,isDefault,mine}'::text[])::json
        from (select $4::text as action, $5::uuid[] as author) done, saved_views x where x.org_id = $1 and x.id = $3`,
      [reader.orgId, reader.id, id, action, authorValue(author)],
    ],
    [sql`select ${viewBody}::text as body from saved_views x where x.org_id = $1 and x.id = $3`, [reader.orgId, reader.id, id]],
  ];
}

/** Guarded as updateSteps. Of the table's views no other one is begun with any more, where this one is. Answers with the view's body. */
export const chooseSteps = (reader: Reader, id: string, { pinned, isDefault }: { pinned: boolean; isDefault: boolean }): Step[] => [
  turnStep(reader),
  thereStep(reader.orgId, id),
  [
    sql`update saved_view_choices c set is_default = false where c.org_id = $1 and c.reader_id = $2 and c.is_default and $4 and c.view_id in (
      select o.id from saved_views x join saved_views o on o.org_id = $1 and o.screen = x.screen where x.org_id = $1 and x.id = $3)`,
    [reader.orgId, reader.id, id, isDefault],
  ],
  [
    sql`insert into saved_view_choices (org_id, reader_id, view_id, pinned, is_default) values ($1, $2, $3, $4, $5)
      on conflict (org_id, reader_id, view_id) do update set pinned = excluded.pinned, is_default = excluded.is_default`,
    [reader.orgId, reader.id, id, pinned, isDefault],
  ],
  [sql`select ${viewBody}::text as body from saved_views x where x.org_id = $1 and x.id = $3`, [reader.orgId, reader.id, id]],
];
