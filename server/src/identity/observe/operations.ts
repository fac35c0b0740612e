// Observing: whoever is seen by some identifiers is found, or made as a contact that stays only as long as it is seen.
// The API has no operation for it (its own channels do it inside), and so this is ours.

import { contactBodies, expire, expiredAmong, makeObserved, renew } from '../../contacts/index.ts';
import type { Handlers } from '../../contract/bind.ts';
import { isObjection, TRIES } from '../../families/guarded.ts';
import { requireDivision } from '../../families/references.ts';
import { divisionId, type Wire } from '../../families/wire.ts';
import type { Dependents, Writing, Written } from '../../families/writes.ts';
import { refuse } from '../../http/errors.ts';
import { divisionArray, UNASSIGNED } from '../../http/principal.ts';
import { claimants, claimSteps, type Identifier, NO_SOURCE } from '../../identifiers/index.ts';
import { activeSources, readWanted } from '../enrich/identifiers.ts';
import { nameOf, resolve, typeOf } from './resolve.ts';
import { linesOf } from './store.ts';

type Request = Wire['LiaisonObservationRequest'];

/** @param dependents what goes with a contact */
export const observeHandlers = (dependents: readonly Dependents[]): Handlers => ({
  postLiaisonObserve: async (call) => {
    const { division, identifiers: wanted } = call.body;
    const named = division?.id === undefined ? undefined : requireDivision(division, divisionId(division), call.divisions, 'liaison:identity:observe');
    const identifiers = wanted.map((one, i) => readWanted(one, `identifiers[${i}].`, named, call.principal.defaultCountryCode));
    const seen = await observe(call, identifiers, named, call.body, dependents);
    const matchedIdentifier = seen.at === undefined ? undefined : wireOf(identifiers[seen.at] as Identifier, seen.divisionId);
    const more = JSON.stringify({ matchedIdentifier, dateExpires: seen.expires }).slice(1, -1);
    return { status: seen.at === undefined ? 201 : 200, body: `{"contact":${seen.contact.body}${more === '' ? '' : `,${more}`}}` };
  },
});

interface Seen {
  /** The identifier that led to the contact; undefined where it was made. */
  at?: number;
  divisionId: string;
  contact: Written;
  /** When it goes; undefined where it stays. */
  expires: string | undefined;
}

async function observe(
  call: Writing,
  identifiers: Identifier[],
  named: string | undefined,
  request: Request,
  dependents: readonly Dependents[],
): Promise<Seen> {
  const { principal } = call;
  const { orgId, identityExpiryDays: days } = principal;
  const divisions = named === undefined ? divisionArray(call.divisions) : [named];
  // Most who are seen are known, by identifiers that are claimed: nothing then but their time begins anew.
  const lines = await linesOf(call.door, orgId, identifiers, divisions);
  const known = resolve(identifiers, lines, principal.sharedIdentifiers);
  if (known && identifiers.every((_, i) => lines.some(({ at, divisionId: division }) => at === i && division === known.divisionId))) {
    const [expires, contact] = await Promise.all([renew(call.door, orgId, known.contactId, days), contactOf(call, known.contactId)]);
    if (contact) return { ...known, contact, expires };
  }
  const home = known?.divisionId ?? named ?? UNASSIGNED;
  return call.door.transaction(async (door) => {
    const inner = { ...call, door };
    const active = await activeSources(door, orgId, identifiers, 'identifiers');
    for (let tries = 1; ; tries += 1) {
      const owners = await ownersIn(inner, home, identifiers, dependents);
      const found = resolve(identifiers, await linesOf(door, orgId, identifiers, divisions), principal.sharedIdentifiers);
      const unclaimed = identifiers.filter(({ sourceId }, i) => owners[i] === undefined && (sourceId === NO_SOURCE || active.has(sourceId)));
      const claim = (id: string, wanted: Identifier[]) => door.flight(claimSteps(call.author, 'contact', id, home, wanted));
      if (!found) {
        const made = await makeObserved(inner, home, nameOf(request.displayName), { type: typeOf(identifiers), days });
        await claim(made.contact.id, unclaimed);
        return { divisionId: home, ...made };
      }
      try {
        // Where somebody has come to another division just now, the next observation claims there what is not claimed.
        await claim(found.contactId, found.divisionId === home ? unclaimed : []);
      } catch (error) {
        // Others than those with the claims are not held: this one has gone.
        if (!isObjection(error)) throw error;
        if (tries === TRIES) throw refuse('conflict', { params: { reason: 'The contact keeps changing; try again.' }, cause: error });
        continue;
      }
      const expires = await renew(door, orgId, found.contactId, days);
      return { ...found, contact: (await contactOf(inner, found.contactId)) as Written, expires };
    }
  });
}

/** Who has the claims; whoever has had his time goes at once, and what he held is the next one's or nobody's. */
async function ownersIn(call: Writing, division: string, identifiers: Identifier[], dependents: readonly Dependents[]): Promise<(string | undefined)[]> {
  const { door, author } = call;
  const owners = await claimants(door, author.orgId, 'contact', division, identifiers);
  const expired = await expiredAmong(door, author.orgId, [...new Set(owners.filter((owner) => owner !== undefined))]);
  if (expired.length === 0 || !(await expire(door, author, expired, dependents))) return owners;
  return ownersIn(call, division, identifiers, dependents);
}

async function contactOf({ door, principal: { orgId } }: Writing, id: string): Promise<Written | undefined> {
  const [found] = await contactBodies(door, { orgId, expand: [], divisions: null, organizationDivisions: [] }, [id]);
  return found;
}

const wireOf = ({ type, value, sourceId }: Identifier, division: string) => ({
  division: { id: division === UNASSIGNED ? '*' : division },
  type,
  value,
  ...(sourceId === NO_SOURCE ? {} : { externalSource: { id: sourceId, selfUri: `/api/v2/externalcontacts/externalsources/${sourceId}` } }),
});
