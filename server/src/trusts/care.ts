// Trusts of organizations that the operator set as support: made without a pairing. They name no members; the support
// organization brings its own, each of which gets the roles that the trust was made with.
import { type Power, requireHeld, storedRoles } from '../access/index.ts';
import type { Call, Handlers } from '../contract/bind.ts';
import { pageListing, pageOf } from '../families/page.ts';
import { refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { existingOrganizations, listTrustees, storedTrusts } from './store.ts';
import type { TrustDeps } from './trust.ts';
import { trustee } from './trustees.ts';
import { defaultPairs, insertTrust, type NewTrust, recordTrust } from './writes.ts';

export const careHandlers = (deps: TrustDeps): Handlers => ({
  getOrgauthorizationTrusteesCare: async ({ principal }) => {
    const trusts = await storedTrusts(deps.database.system, principal.orgId, await supporters(deps, principal.orgId));
    return JSON.stringify({ entities: trusts.map(({ trustee_org_id: id }) => ({ id, selfUri: `/api/v2/orgauthorization/trustees/${id}` })) });
  },

  postOrgauthorizationTrusteesCare: async (call) => {
    const { principal, query, url } = call;
    const ids = await supporters(deps, principal.orgId);
    await trust(deps, call, ids, query);
    const page = pageOf({ pageSize: Math.max(ids.length, 1) }, Number.MAX_SAFE_INTEGER);
    const found = await listTrustees(deps.database.system, principal.orgId, ids, page);
    return pageListing(url, page, found.entities, found);
  },

  getOrgauthorizationTrusteesDefault: async ({ principal }) => {
    const [first] = await supporters(deps, principal.orgId);
    if (first === undefined) throw refuse('not.found');
    return trustee(deps, principal.orgId, first);
  },

  postOrgauthorizationTrusteesDefault: async (call) => {
    const [first] = await supporters(deps, call.principal.orgId);
    if (first === undefined) throw refuse('not.found');
    await trust(deps, call, [first], call.query);
    return trustee(deps, call.principal.orgId, first);
  },
});

const supporters = async ({ database, careOrganizations }: TrustDeps, orgId: string): Promise<string[]> =>
  (await existingOrganizations(database.system, careOrganizations)).filter((id) => id !== orgId);

type Options = Call<'postOrgauthorizationTrusteesCare'>['query'];

/** Those that are trusted already stay as they are. What members will get, the caller must hold. */
async function trust(deps: TrustDeps, call: Pick<Call, 'principal' | 'author' | 'door'>, ids: readonly string[], options: Options): Promise<void> {
  const { system } = deps.database;
  const { orgId } = call.principal;
  const usesDefaultRole = options.assignDefaultRole ?? false;
  const hasFullAccess = options.assignFullAccess ?? false;
  const expiresAt = options.autoExpire ? new Date(Date.now() + limits.careTrustDays * 86_400_000) : null;
  await deps.changes.make(system, orgId, async () => {
    const pairs = await defaultPairs(call.door, orgId, { uses_default_role: usesDefaultRole, has_full_access: hasFullAccess });
    const roles = await storedRoles(
      call.door,
      orgId,
      pairs.map(({ roleId }) => roleId),
    );
    const powers: Power[] = pairs.map(({ roleId, divisionId }) => ({ divisionId, policies: roles.find(({ id }) => id === roleId)?.policies ?? [] }));
    requireHeld(call.principal, powers);
    const trusted = (await storedTrusts(system, orgId, ids)).map(({ trustee_org_id }) => trustee_org_id);
    const made = (trusteeOrgId: string): NewTrust => ({
      trusteeOrgId,
      enabled: true,
      expiresAt,
      usesDefaultRole,
      hasFullAccess,
      isTrustedUser: options.allowTrustedUserAccess ?? false,
    });
    return ids.filter((id) => !trusted.includes(id)).flatMap((id) => [insertTrust(call.author, made(id)), ...recordTrust(call.author, 'create', id)]);
  });
}
