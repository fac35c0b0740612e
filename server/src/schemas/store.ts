// Every statement on custom-field schemas. A schema's row says which of its versions is the newest; versions are added
// and never changed.
import type { Door, Step } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../families/changes.ts';
import type { Author } from '../http/principal.ts';
import type { Document } from './document.ts';
import { schemaBody } from './wire.ts';

export type AppliesTo = 'CONTACT' | 'EXTERNAL_ORGANIZATION';
/** How schemas name the two kinds of record. */
export const APPLIES_TO = { contact: 'CONTACT', organization: 'EXTERNAL_ORGANIZATION' } as const satisfies Record<string, AppliesTo>;

/** A schema as it is now. */
export interface SchemaState {
  appliesTo: AppliesTo;
  /** The newest. */
  version: number;
  enabled: boolean;
  deleted: boolean;
}

/** What a stored record holds already. */
export interface Held {
  schemaId: string | null;
  customFields: Record<string, unknown> | null;
}

export interface SchemaRow {
  id: string;
  name: string;
  document: Document;
}

/** The bodies of all schemas of the kind in their newest versions, in the order in which they were made. */
export async function listSchemas(door: Door, orgId: string, appliesTo: AppliesTo): Promise<string[]> {
  const rows = await door.rows<{ body: string }>(
    sql`select ${schemaBody}::text as body from data_schemas s
      join data_schema_versions v on v.org_id = $1 and v.schema_id = s.id and v.version = s.version
      where s.org_id = $1 and s.applies_to = $2 and not s.deleted order by s.id`,
    [orgId, appliesTo],
  );
  return rows.map(({ body }) => body);
}

export function schemaText(door: Door, orgId: string, appliesTo: AppliesTo, id: string): Promise<string | undefined> {
  return door.text(
    sql`select ${schemaBody}::text from data_schemas s
      join data_schema_versions v on v.org_id = $1 and v.schema_id = s.id and v.version = s.version
      where s.org_id = $1 and s.id = $3 and s.applies_to = $2`,
    [orgId, appliesTo, id],
  );
}

/** The bodies of a schema's versions, or of the one that is asked for; none where there is no such schema. */
export async function schemaVersions(door: Door, orgId: string, appliesTo: AppliesTo, id: string, version?: number): Promise<string[]> {
  const rows = await door.rows<{ body: string }>(
    sql`select ${schemaBody}::text as body from data_schemas s
      join data_schema_versions v on v.org_id = $1 and v.schema_id = s.id
      where s.org_id = $1 and s.id = $3 and s.applies_to = $2 and ($4::int is null or v.version = $4) order by v.version`,
    [orgId, appliesTo, id, version],
  );
  return rows.map(({ body }) => body);
}

/** The newest version of a schema that is not deleted. */
export async function storedSchema(
  door: Door,
  orgId: string,
  appliesTo: AppliesTo,
  id: string,
): Promise<{ version: number; enabled: boolean; document: Document } | undefined> {
  const [row] = await door.rows<{ version: number; enabled: boolean; document: Document }>(
    sql`select s.version, v.enabled, v.json_schema as document from data_schemas s
      join data_schema_versions v on v.org_id = $1 and v.schema_id = s.id and v.version = s.version
      where s.org_id = $1 and s.id = $3 and s.applies_to = $2 and not s.deleted`,
    [orgId, appliesTo, id],
  );
  return row;
}

/** Schemas as they are now, of both kinds, by id. */
export async function schemaStates(door: Door, orgId: string, ids: string[]): Promise<Map<string, SchemaState>> {
  const rows = await door.rows<SchemaState & { id: string }>(
    sql`select s.id, s.applies_to as "appliesTo", s.version, s.deleted, v.enabled from data_schemas s
      join data_schema_versions v on v.org_id = $1 and v.schema_id = s.id and v.version = s.version
      where s.org_id = $1 and s.id = any ($2::uuid[])`,
    [orgId, ids],
  );
  return new Map(rows.map(({ id, ...state }) => [id, state]));
}

export function schemaDocuments(
  door: Door,
  orgId: string,
  wanted: { id: string; version: number }[],
): Promise<{ id: string; version: number; document: Document }[]> {
  return door.rows(
    sql`select v.schema_id as id, v.version, v.json_schema as document
      from unnest($2::uuid[], $3::int[]) w (id, version) join data_schema_versions v on v.org_id = $1 and v.schema_id = w.id and v.version = w.version`,
    [orgId, wanted.map(({ id }) => id), wanted.map(({ version }) => version)],
  );
}

/** What the records hold, by their ids. @param divisions where the caller may see such records; null for all */
export async function heldFields(door: Door, orgId: string, appliesTo: AppliesTo, ids: string[], divisions: string[] | null): Promise<Map<string, Held>> {
  const statement =
    appliesTo === 'CONTACT'
      ? sql`select x.id, x.schema_id as "schemaId", x.custom_fields as "customFields" from contacts x
          where x.org_id = $1 and x.id = any ($2::uuid[]) and ($3::uuid[] is null or x.division_id = any ($3))`
      : sql`select x.id, x.schema_id as "schemaId", x.custom_fields as "customFields" from external_organizations x
          where x.org_id = $1 and x.id = any ($2::uuid[]) and ($3::uuid[] is null or x.division_id = any ($3))`;
  const rows = await door.rows<Held & { id: string }>(statement, [orgId, ids, divisions]);
  return new Map(rows.map(({ id, ...held }) => [id, held]));
}

/** How many schemas count towards the quota: of both kinds, without those that were deleted. */
export async function countSchemas(door: Door, orgId: string): Promise<number> {
  const [row] = await door.rows<{ count: number }>(sql`select count(*)::int as count from data_schemas s where s.org_id = $1 and not s.deleted`, [orgId]);
  return row?.count ?? 0;
}

/** Guarded: there must be fewer than `most` schemas. Those who make one wait for each other. */
export function insertSteps(author: Author, appliesTo: AppliesTo, { id, name, document }: SchemaRow, most: number): Step[] {
  const { orgId } = author;
  return [
    [sql`select o.id from organizations o where o.id = $1 for no key update`, [orgId]],
    [sql`select expect((select greatest(count(*), $2::int) from data_schemas s where s.org_id = $1 and not s.deleted), $2)`, [orgId, most - 1]],
    [sql`insert into data_schemas (org_id, id, applies_to, created_at) values ($1, $2, $3, now())`, [orgId, id, appliesTo]],
    versionStep(author, id, 1, name, true, document),
    ...recordSteps(author, 'create', appliesTo, id),
  ];
}

/** Guarded: the schema must be there in the version that the next one was made from. */
export function updateSteps(author: Author, appliesTo: AppliesTo, { id, name, document }: SchemaRow, version: number, enabled: boolean): Step[] {
  const { orgId } = author;
  return [
    [
      sql`select expect((select count(*) from (
        select s.id from data_schemas s where s.org_id = $1 and s.id = $2 and s.applies_to = $3 and s.version = $4 and not s.deleted for update) there), 1)`,
      [orgId, id, appliesTo, version],
    ],
    versionStep(author, id, version + 1, name, enabled, document),
    [sql`update data_schemas s set version = $3 where s.org_id = $1 and s.id = $2`, [orgId, id, version + 1]],
    ...recordSteps(author, 'update', appliesTo, id),
  ];
}

/** Guarded: the schema must be there, and not deleted. Its change keeps the body that it had. */
export function deleteSteps(author: Author, appliesTo: AppliesTo, id: string): Step[] {
  const { orgId } = author;
  return [
    [
      sql`select expect((select count(*) from (
        select s.id from data_schemas s where s.org_id = $1 and s.id = $2 and s.applies_to = $3 and not s.deleted for update) there), 1)`,
      [orgId, id, appliesTo],
    ],
    ...recordSteps(author, 'delete', appliesTo, id),
    [sql`update data_schemas s set deleted = true where s.org_id = $1 and s.id = $2`, [orgId, id]],
  ];
}

function versionStep(author: Author, id: string, version: number, name: string, enabled: boolean, document: Document): Step {
  return [
    sql`insert into data_schema_versions (org_id, schema_id, version, name, enabled, json_schema, created_by, created_at)
      values ($1, $2, $3, $4, $5, $6::json, $7, now())`,
    [author.orgId, id, version, name, enabled, JSON.stringify(document), author.userId ?? author.clientId],
  ];
}

/** What the schema is now, as a change; answers with its body. */
function recordSteps(author: Author, action: Action, appliesTo: AppliesTo, id: string): Step[] {
  return [
    holdStep(author.orgId),
    [
      sql`insert into changes as c (${changeColumns})
        select $1, $3, s.id, ${doneBy}, null, s.version, ${schemaBody}
        from (select $4::text as action, $5::uuid[] as author) done, data_schemas s join data_schema_versions v on v.org_id = $1 and v.schema_id = s.id and v.version = s.version
        where s.org_id = $1 and s.id = $2
        returning c.body::text as body`,
      [author.orgId, id, appliesTo === 'CONTACT' ? 'contactSchema' : 'organizationSchema', action, authorValue(author)],
    ],
  ];
}
