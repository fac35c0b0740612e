// How contacts are written, a set at a time.
import type { Records } from '../families/guarded.ts';
import { recordWrites } from '../families/record-writes.ts';
import type { Wire } from '../families/wire.ts';
import type { Dependents, Writes } from '../families/writes.ts';
import { type Divisions, divisionArray, type Principal, reach } from '../http/principal.ts';
import { organizationReach } from '../organizations/index.ts';
import { customFieldsReader } from '../schemas/index.ts';
import { readContact } from './contact.ts';
import { deleteSteps, insertSteps, storedContacts, updateSteps } from './store.ts';

/** Where the caller may see contacts. */
export function contactReach(principal: Principal): Divisions {
  return reach(principal, 'externalContacts:contact:view', 'relate:contact:view');
}

/** How contacts are found and guarded, for what other slices do with them. */
export const contactRecords: Records = { what: 'contact', stored: storedContacts, visible: contactReach, edit: 'externalContacts:contact:edit' };

/** @param dependents what goes with a contact */
export function contactWrites(dependents: readonly Dependents[]): Writes<Wire['ExternalContact']> {
  return recordWrites({
    records: contactRecords,
    add: 'externalContacts:contact:add',
    remove: 'externalContacts:contact:delete',
    movable: (principal) => principal.divisionMoves,
    organizationDivisions: (principal) => divisionArray(organizationReach(principal)),
    async reader(call, bodies, storedIds) {
      const customFields = await customFieldsReader(call, 'CONTACT', bodies, storedIds);
      const { wordPrefix, defaultCountryCode } = call.principal;
      return (id, division, body) => readContact(id, division, body, { wordPrefix, defaultCountryCode, customFields });
    },
    insertSteps,
    updateSteps: (author, rows, divisions) => updateSteps(author, rows, divisions, dependents),
    deleteSteps: (author, removals, divisions) => deleteSteps(author, removals, divisions, dependents),
  });
}
