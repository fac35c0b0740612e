// The wire shape of a suggested pair, its records by reference or whole. $1 is the organization; $2 and $3 are named for the
// bodies of contacts and external organizations, and empty.
import { contactBody } from '../../contacts/index.ts';
import { type Statement, sql } from '../../db/sql.ts';
import { organizationBody } from '../../organizations/index.ts';
import type { Kind } from '../linkage/index.ts';

/** What $2 and $3 are bound to. */
export const NOTHING_EXPANDED = [[], null] as const;

/** Where the records of the pair aliased d are read. */
const recordsUri = sql`case d.kind when 'contact' then '/api/v2/externalcontacts/contacts/' else '/api/v2/externalcontacts/organizations/' end`;

// Likelihood is odds over odds and one.
const duplicateFields = sql`'id', d.id, 'kind', d.kind, 'state', d.state, 'probability', 1 / (1 + power(2, -d.score)), 'score', round(d.score::numeric, 3),
  'related', d.related, 'evidence', d.evidence, 'cluster', case when d.cluster_id is not null then json_build_object('id', d.cluster_id) end,
  'division', json_build_object('id', wire_division(d.division_id), 'selfUri', '/api/v2/authorization/divisions/' || wire_division(d.division_id)),
  'dateFound', wire_date(d.found_at), 'dateDecided', wire_date(d.decided_at),
  'decidedBy', case when d.decided_by is not null then json_build_object('id', d.decided_by) end,
  'result', case when d.result_id is not null then json_build_object('id', d.result_id, 'selfUri', ${recordsUri} || d.result_id) end,
  'selfUri', '/liaison/v1/duplicates/' || d.id`;

/** The record aliased r, by reference. */
export const recordReference = sql`json_build_object('id', r.id, 'selfUri', ${recordsUri} || r.id)`;

/** The same whole, where it is there. */
const wholeContact = sql`coalesce((select ${contactBody} from contacts x where x.org_id = $1 and x.id = r.id), ${recordReference})`;
const wholeOrganization = sql`coalesce((select ${organizationBody} from external_organizations x where x.org_id = $1 and x.id = r.id and $3::uuid[] is null), ${recordReference})`;

export function recordProjection(kind: Kind, expand: readonly string[] = []): Statement {
  if (!expand.includes('records')) return recordReference;
  return kind === 'contact' ? wholeContact : wholeOrganization;
}

/** The pair aliased d. */
const duplicateBody = sql`json_strip_nulls(json_build_object(${duplicateFields}, 'records',
  (select json_agg(${recordReference} order by r.id) from unnest(array[d.first_id, d.second_id]) r (id)), 'expanded', case when $2::text[] is null and $3::uuid[] is null then 'null'::json end))`;
const duplicateOfContacts = sql`json_strip_nulls(json_build_object(${duplicateFields}, 'records',
  (select json_agg(${wholeContact} order by r.id) from unnest(array[d.first_id, d.second_id]) r (id))))`;
const duplicateOfOrganizations = sql`json_strip_nulls(json_build_object(${duplicateFields}, 'records',
  (select json_agg(${wholeOrganization} order by r.id) from unnest(array[d.first_id, d.second_id]) r (id))))`;

export function duplicateProjection(kind: Kind, expand: readonly string[] = []): Statement {
  if (!expand.includes('records')) return duplicateBody;
  return kind === 'contact' ? duplicateOfContacts : duplicateOfOrganizations;
}
