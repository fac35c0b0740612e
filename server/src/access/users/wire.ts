// The wire shape of a user, once.
import { sql } from '../../db/sql.ts';

/** The body of the user aliased u. $1 organization. */
export const userBody = sql`json_strip_nulls(json_build_object(
  'id', u.id, 'name', u.name,
  'division', json_build_object('id', u.division_id,
    'name', (select h.name from divisions h where h.org_id = $1 and h.id = u.division_id),
    'selfUri', '/api/v2/authorization/divisions/' || u.division_id),
  'email', u.email, 'state', u.state, 'title', u.title, 'department', u.department, 'username', u.email,
  'version', u.version, 'selfUri', '/api/v2/users/' || u.id))`;
