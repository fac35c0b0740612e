// A contact: a person outside the organization. What the wire says becomes a row here, in one place for every write.
import { type Fault, invalidFields } from '../contract/validate.ts';
import { sortKey } from '../families/fold.ts';
import { type Phone, phoneDigits, readPhone } from '../families/phone.ts';
import { orNull, type Reading, readExternalIds, readReference, readTwitterId, type StoredExternalId, type TwitterId } from '../families/record.ts';
import type { Wire } from '../families/wire.ts';
import { recordWords } from '../families/words.ts';
import { type Identifier, type IdentifierType, NO_SOURCE, normalizeValue } from '../identifiers/index.ts';

type ExternalContact = Wire['ExternalContact'];

/** A row of contacts, in the table's own names; null for no value. */
export interface ContactRow {
  id: string;
  /** Null in an update keeps the stored one. */
  division_id: string | null;
  /** The version that an update expects; null for any. */
  version: number | null;
  /** The division that an update takes the contact away from; null where it stays. */
  moved_from: string | null;
  /** The ancestors that it takes along there. */
  along?: string[];
  first_name: string | null;
  middle_name: string | null;
  last_name: string | null;
  salutation: string | null;
  title: string | null;
  work_phone: Phone | null;
  cell_phone: Phone | null;
  home_phone: Phone | null;
  other_phone: Phone | null;
  work_email: string | null;
  personal_email: string | null;
  other_email: string | null;
  address: object | null;
  twitter_id: TwitterId | null;
  line_id: SocialId<{ userId: string }> | null;
  whats_app_id: { phoneNumber: Phone; displayName?: string } | null;
  facebook_id: SocialId<{ scopedId: string }> | null;
  instagram_id: SocialId<{ scopedId: string }> | null;
  apple_opaque_ids: { value: string }[] | null;
  external_ids: StoredExternalId[] | null;
  external_organization_id: string | null;
  survey_opt_out: boolean | null;
  external_system_url: string | null;
  first_name_key: string;
  middle_name_key: string;
  last_name_key: string;
  title_key: string;
  schema_id: string | null;
  schema_version: number | null;
  custom_fields: Record<string, unknown> | null;
  words: string[];
  /** Of a new contact that is not curated; no update changes it. */
  type?: ExternalContact['type'];
  /** When a new contact goes by itself, as a date of the wire; null or undefined for never. */
  expires_at?: string | null;
}

interface SocialId<T> {
  ids: T[];
  displayName?: string;
  handle?: string;
}

/**
 * @param body an ExternalContact as the contract validated it
 * @throws Refusal 422 naming each field that cannot be read
 */
export function readContact(id: string, divisionId: string | null, body: ExternalContact, reading: Reading): ContactRow {
  const faults: Fault[] = [];
  const { texts, ids, ...custom } = reading.customFields(body, faults);
  const phone = (input: ExternalContact['workPhone']) => readPhone(input, reading.defaultCountryCode);
  const row: ContactRow = {
    id,
    division_id: divisionId,
    version: null,
    moved_from: null,
    first_name: body.firstName ?? null,
    middle_name: body.middleName ?? null,
    last_name: body.lastName ?? null,
    salutation: body.salutation ?? null,
    title: body.title ?? null,
    work_phone: phone(body.workPhone),
    cell_phone: phone(body.cellPhone),
    home_phone: phone(body.homePhone),
    other_phone: phone(body.otherPhone),
    work_email: body.workEmail ?? null,
    personal_email: body.personalEmail ?? null,
    other_email: body.otherEmail ?? null,
    address: orNull(body.address),
    twitter_id: readTwitterId(body.twitterId),
    line_id: body.lineId?.ids ? { ...body.lineId, ids: body.lineId.ids } : null,
    whats_app_id: readWhatsAppId(body.whatsAppId, reading.defaultCountryCode),
    facebook_id: body.facebookId?.ids ? { ...body.facebookId, ids: body.facebookId.ids } : null,
    instagram_id: body.instagramId?.ids ? { ...body.instagramId, ids: body.instagramId.ids } : null,
    apple_opaque_ids: orNull(body.appleOpaqueIds),
    external_ids: readExternalIds(body.externalIds, faults),
    external_organization_id: readReference('externalOrganization.id', body.externalOrganization?.id, faults),
    survey_opt_out: body.surveyOptOut ?? null,
    external_system_url: body.externalSystemUrl ?? null,
    first_name_key: sortKey(body.firstName),
    middle_name_key: sortKey(body.middleName),
    last_name_key: sortKey(body.lastName),
    title_key: sortKey(body.title),
    ...custom,
    words: [],
  };
  if (faults.length > 0) throw invalidFields(faults);
  row.words = recordWords(reading.wordPrefix, { texts: [...textsOf(row), ...texts], ids: [...idsOf(row), ...ids] });
  return row;
}

/** The identifiers that a contact's fields hold, each once. */
export function contactIdentifiers(row: ContactRow): Identifier[] {
  const found = new Map<string, Identifier>();
  const add = (type: IdentifierType, value: string | null | undefined, sourceId: string = NO_SOURCE) => {
    if (value) found.set(`${type} ${sourceId} ${value}`, { type, value, sourceId });
  };
  for (const phone of phonesOf(row)) add('Phone', phone?.e164);
  for (const email of emailsOf(row)) add('Email', email && normalizeValue('Email', email));
  add('SocialTwitter', row.twitter_id?.id ?? (row.twitter_id?.screenName && normalizeValue('SocialTwitter', row.twitter_id.screenName)));
  for (const { userId } of row.line_id?.ids ?? []) add('SocialLine', userId);
  for (const { scopedId } of row.facebook_id?.ids ?? []) add('SocialFacebook', scopedId);
  for (const { scopedId } of row.instagram_id?.ids ?? []) add('SocialInstagram', scopedId);
  add('SocialWhatsapp', row.whats_app_id?.phoneNumber.e164 && normalizeValue('SocialWhatsapp', row.whats_app_id.phoneNumber.e164));
  for (const { value } of row.apple_opaque_ids ?? []) add('AppleOpaqueId', value);
  for (const { externalSource, value } of row.external_ids ?? []) add('ExternalId', value, externalSource.id);
  return [...found.values()];
}

const phonesOf = (row: ContactRow) => [row.work_phone, row.cell_phone, row.home_phone, row.other_phone];
const emailsOf = (row: ContactRow) => [row.work_email, row.personal_email, row.other_email];

// Phones and e-mail addresses are found by their beginnings, too, and stand among the texts.
function idsOf(row: ContactRow): string[] {
  const screenName = row.twitter_id?.screenName?.replace(/^@/, '');
  const ids = contactIdentifiers(row).flatMap(({ type, value }) => (type === 'Phone' || type === 'Email' ? [] : [value]));
  return screenName ? [...ids, `@${screenName}`] : ids;
}

function textsOf(row: ContactRow): (string | null | undefined)[] {
  return [
    row.first_name,
    row.middle_name,
    row.last_name,
    row.title,
    ...emailsOf(row),
    ...Object.values(row.address ?? {}),
    row.twitter_id?.screenName,
    ...phonesOf(row).flatMap(phoneDigits),
  ];
}

// The API asks for the number without its plus, its own clients send it with one; both are the same number. What has
// neither plus nor bare digits is read like any other phone.
function readWhatsAppId(input: ExternalContact['whatsAppId'], defaultCountry: string): ContactRow['whats_app_id'] {
  const typed = input?.phoneNumber?.display;
  if (!typed) return null;
  const international = /^\d{8,}$/.test(typed) ? readPhone({ ...input.phoneNumber, display: `+${typed}` }, defaultCountry) : null;
  const phone = international?.e164 ? { ...international, userInput: typed } : readPhone(input.phoneNumber, defaultCountry);
  return phone && { phoneNumber: phone, ...(input.displayName ? { displayName: input.displayName } : {}) };
}
