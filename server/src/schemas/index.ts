// What other slices may use of custom-field schemas.

export type { CustomFields, ReadCustomFields } from '../families/record.ts';
export { customFieldsReader } from './custom-fields.ts';
export { schemaHandlers } from './operations.ts';
export type { AppliesTo } from './store.ts';
