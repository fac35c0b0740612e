// Statements on identity providers as people set them. Their secrets are in no body, and so in no change.
import type { Door, Step } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { type Action, authorValue, changeColumns, doneBy, holdStep } from '../../families/changes.ts';
import type { Author } from '../../http/principal.ts';

/** The body of the provider aliased i. */
const providerBody = sql`json_build_object('id', i.id, 'name', i.name, 'issuer', i.issuer, 'clientId', i.client_id, 'state', i.state,
  'dateCreated', wire_date(i.created_at), 'dateModified', wire_date(i.modified_at), 'createdBy', json_build_object('id', i.created_by),
  'selfUri', '/liaison/v1/identity-providers/' || i.id)`;

export interface StoredProvider {
  id: string;
  version: number;
  issuer: string;
  has_secret: boolean;
  body: string;
}

/** All of them by name, or the one of the id. */
export function storedProviders(door: Door, orgId: string, id?: string): Promise<StoredProvider[]> {
  return door.rows<StoredProvider>(
    sql`select i.id, i.version, i.issuer, i.client_secret is not null as has_secret, ${providerBody}::text as body
      from identity_providers i where i.org_id = $1 and ($2::uuid is null or i.id = $2) order by i.name_key`,
    [orgId, id ?? null],
  );
}

/** What it takes to ask a provider who somebody is. */
export interface ActiveProvider {
  id: string;
  version: number;
  name: string;
  issuer: string;
  client_id: string;
  client_secret: string | null;
}

/** By its id, or by its name, folded. */
export async function activeProvider(door: Door, orgId: string, by: { id: string } | { nameKey: string }): Promise<ActiveProvider | undefined> {
  const [row] = await door.rows<ActiveProvider>(
    sql`select i.id, i.version, i.name, i.issuer, i.client_id, i.client_secret from identity_providers i
      where i.org_id = $1 and (i.id = $2 or i.name_key = $3) and i.state = 'active'`,
    [orgId, 'id' in by ? by.id : null, 'nameKey' in by ? by.nameKey : null],
  );
  return row;
}

export interface ProviderFields {
  name: string;
  nameKey: string;
  issuer: string;
  clientId: string;
  /** Undefined keeps the stored one. */
  clientSecret: string | undefined;
  state: string;
}

const valuesOf = ({ name, nameKey, issuer, clientId, clientSecret, state }: ProviderFields) => [name, nameKey, issuer, clientId, clientSecret, state];

export const insertSteps = (author: Author, id: string, fields: ProviderFields): Step[] => [
  [
    sql`insert into identity_providers (org_id, id, name, name_key, issuer, client_id, client_secret, state, created_by, created_at, modified_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now(), now())`,
    [author.orgId, id, ...valuesOf(fields), author.userId ?? author.clientId],
  ],
  ...recordSteps(author, 'create', id),
];

export const updateSteps = (author: Author, id: string, fields: ProviderFields): Step[] => [
  [
    sql`update identity_providers i set name = $3, name_key = $4, issuer = $5, client_id = $6, client_secret = coalesce($7, i.client_secret), state = $8,
        version = i.version + 1, modified_at = now() where i.org_id = $1 and i.id = $2`,
    [author.orgId, id, ...valuesOf(fields)],
  ],
  ...recordSteps(author, 'update', id),
];

export const deleteSteps = (author: Author, id: string): Step[] => [
  ...recordSteps(author, 'delete', id),
  [sql`delete from identity_providers i where i.org_id = $1 and i.id = $2`, [author.orgId, id]],
];

const recordSteps = (author: Author, action: Action, id: string): Step[] => [
  holdStep(author.orgId),
  [
    sql`insert into changes (${changeColumns}) select $1, 'identityProvider', i.id, ${doneBy}, null, i.version, ${providerBody}
      from (select $3::text as action, $4::uuid[] as author) done, identity_providers i where i.org_id = $1 and i.id = $2`,
    [author.orgId, id, action, authorValue(author)],
  ],
];

/** The active organization of a short name. Through the system door: whoever signs in says which organization it is. */
export function organizationNamed(system: Door, shortName: string): Promise<string | undefined> {
  return system.text(sql`select o.id::text from organizations o where lower(o.short_name) = lower($1) and o.state = 'active'`, [shortName]);
}

export interface FoundProvider extends ActiveProvider {
  org_id: string;
}

/** A provider that answers. It alone says of which organization it is, so that this looks across all of them. */
export async function providerAnywhere(system: Door, id: string): Promise<FoundProvider | undefined> {
  const [row] = await system.rows<FoundProvider>(
    sql`select i.org_id, i.id, i.version, i.name, i.issuer, i.client_id, i.client_secret from identity_providers i
      join organizations o on o.id = i.org_id and o.state = 'active' where i.id = $1 and i.state = 'active'`,
    [id],
  );
  return row;
}
