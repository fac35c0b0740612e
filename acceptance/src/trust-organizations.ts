// Organizations that trust one another: what the tests of trusts begin with. People have tokens as they would after signing
// in; the tests of signing in are elsewhere.
import { policy, unique } from './access-callers.ts';
import type { DatabaseOf } from './database-of.ts';
import { commandLine, makeOrganization, type OtherOrganization } from './other-organization.ts';
import type { Json, Server } from './server.ts';

export interface Person {
  id: string;
  email: string;
  name: string;
  /** To act at home. */
  token: string;
}

export interface Organization extends OtherOrganization {
  id: string;
  name: string;
  admin: Person;
  /** A request as the administrator, or with another token, that must go well. */
  must(method: string, path: string, body?: unknown, token?: string): Promise<Json>;
  makePerson(permissions?: string[]): Promise<Person>;
  makeGroup(...members: Person[]): Promise<{ id: string; version: number }>;
  makeRole(...permissions: string[]): Promise<{ id: string; name: string }>;
  makeDivision(): Promise<{ id: string }>;
}

export async function organizationOn(server: Server, database: DatabaseOf, word: string): Promise<Organization> {
  const name = unique(word);
  const made = await makeOrganization(server, name);
  const client = await server.tokenFor(made.clientId, made.clientSecret);
  const must = async (method: string, path: string, body?: unknown, token?: string) => {
    const answer = await server.request(method, path, { token: token ?? organization.admin.token, ...(body === undefined ? {} : { body }) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const tokenOf = (userId: string) => database.makeToken(made.organizationId, made.clientId, userId, 3600);
  const [first] = (await must('GET', '/api/v2/users', undefined, client)).entities;
  const organization: Organization = {
    ...made,
    id: made.organizationId,
    name,
    admin: { ...first, token: await tokenOf(first.id) },
    must,
    async makePerson(permissions = []) {
      const user = await must('POST', '/api/v2/users', { name: unique('Person'), email: `${unique('p').replace(' ', '')}@example.com` });
      if (permissions.length > 0) {
        const role = await organization.makeRole(...permissions);
        await must('POST', `/api/v2/authorization/subjects/${user.id}/bulkadd`, { grants: [{ roleId: role.id, divisionId: '*' }] });
      }
      return { ...user, token: await tokenOf(user.id) };
    },
    async makeGroup(...members) {
      const group = await must('POST', '/api/v2/groups', { name: unique('Group') });
      if (members.length > 0) await must('POST', `/api/v2/groups/${group.id}/members`, { memberIds: members.map(({ id }) => id), version: group.version });
      return group;
    },
    makeRole: (...permissions) => must('POST', '/api/v2/authorization/roles', { name: unique('Role'), permissionPolicies: permissions.map(policy) }),
    makeDivision: () => must('POST', '/api/v2/authorization/divisions', { name: unique('Division') }),
  };
  return organization;
}

/** A pairing by the trustee, and the trust that the trustor makes of it. */
export async function makeTrust(
  trustor: Organization,
  trustee: Organization,
  members: { users?: Json[]; groups?: Json[]; dateExpired?: string },
): Promise<Json> {
  const ids = (list: Json[] = []) => list.map(({ id }) => id);
  const pairing = await trustee.must('POST', '/api/v2/orgauthorization/pairings', { userIds: ids(members.users), groupIds: ids(members.groups) });
  return trustor.must('POST', '/api/v2/orgauthorization/trustees', { pairingId: pairing.id, enabled: true, ...members });
}

/** A token by which somebody acts in another organization, as the operator would make it. @throws where no trust lets them in */
export async function actingToken(server: Server, person: { email: string }, home: Organization, target: { id: string }): Promise<string> {
  const words = ['token', home.clientId, '--user', person.email, '--org', home.shortName, '--target', target.id];
  return (await commandLine<{ access_token: string }>(server, ...words)).access_token;
}
