// The operations on identity providers: an extension, for the platform has one for each product that it knows.
import type { Call, Handlers } from '../../contract/bind.ts';
import { type Fault, invalidFields } from '../../contract/validate.ts';
import { fold } from '../../families/fold.ts';
import { newId } from '../../families/id.ts';
import { unique } from '../../families/unique.ts';
import type { Wire } from '../../families/wire.ts';
import { refuse } from '../../http/errors.ts';
import { limits } from '../../http/limits.ts';
import { UNASSIGNED } from '../../http/principal.ts';
import { leadsAstray } from '../../http/public-address.ts';
import { requireHeld } from '../ceiling.ts';
import type { Changes } from '../changes.ts';
import { redirectUri } from './redirect-uri.ts';
import { deleteSteps, insertSteps, type ProviderFields, type StoredProvider, storedProviders, updateSteps } from './store.ts';

export interface ProviderRules {
  /** How the operator says the server is reached. */
  publicUrl: string | undefined;
  /** Whether issuers may be at addresses that are not public, and speak plain http. */
  privateTargets: boolean;
}

type Asking = Pick<Call, 'door' | 'principal' | 'headers' | 'expectedVersion'>;
type Body = Wire['LiaisonIdentityProvider'] & { clientSecret?: string };

export const identityProviderHandlers = (changes: Changes, rules: ProviderRules): Handlers => {
  const shown = ({ headers }: Pick<Call, 'headers'>, { id, body }: StoredProvider) =>
    JSON.stringify({ ...JSON.parse(body), redirectUri: redirectUri(rules.publicUrl ?? `http://${headers.host ?? 'localhost'}`, id) });

  const read = async (call: Asking, id: string) => {
    const stored = await requireProvider(call, id);
    return { status: 200, version: stored.version, body: shown(call, stored) };
  };

  return {
    getLiaisonIdentityProviders: async (call) => {
      const stored = await storedProviders(call.door, call.principal.orgId);
      return `{"entities":[${stored.map((provider) => shown(call, provider)).join()}],"selfUri":"/liaison/v1/identity-providers"}`;
    },

    postLiaisonIdentityProviders: async (call) => {
      const { door, principal, author, body } = call;
      const fields = await readFields(body, undefined, rules);
      const id = newId();
      const made = changes.make(door, principal.orgId, async () => {
        requireEverything(call);
        if ((await storedProviders(door, principal.orgId)).length >= limits.identityProvidersMax)
          throw refuse('conflict', { params: { reason: `An organization has at most ${limits.identityProvidersMax} identity providers.` } });
        return insertSteps(author, id, fields);
      });
      await unique('name', fields.name, made);
      return read(call, id);
    },

    getLiaisonIdentityProvider: (call) => read(call, call.path.identityProviderId),

    putLiaisonIdentityProvider: async (call) => {
      const { door, principal, author, path, body } = call;
      const made = changes.make(door, principal.orgId, async () => {
        const stored = await requireExpected(call, path.identityProviderId);
        requireEverything(call);
        return updateSteps(author, path.identityProviderId, await readFields(body, stored, rules));
      });
      await unique('name', body.name, made);
      return read(call, path.identityProviderId);
    },

    deleteLiaisonIdentityProvider: async (call) => {
      const { door, principal, author, path } = call;
      await changes.make(door, principal.orgId, async () => {
        await requireExpected(call, path.identityProviderId);
        return deleteSteps(author, path.identityProviderId);
      });
      return { status: 204 };
    },
  };
};

/** A provider says who somebody is: whoever chooses one could be anybody, and so must be able to do anything. @throws Refusal 403 */
function requireEverything({ principal }: Pick<Call, 'principal'>): void {
  requireHeld(principal, [{ divisionId: UNASSIGNED, policies: [{ domain: '*', entityName: '*', actionSet: ['*'] }] }]);
}

/** @throws Refusal 404 */
async function requireProvider({ door, principal }: Pick<Call, 'door' | 'principal'>, id: string): Promise<StoredProvider> {
  const [stored] = await storedProviders(door, principal.orgId, id);
  if (!stored) throw refuse('not.found');
  return stored;
}

/** @throws Refusal 404 where it is not there, 412 where it has another version */
async function requireExpected(call: Asking, id: string): Promise<StoredProvider> {
  const stored = await requireProvider(call, id);
  const { expectedVersion: wanted } = call;
  if (wanted !== undefined && wanted !== stored.version) throw refuse('version.mismatch', { params: { stored: stored.version, wanted } });
  return stored;
}

/** @throws Refusal 422 naming each faulty field */
async function readFields(body: Body, stored: StoredProvider | undefined, rules: ProviderRules): Promise<ProviderFields> {
  const { name, issuer, clientId, clientSecret, state = 'active' } = body as Required<Pick<Body, 'name' | 'issuer' | 'clientId'>> & Body;
  const faults = await issuerFaults(issuer, rules.privateTargets);
  // Or it would be told to whom the new issuer belongs.
  if (stored?.has_secret && stored.issuer !== issuer && clientSecret === undefined)
    faults.push({ field: 'clientSecret', code: 'required', rule: 'must be sent again where the issuer changes.' });
  if (faults.length > 0) throw invalidFields(faults);
  return { name, nameKey: fold(name), issuer, clientId, clientSecret, state };
}

/** It is kept as it was written, for it is compared with what the provider calls itself. */
async function issuerFaults(issuer: string, privateTargets: boolean): Promise<Fault[]> {
  const url = new URL(issuer);
  if (url.username !== '' || url.password !== '' || /[?#]/.test(issuer))
    return [{ field: 'issuer', code: 'format', rule: 'must have no user name, password, query or fragment.' }];
  if (privateTargets) return [];
  if (url.protocol !== 'https:') return [{ field: 'issuer', code: 'format', rule: 'must be an https URL.' }];
  return (await leadsAstray(url)) ? [{ field: 'issuer', code: 'address', rule: 'leads to an address that is not a public one.' }] : [];
}
