// What one contact comes of several: the decision of a merge, without a database. Rules: a value of the override wins,
// else that of the contact which was modified last, of those that have one; nothing else is lost, as far as it has a
// place: phone numbers and e-mail addresses move to free fields, ids of other systems are joined. What finds no place is
// displaced: it stays an identifier of the result (identifiers of the fields of all contacts that are not in its own).
import type { Wire } from '../../families/wire.ts';

type Contact = Wire['ExternalContact'];
type Field = keyof Contact;

export interface Combined {
  /** What can be written of the result: without ids, dates and the like. */
  contact: Contact;
  /** Value (see valuesOf) → the id of the contact that gave it, or `override`. */
  sources: Record<string, string>;
}

/** @param newestFirst plain bodies of the contacts, the one that was modified last at first */
export function combine(newestFirst: readonly Contact[], override: Contact = {}): Combined {
  const given: Contact[] = [{ ...override, id: OVERRIDE }, ...newestFirst];
  const contact: Contact = {};
  const sources: Combined['sources'] = {};
  const take = (field: Field, value: unknown, from: string) => {
    if (value === undefined) return;
    Object.assign(contact, { [field]: value });
    sources[field] = from;
  };
  for (const field of SINGLE) {
    const giver = given.find((one) => one[field] !== undefined);
    take(field, giver?.[field], idOf(giver));
  }
  for (const slots of [PHONES, EMAILS]) for (const [slot, { value, from }] of place(given, slots)) take(slot, value, from);
  for (const field of JOINED) {
    const items = join(given, field);
    if (items.length > 0) Object.assign(contact, { [field]: items.map(({ item }) => item) });
    for (const [i, { from }] of items.entries()) sources[`${field}[${i}]`] = from;
  }
  const custom = customOf(given);
  take('schema', custom?.schema, custom?.schemaFrom ?? '');
  if (custom && Object.keys(custom.fields).length > 0) contact.customFields = custom.fields;
  for (const [name, from] of custom?.from ?? []) sources[`customFields.${name}`] = from;
  take('division', newestFirst[0]?.division, idOf(newestFirst[0]));
  return { contact, sources };
}

/** The kind of the result: the highest of its inputs'. */
export function typeOf(contacts: readonly Pick<Contact, 'type'>[]): NonNullable<Contact['type']> {
  return TYPES.find((type) => contacts.some((contact) => contact.type === type)) ?? 'Curated';
}

/** The values that come from contacts one by one: fields, items of lists that are joined (`externalIds[0]`), custom fields (`customFields.tier_enum`). */
export function valuesOf(contact: Contact): [name: string, value: unknown][] {
  return Object.entries(contact).flatMap(([field, value]): [string, unknown][] => {
    if (field === 'customFields') return Object.entries(value as object).map(([name, part]) => [`customFields.${name}`, part]);
    return Array.isArray(value) && isJoined(field) ? value.map((item, i) => [`${field}[${i}]`, item]) : [[field, value]];
  });
}

/** What the places have in common that a value may have moved from or to: a name of a kind of phone, or of items of a list. */
export function placeOf(name: string): string {
  const among = [PHONES, EMAILS].find((slots: readonly string[]) => slots.includes(name));
  return among?.[0] ?? name.replace(/\[\d+\]$/, '');
}

/** Whether two fields hold the same, wherever they stand. */
export function agreesWith(one: unknown, other: unknown): boolean {
  const key = (value: unknown) => (isPhone(value) ? `+${value.e164 ?? value.display}` : JSON.stringify(sorted(value)));
  return one !== undefined && other !== undefined && key(one) === key(other);
}

const isPhone = (value: unknown): value is Wire['PhoneNumber'] => typeof value === 'object' && value !== null && 'userInput' in value;

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;

const OVERRIDE = 'override';
const TYPES = ['Curated', 'Identified', 'Ephemeral'] as const;
const SINGLE = [
  ...(['firstName', 'middleName', 'lastName', 'salutation', 'title', 'address', 'twitterId', 'lineId', 'whatsAppId', 'facebookId'] as const),
  ...(['instagramId', 'externalOrganization', 'surveyOptOut', 'externalSystemUrl'] as const),
];
// In the order in which surplus values take free places: the last is meant for them.
const PHONES = ['otherPhone', 'homePhone', 'cellPhone', 'workPhone'] as const;
const EMAILS = ['otherEmail', 'personalEmail', 'workEmail'] as const;
const JOINED = ['externalIds', 'appleOpaqueIds'] as const;
const isJoined = (field: string): boolean => JOINED.some((name) => name === field);
/** As many as a contact's field holds (the contract's maxItems). */
const JOINED_MAX = 10;

const idOf = (contact: Contact | undefined) => contact?.id ?? OVERRIDE;

interface Placed {
  value: unknown;
  from: string;
}

/** First what each field holds by itself, then whatever else there is, newest first, into what is still free. */
function place<Slot extends (typeof PHONES)[number] | (typeof EMAILS)[number]>(given: readonly Contact[], slots: readonly Slot[]): Map<Slot, Placed> {
  const values = given.flatMap((contact) =>
    slots.flatMap((slot) => (contact[slot] === undefined ? [] : [{ slot, value: contact[slot], from: idOf(contact) }])),
  );
  const placed = new Map<Slot, Placed>();
  const known = new Set<string>();
  const put = (slot: Slot | undefined, { value, from }: Placed) => {
    if (slot === undefined || known.has(keyOf(value))) return;
    known.add(keyOf(value));
    placed.set(slot, { value, from });
  };
  for (const one of values) if (!placed.has(one.slot)) put(one.slot, one);
  for (const one of values)
    put(
      slots.find((slot) => !placed.has(slot)),
      one,
    );
  return placed;
}

/** What makes two phone numbers or addresses the same. */
function keyOf(value: unknown): string {
  const text = typeof value === 'string' ? value : ((value as Wire['PhoneNumber']).e164 ?? (value as Wire['PhoneNumber']).display ?? '');
  return text.trim().toLowerCase();
}

function join(given: readonly Contact[], field: (typeof JOINED)[number]): { item: unknown; from: string }[] {
  const items = new Map<string, { item: unknown; from: string }>();
  for (const contact of given)
    for (const item of contact[field] ?? []) {
      const key = 'externalSource' in item ? `${(item as Wire['ExternalId']).externalSource?.id} ${item.value}` : item.value;
      if (items.size < JOINED_MAX && !items.has(key)) items.set(key, { item, from: idOf(contact) });
    }
  return [...items.values()];
}

/** The schema of the newest contact that has one, in the highest version of it; field by field, the newest value under it. */
function customOf(given: readonly Contact[]) {
  const withSchema = given.filter((contact) => contact.schema?.id !== undefined);
  const id = withSchema[0]?.schema?.id;
  if (id === undefined) return undefined;
  const same = withSchema.filter((contact) => contact.schema?.id === id);
  const highest = same.reduce((best, contact) => ((contact.schema?.version ?? 0) > (best.schema?.version ?? 0) ? contact : best));
  const fields: Record<string, unknown> = {};
  const from = new Map<string, string>();
  for (const contact of same)
    for (const [name, value] of Object.entries(contact.customFields ?? {})) {
      if (Object.hasOwn(fields, name) || value === undefined || value === null) continue;
      Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
      from.set(name, idOf(contact));
    }
  return { schema: highest.schema, schemaFrom: idOf(highest), fields, from };
}
