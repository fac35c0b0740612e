// The operations on the caller's own organization.
import type { Handlers } from '../../contract/bind.ts';
import { bodyOf } from '../../families/guarded.ts';
import { refuse } from '../../http/errors.ts';
import type { Changes } from '../changes.ts';
import { recordSettings, tenantStep, tenantText, tenantVersion, updateTenant } from './store.ts';

export const organizationHandlers = (changes: Changes): Handlers => ({
  getOrganizationsMe: async ({ door, principal }) => {
    const text = await tenantText(door, principal.orgId);
    if (text === undefined) throw refuse('not.found');
    return text;
  },

  // Principals carry the country by which phone numbers are read, so that this counts as a change of access.
  putOrganizationsMe: async ({ door, principal, author, body }) => {
    const { orgId } = principal;
    const results = await changes.make(door, orgId, async () => {
      if ((await tenantVersion(door, orgId)) !== body.version) throw refuse('general.conflict', { params: { what: 'organization' } });
      return [updateTenant(orgId, body), ...recordSettings(author), tenantStep(orgId)];
    });
    return bodyOf(results);
  },

  // Both fields are read without a look by one client, and must not be null.
  getAuthorizationProducts: () => '{"entities":[{"id":"liaison"}],"pageSize":1,"pageNumber":1,"total":1,"pageCount":1}',
});
