// Who may ask at all: every operation of the contract against every token that does not hold, and against tokens that
// hold everything but what the operation asks for (G20).
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCaller, makeUser, must } from './access-callers.ts';
import { build, control, createCast, isOfOtherKind, isOfToken, isPersonal, masked, populate, withId } from './contract-walk.ts';
import { databaseOf } from './database-of.ts';
import { type Operation, readContract } from './served-contract.ts';
import { startServer } from './server.ts';
import { CARE, trustWorld } from './trust-walk.ts';

const NOBODY = '01890000-0000-7000-8000-000000000000';

const server = await startServer(CARE);
const { client: database, fingerprint, makeToken } = await databaseOf(server);
afterAll(async () => {
  await database.end();
  await server.stop();
});
const contract = await readContract(server);
const built = contract.operations.filter((operation) => !operation.gap);
const { organizationId, clientId } = server.firstRun;
const [defaultRole] = (await must(server, 'GET', '/api/v2/authorization/roles?defaultRoleId=agent')).entities;
const trusts = trustWorld({ client: database }, organizationId, 'heron');
await trusts.makeCare();
const cast = createCast(server, contract, 'heron', server.token, { ...trusts.given, defaultRole: defaultRole.id }, trusts.bodies);
await populate(cast);

/** A request that the first client may make, with records of its own. */
const isXurrent = ({ path }: Operation) => path.startsWith('/v1');
const prepared = (operation: Operation) => build(cast, operation, { fresh: operation.method !== 'GET' });

test('the contract has operations, and each says who may', () => {
  expect(built.length).toBeGreaterThan(100);
  expect(built.filter(({ authenticated, permissions }) => !authenticated && permissions)).toEqual([]);
});

describe('without a token that holds', () => {
  const tokens: Record<string, { token: string | null; code: string }> = {};
  let person: string;

  beforeAll(async () => {
    const refused = (token: string | null, code = 'bad.credentials') => ({ token, code });
    const hex = organizationId.replaceAll('-', '');
    const forged = Buffer.concat([Buffer.from(hex, 'hex'), randomBytes(24)]).toString('base64url');
    const ended = await server.tokenFor(clientId, server.firstRun.clientSecret);
    await must(server, 'DELETE', '/api/v2/tokens/me', undefined, ended);
    const gone = await makeCaller(server, ['directory:user:view']);
    await must(server, 'DELETE', `/api/v2/oauth/clients/${gone.clientId}`);
    const disabled = await makeCaller(server, ['directory:user:view']);
    await must(server, 'PUT', `/api/v2/oauth/clients/${disabled.clientId}`, { name: 'Disabled', authorizedGrantType: 'CLIENT_CREDENTIALS', state: 'disabled' });
    const leaver = await makeUser(server);
    const left = await makeToken(organizationId, clientId, leaver.id, 3600);
    await must(server, 'GET', '/api/v2/users/me', undefined, left);
    await must(server, 'DELETE', `/api/v2/users/${leaver.id}`);
    const [administrator] = (await must(server, 'GET', '/api/v2/users')).entities.filter(
      ({ email }: { email: string }) => email === server.firstRun.adminEmail,
    );
    person = await makeToken(organizationId, clientId, administrator.id, 3600);
    Object.assign(tokens, {
      none: refused(null, 'authentication.required'),
      nonsense: refused('nonsense'),
      empty: refused('', 'authentication.required'),
      forged: refused(forged),
      expired: refused(await makeToken(organizationId, clientId, null, -1)),
      ended: refused(ended),
      'of a deleted client': refused(gone.token),
      'of a disabled client': refused(disabled.token),
      'of a deleted user': refused(left),
    });
  });

  test.each(built.filter(({ authenticated }) => authenticated).map((operation) => [operation.id, operation] as const))(
    '%s answers 401',
    async (_, operation) => {
      const request = await prepared(operation);
      const before = await fingerprint(organizationId);
      for (const [kind, { token, code }] of Object.entries(tokens)) {
        const answer = await cast.send(request, token);
        // The second dialect has words for it, and no code.
        const told = operation.method === 'HEAD' || (isXurrent(operation) && answer.body.message) ? code : answer.body.code;
        expect([kind, answer.status, told]).toEqual([kind, 401, code]);
      }
      expect(await fingerprint(organizationId)).toBe(before);
      // A token of its own, for the request that ends it; a user's, for what only users can ask.
      const allowed = await control(cast, request, isOfToken(request) ? undefined : await makeToken(organizationId, clientId, null, 3600));
      const personal = isPersonal(allowed) ? await control(cast, request, person) : allowed;
      expect([personal.status, personal.text]).toEqual([expect.toSatisfy(isSuccess), expect.anything()]);
    },
  );
});

describe('without the permission', () => {
  const every = [...new Set(built.flatMap(({ permissions }) => permissions?.of ?? []))].sort();
  const callers = new Map<string, Promise<string>>();
  /** A token that may do everything but this. */
  const allBut = (lacking: string[]) => {
    const key = lacking.join();
    const token =
      callers.get(key) ??
      makeCaller(
        server,
        every.filter((permission) => !lacking.includes(permission)),
      ).then((caller) => caller.token);
    callers.set(key, token);
    return token;
  };
  const guarded = built.flatMap((operation) => (operation.permissions ? [[operation.id, operation, operation.permissions] as const] : []));

  test.each(guarded)('%s answers 403 and changes nothing', async (_, operation, { mode, of }) => {
    const request = await prepared(operation);
    const refusals = mode === 'ANY' ? [of] : [of, ...of.map((permission) => [permission])];
    for (const lacking of refusals) {
      const token = await allBut(lacking);
      const before = await fingerprint(organizationId);
      const answer = await cast.send(request, token);
      const named = mode === 'ANY' ? `[${of.join(', ')}]` : lacking.join(', ');
      const refusal = { code: mode === 'ANY' ? 'missing.any.permissions' : 'missing.permissions', messageParams: { permissions: named } };
      expect(answer).toMatchObject({ status: 403, body: isXurrent(operation) ? { message: 'Forbidden' } : refusal });
      for (const position of request.positions) {
        const nowhere = await cast.send(withId(request, position, NOBODY), token);
        expect([nowhere.status, masked(nowhere.text)]).toEqual([answer.status, masked(answer.text)]);
      }
      expect(await fingerprint(organizationId)).toBe(before);
    }
  });

  test.each(guarded)('%s goes through with any one that is enough', async (_, operation, { mode, of }) => {
    for (const enough of mode === 'ANY' ? of.filter((permission) => !isOfOtherKind(operation, permission)) : [of]) {
      const token = await allBut(of.filter((permission) => !enough.includes(permission)));
      const answer = await control(cast, await prepared(operation), token);
      // Whoever gives rights away is also asked whether it holds them itself, and is then told which it lacks.
      const lacks = answer.status === 403 && answer.body.code === 'missing.permissions' && answer.body.messageParams.permissions.split(', ');
      // The rights suffice; the organization on the other side lets no client in, and no client is a second person.
      if (['missing.trustor.permissions', 'not.a.user'].includes(answer.body?.code)) continue;
      if (lacks) expect(lacks.filter((permission: string) => every.includes(permission))).toEqual([]);
      else expect([answer.status, answer.text]).toEqual([expect.toSatisfy(isSuccess), expect.anything()]);
    }
  });
});

function isSuccess(status: unknown): boolean {
  return Number(status) >= 200 && Number(status) < 300;
}
