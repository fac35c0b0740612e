// The address, which contacts and organizations have alike.
import type { Section } from './fields.tsx';

export const ADDRESS_SECTION: Section = {
  text: 'section.address',
  fields: [
    { path: 'address.address1', text: 'field.address.address1', kind: 'text' },
    { path: 'address.address2', text: 'field.address.address2', kind: 'text' },
    { path: 'address.postalCode', text: 'field.address.postalCode', kind: 'text' },
    { path: 'address.city', text: 'field.address.city', kind: 'text' },
    { path: 'address.state', text: 'field.address.state', kind: 'text' },
    { path: 'address.countryCode', text: 'field.address.countryCode', kind: 'text' },
  ],
};

export const EXTERNAL_IDS_SECTION: Section = {
  text: 'section.externalIds',
  fields: [{ path: 'externalIds', text: 'field.externalIds', kind: 'externalIds' }],
};
