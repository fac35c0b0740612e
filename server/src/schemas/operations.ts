// Custom-field schemas of contacts and of external organizations: one family, told apart by the records they are for.
// They belong to the organization as a whole: who may see or edit them in some division may do so everywhere.
import type { Handlers } from '../contract/bind.ts';
import type { Door } from '../db/database.ts';
import { bodyOf, guarded } from '../families/guarded.ts';
import { newId } from '../families/id.ts';
import type { Wire } from '../families/wire.ts';
import { type Refusal, refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import type { Author, Principal } from '../http/principal.ts';
import { coreTypeBody, coreTypeNames, quantityLimits } from './core-types.ts';
import { readSchema, tooMany } from './document.ts';
import { narrowings } from './edits.ts';
import { type AppliesTo, countSchemas, deleteSteps, insertSteps, listSchemas, schemaText, schemaVersions, storedSchema, updateSteps } from './store.ts';

const ofContacts = schemasOf('CONTACT', '/api/v2/externalcontacts/contacts/schemas');
const ofOrganizations = schemasOf('EXTERNAL_ORGANIZATION', '/api/v2/externalcontacts/organizations/schemas');

export const schemaHandlers: Handlers = {
  getExternalcontactsContactsSchemas: (call) => ofContacts.list(call),
  postExternalcontactsContactsSchemas: (call) => ofContacts.create(call),
  getExternalcontactsContactsSchemasCoretypes: () => ofContacts.coreTypes(),
  getExternalcontactsContactsSchemasCoretype: (call) => ofContacts.coreType(call.path.coreTypeName),
  getExternalcontactsContactsSchemasLimits: () => ofContacts.limits(),
  getExternalcontactsContactsSchema: (call) => ofContacts.read(call, call.path.schemaId),
  putExternalcontactsContactsSchema: (call) => ofContacts.update(call, call.path.schemaId),
  deleteExternalcontactsContactsSchema: (call) => ofContacts.remove(call, call.path.schemaId),
  getExternalcontactsContactsSchemaVersions: (call) => ofContacts.versions(call, call.path.schemaId),
  getExternalcontactsContactsSchemaVersion: (call) => ofContacts.version(call, call.path.schemaId, call.path.versionId),
  getExternalcontactsOrganizationsSchemas: (call) => ofOrganizations.list(call),
  postExternalcontactsOrganizationsSchemas: (call) => ofOrganizations.create(call),
  getExternalcontactsOrganizationsSchemasCoretypes: () => ofOrganizations.coreTypes(),
  getExternalcontactsOrganizationsSchemasCoretype: (call) => ofOrganizations.coreType(call.path.coreTypeName),
  getExternalcontactsOrganizationsSchemasLimits: () => ofOrganizations.limits(),
  getExternalcontactsOrganizationsSchema: (call) => ofOrganizations.read(call, call.path.schemaId),
  putExternalcontactsOrganizationsSchema: (call) => ofOrganizations.update(call, call.path.schemaId),
  getExternalcontactsOrganizationsSchemaVersions: (call) => ofOrganizations.versions(call, call.path.schemaId),
  getExternalcontactsOrganizationsSchemaVersion: (call) => ofOrganizations.version(call, call.path.schemaId, call.path.versionId),
};

interface Asking {
  principal: Principal;
  door: Door;
}

interface Writing extends Asking {
  author: Author;
  body: Wire['DataSchema'];
}

/** The operations that differ by nothing but what the schemas apply to. @param folder the path that schemas lie under */
function schemasOf(appliesTo: AppliesTo, folder: string) {
  const listing = (bodies: string[], selfUri: string) => `{"total":${bodies.length},"entities":[${bodies.join(',')}],"selfUri":"${selfUri}"}`;
  return {
    list: async (call: Asking) => listing(await listSchemas(call.door, call.principal.orgId, appliesTo), folder),

    /** A new schema is enabled, whatever the body says: clients make it first and disable it then. */
    async create(call: Writing) {
      const row = { id: newId(), ...readSchema(call.body) };
      const steps = insertSteps(call.author, appliesTo, row, limits.schemasMax);
      return bodyOf(await guarded(call.door, steps, () => explainQuota(call)));
    },

    async read(call: Asking, id: string) {
      return found(await schemaText(call.door, call.principal.orgId, appliesTo, id));
    },

    async update(call: Writing, id: string) {
      const row = { id, ...readSchema(call.body) };
      const stored = found(await storedSchema(call.door, call.principal.orgId, appliesTo, id));
      if (stored.version !== call.body.version) throw stale();
      if (stored.version >= limits.schemaVersionsMax) throw tooMany('maxNumberOfVersionsPerSchema', limits.schemaVersionsMax, 'versions of a schema');
      const faults = narrowings(stored.document, row.document);
      if (faults.length > 0) {
        const reason = `${faults.map(({ field, rule }) => `${field} ${rule}`).join(' ')}`;
        throw refuse('conflict', { params: { reason }, details: faults.map(({ field, code, rule }) => ({ fieldName: field, errorCode: code, rule })) });
      }
      const steps = updateSteps(call.author, appliesTo, row, stored.version, call.body.enabled ?? stored.enabled);
      return bodyOf(
        await guarded(call.door, steps, async () => {
          const now = found(await storedSchema(call.door, call.principal.orgId, appliesTo, id));
          return now.version === stored.version ? undefined : stale();
        }),
      );
    },

    async remove(call: Asking & { author: Author }, id: string) {
      await guarded(call.door, deleteSteps(call.author, appliesTo, id), async () => {
        found(await storedSchema(call.door, call.principal.orgId, appliesTo, id));
        return undefined;
      });
      return { status: 204 };
    },

    async versions(call: Asking, id: string) {
      const bodies = await schemaVersions(call.door, call.principal.orgId, appliesTo, id);
      if (bodies.length === 0) throw refuse('not.found');
      return listing(bodies, `${folder}/${id}/versions`);
    },

    async version(call: Asking, id: string, version: string) {
      if (!/^[1-9]\d{0,8}$/.test(version)) throw refuse('not.found');
      const [body] = await schemaVersions(call.door, call.principal.orgId, appliesTo, id, Number(version));
      return found(body);
    },

    coreTypes: () =>
      listing(
        coreTypeNames.map((name) => JSON.stringify(coreTypeBody(name, folder))),
        `${folder}/coretypes`,
      ),

    coreType: (name: string) => JSON.stringify(coreTypeBody(found(coreTypeNames.find((known) => known === name)), folder)),

    limits: () => JSON.stringify(quantityLimits(folder)),
  };
}

const stale = () => refuse('general.conflict', { params: { what: 'schema' } });

/** @throws Refusal 404 */
function found<T>(value: T | undefined): T {
  if (value === undefined) throw refuse('not.found');
  return value;
}

async function explainQuota({ door, principal }: Asking): Promise<Refusal | undefined> {
  const full = (await countSchemas(door, principal.orgId)) >= limits.schemasMax;
  return full ? tooMany('maxNumberOfSchemasPerOrg', limits.schemasMax, 'schemas, of contacts and of organizations together') : undefined;
}
