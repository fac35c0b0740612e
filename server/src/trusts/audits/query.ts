// How a query of audits is read: further conditions, facets, order. All of it is decided on finished entries, a few
// thousand at most, so that what nobody may see can be neither found nor counted.
import { cut } from '../../families/cut.ts';
import type { Wire } from '../../families/wire.ts';
import { refuse } from '../../http/errors.ts';
import { type AuditMessage, FIELDS, mentions } from './message.ts';

export type Asked = Pick<Wire['TrusteeAuditQueryRequest'], 'queryPhrase' | 'facets' | 'filters'>;
type Test = (message: AuditMessage) => boolean;

/** @throws Refusal 400 `invalid.value` for a field or an operator that is none */
export function readConditions({ queryPhrase, filters = [] }: Asked): Test {
  const tests = filters.map(readFilter);
  const phrase = queryPhrase?.trim().toLowerCase();
  if (phrase) tests.push((message) => mentions(message, phrase));
  return (message) => tests.every((test) => test(message));
}

function readFilter({ name, type, operator, values }: Wire['Filter']): Test {
  const read = fieldOf('filters.name', name);
  oneOf('filters.type', type, ['DATE', 'STRING']);
  const wanted = values.map((value) => normal(value, type));
  const any = (message: AuditMessage, matches: (value: string) => boolean) =>
    read(message).some((value) => value !== undefined && matches(normal(value, type)));
  switch (operator) {
    case 'EQUALS':
    case 'IN':
      return (message) => any(message, (value) => wanted.includes(value));
    case 'NOT_EQUALS':
      return (message) => !any(message, (value) => wanted.includes(value));
    case 'CONTAINS':
      return (message) => any(message, (value) => wanted.some((part) => value.includes(part)));
    case 'RANGE': {
      const [from = '', to = ''] = wanted;
      return (message) => any(message, (value) => (from === '' || value >= from) && (to === '' || value <= to));
    }
    default:
      throw invalid('filters.operator', operator, OPERATORS);
  }
}

const OPERATORS = ['EQUALS', 'NOT_EQUALS', 'IN', 'RANGE', 'CONTAINS'];

/** Dates as they stand in entries, so that they are compared as texts. @throws Refusal 400 for what is no date */
function normal(value: string, type: string): string {
  if (type !== 'DATE' || value === '') return value.toLowerCase();
  const ms = Date.parse(value);
  if (Number.isNaN(ms)) throw refuse('invalid.value', { params: { name: 'filters.values', value: cut(value, 200), rule: 'It takes dates.' } });
  return new Date(ms).toISOString().toLowerCase();
}

/** How often each value of each field stands in the entries, the most frequent first. */
export function countFacets({ facets = [] }: Asked, messages: readonly AuditMessage[]) {
  return facets.map(({ name }) => {
    const read = fieldOf('facets.name', name);
    const counts = new Map<string, number>();
    for (const message of messages) for (const value of new Set(read(message))) if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
    return { name, entries: [...counts].sort(([, a], [, b]) => b - a).map(([term, count]) => ({ term, count })) };
  });
}

/** @param messages in the order of time */
export function sorted(messages: readonly AuditMessage[], sortBy: string, descending: boolean): AuditMessage[] {
  if (!Object.hasOwn(FIELDS, sortBy)) throw refuse('invalid.query.param.value', { params: { name: 'sortBy', value: cut(sortBy, 200), rule: known() } });
  const read = FIELDS[sortBy] as (message: AuditMessage) => (string | undefined)[];
  const keyed = messages.map((message, at) => ({ message, at, key: sortBy === 'timestamp' ? '' : (read(message)[0] ?? '') }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.at - b.at));
  if (descending) keyed.reverse();
  return keyed.map(({ message }) => message);
}

function fieldOf(name: string, field: string): (message: AuditMessage) => (string | undefined)[] {
  const read = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
  if (!read) throw refuse('invalid.value', { params: { name, value: cut(field, 200), rule: known() } });
  return read;
}

const known = () => `It takes one of: ${Object.keys(FIELDS).join(', ')}.`;

function oneOf(name: string, value: string, values: readonly string[]): void {
  if (!values.includes(value)) throw invalid(name, value, values);
}

const invalid = (name: string, value: string, values: readonly string[]) =>
  refuse('invalid.value', { params: { name, value: cut(value, 200), rule: `It takes one of: ${values.join(', ')}.` } });
