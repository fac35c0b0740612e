// The same calls for the schemas of contacts and of organizations.
import { api, body } from '../api/api.ts';
import type { Schema } from '../api/schema.ts';
import type { Kind } from '../record/record.ts';

type DataSchema = Schema['DataSchema'];
type Written = DataSchema & { name: string; jsonSchema: NonNullable<DataSchema['jsonSchema']> };

const ALL = { contact: '/api/v2/externalcontacts/contacts/schemas', organization: '/api/v2/externalcontacts/organizations/schemas' } as const;
const ONE = {
  contact: '/api/v2/externalcontacts/contacts/schemas/{schemaId}',
  organization: '/api/v2/externalcontacts/organizations/schemas/{schemaId}',
} as const;
const VERSIONS = {
  contact: '/api/v2/externalcontacts/contacts/schemas/{schemaId}/versions',
  organization: '/api/v2/externalcontacts/organizations/schemas/{schemaId}/versions',
} as const;
const CORE_TYPES = {
  contact: '/api/v2/externalcontacts/contacts/schemas/coretypes',
  organization: '/api/v2/externalcontacts/organizations/schemas/coretypes',
} as const;
const SEARCH = { contact: '/liaison/v1/contacts/search', organization: '/liaison/v1/organizations/search' } as const;

export const list = (kind: Kind, signal: AbortSignal) => body(api.GET(ALL[kind], { signal }));

export const save = (kind: Kind, id: string | undefined, written: Written): Promise<DataSchema> =>
  body(id === undefined ? api.POST(ALL[kind], { body: written }) : api.PUT(ONE[kind], { params: { path: { schemaId: id } }, body: written }));

/** Of contacts only: the platform has no such call for organizations, whose schemas are taken out of use instead. */
export const archive = (id: string) => api.DELETE(ONE.contact, { params: { path: { schemaId: id } } }) as Promise<unknown>;

export const versions = async (kind: Kind, id: string): Promise<DataSchema[]> =>
  (await body(api.GET(VERSIONS[kind], { params: { path: { schemaId: id } } }))).entities ?? [];

export const coreTypes = async (kind: Kind): Promise<Schema['Coretype'][]> => (await body(api.GET(CORE_TYPES[kind]))).entities ?? [];

const COUNTED = 200;

/** How many records have the schema's fields, as far as one page tells. */
export async function usage(kind: Kind, id: string): Promise<{ count: number; more: boolean }> {
  const page = (await body(
    api.POST(SEARCH[kind], { body: { filter: { field: 'schema.id', eq: id }, limit: COUNTED, fields: ['id'] } as never }),
  )) as Schema['ContactSearchPage'];
  return { count: page.total ?? page.entities.length, more: page.total === undefined && page.cursors.after !== undefined };
}
