// The operations on exports: the API's own, of contacts, and those of every kind.

import { contactReach } from '../contacts/index.ts';
import type { Call, Handlers } from '../contract/bind.ts';
import { type Fault, invalidFields } from '../contract/validate.ts';
import { listAfter } from '../families/after.ts';
import { type Filter, readFilter } from '../families/filter.ts';
import { bodyOf, guarded } from '../families/guarded.ts';
import { newId } from '../families/id.ts';
import { divisionId, type Wire } from '../families/wire.ts';
import { linkTo } from '../files/index.ts';
import { refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { both, divisionArray, type Principal, reach, UNASSIGNED } from '../http/principal.ts';
import { organizationReach } from '../organizations/index.ts';
import { ADD, type ExportKind, isOfContacts, ownDivisions, type Sight, sightOfExport, VIEW } from './export.ts';
import { readExportFilter } from './filter.ts';
import { conditionOf, FILTERABLE } from './filterable.ts';
import { type Asked, divisionsAmong, exportText, insertSteps, listExports, type NewExport, type Reader } from './store.ts';

/** @param publicUrl how the operator says the server is reached */
export const exportHandlers = (publicUrl: string | undefined): Handlers => ({
  postExternalcontactsContactsExports: async (call) => {
    const { divisionIds, queryConditions } = call.body;
    const filter = queryConditions?.filters && readExportFilter(queryConditions.filters);
    const asked = { ...(queryConditions ? { queryConditions } : {}), types: ['Curated', 'Identified', 'Ephemeral'] };
    const made = await start(call, { kind: 'contact', divisionIds, filter, asked, limit: queryConditions?.limit });
    return { status: 201, body: JSON.stringify(contactsExport(made)) };
  },

  getExternalcontactsContactsExports: async (call) => {
    const divisionIds = call.query.divisionIds ? readDivisions(call.query.divisionIds) : null;
    const wanted = { kind: 'contact', format: 'csv', divisionIds } as const;
    const show = (stored: Stored) => contactsExport(shown(call, stored, publicUrl));
    // One that is not there is covered by none, though an export of all divisions names none.
    const there = (await unknownDivisions(call, divisionIds ?? [])).length === 0;
    return listOf(call, there ? wanted : null, `contact exports ${divisionIds}`, show);
  },

  getExternalcontactsContactsExport: async (call) => {
    const stored = await requireExport(call);
    if (stored.kind !== 'contact' || stored.format !== 'csv') throw refuse('not.found');
    return JSON.stringify(contactsExport(shown(call, stored, publicUrl)));
  },

  postLiaisonExports: async (call) => {
    const {
      kind,
      divisionIds,
      filter: raw,
      format = 'csv',
      gzip = false,
      formulas = 'neutralise',
      types = ['Curated'],
      includeMerged = false,
      limit,
    } = call.body;
    const filter = raw && readFilter(raw, FILTERABLE[kind]);
    const asked = { ...(raw ? { filter: raw } : {}), ...(kind === 'contact' ? { types, includeMerged } : {}) };
    const made = await start(call, { kind, divisionIds, filter, asked, limit, format, gzip, formulas: formulas === 'keep' });
    return { status: 201, body: JSON.stringify(made) };
  },

  getLiaisonExports: (call) => {
    const { kind = null } = call.query;
    return listOf(call, { kind, format: null, divisionIds: null }, `exports ${kind}`, (stored) => shown(call, stored, publicUrl));
  },

  getLiaisonExport: async (call) => JSON.stringify(shown(call, await requireExport(call), publicUrl)),
});

type Stored = Wire['LiaisonExport'] & { id: string };

interface Wanted {
  kind: ExportKind;
  divisionIds: string[] | undefined;
  filter: Filter | undefined;
  asked: Asked;
  limit: number | undefined;
  format?: NewExport['format'];
  gzip?: boolean;
  formulas?: boolean;
}

/** @throws Refusal for what may not be seen, and where enough are waiting */
async function start(call: Pick<Call, 'door' | 'principal' | 'author'>, { limit = undefined, ...wanted }: Wanted): Promise<Stored> {
  const { door, principal, author } = call;
  const { kind, asked, format = 'csv', gzip = false, formulas = false } = wanted;
  const divisionIds = wanted.divisionIds?.length ? readDivisions(wanted.divisionIds) : null;
  const sight = await requireSight(call, kind, divisionIds);
  const condition = conditionOf(wanted.filter, kind, principal.wordPrefix);
  const made = { id: newId(), kind, format, gzip, formulas, divisionIds, asked, condition, limit: limit ?? null, sight };
  const full = refuse('conflict', { params: { reason: `At most ${limits.exportsRunningMax} exports of an organization may wait to be written.` } });
  return JSON.parse(bodyOf(await guarded(door, insertSteps(author, made), async () => full))) as Stored;
}

/** @throws Refusal where a division is not there, or closed to the caller, or all of them are */
async function requireSight({ door, principal }: Pick<Call, 'door' | 'principal'>, kind: ExportKind, divisionIds: string[] | null): Promise<Sight> {
  const sight = sightOfExport(principal, kind, divisionIds);
  const own = ownDivisions(sight, kind);
  const permissions = `[${ADD}, externalContacts:${isOfContacts(kind) ? 'contact' : 'externalOrganization'}:view]`;
  if (own?.length === 0 && divisionIds === null) throw refuse('missing.permissions', { params: { permissions } });
  // A division that is not there is no different from one that is closed, unless the caller may see all.
  if (divisionIds?.some((id) => own !== null && !own.includes(id))) throw refuse('missing.division.permission', { params: { permissions } });
  const unknown = await unknownDivisions({ door, principal }, divisionIds ?? []);
  const faults = unknown.map((id): Fault => ({ field: `divisionIds[${divisionIds?.indexOf(id)}]`, code: 'not.found', rule: `there is no division ${id}.` }));
  if (faults.length > 0) throw invalidFields(faults);
  return sight;
}

async function unknownDivisions({ door, principal }: Pick<Call, 'door' | 'principal'>, ids: string[]): Promise<string[]> {
  const known = new Set(ids.length > 0 ? await divisionsAmong(door, principal.orgId, ids) : []);
  return ids.filter((id) => !known.has(id) && id !== UNASSIGNED);
}

/** @throws Refusal for what is no division's id */
function readDivisions(ids: string[]): string[] {
  return ids.map((id, i) => {
    const read = divisionId({ id });
    if (read === undefined)
      throw invalidFields([{ field: `divisionIds[${i}]`, code: 'format', rule: 'must be the id of a division (a UUID), or * for unassigned.' }]);
    return read;
  });
}

function readerOf(principal: Principal): Reader {
  const exports = divisionArray(reach(principal, VIEW));
  const organizations = divisionArray(organizationReach(principal));
  return { contacts: both(divisionArray(contactReach(principal)), exports), organizations: both(organizations, exports), names: organizations };
}

/** @throws Refusal 404, also for what shows more than the caller may see */
async function requireExport({ door, principal, path }: Pick<Call<'getLiaisonExport'>, 'door' | 'principal' | 'path'>): Promise<Stored> {
  const text = await exportText(door, principal.orgId, readerOf(principal), path.exportId);
  if (text === undefined) throw refuse('not.found');
  return JSON.parse(text) as Stored;
}

type Listing = Pick<Call, 'door' | 'principal' | 'url'> & { query: { after?: string; pageSize?: number } };

/** @param wanted null for none */
function listOf(call: Listing, wanted: Parameters<typeof listExports>[3] | null, listing: string, show: (stored: Stored) => object): Promise<string> {
  const { after, pageSize } = call.query;
  const query = { ...(after === undefined ? {} : { after }), ...(pageSize === undefined ? {} : { pageSize: String(pageSize) }) };
  return listAfter({ principal: call.principal, url: call.url, query }, { listing, sizeMax: PAGE_MAX, cursors: false }, async (place) => {
    const rows = wanted && (await listExports(call.door, call.principal.orgId, readerOf(call.principal), wanted, place));
    return (rows ?? []).map(({ id, body }) => ({ id, body: JSON.stringify(show(JSON.parse(body) as Stored)) }));
  });
}

/** The contract says it, too. */
const PAGE_MAX = 200;

/** With a link to the file, once it is there. */
function shown({ principal, headers }: Pick<Call, 'principal'> & { headers?: Call['headers'] }, stored: Stored, publicUrl: string | undefined): Stored {
  if (stored.status !== 'SUCCEEDED') return stored;
  const { orgId, signingKey } = principal;
  return { ...stored, downloadUrl: linkTo({ orgId, id: stored.id, purpose: 'export' }, signingKey, { publicUrl, host: headers?.host }) };
}

/** As the API shows it. */
function contactsExport({
  id,
  divisionIds,
  queryConditions,
  createdBy,
  dateCreated,
  dateCompletion,
  status,
  resultRowCount,
  downloadUrl,
}: Stored): Wire['ContactsExport'] {
  const body = { id, divisionIds, queryConditions, createdBy, dateCreated, dateCompletion, status, resultRowCount, downloadUrl };
  return { ...body, selfUri: `/api/v2/externalcontacts/contacts/exports/${id}` } as Wire['ContactsExport'];
}
