// The wire shape of a note, once, for notes on contacts and on external organizations.
import { sql } from '../db/sql.ts';
import { divisionExpanded } from '../families/wire.ts';

/**
 * Who wrote the note aliased x: by reference, or whole when `author` is expanded, or by name (`author.name`) for who may
 * not see users. A client may have written it, too.
 */
const author = sql`coalesce(
  case when 'author.name' = any ($2::text[]) then
    (select json_build_object('id', u.id, 'name', u.name, 'selfUri', '/api/v2/users/' || u.id) from users u where u.org_id = $1 and u.id = x.created_by)
  when 'author' = any ($2::text[]) then coalesce(
    (select json_build_object('id', u.id, 'name', u.name, 'division', json_build_object('id', u.division_id), 'email', u.email, 'username', u.email,
      'state', u.state, 'title', u.title, 'department', u.department, 'version', u.version, 'selfUri', '/api/v2/users/' || u.id)
      from users u where u.org_id = $1 and u.id = x.created_by),
    (select json_build_object('id', c.id, 'name', c.name) from oauth_clients c where c.org_id = $1 and c.id = x.created_by)) end,
  json_build_object('id', x.created_by, 'selfUri', '/api/v2/users/' || x.created_by))`;

/** The body of the note aliased x. $1 organization, $2 fields to expand. */
export const noteBody = sql`json_strip_nulls(json_build_object(
  'id', x.id,
  'division', ${divisionExpanded},
  'entityId', coalesce(x.contact_id, x.external_organization_id),
  'entityType', case when x.contact_id is not null then 'contact' else 'organization' end,
  'noteText', x.note_text,
  'createDate', wire_date(x.created_at), 'modifyDate', wire_date(x.modified_at),
  'createdBy', ${author},
  'selfUri', '/api/v2/externalcontacts/' || case when x.contact_id is not null then 'contacts/' || x.contact_id else 'organizations/' || x.external_organization_id end
    || '/notes/' || x.id))`;
