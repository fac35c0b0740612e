// Every statement on the line of holders. Rows of one value stand in line by pinned, since and owner; the first that is
// not waived has the claim. So nothing is ever moved: when a holder leaves, the next one is first.
import { type Columns, columnValues } from '../db/columns.ts';
import type { Door, Step, Value } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import { hasClaim, identifierBody, ownerIsThere } from '../families/wire.ts';
import { idQuery } from '../families/words.ts';
import type { Move } from '../families/writes.ts';
import type { Author, Principal } from '../http/principal.ts';
import type { Identifier, OwnerKind } from './identifier.ts';

/** An owner's identifiers, as one write brings them. */
export interface Holding {
  ownerId: string;
  /** Null for the division that the owner is stored in. */
  divisionId: string | null;
  identifiers: Identifier[];
}

type HeldRow = Identifier & Pick<Holding, 'ownerId' | 'divisionId'>;

const HELD_COLUMNS: Columns<HeldRow> = [
  ['ownerId', 'uuid'],
  ['divisionId', 'uuid'],
  ['type', 'text'],
  ['sourceId', 'uuid'],
  ['value', 'text'],
];

/** Steps that write down what new owners hold. Nobody else writes rows of theirs, so that none can be there already. */
export function holdSteps(orgId: string, kind: OwnerKind, holdings: Holding[]): Step[] {
  const rows = holdings.flatMap(({ ownerId, divisionId, identifiers }) =>
    identifiers.map(({ type, sourceId, value }): HeldRow => ({ ownerId, divisionId, type, sourceId, value })),
  );
  if (rows.length === 0) return [];
  return [
    [
      sql`insert into identifiers (org_id, owner_kind, owner_id, division_id, type, source_id, value, held, since)
        select $1, $2, r.owner_id, r.division_id, r.type, r.source_id, r.value, true, statement_timestamp()
        from (select unnest($3::uuid[]) as owner_id, unnest($4::uuid[]) as division_id, unnest($5::text[]) as type, unnest($6::uuid[]) as source_id,
          unnest($7::text[]) as value) r`,
      [orgId, kind, ...columnValues(rows, HELD_COLUMNS)],
    ],
  ];
}

/** The same for owners that may hold some of them already, or stand in line without holding them. */
export function holdMoreSteps(orgId: string, kind: OwnerKind, holdings: Holding[]): Step[] {
  if (holdings.every((holding) => holding.identifiers.length === 0)) return [];
  return [
    [
      sql`insert into identifiers as i (org_id, owner_kind, owner_id, division_id, type, source_id, value, held, since)
        select $1, $2, r.owner_id, coalesce(r.division_id,
            (select k.division_id from contacts k where k.org_id = $1 and k.id = r.owner_id),
            (select o.division_id from external_organizations o where o.org_id = $1 and o.id = r.owner_id)),
          r.type, r.source_id, r.value, true, statement_timestamp()
        from jsonb_to_recordset($3::jsonb) as r (owner_id uuid, division_id uuid, type text, source_id uuid, value text)
        on conflict (org_id, owner_kind, owner_id, type, source_id, value) do update set held = true where not i.held`,
      [orgId, kind, recordset(holdings)],
    ],
  ];
}

/**
 * Steps that make owners hold exactly these. A value that stays keeps its place in line (and stays waived, if it was);
 * a value that goes leaves the line unless it is pinned.
 */
export function replaceSteps(orgId: string, kind: OwnerKind, holdings: Holding[]): Step[] {
  const owners = holdings.map((holding) => holding.ownerId);
  const rows = recordset(holdings);
  return [
    [
      sql`delete from identifiers i
        where i.org_id = $1 and i.owner_kind = $2 and i.owner_id = any ($3::uuid[]) and i.held and not i.pinned and not exists (
          select from jsonb_to_recordset($4::jsonb) as r (owner_id uuid, type text, source_id uuid, value text)
          where r.owner_id = i.owner_id and r.type = i.type and r.source_id = i.source_id and r.value = i.value)`,
      [orgId, kind, owners, rows],
    ],
    [
      sql`update identifiers i set held = false, waived = false
        where i.org_id = $1 and i.owner_kind = $2 and i.owner_id = any ($3::uuid[]) and i.held and i.pinned and not exists (
          select from jsonb_to_recordset($4::jsonb) as r (owner_id uuid, type text, source_id uuid, value text)
          where r.owner_id = i.owner_id and r.type = i.type and r.source_id = i.source_id and r.value = i.value)`,
      [orgId, kind, owners, rows],
    ],
    ...holdMoreSteps(orgId, kind, holdings),
  ];
}

/** Identifiers go with the owners that change their division, and stand in the line there as long as in the old one. */
export function moveSteps(orgId: string, kind: OwnerKind, moves: readonly Move[]): Step[] {
  if (moves.length === 0) return [];
  return [
    [
      sql`update identifiers i set division_id = r.moved_to from jsonb_to_recordset($3::jsonb) as r (owner_id uuid, moved_to uuid)
        where i.org_id = $1 and i.owner_kind = $2 and i.owner_id = r.owner_id`,
      [orgId, kind, JSON.stringify(moves.map(({ ownerId, to }) => ({ owner_id: ownerId, moved_to: to })))],
    ],
  ];
}

export function dropStep(orgId: string, kind: OwnerKind, ownerIds: string[]): Step {
  return [sql`delete from identifiers i where i.org_id = $1 and i.owner_kind = $2 and i.owner_id = any ($3::uuid[])`, [orgId, kind, ownerIds]];
}

/** The identifiers that the owner has the claim to, as a JSON array. */
export async function claimedIdentifiers(door: Door, orgId: string, kind: OwnerKind, ownerId: string): Promise<string> {
  const text = await door.text(
    sql`select json_strip_nulls(coalesce(json_agg(${identifierBody} order by i.type, i.value, i.source_id), '[]'))::text from identifiers i
      where i.org_id = $1 and i.owner_kind = $2 and i.owner_id = $3 and ${hasClaim}`,
    [orgId, kind, ownerId],
  );
  return text ?? '[]';
}

/** Who has the claim in a division, or undefined. */
export async function claimant(door: Door, orgId: string, kind: OwnerKind, divisionId: string, identifier: Identifier): Promise<string | undefined> {
  const rows = await door.rows<{ owner_id: string }>(
    sql`select i.owner_id from identifiers i
      where i.org_id = $1 and i.owner_kind = $2 and i.type = $3 and i.value = $4 and i.source_id = $5 and i.division_id = $6 and not i.waived and ${ownerIsThere}
      order by i.pinned desc, i.since, i.owner_id limit 1`,
    [orgId, kind, identifier.type, identifier.value, identifier.sourceId, divisionId],
  );
  return rows[0]?.owner_id;
}

/** Everybody of the divisions whose fields hold the value, the longest holder first. */
export async function holders(door: Door, orgId: string, type: Identifier['type'], value: string, divisions: string[], most: number): Promise<string[]> {
  const rows = await door.rows<{ owner_id: string }>(
    sql`select i.owner_id from identifiers i
      where i.org_id = $1 and i.owner_kind = 'contact' and i.type = $2 and i.value = $3 and i.held and i.division_id = any ($4::uuid[])
      order by i.since, i.owner_id limit $5`,
    [orgId, type, value, divisions, most],
  );
  return rows.map((row) => row.owner_id);
}

/** The same by Twitter screen name, which is no identifier where the account's id is known. */
export async function twitterHolders(door: Door, principal: Principal, screenName: string, divisions: string[], most: number): Promise<string[]> {
  const rows = await door.rows<{ id: string }>(
    sql`select k.id from contact_hits($2::tsquery, true, $4::uuid[], null) h join contacts k on k.org_id = $1 and k.id = h.id
      where lower(ltrim(k.twitter_id ->> 'screenName', '@')) = lower($3) order by k.created_at, k.id limit $5`,
    [principal.orgId, idQuery(principal.wordPrefix, `@${screenName}`), screenName, divisions, most],
  );
  return rows.map((row) => row.id);
}

/** Whether the source is active; undefined where there is none. */
export async function sourceState(door: Door, orgId: string, sourceId: string): Promise<boolean | undefined> {
  const rows = await door.rows<{ active: boolean }>(sql`select s.active from external_sources s where s.org_id = $1 and s.id = $2`, [orgId, sourceId]);
  return rows[0]?.active;
}

/**
 * Ends the transaction where the owner has gone, and keeps it as it is until the end where it has not: all who write
 * places of one owner take turns. Goes after the lock on the line (docs/decisions/0013-enrich-and-observation.md).
 */
export function ownerGuard(orgId: string, kind: OwnerKind, ownerId: string): Step {
  return kind === 'contact'
    ? [
        sql`select expect((select count(*) from (
          select k.id from contacts k where k.org_id = $1 and k.id = $2 and k.merged_to is null for no key update of k) there), 1)`,
        [orgId, ownerId],
      ]
    : [
        sql`select expect((select count(*) from (select k.id from external_organizations k where k.org_id = $1 and k.id = $2 for no key update of k) there), 1)`,
        [orgId, ownerId],
      ];
}

/** What a line is called that somebody takes his turn at: the identifier aliased r, for the kind and division aliased line. $1 organization. */
export const lineKey = sql`concat_ws(' ', $1::uuid, line.kind, line.division_id, r.type, r.source_id, r.value) collate "C"`;

/** Takes its turn at the lines, and keeps others waiting until the transaction ends. */
export const holdLinesStep = (orgId: string, kind: OwnerKind, divisionId: string, identifiers: readonly Identifier[]): Step => [
  // In one order, for two who wait for one another would wait for ever.
  sql`select pg_advisory_xact_lock(hashtextextended(wanted.key, 0)) from (
    select distinct ${lineKey} as key
    from (select $2::text as kind, $3::uuid as division_id) line, unnest($4::text[], $5::uuid[], $6::text[]) r (type, source_id, value) order by 1) wanted`,
  [orgId, kind, divisionId, identifiers.map(({ type }) => type), identifiers.map(({ sourceId }) => sourceId), identifiers.map(({ value }) => value)],
];

/**
 * One identifier pinned to its owner, if nobody else of the division has the claim; the expectation ends the transaction
 * where another has it.
 */
export function pinSteps(author: Author, kind: OwnerKind, ownerId: string, divisionId: string, identifier: Identifier): Step[] {
  const { orgId } = author;
  const named = [orgId, kind, ownerId, identifier.type, identifier.value, identifier.sourceId];
  return [
    holdLinesStep(orgId, kind, divisionId, [identifier]),
    ownerGuard(orgId, kind, ownerId),
    [
      sql`select expect((select count(*) from (
          select i.owner_id from identifiers i
          where i.org_id = $1 and i.owner_kind = $2 and i.type = $4 and i.value = $5 and i.source_id = $6 and i.division_id = $7 and not i.waived and ${ownerIsThere}
          order by i.pinned desc, i.since, i.owner_id limit 1) first where first.owner_id <> $3::uuid), 0)`,
      [...named, divisionId],
    ],
    [
      sql`insert into identifiers as i (org_id, owner_kind, owner_id, division_id, type, source_id, value, held, pinned, since)
        values ($1, $2, $3, $7, $4, $6, $5, false, true, statement_timestamp())
        on conflict (org_id, owner_kind, owner_id, type, source_id, value) do update
        set pinned = true, waived = false, since = case when i.waived then excluded.since else i.since end`,
      [...named, divisionId],
    ],
    ...recordSteps(author, 'claim', named),
  ];
}

/** Lets go of an identifier that the owner has the claim to; guarded, so that letting go of another's changes nothing. */
export function releaseSteps(author: Author, kind: OwnerKind, ownerId: string, divisionId: string, identifier: Identifier): Step[] {
  const { orgId } = author;
  const named = [orgId, kind, ownerId, identifier.type, identifier.value, identifier.sourceId];
  return [
    holdLinesStep(orgId, kind, divisionId, [identifier]),
    ownerGuard(orgId, kind, ownerId),
    [
      sql`select 1 from identifiers i
        where i.org_id = $1 and i.owner_kind = $2 and i.owner_id = $3 and i.type = $4 and i.value = $5 and i.source_id = $6 for update of i`,
      named,
    ],
    [
      sql`select expect((select count(*) from identifiers i
        where i.org_id = $1 and i.owner_kind = $2 and i.owner_id = $3 and i.type = $4 and i.value = $5 and i.source_id = $6 and ${hasClaim}), 1)`,
      named,
    ],
    ...recordSteps(author, 'release', named),
    [
      sql`delete from identifiers i
        where i.org_id = $1 and i.owner_kind = $2 and i.owner_id = $3 and i.type = $4 and i.value = $5 and i.source_id = $6 and not i.held`,
      named,
    ],
    [
      sql`update identifiers i set waived = true, pinned = false
        where i.org_id = $1 and i.owner_kind = $2 and i.owner_id = $3 and i.type = $4 and i.value = $5 and i.source_id = $6`,
      named,
    ],
  ];
}

/** Whose identifier it is and which, as a change of its owner; answers with its body. */
function recordSteps(author: Author, action: Action, named: readonly Value[]): Step[] {
  return [
    holdStep(author.orgId),
    [
      sql`insert into changes as c (${changeColumns})
        select $1, 'identifier', i.owner_id, ${doneBy}, i.division_id, null, json_strip_nulls(${identifierBody})
        from (select $7::text as action, $8::uuid[] as author) done, identifiers i where i.org_id = $1 and i.owner_kind = $2 and i.owner_id = $3 and i.type = $4 and i.value = $5 and i.source_id = $6
        returning c.body::text as body`,
      [...named, action, authorValue(author)],
    ],
  ];
}

function recordset(holdings: Holding[]): string {
  return JSON.stringify(
    holdings.flatMap(({ ownerId, divisionId, identifiers }) =>
      identifiers.map(({ type, value, sourceId }) => ({ owner_id: ownerId, division_id: divisionId, type, source_id: sourceId, value })),
    ),
  );
}
