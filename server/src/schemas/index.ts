// What other slices may use of custom-field schemas.

export type { CustomFields, ReadCustomFields } from '../families/record.ts';
export { type CellType, schemasOf, type Writable } from './choose.ts';
export { customFieldsReader } from './custom-fields.ts';
export { schemaHandlers } from './operations.ts';
export { APPLIES_TO, type AppliesTo } from './store.ts';
