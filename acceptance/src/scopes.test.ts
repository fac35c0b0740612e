// A token of a user does no more than the scopes of the client that it was made with allow, for each operation of the
// contract; without scopes, whatever its user may.
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { makeUser, must, unique } from './access-callers.ts';
import { type DatabaseOf, databaseOf } from './database-of.ts';
import { commandLine } from './other-organization.ts';
import type { Json } from './sdk.ts';
import { type Operation, readContract } from './served-contract.ts';
import { startServer } from './server.ts';
import { askToken, authorizeUrl, openBrowser } from './signing-in.ts';
import { organizationOn } from './trust-organizations.ts';

const server = await startServer({ LIAISON_RATE_LIMIT: '0' });
const contract = await readContract(server);
const { organizationId, clientId, adminEmail } = server.firstRun;
let database: DatabaseOf;
let admin: { id: string; email: string };

beforeAll(async () => {
  database = await databaseOf(server);
  admin = (await must(server, 'GET', '/api/v2/users')).entities.find(({ email }: { email: string }) => email === adminEmail);
});
afterAll(async () => {
  await database.client.end();
  await server.stop();
});

/** What the families of the API are called as scopes. */
const SCOPES: [start: RegExp, ...scopes: string[]][] = [
  [/^\/api\/v2\/orgauthorization\//, 'organization-authorization'],
  [/^\/api\/v2\/(externalcontacts)\//, 'external-contacts'],
  [/^\/liaison\/v1\/(bulk-jobs|contacts|duplicates|events|webhooks|exports|imports?|journey|observe|organizations|views)\b/, 'external-contacts'],
  [/^\/v1(\/|$)/, 'external-contacts'],
  [/^\/api\/v2\/authorization\//, 'authorization'],
  [/^\/api\/v2\/organizations\//, 'organization'],
  [/^\/liaison\/v1\/(settings|limits|health)$/, 'organization'],
  [/^\/api\/v2\/users\/me$/, 'users', 'user-basic-info'],
  [/^\/api\/v2\/users\b/, 'users'],
  [/^\/api\/v2\/groups\b/, 'groups'],
  [/^\/api\/v2\/tokens\/me$/],
  [/^\/api\/v2\/(oauth|tokens)\//, 'oauth'],
  [/^\/api\/v2\/notifications\//, 'notifications'],
  [/^\/liaison\/v1\/audits\b/, 'audits'],
  [/^\/liaison\/v1\/subjects\//, 'gdpr'],
  [/^\/liaison\/v1\/identity-providers\b/, 'identity-providers'],
];
const EVERY = [...new Set(SCOPES.flatMap(([, ...scopes]) => scopes))];

/** They search, look up or fetch many. */
const READING_POSTS = new Set([
  'postUsersSearch',
  'postExternalcontactsBulkContacts',
  'postExternalcontactsBulkContactsDivisionviews',
  'postExternalcontactsBulkContactsUnresolved',
  'postExternalcontactsBulkNotes',
  'postExternalcontactsBulkOrganizations',
  'postExternalcontactsBulkOrganizationsDivisionviews',
  'postExternalcontactsBulkRelationships',
  'postExternalcontactsIdentifierlookup',
  'postExternalcontactsIdentifierlookupContacts',
  'postExternalcontactsIdentifierlookupOrganizations',
  'postLiaisonContactsSearch',
  'postLiaisonOrganizationsSearch',
  'postLiaisonSubjectsAccess',
  'postOrgauthorizationTrusteesAudits',
  'postOrgauthorizationTrustorAudits',
]);

const isRead = ({ id, method }: Operation) => method === 'GET' || method === 'HEAD' || READING_POSTS.has(id);
const readonly = (scopes: string[]) => scopes.map((scope) => `${scope}:readonly`);

const tokens = new Map<string, Promise<string>>();

/** The administrator's token with these scopes. */
function scoped(...scopes: string[]): Promise<string> {
  const made = tokens.get(scopes.join()) ?? makeScoped(scopes);
  tokens.set(scopes.join(), made);
  return made;
}

async function makeScoped(scopes: string[]): Promise<string> {
  const token = await database.makeToken(organizationId, clientId, admin.id, 3600);
  await database.client.query('update tokens set scopes = $2 where org_id = $1 and created_at = (select max(created_at) from tokens where org_id = $1)', [
    organizationId,
    JSON.stringify(scopes),
  ]);
  return token;
}

/** Whether the scopes let the operation be asked for; what becomes of the request, which has neither records nor a body, is no matter. */
async function lets(token: string, { method, path }: Operation): Promise<boolean> {
  const answer = await server.request(method, path.replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000'), { token });
  if (answer.status >= 500 && answer.status !== 501) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  if (answer.status !== 403) return true;
  // These refusals have no code.
  return answer.body?.code !== 'not.authorized' && method !== 'HEAD' && !/^\/v1(\/|$)/.test(path);
}

describe('for each operation', () => {
  const operations = contract.operations.filter(({ authenticated }) => authenticated);

  test('there is one', () => expect(operations.length).toBeGreaterThan(200));

  test.each(operations.map((operation) => [operation.id, operation] as const))('%s', async (_, operation) => {
    const [, ...own] = SCOPES.find(([start]) => start.test(operation.path)) ?? expect.fail(`what scope is ${operation.path} of?`);
    const others = EVERY.filter((scope) => !own.includes(scope));
    expect(await lets(await scoped(...others, ...readonly(others), 'nonsense'), operation)).toBe(own.length === 0);
    for (const scope of own) expect(await lets(await scoped(scope), operation)).toBe(true);
    if (own.length > 0) expect(await lets(await scoped(...readonly(own)), operation)).toBe(isRead(operation));
    if (operation.id === 'deleteTokensMe') tokens.clear();
  });
});

test('a token with all scopes, or with none, may do what its user may', async () => {
  for (const token of [await scoped('all'), await scoped()])
    expect(await must(server, 'POST', '/api/v2/groups', { name: unique('Group') }, token)).toMatchObject({ state: 'active' });
});

test('the refusal names the scopes that would do, before anything else of the request is looked at', async () => {
  const answer = await server.request('GET', '/api/v2/externalcontacts/contacts?pageSize=nonsense', { token: await scoped('users') });
  expect([answer.status, answer.body.code, answer.body.messageParams]).toEqual([
    403,
    'not.authorized',
    { scopes: 'external-contacts, external-contacts:readonly' },
  ]);
});

test('a bulk job erases only whom the scopes let erase', async () => {
  const body = { kind: 'contact', everything: true, act: 'erase', countFirst: true };
  const path = '/liaison/v1/bulk-jobs';
  const token = await scoped('external-contacts');
  const made = await must(server, 'POST', path, body, await scoped('external-contacts', 'gdpr'));
  for (const [at, sent] of [['', body], [`/${made.id}/continue`], [`/${made.id}/cancel`]] as const)
    expect(await server.request('POST', path + at, { token, ...(sent ? { body: sent } : {}) })).toMatchObject({
      status: 403,
      body: { code: 'not.authorized' },
    });
  await must(server, 'POST', `${path}/${made.id}/cancel`);
});

test('a channel tells of contacts only whom the scopes let read them', async () => {
  const topic = { id: 'v2.externalcontacts.contacts.00000000-0000-4000-8000-000000000000' };
  const subscribe = async (...scopes: string[]) => {
    const token = await scoped(...scopes);
    const { id } = await must(server, 'POST', '/api/v2/notifications/channels', undefined, token);
    return (await must(server, 'POST', `/api/v2/notifications/channels/${id}/subscriptions`, [topic], token)).entities;
  };
  expect(await subscribe('notifications', 'external-contacts:readonly')).toMatchObject([{ id: topic.id, state: 'Permitted' }]);
  expect(await subscribe('notifications')).toMatchObject([{ id: topic.id, state: 'Rejected' }]);
});

describe('the scopes of a client', () => {
  const clientWith = (...scope: string[]) =>
    must(server, 'POST', '/api/v2/oauth/clients', {
      name: unique('Client'),
      authorizedGrantType: 'CLIENT_CREDENTIALS',
      scope,
      roleDivisions: [],
    });

  it('B-06: are those of its users’ tokens, as tokens/me shows', async () => {
    const client = await clientWith('groups:readonly', 'user-basic-info');
    const { access_token: token } = await commandLine<{ access_token: string }>(server, 'token', client.id, '--user', admin.email);
    expect(await must(server, 'GET', '/api/v2/tokens/me', undefined, token)).toMatchObject({
      organization: { id: organizationId, name: 'My organization' },
      homeOrganization: { id: organizationId, name: 'My organization' },
      authorizedScope: ['groups:readonly', 'user-basic-info'],
      OAuthClient: { id: client.id, authorizedGrantType: 'CLIENT_CREDENTIALS' },
    });
    await must(server, 'GET', '/api/v2/groups', undefined, token);
    expect((await server.request('POST', '/api/v2/groups', { token, body: { name: 'x' } })).body.code).toBe('not.authorized');
    expect(await must(server, 'GET', '/api/v2/users/me', undefined, token)).toMatchObject({ id: admin.id });
    expect((await server.request('GET', '/api/v2/users', { token })).body.code).toBe('not.authorized');
  });

  it('bind users who act in another organization as well', async () => {
    const [customer, partner] = [await organizationOn(server, database, 'Customer'), await organizationOn(server, database, 'Partner')];
    const engineer = await partner.makePerson();
    const { id: roleId } = await customer.makeRole('directory:group:view', 'directory:group:add');
    const pairing = await partner.must('POST', '/api/v2/orgauthorization/pairings', { userIds: [engineer.id] });
    await customer.must('POST', '/api/v2/orgauthorization/trustees', {
      pairingId: pairing.id,
      enabled: true,
      users: [{ id: engineer.id, roleIds: [roleId] }],
    });
    const client = await partner.must('POST', '/api/v2/oauth/clients', {
      name: unique('Client'),
      authorizedGrantType: 'PKCE',
      scope: ['groups:readonly'],
    });
    const words = ['token', client.id, '--user', engineer.email, '--org', partner.shortName, '--target', customer.id];
    const { access_token: token } = await commandLine<{ access_token: string }>(server, ...words);
    expect(await must(server, 'GET', '/api/v2/tokens/me', undefined, token)).toMatchObject({ authorizedScope: ['groups:readonly'] });
    await must(server, 'GET', '/api/v2/groups', undefined, token);
    expect((await server.request('POST', '/api/v2/groups', { token, body: { name: 'x' } })).body.code).toBe('not.authorized');
  });

  it('are what a program may ask for less of, and what a token is cut to when it is made', async () => {
    const redirect = 'https://app.example/back';
    const fields = { name: unique('App'), authorizedGrantType: 'CODE', registeredRedirectUri: [redirect], scope: ['groups', 'users:readonly'] };
    const client = await must(server, 'POST', '/api/v2/oauth/clients', fields);
    const user = await makeUser(server, { password: 'correct horse battery' });
    const asked = { client_id: client.id, redirect_uri: redirect, response_type: 'code', scope: 'groups' };
    const { location } = await openBrowser(server).signIn(authorizeUrl(asked), user.email, 'correct horse battery');
    const code = { grant_type: 'authorization_code', code: location.searchParams.get('code') as string, redirect_uri: redirect };
    const scopeOf = async ({ body }: Json) => (await must(server, 'GET', '/api/v2/tokens/me', undefined, body.access_token)).authorizedScope;
    const first = await askToken(server, client, code);
    expect(await scopeOf(first)).toEqual(['groups']);
    const refresh = ({ body }: Json) => askToken(server, client, { grant_type: 'refresh_token', refresh_token: body.refresh_token });
    await must(server, 'PUT', `/api/v2/oauth/clients/${client.id}`, { ...fields, scope: ['groups', 'oauth'] });
    const second = await refresh(first);
    expect(await scopeOf(second)).toEqual(['groups']);
    await must(server, 'PUT', `/api/v2/oauth/clients/${client.id}`, { ...fields, scope: ['oauth'] });
    expect(await refresh(second)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('are ignored where the client acts for itself', async () => {
    const client = await clientWith('groups:readonly');
    const token = await server.tokenFor(client.id, client.secret);
    expect(await must(server, 'GET', '/api/v2/tokens/me', undefined, token)).toMatchObject({ authorizedScope: [] });
    expect((await server.request('GET', '/api/v2/users', { token })).body.code).toBe('missing.any.permissions');
  });
});
