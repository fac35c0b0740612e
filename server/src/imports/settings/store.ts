// Every statement on import settings and CSV settings.
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import type { AfterPlace } from '../../families/after.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../../families/changes.ts';
import { sortKey } from '../../families/fold.ts';
import type { Wire } from '../../families/wire.ts';
import type { Author } from '../../http/principal.ts';
import type { MappingEntry } from '../csv/mapping.ts';

type ImportSettings = Wire['ContactImportSettings'];

/** The row of import_settings aliased s. */
const settingsBody = sql`json_build_object('id', s.id, 'name', s.name, 'matchingCriteria', to_json(s.matching_criteria), 'mergeContacts', s.merge_contacts,
  'externalSourceId', s.external_source_id, 'importFields', s.import_fields::json, 'dateCreated', wire_date(s.created_at),
  'selfUri', '/api/v2/externalcontacts/import/settings/' || s.id)`;

/** The row of csv_settings aliased c. */
const csvBody = sql`json_build_object('id', c.id, 'externalSettingsId', c.import_settings_id, 'mappings', c.mappings::json,
  'selfUri', '/api/v2/externalcontacts/import/csv/settings/' || c.id)`;

// Import settings --------------------------------------------------------------------------------------------------------

/** @param name a part of their name, or null */
export function listSettings(
  door: Door,
  orgId: string,
  name: string | undefined,
  { after, descending, size }: AfterPlace,
): Promise<{ id: string; body: string }[]> {
  const values = [orgId, name === undefined ? null : sortKey(name), after, size];
  return descending
    ? door.rows(
        sql`select s.id, ${settingsBody}::text as body from import_settings s
          where s.org_id = $1 and ($2::text is null or strpos(s.name_key, $2) > 0) and ($3::uuid is null or s.id < $3) order by s.id desc limit $4`,
        values,
      )
    : door.rows(
        sql`select s.id, ${settingsBody}::text as body from import_settings s
          where s.org_id = $1 and ($2::text is null or strpos(s.name_key, $2) > 0) and ($3::uuid is null or s.id > $3) order by s.id limit $4`,
        values,
      );
}

export const settingsStep = (orgId: string, id: string): Step => [
  sql`select ${settingsBody}::text as body from import_settings s where s.org_id = $1 and s.id = $2`,
  [orgId, id],
];

const valuesOf = (body: ImportSettings) => [
  body.name,
  sortKey(body.name),
  body.matchingCriteria ?? [],
  body.mergeContacts,
  body.externalSourceId,
  JSON.stringify(body.importFields),
];

/** Ends the flight where the external source is not there. */
const expectSource = (orgId: string, { externalSourceId }: ImportSettings): Step => [
  sql`select expect((select count(*) from (select 1 from external_sources e where e.org_id = $1 and e.id = $2 for key share) there), 1)`,
  [orgId, externalSourceId],
];

export const hasSource = async (door: Door, orgId: string, id: string): Promise<boolean> =>
  (await door.rows(sql`select e.id from external_sources e where e.org_id = $1 and e.id = $2`, [orgId, id])).length > 0;

export const insertSettings = (author: Author, id: string, body: ImportSettings): Step[] => [
  expectSource(author.orgId, body),
  [
    sql`insert into import_settings (org_id, id, name, name_key, matching_criteria, merge_contacts, external_source_id, import_fields, created_at, modified_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, now(), now())`,
    [author.orgId, id, ...valuesOf(body)],
  ],
  ...recordSettings(author, 'create', id),
];

export const updateSettings = (author: Author, id: string, body: ImportSettings): Step[] => [
  expectSource(author.orgId, body),
  [
    sql`update import_settings s set name = $3, name_key = $4, matching_criteria = $5, merge_contacts = $6, external_source_id = $7, import_fields = $8,
      modified_at = now() where s.org_id = $1 and s.id = $2`,
    [author.orgId, id, ...valuesOf(body)],
  ],
  ...recordSettings(author, 'update', id),
];

/** CSV settings hold them by their foreign key; a job has its own copy. */
export const deleteSettings = (author: Author, id: string): Step[] => [
  ...recordSettings(author, 'delete', id),
  [sql`delete from import_settings s where s.org_id = $1 and s.id = $2 returning s.id`, [author.orgId, id]],
];

const recordSettings = (author: Author, action: Action, id: string): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, 'importSettings', s.id, ${doneBy}, null, null, ${settingsBody}
      from (select $3::text as action, $4::uuid[] as author) done, import_settings s where s.org_id = $1 and s.id = $2 for update of s`,
    [author.orgId, id, action, authorValue(author)],
  ],
];

// CSV settings -----------------------------------------------------------------------------------------------------------

/** @param settingsId of the import settings that they belong to, or null */
export function listCsvSettings(door: Door, orgId: string, settingsId: string | null, { after, size }: AfterPlace): Promise<{ id: string; body: string }[]> {
  return door.rows(
    sql`select c.id, ${csvBody}::text as body from csv_settings c
      where c.org_id = $1 and ($2::uuid is null or c.import_settings_id = $2) and ($3::uuid is null or c.id > $3) order by c.id limit $4`,
    [orgId, settingsId, after, size],
  );
}

export const csvSettingsStep = (orgId: string, id: string): Step => [
  sql`select ${csvBody}::text as body from csv_settings c where c.org_id = $1 and c.id = $2`,
  [orgId, id],
];

export interface CsvSettings {
  externalSettingsId: string;
  mappings: MappingEntry[];
}

export const insertCsvSettings = (author: Author, id: string, { externalSettingsId, mappings }: CsvSettings): Step[] => [
  [
    sql`insert into csv_settings (org_id, id, import_settings_id, mappings, created_at, modified_at) values ($1, $2, $3, $4, now(), now())`,
    [author.orgId, id, externalSettingsId, JSON.stringify(mappings)],
  ],
  ...recordCsvSettings(author, 'create', id),
];

export const updateCsvSettings = (author: Author, id: string, { externalSettingsId, mappings }: CsvSettings): Step[] => [
  [
    sql`update csv_settings c set import_settings_id = $3, mappings = $4, modified_at = now() where c.org_id = $1 and c.id = $2`,
    [author.orgId, id, externalSettingsId, JSON.stringify(mappings)],
  ],
  ...recordCsvSettings(author, 'update', id),
];

export const deleteCsvSettings = (author: Author, id: string): Step[] => [
  ...recordCsvSettings(author, 'delete', id),
  [sql`delete from csv_settings c where c.org_id = $1 and c.id = $2 returning c.id`, [author.orgId, id]],
];

const recordCsvSettings = (author: Author, action: Action, id: string): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, 'csvSettings', c.id, ${doneBy}, null, null, ${csvBody}
      from (select $3::text as action, $4::uuid[] as author) done, csv_settings c where c.org_id = $1 and c.id = $2 for update of c`,
    [author.orgId, id, action, authorValue(author)],
  ],
];

/** Whether a job that is not over was made with them: it would then be unclear what it does. */
export async function isAtWork(door: Door, orgId: string, id: string): Promise<boolean> {
  const rows = await door.rows(
    sql`select j.id from import_jobs j where j.org_id = $1 and $2 in (j.settings_id, j.csv_settings_id) and j.status in ('Created', 'Running') limit 1`,
    [orgId, id],
  );
  return rows.length > 0;
}
