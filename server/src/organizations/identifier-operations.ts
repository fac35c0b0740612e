// What identifies external organizations: their external ids.
import type { Handlers } from '../contract/bind.ts';
import { refuse } from '../http/errors.ts';
import { divisionArray } from '../http/principal.ts';
import { identifiersOf } from '../identifiers/index.ts';
import { organizationReach } from './operations.ts';
import { organizationText, storedOrganizations } from './store.ts';

const identifiers = identifiersOf('organization', {
  stored: storedOrganizations,
  visible: organizationReach,
  edit: 'externalContacts:externalOrganization:edit',
});

export const organizationIdentifierHandlers: Handlers = {
  getExternalcontactsOrganizationIdentifiers: (call) => identifiers.list(call, call.path.externalOrganizationId),
  patchExternalcontactsOrganizationIdentifiers: (call) => identifiers.change(call, call.path.externalOrganizationId),
  postExternalcontactsIdentifierlookupOrganizations: async (call) => {
    const id = await identifiers.lookUp(call);
    const view = { orgId: call.principal.orgId, expand: call.query.expand ?? [], divisions: divisionArray(call.divisions) };
    const text = id && (await organizationText(call.door, view, id));
    if (!text) throw refuse('not.found');
    return text;
  },
};
