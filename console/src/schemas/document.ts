// A schema's document, as JSON Schema on the wire and as a list of fields in the designer.
import type { Schema } from '../api/schema.ts';

export const CORE_TYPES = ['text', 'longtext', 'url', 'identifier', 'enum', 'date', 'datetime', 'integer', 'number', 'checkbox', 'tag'] as const;
export type CoreType = (typeof CORE_TYPES)[number];

export const BOUNDS = ['minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems'] as const;
export type Bound = (typeof BOUNDS)[number];

export interface Field {
  key: string;
  title: string;
  type: CoreType;
  required: boolean;
  bounds: Partial<Record<Bound, number>>;
  /** Titles by the keys that are stored; of a choice only. */
  options: Record<string, string>;
  /** Already in the stored version, as it stands there. */
  stored?: Definition;
}

interface Definition {
  allOf?: { $ref?: string }[];
  title?: string;
  description?: string;
  enum?: string[];
  _enumProperties?: Record<string, { title?: string; _disabled?: boolean }>;
  [keyword: string]: unknown;
}

type Document = NonNullable<Schema['DataSchema']['jsonSchema']>;

export const typeOf = (definition: Definition): CoreType => (definition.allOf?.[0]?.$ref?.split('/').at(-1) ?? 'text') as CoreType;

export function fieldsOf(document: Document | undefined): Field[] {
  const required = new Set((document?.required ?? []) as string[]);
  return Object.entries((document?.properties ?? {}) as Record<string, Definition>).map(([key, definition]) => ({
    key,
    title: definition.title ?? key,
    type: typeOf(definition),
    required: required.has(key),
    bounds: Object.fromEntries(BOUNDS.filter((bound) => typeof definition[bound] === 'number').map((bound) => [bound, definition[bound] as number])),
    options: Object.fromEntries((definition.enum ?? []).map((option) => [option, definition._enumProperties?.[option]?.title ?? option])),
    stored: definition,
  }));
}

export function documentOf(name: string, fields: readonly Field[], before: Document | undefined): Document {
  const required = fields.filter((field) => field.required).map(({ key }) => key);
  const { required: _, ...rest } = before ?? {};
  return {
    $schema: 'http://json-schema.org/draft-04/schema#',
    description: '',
    ...rest,
    title: name,
    properties: Object.fromEntries(fields.map((field) => [field.key, definitionOf(field)])),
    ...(required.length > 0 ? { required } : {}),
  } as Document;
}

function definitionOf({ title, type, bounds, options, stored }: Field): Definition {
  const keys = Object.keys(options);
  return {
    allOf: [{ $ref: `#/definitions/${type}` }],
    description: '',
    ...stored,
    title,
    ...bounds,
    ...(type === 'enum'
      ? {
          enum: keys,
          _enumProperties: Object.fromEntries(keys.map((key) => [key, { _disabled: false, ...stored?._enumProperties?.[key], title: options[key] ?? key }])),
        }
      : {}),
  };
}

/** As long as a key may be. */
const KEY_MAX = 50;

/** By convention a key ends in its core type; of a long title it has the beginning. @param taken keys of other fields */
export function keyOf(title: string, type: CoreType, taken: ReadonlySet<string> = new Set()): string {
  for (let n = 1; ; n++) {
    const ending = `${n === 1 ? '' : `_${n}`}_${type}`;
    const key =
      plain(title)
        .slice(0, KEY_MAX - ending.length)
        .replace(/_+$/, '') + ending;
    if (!taken.has(key)) return key;
  }
}

/** Of a title: small letters and digits, without accents. */
export const plain = (title: string): string =>
  title
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/[̀-ͯ]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');

export interface Difference {
  added: string[];
  changed: string[];
}

export function differenceOf(before: Document | undefined, after: Document | undefined): Difference {
  const old = new Map(fieldsOf(before).map((field) => [field.key, JSON.stringify(field)]));
  const fields = fieldsOf(after);
  return {
    added: fields.filter(({ key }) => !old.has(key)).map(({ title }) => title),
    changed: fields.filter((field) => old.has(field.key) && old.get(field.key) !== JSON.stringify(field)).map(({ title }) => title),
  };
}
