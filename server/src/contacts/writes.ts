// How contacts are written, a set at a time.
import { canonicalOf, type Records } from '../families/guarded.ts';
import { recordWrites } from '../families/record-writes.ts';
import type { Wire } from '../families/wire.ts';
import { type Dependents, type DraftedWrites, inTurn, type Outcome, type Replacement, type Writes, type Writing } from '../families/writes.ts';
import { Refusal } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { type Divisions, divisionArray, type Principal, reach } from '../http/principal.ts';
import { organizationReach } from '../organizations/index.ts';
import { customFieldsReader } from '../schemas/index.ts';
import { readContact } from './contact.ts';
import { ancestorsOf, deleteSteps, insertSteps, storedContacts, updateSteps } from './store.ts';

type Contact = Wire['ExternalContact'];

/** Where the caller may see contacts. */
export function contactReach(principal: Principal): Divisions {
  return reach(principal, 'externalContacts:contact:view', 'relate:contact:view');
}

/** How contacts are found and guarded, for what other slices do with them. */
export const contactRecords: Records = { what: 'contact', stored: storedContacts, visible: contactReach, edit: 'externalContacts:contact:edit' };

/** @param dependents what goes with a contact */
export function contactWrites(dependents: readonly Dependents[]): DraftedWrites<Contact> {
  const writes = recordWrites({
    records: contactRecords,
    add: 'externalContacts:contact:add',
    remove: 'externalContacts:contact:delete',
    movable: (principal) => principal.divisionMoves,
    organizationDivisions: (principal) => divisionArray(organizationReach(principal)),
    reader: contactReader,
    insertSteps,
    updateSteps: (author, rows, divisions) => updateSteps(author, rows, divisions, dependents),
    deleteSteps: (author, removals, divisions) => deleteSteps(author, removals, divisions, dependents),
    along: (call, ids) => ancestorsOf(call.door, call.principal.orgId, ids),
  });
  return { ...writes, update: (call, replacements) => updateCanonical(writes, call, replacements) };
}

/**
 * What turns bodies into rows. @param stored what each of the bodies replaces, by its id; or, of a contact that is not
 * stored yet, the custom fields that it takes over from others
 */
export async function contactReader(call: Pick<Writing, 'door' | 'principal'>, bodies: readonly Contact[], stored: Parameters<typeof customFieldsReader>[3]) {
  const customFields = await customFieldsReader(call, 'CONTACT', bodies, stored);
  const { wordPrefix, defaultCountryCode } = call.principal;
  return (id: string, division: string | null, body: Contact) => readContact(id, division, body, { wordPrefix, defaultCountryCode, customFields });
}

/**
 * Replaces contacts; what is meant for one that was merged away goes to its canonical contact, and back to itself where
 * that merge has just been undone.
 */
async function updateCanonical(writes: Writes<Contact>, call: Writing, replacements: readonly (Replacement<Contact> | Refusal)[]): Promise<Outcome[]> {
  const outcomes = await writes.update(call, replacements);
  const sent = [...replacements];
  // As often as a contact can be merged on.
  for (let tries = 1; tries < limits.mergeSetMax; tries += 1) {
    const meant = outcomes.flatMap((outcome, i) => {
      const [asked, last] = [replacements[i], sent[i]];
      if (!(outcome instanceof Refusal) || asked instanceof Refusal || asked === undefined) return [];
      const id = canonicalOf(outcome) ?? (outcome.code === 'not.found' && last !== asked ? asked.id : undefined);
      return id === undefined ? [] : [{ i, replacement: id === asked.id ? asked : { ...asked, id } }];
    });
    if (meant.length === 0) break;
    for (const { i, replacement } of meant) sent[i] = replacement;
    const again = await inTurn(
      meant.map(({ replacement }) => replacement),
      (turn) => writes.update(call, turn),
    );
    for (const [k, { i }] of meant.entries()) outcomes[i] = again[k] as Outcome;
  }
  return outcomes;
}
