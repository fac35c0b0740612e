// The operations on identifiers that contacts and external organizations share: listing, claiming, releasing, finding.
import { invalidFields } from '../contract/validate.ts';
import type { Door } from '../db/database.ts';
import { bodyOf, explainRecord, guarded } from '../families/guarded.ts';
import { isId } from '../families/id.ts';
import { divisionId, type Wire } from '../families/wire.ts';
import { refuse } from '../http/errors.ts';
import { type Divisions, divisionArray, includesDivision, type Principal } from '../http/principal.ts';
import { type Identifier, type IdentifierType, NO_SOURCE, normalizeValue, type OwnerKind } from './identifier.ts';
import { claimant, claimantAnywhere, claimedIdentifiers, ownerGuard, pinSteps, releaseSteps, sourceState } from './store.ts';

interface Asking {
  principal: Principal;
  door: Door;
  divisions: Divisions;
}

type Wanted = Pick<Wire['ContactIdentifier'], 'type' | 'value' | 'externalSource' | 'division'>;

/** How the owners of one kind are found and guarded. */
export interface Owners {
  stored(door: Door, orgId: string, ids: string[]): Promise<{ division_id: string }[]>;
  visible(principal: Principal): Divisions;
  edit: string;
}

/** The operations that differ by nothing but the owner's kind. */
export function identifiersOf(kind: OwnerKind, { stored, visible, edit }: Owners) {
  const requireOwner = async (call: Asking, id: string) => {
    const [found] = await stored(call.door, call.principal.orgId, [id]);
    const missing = explainRecord(kind, found, { principal: call.principal, divisions: call.divisions, visible: visible(call.principal), permissions: edit });
    if (missing || !found) throw missing ?? refuse('not.found');
    return found;
  };

  return {
    async list(call: Asking, ownerId: string) {
      await requireOwner(call, ownerId);
      return `{"entities":${await claimedIdentifiers(call.door, call.principal.orgId, kind, ownerId)}}`;
    },

    async change(call: Asking & { body: { operation: 'Claim' | 'Release'; identifier: Wanted } }, ownerId: string) {
      const { operation, identifier: wanted } = call.body;
      const identifier = readIdentifier(wanted, 'identifier.', call.principal.defaultCountryCode);
      const { division_id: division } = await requireOwner(call, ownerId);
      if (wanted.division?.id !== undefined && divisionId(wanted.division) !== division) {
        throw invalidFields([{ field: 'identifier.division.id', code: 'division', rule: 'must be the division of the record, or absent.' }], 400);
      }
      const { orgId } = call.principal;
      if (operation === 'Release') {
        const results = await guarded(call.door, releaseSteps(orgId, kind, ownerId, identifier), async () => refuse('identifier.not.found'));
        return results[0]?.[0]?.body as string;
      }
      await requireSource(call.door, orgId, identifier);
      const steps = [ownerGuard(orgId, kind, ownerId), ...pinSteps(orgId, kind, ownerId, division, identifier)];
      return bodyOf(
        await guarded(call.door, steps, async () => {
          const owner = await claimant(call.door, orgId, kind, division, identifier);
          if (owner !== undefined && owner !== ownerId) {
            return refuse('identifier.already.claimed', { details: [{ errorCode: 'identifier.already.claimed', fieldName: 'identifier', entityId: owner }] });
          }
          return (await stored(call.door, orgId, [ownerId])).length === 0 ? refuse('not.found') : undefined;
        }),
      );
    },

    /** @returns the id of the record that has the claim, in the division named, else unassigned first */
    async lookUp(call: Asking & { body: Wanted }): Promise<string | undefined> {
      const identifier = readIdentifier(call.body, '');
      if (call.body.division?.id === undefined) {
        return claimantAnywhere(call.door, call.principal.orgId, kind, divisionArray(call.divisions), identifier);
      }
      const division = divisionId(call.body.division);
      if (division === undefined || !includesDivision(call.divisions, division)) return undefined;
      return claimant(call.door, call.principal.orgId, kind, division, identifier);
    },
  };
}

/**
 * @param at where the identifier stands in the body, for the fault's field name
 * @param defaultCountry for phones without a country code; look-ups must name theirs
 * @throws Refusal 400 for an external id without a source, 422 for a value that its type cannot have
 */
function readIdentifier(wanted: Wanted, at: string, defaultCountry?: string): Identifier {
  const type = wanted.type as IdentifierType;
  const sourceId = wanted.externalSource?.id?.toLowerCase();
  if (type === 'ExternalId' && !isId(sourceId)) {
    throw invalidFields([{ field: `${at}externalSource.id`, code: 'required', rule: 'must be the UUID of an external source.' }], 400);
  }
  const value = normalizeValue(type, wanted.value, defaultCountry);
  if (value === undefined) {
    const rule = type === 'Phone' ? 'must be a phone number with its country code, such as +13175551234' : `must be a value that ${type} identifiers can have`;
    throw invalidFields([{ field: `${at}value`, code: 'format', rule: `${rule}, but is "${wanted.value.slice(0, 60)}".` }]);
  }
  return { type, value, sourceId: type === 'ExternalId' ? (sourceId as string) : NO_SOURCE };
}

async function requireSource(door: Door, orgId: string, identifier: Identifier): Promise<void> {
  if (identifier.sourceId === NO_SOURCE) return;
  const active = await sourceState(door, orgId, identifier.sourceId);
  if (active === undefined)
    throw refuse('not.found', { details: [{ errorCode: 'not.found', fieldName: 'identifier.externalSource.id', entityId: identifier.sourceId }] });
  if (!active) throw refuse('external.source.inactive');
}
