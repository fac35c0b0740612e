// operationId → handler: everything in contract/trusts.yaml.
import type { Handlers } from '../contract/bind.ts';
import { trustAuditHandlers } from './audits/operations.ts';
import { careHandlers } from './care.ts';
import { cloneHandlers } from './clones/operations.ts';
import { createMembers } from './members/operations.ts';
import { pairingHandlers } from './pairings/operations.ts';
import { asTrustee, asTrustor, type TrustDeps } from './trust.ts';
import { trusteeHandlers } from './trustees.ts';
import { trustorHandlers } from './trustors.ts';

export const trustHandlers = (deps: TrustDeps): Handlers => ({
  ...pairingHandlers(deps),
  ...trusteeHandlers(deps),
  ...careHandlers(deps),
  ...trustorHandlers(deps),
  ...memberHandlers(deps),
  ...cloneHandlers(deps),
  ...trustAuditHandlers(deps),
});

function memberHandlers(deps: TrustDeps): Handlers {
  const [users, groups] = [createMembers(deps, 'PC_USER'), createMembers(deps, 'PC_GROUP')];
  type Asking = Parameters<typeof asTrustor>[1];
  const trustor = (call: Asking & { path: { trusteeOrgId: string } }) => asTrustor(deps, call, call.path.trusteeOrgId);
  const trustee = (call: Asking & { path: { trustorOrgId: string } }, permission: string) =>
    asTrustee(deps, call, call.path.trustorOrgId, `authorization:${permission}`);
  return {
    getOrgauthorizationTrusteeUsers: async (call) => users.list(await trustor(call), call.query, call.url),
    postOrgauthorizationTrusteeUsers: async (call) => users.add(await trustor(call), call.body),
    getOrgauthorizationTrusteeUser: async (call) => users.get(await trustor(call), call.path.trusteeUserId),
    deleteOrgauthorizationTrusteeUser: async (call) => users.remove(await trustor(call), call.path.trusteeUserId),
    getOrgauthorizationTrusteeUserRoles: async (call) => users.roles(await trustor(call), call.path.trusteeUserId),
    putOrgauthorizationTrusteeUserRoles: async (call) => users.setRoles(await trustor(call), call.path.trusteeUserId, call.body),
    deleteOrgauthorizationTrusteeUserRoles: async (call) => users.clearRoles(await trustor(call), call.path.trusteeUserId),
    putOrgauthorizationTrusteeUserRoledivisions: async (call) => users.setGrants(await trustor(call), call.path.trusteeUserId, call.body),

    getOrgauthorizationTrusteeGroups: async (call) => groups.list(await trustor(call), call.query, call.url),
    postOrgauthorizationTrusteeGroups: async (call) => groups.add(await trustor(call), call.body),
    getOrgauthorizationTrusteeGroup: async (call) => groups.get(await trustor(call), call.path.trusteeGroupId),
    deleteOrgauthorizationTrusteeGroup: async (call) => groups.remove(await trustor(call), call.path.trusteeGroupId),
    getOrgauthorizationTrusteeGroupRoles: async (call) => groups.roles(await trustor(call), call.path.trusteeGroupId),
    putOrgauthorizationTrusteeGroupRoles: async (call) => groups.setRoles(await trustor(call), call.path.trusteeGroupId, call.body),
    deleteOrgauthorizationTrusteeGroupRoles: async (call) => groups.clearRoles(await trustor(call), call.path.trusteeGroupId),
    putOrgauthorizationTrusteeGroupRoledivisions: async (call) => groups.setGrants(await trustor(call), call.path.trusteeGroupId, call.body),

    getOrgauthorizationTrustorUsers: async (call) => users.list(await trustee(call, 'orgTrusteeUser:view'), call.query, call.url),
    getOrgauthorizationTrustorUser: async (call) => users.get(await trustee(call, 'orgTrusteeUser:view'), call.path.trusteeUserId),
    putOrgauthorizationTrustorUser: async (call) => users.join(await trustee(call, 'orgTrusteeUser:add'), call.path.trusteeUserId),
    deleteOrgauthorizationTrustorUser: async (call) => users.remove(await trustee(call, 'orgTrusteeUser:delete'), call.path.trusteeUserId),

    getOrgauthorizationTrustorGroups: async (call) => groups.list(await trustee(call, 'orgTrusteeGroup:view'), call.query, call.url),
    getOrgauthorizationTrustorGroup: async (call) => groups.get(await trustee(call, 'orgTrusteeGroup:view'), call.path.trustorGroupId),
    putOrgauthorizationTrustorGroup: async (call) => groups.join(await trustee(call, 'orgTrusteeGroup:add'), call.path.trustorGroupId),
    deleteOrgauthorizationTrustorGroup: async (call) => groups.remove(await trustee(call, 'orgTrusteeGroup:delete'), call.path.trustorGroupId),
  };
}
