import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDivision } from './access-callers.ts';
import { DATE, idsOf, make, NOBODY, NOT_FOUND, UUID } from './directory.ts';
import { connect, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

describe.each(SDKS)('identifiers, by %s', (name) => {
  const run = SDKS.indexOf(name);
  let contacts: Sdk['contacts'];
  let source: Json;
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
    source = await make(server, '/externalsources', { name: `CRM ${run}` });
  });

  const phone = (last: number) => `+1317555${run + 1}${String(last).padStart(3, '0')}`;
  const save = (body: object): Promise<Json> => contacts.postExternalcontactsContacts(body) as Promise<Json>;
  const claim = (id: string, identifier: object) => contacts.patchExternalcontactsContactIdentifiers(id, { operation: 'Claim', identifier });
  const release = (id: string, identifier: object) => contacts.patchExternalcontactsContactIdentifiers(id, { operation: 'Release', identifier });
  const lookUp = (identifier: object, opts = {}) => contacts.postExternalcontactsIdentifierlookupContacts(identifier, opts) as Promise<Json>;
  const valuesOf = async (id: string) => (await contacts.getExternalcontactsContactIdentifiers(id)).entities.map((one: Json) => one.value);

  it('come from the fields, in the form that compares', async () => {
    const { id } = await save({
      workPhone: { display: phone(1) },
      cellPhone: { display: phone(1) },
      workEmail: `Big${run}@Example.COM`,
      twitterId: { screenName: `@tw_${run}` },
    });
    const { entities } = await contacts.getExternalcontactsContactIdentifiers(id);
    const common = { division: { id: '*' }, dateCreated: expect.stringMatching(DATE) };
    expect(entities).toEqual([
      { ...common, type: 'Email', value: `big${run}@example.com` },
      { ...common, type: 'Phone', value: phone(1) },
      { ...common, type: 'SocialTwitter', value: `tw_${run}` },
    ]);
    expect(await refused(contacts.getExternalcontactsContactIdentifiers(NOBODY))).toEqual(NOT_FOUND);
  });

  it('belong to the first who had the value, until that one goes', async () => {
    const first = await save({ firstName: 'First', cellPhone: { display: phone(2) } });
    const second = await save({ firstName: 'Second', homePhone: { display: phone(2) } });
    expect(await valuesOf(second.id)).toEqual([]);
    expect(await lookUp({ type: 'Phone', value: phone(2) })).toMatchObject({ id: first.id });
    await contacts.deleteExternalcontactsContact(first.id);
    expect(await valuesOf(second.id)).toEqual([phone(2)]);
    expect(await lookUp({ type: 'Phone', value: phone(2) })).toMatchObject({ id: second.id });
  });

  it('can be claimed without a field', async () => {
    const { id } = await save({ firstName: 'Claims' });
    const claimed = await claim(id, { type: 'Cookie', value: ` c-${run} ` });
    expect(claimed).toEqual({ division: { id: '*' }, type: 'Cookie', value: `c-${run}`, dateCreated: expect.stringMatching(DATE) });
    expect(await claim(id, { type: 'Cookie', value: `c-${run}` })).toEqual(claimed);
    expect(await lookUp({ type: 'Cookie', value: `c-${run}` })).toMatchObject({ id, firstName: 'Claims' });
    await contacts.putExternalcontactsContact(id, { firstName: 'Claims still' });
    expect(await valuesOf(id)).toEqual([`c-${run}`]);
    expect(await release(id, { type: 'Cookie', value: `c-${run}` })).toEqual(claimed);
    expect(await refused(lookUp({ type: 'Cookie', value: `c-${run}` }))).toEqual(NOT_FOUND);
    expect(await refused(release(id, { type: 'Cookie', value: `c-${run}` }))).toMatchObject({ status: 404, code: 'identifier.not.found' });
  });

  it('cannot be claimed from another, who is named', async () => {
    const owner = await save({ workEmail: `own${run}@example.com` });
    const other = await save({ workEmail: `own${run}@example.com` });
    expect(await refused(claim(other.id, { type: 'Email', value: `OWN${run}@example.com` }))).toMatchObject({
      status: 409,
      code: 'identifier.already.claimed',
      details: [{ errorCode: 'identifier.already.claimed', fieldName: 'identifier', entityId: owner.id }],
    });
    expect(await refused(release(other.id, { type: 'Email', value: `own${run}@example.com` }))).toMatchObject({ status: 404, code: 'identifier.not.found' });
  });

  it('pass on when released, and come back only with the field', async () => {
    const email = { type: 'Email', value: `pass${run}@example.com` };
    const first = await save({ firstName: 'First', workEmail: email.value });
    const second = await save({ workEmail: email.value });
    await release(first.id, email);
    expect(await lookUp(email)).toMatchObject({ id: second.id });
    await contacts.deleteExternalcontactsContact(second.id);
    await contacts.putExternalcontactsContact(first.id, { firstName: 'Same field', workEmail: email.value });
    expect(await refused(lookUp(email))).toEqual(NOT_FOUND);
    await contacts.putExternalcontactsContact(first.id, { firstName: 'No field' });
    await contacts.putExternalcontactsContact(first.id, { firstName: 'Field again', workEmail: email.value });
    expect(await lookUp(email)).toMatchObject({ id: first.id });
  });

  it('are apart by division', async () => {
    const division = await makeDivision(server);
    const there = await save({ division: { id: division.id }, workPhone: { display: phone(3) } });
    const here = await save({ workPhone: { display: phone(3) } });
    expect(await valuesOf(there.id)).toEqual([phone(3)]);
    expect(await valuesOf(here.id)).toEqual([phone(3)]);
    expect(await lookUp({ type: 'Phone', value: phone(3) })).toMatchObject({ id: here.id });
    expect(await lookUp({ type: 'Phone', value: phone(3), division: { id: division.id } })).toMatchObject({ id: there.id });
    expect(await lookUp({ type: 'Phone', value: phone(3), division: { id: '*' } })).toMatchObject({ id: here.id });
    await contacts.deleteExternalcontactsContact(here.id);
    expect(await lookUp({ type: 'Phone', value: phone(3) })).toMatchObject({ id: there.id });
    expect(await refused(lookUp({ type: 'Phone', value: phone(3), division: { id: '*' } }))).toEqual(NOT_FOUND);
    expect(await refused(claim(there.id, { type: 'Cookie', value: 'x', division: { id: '*' } }))).toMatchObject({
      status: 400,
      details: [{ fieldName: 'identifier.division.id' }],
    });
  });

  it('are apart by type and by source', async () => {
    const other = await make(server, '/externalsources', { name: `Other ${run}` });
    const inSource = (id: string) => ({ type: 'ExternalId', value: 'same', externalSource: { id } });
    const [a, b, c] = [await save({}), await save({}), await save({})];
    const claimed = await claim(a.id, inSource(source.id));
    expect(claimed).toMatchObject({ type: 'ExternalId', value: 'same', externalSource: { id: source.id, selfUri: source.selfUri } });
    await claim(b.id, inSource(other.id));
    await claim(c.id, { type: 'SocialLine', value: 'same' });
    expect(await lookUp(inSource(source.id))).toMatchObject({ id: a.id });
    expect(await lookUp(inSource(other.id))).toMatchObject({ id: b.id });
    expect(await lookUp({ type: 'SocialLine', value: 'same' })).toMatchObject({ id: c.id });
    expect(await refused(lookUp({ type: 'SocialFacebook', value: 'same' }))).toEqual(NOT_FOUND);
    for (const { id } of [a, b, c]) await contacts.deleteExternalcontactsContact(id);
  });

  it('need a source that is there and active', async () => {
    const { id } = await save({});
    const passive = await make(server, '/externalsources', { name: `Passive ${run}`, active: false });
    const externalId = (externalSource?: object) => ({ type: 'ExternalId', value: 'x', ...(externalSource ? { externalSource } : {}) });
    expect(await refused(claim(id, externalId()))).toMatchObject({ status: 400, details: [{ fieldName: 'identifier.externalSource.id' }] });
    expect(await refused(claim(id, externalId({ id: NOBODY })))).toMatchObject({ status: 404, details: [{ fieldName: 'identifier.externalSource.id' }] });
    expect(await refused(claim(id, externalId({ id: passive.id })))).toMatchObject({ status: 409, code: 'external.source.inactive' });
    expect(await refused(lookUp(externalId()))).toMatchObject({ status: 400, details: [{ fieldName: 'externalSource.id' }] });
  });

  it('must be values that their types can have', async () => {
    const { id } = await save({});
    for (const [type, value] of [
      ['Phone', 'call me'],
      ['Phone', '12'],
      ['Email', 'nobody'],
      ['SocialWhatsapp', '+'],
    ]) {
      expect(await refused(claim(id, { type, value }))).toMatchObject({ status: 422, details: [{ errorCode: 'format', fieldName: 'identifier.value' }] });
    }
    expect(await refused(lookUp({ type: 'Phone', value: '317 555 0000' }))).toMatchObject({ status: 422, details: [{ fieldName: 'value' }] });
    expect(await refused(lookUp({ type: 'Fax', value: '1' }))).toMatchObject({ status: 422, details: [{ errorCode: 'enum', fieldName: 'type' }] });
    expect(await refused(lookUp({ type: 'Cookie', value: 'x'.repeat(256) }))).toMatchObject({ status: 422, details: [{ fieldName: 'value' }] });
    expect(await refused(lookUp({ type: 'Cookie' }))).toMatchObject({ status: 422, details: [{ errorCode: 'required', fieldName: 'value' }] });
    expect(
      await refused(contacts.patchExternalcontactsContactIdentifiers(id, { operation: 'Steal', identifier: { type: 'Cookie', value: 'x' } })),
    ).toMatchObject({
      status: 422,
      details: [{ fieldName: 'operation' }],
    });
    expect(await refused(claim(NOBODY, { type: 'Cookie', value: 'x' }))).toEqual(NOT_FOUND);
  });

  it('are looked up with spaces, in any case, with and without plus', async () => {
    const { id } = await save({
      workPhone: { display: phone(4) },
      workEmail: `look${run}@example.com`,
      whatsAppId: { phoneNumber: { display: phone(5) } },
      twitterId: { screenName: `look_${run}` },
    });
    const spaced = phone(4).replace('+1317555', '+1 317 555 ');
    for (const identifier of [
      { type: 'Phone', value: spaced },
      { type: 'Email', value: ` LOOK${run}@example.com ` },
      { type: 'SocialWhatsapp', value: phone(5) },
      { type: 'SocialWhatsapp', value: phone(5).slice(1) },
      { type: 'SocialTwitter', value: `@look_${run}` },
    ]) {
      expect((await lookUp(identifier)).id, JSON.stringify(identifier)).toBe(id);
    }
    expect(await lookUp({ type: 'Phone', value: phone(4) }, { expand: ['identifiers', 'division'] })).toMatchObject({
      division: { name: 'Unassigned' },
      identifiers: expect.arrayContaining([expect.objectContaining({ type: 'Phone', value: phone(4) })]),
    });
    expect(await contacts.postExternalcontactsIdentifierlookup({ type: 'Phone', value: phone(4) })).toMatchObject({ id });
    expect(await refused(contacts.postExternalcontactsIdentifierlookup({ type: 'Phone', value: phone(999) }))).toEqual(NOT_FOUND);
  });

  it('of organizations are their external ids', async () => {
    const identifier = { type: 'ExternalId', value: `org-${run}`, externalSource: { id: source.id } };
    const externalIds = [{ externalSource: { id: source.id }, value: identifier.value }];
    const lookUpOrganization = (body: object, opts = {}) => contacts.postExternalcontactsIdentifierlookupOrganizations(body, opts);
    const change = (id: string, operation: string, one = identifier) =>
      contacts.patchExternalcontactsOrganizationIdentifiers(id, { operation, identifier: one });
    const first = await make(server, '/organizations', { name: 'First', externalIds });
    const second = await make(server, '/organizations', { name: 'Second', externalIds });
    expect(await contacts.getExternalcontactsOrganizationIdentifiers(first.id)).toEqual({
      entities: [
        { ...identifier, externalSource: { id: source.id, selfUri: source.selfUri }, division: { id: '*' }, dateCreated: expect.stringMatching(DATE) },
      ],
    });
    expect(await contacts.getExternalcontactsOrganizationIdentifiers(second.id)).toEqual({ entities: [] });
    expect(await lookUpOrganization(identifier, { expand: ['identifiers'] })).toMatchObject({ id: first.id, identifiers: [{ value: identifier.value }] });
    expect(await refused(change(second.id, 'Claim'))).toMatchObject({ status: 409, details: [{ entityId: first.id }] });
    expect(await change(first.id, 'Release')).toMatchObject({ value: identifier.value });
    expect(await lookUpOrganization(identifier)).toMatchObject({ id: second.id });
    expect(await change(second.id, 'Claim')).toMatchObject({ value: identifier.value });
    expect(await refused(lookUpOrganization({ ...identifier, value: 'nobody' }))).toEqual(NOT_FOUND);
    expect(await refused(lookUpOrganization({ type: 'Email', value: 'a@b.c' }))).toMatchObject({ status: 422, details: [{ fieldName: 'type' }] });
    expect(await refused(contacts.getExternalcontactsOrganizationIdentifiers(NOBODY))).toEqual(NOT_FOUND);
    expect(await refused(change(NOBODY, 'Claim'))).toEqual(NOT_FOUND);
    // The same external id of a contact is another identifier.
    expect(await refused(lookUp(identifier))).toEqual(NOT_FOUND);
  });

  describe('reverse white pages', () => {
    const find = (lookupVal: string | undefined, opts = {}) => contacts.getExternalcontactsReversewhitepageslookup(lookupVal, opts) as Promise<Json>;

    it('finds every holder of a phone number, an e-mail address or a Twitter name, the first first', async () => {
      const organization = await make(server, '/organizations', { name: `White ${run}` });
      const first = await save({ homePhone: { display: phone(6) }, workEmail: `white${run}@example.com`, externalOrganization: { id: organization.id } });
      const second = await save({ otherPhone: { display: phone(6) }, twitterId: { id: `tw${run}`, screenName: `White_${run}` } });
      expect(idsOf((await find(phone(6))).contacts)).toEqual([first.id, second.id]);
      expect(idsOf((await find(`WHITE${run}@example.com`)).contacts)).toEqual([first.id]);
      for (const screenName of [`White_${run}`, `@white_${run}`]) expect(idsOf((await find(screenName)).contacts), screenName).toEqual([second.id]);
      const expanded = await find(`white${run}@example.com`, { expand: ['contacts.externalOrganization', 'division'] });
      expect(expanded.contacts[0]).toMatchObject({ externalOrganization: { name: `White ${run}` }, division: { name: 'Unassigned' } });
      expect(await find('nobody_at_all')).toEqual({ contacts: [] });
      expect(await find(`white${run}@example`)).toEqual({ contacts: [] });
    });

    it('looks in one division, gives 25 at most, and needs a value', async () => {
      const division = await makeDivision(server);
      for (let i = 0; i < 26; i += 1) await make(server, '/contacts', { division: { id: division.id }, workEmail: `many${run}@example.com` });
      expect((await find(`many${run}@example.com`, { divisionId: division.id })).contacts).toHaveLength(25);
      expect(await find(`many${run}@example.com`)).toEqual({ contacts: [] });
      expect(await refused(find(`many${run}@example.com`, { divisionId: 'home' }))).toMatchObject({ status: 400, messageParams: { name: 'divisionId' } });
      expect(await refused(find(''))).toMatchObject({ status: 400, messageParams: { name: 'lookupVal' }, contextId: expect.stringMatching(UUID) });
    });
  });
});
