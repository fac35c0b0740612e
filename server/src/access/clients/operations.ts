// The operations on OAuth clients. A secret is shown when it is made and stored as a hash only, so that whoever may
// read clients cannot act as one that is stronger than themselves.
import type { Call, Handlers } from '../../contract/bind.ts';
import { fold } from '../../families/fold.ts';
import { newId } from '../../families/id.ts';
import { pageListing, pageOf } from '../../families/page.ts';
import type { Wire } from '../../families/wire.ts';
import { refuse } from '../../http/errors.ts';
import type { Principal } from '../../http/principal.ts';
import { requireHeld } from '../ceiling.ts';
import type { Changes } from '../changes.ts';
import { isSame, readPairs, requireGrantable } from '../grants/grant.ts';
import { deleteGrants, directGrants, insertGrants, type Pair, subjectPowers } from '../grants/store.ts';
import { digest, makeSecret } from '../token.ts';
import { type ClientFields, clientExists, clientStep, clientText, deleteClientSteps, insertClient, listClients, setSecret, updateClient } from './store.ts';

export const clientHandlers = (changes: Changes): Handlers => ({
  getOauthClients: async ({ door, principal, query, url }) => {
    const page = pageOf(query, Number.MAX_SAFE_INTEGER);
    const found = await listClients(door, principal.orgId, page);
    return pageListing(url, page, found.entities, found);
  },

  postOauthClients: async ({ door, principal, body }) => {
    const { orgId } = principal;
    const id = newId();
    const secret = makeSecret();
    const pairs = pairsOf(body) ?? [];
    const results = await changes.make(door, orgId, async () => {
      await requireGrantable(door, principal, pairs, undefined);
      return [
        insertClient(orgId, id, digest(secret), fieldsOf(body, principal)),
        insertGrants(orgId, { id, type: 'PC_OAUTH_CLIENT' }, pairs),
        clientStep(orgId, id),
      ];
    });
    return withSecret(results[2]?.[0]?.body as string, secret);
  },

  getOauthClient: async ({ door, principal, path }) => {
    const text = await clientText(door, principal.orgId, path.clientId);
    if (text === undefined) throw refuse('not.found');
    return text;
  },

  putOauthClient: async ({ door, principal, path, body }) => {
    const { orgId } = principal;
    const id = path.clientId;
    const wanted = pairsOf(body);
    const results = await changes.make(door, orgId, async () => {
      await requireClient(door, orgId, id);
      const has = wanted ? await directGrants(door, orgId, [id]) : [];
      const add = (wanted ?? []).filter((pair) => !has.some(isSame(pair)));
      const remove = has.filter((pair) => !wanted?.some(isSame(pair)));
      await requireGrantable(door, principal, add, undefined);
      return [
        updateClient(orgId, id, fieldsOf(body, principal)),
        insertGrants(orgId, { id, type: 'PC_OAUTH_CLIENT' }, add),
        deleteGrants(orgId, id, remove),
        clientStep(orgId, id),
      ];
    });
    return results[3]?.[0]?.body as string;
  },

  deleteOauthClient: async ({ door, principal, path }) => {
    await changes.make(door, principal.orgId, async () => {
      await requireClient(door, principal.orgId, path.clientId);
      return deleteClientSteps(principal.orgId, path.clientId);
    });
    return { status: 204 };
  },

  postOauthClientSecret: async ({ door, principal, path }) => {
    const { orgId } = principal;
    const secret = makeSecret();
    const results = await changes.make(door, orgId, async () => {
      await requireClient(door, orgId, path.clientId);
      requireHeld(principal, await subjectPowers(door, orgId, path.clientId));
      return [setSecret(orgId, path.clientId, digest(secret), actor(principal)), clientStep(orgId, path.clientId)];
    });
    return withSecret(results[1]?.[0]?.body as string, secret);
  },
});

async function requireClient(door: Call['door'], orgId: string, id: string): Promise<void> {
  if (!(await clientExists(door, orgId, id))) throw refuse('not.found');
}

const actor = (principal: Principal): string => principal.userId ?? principal.clientId;

/** `roleIds` is the older form, from before there were divisions: it stands for all of them. */
function pairsOf(body: Wire['OAuthClientRequest']): Pair[] | undefined {
  if (body.roleDivisions) return readPairs(body.roleDivisions);
  return body.roleIds && readPairs(body.roleIds.map((roleId) => ({ roleId, divisionId: '*' })));
}

function fieldsOf(body: Wire['OAuthClientRequest'], principal: Principal): ClientFields {
  return {
    name: body.name,
    nameKey: fold(body.name),
    description: body.description,
    grantType: body.authorizedGrantType,
    redirectUris: body.registeredRedirectUri ?? [],
    scopes: body.scope ?? [],
    validitySeconds: body.accessTokenValiditySeconds,
    state: body.state,
    by: actor(principal),
  };
}

const withSecret = (text: string, secret: string): string => `${text.slice(0, -1)},"secret":${JSON.stringify(secret)}}`;
