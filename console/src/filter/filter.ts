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
  if (operator === 'exists' || operator === 'missing') return { field, exists: operator === 'exists' };
  const said = values.filter(isShown);
  const [value] = said;
  if (value === undefined) return undefined;
  if (operator === 'not') return { not: { field, eq: value } };
  return { field, [operator]: operator === 'in' ? said : value };
}

/** What the filter asks for, as conditions. What cannot be shown as such is undefined: it is still in force. */
export function groupOf(filter: Filter | undefined): Group | undefined {
  if (filter === undefined) return { join: 'and', parts: [] };
  const part = partOf(filter);
  return part && (isGroup(part) ? part : { join: 'and', parts: [part] });
}

function partOf({ ...filter }: Filter): Condition | Group | undefined {
  const { field, and, or, not, ...tests } = filter;
  const asked = Object.entries(tests).filter(([, value]) => value !== undefined);
  if (field !== undefined)
    return and || or || not
      ? undefined
      : joined(
          'and',
          asked.map(([operator, value]) => conditionOf(field, operator, value)),
        );
  const [parts, join] = and ? [and, 'and' as const] : [or, 'or' as const];
  if (asked.length > 0 || [and, or, not].filter((one) => one !== undefined).length !== 1) return undefined;
  if (parts) return parts.length === 0 ? undefined : whole({ join, parts: parts.map(partOf) });
  // What is not so in any other way than by its value has no place among conditions.
  const { field: denied, eq, ...others } = not as Filter;
  return denied !== undefined && isShown(eq) && Object.keys(others).length === 0 ? { field: denied, operator: 'not', values: [eq] } : undefined;
}

/** Several tests of one field must all hold. */
function joined(join: Group['join'], parts: (Condition | undefined)[]): Condition | Group | undefined {
  return parts.length === 1 ? parts[0] : parts.length === 0 ? undefined : whole({ join, parts });
}

const whole = ({ join, parts }: { join: Group['join']; parts: (Condition | Group | undefined)[] }): Group | undefined =>
  parts.includes(undefined) ? undefined : { join, parts: parts as Group['parts'] };

const TESTS = new Set(['eq', 'prefix', 'in', 'gt', 'gte', 'lt', 'lte']);

function conditionOf(field: string, operator: string, value: unknown): Condition | undefined {
  if (operator === 'exists') return typeof value === 'boolean' ? { field, operator: value ? 'exists' : 'missing', values: [] } : undefined;
  const values = operator === 'in' ? value : [value];
  const shown = TESTS.has(operator) && Array.isArray(values) && values.length > 0 && values.every(isShown);
  return shown ? { field, operator: operator as Operator, values } : undefined;
}

/** An input that holds nothing asks for nothing. */
const isShown = (value: unknown): value is Scalar => (typeof value === 'string' && value !== '') || typeof value === 'number' || typeof value === 'boolean';
