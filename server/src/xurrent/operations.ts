// Xurrent's API over external organizations. It reads and writes the records of the directory, by the directory's own rules
// for permissions, divisions and versions; only words, ids and manners are its own. Decision 0021.
import type { Call, Handlers } from '../contract/bind.ts';
import type { Validator } from '../contract/validate.ts';
import { cut } from '../families/cut.ts';
import { requireRecord } from '../families/guarded.ts';
import { type Dependents, single } from '../families/writes.ts';
import { xurrentHeader } from '../http/xurrent.ts';
import { type ContactPoint, organizationRecords, organizationWrites } from '../organizations/index.ts';
import { CONTACT_FIELDS, inOrder, listed, readContact, shown } from './contacts.ts';
import { createDirectory, parentOf, pointOf, pointsOf, sightOf } from './directory.ts';
import { readConditions, readSorts } from './filters.ts';
import { chosen, LIST_PARAMETERS, listReply, readFields, readPage } from './listing.ts';
import { changed, organizationOf, SOURCE_MAX } from './organization.ts';
import { listAll } from './organizations.ts';
import { pointHandlers } from './points.ts';
import { organizationsById } from './store.ts';

export interface XurrentDeps {
  validator: Validator;
  /** What goes with an external organization. */
  dependents: readonly Dependents[];
  /** How the operator says the server is reached; else by the host that the request names. */
  publicUrl: string | undefined;
}

export function xurrentHandlers({ validator, dependents, publicUrl }: XurrentDeps): Handlers {
  const writes = organizationWrites(dependents);
  const directory = createDirectory(validator, writes);
  const origin = ({ headers }: Pick<Call, 'headers'>) => publicUrl ?? `http://${headers.host ?? 'localhost'}`;
  return {
    ...pointHandlers(directory),
    getXurrentRoot: () => '{}',

    listOrganizations: (call) => listAll(call, origin(call)),

    listOrganizationChildren: async (call) => listAll(call, origin(call), (await directory.see(call)).id),

    addOrganization: async (call) => {
      const told = xurrentHeader(call.headers, 'source') ?? call.headers['user-agent'] ?? 'Xurrent API';
      const input = { source: cut(told, SOURCE_MAX), ...call.body };
      const body = directory.valid(changed({}, input, [], await parentOf(call, input.parent_id)));
      const made = await single(writes.create(call, [body]));
      const { id } = JSON.parse(made.body) as { id: string };
      // Who may add and not view is told of it nonetheless.
      const [found = { body: made.body, parent: null }] = await organizationsById(call.door, sightOf(call), [id]);
      return { ...made, status: 201, body: JSON.stringify(organizationOf(found)) };
    },

    getOrganization: async (call) => {
      const found = await directory.see(call);
      return { status: 200, version: found.version, body: JSON.stringify(organizationOf(found)) };
    },

    updateOrganization: async (call) => {
      const parentId = await parentOf(call, call.body.parent_id);
      await directory.change(call, (record) => changed(record, call.body, call.cleared, parentId));
      const found = await directory.find(call);
      return { status: 200, version: found.version, body: JSON.stringify(organizationOf(found)) };
    },

    listOrganizationContacts: async (call) => {
      const page = readPage(call.query);
      const fields = readFields(call.query.fields, CONTACT_FIELDS);
      readSorts(call.query.sort, []);
      readConditions(call.url, LIST_PARAMETERS, CONTACT_FIELDS, []);
      const points = inOrder(pointsOf(await directory.see(call)));
      const records = points.slice(page.offset, page.offset + page.size).map((point) => (fields ? chosen(shown(point), fields) : listed(point)));
      return listReply(records, points.length, page, call.url, origin(call));
    },

    getOrganizationContact: async (call) => {
      const found = await directory.see(call);
      return { status: 200, version: found.version, body: JSON.stringify(shown(pointOf(pointsOf(found), call.path.contactId))) };
    },

    addOrganizationContact: async (call) => {
      const point = readContact(undefined, call.body);
      const written = await directory.changePoints(call, (points) => [...points, point]);
      return { ...written, status: 201, body: JSON.stringify(shown(point)) };
    },

    updateOrganizationContact: async (call) => {
      const written = await directory.changePoints(call, (points) => {
        const now = pointOf(points, call.path.contactId);
        const next = readContact(now, call.body, call.cleared);
        return points.map((point) => (point === now ? next : point));
      });
      return { ...written, body: JSON.stringify(shown(pointOf(pointsOf(written), call.path.contactId))) };
    },

    removeOrganizationContact: async (call) => {
      await directory.changePoints(call, (points) => {
        const gone: ContactPoint = pointOf(points, call.path.contactId);
        return points.filter((point) => point !== gone);
      });
      return { status: 204 };
    },

    removeAllOrganizationContacts: async (call) => {
      const found = await directory.find(call);
      if (pointsOf(found).length === 0) await requireRecord(call, organizationRecords, found.id);
      else await directory.changePoints(call, () => []);
      return { status: 204 };
    },
  };
}
