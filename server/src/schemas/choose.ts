// Which schema is meant by the names of custom fields alone: a file has columns, and its rows seldom name a schema.
import type { Door } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import type { CoreType } from './core-types.ts';
import { type Document, fieldsOf } from './document.ts';
import type { AppliesTo } from './store.ts';

export type CellType = 'text' | 'integer' | 'number' | 'boolean' | 'list';

/** A schema that can be written by, as its newest version has it. */
export interface Writable {
  id: string;
  name: string;
  version: number;
  /** Field → what its values are. */
  fields: ReadonlyMap<string, CellType>;
}

/** The schemas of the kind that have all of the fields, the first made at first. */
export async function schemasWith(door: Door, orgId: string, appliesTo: AppliesTo, fields: readonly string[]): Promise<Writable[]> {
  const rows = await door.rows<{ id: string; name: string; version: number; document: Document }>(
    sql`select s.id, v.name, s.version, v.json_schema as document from data_schemas s
      join data_schema_versions v on v.org_id = $1 and v.schema_id = s.id and v.version = s.version
      where s.org_id = $1 and s.applies_to = $2 and not s.deleted and v.enabled order by s.id`,
    [orgId, appliesTo],
  );
  return rows
    .map(({ document, ...schema }) => ({ ...schema, fields: new Map([...fieldsOf(document)].map(([name, { core }]) => [name, CELLS[core.type]])) }))
    .filter((schema) => fields.every((field) => schema.fields.has(field)));
}

const CELLS = { string: 'text', integer: 'integer', number: 'number', boolean: 'boolean', array: 'list' } as const satisfies Record<CoreType['type'], CellType>;
