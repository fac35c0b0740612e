// Notes as lines of a file, those on contacts or those on external organizations: see rows-of-contacts.ts.
import { sql } from '../db/sql.ts';
import { noteBody } from '../notes/index.ts';
import type { Lines, Question } from './question.ts';

const valuesOf = ({ orgId, kind, contactDivisions, organizationDivisions, limit, path }: Question) => [
  orgId,
  [],
  kind === 'contactNote' ? contactDivisions : organizationDivisions,
  kind === 'contactNote',
  limit,
  path,
];

/** What a filter looks at: in the order of NOTES in filterable.ts. */
const noteValues = sql`jsonb_build_array(x.id, coalesce(x.contact_id, x.external_organization_id), x.created_by, x.note_text, x.division_id,
  floor(extract(epoch from x.created_at) * 1000), floor(extract(epoch from x.modified_at) * 1000))`;

const wantedNotes = sql`notes x
  where x.org_id = $1::uuid and $2::text[] is not null and ($3::uuid[] is null or x.division_id = any ($3)) and (x.contact_id is not null) = $4::boolean
    and ($6::jsonpath is null or jsonb_path_match(${noteValues}, $6, silent => true))
  order by x.id limit $5::bigint`;

export const noteObjects: Lines = (question) => ({ statement: sql`select ${noteBody}::text from ${wantedNotes}`, values: valuesOf(question) });

export const noteCells: Lines = (question) => ({
  statement: sql`select array_to_string(array[x.id::text, wire_division(x.division_id), wire_date(x.created_at), wire_date(x.modified_at),
    coalesce(x.contact_id, x.external_organization_id)::text, x.created_by::text, csv_cell(x.note_text, $7::boolean)], ',', '')
  from ${wantedNotes}`,
  values: [...valuesOf(question), question.formulas],
});
