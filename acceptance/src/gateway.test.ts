import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configure, refused, SDKS } from './sdk.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

describe.each(SDKS)('%s', (name) => {
  it.each([
    ['with the path prefixes of a gateway', true],
    ['without', false],
  ])('logs in and reads %s', async (_, prefixed) => {
    const sdk = configure(server, name, prefixed);
    const { accessToken } = await sdk.login(server.firstRun.clientId, server.firstRun.clientSecret);
    expect(accessToken).toMatch(/^[\w-]{32,}$/);
    expect(await sdk.contacts.getExternalcontactsContacts()).toMatchObject({ entities: [], total: 0 });
  });

  it('is refused with a wrong secret, and without having logged in', async () => {
    const sdk = configure(server, name, true);
    const failure = await refused(sdk.login(server.firstRun.clientId, 'wrong'));
    expect(failure.response).toMatchObject({ status: 400, data: { error: 'invalid_client' } });
    expect(await refused(sdk.contacts.getExternalcontactsContacts())).toMatchObject({ status: 401, code: 'authentication.required' });
  });
});

it('tests two versions that differ', () => {
  expect(SDKS.map((name) => configure(server, name, false).version)).toEqual(['230.0.0', '262.0.0']);
});
