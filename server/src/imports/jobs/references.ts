// What rows refer to beyond the source of the settings: those of further external ids, and the organization that is named by
// its id here. It is looked for once for all rows of a chunk.
import type { Fault } from '../../contract/validate.ts';
import { sql } from '../../db/sql.ts';
import { isId } from '../../families/id.ts';
import { readReference } from '../../families/record.ts';
import type { Wire } from '../../families/wire.ts';
import type { Writing } from '../../families/writes.ts';
import { divisionArray } from '../../http/principal.ts';
import { organizationReach } from '../../organizations/index.ts';

type Call = Pick<Writing, 'door' | 'principal'>;
type Body = Pick<Wire['ExternalContact'], 'externalIds' | 'externalOrganization'>;

/** @returns what finds the references of one of the bodies that lead nowhere */
export async function referencesReader(call: Call, bodies: readonly Body[]): Promise<(body: Body, faults: Fault[]) => void> {
  const ids = bodies.flatMap(({ externalIds = [] }) => externalIds.map(({ externalSource, value }) => ({ id: idOf(externalSource), value })));
  const sources = await sourcesOf(call, distinct(ids.map(({ id }) => id)));
  const kept = await keptOf(
    call,
    ids.filter(({ id }) => isId(id) && !sources.has(id)),
  );
  const organizations = await organizationsOf(call, distinct(bodies.map(({ externalOrganization }) => idOf(externalOrganization))));
  return ({ externalIds = [], externalOrganization }, faults) => {
    const need = (field: string, given: string | undefined, what: string, isThere: (id: string) => boolean) => {
      const id = readReference(field, given, faults);
      if (id !== null && !isThere(id)) faults.push({ field, code: 'not.found', rule: `there is no ${what} ${id}.` });
    };
    for (const [i, { externalSource, value }] of externalIds.entries())
      need(`externalIds[${i}].externalSource.id`, externalSource?.id, 'external source', (id) => sources.has(id) || kept.has(pair(id, value)));
    need('externalOrganization.id', externalOrganization?.id, 'external organization', (id) => organizations.has(id));
  };
}

const idOf = (reference: { id?: string } | undefined): string | undefined => reference?.id?.toLowerCase();
const distinct = (ids: readonly (string | undefined)[]): string[] => [...new Set(ids.filter(isId))];
const pair = (sourceId: string | undefined, value: string): string => `${sourceId} ${value}`;

async function sourcesOf({ door, principal }: Call, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await door.rows<{ id: string }>(sql`select e.id from external_sources e where e.org_id = $1 and e.id = any ($2::uuid[])`, [
    principal.orgId,
    ids,
  ]);
  return new Set(rows.map(({ id }) => id));
}

/** External ids that records have of sources that have gone: they may stay, and say nothing new. */
async function keptOf({ door, principal }: Call, ids: readonly { id: string | undefined; value: string }[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await door.rows<{ source_id: string; value: string }>(
    sql`select i.source_id, i.value from (select unnest($2::uuid[]) as source_id, unnest($3::text[]) as value) r
      join identifiers i on i.org_id = $1 and i.owner_kind in ('contact', 'organization') and i.type = 'ExternalId' and i.value = r.value and i.source_id = r.source_id
      where $4::uuid[] is null or i.division_id = any ($4)`,
    [principal.orgId, ids.map(({ id }) => id), ids.map(({ value }) => value), divisionArray(organizationReach(principal))],
  );
  return new Set(rows.map(({ source_id, value }) => pair(source_id, value)));
}

/** Those that may be seen from where the job imports, and those that contacts there belong to: they may stay. */
async function organizationsOf({ door, principal }: Call, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await door.rows<{ id: string }>(
    sql`select o.id from external_organizations o where o.org_id = $1 and o.id = any ($2::uuid[]) and ($3::uuid[] is null or o.division_id = any ($3)
      or exists (select from contacts c where c.org_id = $1 and c.external_organization_id = o.id and c.division_id = any ($3)))`,
    [principal.orgId, ids, divisionArray(organizationReach(principal))],
  );
  return new Set(rows.map(({ id }) => id));
}
