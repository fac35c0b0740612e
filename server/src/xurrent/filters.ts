// Filters and sorting of the second dialect: any query parameter that is none of the list's own is a condition on a field,
// and conditions are ANDed. Source: the vendor's page on filtering, whose sentences for refusals these are.
import { cut } from '../families/cut.ts';
import { limits } from '../http/limits.ts';
import { readsTrue } from '../http/xurrent.ts';
import { badRequest } from './listing.ts';

/** How a field is compared: all as texts, which for ids and moments are of one length. */
const FILTERABLE = {
  id: 'number',
  source: 'text',
  sourceID: 'text',
  name: 'text',
  disabled: 'boolean',
  created_at: 'moment',
  updated_at: 'moment',
  financialID: 'text',
  parent: 'number',
} as const;

export const SORTABLE = ['id', 'name', 'sourceID', 'created_at', 'updated_at'] as const;

/** A field's value is one of these, or lies on that side of the first; not, where `negated`. */
export interface Condition {
  field: string;
  op: '=' | '<' | '<=' | '>' | '>=';
  negated: boolean;
  values: string[];
}

export interface Sort {
  field: (typeof SORTABLE)[number];
  descending: boolean;
}

/** @param known the list's other parameters, @param fields all fields of the record, @param filterable those of them that filter */
export function readConditions(
  url: string,
  known: readonly string[],
  fields: readonly string[],
  filterable: readonly string[] = Object.keys(FILTERABLE),
): Condition[] {
  const asked = [...new URLSearchParams(url.split('?').slice(1).join('?'))].filter(([name]) => !known.includes(name));
  const filters = asked.map(([name, value]) => (name.endsWith('!') ? { name: name.slice(0, -1), value: `!${value}` } : { name, value }));
  const names = [...new Set(filters.map(({ name }) => name))];
  refuseFields('Unknown fields', names, (name) => fields.includes(name));
  refuseFields('Filtering not allowed on fields', names, (name) => filterable.includes(name));
  const conditions = filters.flatMap(({ name, value }) => readFilter(name as keyof typeof FILTERABLE, value));
  // Each is held against each record.
  if (conditions.length > limits.filterConditionsMax) throw badRequest(`Too many filters: at most ${limits.filterConditionsMax} are allowed`);
  const long = conditions.find(({ values }) => values.length > limits.filterValuesMax);
  if (long) throw badRequest(`Too many values for field '${long.field}': at most ${limits.filterValuesMax} are allowed`);
  return conditions;
}

function refuseFields(reason: string, names: string[], allows: (name: string) => boolean): void {
  const refused = names.filter((name) => !allows(name));
  if (refused.length > 0) throw badRequest(`${reason}: ${cut(refused.join(', ').replaceAll('\0', ''), 500)}`);
}

function readFilter(field: keyof typeof FILTERABLE, text: string): Condition[] {
  const kind = FILTERABLE[field];
  if (text.includes('\0') || !text.isWellFormed()) throw badRequest(`Field '${field}' cannot have such a value`);
  const bounds = [...text.matchAll(/([<>]=?)([^<>]*)/g)];
  if (/^[<>]/.test(text) && bounds.length > 0) {
    if (kind === 'text' || kind === 'boolean') throw badRequest(`Field '${field}' does not support the '${bounds[0]?.[1]}' operator`);
    return bounds.map(([, op, bound = '']) => ({ field, op: op as Condition['op'], negated: false, values: [comparable(field, kind, bound)] }));
  }
  const negated = text.startsWith('!');
  const value = negated ? text.slice(1) : text;
  // A text may have commas; ids come in lists.
  const values = kind === 'number' ? value.split(',') : [value];
  if (kind === 'boolean' && value.includes(',')) throw badRequest(`Cannot filter on a set of values for field '${field}'`);
  return [{ field, op: '=', negated, values: values.map((one) => (one === '' ? '' : comparable(field, kind, one))) }];
}

function comparable(field: string, kind: (typeof FILTERABLE)[keyof typeof FILTERABLE], text: string): string {
  const value = text.trim();
  if (kind === 'text') return text;
  if (kind === 'boolean') return String(readsTrue(value));
  if (kind === 'number' && /^\d{1,15}$/.test(value)) return value.padStart(20, '0');
  const moment = kind === 'moment' ? momentOf(value) : undefined;
  if (moment !== undefined) return moment;
  throw badRequest(`Field '${field}' does not take the value '${cut(value, 100)}'`);
}

/** A day or a moment, without a zone in UTC, to the second; undefined for what is none, or of another millennium. */
function momentOf(text: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?$/.test(text)) return undefined;
  const moment = new Date(/T[\d:.]+$/.test(text) ? `${text}Z` : text);
  const shown = Number.isNaN(moment.getTime()) ? '' : moment.toISOString();
  return /^[12]\d{3}-/.test(shown) ? `${shown.slice(0, 19)}Z` : undefined;
}

/** @throws Refusal 400 naming the fields that cannot be sorted by */
export function readSorts(sort: string | undefined, sortable: readonly string[] = SORTABLE): Sort[] {
  const sorts = (sort ?? '').split(',').flatMap((part) => {
    const [, minus, field] = /^\s*(-?)\s*(.*?)\s*$/s.exec(part) as unknown as [string, string, string];
    return field === '' ? [] : [{ field, descending: minus === '-' }];
  });
  refuseFields(
    'Sorting not allowed on fields',
    sorts.map(({ field }) => field),
    (field) => sortable.includes(field),
  );
  return sorts.filter(({ field }, i) => sorts.findIndex((other) => other.field === field) === i) as Sort[];
}

/** The filters that have a name. Every organization here is external; there are no people to manage one. */
export function predefined(state: string | undefined): Condition[] | 'none' | undefined {
  const is = (field: string, value: string): Condition[] => [{ field, op: '=', negated: false, values: [value] }];
  switch (state) {
    case undefined:
    case 'external':
      return [];
    case 'disabled':
      return is('disabled', 'true');
    case 'enabled':
      return is('disabled', 'false');
    case 'trusted':
      return is('trusted', 'true');
    case 'internal':
    case 'directory':
    case 'support_domain':
    case 'managed_by_me':
      return 'none';
    default:
      return undefined;
  }
}
