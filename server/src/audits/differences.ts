// What a change did to a record: the fields whose values differ between two states of its body.

/** One field, by a path such as `$.address.city` (RFC 9535, normal form where a name needs it), and its values; absent for none. */
export interface Difference {
  field: string;
  before?: unknown;
  after?: unknown;
}

type Fields = Record<string, unknown>;

/**
 * Applied to `before`, the differences give `after`. Objects that are there before and after are compared field by field;
 * lists are values, compared and shown whole, for their items have no names. In the order of `before`, then of `after`.
 * @param before undefined for a record that was not there, whose fields are then all new; `after` likewise
 */
export function differences(before: Fields | undefined, after: Fields | undefined): Difference[] {
  return compare('$', before ?? {}, after ?? {});
}

function compare(path: string, before: Fields, after: Fields): Difference[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const [was, is] = [fieldOf(before, name), fieldOf(after, name)];
    const field = path + step(name);
    if (isObject(was) && isObject(is)) return compare(field, was, is);
    if (isSame(was, is)) return [];
    return [{ field, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }];
  });
}

/** Custom fields have names of their customer's choosing, `__proto__` among them. */
const fieldOf = (fields: Fields, name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined);

const step = (name: string) => (/^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `['${name.replaceAll(/['\\]/g, '\\$&')}']`);

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  if (isObject(a) && isObject(b)) return compare('', a, b).length === 0;
  return a === b;
}
