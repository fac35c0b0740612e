// Callers of different strength, made over the API as an administrator would.
import type { Json } from './sdk.ts';
import type { Server } from './server.ts';

export interface Caller {
  clientId: string;
  secret: string;
  token: string;
}

export interface Policy {
  domain: string;
  entityName: string;
  actionSet: string[];
}

/** `domain:entity:action` → a policy */
export function policy(permission: string): Policy {
  const [domain, entityName, action] = permission.split(':') as [string, string, string];
  return { domain, entityName, actionSet: [action] };
}

let made = 0;
export function unique(word: string): string {
  made += 1;
  return `${word} ${process.pid}-${made}`;
}

/** Sends a request that must go well. */
export async function must<B = Json>(server: Server, method: string, path: string, body?: unknown, token?: string): Promise<B> {
  const answer = await server.request<B>(method, path, { ...(body === undefined ? {} : { body }), ...(token === undefined ? {} : { token }) });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

export const makeRole = (server: Server, ...permissions: string[]): Promise<{ id: string; name: string }> =>
  must(server, 'POST', '/api/v2/authorization/roles', { name: unique('Role'), permissionPolicies: permissions.map(policy) });

export const makeDivision = (server: Server): Promise<{ id: string; name: string }> =>
  must(server, 'POST', '/api/v2/authorization/divisions', { name: unique('Division') });

export const makeUser = (server: Server, more: Record<string, unknown> = {}): Promise<{ id: string; email: string; version: number }> =>
  must(server, 'POST', '/api/v2/users', { name: unique('User'), email: `${unique('u').replace(' ', '')}@example.com`, ...more });

/** A client that holds these permissions in the division, with a token of its own. */
export async function makeCaller(server: Server, permissions: string[], divisionId = '*'): Promise<Caller> {
  const role = await makeRole(server, ...permissions);
  return makeClient(server, [{ roleId: role.id, divisionId }]);
}

export async function makeClient(server: Server, roleDivisions: { roleId: string; divisionId: string }[]): Promise<Caller> {
  const client = await must(server, 'POST', '/api/v2/oauth/clients', { name: unique('Client'), authorizedGrantType: 'CLIENT_CREDENTIALS', roleDivisions });
  return { clientId: client.id, secret: client.secret, token: await server.tokenFor(client.id, client.secret) };
}

export async function roleNamed(server: Server, name: string): Promise<{ id: string; permissionPolicies: Policy[] }> {
  const { entities } = await must(server, 'GET', `/api/v2/authorization/roles?name=${encodeURIComponent(name)}`);
  return entities.find((role: { name: string }) => role.name === name);
}
