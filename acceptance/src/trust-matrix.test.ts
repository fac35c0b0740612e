// For each operation of the contract: a user who acts by a trust may do exactly what the trust grants, by permission and
// by division, like somebody of the organization who holds the same.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { policy } from './access-callers.ts';
import { build, control, isOfOtherKind, isOfToken } from './contract-walk.ts';
import type { Operation } from './served-contract.ts';
import type { Answer } from './server.ts';
import { actingToken, organizationOn, type Person } from './trust-organizations.ts';
import { startTwoDivisions } from './two-divisions.ts';

const world = await startTwoDivisions();
const { server, contract, database, open, hidden, openDivision, inOpen, organizationId, stop } = world;
afterAll(stop);

const operations = contract.operations.filter(({ gap }) => !gap);
const guarded = operations.flatMap((operation) => (operation.permissions ? [[operation.id, operation, operation.permissions] as const] : []));
const every = [...new Set(guarded.flatMap(([, , { of }]) => of))].sort();

const must = async (method: string, path: string, body?: unknown) => {
  const answer = await server.request(method, path, body === undefined ? {} : { body });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
};
const makeRole = (name: string, permissions: string[]) =>
  must('POST', '/api/v2/authorization/roles', { name, permissionPolicies: permissions.map(policy) }) as Promise<{ id: string }>;

/** A role in all divisions whose permissions are set before each request. */
let role: { id: string };
let acting: string;
/** The same grants as those of `inOpen`. */
let actingInOpen: string;

beforeAll(async () => {
  const partner = await organizationOn(server, database, 'Partner');
  const [everywhere, inOne]: Person[] = [await partner.makePerson(), await partner.makePerson()];
  role = await makeRole('Everywhere', every);
  const { grants } = await must('GET', `/api/v2/authorization/subjects/${(await clientOf(inOpen)).id}`);
  const pairing = await partner.must('POST', '/api/v2/orgauthorization/pairings', { userIds: [everywhere?.id, inOne?.id] });
  await must('POST', '/api/v2/orgauthorization/trustees', {
    pairingId: pairing.id,
    enabled: true,
    users: [
      { id: everywhere?.id, roleIds: [role.id] },
      { id: inOne?.id, roleDivisions: { grants: grants.map((grant: { role: { id: string } }) => ({ roleId: grant.role.id, divisionId: openDivision })) } },
    ],
  });
  acting = await actingToken(server, everywhere as Person, partner, { id: organizationId });
  actingInOpen = await actingToken(server, inOne as Person, partner, { id: organizationId });
});

const clientOf = async (token: string) => (await server.request('GET', '/api/v2/tokens/me', { token })).body.OAuthClient;
const setPermissions = (permissions: string[]) => must('PATCH', `/api/v2/authorization/roles/${role.id}`, { permissionPolicies: permissions.map(policy) });

test('the contract has operations, and each says who may', () => {
  expect(guarded.length).toBeGreaterThan(150);
});

describe('by permission', () => {
  test.each(guarded)('%s', async (_, operation, { mode, of }) => {
    const request = await build(open, operation, { fresh: operation.method !== 'GET' });
    await setPermissions(every.filter((permission) => !of.includes(permission)));
    const named = mode === 'ANY' ? `[${of.join(', ')}]` : of.join(', ');
    const refusal = { code: mode === 'ANY' ? 'missing.any.permissions' : 'missing.permissions', messageParams: { permissions: named } };
    // The second dialect does not say what is missing.
    expect(await open.send(request, acting)).toMatchObject({ status: 403, body: operation.path.startsWith('/v1') ? { message: 'Forbidden' } : refusal });
    for (const enough of mode === 'ANY' ? of.filter((permission) => !isOfOtherKind(operation, permission)) : [of]) {
      await setPermissions(every.filter((permission) => !of.includes(permission) || enough.includes(permission)));
      const answer = await control(open, await build(open, operation, { fresh: operation.method !== 'GET' }), acting);
      expect(isGranted(operation, answer), `${operation.id}: ${answer.status} ${answer.text}`).toBe(true);
    }
  });

  /** Or refused for what is another's: rights that the caller does not hold, a third organization, another token's channel. */
  function isGranted({ id }: Operation, { status, body }: Answer): boolean {
    if (status < 300 || body.code === 'missing.trustor.permissions') return true;
    if (status === 403 && body.code === 'missing.permissions')
      return body.messageParams.permissions.split(', ').every((permission: string) => !every.includes(permission));
    return status === 404 && /Channel/.test(id);
  }
});

describe('by division', () => {
  const ofRecords = world.built.filter((operation) => !/Channel/.test(operation.id));

  test.each(ofRecords.map((operation) => [operation.id, operation] as const))('%s', async (_, operation) => {
    for (const cast of [open, hidden]) {
      const ask = async (token: string) => {
        const request = await build(cast, operation, { fresh: operation.method !== 'GET' });
        expect(isOfToken(request)).toBe(false);
        const { status, body } = await control(cast, request, token);
        return { status, code: body?.code, total: body?.total };
      };
      expect(await ask(actingInOpen)).toEqual(await ask(inOpen));
    }
  });
});
