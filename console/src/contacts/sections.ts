// The fields of a contact as its page groups them.
import { ADDRESS_SECTION, EXTERNAL_IDS_SECTION } from '../record/address-section.ts';
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
      { path: 'externalOrganization', text: 'field.externalOrganization', kind: 'organization' },
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
  ADDRESS_SECTION,
  EXTERNAL_IDS_SECTION,
];
