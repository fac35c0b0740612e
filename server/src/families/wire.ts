// Pieces of response bodies that several nouns share. Each is a fragment over named aliases; by convention $1 is the
// organization, and in every statement that builds a body $2 is the list of fields to expand.
//
// Each noun has two projections, plain and expanded, over the same columns: PostgreSQL sets up every subselect of a
// plan for each execution, wanted or not, and those of the expansions cost a point read 300 µs against 60 without.

import type { components } from '../../../contract/generated/types.d.ts';
import { type Statement, sql } from '../db/sql.ts';
import { UNASSIGNED } from '../http/principal.ts';
import { isId } from './id.ts';

export type Wire = components['schemas'];

/** The division of the record aliased x, by reference, as text. */
export const divisionReference: Statement = sql`'{"id":"' || wire_division(x.division_id) || '","selfUri":"/api/v2/authorization/divisions/' || wire_division(x.division_id) || '"}'`;

/** The same with its name, when `division` is expanded. */
export const divisionExpanded: Statement = sql`json_build_object('id', wire_division(x.division_id),
  'name', case when 'division' = any ($2::text[]) then
    case when x.division_id = '00000000-0000-0000-0000-000000000000' then 'Unassigned' else (select d.name from divisions d where d.org_id = $1 and d.id = x.division_id) end end,
  'selfUri', '/api/v2/authorization/divisions/' || wire_division(x.division_id))`;

/** externalIds of the record aliased x, each source whole when `externalSources` is expanded. */
export const externalIdsExpanded: Statement = sql`case when x.external_ids is null or not ('externalSources' = any ($2::text[])) then x.external_ids::json else (
  select json_agg(json_build_object('externalSource', coalesce(s.body, entry.value -> 'externalSource'), 'value', entry.value -> 'value') order by entry.ordinality)
  from jsonb_array_elements(x.external_ids) with ordinality entry
  left join lateral (
    select jsonb_strip_nulls(jsonb_build_object('id', es.id, 'name', es.name, 'active', es.active,
      'linkConfiguration', case when es.uri_template is not null then jsonb_build_object('uriTemplate', es.uri_template) end,
      'selfUri', '/api/v2/externalcontacts/externalsources/' || es.id)) as body
    from external_sources es where es.org_id = $1 and es.id = (entry.value -> 'externalSource' ->> 'id')::uuid
  ) s on true) end`;

/** The row of identifiers aliased i. */
export const identifierBody: Statement = sql`json_build_object('division', json_build_object('id', wire_division(i.division_id)), 'type', i.type, 'value', i.value,
  'dateCreated', wire_date(i.since),
  'externalSource', case when i.source_id <> '00000000-0000-0000-0000-000000000000' then json_build_object('id', i.source_id,
    'selfUri', '/api/v2/externalcontacts/externalsources/' || i.source_id) end)`;

/**
 * Whether the owner of the row of identifiers aliased i is a contact that has not had its time, or no contact. Asked row by
 * row, for a line has hardly ever more than one whose answer counts.
 */
export const ownerIsThere: Statement = sql`coalesce((select k.expires_at from contacts k where k.org_id = $1 and k.id = i.owner_id) > now(), true)`;

/** Whether the row of identifiers aliased i has the claim: it is not waived, and first in line. */
export const hasClaim: Statement = sql`(not i.waived and i.owner_id = (
  select e.owner_id from identifiers e
  where e.org_id = $1 and e.owner_kind = i.owner_kind and e.type = i.type and e.value = i.value and e.source_id = i.source_id
    and e.division_id = i.division_id and not e.waived and coalesce((select k.expires_at from contacts k where k.org_id = $1 and k.id = e.owner_id) > now(), true)
  order by e.pinned desc, e.since, e.owner_id limit 1))`;

/** "*" and absent mean unassigned on records. @returns undefined for what is no division's id */
export function divisionId(wire: { id?: string } | undefined): string | undefined {
  const id = wire?.id?.trim().toLowerCase();
  if (id === undefined || id === '' || id === '*') return UNASSIGNED;
  return isId(id) ? id : undefined;
}
