// Relationships as lines of a file: see rows-of-contacts.ts.
import { sql } from '../db/sql.ts';
import { relationshipBody } from '../relationships/index.ts';
import type { Lines, Question } from './question.ts';

const valuesOf = ({ orgId, organizationDivisions, limit, path }: Question) => [orgId, [], organizationDivisions, limit, path];

/** What a filter looks at: in the order of RELATIONSHIPS in filterable.ts. */
const relationshipValues = sql`jsonb_build_array(x.id, x.user_id, x.external_organization_id, x.relationship, x.division_id,
  floor(extract(epoch from x.created_at) * 1000), floor(extract(epoch from x.modified_at) * 1000))`;

const wantedRelationships = sql`relationships x
  where x.org_id = $1::uuid and $2::text[] is not null and ($3::uuid[] is null or x.division_id = any ($3))
    and ($5::jsonpath is null or jsonb_path_match(${relationshipValues}, $5, silent => true))
  order by x.id limit $4::bigint`;

export const relationshipObjects: Lines = (question) => ({
  statement: sql`select ${relationshipBody}::text from ${wantedRelationships}`,
  values: valuesOf(question),
});

export const relationshipCells: Lines = (question) => ({
  statement: sql`select array_to_string(array[x.id::text, wire_division(x.division_id), wire_date(x.created_at), wire_date(x.modified_at),
    x.user_id::text, x.external_organization_id::text, csv_cell(x.relationship, $6::boolean)], ',', '')
  from ${wantedRelationships}`,
  values: [...valuesOf(question), question.formulas],
});
