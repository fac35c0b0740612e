import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATE, idsOf, make, NOBODY, NOT_FOUND, UNASSIGNED, UUID } from './directory.ts';
import { connect, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

describe.each(SDKS)('contacts, by %s', (name) => {
  const run = SDKS.indexOf(name);
  let contacts: Sdk['contacts'];
  let source: Json;
  let organization: Json;
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
    source = await make(server, '/externalsources', { name: `CRM ${run}` });
    organization = await make(server, '/organizations', { name: `Analytical Engines ${run}` });
  });

  /** A contact with every field that a caller may write. */
  const whole = () => ({
    firstName: 'Ada',
    middleName: 'King',
    lastName: 'Lovelace',
    salutation: 'Lady',
    title: 'Countess',
    workPhone: { display: `317 555 120${run}`, extension: 7, acceptsSMS: false },
    cellPhone: { display: `+3310000000${run}`, acceptsSMS: true },
    homePhone: { display: `030 90182${run}`, normalizationCountryCode: 'DE' },
    otherPhone: { display: 'ask at the door' },
    workEmail: `Ada.${run}@Example.com`,
    personalEmail: `ada${run}@home.example`,
    otherEmail: `a${run}@x.example`,
    address: { address1: '12 St James’s Square', address2: 'Top floor', city: 'London', state: 'Greater London', postalCode: 'SW1Y', countryCode: 'GB' },
    twitterId: { id: `9${run}`, name: 'Ada L.', screenName: `ada_${run}`, verified: true },
    lineId: { ids: [{ userId: `line-${run}` }], displayName: 'ada on line' },
    whatsAppId: { phoneNumber: { display: `3310000001${run}` }, displayName: 'ada on whatsapp' },
    facebookId: { ids: [{ scopedId: `fb-${run}` }], displayName: 'ada on facebook' },
    instagramId: { ids: [{ scopedId: `ig-${run}` }], displayName: 'ada on instagram', handle: 'ada' },
    appleOpaqueIds: [{ value: `apple-${run}` }],
    externalIds: [{ externalSource: { id: source.id }, value: `crm-${run}` }],
    externalOrganization: { id: organization.id },
    surveyOptOut: false,
    externalSystemUrl: 'https://crm.example.com/contacts/1',
  });

  /** The same as the server says it. */
  const wholeAsRead = () => ({
    ...whole(),
    id: expect.stringMatching(UUID),
    type: 'Curated',
    division: UNASSIGNED,
    workPhone: {
      display: `+1 317 555 120${run}`,
      userInput: `317 555 120${run}`,
      e164: `+1317555120${run}`,
      countryCode: 'US',
      extension: 7,
      acceptsSMS: false,
    },
    cellPhone: {
      display: `+33 1 00 00 00 0${run}`,
      userInput: `+3310000000${run}`,
      e164: `+3310000000${run}`,
      countryCode: 'FR',
      acceptsSMS: true,
    },
    homePhone: {
      display: `+49 30 90182${run}`,
      userInput: `030 90182${run}`,
      e164: `+493090182${run}`,
      countryCode: 'DE',
      normalizationCountryCode: 'DE',
    },
    otherPhone: { display: 'ask at the door', userInput: 'ask at the door' },
    twitterId: { ...whole().twitterId, profileUrl: `https://www.twitter.com/ada_${run}` },
    whatsAppId: {
      phoneNumber: { display: `+33 1 00 00 00 1${run}`, userInput: `3310000001${run}`, e164: `+3310000001${run}`, countryCode: 'FR' },
      displayName: 'ada on whatsapp',
    },
    externalIds: [{ externalSource: { id: source.id, selfUri: source.selfUri }, value: `crm-${run}` }],
    externalOrganization: { id: organization.id, selfUri: organization.selfUri },
    createDate: expect.stringMatching(DATE),
    modifyDate: expect.stringMatching(DATE),
    selfUri: expect.stringMatching(/^\/api\/v2\/externalcontacts\/contacts\/[0-9a-f-]{36}$/),
  });

  it('keeps every field', async () => {
    const created = await contacts.postExternalcontactsContacts(whole());
    expect(created).toEqual(wholeAsRead());
    expect(created.selfUri).toBe(`/api/v2/externalcontacts/contacts/${created.id}`);
    expect(await contacts.getExternalcontactsContact(created.id)).toEqual(created);
    await contacts.deleteExternalcontactsContact(created.id);
  });

  it('creates one with no field at all', async () => {
    const created = await contacts.postExternalcontactsContacts({});
    expect(created).toEqual({
      id: expect.stringMatching(UUID),
      type: 'Curated',
      division: UNASSIGNED,
      createDate: expect.stringMatching(DATE),
      modifyDate: created.createDate,
      selfUri: `/api/v2/externalcontacts/contacts/${created.id}`,
    });
  });

  it('names each field that it refuses', async () => {
    const refusal = await refused(
      contacts.postExternalcontactsContacts({ workEmail: 'nobody', address: { city: 'x'.repeat(101) }, externalOrganization: { id: NOBODY } }),
    );
    expect(refusal).toMatchObject({ status: 422, code: 'constraint.validation', contextId: expect.stringMatching(UUID), errors: [] });
    expect(refusal.details).toEqual([
      { errorCode: 'format', fieldName: 'workEmail' },
      { errorCode: 'maxLength', fieldName: 'address.city' },
    ]);
  });

  it('refuses references to what is not there', async () => {
    const refusal = await refused(
      contacts.postExternalcontactsContacts({
        division: { id: NOBODY },
        externalOrganization: { id: NOBODY },
        externalIds: [{ externalSource: { id: NOBODY }, value: 'x' }],
      }),
    );
    expect(refusal.status).toBe(422);
    expect(refusal.details).toEqual([
      { errorCode: 'not.found', fieldName: 'division.id' },
      { errorCode: 'not.found', fieldName: 'externalOrganization.id' },
      { errorCode: 'not.found', fieldName: 'externalIds[0].externalSource.id' },
    ]);
  });

  it('expands what is asked for', async () => {
    const { id } = await contacts.postExternalcontactsContacts(whole());
    const read = await contacts.getExternalcontactsContact(id, {
      expand: ['externalOrganization', 'externalDataSources', 'identifiers', 'externalSources', 'division'],
    });
    expect(read).toMatchObject({
      division: { ...UNASSIGNED, name: 'Unassigned' },
      externalOrganization: { id: organization.id, name: `Analytical Engines ${run}`, selfUri: organization.selfUri },
      externalIds: [{ externalSource: { id: source.id, name: `CRM ${run}`, active: true, selfUri: source.selfUri }, value: `crm-${run}` }],
    });
    expect(read.identifiers.map((identifier: Json) => `${identifier.type} ${identifier.value}`)).toEqual(
      [
        `AppleOpaqueId apple-${run}`,
        `Email a${run}@x.example`,
        `Email ada${run}@home.example`,
        `Email ada.${run}@example.com`,
        `ExternalId crm-${run}`,
        `Phone +1317555120${run}`,
        `Phone +3310000000${run}`,
        `Phone +493090182${run}`,
        `SocialFacebook fb-${run}`,
        `SocialInstagram ig-${run}`,
        `SocialLine line-${run}`,
        `SocialTwitter 9${run}`,
        `SocialWhatsapp 3310000001${run}`,
      ].sort(byTypeThenValue),
    );
    await contacts.deleteExternalcontactsContact(id);
    expect(await refused(contacts.getExternalcontactsContact(id, { expand: ['nonsense'] }))).toMatchObject({
      status: 400,
      code: 'invalid.query.param.value',
      messageParams: { name: 'expand', value: 'nonsense' },
    });
  });

  it('replaces a contact whole', async () => {
    const created = await contacts.postExternalcontactsContacts(whole());
    const replaced = await contacts.putExternalcontactsContact(created.id, { lastName: 'Byron', workPhone: { display: `+1 317 555 130${run}` } });
    expect(replaced).toEqual({
      id: created.id,
      type: 'Curated',
      division: UNASSIGNED,
      lastName: 'Byron',
      workPhone: { display: `+1 317 555 130${run}`, userInput: `+1 317 555 130${run}`, e164: `+1317555130${run}`, countryCode: 'US' },
      createDate: created.createDate,
      modifyDate: expect.stringMatching(DATE),
      selfUri: created.selfUri,
    });
    expect(replaced.modifyDate > created.modifyDate).toBe(true);
    expect(await contacts.getExternalcontactsContact(created.id)).toEqual(replaced);
  });

  it('refuses to replace what is not there, or with what cannot be', async () => {
    expect(await refused(contacts.putExternalcontactsContact(NOBODY, { firstName: 'x' }))).toEqual(NOT_FOUND);
    const { id } = await contacts.postExternalcontactsContacts({ firstName: 'Stays' });
    expect(await refused(contacts.putExternalcontactsContact(id, { externalSystemUrl: 'ftp://x' }))).toMatchObject({
      status: 422,
      details: [{ fieldName: 'externalSystemUrl' }],
    });
    expect(await contacts.getExternalcontactsContact(id)).toMatchObject({ firstName: 'Stays' });
  });

  it('deletes a contact for good', async () => {
    const { id } = await contacts.postExternalcontactsContacts(whole());
    expect(await contacts.deleteExternalcontactsContact(id)).toEqual({});
    expect(await refused(contacts.getExternalcontactsContact(id))).toEqual(NOT_FOUND);
    expect(await refused(contacts.putExternalcontactsContact(id, {}))).toEqual(NOT_FOUND);
    expect(await refused(contacts.deleteExternalcontactsContact(id))).toEqual(NOT_FOUND);
  });

  it('answers 404 to what is no id', async () => {
    expect(await refused(contacts.getExternalcontactsContact('me'))).toEqual(NOT_FOUND);
  });

  it('lists contacts, and those of an organization', async () => {
    const { id } = await contacts.postExternalcontactsContacts({ firstName: `Zed ${run}`, externalOrganization: { id: organization.id } });
    const all = await contacts.getExternalcontactsContacts({ pageSize: 200 });
    expect(all.total).toBe(all.entities.length);
    expect(idsOf(all.entities)).toContain(id);
    const members = await contacts.getExternalcontactsOrganizationContacts(organization.id, { expand: ['externalOrganization'] });
    expect(members).toMatchObject({ total: 1, entities: [{ id, externalOrganization: { name: organization.name } }] });
    expect(await contacts.getExternalcontactsOrganizationContacts(organization.id, { q: 'somebody else' })).toMatchObject({ total: 0, entities: [] });
  });

  it('refuses lists that it cannot give', async () => {
    expect(await refused(contacts.getExternalcontactsContacts({ sortOrder: 'shoeSize:asc' }))).toMatchObject({
      status: 400,
      messageParams: { name: 'sortOrder', value: 'shoeSize:asc' },
    });
    expect(await refused(contacts.getExternalcontactsContacts({ divisionIds: ['home'] }))).toMatchObject({
      status: 400,
      messageParams: { name: 'divisionIds' },
    });
    expect(await refused(contacts.getExternalcontactsOrganizationContacts(NOBODY))).toEqual(NOT_FOUND);
    expect(await refused(contacts.getExternalcontactsOrganizationContacts(organization.id, { pageSize: 201 }))).toMatchObject({
      status: 400,
      messageParams: { name: 'pageSize', value: '201' },
    });
  });
});

function byTypeThenValue(a: string, b: string): number {
  return a < b ? -1 : 1;
}
