// Several contacts become one: which values it has, what becomes of those that it was made of, and what is refused.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeClient, makeDivision, makeRole } from './access-callers.ts';
import { E, idsOf, make, makeContacts, NOBODY } from './directory.ts';
import { connect, type Json, refused, SDKS, type Sdk } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
});
afterAll(() => server.stop());

const send = (method: string, path: string, body?: unknown, token?: string) =>
  server.request(method, E + path, { ...(body === undefined ? {} : { body }), ...(token === undefined ? {} : { token }) });
const merge = (contactIds: string[], more: object = {}) => send('POST', '/contacts/merge', { contactIds, ...more });
const merged = async (contacts: Json[], more: object = {}): Promise<Json> => {
  const answer = await merge(idsOf(contacts), more);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};
const reference = (id: string) => ({ id, selfUri: `${E}/contacts/${id}` });
const get = async (id: string, path = '') => (await send('GET', `/contacts/${id}${path}`)).body;
const lookUp = async (identifier: object) => (await send('POST', '/identifierlookup/contacts', identifier)).body.id;

describe.each(SDKS)('with %s', (name) => {
  let contacts: Sdk['contacts'];
  beforeAll(async () => {
    ({ contacts } = await connect(server, name));
  });

  it('a merge makes a new contact, and its inputs lead to it', async () => {
    const inputs = await makeContacts(server, [{ firstName: 'Ada' }, { lastName: 'Lovelace', firstName: 'Augusta' }]);
    const result = await contacts.postExternalcontactsContactsMerge({ contactIds: idsOf(inputs) });
    const set = [...idsOf(inputs), result.id].map(reference);
    expect(result).toMatchObject({
      firstName: 'Augusta',
      lastName: 'Lovelace',
      type: 'Curated',
      canonicalContact: reference(result.id),
      mergeSet: set,
      mergedFrom: idsOf(inputs).map(reference),
    });
    expect(idsOf(inputs)).not.toContain(result.id);
    for (const { id } of inputs) {
      expect(await contacts.getExternalcontactsContact(id)).toEqual(result);
      const ancestor = await contacts.getExternalcontactsContactUnresolved(id);
      expect(ancestor).toEqual({
        ...inputs.find((input) => input.id === id),
        canonicalContact: reference(result.id),
        mergeSet: set,
        mergedTo: reference(result.id),
      });
    }
    const asked = { entities: inputs.map(({ id }) => ({ id })) };
    const resolved = await contacts.postExternalcontactsBulkContacts(asked);
    expect(resolved.results.map(({ id, entity }: Json) => [id, entity.id])).toEqual(inputs.map(({ id }) => [id, result.id]));
    const unresolved = await contacts.postExternalcontactsBulkContactsUnresolved(asked);
    expect(unresolved.results.map(({ id, entity }: Json) => [id, entity.id])).toEqual(inputs.map(({ id }) => [id, id]));
  });

  it('the deprecated form refuses two curated contacts', async () => {
    const [source, target] = idsOf(await makeContacts(server, [{}, {}])) as [string, string];
    const body = { sourceContactId: source, targetContactId: target };
    expect(await refused(contacts.postExternalcontactsMergeContacts(body))).toMatchObject({ status: 409, code: 'contacts.both.curated' });
    expect(await refused(contacts.postExternalcontactsMergeContacts({ ...body, targetContactId: source }))).toMatchObject({ status: 400, code: 'bad.request' });
  });

  it('the deprecated form merges what was observed, and the result is of the highest type', async () => {
    const observe = async (type: string) => {
      const { body } = await server.request('POST', '/liaison/v1/observe', {
        body: { identifiers: [{ type, value: type === 'Email' ? `seen-${crypto.randomUUID()}@example.com` : crypto.randomUUID() }] },
      });
      return body.contact;
    };
    const old = (source: Json, target: Json) => contacts.postExternalcontactsMergeContacts({ sourceContactId: source.id, targetContactId: target.id });
    const [identified, ephemeral, another] = [await observe('Email'), await observe('Cookie'), await observe('Cookie')];
    const [curated] = await makeContacts(server, [{ firstName: 'Curated' }]);
    const first = await old(identified, ephemeral);
    expect(first.type).toBe('Identified');
    expect((await get(ephemeral.id, '/unresolved')).type).toBe('Ephemeral');
    const second = await old(another, curated);
    expect(second).toMatchObject({ type: 'Curated', firstName: 'Curated' });
    const promoted = await contacts.postExternalcontactsContactPromotion(ephemeral.id);
    expect(promoted).toMatchObject({ id: first.id, type: 'Curated' });
    expect(await refused(old(ephemeral, another))).toMatchObject({ status: 409, code: 'contacts.both.curated' });
  });

  it('a curated contact is promoted to what it is', async () => {
    const [contact] = await makeContacts(server, [{ firstName: 'Curated' }]);
    expect(await contacts.postExternalcontactsContactPromotion(contact.id)).toEqual(contact);
    expect(await refused(contacts.postExternalcontactsContactPromotion(NOBODY))).toMatchObject({ status: 404, code: 'not.found' });
  });
});

describe('the result', () => {
  it('has the value that was modified last, of those there are, and those of the override before all', async () => {
    const [first, second, third] = (await makeContacts(server, [
      { firstName: 'First', lastName: 'One', title: 'Countess', surveyOptOut: false },
      { firstName: 'Second', middleName: 'Two', address: { city: 'London' } },
      { salutation: 'Lady' },
    ])) as [Json, Json, Json];
    await send('PUT', `/contacts/${first.id}`, { firstName: 'First again', lastName: 'One', title: 'Countess', surveyOptOut: false });
    const result = await merged([first, second, third], { valueOverride: { title: 'Analyst', middleName: null, salutation: '' } });
    expect(result).toMatchObject({
      firstName: 'First again',
      lastName: 'One',
      middleName: 'Two',
      title: 'Analyst',
      salutation: 'Lady',
      address: { city: 'London' },
      surveyOptOut: false,
    });
  });

  it('keeps every number and address that has a place, and stands for those that have none', async () => {
    const number = (n: number) => `+1317556${String(n).padStart(4, '0')}`;
    const inputs = await makeContacts(server, [
      { workPhone: { display: number(1) }, workEmail: 'merge1@example.com', facebookId: { ids: [{ scopedId: 'merge-old' }] } },
      { workPhone: { display: number(2) }, cellPhone: { display: number(3) }, homePhone: { display: number(4) }, otherPhone: { display: number(5) } },
      { workEmail: 'merge2@example.com', facebookId: { ids: [{ scopedId: 'merge-new' }] } },
    ]);
    const result = await merged(inputs);
    expect(['workPhone', 'cellPhone', 'homePhone', 'otherPhone'].map((slot) => result[slot].e164)).toEqual([2, 3, 4, 5].map(number));
    expect([result.workEmail, result.otherEmail]).toEqual(['merge2@example.com', 'merge1@example.com']);
    expect(result.facebookId.ids).toEqual([{ scopedId: 'merge-new' }]);
    for (const n of [1, 2, 3, 4, 5]) expect(await lookUp({ type: 'Phone', value: number(n) })).toBe(result.id);
    for (const value of ['merge-old', 'merge-new']) expect(await lookUp({ type: 'SocialFacebook', value })).toBe(result.id);
    const { entities } = await get(result.id, '/identifiers');
    expect(entities).toHaveLength(9);
    // What is in no field goes only by name.
    await send('PUT', `/contacts/${result.id}`, { firstName: 'Bare' });
    expect((await get(result.id, '/identifiers')).entities.map(({ value }: Json) => value)).toEqual([number(1), 'merge-old']);
    const release = { operation: 'Release', identifier: { type: 'Phone', value: number(1) } };
    expect((await send('PATCH', `/contacts/${result.id}/identifiers`, release)).status).toBe(200);
    expect(await lookUp({ type: 'Phone', value: number(1) })).toBeUndefined();
  });

  it('stands in line where the first of its inputs stood', async () => {
    const email = { type: 'Email', value: 'in-line@example.com' };
    const bulk = await send('POST', '/bulk/contacts/add', { entities: [1, 2, 3].map(() => ({ workEmail: email.value })) });
    const [a, b, c] = bulk.body.results.map(({ entity }: Json) => entity);
    const result = await merged([b, a]);
    expect(await lookUp(email)).toBe(result.id);
    await send('DELETE', `/contacts/${result.id}`);
    expect(await lookUp(email)).toBe(c.id);
    const [d, e] = (await makeContacts(server, [{ workEmail: email.value }, {}])) as [Json, Json];
    await merged([d, e]);
    expect(await lookUp(email)).toBe(c.id);
  });

  it('has the custom fields of one schema, field by field, also where that is gone by now', async () => {
    const field = (title: string) => ({ allOf: [{ $ref: '#/definitions/text' }], title, description: title, minLength: 0, maxLength: 100 });
    const properties = { a_text: field('A'), b_text: field('B'), c_text: field('C') };
    const jsonSchema = { $schema: 'http://json-schema.org/draft-04/schema#', title: 'Merged', description: 'Merged', properties };
    const schema = await make(server, '/contacts/schemas', { name: `Merged ${Date.now()}`, enabled: true, jsonSchema });
    const of = (customFields: object) => ({ schema: { id: schema.id, version: 1 }, customFields });
    const inputs = await makeContacts(server, [of({ a_text: 'old', b_text: 'kept' }), of({ a_text: 'new' }), { firstName: 'Without' }]);
    const dry = await merge(idsOf(inputs), { valueOverride: { customFields: { c_text: 'laid down' } } });
    expect(dry.body).toMatchObject({ schema: { id: schema.id }, customFields: { a_text: 'new', b_text: 'kept', c_text: 'laid down' } });
    const faulty = await merge(idsOf(await makeContacts(server, [of({}), {}])), { valueOverride: { customFields: { d_text: 'unknown' } } });
    expect(faulty).toMatchObject({ status: 422, body: { details: [{ fieldName: 'valueOverride.customFields.d_text' }] } });
    const others = await makeContacts(server, [of({ a_text: 'one' }), of({ b_text: 'two' })]);
    expect((await send('DELETE', `/contacts/schemas/${schema.id}`)).status).toBe(204);
    const result = await merged(others);
    expect(result).toMatchObject({ schema: { id: schema.id }, customFields: { a_text: 'one', b_text: 'two' } });
    const undone = await server.request('POST', `/liaison/v1/contacts/${result.id}/unmerge`, {});
    expect(undone.body.contacts.map(({ customFields }: Json) => customFields)).toEqual([{ a_text: 'one' }, { b_text: 'two' }]);
  });

  it('joins ids of other systems, up to ten', async () => {
    const source = await make(server, '/externalsources', { name: `Merging ${Date.now()}` });
    const externalIds = (...values: string[]) => values.map((value) => ({ externalSource: { id: source.id }, value }));
    const inputs = await makeContacts(server, [{ externalIds: externalIds('1', '2') }, { externalIds: externalIds('3', '2') }]);
    const result = await merged(inputs);
    expect(result.externalIds.map(({ value }: Json) => value)).toEqual(['3', '2', '1']);
  });
});

describe('is refused', () => {
  it('for too few, too many or repeated contacts', async () => {
    const [one, two] = idsOf(await makeContacts(server, [{}, {}])) as [string, string];
    for (const ids of [[], [one], [one, one], [one, one.toUpperCase()], [one, two, one], Array.from({ length: 26 }, () => crypto.randomUUID())])
      expect(await merge(ids)).toMatchObject({ status: 400, body: { code: 'bad.request', messageParams: { min: '2', max: '25' } } });
    expect((await send('POST', '/contacts/merge', {})).status).toBe(422);
  });

  it('for contacts that are not there, which are named', async () => {
    const [one] = idsOf(await makeContacts(server, [{}])) as [string];
    const { status, body } = await merge([one, NOBODY, 'nobody']);
    expect([status, body.code]).toEqual([404, 'not.found']);
    expect(body.details).toEqual([NOBODY, 'nobody'].map((entityId) => ({ errorCode: 'not.found', entityId })));
  });

  it('for contacts of one set, and goes on with the canonical contact where only one is of it', async () => {
    const [one, two, three] = (await makeContacts(server, [{ firstName: 'A' }, { firstName: 'B' }, { lastName: 'C' }])) as [Json, Json, Json];
    const first = await merged([one, two]);
    for (const ids of [
      [one.id, two.id],
      [one.id, first.id],
    ])
      expect(await merge(ids)).toMatchObject({ status: 409, body: { code: 'contacts.already.merged', details: [{}, {}] } });
    const second = await merged([one, three]);
    expect(second).toMatchObject({ firstName: 'B', lastName: 'C', mergedFrom: [reference(first.id), reference(three.id)] });
    expect(second.mergeSet.map(({ id }: Json) => id).toSorted()).toEqual([one, two, three, first, second].map(({ id }) => id).toSorted());
    for (const { id } of [one, two, three, first]) expect((await get(id)).id).toBe(second.id);
    expect(await get(one.id, '/unresolved')).toMatchObject({ canonicalContact: reference(second.id), mergedTo: reference(first.id) });
    expect(await get(first.id, '/unresolved')).toMatchObject({ mergedTo: reference(second.id), mergedFrom: [reference(one.id), reference(two.id)] });
  });

  it('across divisions', async () => {
    const division = await makeDivision(server);
    const contacts = await makeContacts(server, [{}, { division: { id: division.id } }]);
    expect(await merge(idsOf(contacts))).toMatchObject({ status: 409, body: { code: 'division.mismatch' } });
  });

  it('beyond 52 contacts of a set', async () => {
    const many = async () => {
      const { body } = await send('POST', '/bulk/contacts/add', { entities: Array.from({ length: 25 }, () => ({})) });
      return (await merged(body.results.map(({ entity }: Json) => entity))).id as string;
    };
    const [one, two] = [await many(), await many()];
    const { status, body } = await merge([one, two]);
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'mergeset.limit.exceeded', limit: { key: 'contacts.mergeset', namespace: 'external.contacts', value: 52 } });
    expect((await get(one)).id).toBe(one);
  });

  it('with an override that cannot be stored', async () => {
    const ids = idsOf(await makeContacts(server, [{}, {}]));
    const division = await makeDivision(server);
    for (const [valueOverride, fieldName] of [
      [{ workEmail: 'none' }, 'valueOverride.workEmail'],
      [{ externalOrganization: { id: NOBODY } }, 'valueOverride.externalOrganization.id'],
      [{ externalIds: [{ externalSource: { id: NOBODY }, value: '1' }] }, 'valueOverride.externalIds[0].externalSource.id'],
      [{ schema: { id: NOBODY }, customFields: { x_text: 'x' } }, 'valueOverride.schema.id'],
      [{ division: { id: division.id } }, 'valueOverride.division.id'],
    ] as const)
      expect(await merge(ids, { valueOverride })).toMatchObject({ status: 422, body: { code: 'constraint.validation', details: [{ fieldName }] } });
  });

  it('where the caller may not merge, and hidden contacts are not there', async () => {
    const [open, closed, hidden] = [await makeDivision(server), await makeDivision(server), await makeDivision(server)];
    const mergers = await makeRole(server, 'externalContacts:identity:merge', 'externalContacts:contact:view');
    const viewers = await makeRole(server, 'externalContacts:contact:view');
    const { token } = await makeClient(server, [
      { roleId: mergers.id, divisionId: open.id },
      { roleId: viewers.id, divisionId: closed.id },
    ]);
    const pair = async (division: Json) => idsOf(await makeContacts(server, [{ division: { id: division.id } }, { division: { id: division.id } }]));
    const as = async (division: Json) => send('POST', '/contacts/merge', { contactIds: await pair(division) }, token);
    expect((await as(open)).status).toBe(200);
    expect(await as(closed)).toMatchObject({ status: 403, body: { code: 'missing.division.permission' } });
    expect(await as(hidden)).toMatchObject({ status: 404, body: { code: 'not.found' } });
  });
});

it('a dry run answers what would be, and leaves everything as it is', async () => {
  const inputs = await makeContacts(server, [{ firstName: 'Dry', workEmail: 'dry@example.com' }, { lastName: 'Run' }]);
  const { status, body } = await send('POST', '/contacts/merge?dryRun=true', { contactIds: idsOf(inputs) });
  expect(status).toBe(200);
  expect(body).toMatchObject({ firstName: 'Dry', lastName: 'Run', mergedFrom: idsOf(inputs).map(reference) });
  expect((await send('GET', `/contacts/${body.id}`)).status).toBe(404);
  for (const input of inputs) expect(await get(input.id)).toEqual(input);
  expect(await lookUp({ type: 'Email', value: 'dry@example.com' })).toBe(inputs[0].id);
});

describe('what was merged away', () => {
  it('is in no list, no search and no scan', async () => {
    const organization = await make(server, '/organizations', { name: 'Merging Company' });
    const word = 'Mergelyword';
    const inputs = await makeContacts(
      server,
      [1, 2].map(() => ({ lastName: word, externalOrganization: { id: organization.id } })),
    );
    const result = await merged(inputs);
    const found = async (method: string, path: string, body?: unknown) => {
      const { body: page } = await server.request(method, path, body === undefined ? {} : { body });
      return idsOf(page.entities).filter((id) => [...idsOf(inputs), result.id].includes(id));
    };
    expect(await found('GET', `${E}/contacts?q=${word}`)).toEqual([result.id]);
    expect(await found('GET', `${E}/contacts?q=${word}&sortOrder=lastName`)).toEqual([result.id]);
    expect(await found('GET', `${E}/contacts?pageSize=200&sortOrder=lastName:asc`)).toEqual([result.id]);
    expect(await found('GET', `${E}/organizations/${organization.id}/contacts`)).toEqual([result.id]);
    expect(await found('GET', `${E}/scan/contacts?limit=200&modifiedSince=${result.createDate}`)).toEqual([result.id]);
    for (const body of [{ q: word }, { filter: { field: 'lastName', eq: word } }, { filter: { field: 'externalOrganization.id', eq: organization.id } }])
      expect(await found('POST', '/liaison/v1/contacts/search', body)).toEqual([result.id]);
    const total = (await server.request('GET', `${E}/contacts?q=${word}`)).body.total;
    expect(total).toBe(1);
  });

  it('is written through to the canonical contact', async () => {
    const inputs = (await makeContacts(server, [{ firstName: 'Through' }, { lastName: 'Written' }])) as [Json, Json];
    const result = await merged(inputs);
    const [{ id }] = inputs;
    expect((await send('PUT', `/contacts/${id}`, { firstName: 'Put' })).body).toMatchObject({ id: result.id, firstName: 'Put' });
    const patch = { changes: [{ field: '$.title', value: 'Patched', action: 'Update' }] };
    expect((await send('PATCH', `/contacts/${id}`, patch)).body).toMatchObject({ id: result.id, firstName: 'Put', title: 'Patched' });
    const bulk = await send('POST', '/bulk/contacts/update', {
      entities: [
        { id, firstName: 'Bulk' },
        { id: result.id, firstName: 'Bulk again' },
      ],
    });
    expect(bulk.body.results.map((one: Json) => [one.id, one.entity.id])).toEqual([
      [id, result.id],
      [result.id, result.id],
    ]);
    const note = await make(server, `/contacts/${id}/notes`, { noteText: 'Noted' });
    expect(note.entityId).toBe(result.id);
    const claim = { operation: 'Claim', identifier: { type: 'Cookie', value: `through-${id}` } };
    expect((await send('PATCH', `/contacts/${id}/identifiers`, claim)).status).toBe(200);
    expect(await lookUp(claim.identifier)).toBe(result.id);
    expect((await send('POST', `/contacts/${id}/promotion`)).body.id).toBe(result.id);
    // A version that was read before the merge is none of the result.
    const stale = await server.request('PUT', `${E}/contacts/${id}`, { body: { firstName: 'Stale' }, headers: { 'if-match': '"1"' } });
    expect(stale).toMatchObject({ status: 412, body: { code: 'version.mismatch' } });
    const { headers } = await send('GET', `/contacts/${id}`);
    const fresh = await server.request('PUT', `${E}/contacts/${id}`, { body: { firstName: 'Fresh' }, headers: { 'if-match': String(headers.get('etag')) } });
    expect(fresh).toMatchObject({ status: 200, body: { id: result.id, firstName: 'Fresh' } });
  });

  it('keeps its notes, which are listed with those of the set where that is asked for', async () => {
    const inputs = (await makeContacts(server, [{}, {}, {}])) as [Json, Json, Json];
    const [one, two, three] = inputs;
    const on = async (id: string) => (await make(server, `/contacts/${id}/notes`, { noteText: `On ${id}` })).id as string;
    const notes = [await on(one.id), await on(two.id), await on(three.id)];
    const first = await merged([one, two]);
    const second = await merged([first, three]);
    notes.push(await on(second.id));
    const listed = async (id: string, query = '') => idsOf((await get(id, `/notes${query}`)).entities);
    expect(await listed(second.id)).toEqual([notes[3]]);
    expect(await listed(one.id)).toEqual([notes[0]]);
    expect(await listed(second.id, '?expand=mergeset')).toEqual(notes);
    expect(await listed(second.id, '?expand=mergeset,author&sortOrder=createDate:desc')).toEqual(notes.toReversed());
    expect(await listed(first.id, '?expand=mergeset')).toEqual([notes[0], notes[1]]);
  });

  it('goes with the canonical contact, and not alone', async () => {
    const inputs = (await makeContacts(server, [{}, {}, {}])) as [Json, Json, Json];
    const first = await merged(inputs.slice(0, 2));
    const second = await merged([first, inputs[2]]);
    for (const { id } of [...inputs, first]) {
      const { status, body } = await send('DELETE', `/contacts/${id}`);
      expect([status, body.code, body.details[0].entityId]).toEqual([409, 'contact.merged.away', second.id]);
    }
    expect((await send('DELETE', `/contacts/${second.id}`)).status).toBe(200);
    for (const { id } of [...inputs, first, second]) {
      expect((await send('GET', `/contacts/${id}`)).status).toBe(404);
      expect((await send('GET', `/contacts/${id}/unresolved`)).status).toBe(404);
    }
    const { body: events } = await server.request('GET', `/liaison/v1/audits?entityId=${inputs[0].id}`);
    expect(events.entities.map(({ action }: Json) => action)).toEqual(['delete', 'merge', 'create']);
  });

  it('moves to another division with the canonical contact', async () => {
    const division = await makeDivision(server);
    const settings = (await server.request('GET', '/liaison/v1/settings')).body;
    await server.request('PUT', '/liaison/v1/settings', { body: { ...settings, divisionMoves: true } });
    const inputs = (await makeContacts(server, [{ workEmail: 'moving@example.com' }, {}])) as [Json, Json];
    const note = await make(server, `/contacts/${inputs[0].id}/notes`, { noteText: 'Moves along' });
    const result = await merged(inputs);
    expect((await send('PUT', `/contacts/${inputs[1].id}`, { firstName: 'Moved', division: { id: division.id } })).status).toBe(200);
    await server.request('PUT', '/liaison/v1/settings', { body: settings });
    for (const { id } of inputs) expect((await get(id, '/unresolved')).division.id).toBe(division.id);
    expect((await get(inputs[0].id, `/notes/${note.id}`)).division.id).toBe(division.id);
    expect((await get(result.id)).division.id).toBe(division.id);
  });
});

it('is told to followers: of the result on its topic, of the others on theirs, unresolved', async () => {
  const inputs = await makeContacts(server, [{ firstName: 'Told' }, { lastName: 'Followed' }]);
  const { body: before } = await server.request('GET', '/liaison/v1/events?limit=1000');
  let after = before.cursors.after as string;
  for (let page = before; page.entities.length > 0; ) {
    page = (await server.request('GET', `/liaison/v1/events?after=${after}`)).body;
    after = page.cursors.after;
  }
  const result = await merged(inputs);
  const { body } = await server.request('GET', `/liaison/v1/events?after=${after}`);
  const topic = (id: string) => `v2.externalcontacts.contacts.${id}`;
  expect(body.entities.map(({ topicName, metadata }: Json) => [topicName, metadata.action])).toEqual([
    ...idsOf(inputs).map((id) => [`${topic(id)}.unresolved`, 'merge']),
    [topic(result.id), 'merge'],
  ]);
  const set = [...idsOf(inputs), result.id];
  expect(body.entities[0].eventBody).toMatchObject({ id: inputs[0].id, canonicalContactId: result.id, mergeSet: set, mergedTo: result.id });
  expect(body.entities[2].eventBody).toMatchObject({ id: result.id, canonicalContactId: result.id, mergeSet: set, mergedFrom: idsOf(inputs) });
});
