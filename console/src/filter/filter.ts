// A filter of the deep search, as it is built on screen: conditions and groups of them, which are the API's own filter.
import type { TextKey } from '../language/language.tsx';

type Scalar = string | number | boolean;

/** The contract's SearchFilter. */
export interface Filter {
  field?: string;
  eq?: Scalar;
  in?: Scalar[];
  prefix?: string;
  gt?: Scalar;
  gte?: Scalar;
  lt?: Scalar;
  lte?: Scalar;
  exists?: boolean;
  and?: Filter[];
  or?: Filter[];
  not?: Filter;
}
export type Kind = 'text' | 'id' | 'number' | 'boolean' | 'date';

export interface FilterField {
  /** In the record's body. */
  path: string;
  /** Its name on screen: a text of the catalogue, or the words themselves for custom fields. */
  text: TextKey | { words: string };
  kind: Kind;
}

export type Operator = 'eq' | 'not' | 'prefix' | 'in' | 'gt' | 'gte' | 'lt' | 'lte' | 'exists' | 'missing';

export const OPERATORS: Record<Kind, readonly Operator[]> = {
  text: ['eq', 'not', 'prefix', 'in', 'exists', 'missing'],
  id: ['eq', 'not', 'in', 'exists', 'missing'],
  number: ['eq', 'not', 'gt', 'gte', 'lt', 'lte', 'exists', 'missing'],
  boolean: ['eq', 'exists', 'missing'],
  date: ['gte', 'lt', 'exists', 'missing'],
};

export interface Condition {
  field: string;
  operator: Operator;
  /** Several for `in`; none for whether there is a value. */
  values: Scalar[];
}

export interface Group {
  join: 'and' | 'or';
  parts: (Condition | Group)[];
}

export const isGroup = (part: Condition | Group): part is Group => 'parts' in part;

/** @returns undefined where nothing is asked for */
export function filterOf(group: Group): Filter | undefined {
  const parts = group.parts.flatMap((part) => (isGroup(part) ? filterOf(part) : filterOfCondition(part)) ?? []);
  return parts.length === 0 ? undefined : parts.length === 1 ? parts[0] : { [group.join]: parts };
}

function filterOfCondition({ field, operator, values }: Condition): Filter | undefined {
  const [value] = values;
  if (operator === 'exists' || operator === 'missing') return { field, exists: operator === 'exists' };
  if (value === undefined || value === '') return undefined;
  if (operator === 'not') return { not: { field, eq: value } };
  return { field, [operator]: operator === 'in' ? values : value };
}

/** What the filter asks for, as conditions. What cannot be shown as such is undefined: it is still in force. */
export function groupOf(filter: Filter | undefined): Group | undefined {
  if (filter === undefined) return { join: 'and', parts: [] };
  const part = partOf(filter);
  return part && (isGroup(part) ? part : { join: 'and', parts: [part] });
}

function partOf(filter: Filter): Condition | Group | undefined {
  const { field, not, exists, ...rest } = filter;
  for (const join of ['and', 'or'] as const) {
    const those = filter[join];
    if (!those) continue;
    const parts = those.map(partOf);
    return parts.includes(undefined) ? undefined : { join, parts: parts as (Condition | Group)[] };
  }
  if (not) return not.field !== undefined && not.eq !== undefined ? { field: not.field, operator: 'not', values: [not.eq] } : undefined;
  if (field === undefined) return undefined;
  if (exists !== undefined) return { field, operator: exists ? 'exists' : 'missing', values: [] };
  const operators = Object.entries(rest).filter(([, value]) => value !== undefined);
  if (operators.length === 0) return undefined;
  const conditions = operators.map(([operator, value]) => ({
    field,
    operator: operator as Operator,
    values: (Array.isArray(value) ? value : [value]) as string[],
  }));
  return conditions.length === 1 ? conditions[0] : { join: 'and', parts: conditions };
}
