// The identifiers that a request looks up and has claimed, and the sources of those that are external ids.
import { type Fault, invalidFields } from '../../contract/validate.ts';
import type { Door } from '../../db/database.ts';
import { divisionId } from '../../families/wire.ts';
import { type Identifier, NO_SOURCE, readIdentifier, sourceState, type Wanted } from '../../identifiers/index.ts';

/**
 * @param at where the identifier stands in the body, for the fault's field name
 * @param division that the request names; undefined where it names none
 */
export function readWanted(wanted: Wanted, at: string, division: string | undefined, defaultCountryCode: string): Identifier {
  if (wanted.division?.id !== undefined && divisionId(wanted.division) !== division) {
    throw invalidFields([{ field: `${at}division.id`, code: 'division', rule: 'must be the division of the request, or absent.' }]);
  }
  return readIdentifier(wanted, at, defaultCountryCode);
}

/** The sources that identifiers may be claimed in. @throws Refusal 422 for one that is not there */
export async function activeSources(door: Door, orgId: string, identifiers: readonly Identifier[], field: string): Promise<Set<string>> {
  const active = new Set<string>();
  const faults: Fault[] = [];
  for (const [i, { sourceId }] of identifiers.entries()) {
    if (sourceId === NO_SOURCE || active.has(sourceId)) continue;
    const state = await sourceState(door, orgId, sourceId);
    if (state) active.add(sourceId);
    if (state === undefined) faults.push({ field: `${field}[${i}].externalSource.id`, code: 'not.found', rule: `there is no external source ${sourceId}.` });
  }
  if (faults.length > 0) throw invalidFields(faults);
  return active;
}
