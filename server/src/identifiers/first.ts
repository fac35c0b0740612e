// Who has the claims to many identifiers at once, for what takes no turn at the lines: an import, which asks for three
// thousand at a time, and would else hold up everybody who brings one of them.
import { type Columns, columnValues } from '../db/columns.ts';
import type { Door } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { Identifier, OwnerKind } from './identifier.ts';

const COLUMNS: Columns<Identifier> = [
  ['type', 'text'],
  ['value', 'text'],
  ['sourceId', 'uuid'],
];

/** Who has the claim to each in the division, in their order; undefined where nobody has. */
export async function firstInLine(
  door: Door,
  orgId: string,
  kind: OwnerKind,
  divisionId: string,
  identifiers: readonly Identifier[],
): Promise<(string | undefined)[]> {
  if (identifiers.length === 0) return [];
  const [rows = []] = await door.flight([
    [
      sql`select r.at::int, first.owner_id
        from unnest($4::text[], $5::text[], $6::uuid[]) with ordinality r (type, value, source_id, at) cross join lateral (
          select i.owner_id from identifiers i
          where i.org_id = $1 and i.owner_kind = $2 and i.division_id = $3 and i.type = r.type and i.value = r.value and i.source_id = r.source_id and not i.waived
          order by i.pinned desc, i.since, i.owner_id limit 1) first`,
      [orgId, kind, divisionId, ...columnValues(identifiers, COLUMNS)],
    ],
  ]);
  const owners = new Array<string | undefined>(identifiers.length).fill(undefined);
  for (const { at, owner_id } of rows) owners[(at as number) - 1] = owner_id as string;
  return owners;
}
