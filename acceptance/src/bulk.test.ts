// A thousand items in one call, a tenth of them bad: each has its own outcome, in the order of the request, and no bad one
// fails another.
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { makeCaller, makeDivision, makeUser, must } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { E, make, makeContacts, NOBODY } from './directory.ts';
import { connect, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
});
afterAll(() => server.stop());

/** The outcomes of a bulk call; its counts must be those of its results. */
function resultsOf(answer: Json): Json[] {
  const failed = answer.results.flatMap((result: Json, i: number) => (result.success ? [] : [i]));
  expect(answer.errorCount).toBe(failed.length);
  expect(answer.errorIndexes).toEqual(failed);
  for (const result of answer.results) {
    expect(result.status).toBe(result.success ? 200 : result.error.status);
    expect('error' in result).toBe(!result.success);
  }
  return answer.results;
}

describe.each(SDKS)('contacts in bulk, by %s', (name) => {
  const run = SDKS.indexOf(name);
  let contacts: Sdk['contacts'];
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
  });

  it('adds, fetches, replaces and removes a thousand, of which a hundred are bad', { timeout: 60_000 }, async () => {
    const bad = (i: number) => i % 10 === 7;
    const sent = Array.from({ length: 1000 }, (_, i) => ({
      firstName: `Item ${i}`,
      workEmail: bad(i) ? 'no address' : `item${i}.${run}@example.com`,
      workPhone: { display: `+1317${5_550_000 + i}` },
    }));
    const added = resultsOf(await contacts.postExternalcontactsBulkContactsAdd({ entities: structuredClone(sent) }));
    expect(added).toHaveLength(1000);
    for (const [i, result] of added.entries()) {
      if (!bad(i)) {
        expect(result).toMatchObject({ success: true, entity: { id: result.id, firstName: `Item ${i}`, workPhone: { e164: `+1317${5_550_000 + i}` } } });
        continue;
      }
      expect(result.id).toBeUndefined();
      expect(result.error).toMatchObject({ code: 'constraint.validation', status: 422, retryable: false, entity: sent[i] });
      expect(result.error.details).toEqual([{ fieldName: 'workEmail', value: 'no address', message: expect.stringContaining('email') }]);
    }

    const ids = added.map((result, i) => (bad(i) ? NOBODY : result.id));
    const fetched = resultsOf(await contacts.postExternalcontactsBulkContacts({ entities: ids.map((id) => ({ id })) }));
    expect(fetched.map((result) => result.id)).toEqual(ids);
    for (const [i, result] of fetched.entries()) {
      if (bad(i)) expect(result.error).toMatchObject({ code: 'not.found', status: 404, entity: { id: NOBODY } });
      else expect(result.entity).toEqual(added[i].entity);
    }

    const replaced = resultsOf(
      await contacts.postExternalcontactsBulkContactsUpdate({
        entities: ids.map((id, i) => ({ id, lastName: `Changed ${i}`, workEmail: `new${i}.${run}@example.com` })),
      }),
    );
    for (const [i, result] of replaced.entries()) {
      if (bad(i)) expect(result).toMatchObject({ id: NOBODY, error: { code: 'not.found', entity: { id: NOBODY, lastName: `Changed ${i}` } } });
      else expect(result.entity).toMatchObject({ id: ids[i], lastName: `Changed ${i}` });
      if (!bad(i)) expect(result.entity.firstName ?? result.entity.workPhone).toBeUndefined();
    }
    // The identifiers followed: the new addresses are claimed, the old ones nobody's.
    const looked = await contacts.postExternalcontactsIdentifierlookupContacts({ type: 'Email', value: `new500.${run}@example.com` });
    expect(looked.id).toBe(ids[500]);
    expect((await refused(contacts.postExternalcontactsIdentifierlookupContacts({ type: 'Email', value: `item500.${run}@example.com` }))).status).toBe(404);

    const removed = resultsOf(await contacts.postExternalcontactsBulkContactsRemove({ entities: ids.map((id) => ({ id })) }));
    for (const [i, result] of removed.entries()) {
      expect(result.id).toBe(ids[i]);
      expect(result.success).toBe(!bad(i));
      expect(result.entity).toBeUndefined();
    }
    const gone = resultsOf(await contacts.postExternalcontactsBulkContacts({ entities: ids.map((id) => ({ id })) }));
    expect(gone.every((result) => result.error?.status === 404)).toBe(true);
  });

  it('applies several items on one record in their order', async () => {
    const [contact] = await makeContacts(server, [{ firstName: 'First' }]);
    const results = resultsOf(
      await contacts.postExternalcontactsBulkContactsUpdate({
        entities: [
          { id: contact.id, firstName: 'Second' },
          { id: contact.id, workEmail: 'no address' },
          { id: contact.id.toUpperCase(), firstName: 'Third' },
        ],
      }),
    );
    expect(results.map((result) => result.entity?.firstName ?? result.status)).toEqual(['Second', 422, 'Third']);
    expect((await contacts.getExternalcontactsContact(contact.id)).firstName).toBe('Third');
    const removed = resultsOf(await contacts.postExternalcontactsBulkContactsRemove({ entities: [{ id: contact.id }, { id: contact.id }] }));
    expect(removed.map((result) => result.status)).toEqual([200, 404]);
  });

  it('tells of each bad reference, and of items that are none', async () => {
    const answer = await server.request('POST', `${E}/bulk/contacts/add`, {
      body: {
        entities: [
          { externalOrganization: { id: NOBODY } },
          { division: { id: NOBODY } },
          7,
          null,
          [],
          { title: 'Good' },
          { externalIds: [{ externalSource: { id: NOBODY }, value: 'x' }] },
        ],
      },
    });
    const results = resultsOf(answer.body);
    expect(results.map((result) => result.status)).toEqual([422, 422, 400, 400, 400, 200, 422]);
    expect(results[0].error.details).toEqual([
      { fieldName: 'externalOrganization.id', value: NOBODY, message: `there is no external organization ${NOBODY}.` },
    ]);
    expect(results[6].error.details[0].fieldName).toBe('externalIds[0].externalSource.id');
  });
});

describe.each(SDKS)('the other nouns in bulk, by %s', (name) => {
  let contacts: Sdk['contacts'];
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
  });

  it('writes external organizations', async () => {
    const added = resultsOf(await contacts.postExternalcontactsBulkOrganizationsAdd({ entities: [{ name: 'One' }, {}, { name: 'Two', industry: 'Tin' }] }));
    expect(added.map((result) => result.entity?.name ?? result.error.details[0].fieldName)).toEqual(['One', 'name', 'Two']);
    const ids = [added[0].id, NOBODY, added[2].id];
    const entities = ids.map((id) => ({ id }));
    for (const fetch of [contacts.postExternalcontactsBulkOrganizations, contacts.postExternalcontactsBulkOrganizationsDivisionviews])
      expect(resultsOf(await fetch.call(contacts, { entities })).map((result) => result.entity?.name ?? result.status)).toEqual(['One', 404, 'Two']);
    const [contact] = await makeContacts(server, [{ externalOrganization: { id: ids[0] } }]);
    const updated = resultsOf(await contacts.postExternalcontactsBulkOrganizationsUpdate({ entities: ids.map((id) => ({ id, name: 'New' })) }));
    expect(updated.map((result) => result.entity?.name ?? result.status)).toEqual(['New', 404, 'New']);
    expect(updated[2].entity.industry).toBeUndefined();
    expect(resultsOf(await contacts.postExternalcontactsBulkOrganizationsRemove({ entities })).map((result) => result.status)).toEqual([200, 404, 200]);
    expect((await contacts.getExternalcontactsContact(contact.id)).externalOrganization).toBeUndefined();
  });

  it('writes notes on contacts and on external organizations', async () => {
    const [contact] = await makeContacts(server, [{ title: 'Noted' }]);
    const organization = await make(server, '/organizations', { name: 'Noted' });
    const about = [
      { entityId: contact.id, entityType: 'contact', noteText: 'on a contact' },
      { entityId: organization.id, entityType: 'organization', noteText: 'on an organization' },
      { entityId: contact.id, entityType: 'organization', noteText: 'on the wrong kind' },
      { entityId: contact.id, entityType: 'person', noteText: 'on nothing known' },
      { entityId: NOBODY, entityType: 'contact', noteText: 'on nobody' },
      { entityId: contact.id, entityType: 'contact' },
    ];
    const added = resultsOf(await contacts.postExternalcontactsBulkNotesAdd({ entities: about }));
    expect(added.map((result) => result.entity?.entityType ?? result.status)).toEqual(['contact', 'organization', 404, 422, 404, 422]);
    expect(added.slice(3).map((result) => result.error.details[0]?.fieldName)).toEqual(['entityType', undefined, 'noteText']);
    const entities = [{ id: added[0].id }, { id: NOBODY }, { id: added[1].id }];
    const fetched = resultsOf(await contacts.postExternalcontactsBulkNotes({ entities }));
    expect(fetched.map((result) => result.entity?.noteText ?? result.status)).toEqual(['on a contact', 404, 'on an organization']);
    const updated = resultsOf(
      await contacts.postExternalcontactsBulkNotesUpdate({
        entities: [
          { id: added[0].id, noteText: 'changed' },
          { id: added[1].id, noteText: 'not its owner', entityId: contact.id, entityType: 'contact' },
          { id: added[1].id, noteText: 'changed, too', entityId: organization.id, entityType: 'organization' },
        ],
      }),
    );
    expect(updated.map((result) => result.entity?.noteText ?? result.status)).toEqual(['changed', 404, 'changed, too']);
    expect(resultsOf(await contacts.postExternalcontactsBulkNotesRemove({ entities })).map((result) => result.status)).toEqual([200, 404, 200]);
    expect((await contacts.getExternalcontactsContactNotes(contact.id)).total).toBe(0);
  });

  it('writes relationships', async () => {
    const organization = await make(server, '/organizations', { name: 'Related' });
    const user = await makeUser(server);
    const to = { user: { id: user.id }, externalOrganization: { id: organization.id } };
    const added = resultsOf(
      await contacts.postExternalcontactsBulkRelationshipsAdd({
        entities: [{ ...to, relationship: 'knows' }, { ...to, user: { id: NOBODY }, relationship: 'knows' }, { ...to }, { ...to, relationship: 'sells to' }],
      }),
    );
    expect(added.map((result) => result.entity?.relationship ?? result.error.details[0].fieldName)).toEqual(['knows', 'user.id', 'relationship', 'sells to']);
    const entities = [{ id: added[0].id }, { id: 'no id' }, { id: added[3].id }];
    expect(resultsOf(await contacts.postExternalcontactsBulkRelationships({ entities })).map((result) => result.status)).toEqual([200, 404, 200]);
    const updated = resultsOf(
      await contacts.postExternalcontactsBulkRelationshipsUpdate({ entities: entities.map(({ id }) => ({ id, ...to, relationship: 'left' })) }),
    );
    expect(updated.map((result) => result.entity?.relationship ?? result.status)).toEqual(['left', 404, 'left']);
    expect(resultsOf(await contacts.postExternalcontactsBulkRelationshipsRemove({ entities })).map((result) => result.status)).toEqual([200, 404, 200]);
  });
});

describe('a bulk call as a whole', () => {
  it('takes a thousand items and not one more', async () => {
    const many = (length: number) => ({ entities: Array.from({ length }, () => ({ id: NOBODY })) });
    expect((await server.request('POST', `${E}/bulk/contacts`, { body: many(1000) })).body.errorCount).toBe(1000);
    const refusedWhole = await server.request('POST', `${E}/bulk/contacts`, { body: many(1001) });
    expect(refusedWhole).toMatchObject({ status: 400, body: { details: [{ errorCode: 'maxItems', fieldName: 'entities' }] } });
  });

  it('may be of nothing, and must be an object', async () => {
    for (const body of [{}, { entities: [] }, { entities: null }])
      expect((await server.request('POST', `${E}/bulk/contacts/add`, { body })).body).toEqual({ results: [], errorCount: 0, errorIndexes: [] });
    expect((await server.request('POST', `${E}/bulk/contacts/add`, { body: [] })).status).toBe(400);
    expect((await server.request('POST', `${E}/bulk/contacts/add`, { body: { entities: 'all' } })).status).toBe(422);
  });

  it('keeps to the divisions of the caller, item by item', async () => {
    const [open, hidden] = [await makeDivision(server), await makeDivision(server)];
    const caller = await makeCaller(server, ['externalContacts:contact:add', 'externalContacts:contact:edit', 'externalContacts:contact:view'], open.id);
    const [mine, theirs] = await makeContacts(server, [
      { title: 'Mine', division: { id: open.id } },
      { title: 'Theirs', division: { id: hidden.id } },
    ]);
    const ask = async (path: string, entities: unknown[]) =>
      resultsOf((await server.request('POST', `${E}/bulk/contacts${path}`, { token: caller.token, body: { entities } })).body).map((result) => result.status);
    expect(await ask('', [{ id: theirs.id }, { id: mine.id }])).toEqual([404, 200]);
    expect(
      await ask('/update', [
        { id: theirs.id, title: 'Taken' },
        { id: mine.id, title: 'Mine, still' },
      ]),
    ).toEqual([404, 200]);
    expect(await ask('/add', [{ division: { id: hidden.id } }, { division: { id: open.id } }])).toEqual([403, 200]);
    expect((await server.request('GET', `${E}/contacts/${theirs.id}`)).body.title).toBe('Theirs');
  });

  it('writes a thousand contacts and their identifiers in one transaction', async () => {
    const added = await must(server, 'POST', `${E}/bulk/contacts/add`, {
      entities: Array.from({ length: 1000 }, (_, i) => ({ workEmail: `tx${i}@example.com` })),
    });
    expect(added.errorCount).toBe(0);
    const database = await connectDatabase(server);
    onTestFinished(() => database.end());
    const { rows } = await database.query(
      `select count(distinct c.xmin::text)::int as transactions, count(distinct c.id)::int as contacts, count(*) filter (where i.xmin = c.xmin)::int as identifiers
       from contacts c join identifiers i on i.org_id = c.org_id and i.owner_id = c.id where c.id = any ($1)`,
      [added.results.map((result: Json) => result.id)],
    );
    expect(rows).toEqual([{ transactions: 1, contacts: 1000, identifiers: 1000 }]);
  });
});
