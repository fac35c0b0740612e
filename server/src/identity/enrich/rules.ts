// How what is sent and what is stored become one record: the rules of enriching, without a database. Each field has an
// action, and a list one more; the nearest rule says which, or the default. Source: the API's EnrichFieldRules.
import type { Fault } from '../../contract/validate.ts';
import { cut } from '../../families/cut.ts';
import { has, isEmpty, type Json } from '../../families/sent.ts';
import type { Wire } from '../../families/wire.ts';

type FieldRules = Wire['EnrichFieldRules'];
type Action = NonNullable<FieldRules['defaultAction']>;
type ListAction = NonNullable<FieldRules['defaultArrayAction']>;

/** What the rules need to know of a kind of record. Paths such as `lineId.ids`. */
export interface Shape {
  /** How many items the list may have; undefined for what is no list of which that is known. */
  mostOf(path: string): number | undefined;
  /** Values that are taken whole, such as a phone number, unless a rule names a part of them. */
  wholes: ReadonlySet<string>;
}

/**
 * The record that is to be stored; what is given stays as it is. Null, "", an empty list or object are no value.
 * @param stored undefined where there is none yet
 * @param faults gains one for each list that would be longer than it may be
 */
export function enrich(stored: Json | undefined, provided: Json, fieldRules: FieldRules, shape: Shape, faults: Fault[] = []): Json {
  const rules = (fieldRules.rules ?? []).map((rule) => ({ ...rule, path: rule.field?.slice(2) ?? '' }));
  const nearest = <Name extends 'action' | 'arrayAction'>(path: string, name: Name) =>
    rules.reduce<(typeof rules)[number] | undefined>(
      (best, rule) => (rule[name] && isWithin(path, rule.path) && rule.path.length >= (best?.path.length ?? 0) ? rule : best),
      undefined,
    )?.[name];

  const combine = (path: string, old: unknown, given: unknown): unknown => {
    const action = nearest(path, 'action') ?? fieldRules.defaultAction ?? 'PreferProvided';
    if (isList(old, given)) {
      const items = combineLists(listOf(old), listOf(given), action, nearest(path, 'arrayAction') ?? fieldRules.defaultArrayAction ?? 'Fill');
      const most = shape.mostOf(path);
      if (most === undefined || items.list.length <= most) return items.list;
      if (items.fill) return items.list.slice(0, most);
      faults.push({ field: path, code: 'maxItems', rule: `takes at most ${most} items, but would have ${items.list.length}.` });
      return old;
    }
    const isTaken = shape.wholes.has(path) && !rules.some((rule) => rule.path !== path && isWithin(rule.path, path));
    return isObject(old, given) && !isTaken ? combineObjects(path, (old ?? {}) as Json, (given ?? {}) as Json) : choose(action, old, given);
  };
  const combineObjects = (path: string, old: Json, given: Json): Json =>
    Object.fromEntries(
      [...new Set([...Object.keys(old), ...Object.keys(given)])].flatMap((name) => {
        const value = combine(path === '' ? name : `${path}.${name}`, own(old, name), own(given, name));
        return isEmpty(value) ? [] : [[name, structuredClone(value)]];
      }),
    );
  return combineObjects('', stored ?? {}, provided);
}

/** @param faultOf why a path names no field that can be written, or undefined */
export function faultsOfRules({ rules = [] }: FieldRules, faultOf: (path: string[]) => string | undefined): Fault[] {
  return rules.flatMap(({ field }, i) => {
    const at = `fieldRules.rules[${i}].field`;
    if (field === undefined) return [{ field: at, code: 'required', rule: 'is required.' }];
    const fault = PATH.test(field) ? faultOf(field.slice(2).split('.')) : 'must be a path such as $.address.city: letters, digits, underscores and dots only';
    return fault === undefined ? [] : [{ field: at, code: 'field', rule: `${fault}, but is "${cut(field, 100)}".` }];
  });
}

const PATH = /^\$(\.[A-Za-z0-9_]+)+$/;

/** What to do, with the records that were found in the order of the identifiers. */
export type Decision =
  | { do: 'insert' }
  | { do: 'update'; id: string }
  | { do: 'merge'; ids: string[] }
  | { do: 'refuse'; code: 'enrich.matched' | 'enrich.unmatched' };

/** @param found different ids */
export function decide(action: Wire['ContactEnrichRequest']['action'], found: readonly string[]): Decision {
  const [first] = found;
  if (first === undefined) return action === 'Update' ? { do: 'refuse', code: 'enrich.unmatched' } : { do: 'insert' };
  if (action === 'Insert') return { do: 'refuse', code: 'enrich.matched' };
  return action === 'Merge' && found.length > 1 ? { do: 'merge', ids: [...found] } : { do: 'update', id: first };
}

function choose(action: Action, old: unknown, given: unknown): unknown {
  switch (action) {
    case 'PreferProvided':
      return isEmpty(given) ? old : given;
    case 'PreferExisting':
      return isEmpty(old) ? given : old;
    case 'AlwaysUseProvided':
      return given;
    default:
      throw new Error(`unknown action ${action satisfies never}`);
  }
}

/** Nothing given changes no list, but for one that is replaced by whatever is provided. */
function combineLists(old: unknown[], given: unknown[], action: Action, listAction: ListAction): { list: unknown[]; fill: boolean } {
  if (listAction === 'Replace') return { list: given.length > 0 ? given : listOf(choose(action, old, given)), fill: false };
  if (given.length === 0) return { list: old, fill: true };
  const list: unknown[] = [];
  for (const item of [...old, ...given]) if (!has(list, item)) list.push(item);
  return { list, fill: listAction === 'Fill' };
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Whether one of them is a list, and the other one too or nothing. */
const isList = (old: unknown, given: unknown) =>
  (Array.isArray(old) || Array.isArray(given)) && [old, given].every((value) => Array.isArray(value) || isEmpty(value));

const isObject = (old: unknown, given: unknown) =>
  [old, given].every((value) => isEmpty(value) || (typeof value === 'object' && !Array.isArray(value))) && !(isEmpty(old) && isEmpty(given));

const isWithin = (path: string, outer: string) => path === outer || path.startsWith(`${outer}.`);

const own = (record: Json, name: string) => (Object.hasOwn(record, name) ? record[name] : undefined);
