// The trustor's view: the organizations whose people it lets in.
import { findSubjects, requireGrantable } from '../access/index.ts';
import type { Call, Handlers } from '../contract/bind.ts';
import type { Step } from '../db/database.ts';
import { isId } from '../families/id.ts';
import { pageListing, pageOf } from '../families/page.ts';
import { refuse } from '../http/errors.ts';
import type { Author } from '../http/principal.ts';
import { readMember, requireRoom, requireTrusteeSubjects } from './members/member.ts';
import { openPairing, recordRefusedPairing, usePairing } from './pairings/store.ts';
import { listTrustees, storedTrust, storedTrusts, trusteeText } from './store.ts';
import { asTrustor, readExpiry, type TrustDeps } from './trust.ts';
import { addMember, endTrust, insertTrust, type NewMember, recordTrust, updateTrust } from './writes.ts';

export const trusteeHandlers = (deps: TrustDeps): Handlers => ({
  getOrgauthorizationTrustees: async ({ principal, query, url }) => {
    const page = pageOf(query, Number.MAX_SAFE_INTEGER);
    const found = await listTrustees(deps.database.system, principal.orgId, undefined, page);
    return pageListing(url, page, found.entities, found);
  },

  postOrgauthorizationTrustees: (call) => create(deps, call),

  getOrgauthorizationTrustee: ({ principal, path }) => trustee(deps, principal.orgId, path.trusteeOrgId),

  putOrgauthorizationTrustee: async (call) => {
    const { principal, door, author, path, body } = call;
    const expiresAt = readExpiry(body.dateExpired);
    await deps.changes.make(door, principal.orgId, async () => {
      await asTrustor(deps, call, path.trusteeOrgId);
      return [updateTrust(principal.orgId, path.trusteeOrgId, body.enabled, expiresAt), ...recordTrust(author, 'update', path.trusteeOrgId)];
    });
    return trustee(deps, principal.orgId, path.trusteeOrgId);
  },

  deleteOrgauthorizationTrustee: async (call) => {
    const { principal, door, author, path } = call;
    await deps.changes.make(door, principal.orgId, async () => {
      await asTrustor(deps, call, path.trusteeOrgId);
      return endTrust(door, author, path.trusteeOrgId);
    });
    return { status: 204 };
  },

  deleteOrgauthorizationTrustees: async ({ principal, door, author, query }) => {
    const ids = query.id.map((id) => id.toLowerCase()).filter(isId);
    await deps.changes.make(door, principal.orgId, async () => {
      const steps: Step[] = [];
      for (const { trustee_org_id } of await storedTrusts(deps.database.system, principal.orgId, ids))
        steps.push(...(await endTrust(door, author, trustee_org_id)));
      return steps;
    });
    return { status: 204 };
  },
});

/** @throws Refusal 404 without a trust */
export async function trustee(deps: TrustDeps, trustorOrgId: string, trusteeOrgId: string): Promise<string> {
  const text = await trusteeText(deps.database.system, trustorOrgId, trusteeOrgId);
  if (text === undefined) throw refuse('not.found');
  return text;
}

/**
 * The pairing proves that the other side agrees, and is used up; the body says who is let in. One transaction through
 * the system door, because the pairing is a row of the other organization; an Idempotency-Key's own comes after it.
 */
async function create(deps: TrustDeps, { principal, door, author, body }: Call<'postOrgauthorizationTrustees'>): Promise<string> {
  const { system } = deps.database;
  const { orgId } = principal;
  const expiresAt = readExpiry(body.dateExpired);
  const members = [...(body.users ?? []).map((user) => readMember('PC_USER', user)), ...(body.groups ?? []).map((group) => readMember('PC_GROUP', group))];
  let trusteeOrgId = '';
  await deps.changes.make(system, orgId, async () => {
    const pairing = await proof(deps, author, body.pairingId, members);
    trusteeOrgId = pairing.orgId;
    if (members.length === 0) throw refuse('trustee.user.required');
    await requireTrusteeSubjects(deps, trusteeOrgId, members);
    for (const type of ['PC_USER', 'PC_GROUP'] as const) requireRoom(type, members.filter((member) => member.type === type).length);
    await requireGrantable(
      door,
      principal,
      members.flatMap(({ pairs }) => pairs),
      undefined,
    );
    if (await storedTrust(system, orgId, trusteeOrgId)) throw refuse('conflict', { params: { reason: 'There is a trust with this organization already.' } });
    return [
      ...pairing.steps,
      insertTrust(author, { trusteeOrgId, enabled: body.enabled, expiresAt, usesDefaultRole: false, hasFullAccess: false, isTrustedUser: false }),
      ...recordTrust(author, 'create', trusteeOrgId),
      ...members.flatMap((member) => addMember(author, trusteeOrgId, member)),
    ];
  });
  return trustee(deps, orgId, trusteeOrgId);
}

/** Whom the pairing leads to, and what uses it up. Without one, a support organization whose the members are. */
async function proof(deps: TrustDeps, author: Author, pairingId: string | undefined, members: readonly NewMember[]): Promise<{ orgId: string; steps: Step[] }> {
  const { database, careOrganizations } = deps;
  if (pairingId === undefined) {
    const ids = [...new Set(members.map(({ id }) => id))];
    for (const orgId of careOrganizations) {
      if (orgId === author.orgId || ids.length === 0 || !ids.every(isId)) continue;
      if ((await findSubjects(database.tenant(orgId), orgId, ids)).length === ids.length) return { orgId, steps: [] };
    }
    throw refuse('pairing.id.required');
  }
  const id = pairingId.toLowerCase();
  const pairing = isId(id) ? await openPairing(database.system, id) : undefined;
  if (pairing && pairing.org_id !== author.orgId) return { orgId: pairing.org_id, steps: [usePairing(pairing.org_id, id)] };
  const code = pairing ? 'self.trust.not.allowed' : 'pairing.id.required';
  if (isId(id)) await database.tenant(author.orgId).flight(recordRefusedPairing(author, id, code));
  throw refuse(code);
}
