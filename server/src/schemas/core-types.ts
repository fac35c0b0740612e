// The eleven built-in types that custom fields build on, with the constraints that each takes. Ceilings are those of the
// vendor's help ("Custom field types"); where it has none, they are ours.
import { limits } from '../http/limits.ts';

export type CoreTypeName = 'text' | 'longtext' | 'url' | 'identifier' | 'enum' | 'date' | 'datetime' | 'integer' | 'number' | 'checkbox' | 'tag';

/** A constraint that a schema may set, and between what. */
export interface Range {
  min: number;
  max: number;
}

export interface CoreType {
  title: string;
  description: string;
  /** The JSON type of a value. */
  type: 'string' | 'integer' | 'number' | 'boolean' | 'array';
  /** For dates: their text form, which the calendar has to know besides. */
  pattern?: string;
  format?: 'date' | 'date-time';
  /** The keywords that a field of this type may have, besides those of every field. */
  keywords: readonly string[];
  /** From what the numbers among them may be chosen. */
  ranges: Readonly<Record<string, Range>>;
  /** The same for the elements of a list. */
  itemRanges: Readonly<Record<string, Range>>;
  /** What holds where a field does not say. */
  bounds: Readonly<Record<string, number>>;
}

const NOTHING = { keywords: [], ranges: {}, itemRanges: {}, bounds: {} };

const text = (title: string, description: string, maxLength: number): CoreType => ({
  ...NOTHING,
  title,
  description,
  type: 'string',
  keywords: ['minLength', 'maxLength'],
  ranges: { minLength: { min: 0, max: maxLength }, maxLength: { min: 1, max: maxLength } },
  bounds: { minLength: 0, maxLength },
});

// What JSON's readers agree on: past this, whole numbers are rounded on the way.
const SAFE = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
// No year 0, which PostgreSQL's calendar does not have; and no look-ahead, which not every reader of patterns has.
const DAY = '(000[1-9]|00[1-9]\\d|0[1-9]\\d\\d|[1-9]\\d{3})-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])';
const TIME = '([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)';

const CORE_TYPES: Readonly<Record<CoreTypeName, CoreType>> = {
  text: text('Text', 'A short text, found by its words.', 100),
  longtext: text('Long text', 'A text of some paragraphs, found by its words.', 1000),
  url: text('URL', 'An address on the web.', 200),
  identifier: text('Identifier', 'A text that is found whole, whatever its capitals.', 100),
  enum: { ...NOTHING, title: 'Enum', description: 'The key of one of several options.', type: 'string', keywords: ['enum', '_enumProperties'] },
  date: { ...NOTHING, title: 'Date', description: 'A day, such as 2021-01-01.', type: 'string', pattern: `^${DAY}$`, format: 'date' },
  datetime: {
    ...NOTHING,
    title: 'Date and time',
    description: 'A moment, such as 2021-01-01T00:00:00.000Z.',
    type: 'string',
    pattern: `^${DAY}T${TIME}$`,
    format: 'date-time',
  },
  integer: {
    ...NOTHING,
    title: 'Integer',
    description: 'A whole number.',
    type: 'integer',
    keywords: ['minimum', 'maximum'],
    ranges: { minimum: SAFE, maximum: SAFE },
    bounds: { minimum: SAFE.min, maximum: SAFE.max },
  },
  number: {
    ...NOTHING,
    title: 'Number',
    description: 'Any number.',
    type: 'number',
    keywords: ['minimum', 'maximum'],
    ranges: { minimum: SAFE, maximum: SAFE },
  },
  checkbox: { ...NOTHING, title: 'Checkbox', description: 'True or false.', type: 'boolean' },
  tag: {
    ...NOTHING,
    title: 'Tag',
    description: 'A list of labels, each found whole, whatever its capitals.',
    type: 'array',
    keywords: ['items', 'minItems', 'maxItems', 'uniqueItems'],
    ranges: { minItems: { min: 0, max: 10 }, maxItems: { min: 1, max: 10 } },
    itemRanges: { minLength: { min: 0, max: 100 }, maxLength: { min: 1, max: 100 } },
    bounds: { minItems: 0, maxItems: 10 },
  },
};

/** How long an element of a list may be where its field does not say. */
export const ITEM_BOUNDS = { minLength: 0, maxLength: 100 };

export const coreTypeNames = Object.keys(CORE_TYPES) as CoreTypeName[];

/** @returns undefined where there is no such type */
export function coreType(name: string): CoreType | undefined {
  return Object.hasOwn(CORE_TYPES, name) ? CORE_TYPES[name as CoreTypeName] : undefined;
}

/** The wire's Coretype. A value may be null on the wire, which stands for none. @param folder where such schemas are found */
export function coreTypeBody(name: CoreTypeName, folder: string): object {
  const { title, description, type, pattern, keywords, ranges, itemRanges } = CORE_TYPES[name];
  const itemKeywords = Object.keys(itemRanges);
  return {
    id: name,
    name,
    version: 1,
    dateCreated: BUILT_IN_SINCE,
    schema: { title, description, type: [type, 'null'], ...(type === 'array' ? { items: { type: 'string' } } : {}), ...(pattern ? { pattern } : {}) },
    current: true,
    validationFields: keywords,
    validationLimits: ranges,
    ...(itemKeywords.length > 0 ? { itemValidationFields: itemKeywords, itemValidationLimits: itemRanges } : {}),
    selfUri: `${folder}/coretypes/${name}`,
  };
}

/** The wire's SchemaQuantityLimits. */
export function quantityLimits(folder: string): object {
  return {
    id: 'limits',
    name: 'limits',
    minFieldNameCharacters: 1,
    maxFieldNameCharacters: limits.fieldNameCharactersMax,
    minFieldTitleCharacters: 1,
    maxFieldTitleCharacters: limits.fieldTitleCharactersMax,
    minFieldDescriptionCharacters: 0,
    maxFieldDescriptionCharacters: limits.schemaDescriptionCharactersMax,
    minSchemaNameCharacters: 1,
    maxSchemaNameCharacters: limits.schemaNameCharactersMax,
    minSchemaDescriptionCharacters: 0,
    maxSchemaDescriptionCharacters: limits.schemaDescriptionCharactersMax,
    maxNumberOfSchemasPerOrg: limits.schemasMax,
    maxNumberOfFieldsPerSchema: limits.schemaFieldsMax,
    maxNumberOfFieldsPerOrg: limits.schemasMax * limits.schemaFieldsMax,
    selfUri: `${folder}/limits`,
  };
}

const BUILT_IN_SINCE = '2026-01-01T00:00:00.000Z';
