// Statements on OAuth clients.
import type { Database, Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../../families/changes.ts';
import type { Listed, Slice } from '../../families/page.ts';
import type { Author } from '../../http/principal.ts';
import { endAuthorizationsOfClient } from '../oauth/store.ts';

/** The body of the client aliased c. $1 organization. */
const clientBody = sql`json_strip_nulls(json_build_object('id', c.id, 'name', c.name, 'description', c.description,
  'authorizedGrantType', c.grant_type, 'accessTokenValiditySeconds', c.token_validity_seconds, 'registeredRedirectUri', c.redirect_uris, 'scope', c.scopes,
  'roleIds', (select coalesce(json_agg(distinct g.role_id), '[]') from grants g where g.org_id = $1 and g.subject_id = c.id),
  'roleDivisions', (select coalesce(json_agg(json_build_object('roleId', g.role_id, 'divisionId', wire_division(g.division_id)) order by g.role_id, g.division_id), '[]')
    from grants g where g.org_id = $1 and g.subject_id = c.id),
  'state', c.state, 'dateCreated', wire_date(c.created_at), 'dateModified', wire_date(c.modified_at),
  'createdBy', case when c.created_by is not null then json_build_object('id', c.created_by) end,
  'modifiedBy', case when c.modified_by is not null then json_build_object('id', c.modified_by) end,
  'selfUri', '/api/v2/oauth/clients/' || c.id))`;

export function clientText(door: Door, orgId: string, id: string): Promise<string | undefined> {
  return door.text(sql`select ${clientBody}::text from oauth_clients c where c.org_id = $1 and c.id = $2`, [orgId, id]);
}

export const clientStep = (orgId: string, id: string): Step => [
  sql`select ${clientBody}::text as body from oauth_clients c where c.org_id = $1 and c.id = $2`,
  [orgId, id],
];

/** Records what a client is, with its grants and never its secret: after it was made or changed, before it is deleted. */
export const recordClient = (author: Author, action: Action, id: string): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, 'client', c.id, ${doneBy}, null, null, ${clientBody}
      from (select $3::text as action, $4::uuid[] as author) done, oauth_clients c where c.org_id = $1 and c.id = $2`,
    [author.orgId, id, action, authorValue(author)],
  ],
];

export async function listClients(door: Door, orgId: string, slice: Slice): Promise<Listed> {
  const [row] = await door.rows<Listed>(
    sql`select
      (select count(*) from oauth_clients c where c.org_id = $1)::int as total,
      (select coalesce(json_agg(page.body), '[]') from (
        select ${clientBody} as body from oauth_clients c where c.org_id = $1 order by c.name_key, c.id limit $2 offset $3) page)::text as entities`,
    [orgId, slice.size, slice.offset],
  );
  return row as Listed;
}

export async function clientExists(door: Door, orgId: string, id: string): Promise<boolean> {
  return (await door.rows(sql`select c.id from oauth_clients c where c.org_id = $1 and c.id = $2`, [orgId, id])).length > 0;
}

/** undefined leaves the state and the lifetime as they are. */
export interface ClientFields {
  name: string;
  nameKey: string;
  description: string | undefined;
  grantType: string;
  redirectUris: readonly string[];
  scopes: readonly string[];
  validitySeconds: number | undefined;
  state: string | undefined;
  by: string | undefined;
}

const fieldValues = (fields: ClientFields) => [
  fields.name,
  fields.nameKey,
  fields.description,
  fields.grantType,
  JSON.stringify(fields.redirectUris),
  JSON.stringify(fields.scopes),
  fields.validitySeconds,
  fields.state,
  fields.by,
  new Date(),
];

export const insertClient = (orgId: string, id: string, secretHash: Buffer, fields: ClientFields): Step => [
  sql`insert into oauth_clients (org_id, id, name, name_key, description, grant_type, redirect_uris, scopes, token_validity_seconds, state, created_by, created_at, modified_by, modified_at, secret_hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9, 86400), coalesce($10, 'active'), $11, $12, $11, $12, $13)`,
  [orgId, id, ...fieldValues(fields), secretHash],
];

export const updateClient = (orgId: string, id: string, fields: ClientFields): Step => [
  sql`update oauth_clients c set name = $3, name_key = $4, description = $5, grant_type = $6, redirect_uris = $7, scopes = $8,
      token_validity_seconds = coalesce($9, c.token_validity_seconds), state = coalesce($10, c.state), modified_by = $11, modified_at = $12
    where c.org_id = $1 and c.id = $2`,
  [orgId, id, ...fieldValues(fields)],
];

export const setSecret = (orgId: string, id: string, secretHash: Buffer, by: string): Step => [
  sql`update oauth_clients c set secret_hash = $3, modified_by = $4, modified_at = $5 where c.org_id = $1 and c.id = $2`,
  [orgId, id, secretHash, by, new Date()],
];

export const deleteClientSteps = (orgId: string, id: string): Step[] => [
  [sql`delete from oauth_clients c where c.org_id = $1 and c.id = $2`, [orgId, id]],
  [sql`delete from tokens t where t.org_id = $1 and t.client_id = $2`, [orgId, id]],
  endAuthorizationsOfClient(orgId, id),
  [sql`delete from grants g where g.org_id = $1 and g.subject_id = $2`, [orgId, id]],
];

/** The client of the server's own console. Every organization has it under this one id, and may disable it for itself. */
export const CONSOLE_ID = 'c0150e00-0000-4000-8000-000000000000';

export interface SignInClient {
  org_id: string;
  name: string;
  secret_hash: Buffer;
  grant_type: string;
  state: string;
  org_state: string;
  token_validity_seconds: number;
  redirect_uris: string[];
  scopes: string[];
}

/**
 * The client that asks for a token. It alone says which organization it belongs to, so that this one statement looks
 * across all of them, through the system door and by the whole of a random id. (Of the console's, any active one is it.)
 */
export async function clientAnywhere(database: Database, id: string): Promise<SignInClient | undefined> {
  const [row] = await database.system.rows<SignInClient>(
    sql`select c.org_id, c.name, c.secret_hash, c.grant_type, c.state, o.state as org_state, c.token_validity_seconds, c.redirect_uris, c.scopes
    from oauth_clients c join organizations o on o.id = c.org_id where c.id = $1 order by o.state, c.org_id limit 1`,
    [id],
  );
  return row;
}
