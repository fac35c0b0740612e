// The trustee's view: the organizations that let its people in, with what the asking user may do there.
import { findAccess } from '../access/index.ts';
import type { Handlers } from '../contract/bind.ts';
import { isId } from '../families/id.ts';
import { pageListing, pageOf, type Slice } from '../families/page.ts';
import { refuse } from '../http/errors.ts';
import { countTrustors, listTrustors, storedTrust, type TrustorFilter } from './store.ts';
import { asTrustee, type TrustDeps } from './trust.ts';
import { endTrust } from './writes.ts';

export const trustorHandlers = (deps: TrustDeps): Handlers => ({
  getOrgauthorizationTrustors: async ({ principal, query, url }) => {
    const page = pageOf(query, Number.MAX_SAFE_INTEGER);
    const bodies = await trustors(deps, principal, {}, page);
    return pageListing(url, page, `[${bodies.join(',')}]`, { total: await countTrustors(deps.database.system, principal.orgId) });
  },

  getOrgauthorizationTrustor: async ({ principal, path }) => {
    const [body] = await trustors(deps, principal, { ids: [path.trustorOrgId] }, ALL);
    if (body === undefined) throw refuse('not.found');
    return body;
  },

  deleteOrgauthorizationTrustor: async (call) => {
    await end(deps, call, call.path.trustorOrgId);
    return { status: 204 };
  },

  // Each in a transaction of its own, for each is another organization's.
  deleteOrgauthorizationTrustors: async (call) => {
    const { system } = deps.database;
    for (const id of call.query.id.map((text) => text.toLowerCase()).filter(isId)) {
      if (await storedTrust(system, id, call.principal.orgId)) await end(deps, call, id);
    }
    return { status: 204 };
  },
});

const ALL: Slice = { size: 1000, offset: 0 };

/** Who asks for trustors: an organization, and its user. */
type Asking = { orgId: string; userId: string | undefined };

/** Bodies of trustors, each with what the user may do there; of nobody, and where he is no member, that is nothing. */
export async function trustors(
  { database, catalogue }: Pick<TrustDeps, 'database' | 'catalogue'>,
  { orgId, userId }: Asking,
  filter: TrustorFilter,
  slice: Slice = ALL,
): Promise<string[]> {
  const { system } = database;
  return Promise.all(
    (await listTrustors(system, orgId, filter, slice)).map(async ({ id, body }) => {
      const access = userId === undefined ? undefined : await findAccess(system, id, orgId, userId);
      const permissions = catalogue.expand(access?.powers.flatMap(({ policies }) => policies) ?? []);
      return `${body.slice(0, -1)},"authorization":${JSON.stringify({ permissions })}}`;
    }),
  );
}

async function end(deps: TrustDeps, call: Parameters<typeof asTrustee>[1], trustorOrgId: string): Promise<void> {
  const side = await asTrustee(deps, call, trustorOrgId);
  await deps.changes.make(side.door, trustorOrgId, async () => {
    await asTrustee(deps, call, trustorOrgId);
    return endTrust(side.door, side.author, side.trusteeOrgId);
  });
}
