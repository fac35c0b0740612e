// What the dry run checks beyond what every row is checked for when it is made ready: custom fields against their schemas, and
// whether there is what rows refer to. Whether a custom field is missing hangs on the record that the row will meet, and is told
// by the import.
import { type Fault, invalidFields } from '../../contract/validate.ts';
import type { Wire } from '../../families/wire.ts';
import type { Writing } from '../../families/writes.ts';
import { APPLIES_TO, customFieldsReader } from '../../schemas/index.ts';
import type { Mapping, RecordKind } from '../csv/mapping.ts';
import type { RowOutcome } from './outcome.ts';
import type { Prepared } from './prepare.ts';
import { reasonsOf } from './reasons.ts';
import { referencesReader } from './references.ts';

/** @returns why each row would be refused; `unchanged` for those that would not */
export async function validateRows(call: Pick<Writing, 'door' | 'principal'>, mapping: Mapping, rows: readonly Prepared[]): Promise<RowOutcome[]> {
  const reasons = rows.map((row) => [...row.reasons]);
  for (const record of ['contact', 'organization'] as const) {
    const bodies = rows.map((row) => bodyOf(row, record));
    const given = bodies.filter((body) => body !== undefined);
    const readFields = await customFieldsReader(call, APPLIES_TO[record], given);
    const readReferences = await referencesReader(call, given);
    for (const [i, body] of bodies.entries()) {
      if (!body) continue;
      const faults: Fault[] = [];
      readFields(body, faults);
      readReferences(body, faults);
      reasons[i]?.push(...toldOf(faults, record, rows[i] as Prepared, mapping));
    }
  }
  return reasons.map((list) => (list.length > 0 ? list : 'unchanged'));
}

/** What the row will be written with. An organization that the row describes takes the place of one that it names by its id. */
function bodyOf(row: Prepared, record: RecordKind): Wire['ExternalContact'] | Wire['ExternalOrganization'] | undefined {
  if (record === 'organization' || !row.contact || !row.organization) return row[record]?.body;
  const { externalOrganization: _, ...body } = row.contact.body;
  return body;
}

function toldOf(faults: readonly Fault[], record: RecordKind, { row }: Prepared, mapping: Mapping): string[] {
  const counting = faults.filter(({ code, field }) => code !== 'required' || field === 'schema');
  return counting.length === 0 ? [] : reasonsOf(invalidFields(counting), mapping, record, row.cells);
}
