import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idsOf, NOBODY, NOT_FOUND, UUID } from './directory.ts';
import { connect, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

describe.each(SDKS)('external sources, by %s', (name) => {
  const run = SDKS.indexOf(name);
  let contacts: Sdk['contacts'];
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
  });

  it('is made, read, replaced and deleted', async () => {
    const uriTemplate = 'https://crm.example.com/contacts/{{externalId.value}}';
    const made = await contacts.postExternalcontactsExternalsources({ name: ` CRM ${run} `, active: false, linkConfiguration: { uriTemplate } });
    expect(made).toEqual({
      id: expect.stringMatching(UUID),
      name: `CRM ${run}`,
      active: false,
      linkConfiguration: { uriTemplate },
      selfUri: `/api/v2/externalcontacts/externalsources/${made.id}`,
    });
    expect(await contacts.getExternalcontactsExternalsource(made.id)).toEqual(made);
    const replaced = await contacts.putExternalcontactsExternalsource(made.id, { name: `CRM ${run}b`, active: true });
    expect(replaced).toEqual({ id: made.id, name: `CRM ${run}b`, active: true, selfUri: made.selfUri });
    await contacts.deleteExternalcontactsExternalsource(made.id);
    expect(await refused(contacts.getExternalcontactsExternalsource(made.id))).toEqual(NOT_FOUND);
    expect(await refused(contacts.putExternalcontactsExternalsource(made.id, { name: 'x' }))).toEqual(NOT_FOUND);
    expect(await refused(contacts.deleteExternalcontactsExternalsource(made.id))).toEqual(NOT_FOUND);
  });

  it('is active unless it says otherwise', async () => {
    expect(await contacts.postExternalcontactsExternalsources({ name: `Active ${run}` })).toMatchObject({ active: true });
  });

  it('has a name of its own, of up to 200 characters', async () => {
    const taken = 'n'.repeat(199) + run;
    const first = await contacts.postExternalcontactsExternalsources({ name: taken });
    expect(first.name).toBe(taken);
    expect(await refused(contacts.postExternalcontactsExternalsources({ name: taken }))).toMatchObject({
      status: 409,
      code: 'conflict',
      details: [{ errorCode: 'duplicate', fieldName: 'name' }],
    });
    const second = await contacts.postExternalcontactsExternalsources({ name: `Second ${run}` });
    expect(await refused(contacts.putExternalcontactsExternalsource(second.id, { name: taken }))).toMatchObject({ status: 409 });
    expect(await contacts.putExternalcontactsExternalsource(first.id, { name: taken, active: false })).toMatchObject({ active: false });
    for (const name of [`${taken}x`, '', undefined]) {
      expect(await refused(contacts.postExternalcontactsExternalsources({ name }))).toMatchObject({ status: 422, details: [{ fieldName: 'name' }] });
    }
  });

  it('has a link template that is a URL of up to 400 characters', async () => {
    const long = `https://x.example/{{externalId.value}}/${'a'.repeat(361)}`;
    expect(long).toHaveLength(400);
    const made = await contacts.postExternalcontactsExternalsources({ name: `Link ${run}`, linkConfiguration: { uriTemplate: long } });
    expect(made.linkConfiguration.uriTemplate).toBe(long);
    for (const uriTemplate of [`${long}a`, 'x.example/{{externalId.value}}', 'javascript:alert(1)']) {
      expect(await refused(contacts.postExternalcontactsExternalsources({ name: `No link ${run}`, linkConfiguration: { uriTemplate } }))).toMatchObject({
        status: 422,
        details: [{ fieldName: 'linkConfiguration.uriTemplate' }],
      });
    }
  });

  it('is listed by the beginning of its name and by whether it is active', async () => {
    const made = await Promise.all(
      [{ name: `List${run} one` }, { name: `list${run} two`, active: false }, { name: `A list${run}` }].map(
        (source) => contacts.postExternalcontactsExternalsources(source) as Promise<Json>,
      ),
    );
    const [one, two] = idsOf(made) as [string, string];
    const list = async (opts: object) => idsOf((await contacts.getExternalcontactsExternalsources({ name: `LIST${run}`, ...opts })).entities).sort();
    expect(await list({})).toEqual([one, two].sort());
    expect(await list({ active: true })).toEqual([one]);
    expect(await list({ active: false })).toEqual([two]);
  });

  it('is listed a page at a time', async () => {
    const made: string[] = [];
    for (let i = 0; i < 12; i += 1) made.push((await contacts.postExternalcontactsExternalsources({ name: `Paged${run} ${i}` })).id);
    const query = { name: `Paged${run}`, limit: 10 };
    const first = await contacts.getExternalcontactsExternalsources(query);
    expect(first.entities).toHaveLength(10);
    const second = await contacts.getExternalcontactsExternalsources({ ...query, cursor: first.cursors.after });
    expect(second.cursors).toEqual({});
    expect(second).not.toHaveProperty('nextUri');
    expect(idsOf([...first.entities, ...second.entities])).toEqual(made);
    expect(await refused(contacts.getExternalcontactsExternalsources({ limit: 9 }))).toMatchObject({ status: 400, messageParams: { name: 'limit' } });
    expect(await refused(contacts.getExternalcontactsExternalsources({ limit: 201 }))).toMatchObject({ status: 400, messageParams: { name: 'limit' } });
  });

  it('leaves the external ids of records when it is deleted', async () => {
    const source = await contacts.postExternalcontactsExternalsources({ name: `Gone ${run}` });
    const externalIds = [{ externalSource: { id: source.id }, value: 'x1' }];
    const contact = await contacts.postExternalcontactsContacts({ firstName: 'Kept', externalIds });
    await contacts.deleteExternalcontactsExternalsource(source.id);
    expect(await contacts.getExternalcontactsContact(contact.id, { expand: ['externalSources'] })).toMatchObject({ externalIds });
    expect(await contacts.putExternalcontactsContact(contact.id, { firstName: 'Edited', externalIds })).toMatchObject({ firstName: 'Edited', externalIds });
    expect(await refused(contacts.postExternalcontactsContacts({ externalIds }))).toMatchObject({
      status: 422,
      details: [{ fieldName: 'externalIds[0].externalSource.id' }],
    });
    expect(await refused(contacts.getExternalcontactsExternalsource(NOBODY))).toEqual(NOT_FOUND);
  });
});
