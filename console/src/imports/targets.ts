// The fields that a column of a file can be written to, under the names that they have on screen.
import type { Schema } from '../api/schema.ts';
import type { TextKey } from '../language/language.tsx';
import type { CustomField } from '../record/custom-fields.ts';

export interface Target {
  /** As CSV settings have it: `$.workEmail`. */
  path: string;
  text: TextKey | { words: string };
}

/** The contract's own names: the type checker finds one that has gone. */
type Path<T> = keyof T extends infer K extends string ? K | `${K}.${string}` : never;
type Fields<T> = readonly (readonly [path: Path<T> | 'externalId', text: Target['text']])[];

const words = (text: string) => ({ words: text });
const ADDRESS = [
  ['address.address1', 'field.address.address1'],
  ['address.address2', 'field.address.address2'],
  ['address.postalCode', 'field.address.postalCode'],
  ['address.city', 'field.address.city'],
  ['address.state', 'field.address.state'],
  ['address.countryCode', 'field.address.countryCode'],
] as const;

const CONTACT: Fields<Schema['ExternalContact']> = [
  ['externalId', 'field.externalIds'],
  ['salutation', 'field.salutation'],
  ['firstName', 'field.firstName'],
  ['middleName', 'field.middleName'],
  ['lastName', 'field.lastName'],
  ['title', 'field.title'],
  ['workEmail', 'field.workEmail'],
  ['personalEmail', 'field.personalEmail'],
  ['otherEmail', 'field.otherEmail'],
  ['workPhone', 'field.workPhone'],
  ['cellPhone', 'field.cellPhone'],
  ['homePhone', 'field.homePhone'],
  ['otherPhone', 'field.otherPhone'],
  ...ADDRESS,
  ['whatsAppId.phoneNumber', words('WhatsApp')],
  ['lineId.ids[0].userId', words('LINE')],
  ['facebookId.ids[0].scopedId', words('Facebook')],
  ['instagramId.ids[0].scopedId', words('Instagram')],
  ['twitterId.id', words('X (Twitter)')],
  ['externalOrganization.id', 'imports.field.organizationId'],
  ['externalSystemUrl', 'field.externalSystemUrl'],
  ['surveyOptOut', 'field.surveyOptOut'],
];

const ORGANIZATION: Fields<Schema['ExternalOrganization']> = [
  ['externalId', 'field.externalIds'],
  ['name', 'field.organizationName'],
  ['industry', 'field.industry'],
  ['companyType', 'field.companyType'],
  ['phoneNumber', 'field.phoneNumber'],
  ['faxNumber', 'field.faxNumber'],
  ...ADDRESS,
  ['employeeCount', 'field.employeeCount'],
  ['revenue', 'field.revenue'],
  ['websites', 'field.websites'],
  ['tags', 'field.tags'],
  ['externalSystemUrl', 'field.externalSystemUrl'],
];

export const COMPANY = '$.externalOrganization.';

export interface Targets {
  contact: Target[];
  organization: Target[];
}

export function targetsOf(custom: { contact: readonly CustomField[]; organization: readonly CustomField[] }): Targets {
  const all = (prefix: string, fields: readonly (readonly [string, Target['text']])[], own: readonly CustomField[]): Target[] => [
    ...fields.map(([path, text]) => ({ path: prefix + path, text })),
    // A path has plain names only.
    ...own.filter(({ name }) => /^\w+$/.test(name)).map(({ name, title }) => ({ path: `${prefix}customFields.${name}`, text: words(title) })),
  ];
  return { contact: all('$.', CONTACT, custom.contact), organization: all(COMPANY, ORGANIZATION, custom.organization) };
}
