// Who may have what sent where: a webhook must not be a way around what one may read (G20, G21).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, makeCaller, makeClient, makeDivision, makeRole } from './access-callers.ts';
import { E, make } from './directory.ts';
import { makeOrganization } from './other-organization.ts';
import type { Json } from './sdk.ts';
import { type Server, startServer } from './server.ts';
import { makeWebhook, type Receiver, startReceiver, W } from './webhook-receiver.ts';

let server: Server;
let receiver: Receiver;
beforeAll(async () => {
  server = await startServer({ LIAISON_WEBHOOK_PRIVATE_TARGETS: 'yes' });
  receiver = await startReceiver();
});
afterAll(async () => {
  receiver.close();
  await server.stop();
});

const post = (body: object, token: string) => server.request('POST', W, { body, token });

describe('a caller', () => {
  const ALL = ['view', 'add', 'edit', 'delete'].map((action) => `liaison:webhook:${action}`);
  const CONTACTS = 'externalContacts:contact:view';
  const ORGANIZATIONS = 'externalContacts:externalOrganization:view';

  it('needs the permission of each operation', async () => {
    const hook = await makeWebhook(server, receiver);
    const at = `${W}/${hook.id}`;
    const operations = [
      ['view', 'GET', W],
      ['view', 'GET', at],
      ['view', 'GET', `${at}/deliveries`],
      ['edit', 'GET', `${at}/secret`],
      ['edit', 'POST', `${at}/secret`],
      ['edit', 'POST', `${at}/test`],
      ['edit', 'POST', `${at}/deliveries/replay`],
      ['edit', 'PUT', at, hook],
      ['add', 'POST', W, hook],
      ['delete', 'DELETE', at],
    ] as const;
    for (const [action, method, path, body] of operations) {
      const needed = `liaison:webhook:${action}`;
      const without = await makeCaller(server, [...ALL.filter((permission) => permission !== needed), CONTACTS, ORGANIZATIONS]);
      const refused = await server.request(method, path, { token: without.token, ...(body ? { body } : {}) });
      expect(refused, `${method} ${path}`).toMatchObject({ status: 403, body: { code: 'missing.any.permissions' } });
      const only = await makeCaller(server, [needed, CONTACTS, ORGANIZATIONS]);
      expect((await server.request(method, path, { token: only.token, ...(body ? { body } : {}) })).status, `${method} ${path}`).toBeLessThan(300);
    }
    for (const { id } of (await server.request('GET', W)).body.entities) await server.request('DELETE', `${W}/${id}`);
  });

  it('may have sent only what he may read in every place', async () => {
    const [here, there] = [(await makeDivision(server)).id, (await makeDivision(server)).id];
    const hooks = await makeRole(server, ...ALL);
    const contacts = await makeRole(server, CONTACTS);
    const organizations = await makeRole(server, ORGANIZATIONS);
    const caller = (...granted: [{ id: string }, string][]): Promise<Caller> =>
      makeClient(
        server,
        granted.map(([role, divisionId]) => ({ roleId: role.id, divisionId })),
      );
    const nothing = await caller([hooks, '*']);
    const contactsEverywhere = await caller([hooks, '*'], [contacts, '*']);
    const contactsHere = await caller([hooks, '*'], [contacts, here]);
    const both = await caller([hooks, '*'], [contacts, '*'], [organizations, here]);
    const existing = await makeWebhook(server, receiver, { kinds: ['contact'] });

    const cases: [Caller, object, boolean][] = [
      [nothing, { kinds: ['contact'] }, false],
      [nothing, { kinds: ['contact'], divisionIds: [here] }, false],
      [contactsEverywhere, { kinds: ['contact', 'contactNote'] }, true],
      [contactsEverywhere, { kinds: ['contact'], divisionIds: [there] }, true],
      [contactsEverywhere, {}, false],
      [contactsEverywhere, { kinds: ['organization'] }, false],
      [contactsEverywhere, { kinds: ['organizationNote'] }, false],
      [contactsEverywhere, { kinds: ['relationship'] }, false],
      [contactsHere, { kinds: ['contact'] }, false],
      [contactsHere, { kinds: ['contact'], divisionIds: [here] }, true],
      [contactsHere, { kinds: ['contact'], divisionIds: [there] }, false],
      [contactsHere, { kinds: ['contact'], divisionIds: [here, there] }, false],
      [both, { kinds: ['contact', 'relationship'] }, false],
      [both, { kinds: ['contact', 'relationship'], divisionIds: [here] }, true],
      [both, { divisionIds: [here] }, true],
    ];
    for (const [{ token }, settings, allowed] of cases) {
      const body = { name: 'Hook', url: receiver.url, enabled: false, ...settings };
      const shown = JSON.stringify(settings);
      const made = await post(body, token);
      expect(made.status, shown).toBe(allowed ? 200 : 403);
      if (!allowed) expect(made.body.message).toMatch(/externalContacts:(contact|externalOrganization):view/);
      // Nor may he have the organization's own sent elsewhere.
      const put = await server.request('PUT', `${W}/${existing.id}`, { token, body });
      expect(put.status, shown).toBe(allowed ? 200 : 403);
      if (allowed) await server.request('DELETE', `${W}/${made.body.id}`);
      await server.request('PUT', `${W}/${existing.id}`, { body: existing });
    }
    await server.request('DELETE', `${W}/${existing.id}`);
  });

  it('of another organization sees, changes and is sent nothing', async () => {
    const other = await makeOrganization(server, 'Otter');
    const token = await server.tokenFor(other.clientId, other.clientSecret);
    const hook = await makeWebhook(server, receiver);
    const theirs = await startReceiver();
    const foreign: Json = (await post({ name: 'Theirs', url: theirs.url }, token)).body;
    const at = `${W}/${hook.id}`;
    for (const [method, path, body] of [
      ['GET', at],
      ['GET', `${at}/secret`],
      ['GET', `${at}/deliveries`],
      ['POST', `${at}/secret`],
      ['POST', `${at}/test`],
      ['POST', `${at}/deliveries/replay`],
      ['PUT', at, { name: 'Mine', url: theirs.url }],
      ['DELETE', at],
    ] as const)
      expect(await server.request(method, path, { token, ...(body ? { body } : {}) }), `${method} ${path}`).toMatchObject({ status: 404 });
    expect((await server.request('GET', W, { token })).body.entities.map(({ id }: Json) => id)).toEqual([foreign.id]);
    const division = (await makeDivision(server)).id;
    expect(await post({ name: 'Theirs', url: theirs.url, divisionIds: [division] }, token)).toMatchObject({
      status: 422,
      body: { details: [{ fieldName: 'divisionIds' }] },
    });
    await make(server, '/contacts', { lastName: 'Ours' });
    const made = await server.request('POST', `${E}/contacts`, { token, body: { lastName: 'Theirs' } });
    await theirs.until((all) => all.some(({ event }) => event.eventBody.id === made.body.id));
    await receiver.until((all) => all.some(({ event }) => event.eventBody.lastName === 'Ours'));
    expect(theirs.arrivals.map(({ event }) => event.eventBody.lastName)).toEqual(['Theirs']);
    expect(receiver.arrivals.map(({ event }) => event.eventBody.lastName)).not.toContain('Theirs');
    expect((await server.request('GET', at)).body).toMatchObject({ name: 'Hook', url: receiver.url });
    await server.request('DELETE', at);
    theirs.close();
  });
});
