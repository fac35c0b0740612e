// Filters: what a deep search asks of the fields of a record, read from the wire into a tree. filter-path.ts turns the
// tree into what PostgreSQL checks on a row, filter-words.ts into the words that such rows have.
import { type Fault, invalidFields } from '../contract/validate.ts';
import { limits } from '../http/limits.ts';
import { UNASSIGNED } from '../http/principal.ts';
import { cut } from './cut.ts';
import { readMoment } from './date.ts';
import { isId } from './id.ts';

/** `custom`: by what it is compared with. */
export type Kind = 'text' | 'id' | 'number' | 'boolean' | 'date' | 'custom';

export interface Field {
  kind: Kind;
  /** How its values stand among the record's words (families/words.ts): as texts, as ids, as the digits behind a plus. */
  found?: 'text' | 'id' | 'digits';
}

/** What a noun can be filtered by. */
export interface Filterable {
  /** Paths of the values that its statements give to the check, in their order there. */
  columns: readonly string[];
  /** Path in the body → field. Each lies in a column; a column of kind `custom` has any field. */
  fields: Readonly<Record<string, Field>>;
}

export type Filter = { all: Filter[] } | { any: Filter[] } | { not: Filter } | Condition;

/** One value of the field passes all tests. */
export interface Condition extends Field {
  path: string;
  tests: Test[];
}

/** Values as they are compared: dates in milliseconds, ids in small letters. */
export type Test = { op: 'exists' } | { op: 'eq' | Range; value: Scalar } | { op: 'in'; values: Scalar[] } | { op: 'prefix'; value: string };
export type Scalar = string | number | boolean;
export type Range = 'gt' | 'gte' | 'lt' | 'lte';

/** @throws Refusal 422 naming each place in the filter that cannot be read */
export function readFilter(raw: Raw, filterable: Filterable): Filter {
  const reading: Reading = { filterable, faults: [], conditions: 0, characters: 0 };
  const filter = readNode(raw, 'filter', 1, reading);
  const tooMany = (most: number, what: string, count: number) => {
    if (count > most) reading.faults.push({ field: 'filter', code: 'too.many', rule: `takes at most ${most} ${what}, but has ${count}.` });
  };
  tooMany(limits.filterConditionsMax, 'conditions', reading.conditions);
  tooMany(limits.filterTextMax, 'characters of text', reading.characters);
  if (reading.faults.length > 0) throw invalidFields(reading.faults);
  return filter;
}

/** A filter on the wire, in which the contract has found objects, lists and texts in their places. */
export type Raw = { [key: string]: unknown };

interface Reading {
  filterable: Filterable;
  faults: Fault[];
  conditions: number;
  /** Of all texts together. */
  characters: number;
}

const NOTHING: Filter = { all: [] };
const JOINS = ['and', 'or', 'not'] as const;
const RANGES = ['gt', 'gte', 'lt', 'lte'] as const satisfies Range[];

function readNode(raw: Raw, at: string, depth: number, reading: Reading): Filter {
  const fault = (code: string, rule: string) => {
    reading.faults.push({ field: at, code, rule });
    return NOTHING;
  };
  if (depth > limits.filterDepthMax) return fault('too.deep', `lies more than ${limits.filterDepthMax} levels deep.`);
  const says = [...JOINS, 'field'].filter((key) => raw[key] !== undefined && raw[key] !== null);
  if (says.length !== 1) return fault('form', 'takes one of field, and, or, not.');
  if (raw.field !== undefined && raw.field !== null) return readCondition(raw, at, reading);
  const [join] = Object.keys(raw).filter((key) => !says.includes(key) && raw[key] !== null);
  if (join !== undefined) return fault('form', `takes nothing beside ${says[0]}, but has ${shown(join)}.`);
  if (says[0] === 'not') return { not: readNode(raw.not as Raw, `${at}.not`, depth + 1, reading) };
  const parts = (raw[says[0] as string] as Raw[]).map((part, i) => readNode(part, `${at}.${says[0]}[${i}]`, depth + 1, reading));
  if (parts.length === 0) return fault('minItems', `takes at least one filter in ${says[0]}.`);
  return says[0] === 'and' ? { all: parts } : { any: parts };
}

function readCondition(raw: Raw, at: string, reading: Reading): Filter {
  reading.conditions += 1;
  const path = raw.field as string;
  const field = fieldOf(path, reading.filterable);
  if (!field) {
    reading.faults.push({ field: `${at}.field`, code: 'unknown.field', rule: `names no field that can be filtered by: ${shown(path)}.` });
    return NOTHING;
  }
  const tests: Test[] = [];
  let absent = false;
  const operators = Object.keys(raw).filter((key) => key !== 'field' && raw[key] !== undefined);
  for (const op of operators) {
    const test = readTest(op, raw[op], path, field.kind);
    if (field.kind === 'text' || field.kind === 'custom') reading.characters += charactersIn(raw[op]);
    if (test === 'absent') absent = true;
    else if (typeof test === 'string') reading.faults.push({ field: `${at}.${op.slice(0, 60)}`, code: 'filter', rule: test });
    else tests.push(test);
  }
  if (operators.length === 0) reading.faults.push({ field: at, code: 'form', rule: `takes one of ${OPERATORS[field.kind].join(', ')} beside field.` });
  const present: Condition = { ...field, path, tests: tests.length > 0 ? tests : [{ op: 'exists' }] };
  if (!absent) return present;
  const missing: Filter = { not: { ...field, path, tests: [{ op: 'exists' }] } };
  return tests.length > 0 ? { all: [missing, present] } : missing;
}

function fieldOf(path: string, { columns, fields }: Filterable): Field | undefined {
  if (Object.hasOwn(fields, path)) return fields[path];
  const column = columns.find((name) => path.startsWith(`${name}.`) && fields[name]?.kind === 'custom');
  return column !== undefined && !path.slice(column.length + 1).includes('.') && path.length > column.length + 1 ? fields[column] : undefined;
}

function charactersIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + charactersIn(one), 0);
  return typeof value === 'string' ? value.length : 0;
}

const OPERATORS = {
  text: ['eq', 'in', 'prefix', 'exists'],
  id: ['eq', 'in', 'exists'],
  number: ['eq', 'in', ...RANGES, 'exists'],
  boolean: ['eq', 'exists'],
  date: ['eq', ...RANGES, 'exists'],
  custom: ['eq', 'in', 'prefix', ...RANGES, 'exists'],
} as const satisfies Record<Kind, string[]>;

/** @returns the test, `absent` for exists: false, or what is wrong with it */
function readTest(op: string, value: unknown, path: string, kind: Kind): Test | 'absent' | string {
  if (!(OPERATORS[kind] as readonly string[]).includes(op)) return `is no operator of this field, which takes ${OPERATORS[kind].join(', ')}.`;
  if (op === 'exists') return typeof value !== 'boolean' ? 'takes true or false.' : value ? { op } : 'absent';
  if (op === 'in') {
    if (!Array.isArray(value) || value.length === 0 || value.length > limits.filterValuesMax) return `takes a list of 1 to ${limits.filterValuesMax} values.`;
    const values = value.map((one) => readScalar(one, path, kind));
    const wrong = values.indexOf(undefined);
    return wrong < 0 ? { op, values: values as Scalar[] } : `[${wrong}] ${RULES[kind]}`;
  }
  const scalar = readScalar(value, path, kind);
  if (scalar === undefined) return RULES[kind];
  if (op === 'prefix') return typeof scalar === 'string' ? { op, value: scalar } : RULES.text;
  if (op !== 'eq' && typeof scalar === 'boolean') return 'takes a number or a text.';
  return { op: op as 'eq' | Range, value: scalar };
}

const RULES: Record<Kind, string> = {
  text: 'takes a text that is not empty.',
  id: 'takes an id (a UUID).',
  number: 'takes a number.',
  boolean: 'takes true or false.',
  date: 'takes a date and time such as 2026-01-31T10:00:00Z.',
  custom: 'takes true, false, a number, or a text that is not empty.',
};

function readScalar(value: unknown, path: string, kind: Kind): Scalar | undefined {
  const text = typeof value === 'string' && value !== '' ? value : undefined;
  switch (kind) {
    case 'text':
      return text;
    case 'id': {
      const id = text?.toLowerCase();
      return id === '*' && path === 'division.id' ? UNASSIGNED : isId(id) ? id : undefined;
    }
    case 'number':
      return Number.isFinite(value) ? (value as number) : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'date':
      return text === undefined ? undefined : readMoment(text);
    case 'custom':
      return text ?? (Number.isFinite(value) || typeof value === 'boolean' ? (value as number | boolean) : undefined);
  }
}

const shown = (text: string) => JSON.stringify(cut(text, 100));
