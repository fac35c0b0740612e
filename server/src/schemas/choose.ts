// What the custom fields of a file's rows are: by the schema that a row names, or by the one that has all of the fields, for
// a file has columns, and its rows seldom name a schema.
import type { Door } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { CoreType } from './core-types.ts';
import { type Document, type Field, fieldsOf } from './document.ts';
import type { AppliesTo } from './store.ts';

/** A `verbatim` text may begin and end with white space. */
export type CellType = 'text' | 'verbatim' | 'integer' | 'number' | 'boolean' | 'list';

/** A schema as its newest version has it, in which no field of an earlier one is missing or of another type. */
export interface Writable {
  id: string;
  name: string;
  version: number;
  /** Whether new records may have it. */
  open: boolean;
  /** Field → what its values are. */
  fields: ReadonlyMap<string, CellType>;
}

/** The schemas of the kind, the first made at first; those that are not open, too, for records may be of them still. */
export async function schemasOf(door: Door, orgId: string, appliesTo: AppliesTo): Promise<Writable[]> {
  const rows = await door.rows<Omit<Writable, 'fields'> & { document: Document }>(
    sql`select s.id, v.name, s.version, v.enabled and not s.deleted as open, v.json_schema as document from data_schemas s
      join data_schema_versions v on v.org_id = $1 and v.schema_id = s.id and v.version = s.version
      where s.org_id = $1 and s.applies_to = $2 order by s.id`,
    [orgId, appliesTo],
  );
  return rows.map(({ document, ...schema }) => ({ ...schema, fields: new Map([...fieldsOf(document)].map(([name, field]) => [name, cellOf(field)])) }));
}

const cellOf = ({ type, core }: Field): CellType => (type === 'text' || type === 'longtext' ? 'verbatim' : CELLS[core.type]);

const CELLS = { string: 'text', integer: 'integer', number: 'number', boolean: 'boolean', array: 'list' } as const satisfies Record<CoreType['type'], CellType>;
