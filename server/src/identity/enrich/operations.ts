// The operations that enrich contacts and external organizations, singly and in bulk.

import { contactBodies, contactWrites, expire, expiredAmong, promoteStep } from '../../contacts/index.ts';
import type { Handlers } from '../../contract/bind.ts';
import type { Contract } from '../../contract/load.ts';
import type { Validator } from '../../contract/validate.ts';
import { invalidFields } from '../../contract/validate.ts';
import { bulkInOrder } from '../../families/bulk.ts';
import type { Json } from '../../families/sent.ts';
import { trial } from '../../families/trial.ts';
import type { Wire } from '../../families/wire.ts';
import type { Dependents, Writing } from '../../families/writes.ts';
import { divisionArray } from '../../http/principal.ts';
import { readIdentifier } from '../../identifiers/index.ts';
import { organizationBodies, organizationClaimant, organizationReach, organizationWrites } from '../../organizations/index.ts';
import { mergeContacts } from '../merge/merge.ts';
import { createEnrich, type Enriched, type EnrichKind, type EnrichRequest } from './enrich.ts';

export interface EnrichDeps {
  contract: Contract;
  validator: Validator;
  /** What goes with a contact, and what with an external organization. */
  contactDependents: readonly Dependents[];
  organizationDependents: readonly Dependents[];
}

export function enrichHandlers(deps: EnrichDeps): Handlers {
  const contact = createEnrich(deps.contract, deps.validator, contactKind(deps));
  const organization = createEnrich(deps.contract, deps.validator, organizationKind(deps));
  return {
    postExternalcontactsContactsEnrich: (call) => run(call, (inner) => contact(inner, ofContact(call.body))),
    postExternalcontactsOrganizationsEnrich: (call) => run(call, (inner) => organization(inner, ofOrganization(call.body))),
    postExternalcontactsBulkContactsEnrich: (call) => runAll(call, (inner, item) => contact(inner, ofContact(item))),
    postExternalcontactsBulkOrganizationsEnrich: (call) => runAll(call, (inner, item) => organization(inner, ofOrganization(item))),
  };
}

interface Asked extends Writing {
  query: { dryRun?: boolean };
}

async function run(call: Asked, enrich: (call: Writing) => Promise<Enriched>) {
  const { status, body, version } = call.query.dryRun ? shownOnly(await trial(call.door, (door) => enrich({ ...call, door }))) : await enrich(call);
  return { status, body, ...(version === undefined ? {} : { version }) };
}

/** A dry run is one for all items, so that each finds what those before it would have left. */
async function runAll<Item>(call: Asked & { body: { entities?: Item[] } }, enrich: (call: Writing, item: Item) => Promise<Enriched>): Promise<string> {
  if (!call.query.dryRun) return bulkInOrder(call, (item) => enrich(call, item));
  return trial(call.door, (door) => bulkInOrder(call, async (item) => shownOnly(await enrich({ ...call, door }, item))));
}

/** What a dry run shows: of a record that it would have made, no id that nothing has. */
function shownOnly({ status, body, made }: Enriched): { status: 200 | 201; body: string; version?: undefined } {
  if (!made) return { status, body };
  const { id: _, selfUri: __, canonicalContact: ___, mergeSet: ____, ...shown } = JSON.parse(body) as Json;
  return { status, body: JSON.stringify(shown) };
}

const ofContact = ({ contact, ...request }: Wire['ContactEnrichRequest']): EnrichRequest => ({ ...request, record: (contact ?? {}) as Json });

const ofOrganization = ({ externalOrganization, ...request }: Wire['ExternalOrganizationEnrichRequest']): EnrichRequest => ({
  ...request,
  record: (externalOrganization ?? {}) as Json,
});

function contactKind({ contactDependents }: EnrichDeps): EnrichKind {
  return {
    owner: 'contact',
    model: 'ExternalContact',
    part: 'contact',
    permission: 'externalContacts:contact:enrich',
    wholes: [
      ...['workPhone', 'cellPhone', 'homePhone', 'otherPhone', 'twitterId', 'lineId', 'whatsAppId', 'facebookId', 'instagramId'],
      ...['externalOrganization', 'schema'],
    ],
    writes: contactWrites(contactDependents) as EnrichKind['writes'],
    async current({ door, principal: { orgId } }, id) {
      const [found] = await contactBodies(door, { orgId, expand: [], divisions: null, organizationDivisions: [] }, [id]);
      return found;
    },
    resolve: withOrganization,
    async expire({ door, author }, ids) {
      const expired = await expiredAmong(door, author.orgId, ids);
      return expired.length > 0 && expire(door, author, expired, contactDependents);
    },
    async promote({ door, author }, id) {
      await door.flight([promoteStep(author.orgId, id)]);
    },
    merge: (call, ids) => mergeContacts(call, ids, undefined),
  };
}

function organizationKind({ organizationDependents }: EnrichDeps): EnrichKind {
  return {
    owner: 'organization',
    model: 'ExternalOrganization',
    part: 'externalOrganization',
    permission: 'externalContacts:externalOrganization:enrich',
    wholes: ['phoneNumber', 'faxNumber', 'twitterId', 'schema'],
    writes: organizationWrites(organizationDependents) as EnrichKind['writes'],
    async current({ door, principal: { orgId } }, id) {
      const [found] = await organizationBodies(door, { orgId, expand: [], divisions: null }, [id]);
      return found;
    },
    resolve: async (_call, _division, record) => record,
    expire: async () => false,
    promote: async () => undefined,
    merge: () => Promise.reject(new Error('external organizations are not merged')),
  };
}

/**
 * A contact's organization may be named by an external id instead of its own: the one that has the claim to it, in the
 * contact's division before others. (Asked for at community.genesys.com, "linking contact to organisation via externalId".)
 * @throws Refusal 422 where nobody has it that the caller may see
 */
async function withOrganization(call: Writing, division: string, record: Json): Promise<Json> {
  const { externalOrganization, ...others } = record as { externalOrganization?: Wire['ExternalOrganization'] };
  if (externalOrganization === undefined || externalOrganization.id !== undefined) return record;
  const [externalId] = externalOrganization.externalIds ?? [];
  if (!externalId) return others;
  const at = 'contact.externalOrganization.externalIds[0]';
  const identifier = readIdentifier({ type: 'ExternalId', value: externalId.value, externalSource: externalId.externalSource }, `${at}.`);
  const divisions = divisionArray(organizationReach(call.principal));
  const id = await organizationClaimant(call.door, call.principal.orgId, identifier, division, divisions);
  if (id === undefined) throw invalidFields([{ field: at, code: 'not.found', rule: 'there is no external organization with this external id.' }]);
  return { ...others, externalOrganization: { id } };
}
