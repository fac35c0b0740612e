// Moving a contact to another division, where the organization allows it: with its notes, its identifiers and its claims.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller, makeDivision, must } from './access-callers.ts';
import { E, make } from './directory.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let from: Json;
let to: Json;
beforeAll(async () => {
  server = await startServer({ LIAISON_RATE_LIMIT: '0' });
  [from, to] = [await makeDivision(server), await makeDivision(server)];
});
afterAll(() => server.stop());

const allow = (divisionMoves: boolean) => must(server, 'PUT', '/liaison/v1/settings', { divisionMoves });
const move = (id: string, division: Json, token?: string) =>
  server.request('PUT', `${E}/contacts/${id}`, { body: { title: 'Moved', division: { id: division.id } }, ...(token === undefined ? {} : { token }) });
const holderOf = async (email: string, division: Json) =>
  (await server.request('POST', `${E}/identifierlookup/contacts`, { body: { type: 'Email', value: email, division: { id: division.id } } })).body.id;

describe('without the setting', () => {
  it('a contact stays where it is', async () => {
    const contact = await make(server, '/contacts', { division: { id: from.id } });
    expect(await move(contact.id, to)).toMatchObject({ status: 409, body: { code: 'division.change.not.allowed' } });
    expect(
      (await server.request('PATCH', `${E}/contacts/${contact.id}`, { body: { changes: [{ action: 'Update', field: '$.division.id', value: to.id }] } }))
        .status,
    ).toBe(409);
    expect((await server.request('GET', `${E}/contacts/${contact.id}`)).body).toEqual(contact);
  });
});

describe('with the setting', () => {
  beforeAll(() => allow(true));
  afterAll(() => allow(false));

  it('a contact goes with its notes, its identifiers and its claims', async () => {
    const email = 'moving@example.com';
    const contact = await make(server, '/contacts', { division: { id: from.id }, workEmail: email });
    const other = await make(server, '/contacts', { division: { id: from.id }, otherEmail: email });
    const note = await make(server, `/contacts/${contact.id}/notes`, { noteText: 'comes along' });
    expect(await holderOf(email, from)).toBe(contact.id);

    const patched = await server.request('PATCH', `${E}/contacts/${contact.id}`, {
      body: { changes: [{ action: 'Update', field: '$.division.id', value: to.id }] },
    });
    expect(patched.body).toMatchObject({ id: contact.id, division: { id: to.id }, workEmail: email });
    expect((await server.request('GET', `${E}/contacts/${contact.id}/notes/${note.id}`)).body.division.id).toBe(to.id);
    expect(await holderOf(email, to)).toBe(contact.id);
    expect(await holderOf(email, from)).toBe(other.id);

    // And back, to stand first in line again: it has held the address longer.
    expect((await server.request('PUT', `${E}/contacts/${contact.id}`, { body: { workEmail: email, division: { id: from.id } } })).status).toBe(200);
    expect(await holderOf(email, from)).toBe(contact.id);
    expect(await holderOf(email, to)).toBeUndefined();
  });

  it('many go at once, each by its own fate', async () => {
    const made = await Promise.all([1, 2].map(() => make(server, '/contacts', { division: { id: from.id } })));
    const entities = [...made.map(({ id }) => ({ id, division: { id: to.id } })), { id: made[0].id, division: { id: '01890000-0000-7000-8000-000000000000' } }];
    const { results } = await must(server, 'POST', `${E}/bulk/contacts/update`, { entities });
    expect(results.map((result: Json) => result.entity?.division.id ?? result.status)).toEqual([to.id, to.id, 422]);
  });

  it('nobody moves a contact into or out of a division that is closed to him', async () => {
    const edit = ['externalContacts:contact:edit', 'externalContacts:contact:view'];
    const [inFrom, inTo] = [await makeCaller(server, edit, from.id), await makeCaller(server, edit, to.id)];
    const contact = await make(server, '/contacts', { division: { id: from.id } });
    expect((await move(contact.id, to, inFrom.token)).status).toBe(403);
    expect((await move(contact.id, to, inTo.token)).status).toBe(404);
    expect((await server.request('GET', `${E}/contacts/${contact.id}`)).body.division.id).toBe(from.id);
    expect((await move(contact.id, to)).status).toBe(200);
    expect((await server.request('GET', `${E}/contacts/${contact.id}`, { token: inFrom.token })).status).toBe(404);
  });

  it('who no longer sees it is told that it is gone, and whoever sees it now what it is', async () => {
    const see = ['externalContacts:contact:view', 'liaison:event:view'];
    const [inFrom, inTo] = [await makeCaller(server, see, from.id), await makeCaller(server, see, to.id)];
    const contact = await make(server, '/contacts', { division: { id: from.id }, title: 'Secret of the one' });
    const start = (await must(server, 'GET', '/liaison/v1/events?after=now')).cursors.after;
    expect((await move(contact.id, to)).status).toBe(200);
    const told = async (token: string) =>
      (await must(server, 'GET', `/liaison/v1/events?after=${start}`, undefined, token)).entities.map((event: Json) => [
        event.metadata.action,
        event.eventBody.title,
      ]);
    expect(await told(inFrom.token)).toEqual([['delete', undefined]]);
    expect(await told(inTo.token)).toEqual([['update', 'Moved']]);
  });
});

it('the setting holds for every process as soon as it is answered', async () => {
  const contact = await make(server, '/contacts', { division: { id: from.id } });
  await allow(true);
  expect((await move(contact.id, to)).status).toBe(200);
  await allow(false);
  expect((await move(contact.id, from)).status).toBe(409);
});
