// What identifies external organizations: their external ids.
import type { Handlers } from '../contract/bind.ts';
import { refuse } from '../http/errors.ts';
import { identifiersOf, readLookUp } from '../identifiers/index.ts';
import { claimantText } from './store.ts';
import { organizationRecords } from './writes.ts';

const identifiers = identifiersOf('organization', organizationRecords);

export const organizationIdentifierHandlers: Handlers = {
  getExternalcontactsOrganizationIdentifiers: (call) => identifiers.list(call, call.path.externalOrganizationId),
  patchExternalcontactsOrganizationIdentifiers: (call) => identifiers.change(call, call.path.externalOrganizationId),
  postExternalcontactsIdentifierlookupOrganizations: async (call) => {
    const { identifier, divisions } = readLookUp(call);
    const text = await claimantText(call.door, { orgId: call.principal.orgId, expand: call.query.expand ?? [], divisions }, identifier);
    if (text === undefined) throw refuse('not.found');
    return text;
  },
};
