// The fields of an organization as its page groups them, and those that can be filtered by.
import type { FilterField } from '../filter/filter.ts';
import { ADDRESS_SECTION, EXTERNAL_IDS_SECTION } from '../record/address-section.ts';
import type { Section } from '../record/fields.tsx';

export const ORGANIZATION_SECTIONS: readonly Section[] = [
  {
    text: 'section.company',
    fields: [
      { path: 'name', text: 'field.organizationName', kind: 'text' },
      { path: 'industry', text: 'field.industry', kind: 'text' },
      { path: 'companyType', text: 'field.companyType', kind: 'text' },
      { path: 'employeeCount', text: 'field.employeeCount', kind: 'number' },
      { path: 'revenue', text: 'field.revenue', kind: 'number' },
      { path: 'tags', text: 'field.tags', kind: 'list' },
    ],
  },
  {
    text: 'section.reach',
    fields: [
      { path: 'phoneNumber.display', text: 'field.phoneNumber', kind: 'tel' },
      { path: 'faxNumber.display', text: 'field.faxNumber', kind: 'tel' },
      { path: 'websites', text: 'field.websites', kind: 'list' },
      { path: 'externalSystemUrl', text: 'field.externalSystemUrl', kind: 'url' },
    ],
  },
  ADDRESS_SECTION,
  EXTERNAL_IDS_SECTION,
];

export const ORGANIZATION_FIELDS: readonly FilterField[] = [
  { path: 'name', text: 'field.organizationName', kind: 'text' },
  { path: 'industry', text: 'field.industry', kind: 'text' },
  { path: 'companyType', text: 'field.companyType', kind: 'text' },
  { path: 'employeeCount', text: 'field.employeeCount', kind: 'number' },
  { path: 'revenue', text: 'field.revenue', kind: 'number' },
  { path: 'tags', text: 'field.tags', kind: 'text' },
  { path: 'phoneNumber.e164', text: 'field.phoneNumber', kind: 'text' },
  { path: 'address.city', text: 'field.address.city', kind: 'text' },
  { path: 'address.countryCode', text: 'field.address.countryCode', kind: 'text' },
  { path: 'externalIds.value', text: 'field.externalIds', kind: 'text' },
  { path: 'createDate', text: 'field.createDate', kind: 'date' },
  { path: 'modifyDate', text: 'field.modifyDate', kind: 'date' },
];
