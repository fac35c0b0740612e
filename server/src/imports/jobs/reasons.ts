// Why a row is refused, in words that its author can act on: the column, what is wrong with the value, the rule.
import type { Refusal } from '../../http/errors.ts';
import type { Mapping, RecordKind } from '../csv/mapping.ts';

/** @param cells of the row, for the columns of lists */
export function reasonsOf(refusal: Refusal, mapping: Mapping, record: RecordKind, cells: readonly string[]): string[] {
  const details = (refusal.facts.details ?? []).filter(({ rule }) => rule !== undefined);
  if (details.length === 0) return [refusal.message];
  return details.map(({ fieldName = '', rule = '' }) => sentence(mapping.headerOf(record, fieldName, cells) ?? fieldName, rule));
}

/** "Work e-mail: must match format …" */
export const sentence = (column: string, rule: string): string => (column === '' ? rule : `${column}: ${rule}`);

/** As one cell of the report, which takes whatever a reason may quote: it is kept as JSON, and half a pair is none. */
export const joined = (reasons: readonly string[]): string => [...new Set(reasons)].join(' ').toWellFormed();
