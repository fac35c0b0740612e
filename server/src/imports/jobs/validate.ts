// What the dry run checks beyond what every row is checked for when it is made ready: custom fields against their schemas.
// Whether a custom field is missing hangs on the record that the row will meet, and is told by the import.
import { type Fault, invalidFields } from '../../contract/validate.ts';
import type { Writing } from '../../families/writes.ts';
import { APPLIES_TO, customFieldsReader } from '../../schemas/index.ts';
import type { Mapping, RecordKind } from '../csv/mapping.ts';
import type { RowOutcome } from './outcome.ts';
import type { Prepared } from './prepare.ts';
import { reasonsOf } from './reasons.ts';

/** @returns why each row would be refused; `unchanged` for those that would not */
export async function validateRows(call: Pick<Writing, 'door' | 'principal'>, mapping: Mapping, rows: readonly Prepared[]): Promise<RowOutcome[]> {
  const reasons = rows.map((row) => [...row.reasons]);
  for (const record of ['contact', 'organization'] as const) {
    const bodies = rows.flatMap((row) => (row[record]?.body.customFields ? [row[record].body] : []));
    if (bodies.length === 0) continue;
    const read = await customFieldsReader(call, APPLIES_TO[record], bodies);
    for (const [i, row] of rows.entries()) reasons[i]?.push(...faultsOf(row, record, read, mapping));
  }
  return reasons.map((list) => (list.length > 0 ? list : 'unchanged'));
}

function faultsOf(row: Prepared, record: RecordKind, read: Awaited<ReturnType<typeof customFieldsReader>>, mapping: Mapping): string[] {
  const body = row[record]?.body;
  if (!body?.customFields) return [];
  const faults: Fault[] = [];
  read(body, faults);
  const counting = faults.filter(({ code, field }) => code !== 'required' || field === 'schema');
  return counting.length === 0 ? [] : reasonsOf(invalidFields(counting), mapping, record, row.row.cells);
}
