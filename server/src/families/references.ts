// Guards that what a record refers to is there and open to the caller: its division, its external organization, the
// sources of its external ids.

import { type Fault, invalidFields } from '../contract/validate.ts';
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Refusal, refuse } from '../http/errors.ts';
import { type Divisions, UNASSIGNED } from '../http/principal.ts';
import { cut } from './cut.ts';

export interface References {
  divisions: Set<string>;
  organizations: Set<string>;
  sources: Set<string>;
  users: Set<string>;
  /** Divisions whose external organizations the caller may see; null for all. */
  organizationDivisions: string[] | null;
  /** Records being written: an organization they belong to may stay, visible or not, and so may a source that has gone. */
  records: string[];
}

export interface Referring {
  division_id?: string | null;
  external_organization_id?: string | null;
  external_ids?: { externalSource: { id: string } }[] | null;
  user_id?: string;
}

export function referencesOf(rows: readonly Referring[], organizationDivisions: string[] | null, records: string[] = []): References {
  const references: References = { divisions: new Set(), organizations: new Set(), sources: new Set(), users: new Set(), organizationDivisions, records };
  for (const row of rows) {
    if (row.division_id && row.division_id !== UNASSIGNED) references.divisions.add(row.division_id);
    if (row.external_organization_id) references.organizations.add(row.external_organization_id);
    if (row.user_id) references.users.add(row.user_id);
    for (const { externalSource } of row.external_ids ?? []) references.sources.add(externalSource.id);
  }
  return references;
}

/** No step where nothing is referred to. A division is held until the end, for no foreign key keeps it from going meanwhile. */
export function referenceSteps(orgId: string, references: References): Step[] {
  const { divisions, organizations, sources, users } = references;
  const wanted = divisions.size + organizations.size + sources.size + users.size;
  if (wanted === 0) return [];
  const held: Step = [sql`select d.id from divisions d where d.org_id = $1 and d.id = any ($2::uuid[]) order by d.id for key share`, [orgId, [...divisions]]];
  return [
    ...(divisions.size > 0 ? [held] : []),
    [sql`select expect((select count(*) from (${openReferences}) open), $8)`, [...values(orgId, references), wanted]],
  ];
}

/**
 * What is wrong with the references of each row, in the caller's words. A division that is not there is no different
 * from one that is closed, unless the caller may act in all.
 */
export async function explainReferences(
  door: Door,
  orgId: string,
  rows: readonly Referring[],
  references: References,
  divisions: Divisions,
  permissions: string,
): Promise<(Refusal | undefined)[]> {
  const open = new Set((await door.rows<{ id: string }>(openReferences, values(orgId, references))).map(({ id }) => id));
  return rows.map((row) => {
    if (row.division_id && row.division_id !== UNASSIGNED && !open.has(row.division_id) && divisions !== 'all') {
      return refuse('missing.division.permission', { params: { permissions } });
    }
    const faults: Fault[] = [];
    const need = (field: string, id: string | null | undefined, what: string) => {
      if (id && id !== UNASSIGNED && !open.has(id)) faults.push({ field, code: 'not.found', rule: `there is no ${what} ${id}.` });
    };
    need('division.id', row.division_id, 'division');
    need('externalOrganization.id', row.external_organization_id, 'external organization');
    need('user.id', row.user_id, 'user');
    for (const [i, entry] of (row.external_ids ?? []).entries()) need(`externalIds[${i}].externalSource.id`, entry.externalSource.id, 'external source');
    return faults.length > 0 ? invalidFields(faults) : undefined;
  });
}

/** Refuses a division that the caller may not write in, before anything is asked of the database. */
export function requireDivision(wire: { id?: string } | undefined, read: string | undefined, divisions: Divisions, permissions: string): string {
  if (read === undefined)
    throw invalidFields([{ field: 'division.id', code: 'format', rule: `must be a UUID or "*", but is "${cut(String(wire?.id), 60)}".` }]);
  if (read !== UNASSIGNED && divisions !== 'all' && !divisions.has(read)) throw refuse('missing.division.permission', { params: { permissions } });
  return read;
}

const openReferences = sql`select d.id from divisions d where d.org_id = $1 and d.id = any ($2::uuid[])
  union all select o.id from external_organizations o where o.org_id = $1 and o.id = any ($3::uuid[]) and ($6::uuid[] is null or o.division_id = any ($6)
    or o.id in (select c.external_organization_id from contacts c where c.org_id = $1 and c.id = any ($7::uuid[])))
  union all (select s.id from external_sources s where s.org_id = $1 and s.id = any ($4::uuid[])
    union select i.source_id from identifiers i where i.org_id = $1 and i.owner_kind in ('contact', 'organization') and i.owner_id = any ($7::uuid[]) and i.source_id = any ($4))
  union all select u.id from users u where u.org_id = $1 and u.id = any ($5::uuid[]) and u.state <> 'deleted'`;

const values = (orgId: string, references: References) =>
  [
    orgId,
    [...references.divisions],
    [...references.organizations],
    [...references.sources],
    [...references.users],
    references.organizationDivisions,
    references.records,
  ] as const;
