// Duplicates among external organizations: accepting makes one of two, which takes over all that hung on the other.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeDivision, makeUser, must } from './access-callers.ts';
import { connectDatabase } from './database.ts';
import { E, idsOf, make } from './directory.ts';
import { D, listed, suggestionOf, until } from './duplicates-finder.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
});
afterAll(() => server.stop());

let companies = 0;
function company(): Json {
  companies += 1;
  const name = [...String(companies * 7919 + 1_000_003)].map((digit) => 'bdfgklmnpt'[Number(digit)]).join('a');
  return { name: `${name} Works`, websites: [`https://${name}.example`], phoneNumber: { display: `+1317${String(6_000_000 + companies)}` } };
}

const organization = (body: object): Promise<Json> => make(server, '/organizations', body);

async function twins(first: object = {}, second: object = {}): Promise<{ a: Json; b: Json; pair: Json }> {
  const body = company();
  const [a, b] = [await organization({ ...body, ...first }), await organization({ ...body, ...second })];
  return { a, b, pair: await suggestionOf(server, b.id, 'organization') };
}

it('they are suggested, shown and dismissed like contacts', async () => {
  const { a, b, pair } = await twins();
  expect(pair).toMatchObject({ kind: 'organization', state: 'open' });
  expect(pair.records).toEqual([a.id, b.id].sort().map((id) => ({ id, selfUri: `${E}/organizations/${id}` })));
  const whole = await must(server, 'GET', `${D}/${pair.id}?expand=records`);
  expect(whole.records.map(({ name }: Json) => name)).toEqual([a.name, b.name]);
  expect((await must(server, 'POST', `${D}/${pair.id}/dismiss`)).state).toBe('dismissed');
  expect(await listed(server, `kind=organization&recordId=${a.id}`)).toEqual([]);
});

describe('accepting', () => {
  it('keeps the older, which takes what it lacks, and deletes the other', async () => {
    const source = await make(server, '/externalsources', { name: 'CRM' });
    const externalId = (value: string) => ({ externalSource: { id: source.id }, value });
    const { a, b, pair } = await twins(
      { industry: 'Steel', tags: ['one'], externalIds: [externalId('A')] },
      { industry: 'Iron', employeeCount: 7, tags: ['One', 'two'], externalIds: [externalId('A'), externalId('B')] },
    );
    const would = await must(server, 'POST', `${D}/${pair.id}/accept?dryRun=true`);
    expect([would.id, would.employeeCount, (await must(server, 'GET', `${E}/organizations/${b.id}`)).id]).toEqual([a.id, 7, b.id]);
    const kept = await must(server, 'POST', `${D}/${pair.id}/accept`);
    expect(kept).toMatchObject({ id: a.id, industry: 'Steel', employeeCount: 7, externalIds: [{ value: 'A' }, { value: 'B' }] });
    expect(kept.tags.map((tag: string) => tag.toLowerCase())).toEqual(['one', 'two']);
    expect(await must(server, 'GET', `${E}/organizations/${a.id}`)).toEqual(kept);
    expect((await server.request('GET', `${E}/organizations/${b.id}`)).status).toBe(404);
    expect(await must(server, 'GET', `${D}/${pair.id}`)).toMatchObject({ state: 'accepted', result: { id: a.id, selfUri: `${E}/organizations/${a.id}` } });
    const claimed = await must(server, 'POST', `${E}/identifierlookup/organizations`, { type: 'ExternalId', ...externalId('B') });
    expect(claimed.id).toBe(a.id);
  });

  it('hands over contacts, notes and relationships, each told as a change', async () => {
    const { a, b, pair } = await twins();
    const contact = await make(server, '/contacts', { lastName: 'Handed', externalOrganization: { id: b.id } });
    const note = await make(server, `/organizations/${b.id}/notes`, { noteText: 'Written on the other' });
    const user = await makeUser(server);
    const relationship = await make(server, '/relationships', { user: { id: user.id }, externalOrganization: { id: b.id }, relationship: 'Knows' });
    const { cursors } = await must(server, 'GET', '/liaison/v1/events?after=now');
    await must(server, 'POST', `${D}/${pair.id}/accept`);
    expect((await must(server, 'GET', `${E}/contacts/${contact.id}`)).externalOrganization.id).toBe(a.id);
    expect((await must(server, 'GET', `${E}/organizations/${a.id}/notes/${note.id}`)).noteText).toBe(note.noteText);
    expect((await must(server, 'GET', `${E}/relationships/${relationship.id}`)).externalOrganization.id).toBe(a.id);
    expect(idsOf((await must(server, 'GET', `${E}/organizations/${a.id}/contacts`)).entities)).toEqual([contact.id]);
    expect((await must(server, 'GET', `${E}/contacts?q=${a.name.split(' ')[0]}`)).total).toBe(1);
    const { entities } = await must(server, 'GET', `/liaison/v1/events?after=${cursors.after}`);
    const told = entities.map(({ metadata, eventBody }: Json) => [eventBody.id, metadata.action]);
    for (const id of [a.id, contact.id, note.id, relationship.id]) expect(told).toContainEqual([id, 'update']);
    expect(told).toContainEqual([b.id, 'delete']);
  });

  it('keeps the one that is named, and refuses another', async () => {
    const { a, b, pair } = await twins();
    const stranger = await organization(company());
    const wrong = await server.request('POST', `${D}/${pair.id}/accept`, { body: { keep: stranger.id, valueOverride: { title: 'Dr' } } });
    expect([wrong.status, wrong.body.details.map(({ fieldName }: Json) => fieldName).sort()]).toEqual([422, ['keep', 'valueOverride']]);
    expect((await must(server, 'POST', `${D}/${pair.id}/accept`, { keep: b.id })).id).toBe(b.id);
    expect((await server.request('GET', `${E}/organizations/${a.id}`)).status).toBe(404);
  });

  it('takes the places in line, claimed by name and by field', async () => {
    const source = await make(server, '/externalsources', { name: 'ERP' });
    const identifier = { type: 'ExternalId', externalSource: { id: source.id }, value: 'Named' };
    const { a, b, pair } = await twins();
    await must(server, 'PATCH', `${E}/organizations/${b.id}/identifiers`, { operation: 'Claim', identifier });
    const late = await organization({ ...company(), externalIds: [{ externalSource: { id: source.id }, value: 'Named' }] });
    await must(server, 'POST', `${D}/${pair.id}/accept`);
    const claims = async (id: string) => (await must(server, 'GET', `${E}/organizations/${id}/identifiers`)).entities.map(({ value }: Json) => value);
    expect([await claims(a.id), await claims(late.id)]).toEqual([['Named'], []]);
  });

  it('makes one of a whole cluster', async () => {
    const body = company();
    const made = [await organization(body), await organization(body), await organization(body)];
    const pairs = await until(
      () => listed(server, `kind=organization&recordId=${made[0].id}`),
      (found) => found.length === 2 && found.every(({ cluster }) => cluster),
    );
    const kept = await must(server, 'POST', `${D}/clusters/${pairs[0].cluster.id}/accept`);
    expect(kept.id).toBe(made[0].id);
    for (const { id } of made.slice(1)) expect((await server.request('GET', `${E}/organizations/${id}`)).status).toBe(404);
  });

  it('takes over the link to a trustor', async () => {
    const { a, b, pair } = await twins();
    const database = await connectDatabase(server);
    const trustor = '01890000-0000-7000-8000-00000000abcd';
    await database.query(
      "insert into organizations (id, name, short_name, domain, word_prefix, signing_key, created_at, modified_at) values ($1, 'T', 't', 't', 'tttt', '\\x00', now(), now())",
      [trustor],
    );
    await database.query('insert into trusts (org_id, trustee_org_id, created_at) values ($1, $2, now())', [trustor, server.firstRun.organizationId]);
    await must(server, 'PUT', `${E}/organizations/${b.id}/trustor/${trustor}`, {});
    await must(server, 'POST', `${D}/${pair.id}/accept`);
    const { rows } = await database.query('select external_organization_id as id from trustor_links');
    await database.end();
    expect(rows).toEqual([{ id: a.id }]);
  });

  it('takes the permission to edit such in their division', async () => {
    const { pair } = await twins();
    const division = await makeDivision(server);
    const caller = await makeCaller(server, ['externalContacts:externalOrganization:view', 'externalContacts:identity:merge'], division.id);
    const refused = await server.request('POST', `${D}/${pair.id}/accept`, { token: caller.token });
    expect([refused.status, refused.body.code]).toEqual([403, 'missing.division.permission']);
  });
});
