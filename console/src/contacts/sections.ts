// The fields of a contact as its page groups them.
import type { Section } from '../record/fields.tsx';

export const CONTACT_SECTIONS: readonly Section[] = [
  {
    text: 'section.person',
    fields: [
      { path: 'salutation', text: 'field.salutation', kind: 'text' },
      { path: 'firstName', text: 'field.firstName', kind: 'text' },
      { path: 'middleName', text: 'field.middleName', kind: 'text' },
      { path: 'lastName', text: 'field.lastName', kind: 'text' },
      { path: 'title', text: 'field.title', kind: 'text' },
      { path: 'surveyOptOut', text: 'field.surveyOptOut', kind: 'boolean' },
    ],
  },
  {
    text: 'section.reach',
    fields: [
      { path: 'workEmail', text: 'field.workEmail', kind: 'email' },
      { path: 'personalEmail', text: 'field.personalEmail', kind: 'email' },
      { path: 'otherEmail', text: 'field.otherEmail', kind: 'email' },
      { path: 'workPhone.display', text: 'field.workPhone', kind: 'tel' },
      { path: 'cellPhone.display', text: 'field.cellPhone', kind: 'tel' },
      { path: 'homePhone.display', text: 'field.homePhone', kind: 'tel' },
      { path: 'otherPhone.display', text: 'field.otherPhone', kind: 'tel' },
      { path: 'externalSystemUrl', text: 'field.externalSystemUrl', kind: 'url' },
    ],
  },
  {
    text: 'section.address',
    fields: [
      { path: 'address.address1', text: 'field.address.address1', kind: 'text' },
      { path: 'address.address2', text: 'field.address.address2', kind: 'text' },
      { path: 'address.postalCode', text: 'field.address.postalCode', kind: 'text' },
      { path: 'address.city', text: 'field.address.city', kind: 'text' },
      { path: 'address.state', text: 'field.address.state', kind: 'text' },
      { path: 'address.countryCode', text: 'field.address.countryCode', kind: 'text' },
    ],
  },
];
