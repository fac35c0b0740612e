// What enriching and observing ask of the lines: who has the claims to several identifiers, and claims to those that
// nobody has. All of it within one transaction that holds the lines, so that of two who bring the same value one waits.
import type { Door, Step } from '../db/database.ts';
import { type Statement, sql } from '../db/sql.ts';
import { authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import { isObjection } from '../families/guarded.ts';
import { identifierBody } from '../families/wire.ts';
import { refuse } from '../http/errors.ts';
import type { Author } from '../http/principal.ts';
import type { Identifier, OwnerKind } from './identifier.ts';
import { holdLinesStep, ownerGuard } from './store.ts';

/**
 * Who has the claim to each, in their order; undefined where nobody has. Waits for whoever else brings or claims one of
 * them, or writes one of those who have them, and keeps others waiting until the transaction ends.
 * @throws Refusal 409 where those who have them keep changing
 */
export async function claimants(
  door: Door,
  orgId: string,
  kind: OwnerKind,
  divisionId: string,
  identifiers: readonly Identifier[],
): Promise<(string | undefined)[]> {
  if (identifiers.length === 0) return [];
  const values = [orgId, kind, divisionId, ...columnsOf(identifiers)] as const;
  // Flights, whose plans are made once: to make them costs five times as much as to go by them.
  let [, found] = await door.flight([holdLinesStep(orgId, kind, divisionId, identifiers), [findOwners, values]]);
  for (let tries = 1; ; tries += 1) {
    const owners = (found as { owner_id: string | null }[]).map(({ owner_id }) => owner_id);
    const some = owners.filter((owner) => owner !== null);
    if (some.length === 0) return owners.map(() => undefined);
    try {
      // A plain write takes no turn at the lines: it may have changed who has the claims while it was waited for.
      await door.flight([
        [holdOwners[kind], [orgId, some]],
        [stillOwners, [...values, owners]],
      ]);
      return owners.map((owner) => owner ?? undefined);
    } catch (error) {
      if (!isObjection(error)) throw error;
      if (tries === TRIES) throw refuse('conflict', { params: { reason: 'The identifiers keep changing hands; try again.' }, cause: error });
    }
    [found] = await door.flight([[findOwners, values]]);
  }
}

const TRIES = 10;

const wanted = sql`unnest($4::text[], $5::text[], $6::uuid[]) with ordinality r (type, value, source_id, at)`;
const claimantOf = sql`(select i.owner_id from identifiers i
  where i.org_id = $1 and i.owner_kind = $2 and i.division_id = $3 and i.type = r.type and i.value = r.value and i.source_id = r.source_id and not i.waived
  order by i.pinned desc, i.since, i.owner_id limit 1)`;

const findOwners = sql`select ${claimantOf} as owner_id from ${wanted} order by r.at`;
const stillOwners = sql`select expect((select count(*) from (
  select ${claimantOf} as owner_id, ($7::uuid[])[r.at] as was from ${wanted}) r where r.owner_id is distinct from r.was), 0)`;

// Contacts with their ancestors, for they may be merged next.
const holdOwners: Record<OwnerKind, Statement> = {
  contact: sql`select k.id from contacts k where k.org_id = $1 and (k.id = any ($2::uuid[]) or k.canonical_id = any ($2::uuid[])) order by k.id for no key update of k`,
  organization: sql`select k.id from external_organizations k where k.org_id = $1 and k.id = any ($2::uuid[]) order by k.id for no key update of k`,
};

/**
 * Pins to the owner what nobody has the claim to, but for what its fields hold anyway; each is a change of the owner.
 * Guarded: ends the transaction where the owner has gone.
 */
export function claimSteps(author: Author, kind: OwnerKind, ownerId: string, divisionId: string, unclaimed: readonly Identifier[]): Step[] {
  const { orgId } = author;
  const guard = ownerGuard(orgId, kind, ownerId);
  if (unclaimed.length === 0) return [guard];
  return [
    guard,
    [
      sql`insert into identifiers as i (org_id, owner_kind, owner_id, division_id, type, value, source_id, held, pinned, since)
        select $1, $2, $3, $4, r.type, r.value, r.source_id, false, true, statement_timestamp() from (select distinct * from unnest($5::text[], $6::text[], $7::uuid[]) r (type, value, source_id)) r
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
        where i.pinned and i.since >= now()`,
      [orgId, kind, ownerId, ...columnsOf(unclaimed), authorValue(author)],
    ],
  ];
}

function columnsOf(identifiers: readonly Identifier[]): [string[], string[], string[]] {
  return [identifiers.map(({ type }) => type), identifiers.map(({ value }) => value), identifiers.map(({ sourceId }) => sourceId)];
}
