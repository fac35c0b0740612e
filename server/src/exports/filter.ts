// The API's own filters of exports, read into the tree that deep searches use (families/filter.ts): a node has one
// operator, and a comparison one of a handful of fields.
import { type Fault, invalidFields } from '../contract/validate.ts';
import { cut } from '../families/cut.ts';
import { readMoment } from '../families/date.ts';
import type { Field, Filter, Scalar, Test } from '../families/filter.ts';
import { isId } from '../families/id.ts';
import type { Wire } from '../families/wire.ts';
import { limits } from '../http/limits.ts';
import { UNASSIGNED } from '../http/principal.ts';

type Node = Wire['ContactsExportFilter'];
type Comparison = NonNullable<Node['eq'] | Node['gte']>;

/** @throws Refusal naming each node that cannot be read */
export function readExportFilter(node: Node): Filter {
  const reading: Reading = { faults: [], comparisons: 0 };
  const filter = readNode(node, 'queryConditions.filters', 1, reading);
  if (reading.comparisons > limits.filterConditionsMax)
    reading.faults.push({
      field: 'queryConditions.filters',
      code: 'too.many',
      rule: `takes at most ${limits.filterConditionsMax} comparisons, but has ${reading.comparisons}.`,
    });
  if (reading.faults.length > 0) throw invalidFields(reading.faults);
  return filter;
}

interface Reading {
  faults: Fault[];
  comparisons: number;
}

const OPERATORS = ['eq', 'in', 'gte', 'lte', 'and', 'or', 'not'] as const;
const NOTHING: Filter = { all: [] };

function readNode(node: Node, at: string, depth: number, reading: Reading): Filter {
  const fault = (rule: string) => {
    reading.faults.push({ field: at, code: 'form', rule });
    return NOTHING;
  };
  if (depth > limits.filterDepthMax) return fault(`lies more than ${limits.filterDepthMax} levels deep.`);
  const [operator, ...others] = OPERATORS.filter((name) => node[name] !== undefined);
  if (operator === undefined || others.length > 0) return fault(`takes exactly one of ${OPERATORS.join(', ')}.`);
  const inside = (part: Node, place: string) => readNode(part, `${at}.${place}`, depth + 1, reading);
  switch (operator) {
    case 'and':
    case 'or': {
      const parts = (node[operator] ?? []).map((part, i) => inside(part, `${operator}[${i}]`));
      if (parts.length === 0) return fault(`takes at least one filter in ${operator}.`);
      return operator === 'and' ? { all: parts } : { any: parts };
    }
    case 'not':
      return { not: inside(node.not as Node, 'not') };
    case 'in': {
      const { field, values } = node.in as NonNullable<Node['in']>;
      if (values.length === 0 || values.length > limits.filterValuesMax) return fault(`takes 1 to ${limits.filterValuesMax} values in in.`);
      return compare(field, 'in', values, `${at}.in.values`, reading);
    }
    default: {
      const { field, value } = node[operator] as Comparison;
      return compare(field, operator, [value], `${at}.${operator}.value`, reading);
    }
  }
}

function compare(name: Comparison['field'], operator: 'eq' | 'in' | 'gte' | 'lte', texts: string[], at: string, reading: Reading): Filter {
  reading.comparisons += 1;
  const fault = (rule: string) => {
    reading.faults.push({ field: at, code: 'filter', rule });
    return NOTHING;
  };
  const { path, read, rule, ...field } = FIELDS[name];
  if ((operator === 'gte' || operator === 'lte') !== (field.kind === 'date')) return fault(`${operator} is no comparison of ${name}.`);
  const values = texts.map(read);
  const wrong = values.indexOf(undefined);
  if (wrong >= 0) return fault(`takes ${rule}, but is "${cut(String(texts[wrong]), 60)}".`);
  const known = values as Scalar[];
  const test: Test = operator === 'in' ? { op: 'in', values: known } : { op: operator, value: known[0] as Scalar };
  return { path, ...field, tests: [test] };
}

type Known = Field & { path: string; rule: string; read(text: string): Scalar | undefined };

const id = (text: string): string | undefined => (isId(text.toLowerCase()) ? text.toLowerCase() : undefined);
const date = (path: string): Known => ({ path, kind: 'date', rule: 'a date and time such as 2026-01-31T10:00:00Z', read: readMoment });
const TYPES = ['Curated', 'Identified', 'Ephemeral'];

const FIELDS: Record<Comparison['field'], Known> = {
  DivisionId: { path: 'division.id', kind: 'id', rule: 'the id of a division (a UUID), or *', read: (text) => (text === '*' ? UNASSIGNED : id(text)) },
  ContactClassification: {
    path: 'type',
    kind: 'text',
    rule: `one of ${TYPES.join(', ')}`,
    read: (text) => TYPES.find((type) => type.toLowerCase() === text.toLowerCase()),
  },
  ExternalOrganizationId: { path: 'externalOrganization.id', kind: 'id', rule: 'the id of an external organization (a UUID)', read: id },
  DateCreated: date('createDate'),
  DateModified: date('modifyDate'),
};
