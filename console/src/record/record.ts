// Contacts and external organizations alike: read with the version that they have, and saved only if they still have it.
import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';

export type Kind = 'contact' | 'organization';
export type RecordBody = Record<string, unknown> & { id?: string };

export interface Stored {
  body: RecordBody;
  /** Of the version that was read, for If-Match. */
  etag: string;
}

export const PERMISSIONS = {
  contact: {
    add: ['externalContacts:contact:add', 'relate:contact:add'],
    edit: ['externalContacts:contact:edit', 'relate:contact:edit'],
    delete: ['externalContacts:contact:delete', 'relate:contact:delete'],
  },
  organization: {
    add: ['externalContacts:externalOrganization:add', 'relate:externalOrganization:add'],
    edit: ['externalContacts:externalOrganization:edit', 'relate:externalOrganization:edit'],
    delete: ['externalContacts:externalOrganization:delete', 'relate:externalOrganization:delete'],
  },
} as const;

const KEPT_MS = 60 * 60_000;

export const recordQuery = (kind: Kind, id: string) =>
  queryOptions({
    queryKey: [kind, id],
    // The search offers what was looked at last.
    gcTime: KEPT_MS,
    queryFn: async ({ signal }): Promise<Stored> => {
      const { data, response } =
        kind === 'contact'
          ? await api.GET('/api/v2/externalcontacts/contacts/{contactId}', {
              params: {
                path: { contactId: id },
                query: { expand: ['externalOrganization', 'externalDataSources', 'identifiers', 'externalSources', 'division'] },
              },
              signal,
            })
          : await api.GET('/api/v2/externalcontacts/organizations/{externalOrganizationId}', {
              params: { path: { externalOrganizationId: id }, query: { expand: ['externalDataSources', 'division', 'identifiers', 'externalSources'] } },
              signal,
            });
      return { body: data as RecordBody, etag: response.headers.get('ETag') ?? '' };
    },
  });

/** @throws ApiError 412 where somebody else has saved it since it was read */
export async function save(kind: Kind, { body: record, etag }: Stored): Promise<RecordBody> {
  const id = record.id as string;
  const headers = { 'If-Match': etag };
  const saved =
    kind === 'contact'
      ? await body(api.PUT('/api/v2/externalcontacts/contacts/{contactId}', { params: { path: { contactId: id } }, body: record as never, headers }))
      : await body(
          api.PUT('/api/v2/externalcontacts/organizations/{externalOrganizationId}', {
            params: { path: { externalOrganizationId: id } },
            body: record as never,
            headers,
          }),
        );
  return saved as RecordBody;
}

export async function remove(kind: Kind, id: string): Promise<void> {
  if (kind === 'contact') await api.DELETE('/api/v2/externalcontacts/contacts/{contactId}', { params: { path: { contactId: id } } });
  else await api.DELETE('/api/v2/externalcontacts/organizations/{externalOrganizationId}', { params: { path: { externalOrganizationId: id } } });
}

/** What the audit knows of a record, the newest first. */
export const historyQuery = (kind: Kind, id: string) =>
  queryOptions({
    queryKey: ['history', kind, id],
    queryFn: async ({ signal }) => {
      const page = await body(api.GET('/liaison/v1/audits', { params: { query: { entityType: kind, entityId: id, limit: 200 } }, signal }));
      return page.entities as Schema['AuditEntry'][];
    },
  });

/** The value at a path such as `address.city`. */
export const valueAt = (record: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((at, name) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined), record);

/** The record with the value at the path; a value that is undefined, and what is left empty by it, is taken out. */
export function withValue<T extends Record<string, unknown>>(record: T, path: string, value: unknown): T {
  const [name, ...rest] = path.split('.') as [string, ...string[]];
  const inner = rest.length === 0 ? value : withValue((record[name] as Record<string, unknown> | undefined) ?? {}, rest.join('.'), value);
  const next: Record<string, unknown> = { ...record, [name]: inner };
  if (inner === undefined || inner === '' || (typeof inner === 'object' && inner !== null && !Array.isArray(inner) && Object.keys(inner).length === 0))
    delete next[name];
  return next as T;
}
