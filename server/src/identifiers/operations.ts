// The operations on identifiers that contacts and external organizations share: listing, claiming, releasing, finding.
import { invalidFields } from '../contract/validate.ts';
import type { Door } from '../db/database.ts';
import { cut } from '../families/cut.ts';
import { bodyOf, canonicalOf, guarded, mergedAway, type Records, requireRecord } from '../families/guarded.ts';
import { isId } from '../families/id.ts';
import { divisionId, type Wire } from '../families/wire.ts';
import { refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { type Author, type Divisions, divisionArray, includesDivision, type Principal } from '../http/principal.ts';
import { type Identifier, type IdentifierType, NO_SOURCE, normalizeValue, type OwnerKind } from './identifier.ts';
import { claimant, claimedIdentifiers, pinSteps, releaseSteps, sourceState } from './store.ts';

interface Asking {
  principal: Principal;
  door: Door;
  divisions: Divisions;
}

export type Wanted = Pick<Wire['ContactIdentifier'], 'type' | 'value' | 'externalSource' | 'division'>;

type Changing = Asking & { author: Author; body: { operation: 'Claim' | 'Release'; identifier: Wanted } };

/** The operations that differ by nothing but the owner's kind. */
export function identifiersOf(kind: OwnerKind, owners: Records) {
  return {
    async list(call: Asking, ownerId: string) {
      const { merged_into: canonical } = await requireRecord(call, owners, ownerId);
      return `{"entities":${await claimedIdentifiers(call.door, call.principal.orgId, kind, canonical ?? ownerId)}}`;
    },

    /** Of a contact that was merged away, those of its canonical contact, also where it is merged meanwhile, however often. */
    async change(call: Changing, ownerId: string): Promise<string> {
      for (let tries = 1; ; tries += 1) {
        try {
          return await this.changeOf(call, ownerId);
        } catch (error) {
          if (canonicalOf(error) === undefined || tries === limits.mergeSetMax) throw error;
        }
      }
    },

    async changeOf(call: Changing, askedId: string): Promise<string> {
      const { operation, identifier: wanted } = call.body;
      const identifier = readIdentifier(wanted, 'identifier.', call.principal.defaultCountryCode);
      const { division_id: division, merged_into: canonical } = await requireRecord(call, owners, askedId);
      const ownerId = canonical ?? askedId;
      if (wanted.division?.id !== undefined && divisionId(wanted.division) !== division) {
        throw invalidFields([{ field: 'identifier.division.id', code: 'division', rule: 'must be the division of the record, or absent.' }], 400);
      }
      const { orgId } = call.principal;
      const explain = async () => {
        // Asked first: where somebody else has it because the owner has been merged by now, that is what is told.
        const claims = await claimant(call.door, orgId, kind, division, identifier);
        const [stored] = await owners.stored(call.door, orgId, [askedId]);
        if (!stored) return refuse('not.found');
        const meant = stored.merged_into ?? askedId;
        if (meant !== ownerId) return mergedAway(meant);
        if (operation === 'Release') return claims === ownerId ? undefined : refuse('identifier.not.found');
        if (claims === undefined || claims === ownerId) return undefined;
        return refuse('identifier.already.claimed', { details: [{ errorCode: 'identifier.already.claimed', fieldName: 'identifier', entityId: claims }] });
      };
      if (operation === 'Release') {
        const results = await guarded(call.door, releaseSteps(call.author, kind, ownerId, division, identifier), explain);
        return results.flat().find((row) => typeof row.body === 'string')?.body as string;
      }
      await requireSource(call.door, orgId, identifier);
      return bodyOf(await guarded(call.door, pinSteps(call.author, kind, ownerId, division, identifier), explain));
    },
  };
}

/** What to look for, and the divisions to look in: the one named, else all that the caller may see. */
export function readLookUp(call: { principal: Principal; divisions: Divisions; body: Wanted }): { identifier: Identifier; divisions: string[] | null } {
  const identifier = readIdentifier(call.body, '');
  if (call.body.division?.id === undefined) return { identifier, divisions: divisionArray(call.divisions) };
  const division = divisionId(call.body.division);
  return { identifier, divisions: division !== undefined && includesDivision(call.divisions, division) ? [division] : [] };
}

/**
 * @param at where the identifier stands in the body, for the fault's field name
 * @param defaultCountry for phones without a country code; look-ups must name theirs
 * @throws Refusal 400 for an external id without a source, 422 for a value that its type cannot have
 */
export function readIdentifier(wanted: Wanted, at: string, defaultCountry?: string): Identifier {
  const type = wanted.type as IdentifierType;
  const sourceId = wanted.externalSource?.id?.toLowerCase();
  if (type === 'ExternalId' && !isId(sourceId)) {
    throw invalidFields([{ field: `${at}externalSource.id`, code: 'required', rule: 'must be the UUID of an external source.' }], 400);
  }
  const value = normalizeValue(type, wanted.value, defaultCountry);
  if (value === undefined) {
    const rule = type === 'Phone' ? 'must be a phone number with its country code, such as +13175551234' : `must be a value that ${type} identifiers can have`;
    throw invalidFields([{ field: `${at}value`, code: 'format', rule: `${rule}, but is "${cut(wanted.value, 60)}".` }]);
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
