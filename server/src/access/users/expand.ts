// What `expand` adds to a user: parts of their own, put into the finished text.
import type { Door } from '../../db/database.ts';
import type { Principal } from '../../http/principal.ts';
import type { Catalogue } from '../catalogue.ts';
import { userAuthorization } from '../grants/grant.ts';
import { groupsOfUser } from '../groups/store.ts';
import { tenantText } from '../organization/store.ts';
import { rolesOfSubject } from '../roles/store.ts';
import { tokenInfo } from '../tokens/store.ts';

interface Asking {
  door: Door;
  principal: Principal;
  query: { expand?: string[] };
}

type Part = () => Promise<string | undefined> | string;

export function expandUser({ door, principal, query }: Asking, catalogue: Catalogue, userId: string, text: string): Promise<string> {
  return expand(text, query.expand ?? [], userParts(door, principal, catalogue, userId));
}

/** Unknown names are ignored: the API resolves expansions as best it can. */
export function expandMe({ door, principal, query }: Asking, catalogue: Catalogue, userId: string, text: string): Promise<string> {
  return expand(text, query.expand ?? [], {
    ...userParts(door, principal, catalogue, userId),
    date: () => JSON.stringify({ currentDate: new Date().toISOString() }),
    organization: () => tenantText(door, principal.orgId),
    orgAuthorization: () => rolesOfSubject(door, principal.orgId, userId),
    orgProducts: () => '[{"id":"liaison"}]',
    token: () => tokenInfo(door, principal.orgId, principal.tokenHash),
    // TODO: the organizations whose trust the user has, when the trusts slice is there.
    trustors: () => '[]',
  });
}

function userParts(door: Door, principal: Principal, catalogue: Catalogue, userId: string): Record<string, Part> {
  return {
    authorization: async () => JSON.stringify(await userAuthorization(door, principal.orgId, userId, catalogue)),
    groups: () => groupsOfUser(door, principal.orgId, userId),
  };
}

async function expand(text: string, names: readonly string[], parts: Record<string, Part>): Promise<string> {
  const wanted = names.map((name) => (name === 'orgauthorization' ? 'orgAuthorization' : name)).filter((name) => Object.hasOwn(parts, name));
  const added = await Promise.all(wanted.map(async (name) => `,${JSON.stringify(name)}:${(await parts[name]?.()) ?? 'null'}`));
  return `${text.slice(0, -1)}${added.join('')}}`;
}
