import { describe, expect, it } from 'vitest';
import { contactFeatures, organizationFeatures } from './features.ts';

describe('the features of a contact', () => {
  it('fold what is written in many ways into one', () => {
    const found = contactFeatures('1', {
      firstName: 'Jörg-Peter',
      lastName: "Van't Hof",
      address: { address1: '12a High Street', address2: 'Flat 3', city: 'St. Ives', postalCode: 'SW1A 1AA' },
      workEmail: ' Joerg@Example.COM ',
      workPhone: { display: '+44 20 7946 0123', e164: '+442079460123' },
      cellPhone: { e164: '+442079460123' },
      externalIds: [{ externalSource: { id: 'crm' }, value: 'A-7' }],
      customFields: { born_date: '1956-04-09', ssn_identifier: '123-456', vip_checkbox: true, notes_longtext: 'Long.', nothing_text: null },
    });
    expect(found).toMatchObject({
      given: 'jorgpeter',
      family: 'vanthof',
      house: '12a',
      street: { text: 'high street', bare: 'highstreet' },
      unit: { text: 'flat 3' },
      city: 'stives',
      postcode: 'sw1a1aa',
      emails: [{ text: 'joerg@example.com', login: 'joerg', domain: 'example.com' }],
      phones: ['+442079460123'],
      ids: ['crm a-7'],
    });
    expect(found.custom).toEqual({
      born_date: { text: '19560409', bare: '19560409' },
      ssn_identifier: { text: '123456', bare: '123456' },
      vip_checkbox: { text: 'true', bare: 'true' },
    });
  });

  it.each([
    ['6 tullaroop street', '6', 'tullaroop street'],
    ['Hauptstraße 12', '12', 'hauptstraße'],
    ['2nd Street', '', '2nd street'],
    ['17', '17', ''],
    ['', '', ''],
  ])('take the house number out of %s', (address1, house, street) => {
    expect(contactFeatures('1', { address: { address1 } })).toMatchObject({ house, street: { text: street } });
  });

  it('are empty for an empty contact', () => {
    expect(contactFeatures('1', {})).toMatchObject({ given: '', family: '', phones: [], emails: [], custom: {} });
    expect(contactFeatures('1', { address: null, customFields: null, workPhone: null })).toMatchObject({ street: { text: '' } });
  });
});

describe('the features of an organization', () => {
  it('leave out the legal form and the path', () => {
    const found = organizationFeatures('1', { name: 'Golden Steel & Sons Pty Ltd', websites: ['https://www.golden.example.com/about?x'] });
    expect(found).toMatchObject({ name: { text: 'golden steel sons' }, sites: ['golden.example.com'] });
    expect(organizationFeatures('1', { name: 'Limited' }).name.text).toBe('limited');
  });
});
