// Brings a request body to the one form that the validators and slices know: no nulls, no empty strings, trimmed where
// the contract says so, without the fields that only the server writes. Sources: the API's read-only set; its clients
// send "" and null for "no value" (an empty lineId.displayName had to be left out by the vendor's own provider).
import { cut } from '../families/cut.ts';
import { limits } from '../http/limits.ts';
import { readsTrue } from '../http/xurrent.ts';
import type { Contract, Schema } from './load.ts';

export type Tidy = (value: unknown) => unknown;

const FAULTS = {
  'unstorable.text': 'has a character that cannot be stored (NUL or half of a surrogate pair)',
  'too.deep': 'is nested more than {most} levels deep',
  maxItems: 'has more than {most} items',
} as const;

/** Thrown for what no record can hold: NUL characters, halves of surrogate pairs, nesting or lists without end. */
export class Unstorable extends Error {
  readonly path: string;
  readonly code: string;
  constructor(path: string, code: keyof typeof FAULTS, most = 0) {
    super(`${cut(path, 100) || 'The body'} ${FAULTS[code].replace('{most}', String(most))}.`);
    this.path = cut(path, 100);
    this.code = code;
  }
}

/** @returns a function that changes the given value in place and returns it. */
export function createTidy(contract: Contract): (schema: Schema) => Tidy {
  const nodes = new WeakMap<Schema, Node>();
  const nodeOf = (schema: Schema): Node => {
    const resolved = contract.resolve(schema);
    let node = nodes.get(resolved);
    if (!node) {
      const free =
        resolved.additionalProperties === true || !['properties', 'items', 'type', 'allOf', 'enum', 'additionalProperties'].some((key) => key in resolved);
      const object = resolved.type === 'object' || ['properties', 'allOf', 'additionalProperties'].some((key) => key in resolved);
      node = {
        free,
        object,
        properties: new Map(),
        trim: resolved['x-trim'] === true,
        anyBoolean: resolved['x-any-boolean'] === true,
        readOnly: resolved.readOnly === true,
        keepsEmpty: resolved['x-keeps-empty'] === true,
        needsItems: (resolved.minItems ?? 0) > 0,
        itemsMax: resolved.maxItems ?? limits.bodyItemsMax,
      };
      if (resolved['x-unknown-is-null'] && resolved.enum) node.known = resolved.enum;
      nodes.set(resolved, node);
      for (const part of [resolved, ...(resolved.allOf ?? []).map(contract.resolve)]) {
        for (const [name, property] of Object.entries(part.properties ?? {})) node.properties.set(name, property);
        if (part.items) node.items = part.items;
        if (typeof part.additionalProperties === 'object') node.others = part.additionalProperties;
      }
    }
    return node;
  };

  const clean = (schema: Schema, value: unknown, at: Place): unknown => {
    if (typeof value === 'string') {
      const node = nodeOf(schema);
      if (node.anyBoolean && value !== '') return readsTrue(value);
      const text = cleanText(value, node.trim, at);
      return node.known && text !== undefined && !node.known.includes(text) ? undefined : text;
    }
    if (typeof value === 'number' && nodeOf(schema).anyBoolean) return readsTrue(String(value));
    if (typeof value !== 'object' || value === null) return value ?? undefined;
    const node = nodeOf(schema);
    if (node.anyBoolean) return false;
    if (node.free) return check(value, at);
    if (!Array.isArray(value)) return node.object ? cleanObject(node, value as Record<string, unknown>, at) : value;
    const { items } = node;
    if (value.length === 0 && node.needsItems) return undefined;
    if (value.length > node.itemsMax) throw new Unstorable(at.path, 'maxItems', node.itemsMax);
    // Items stay in their places, even those that say nothing: what is wrong with them is named by place.
    return items ? value.map((item, i) => clean(items, item, inside(at, `[${i}]`)) ?? (typeof item === 'object' && item !== null ? {} : null)) : value;
  };
  const cleanObject = (node: Node, value: Record<string, unknown>, at: Place) => {
    for (const name of Object.keys(value)) {
      const property = node.properties.get(name) ?? node.others;
      // A name that the contract does not know is what somebody has written, as much as its value.
      if (property === node.others) check(name, at);
      const cleaned = !property || nodeOf(property).readOnly ? undefined : clean(property, value[name], inside(at, name));
      if (cleaned === undefined) delete value[name];
      else value[name] = cleaned;
    }
    // An object that says nothing is no value either; the body itself stays one.
    return at.depth > 0 && !node.keepsEmpty && Object.keys(value).length === 0 ? undefined : value;
  };
  return (schema) => (value) => clean(schema, value, { path: '', depth: 0 });
}

interface Place {
  path: string;
  depth: number;
}

function inside(at: Place, name: string): Place {
  const path = at.path === '' || name.startsWith('[') ? at.path + name : `${at.path}.${name}`;
  if (at.depth >= limits.bodyDepthMax) throw new Unstorable(path, 'too.deep', limits.bodyDepthMax);
  return { path, depth: at.depth + 1 };
}

interface Node {
  /** Takes objects. What does not is left to the validator to refuse. */
  object: boolean;
  properties: Map<string, Schema>;
  items?: Schema;
  others?: Schema;
  trim: boolean;
  anyBoolean: boolean;
  readOnly: boolean;
  keepsEmpty: boolean;
  /** An empty array stands for none at all. */
  needsItems: boolean;
  itemsMax: number;
  /** The only values that count; any other is no value. */
  known?: string[];
  /** Anything goes, and is kept as it is: custom fields, a patch's value. */
  free: boolean;
}

function cleanText(value: string, trim: boolean, at: Place): string | undefined {
  check(value, at);
  const text = trim ? value.trim() : value;
  return text === '' ? undefined : text;
}

function check<T>(value: T, at: Place): T {
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) throw new Unstorable(at.path, 'unstorable.text');
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      check(name, at);
      check(inner, inside(at, name));
    }
  }
  return value;
}
