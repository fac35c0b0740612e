// Records as they are compared: only the fields that count, straight from their rows, for a backlog reads each some ten
// times. Contacts that were merged away or not curated are none of them.
import type { Door } from '../../db/database.ts';
import { sql } from '../../db/sql.ts';
import { type ContactFields, contactFeatures, type Features, type Kind, type OrganizationFields, organizationFeatures } from '../linkage/index.ts';

export interface Linkable {
  features: Features;
  divisionId: string;
}

/** The records that are there to be compared, by id. */
export async function readRecords(door: Door, orgId: string, kind: Kind, ids: readonly string[]): Promise<Map<string, Linkable>> {
  if (ids.length === 0) return new Map();
  const rows = await (kind === 'contact' ? readContacts(door, orgId, ids) : readOrganizations(door, orgId, ids));
  return new Map(rows.map((row) => [row.features.id, row]));
}

interface Row<Fields> {
  id: string;
  division_id: string;
  fields: Fields;
}

async function readContacts(door: Door, orgId: string, ids: readonly string[]): Promise<Linkable[]> {
  const rows = await door.rows<Row<ContactFields>>(
    sql`select k.id, k.division_id, json_build_object('firstName', k.first_name, 'middleName', k.middle_name, 'lastName', k.last_name,
        'workPhone', k.work_phone, 'cellPhone', k.cell_phone, 'homePhone', k.home_phone, 'otherPhone', k.other_phone,
        'workEmail', k.work_email, 'personalEmail', k.personal_email, 'otherEmail', k.other_email, 'address', k.address,
        'twitterId', k.twitter_id, 'externalIds', k.external_ids, 'externalOrganization', json_build_object('id', k.external_organization_id),
        'customFields', k.custom_fields) as fields
      from contacts k where k.org_id = $1 and k.id = any ($2::uuid[]) and k.type = 'Curated' and k.merged_to is null`,
    [orgId, ids],
  );
  return rows.map(({ id, division_id, fields }) => ({ features: contactFeatures(id, fields), divisionId: division_id }));
}

async function readOrganizations(door: Door, orgId: string, ids: readonly string[]): Promise<Linkable[]> {
  const rows = await door.rows<Row<OrganizationFields>>(
    sql`select o.id, o.division_id, json_build_object('name', o.name, 'phoneNumber', o.phone_number, 'faxNumber', o.fax_number,
        'websites', o.websites, 'address', o.address, 'twitterId', o.twitter_id, 'externalIds', o.external_ids, 'customFields', o.custom_fields) as fields
      from external_organizations o where o.org_id = $1 and o.id = any ($2::uuid[])`,
    [orgId, ids],
  );
  return rows.map(({ id, division_id, fields }) => ({ features: organizationFeatures(id, fields), divisionId: division_id }));
}

/** The ids of a kind that come after one, in order. */
export async function idsAfter(door: Door, orgId: string, kind: Kind, after: string, most: number): Promise<string[]> {
  const rows = await door.rows<{ id: string }>(WALKS[kind], [orgId, after, most]);
  return rows.map(({ id }) => id);
}

const WALKS = {
  contact: sql`select k.id from contacts k where k.org_id = $1 and k.id > $2 order by k.id limit $3`,
  organization: sql`select o.id from external_organizations o where o.org_id = $1 and o.id > $2 order by o.id limit $3`,
} as const;
