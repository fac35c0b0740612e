// What `expand` adds to a user: parts of their own, put into the finished text.
import type { Door } from '../../db/database.ts';
import type { Principal } from '../../http/principal.ts';
import { type Acting, isActing } from '../acting/acting.ts';
import type { Catalogue } from '../catalogue.ts';
import { userAuthorization } from '../grants/grant.ts';
import { groupsOfUser } from '../groups/store.ts';
import { tenantText } from '../organization/store.ts';
import { rolesOfSubjects } from '../roles/store.ts';
import { tokenInfo } from '../tokens/store.ts';

interface Asking {
  door: Door;
  principal: Principal;
  query: { expand?: string[] };
}

type Part = () => Promise<string | undefined> | string;

export function expandUser({ door, principal, query }: Asking, catalogue: Catalogue, userId: string, text: string): Promise<string> {
  return expand(text, query.expand ?? [], {
    authorization: async () => JSON.stringify(await userAuthorization(door, principal.orgId, [userId], catalogue)),
    groups: () => groupsOfUser(door, principal.orgId, userId),
  });
}

/** The organizations that trust the user's own and have the user as a member, as a JSON array. */
export type TrustorsOf = (homeOrgId: string, userId: string) => Promise<string>;

interface Known {
  catalogue: Catalogue;
  acting: Acting;
  trustorsOf: TrustorsOf;
}

/** Unknown names are ignored: the API resolves expansions as best it can. */
export function expandMe({ door, principal, query }: Asking, { catalogue, acting, trustorsOf }: Known, userId: string, text: string): Promise<string> {
  const { orgId, homeOrgId } = principal;
  return expand(text, query.expand ?? [], {
    authorization: async () => JSON.stringify(await userAuthorization(door, orgId, await acting.subjectsOf(principal), catalogue)),
    groups: () => groupsOfUser(acting.homeDoor(principal), homeOrgId, userId),
    date: () => JSON.stringify({ currentDate: new Date().toISOString() }),
    organization: () => tenantText(door, orgId),
    orgAuthorization: async () => rolesOfSubjects(door, orgId, await acting.subjectsOf(principal)),
    orgProducts: () => '[{"id":"liaison"}]',
    token: () => (isActing(principal) ? acting.tokenInfo(principal) : tokenInfo(door, orgId, principal.tokenHash)),
    // A chain is not followed: wherever the user acts, these are the trustors of its home.
    trustors: () => trustorsOf(homeOrgId, userId),
  });
}

async function expand(text: string, names: readonly string[], parts: Record<string, Part>): Promise<string> {
  const wanted = names.map((name) => (name === 'orgauthorization' ? 'orgAuthorization' : name)).filter((name) => Object.hasOwn(parts, name));
  const added = await Promise.all(wanted.map(async (name) => `,${JSON.stringify(name)}:${(await parts[name]?.()) ?? 'null'}`));
  return `${text.slice(0, -1)}${added.join('')}}`;
}
