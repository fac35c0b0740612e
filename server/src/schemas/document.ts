// The document of a custom-field schema (JSON Schema, draft 4), and what makes one acceptable: each field is an `allOf`
// with one reference to a core type, and constraints that the core type takes. What is accepted is kept as it was sent.
import { type Fault, invalidFields } from '../contract/validate.ts';
import { cut } from '../families/cut.ts';
import type { Wire } from '../families/wire.ts';
import { refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import { type CoreType, type CoreTypeName, coreType, coreTypeNames, ITEM_BOUNDS, type Range } from './core-types.ts';

export interface Definition {
  allOf: [{ $ref: string }];
  enum?: string[];
  _enumProperties?: Record<string, { title?: string; _disabled?: boolean }>;
  items?: Record<string, number>;
  uniqueItems?: boolean;
  [constraint: string]: unknown;
}

export interface Document {
  required?: string[];
  properties?: Record<string, Definition>;
  additionalProperties?: boolean;
}

export interface Field {
  type: CoreTypeName;
  core: CoreType;
  definition: Definition;
}

/** The fields of a document that was accepted. */
export function fieldsOf({ properties }: Document): Map<string, Field> {
  return new Map(
    Object.entries(properties ?? {}).map(([name, definition]) => {
      const type = definition.allOf[0].$ref.slice(REFERENCE.length) as CoreTypeName;
      return [name, { type, core: coreType(type) as CoreType, definition }];
    }),
  );
}

/** @throws Refusal 409 for too many fields; 422 with a detail for each fault, such as `jsonSchema.properties.tier_enum.enum` */
export function readSchema({ name, jsonSchema }: Wire['DataSchema']): { name: string; document: Document } {
  const document = jsonSchema as Record<string, unknown>;
  const properties = (document.properties ?? {}) as Record<string, unknown>;
  if (Object.keys(properties).length > limits.schemaFieldsMax) throw tooMany('maxNumberOfFieldsPerSchema', limits.schemaFieldsMax, 'fields in a schema');
  const faults: Fault[] = [];
  checkText('name', name, SCHEMA_NAME, faults);
  checkText('jsonSchema.title', document.title, SCHEMA_NAME, faults);
  checkText('jsonSchema.description', document.description, DESCRIPTION, faults);
  checkKeywords('jsonSchema', document, KEYWORDS, 'a schema', faults);
  for (const [field, definition] of Object.entries(properties)) checkField(`jsonSchema.properties.${field}`, field, definition, faults);
  for (const [i, required] of ((document.required ?? []) as string[]).entries())
    if (!Object.hasOwn(properties, required))
      faults.push({ field: `jsonSchema.required[${i}]`, code: 'not.found', rule: `names no field: "${shown(required)}".` });
  if (faults.length > 0) throw invalidFields(faults);
  return { name: name as string, document: document as Document };
}

/** The refusal of what goes over one of the wire's SchemaQuantityLimits. */
export function tooMany(key: string, value: number, what: string) {
  return refuse('conflict', { params: { reason: `There may be at most ${value} ${what}.` }, limit: { key, value } });
}

const REFERENCE = '#/definitions/';
const KEYWORDS = ['$schema', 'id', 'schema', 'title', 'description', 'type', 'required', 'properties', 'additionalProperties'];
const SCHEMA_NAME = { min: 1, max: limits.schemaNameCharactersMax };
const DESCRIPTION = { min: 0, max: limits.schemaDescriptionCharactersMax };
const FIELD_TITLE = { min: 1, max: limits.fieldTitleCharactersMax };

function checkField(at: string, name: string, definition: unknown, faults: Fault[]): void {
  const length = [...name].length;
  // __proto__ is what JSON's readers in JavaScript take for something else, or drop.
  if (length < 1 || length > limits.fieldNameCharactersMax || name === '__proto__')
    faults.push({ field: cut(at, 200), code: 'name', rule: `has a name that is not between 1 and ${limits.fieldNameCharactersMax} characters long.` });
  if (!isObject(definition)) return void faults.push({ field: at, code: 'type', rule: 'must be an object.' });
  checkText(`${at}.title`, definition.title, FIELD_TITLE, faults);
  checkText(`${at}.description`, definition.description, DESCRIPTION, faults);
  const type = referredType(definition.allOf);
  const core = type === undefined ? undefined : coreType(type);
  if (!core) {
    const rule = `must be [{"$ref": "${REFERENCE}…"}] with the name of one core type: ${coreTypeNames.join(', ')}.`;
    return void faults.push({ field: `${at}.allOf`, code: definition.allOf === undefined ? 'required' : 'format', rule });
  }
  checkKeywords(at, definition, ['allOf', 'title', 'description', ...core.keywords], `a field of the core type ${type}`, faults);
  checkRanges(at, definition, core.ranges, core.bounds, core.type !== 'number', faults);
  if (type === 'enum') checkOptions(at, definition, faults);
  if (type === 'tag') checkItems(at, definition, core, faults);
}

function referredType(allOf: unknown): string | undefined {
  const reference = Array.isArray(allOf) && allOf.length === 1 && isObject(allOf[0]) && Object.keys(allOf[0]).length === 1 ? allOf[0].$ref : undefined;
  return typeof reference === 'string' && reference.startsWith(REFERENCE) ? reference.slice(REFERENCE.length) : undefined;
}

function checkItems(at: string, { items, uniqueItems }: Record<string, unknown>, { itemRanges }: CoreType, faults: Fault[]): void {
  if (uniqueItems !== undefined && typeof uniqueItems !== 'boolean') faults.push({ field: `${at}.uniqueItems`, code: 'type', rule: 'must be true or false.' });
  if (items === undefined) return;
  if (!isObject(items)) return void faults.push({ field: `${at}.items`, code: 'type', rule: 'must be an object.' });
  checkKeywords(`${at}.items`, items, Object.keys(itemRanges), 'the elements of a tag field', faults);
  checkRanges(`${at}.items`, items, itemRanges, ITEM_BOUNDS, true, faults);
}

function checkOptions(at: string, { enum: options, _enumProperties: properties }: Record<string, unknown>, faults: Fault[]): void {
  const most = limits.enumOptionsMax;
  if (options === undefined) return void faults.push({ field: `${at}.enum`, code: 'required', rule: 'is required.' });
  if (!Array.isArray(options) || options.length < 1 || options.length > most)
    return void faults.push({ field: `${at}.enum`, code: 'maxItems', rule: `must be a list of 1 to ${most} options.` });
  for (const [i, option] of options.entries()) {
    if (typeof option !== 'string') faults.push({ field: `${at}.enum[${i}]`, code: 'type', rule: 'must be a text.' });
    else checkText(`${at}.enum[${i}]`, option, OPTION, faults);
    if (options.indexOf(option) < i) faults.push({ field: `${at}.enum[${i}]`, code: 'uniqueItems', rule: `stands there twice: "${shown(option)}".` });
  }
  if (properties === undefined) return;
  if (!isObject(properties)) return void faults.push({ field: `${at}._enumProperties`, code: 'type', rule: 'must be an object.' });
  for (const [option, said] of Object.entries(properties)) {
    const field = `${at}._enumProperties.${shown(option)}`;
    if (!options.includes(option)) faults.push({ field, code: 'not.found', rule: 'names no option of the enum.' });
    if (!isObject(said)) faults.push({ field, code: 'type', rule: 'must be an object.' });
    else {
      checkKeywords(field, said, ['title', '_disabled'], 'an option', faults);
      checkText(`${field}.title`, said.title, OPTION, faults);
      if (said._disabled !== undefined && typeof said._disabled !== 'boolean')
        faults.push({ field: `${field}._disabled`, code: 'type', rule: 'must be true or false.' });
    }
  }
}

const OPTION = { min: 1, max: limits.enumOptionCharactersMax };

// A lower bound, and the upper one that it may not pass.
const PAIRS = [
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
  ['minimum', 'maximum'],
] as const;

function checkRanges(
  at: string,
  holder: Record<string, unknown>,
  ranges: Readonly<Record<string, Range>>,
  bounds: Readonly<Record<string, number>>,
  whole: boolean,
  faults: Fault[],
): void {
  for (const [keyword, { min, max }] of Object.entries(ranges)) {
    const value = holder[keyword];
    if (value === undefined) continue;
    const field = `${at}.${keyword}`;
    const fits = typeof value === 'number' && (whole ? Number.isInteger(value) : Number.isFinite(value));
    if (!fits) faults.push({ field, code: 'type', rule: `must be a ${whole ? 'whole ' : ''}number.` });
    else if (value < min || value > max)
      faults.push({ field, code: value < min ? 'minimum' : 'maximum', rule: `must lie between ${min} and ${max}, but is ${value}.` });
  }
  for (const [low, high] of PAIRS) {
    const [least, most] = [holder[low], holder[high] ?? bounds[high]];
    if (typeof least === 'number' && typeof most === 'number' && least > most)
      faults.push({ field: `${at}.${low}`, code: 'maximum', rule: `must not be larger than ${high}, which is ${most}.` });
  }
}

function checkKeywords(at: string, holder: Record<string, unknown>, known: readonly string[], what: string, faults: Fault[]): void {
  for (const keyword of Object.keys(holder))
    if (!known.includes(keyword))
      faults.push({ field: `${at}.${shown(keyword)}`, code: 'unknown', rule: `is no keyword of ${what}; those are ${known.join(', ')}.` });
}

function checkText(field: string, value: unknown, { min, max }: Range, faults: Fault[]): void {
  if (value === undefined) return;
  if (typeof value !== 'string') return void faults.push({ field, code: 'type', rule: 'must be a text.' });
  const length = [...value].length;
  if (length < min) faults.push({ field, code: 'minLength', rule: `must have at least ${min} character${min === 1 ? '' : 's'}.` });
  if (length > max) faults.push({ field, code: 'maxLength', rule: `must have at most ${max} characters, but has ${length}.` });
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const shown = (value: unknown) => cut(String(value), 60);
