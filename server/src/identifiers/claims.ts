// What enriching and observing ask of the lines: who has the claims to several identifiers, and claims to those that
// nobody has. All of it within one transaction that holds the lines, so that of two who bring the same value one waits.
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import { identifierBody } from '../families/wire.ts';
import type { Author } from '../http/principal.ts';
import type { Identifier, OwnerKind } from './identifier.ts';
import { lockKey } from './store.ts';

/**
 * Who has the claim to each, in their order; undefined where nobody has.
 * @param hold waits for whoever else brings or claims one of them, and keeps others waiting until the transaction ends
 */
export async function claimants(
  door: Door,
  orgId: string,
  kind: OwnerKind,
  divisionId: string,
  identifiers: readonly Identifier[],
  { hold }: { hold: boolean },
): Promise<(string | undefined)[]> {
  if (identifiers.length === 0) return [];
  const steps = [...(hold ? [holdStepOf(orgId, kind, divisionId, identifiers)] : []), claimantsStep(orgId, kind, divisionId, identifiers)];
  // A flight, whose plans are made once: to make them costs five times as much as to go by them.
  const rows = (await door.flight(steps)).at(-1) as { owner_id: string | null }[];
  return rows.map(({ owner_id }) => owner_id ?? undefined);
}

const holdStepOf = (orgId: string, kind: OwnerKind, divisionId: string, identifiers: readonly Identifier[]): Step => [
  sql`select pg_advisory_xact_lock(hashtextextended(wanted.key, 0)) from unnest($1::text[]) wanted (key)`,
  // In one order, for two who wait for one another would wait for ever.
  [[...new Set(identifiers.map((identifier) => lockKey(orgId, kind, divisionId, identifier)))].sort()],
];

const claimantsStep = (orgId: string, kind: OwnerKind, divisionId: string, identifiers: readonly Identifier[]): Step => [
  sql`select (select i.owner_id from identifiers i
      where i.org_id = $1 and i.owner_kind = $2 and i.division_id = $3 and i.type = r.type and i.value = r.value and i.source_id = r.source_id and not i.waived
      order by i.pinned desc, i.since, i.owner_id limit 1) as owner_id
    from unnest($4::text[], $5::text[], $6::uuid[]) with ordinality r (type, value, source_id, at) order by r.at`,
  [orgId, kind, divisionId, ...columnsOf(identifiers)],
];

/** Pins to the owner what nobody has the claim to, but for what its fields hold anyway; each is a change of the owner. */
export function claimSteps(author: Author, kind: OwnerKind, ownerId: string, divisionId: string, unclaimed: readonly Identifier[]): Step[] {
  if (unclaimed.length === 0) return [];
  const { orgId } = author;
  return [
    [
      sql`insert into identifiers as i (org_id, owner_kind, owner_id, division_id, type, value, source_id, held, pinned, since)
        select $1, $2, $3, $4, r.type, r.value, r.source_id, false, true, now() from (select distinct * from unnest($5::text[], $6::text[], $7::uuid[]) r (type, value, source_id)) r
        on conflict (org_id, owner_kind, owner_id, type, source_id, value) do update
        set pinned = true, waived = false, since = excluded.since where i.waived`,
      [orgId, kind, ownerId, divisionId, ...columnsOf(unclaimed)],
    ],
    holdStep(orgId),
    [
      sql`insert into changes (${changeColumns})
        select $1, 'identifier', i.owner_id, ${doneBy}, i.division_id, null, json_strip_nulls(${identifierBody})
        from (select 'claim' as action, $7::uuid[] as author) done,
          (select distinct * from unnest($4::text[], $5::text[], $6::uuid[]) r (type, value, source_id)) r
          join identifiers i on i.org_id = $1 and i.owner_kind = $2 and i.owner_id = $3 and i.type = r.type and i.value = r.value and i.source_id = r.source_id
        where i.pinned and i.since = now()`,
      [orgId, kind, ownerId, ...columnsOf(unclaimed), authorValue(author)],
    ],
  ];
}

function columnsOf(identifiers: readonly Identifier[]): [string[], string[], string[]] {
  return [identifiers.map(({ type }) => type), identifiers.map(({ value }) => value), identifiers.map(({ sourceId }) => sourceId)];
}
