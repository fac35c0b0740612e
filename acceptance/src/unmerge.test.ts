// Undoing a merge gives back what there was, and says what came in between.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeClient, makeDivision, makeRole, must } from './access-callers.ts';
import { E, idsOf, make, makeContacts, NOBODY } from './directory.ts';
import { connect, type Json, SDKS } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
});
afterAll(() => server.stop());

const send = (method: string, path: string, body?: unknown) => server.request(method, E + path, body === undefined ? {} : { body });
const merged = (...contacts: Json[]): Promise<Json> => make(server, '/contacts/merge', { contactIds: idsOf(contacts) });
const undo = (id: string, body?: unknown, headers: Record<string, string> = {}) =>
  server.request('POST', `/liaison/v1/contacts/${id}/unmerge`, { ...(body === undefined ? {} : { body }), headers });
const unmerged = async (id: string, body?: unknown): Promise<Json> => {
  const answer = await undo(id, body);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};
const provenance = (id: string) => must(server, 'GET', `/liaison/v1/contacts/${id}/provenance`);
/** Contacts come back modified: who copies what was changed since some moment has to see them. */
const lasting = ({ modifyDate: _, ...body }: Json) => body;

/** All that can be seen of a contact. */
async function sightOf(id: string): Promise<Json> {
  const [plain, unresolved, identifiers, notes] = await Promise.all(
    ['?expand=identifiers,division', '/unresolved', '/identifiers', '/notes'].map(async (path) => (await send('GET', `/contacts/${id}${path}`)).body),
  );
  return { plain: lasting(plain), unresolved: lasting(unresolved), identifiers: identifiers.entities, notes: notes.entities };
}

const lookUp = async (identifier: object) => (await send('POST', '/identifierlookup/contacts', identifier)).body.id as string | undefined;

describe('what is merged and unmerged', () => {
  let runs = 0;
  const value = fc.constantFrom(0, 1, 2);
  interface Person {
    name: string | null;
    phones: number[];
    emails: number[];
    social: number | null;
    claims: number[];
    releases: boolean;
    notes: number;
  }
  const contact: fc.Arbitrary<Person> = fc.record({
    name: fc.option(fc.constantFrom('Ada', 'Augusta')),
    phones: fc.array(value, { maxLength: 3 }),
    emails: fc.array(value, { maxLength: 2 }),
    social: fc.option(value),
    claims: fc.array(value, { maxLength: 2 }),
    releases: fc.boolean(),
    notes: fc.integer({ min: 0, max: 2 }),
  });

  async function play(people: Person[], nested: boolean): Promise<void> {
    runs += 1;
    const serial = String(runs).padStart(3, '0');
    const phone = (n: number) => `+1317557${serial}${n}`;
    const email = (n: number) => `unmerge-${serial}-${n}@example.com`;
    const ids: string[] = [];
    for (const { name, phones, emails, social, claims, releases, notes } of people) {
      const body: Json = { firstName: name };
      for (const [i, n] of phones.entries()) body[['workPhone', 'cellPhone', 'homePhone'][i] as string] = { display: phone(n) };
      for (const [i, n] of emails.entries()) body[['workEmail', 'otherEmail'][i] as string] = email(n);
      if (social !== null) body.facebookId = { ids: [{ scopedId: `unmerge-${serial}-${social}` }] };
      const { id } = await make(server, '/contacts', body);
      ids.push(id);
      const change = (operation: string, identifier: object) => send('PATCH', `/contacts/${id}/identifiers`, { operation, identifier });
      for (const n of claims) await change('Claim', { type: 'Cookie', value: `unmerge-${serial}-${n}` });
      if (emails[0] !== undefined) await change('Claim', { type: 'Email', value: email(emails[0]) });
      if (releases && phones[0] !== undefined) await change('Release', { type: 'Phone', value: phone(phones[0]) });
      for (let n = 0; n < notes; n += 1) await make(server, `/contacts/${id}/notes`, { noteText: `Note ${n}` });
    }
    const values = [0, 1, 2].flatMap((n) => [
      { type: 'Phone', value: phone(n) },
      { type: 'Email', value: email(n) },
      { type: 'SocialFacebook', value: `unmerge-${serial}-${n}` },
      { type: 'Cookie', value: `unmerge-${serial}-${n}` },
    ]);
    const world = async () => ({ sights: await Promise.all(ids.map(sightOf)), claims: await Promise.all(values.map(lookUp)) });
    const before = await world();
    // The last looks on.
    const inputs = ids.slice(0, -1);
    const first = await make(server, '/contacts/merge', { contactIds: inputs.slice(0, nested ? 2 : undefined) });
    const claimed = await Promise.all(values.map(lookUp));
    for (const [i, owner] of before.claims.entries())
      if (owner !== undefined) expect(claimed[i], JSON.stringify(values[i])).toBe(first.mergedFrom.some(({ id }: Json) => id === owner) ? first.id : owner);
    if (nested) {
      const between = await world();
      const second = await make(server, '/contacts/merge', { contactIds: [first.id, inputs[2]] });
      await unmerged(second.id);
      expect(await world()).toEqual(between);
      const { sights } = await world();
      expect(sights[0].plain.id).toBe(first.id);
    }
    const answer = await unmerged(first.id);
    expect(answer).toMatchObject({ edits: [], notes: 0 });
    expect(idsOf(answer.contacts)).toEqual(first.mergedFrom.map(({ id }: Json) => id));
    expect(await world()).toEqual(before);
    expect((await send('GET', `/contacts/${first.id}`)).status).toBe(404);
  }

  it('is as it was, with its claims, its notes and its place in every line', async () => {
    await fc.assert(fc.asyncProperty(fc.array(contact, { minLength: 4, maxLength: 5 }), fc.boolean(), play), { numRuns: 25 });
  });
});

describe('what came after the merge', () => {
  const made = async () => {
    const run = crypto.randomUUID().slice(0, 8);
    const contacts = (await makeContacts(server, [
      { firstName: 'Ada', address: { city: 'London' }, workEmail: `a-${run}@example.com` },
      { lastName: 'Lovelace', workPhone: { display: '+13175580001' } },
    ])) as [Json, Json];
    const result = await merged(...contacts);
    const cookie = { type: 'Cookie', value: `since-${run}` };
    await send('PUT', `/contacts/${result.id}`, {
      firstName: 'Ada',
      lastName: 'King',
      address: { city: 'London', countryCode: 'GB' },
      workPhone: { display: '+13175580002' },
    });
    await send('PATCH', `/contacts/${result.id}/identifiers`, { operation: 'Claim', identifier: cookie });
    const note = await make(server, `/contacts/${result.id}/notes`, { noteText: 'Written since' });
    return { contacts, result, cookie, note, run };
  };
  const edits = (kept: boolean, { run, cookie }: Json) =>
    expect.arrayContaining([
      { field: '$.lastName', before: 'Lovelace', after: 'King', kept },
      { field: '$.address.countryCode', after: 'GB', kept },
      { field: '$.workEmail', before: `a-${run}@example.com`, kept },
      { field: '$.workPhone', before: expect.objectContaining({ e164: '+13175580001' }), after: expect.objectContaining({ e164: '+13175580002' }), kept },
      { field: '$.identifiers', after: expect.objectContaining(cookie), kept },
    ]);

  it('is told and dropped, and notes go to the contact that was modified last', async () => {
    const { contacts, result, ...since } = await made();
    const answer = await unmerged(result.id);
    expect(answer.edits).toEqual(edits(false, since));
    expect(answer.edits).toHaveLength(5);
    expect(answer.notes).toBe(1);
    expect(answer.contacts.map(lasting)).toEqual(contacts.map(lasting));
    expect(idsOf((await send('GET', `/contacts/${contacts[1].id}/notes`)).body.entities)).toEqual([since.note.id]);
    expect(await lookUp(since.cookie)).toBeUndefined();
  });

  it('is kept where the caller says', async () => {
    const { contacts, result, ...since } = await made();
    const [ada, lovelace] = contacts;
    const answer = await unmerged(result.id, { keepEditsOn: ada.id, notesTo: ada.id.toUpperCase() });
    expect(answer.edits).toEqual(edits(true, since));
    expect(answer.contacts[0]).toMatchObject({
      id: ada.id,
      firstName: 'Ada',
      lastName: 'King',
      address: { city: 'London', countryCode: 'GB' },
      workPhone: { e164: '+13175580002' },
    });
    expect(answer.contacts[0].workEmail).toBeUndefined();
    expect(lasting(answer.contacts[1])).toEqual(lasting(lovelace));
    expect(idsOf((await send('GET', `/contacts/${ada.id}/notes`)).body.entities)).toEqual([since.note.id]);
    expect(await lookUp(since.cookie)).toBe(ada.id);
    expect(await lookUp({ type: 'Email', value: `a-${since.run}@example.com` })).toBeUndefined();
    const { body } = await server.request('GET', `/liaison/v1/audits?entityId=${ada.id}&entityType=contact`);
    expect(body.entities.map(({ action }: Json) => action)).toEqual(['update', 'unmerge', 'merge', 'create']);
  });

  it('does not hold up a contact that would have gone with a deletion', async () => {
    const { contacts, result } = await made();
    await unmerged(result.id);
    expect((await send('DELETE', `/contacts/${contacts[0].id}`)).status).toBe(200);
    expect((await send('GET', `/contacts/${contacts[1].id}`)).status).toBe(200);
    expect((await send('GET', `/contacts/${result.id}`)).status).toBe(404);
  });
});

it('a contact that goes by itself has the time again that it had left', async () => {
  const observed = async (n: number) => {
    const identifiers = [{ type: 'Email', value: `left-${n}-${crypto.randomUUID()}@example.com` }];
    return { identifiers, ...(await must(server, 'POST', '/liaison/v1/observe', { identifiers })) };
  };
  const [one, two] = [await observed(1), await observed(2)];
  const result = await merged(one.contact, two.contact);
  expect(result.type).toBe('Identified');
  const seen = await must(server, 'POST', '/liaison/v1/observe', { identifiers: one.identifiers });
  expect(seen.contact.id).toBe(result.id);
  expect(seen.dateExpires).toBeUndefined();
  await unmerged(result.id);
  for (const { contact, dateExpires } of [one, two]) {
    const again = (await send('GET', `/contacts/${contact.id}`)).body;
    expect(lasting(again)).toEqual(lasting(contact));
    expect(new Date(dateExpires).getTime()).toBeGreaterThan(Date.now());
  }
});

describe('undoing is refused', () => {
  it('for what no merge made, what was merged on, and what is not there', async () => {
    const [a, b, c] = (await makeContacts(server, [{}, {}, {}])) as [Json, Json, Json];
    expect(await undo(a.id)).toMatchObject({ status: 409, body: { code: 'nothing.to.unmerge' } });
    const first = await merged(a, b);
    const second = await merged(first, c);
    for (const { id } of [a, first])
      expect(await undo(id)).toMatchObject({
        status: 409,
        body: { code: 'contact.merged.away', message: expect.stringContaining(`Its canonical contact is ${second.id}.`), details: [{ entityId: second.id }] },
      });
    expect(await undo(NOBODY)).toMatchObject({ status: 404, body: { code: 'not.found' } });
    await unmerged(second.id);
    expect(await undo(second.id)).toMatchObject({ status: 404, body: { code: 'not.found' } });
    await unmerged(first.id);
    expect((await send('GET', `/contacts/${a.id}`)).body).not.toHaveProperty('canonicalContact');
  });

  it('for wishes that name none of the inputs, and for another version', async () => {
    const contacts = await makeContacts(server, [{}, {}]);
    const { id } = await merged(...contacts);
    for (const field of ['keepEditsOn', 'notesTo'])
      expect(await undo(id, { [field]: NOBODY })).toMatchObject({ status: 422, body: { code: 'constraint.validation', details: [{ fieldName: field }] } });
    expect(await undo(id, {}, { 'if-match': '"1"' })).toMatchObject({ status: 412, body: { code: 'version.mismatch' } });
    expect((await send('GET', `/contacts/${id}`)).body.id).toBe(id);
  });

  it('where the caller may not merge', async () => {
    const division = await makeDivision(server);
    const viewers = await makeRole(server, 'externalContacts:contact:view');
    const mergers = await makeRole(server, 'externalContacts:identity:merge');
    const contacts = await makeContacts(server, [{ division: { id: division.id } }, { division: { id: division.id } }]);
    const { id } = await merged(...contacts);
    const elsewhere = await makeDivision(server);
    const { token } = await makeClient(server, [
      { roleId: viewers.id, divisionId: division.id },
      { roleId: mergers.id, divisionId: elsewhere.id },
    ]);
    const answer = await server.request('POST', `/liaison/v1/contacts/${id}/unmerge`, { token });
    expect(answer).toMatchObject({ status: 403, body: { code: 'missing.division.permission' } });
  });
});

describe('provenance', () => {
  it('names who gave each value, through all merges', async () => {
    const [a, b, c] = (await makeContacts(server, [
      { firstName: 'Ada', workPhone: { display: '+13175590001' }, appleOpaqueIds: [{ value: 'a' }] },
      { lastName: 'Lovelace', workPhone: { display: '+13175590002' } },
      { title: 'Countess', workPhone: { display: '+13175590003' }, appleOpaqueIds: [{ value: 'c' }] },
    ])) as [Json, Json, Json];
    const first = await make(server, '/contacts/merge', { contactIds: [a.id, b.id], valueOverride: { salutation: 'Lady' } });
    await send('PATCH', `/contacts/${first.id}`, { changes: [{ field: '$.middleName', value: 'King', action: 'Update' }] });
    // Modified after the others, so that it comes first.
    await send('PUT', `/contacts/${c.id}`, { title: 'Countess', workPhone: { display: '+13175590003' }, appleOpaqueIds: [{ value: 'c' }] });
    const second = await merged(first, c);
    await send('PATCH', `/contacts/${second.id}`, { changes: [{ field: '$.otherEmail', value: 'late@example.com', action: 'Update' }] });
    const { contact, values } = await provenance(a.id);
    expect(contact.id).toBe(second.id);
    const giver = (field: string) => {
      const { origin, contacts } = values.find((one: Json) => one.field === field);
      return [origin, ...idsOf(contacts)];
    };
    expect(giver('firstName')).toEqual(['contact', a.id]);
    expect(giver('lastName')).toEqual(['contact', b.id]);
    expect(giver('title')).toEqual(['contact', c.id]);
    expect(giver('salutation')).toEqual(['override', first.id]);
    expect(giver('middleName')).toEqual(['edit', first.id]);
    expect(giver('otherEmail')).toEqual(['edit', second.id]);
    expect(giver('appleOpaqueIds[0]')).toEqual(['contact', c.id]);
    expect(giver('appleOpaqueIds[1]')).toEqual(['contact', a.id]);
    const phones = values.filter(({ value }: Json) => value.e164).map(({ field, value }: Json) => [value.e164, ...giver(field)]);
    expect(phones.toSorted()).toEqual([
      ['+13175590001', 'contact', a.id],
      ['+13175590002', 'contact', b.id],
      ['+13175590003', 'contact', c.id],
    ]);
  });

  it('names who gave each custom field and each item of a list, where they were joined and changed since', async () => {
    const definition = (type: string) => ({ allOf: [{ $ref: `#/definitions/${type}` }], title: type, description: type, minLength: 0, maxLength: 100 });
    const fields = { nickname_text: definition('text'), motto_text: definition('text'), site_text: definition('text') };
    const { id, version } = await make(server, '/contacts/schemas', {
      name: `given ${crypto.randomUUID()}`,
      enabled: true,
      jsonSchema: { title: 'Given', properties: fields },
    });
    const [a, b] = (await makeContacts(server, [
      { schema: { id, version }, customFields: { nickname_text: 'Ada' }, appleOpaqueIds: [{ value: 'a' }] },
      { schema: { id, version }, customFields: { nickname_text: 'Countess', motto_text: 'Poetical science' }, appleOpaqueIds: [{ value: 'b' }] },
    ])) as [Json, Json];
    await send('PATCH', `/contacts/${a.id}`, { changes: [{ field: '$.title', value: 'Lady', action: 'Update' }] });
    const result = await make(server, '/contacts/merge', { contactIds: [a.id, b.id], valueOverride: { customFields: { site_text: 'London' } } });
    await send('PATCH', `/contacts/${result.id}`, {
      changes: [
        { field: '$.appleOpaqueIds', value: { value: 'since' }, action: 'AppendToCollection' },
        { field: '$.customFields.motto_text', value: 'Since', action: 'Update' },
      ],
    });
    const { values } = await provenance(result.id);
    const told = values.map(({ field, value, origin, contacts }: Json) => [field, value.value ?? value, origin, ...idsOf(contacts)]);
    expect(told).toEqual(
      expect.arrayContaining([
        ['customFields.nickname_text', 'Ada', 'contact', a.id],
        ['customFields.motto_text', 'Since', 'edit', result.id],
        ['customFields.site_text', 'London', 'override', result.id],
        ['appleOpaqueIds[0]', 'a', 'contact', a.id],
        ['appleOpaqueIds[1]', 'b', 'contact', b.id],
        ['appleOpaqueIds[2]', 'since', 'edit', result.id],
      ]),
    );
  });

  it('of a contact that was never merged is its own', async () => {
    const [contact] = await makeContacts(server, [{ firstName: 'Own' }]);
    expect(await provenance(contact.id)).toEqual({
      contact: { id: contact.id, selfUri: contact.selfUri },
      values: [{ field: 'firstName', value: 'Own', origin: 'contact', contacts: [{ id: contact.id, selfUri: contact.selfUri }] }],
    });
  });
});

it.each(SDKS)('an SDK of the platform sees nothing of it but contacts that come and go: %s', async (name) => {
  const { contacts } = await connect(server, name);
  const inputs = await makeContacts(server, [{ firstName: 'Come' }, { lastName: 'Gone' }]);
  const result = await contacts.postExternalcontactsContactsMerge({ contactIds: idsOf(inputs) });
  await unmerged(result.id);
  for (const input of inputs) expect(lasting(await contacts.getExternalcontactsContact(input.id))).toEqual(lasting(input));
});
