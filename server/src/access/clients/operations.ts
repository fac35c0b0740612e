// The operations on OAuth clients. A secret is shown when it is made and stored as a hash only, so that whoever may
// read clients cannot act as one that is stronger than themselves.
import type { Call, Handlers } from '../../contract/bind.ts';
import { fold } from '../../families/fold.ts';
import { bodyOf } from '../../families/guarded.ts';
import { newId } from '../../families/id.ts';
import { pageListing, pageOf } from '../../families/page.ts';
import type { Wire } from '../../families/wire.ts';
import { refuse } from '../../http/errors.ts';
import type { Principal } from '../../http/principal.ts';
import { requireHeld } from '../ceiling.ts';
import type { Changes } from '../changes.ts';
import { addSteps, isSame, readPairs, removeSteps, requireGrantable } from '../grants/grant.ts';
import { directGrants, type Pair, recordLostGrants, subjectPowers } from '../grants/store.ts';
import { digest, makeSecret } from '../token.ts';
import {
  type ClientFields,
  CONSOLE_ID,
  clientExists,
  clientStep,
  clientText,
  deleteClientSteps,
  insertClient,
  listClients,
  recordClient,
  setSecret,
  updateClient,
} from './store.ts';

export const clientHandlers = (changes: Changes): Handlers => ({
  getOauthClients: async ({ door, principal, query, url }) => {
    const page = pageOf(query, Number.MAX_SAFE_INTEGER);
    const found = await listClients(door, principal.orgId, page);
    return pageListing(url, page, found.entities, found);
  },

  postOauthClients: async ({ door, principal, author, body }) => {
    const { orgId } = principal;
    const id = newId();
    const secret = makeSecret();
    const pairs = pairsOf(body) ?? [];
    const results = await changes.make(door, orgId, async () => {
      await requireGrantable(door, principal, pairs, undefined);
      return [
        insertClient(orgId, id, digest(secret), fieldsOf(body, principal)),
        ...addSteps(author, { id, type: 'PC_OAUTH_CLIENT' }, pairs),
        ...recordClient(author, 'create', id),
        clientStep(orgId, id),
      ];
    });
    return withSecret(bodyOf(results), secret);
  },

  getOauthClient: async ({ door, principal, path }) => {
    const text = await clientText(door, principal.orgId, path.clientId);
    if (text === undefined) throw refuse('not.found');
    return text;
  },

  putOauthClient: async ({ door, principal, author, path, body }) => {
    const { orgId } = principal;
    const id = path.clientId;
    if (body.authorizedGrantType !== 'PKCE') requireOrdinary(id);
    const wanted = pairsOf(body);
    const results = await changes.make(door, orgId, async () => {
      await requireClient(door, orgId, id);
      const has = wanted ? await directGrants(door, orgId, [id]) : [];
      const add = (wanted ?? []).filter((pair) => !has.some(isSame(pair)));
      const remove = has.filter((pair) => !wanted?.some(isSame(pair)));
      await requireGrantable(door, principal, add, undefined);
      return [
        updateClient(orgId, id, fieldsOf(body, principal)),
        ...addSteps(author, { id, type: 'PC_OAUTH_CLIENT' }, add),
        ...removeSteps(author, id, remove),
        ...recordClient(author, 'update', id),
        clientStep(orgId, id),
      ];
    });
    return bodyOf(results);
  },

  deleteOauthClient: async ({ door, principal, author, path }) => {
    requireOrdinary(path.clientId);
    await changes.make(door, principal.orgId, async () => {
      await requireClient(door, principal.orgId, path.clientId);
      const id = path.clientId;
      return [...recordClient(author, 'delete', id), ...recordLostGrants(author, { subjectId: id }), ...deleteClientSteps(principal.orgId, id)];
    });
    return { status: 204 };
  },

  postOauthClientSecret: async ({ door, principal, author, path }) => {
    const { orgId } = principal;
    requireOrdinary(path.clientId);
    const secret = makeSecret();
    const results = await changes.make(door, orgId, async () => {
      await requireClient(door, orgId, path.clientId);
      requireHeld(principal, await subjectPowers(door, orgId, [path.clientId]));
      const id = path.clientId;
      return [setSecret(orgId, id, digest(secret), actor(principal)), ...recordClient(author, 'update', id), clientStep(orgId, id)];
    });
    return withSecret(bodyOf(results), secret);
  },
});

async function requireClient(door: Call['door'], orgId: string, id: string): Promise<void> {
  if (!(await clientExists(door, orgId, id))) throw refuse('not.found');
}

/** @throws Refusal 409 for the console's client, which the server itself relies on */
function requireOrdinary(id: string): void {
  if (id === CONSOLE_ID)
    throw refuse('conflict', { params: { reason: 'The client of the console stays, is of the kind PKCE and has no secret; it can be disabled.' } });
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
