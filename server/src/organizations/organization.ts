// An external organization: a company outside. What the wire says becomes a row here.
import { type Fault, invalidFields } from '../contract/validate.ts';
import { sortKey } from '../families/fold.ts';
import { type Phone, phoneDigits, readPhone } from '../families/phone.ts';
import { orNull, type Reading, readExternalIds, readTwitterId, type StoredExternalId } from '../families/record.ts';
import type { Wire } from '../families/wire.ts';
import { recordWords } from '../families/words.ts';
import type { Identifier } from '../identifiers/index.ts';

type ExternalOrganization = Wire['ExternalOrganization'];

/** A row of external_organizations, in the table's own names; null for no value. */
export interface OrganizationRow {
  id: string;
  /** Null in an update keeps the stored one. */
  division_id: string | null;
  /** The version that an update expects; null for any. */
  version: number | null;
  moved_from: null;
  name: string;
  company_type: string | null;
  industry: string | null;
  address: object | null;
  phone_number: Phone | null;
  fax_number: Phone | null;
  employee_count: number | null;
  revenue: number | null;
  tags: string[] | null;
  websites: string[] | null;
  tickers: { symbol: string; exchange: string }[] | null;
  twitter_id: object | null;
  external_ids: StoredExternalId[] | null;
  external_system_url: string | null;
  name_key: string;
  company_type_key: string;
  industry_key: string;
  schema_id: string | null;
  schema_version: number | null;
  custom_fields: Record<string, unknown> | null;
  /** Null keeps the stored ones, as far as the other fields agree with them. */
  contact_points: ExternalOrganization['contactPoints'] | null;
  /** What the second dialect alone says; null keeps what is stored. */
  xurrent: ExternalOrganization['xurrent'] | null;
  words: string[];
  name_words: string[];
}

/**
 * @param body an ExternalOrganization as the contract validated it, with a name
 * @throws Refusal 422 naming each field that cannot be read
 */
export function readOrganization(id: string, divisionId: string | null, body: ExternalOrganization, reading: Reading): OrganizationRow {
  const faults: Fault[] = [];
  const { texts, ids, ...custom } = reading.customFields(body, faults);
  const name = body.name as string;
  const row: OrganizationRow = {
    id,
    division_id: divisionId,
    version: null,
    moved_from: null,
    name,
    company_type: body.companyType ?? null,
    industry: body.industry ?? null,
    address: orNull(body.address),
    phone_number: readPhone(body.phoneNumber, reading.defaultCountryCode),
    fax_number: readPhone(body.faxNumber, reading.defaultCountryCode),
    employee_count: body.employeeCount ?? null,
    revenue: body.revenue ?? null,
    tags: orNull(body.tags),
    websites: orNull(body.websites),
    tickers: orNull(body.tickers),
    twitter_id: readTwitterId(body.twitterId),
    external_ids: readExternalIds(body.externalIds, faults),
    external_system_url: body.externalSystemUrl ?? null,
    contact_points: body.contactPoints ?? null,
    xurrent: body.xurrent ?? null,
    name_key: sortKey(name),
    company_type_key: sortKey(body.companyType),
    industry_key: sortKey(body.industry),
    ...custom,
    words: [],
    name_words: recordWords(reading.wordPrefix, { texts: [name] }),
  };
  if (body.name === undefined) faults.push({ field: 'name', code: 'required', rule: 'is required.' });
  if (faults.length > 0) throw invalidFields(faults);
  row.words = recordWords(reading.wordPrefix, { texts: [...textsOf(row), ...texts], ids: [...idsOf(row), ...ids] });
  return row;
}

/** The identifiers that an organization's fields hold: its external ids, each once. */
export function organizationIdentifiers(row: OrganizationRow): Identifier[] {
  const found = new Map<string, Identifier>();
  for (const { externalSource, value } of row.external_ids ?? []) {
    found.set(`${externalSource.id} ${value}`, { type: 'ExternalId', value, sourceId: externalSource.id });
  }
  return [...found.values()];
}

function textsOf(row: OrganizationRow): (string | null | undefined)[] {
  return [
    row.name,
    row.company_type,
    row.industry,
    ...Object.values(row.address ?? {}),
    ...(row.tags ?? []),
    ...(row.websites ?? []),
    ...(row.tickers ?? []).map((ticker) => ticker.symbol),
    ...phoneDigits(row.phone_number),
    ...phoneDigits(row.fax_number),
  ];
}

function idsOf(row: OrganizationRow): string[] {
  return organizationIdentifiers(row).map((identifier) => identifier.value);
}
