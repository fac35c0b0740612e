// The wire shape of a custom-field schema, once, for contacts and external organizations.
import { sql } from '../db/sql.ts';

/**
 * The body of the version aliased v of the schema aliased s. The document goes out as it was sent: nothing in it is null,
 * so that stripping nulls takes none of it away.
 */
export const schemaBody = sql`json_strip_nulls(json_build_object(
  'id', s.id,
  'name', v.name,
  'version', v.version,
  'appliesTo', json_build_array(s.applies_to),
  'enabled', v.enabled,
  'createdBy', json_build_object('id', v.created_by, 'selfUri', '/api/v2/users/' || v.created_by),
  'dateCreated', wire_date(v.created_at),
  'jsonSchema', v.json_schema,
  'deleted', case when s.deleted then true end,
  'selfUri', '/api/v2/externalcontacts/' || case s.applies_to when 'CONTACT' then 'contacts' else 'organizations' end || '/schemas/' || s.id
    || case when v.version < s.version then '/versions/' || v.version else '' end))`;
