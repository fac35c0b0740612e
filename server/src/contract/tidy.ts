// Brings a request body to the one form that the validators and slices know: no nulls, no empty strings, trimmed where
// the contract says so, without the fields that only the server writes. Sources: the API's read-only set; its clients
// send "" and null for "no value" (an empty lineId.displayName had to be left out by the vendor's own provider).
import type { Contract, Schema } from './load.ts';

export type Tidy = (value: unknown) => unknown;

/** Thrown for text that PostgreSQL cannot hold: NUL characters and halves of surrogate pairs. */
export class UnstorableText extends Error {
  readonly path: string;
  constructor(path: string) {
    super(`${path || 'The body'} has a character that cannot be stored (NUL or half of a surrogate pair).`);
    this.path = path;
  }
}

/** @returns a function that changes the given value in place and returns it. */
export function createTidy(contract: Contract): (schema: Schema) => Tidy {
  const nodes = new WeakMap<Schema, Node>();
  const nodeOf = (schema: Schema): Node => {
    const resolved = contract.resolve(schema);
    let node = nodes.get(resolved);
    if (!node) {
      node = { properties: new Map(), trim: resolved['x-trim'] === true, readOnly: resolved.readOnly === true };
      nodes.set(resolved, node);
      for (const part of [resolved, ...(resolved.allOf ?? []).map(contract.resolve)]) {
        for (const [name, property] of Object.entries(part.properties ?? {})) node.properties.set(name, property);
        if (part.items) node.items = part.items;
        if (typeof part.additionalProperties === 'object') node.others = part.additionalProperties;
        node.free ||= part.additionalProperties === true || (!part.properties && !part.items && !part.type && !part.allOf && !part.enum);
      }
    }
    return node;
  };

  const clean = (schema: Schema, value: unknown, path: string): unknown => {
    if (typeof value === 'string') return cleanText(value, nodeOf(schema).trim, path);
    if (typeof value !== 'object' || value === null) return value ?? undefined;
    const node = nodeOf(schema);
    if (node.free) return checkText(value, path);
    if (Array.isArray(value)) {
      return value.map((item, i) => (node.items ? clean(node.items, item, `${path}[${i}]`) : checkText(item, `${path}[${i}]`)));
    }
    return cleanObject(node, value as Record<string, unknown>, path);
  };
  const cleanObject = (node: Node, value: Record<string, unknown>, path: string) => {
    for (const name of Object.keys(value)) {
      const property = node.properties.get(name) ?? node.others;
      const at = path ? `${path}.${name}` : name;
      if (!property || nodeOf(property).readOnly) delete value[name];
      else {
        const cleaned = clean(property, value[name], at);
        if (cleaned === undefined) delete value[name];
        else value[name] = cleaned;
      }
    }
    return value;
  };
  return (schema) => (value) => clean(schema, value, '');
}

interface Node {
  properties: Map<string, Schema>;
  items?: Schema;
  others?: Schema;
  trim: boolean;
  readOnly: boolean;
  /** Anything goes, and is kept as it is: custom fields, a patch's value. */
  free?: boolean;
}

function cleanText(value: string, trim: boolean, path: string): string | undefined {
  checkText(value, path);
  const text = trim ? value.trim() : value;
  return text === '' ? undefined : text;
}

function checkText<T>(value: T, path: string): T {
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) throw new UnstorableText(path);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      checkText(name, path);
      checkText(inner, path ? `${path}.${name}` : name);
    }
  }
  return value;
}
