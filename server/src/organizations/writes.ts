// How external organizations are written, a set at a time.
import type { Records } from '../families/guarded.ts';
import { recordWrites } from '../families/record-writes.ts';
import type { Wire } from '../families/wire.ts';
import type { Dependents, Writes, Writing } from '../families/writes.ts';
import { type Divisions, type Principal, reach } from '../http/principal.ts';
import { customFieldsReader } from '../schemas/index.ts';
import { readOrganization } from './organization.ts';
import { deleteSteps, insertSteps, storedOrganizations, updateSteps } from './store.ts';

/** Where the caller may see external organizations. */
export function organizationReach(principal: Principal): Divisions {
  return reach(principal, 'externalContacts:externalOrganization:view', 'relate:externalOrganization:view');
}

/** How external organizations are found and guarded, for what other slices do with them. */
export const organizationRecords: Records = {
  what: 'external organization',
  stored: storedOrganizations,
  visible: organizationReach,
  edit: 'externalContacts:externalOrganization:edit',
};

/** @param dependents what goes with an external organization */
export function organizationWrites(dependents: readonly Dependents[]): Writes<Wire['ExternalOrganization']> {
  return recordWrites({
    records: organizationRecords,
    add: 'externalContacts:externalOrganization:add',
    remove: 'externalContacts:externalOrganization:delete',
    movable: () => false,
    organizationDivisions: () => null,
    reader: organizationReader,
    insertSteps,
    updateSteps,
    deleteSteps: (author, removals, divisions) => deleteSteps(author, removals, divisions, dependents),
  });
}

/** What turns bodies into rows. @param stored as for contacts: see contactReader */
export async function organizationReader(
  call: Pick<Writing, 'door' | 'principal'>,
  bodies: readonly Wire['ExternalOrganization'][],
  stored: Parameters<typeof customFieldsReader>[3],
) {
  const customFields = await customFieldsReader(call, 'EXTERNAL_ORGANIZATION', bodies, stored);
  const { wordPrefix, defaultCountryCode } = call.principal;
  return (id: string, division: string | null, body: Wire['ExternalOrganization']) =>
    readOrganization(id, division, body, { wordPrefix, defaultCountryCode, customFields });
}
