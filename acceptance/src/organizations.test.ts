import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDivision } from './access-callers.ts';
import { DATE, idsOf, make, NOBODY, NOT_FOUND, UNASSIGNED, UUID } from './directory.ts';
import { connect, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

describe.each(SDKS)('external organizations, by %s', (name) => {
  const run = SDKS.indexOf(name);
  let contacts: Sdk['contacts'];
  let source: Json;
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
    source = await make(server, '/externalsources', { name: `ERP ${run}` });
  });

  const whole = () => ({
    name: `Difference Engines ${run}`,
    companyType: 'Limited',
    industry: 'Computing',
    address: { address1: '1 Dorset Street', address2: 'Marylebone', city: 'London', state: 'London', postalCode: 'W1', countryCode: 'GB' },
    phoneNumber: { display: '+33 1 00 00 00 01' },
    faxNumber: { display: '317 555 1234' },
    employeeCount: 12,
    revenue: 9_000_000_000,
    tags: ['brass', 'steam'],
    websites: ['https://engines.example', 'engines.example/shop'],
    tickers: [{ symbol: 'DIFF', exchange: 'LSE' }],
    twitterId: { id: '7', name: 'Engines', screenName: '@engines', verified: false },
    externalSystemUrl: 'http://erp.example/1',
    externalIds: [{ externalSource: { id: source.id }, value: `erp-${run}` }],
  });

  it('keeps every field', async () => {
    const created = await contacts.postExternalcontactsOrganizations(whole());
    expect(created).toEqual({
      ...whole(),
      id: expect.stringMatching(UUID),
      division: UNASSIGNED,
      phoneNumber: { display: '+33 1 00 00 00 01', userInput: '+33 1 00 00 00 01', e164: '+33100000001', countryCode: 'FR' },
      faxNumber: { display: '+1 317 555 1234', userInput: '317 555 1234', e164: '+13175551234', countryCode: 'US' },
      twitterId: { ...whole().twitterId, profileUrl: 'https://www.twitter.com/engines' },
      externalIds: [{ externalSource: { id: source.id, selfUri: source.selfUri }, value: `erp-${run}` }],
      createDate: expect.stringMatching(DATE),
      modifyDate: expect.stringMatching(DATE),
      selfUri: `/api/v2/externalcontacts/organizations/${created.id}`,
    });
    expect(await contacts.getExternalcontactsOrganization(created.id)).toEqual(created);
    const expanded = await contacts.getExternalcontactsOrganization(created.id, {
      expand: ['identifiers', 'externalSources', 'division', 'externalDataSources'],
    });
    expect(expanded).toMatchObject({
      division: { name: 'Unassigned' },
      externalIds: [{ externalSource: { name: `ERP ${run}` } }],
      identifiers: [{ type: 'ExternalId', value: `erp-${run}`, externalSource: { id: source.id }, dateCreated: expect.stringMatching(DATE) }],
    });
    await contacts.deleteExternalcontactsOrganization(created.id);
  });

  it('needs a name', async () => {
    for (const body of [{}, { name: null }, { name: '  ' }]) {
      expect(await refused(contacts.postExternalcontactsOrganizations(body))).toMatchObject({
        status: 422,
        code: 'constraint.validation',
        details: [{ errorCode: 'required', fieldName: 'name' }],
      });
    }
    const { id } = await contacts.postExternalcontactsOrganizations({ name: 'Stays' });
    expect(await refused(contacts.putExternalcontactsOrganization(id, { industry: 'x' }))).toMatchObject({ status: 422, details: [{ fieldName: 'name' }] });
    expect(await contacts.getExternalcontactsOrganization(id)).toMatchObject({ name: 'Stays' });
  });

  it('replaces one whole', async () => {
    const created = await contacts.postExternalcontactsOrganizations(whole());
    const replaced = await contacts.putExternalcontactsOrganization(created.id, { name: `Analysis ${run}` });
    expect(replaced).toEqual({
      id: created.id,
      name: `Analysis ${run}`,
      division: UNASSIGNED,
      createDate: created.createDate,
      modifyDate: expect.stringMatching(DATE),
      selfUri: created.selfUri,
    });
    expect(replaced.modifyDate > created.modifyDate).toBe(true);
    expect(await contacts.getExternalcontactsOrganization(created.id)).toEqual(replaced);
    expect(await contacts.getExternalcontactsOrganizationIdentifiers(created.id)).toEqual({ entities: [] });
  });

  it('does not find what is not there', async () => {
    expect(await refused(contacts.getExternalcontactsOrganization(NOBODY))).toEqual(NOT_FOUND);
    expect(await refused(contacts.putExternalcontactsOrganization(NOBODY, { name: 'x' }))).toEqual(NOT_FOUND);
    expect(await refused(contacts.deleteExternalcontactsOrganization(NOBODY))).toEqual(NOT_FOUND);
  });

  it('goes with its notes and relationships, and leaves its contacts', async () => {
    const { id } = await contacts.postExternalcontactsOrganizations({ name: `Short-lived ${run}` });
    const member = await make(server, '/contacts', { firstName: 'Member', externalOrganization: { id } });
    const note = await make(server, `/organizations/${id}/notes`, { noteText: 'here today' });
    expect(await contacts.deleteExternalcontactsOrganization(id)).toEqual({});
    expect(await refused(contacts.getExternalcontactsOrganization(id))).toEqual(NOT_FOUND);
    expect(await refused(contacts.getExternalcontactsOrganizationNote(id, note.id))).toEqual(NOT_FOUND);
    const left = await contacts.getExternalcontactsContact(member.id);
    expect(left.firstName).toBe('Member');
    expect(left).not.toHaveProperty('externalOrganization');
    expect(await contacts.getExternalcontactsContacts({ q: 'short-lived' })).toMatchObject({ total: 0 });
  });

  it('keeps its division', async () => {
    const division = await makeDivision(server);
    const { id } = await contacts.postExternalcontactsOrganizations({ name: 'Placed', division: { id: division.id } });
    expect(await contacts.putExternalcontactsOrganization(id, { name: 'Placed still' })).toMatchObject({ division: { id: division.id } });
    expect(await refused(contacts.putExternalcontactsOrganization(id, { name: 'Moved', division: { id: '*' } }))).toMatchObject({
      status: 409,
      code: 'division.change.not.allowed',
    });
    expect(await contacts.getExternalcontactsOrganization(id, { expand: ['division'] })).toMatchObject({
      name: 'Placed still',
      division: { id: division.id, name: division.name },
    });
  });

  it('lists, sorts and filters by division', async () => {
    const division = await makeDivision(server);
    const inDivision = (fields: object) => contacts.postExternalcontactsOrganizations({ ...fields, division: { id: division.id } });
    const beta = await inDivision({ name: 'Beta', industry: 'Zinc', companyType: 'A' });
    const alpha = await inDivision({ name: 'älpha', industry: 'Amber', companyType: 'B' });
    const list = async (sortOrder: string) => idsOf((await contacts.getExternalcontactsOrganizations({ divisionIds: [division.id], sortOrder })).entities);
    expect(await list('name:asc')).toEqual([alpha.id, beta.id]);
    expect(await list('name:desc')).toEqual([beta.id, alpha.id]);
    expect(await list('industry:asc')).toEqual([alpha.id, beta.id]);
    expect(await list('companyType:asc')).toEqual([beta.id, alpha.id]);
    const unassigned = await contacts.getExternalcontactsOrganizations({ divisionIds: ['*'], pageSize: 200 });
    expect(idsOf(unassigned.entities)).not.toContain(alpha.id);
    const both = await contacts.getExternalcontactsOrganizations({ divisionIds: ['*', division.id], pageSize: 200 });
    expect(both.total).toBe(unassigned.total + 2);
  });

  it('refuses lists that it cannot give', async () => {
    expect(await refused(contacts.getExternalcontactsOrganizations({ sortOrder: 'revenue:asc' }))).toMatchObject({
      status: 400,
      messageParams: { name: 'sortOrder' },
    });
    expect(await refused(contacts.getExternalcontactsOrganizations({ pageSize: 200, pageNumber: 6 }))).toMatchObject({
      status: 400,
      code: 'invalid.query.param.value',
    });
  });
});
