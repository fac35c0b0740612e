// The fields of a contact that can be filtered by and edited, with what kind of value they have.
import type { FilterField } from '../filter/filter.ts';

export const CONTACT_FIELDS: readonly FilterField[] = [
  { path: 'firstName', text: 'field.firstName', kind: 'text' },
  { path: 'middleName', text: 'field.middleName', kind: 'text' },
  { path: 'lastName', text: 'field.lastName', kind: 'text' },
  { path: 'title', text: 'field.title', kind: 'text' },
  { path: 'workEmail', text: 'field.workEmail', kind: 'text' },
  { path: 'personalEmail', text: 'field.personalEmail', kind: 'text' },
  { path: 'otherEmail', text: 'field.otherEmail', kind: 'text' },
  { path: 'workPhone.e164', text: 'field.workPhone', kind: 'text' },
  { path: 'cellPhone.e164', text: 'field.cellPhone', kind: 'text' },
  { path: 'homePhone.e164', text: 'field.homePhone', kind: 'text' },
  { path: 'address.city', text: 'field.address.city', kind: 'text' },
  { path: 'address.postalCode', text: 'field.address.postalCode', kind: 'text' },
  { path: 'address.countryCode', text: 'field.address.countryCode', kind: 'text' },
  { path: 'externalOrganization.id', text: 'field.externalOrganization', kind: 'id' },
  { path: 'externalIds.value', text: 'field.externalIds', kind: 'text' },
  { path: 'surveyOptOut', text: 'field.surveyOptOut', kind: 'boolean' },
  { path: 'createDate', text: 'field.createDate', kind: 'date' },
  { path: 'modifyDate', text: 'field.modifyDate', kind: 'date' },
];
