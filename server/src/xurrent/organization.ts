// An organization in the words of the second dialect, made of its body in the first's. Source: the vendor's page
// "Organizations"; people, templates and custom fields of its own are not here, and always null.
import { invalidFields } from '../contract/validate.ts';
import type { Wire } from '../families/wire.ts';
import { contactPointsOf, integerId } from '../organizations/index.ts';
import { inOrder, shown } from './contacts.ts';
import type { Found } from './store.ts';

type Organization = Wire['ExternalOrganization'];
type Input = Wire['XurrentOrganizationInput'];

/** What is kept of it that the first dialect has no field for. */
export interface Own {
  disabled?: boolean;
  business_unit?: boolean;
  end_user_privacy?: boolean;
  source?: string;
  sourceID?: string;
  financialID?: string;
  region?: string;
  picture_uri?: string;
  remarks?: string;
  /** The UUID of another organization. */
  parentId?: string;
}

const OWN_FIELDS = ['disabled', 'business_unit', 'end_user_privacy', 'source', 'sourceID', 'financialID', 'region', 'picture_uri', 'remarks'] as const;

/** Characters of a source: of a header that is longer, the beginning. */
export const SOURCE_MAX = 30;

/** Without a value a field is null; in a list, all but these are left out unless they are asked for. */
export const LISTED = ['id', 'sourceID', 'name', 'parent', 'manager', 'created_at', 'updated_at'] as const;

/** @param found with its body in the words of the first dialect */
export function organizationOf({ body, parent }: Pick<Found, 'body' | 'parent'>) {
  const organization = JSON.parse(body) as Organization;
  const own = (organization.xurrent ?? {}) as Own;
  return {
    id: integerId(organization.id as string),
    nodeID: organization.id,
    sourceID: own.sourceID ?? null,
    source: own.source ?? null,
    name: organization.name,
    disabled: own.disabled ?? false,
    parent: parent && {
      id: integerId(parent.id),
      name: parent.name,
      ...(parent.sourceID === null ? {} : { sourceID: parent.sourceID }),
      ...(parent.disabled ? { disabled: true } : {}),
    },
    manager: null,
    substitute: null,
    business_unit: own.business_unit ?? false,
    business_unit_organization: null,
    end_user_privacy: own.end_user_privacy ?? false,
    order_template: null,
    financialID: own.financialID ?? null,
    region: own.region ?? null,
    picture_uri: own.picture_uri ?? null,
    remarks: own.remarks ?? null,
    addresses: addressesOf(organization.address),
    contacts: inOrder(contactPointsOf(organization)).map(shown),
    attachments: [],
    custom_fields: [],
    ui_extension: null,
    created_at: toSeconds(organization.createDate),
    updated_at: toSeconds(organization.modifyDate),
  };
}

/** All of them, for what a list may show and what is unknown. */
export const ORGANIZATION_FIELDS = [
  ...LISTED,
  ...OWN_FIELDS,
  ...['nodeID', 'substitute', 'business_unit_organization', 'order_template', 'addresses', 'contacts', 'attachments', 'custom_fields', 'ui_extension'],
];

function addressesOf(address: Organization['address']) {
  if (!address) return [];
  const { address1, address2, city = null, state = null, postalCode = null, countryCode = null } = address;
  const street = [address1, address2].filter((line) => line !== undefined).join('\n');
  return [{ label: 'street', address: street === '' ? null : street, city, state, zip: postalCode, country: countryCode }];
}

/** The vendor's timestamps have no fractions. */
const toSeconds = (date: string | undefined) => date?.replace(/\.\d+Z$/, 'Z');

/**
 * What becomes of it, in the words of the first dialect.
 * @param record as it is; empty for a new one
 * @param cleared fields that are to have no value
 * @param parentId what parent_id stands for; undefined where it is not sent
 * @throws Refusal 422
 */
export function changed(record: Organization, input: Input, cleared: readonly string[], parentId: string | undefined): Organization {
  if (input.name === undefined && (cleared.includes('name') || record.name === undefined))
    throw invalidFields([{ field: 'name', code: 'required', rule: 'is required.' }]);
  const { parentId: kept, ...own } = (record.xurrent ?? {}) as Own;
  const said = OWN_FIELDS.filter((name) => input[name] !== undefined).map((name) => [name, input[name]]);
  const stays = Object.entries(own).filter(([name]) => !cleared.includes(name));
  const parent = parentId ?? (cleared.includes('parent_id') ? undefined : kept);
  const xurrent = { ...Object.fromEntries([...stays, ...said]), ...(parent === undefined ? {} : { parentId: parent }) };
  return { ...record, ...(input.name === undefined ? {} : { name: input.name }), xurrent };
}
