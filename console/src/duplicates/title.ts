// How a record of either kind is called.
import type { Schema } from '../api/schema.ts';
import { nameOf } from '../contacts/name.ts';
import type { Kind, RecordBody } from '../record/record.ts';

export const titleOf = (kind: Kind, record: RecordBody): string =>
  kind === 'contact' ? nameOf(record as Schema['ExternalContact']) : String(record.name ?? '');
