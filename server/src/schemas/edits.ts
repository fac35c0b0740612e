// What an edit may do to a schema: whatever was valid stays valid, for records are held against the newest version when
// they name none. The one exception is an option that is disabled, which keeps those who have it (the vendor's help:
// fields and types are disabled, never deleted).
import type { Fault } from '../contract/validate.ts';
import { ITEM_BOUNDS } from './core-types.ts';
import { type Document, type Field, fieldsOf } from './document.ts';

/** What the later document takes away from the earlier one, field by field; nothing where the edit is allowed. */
export function narrowings(before: Document, after: Document): Fault[] {
  const faults: Fault[] = [];
  const later = fieldsOf(after);
  for (const [name, was] of fieldsOf(before)) {
    const at = `jsonSchema.properties.${name}`;
    const is = later.get(name);
    if (!is) faults.push({ field: at, code: 'removed', rule: 'cannot be removed.' });
    else if (is.type !== was.type) faults.push({ field: `${at}.allOf`, code: 'changed', rule: `cannot change from ${was.type} to ${is.type}.` });
    else narrowField(at, was, is, faults);
  }
  const required = new Set(before.required);
  for (const name of after.required ?? [])
    if (!required.has(name)) faults.push({ field: 'jsonSchema.required', code: 'narrowed', rule: `cannot come to require ${name}.` });
  if (before.additionalProperties && !after.additionalProperties)
    faults.push({ field: 'jsonSchema.additionalProperties', code: 'narrowed', rule: 'cannot become false.' });
  return faults;
}

function narrowField(at: string, was: Field, is: Field, faults: Fault[]): void {
  const { bounds, ranges, itemRanges } = is.core;
  narrowRanges(at, Object.keys(ranges), was.definition, is.definition, bounds, faults);
  narrowRanges(`${at}.items`, Object.keys(itemRanges), was.definition.items ?? {}, is.definition.items ?? {}, ITEM_BOUNDS, faults);
  if (is.definition.uniqueItems && !was.definition.uniqueItems) faults.push({ field: `${at}.uniqueItems`, code: 'narrowed', rule: 'cannot become true.' });
  const gone = was.definition.enum?.filter((option) => !is.definition.enum?.includes(option)) ?? [];
  if (gone.length > 0) faults.push({ field: `${at}.enum`, code: 'removed', rule: `cannot lose ${gone.join(', ')}; options can be disabled.` });
}

function narrowRanges(
  at: string,
  keywords: string[],
  was: Record<string, unknown>,
  is: Record<string, unknown>,
  bounds: Readonly<Record<string, number>>,
  faults: Fault[],
): void {
  for (const keyword of keywords) {
    const lower = keyword.startsWith('min');
    const open = bounds[keyword] ?? (lower ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
    const [before, after] = [(was[keyword] as number | undefined) ?? open, (is[keyword] as number | undefined) ?? open];
    if (lower ? after > before : after < before) faults.push({ field: `${at}.${keyword}`, code: 'narrowed', rule: `cannot go from ${before} to ${after}.` });
  }
}
