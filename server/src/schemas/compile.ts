// Compiles the definition of a field with the draft-04 validator. A validator is compiled for each field by itself, so
// that there is one fault for a field; and it stops at the first, so that a list that is too long is not searched for
// elements that stand there twice.
import AjvDraft04, { type ErrorObject } from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import type { Fault } from '../contract/validate.ts';
import { cut } from '../families/cut.ts';
import { type CoreType, type CoreTypeName, coreType, ITEM_BOUNDS } from './core-types.ts';
import type { Field } from './document.ts';

/** What is wrong with a value, which is not null; undefined where nothing is. */
export type Compiled = (field: string, value: unknown) => Fault | undefined;

export function compileField({ type, core, definition }: Field): Compiled {
  const { allOf, enum: options, items, uniqueItems } = definition;
  const limited = Object.fromEntries(Object.keys(core.ranges).map((keyword) => [keyword, definition[keyword] ?? core.bounds[keyword]]));
  // The type first: what is of another one breaks no limit.
  const rule = { type: core.type, allOf, ...given({ ...limited, enum: options, items, uniqueItems }) };
  return compile(rule, [type], (at, error) => faultOf(at, core, error));
}

/** For fields that no definition names: whatever some core type would take. */
export function compileTolerance(): Compiled {
  const types: CoreTypeName[] = ['longtext', 'number', 'checkbox', 'tag'];
  return compile({ anyOf: types.map((type) => ({ $ref: `#/definitions/${type}` })) }, types, (field) => ({
    field,
    code: 'type',
    rule: 'must be a text of at most 1000 characters, a number, true, false, or a list of at most 10 texts of up to 100.',
  }));
}

function compile(rule: object, types: CoreTypeName[], tell: (field: string, error: ErrorObject) => Fault): Compiled {
  ajv ??= createAjv();
  const schema = { ...rule, definitions: Object.fromEntries(types.map((type) => [type, definitionOf(coreType(type) as CoreType)])) };
  const validate = ajv.compile(schema);
  // Else it keeps all that it ever compiled.
  ajv.removeSchema(schema);
  return (field, value) => (validate(value) ? undefined : tell(field, validate.errors?.[0] as ErrorObject));
}

let ajv: ReturnType<typeof createAjv> | undefined;

function createAjv() {
  // strictNumbers: 1e999 is read as Infinity, which JSON cannot keep. What is compiled was checked when the schema was
  // stored.
  const created = new AjvDraft04.default({ strict: false, strictNumbers: true, meta: false, validateSchema: false, verbose: true });
  addFormats.default(created, ['date', 'date-time']);
  return created;
}

/** A core type as a draft-04 document defines it, with its ceilings. */
function definitionOf({ type, pattern, format, bounds }: CoreType): object {
  return { type, ...bounds, ...given({ pattern, format, items: type === 'array' ? { type: 'string', ...ITEM_BOUNDS } : undefined }) };
}

const given = (keywords: Record<string, unknown>) => Object.fromEntries(Object.entries(keywords).filter(([, value]) => value !== undefined));

function faultOf(at: string, core: CoreType, { keyword, instancePath, message, params, data }: ErrorObject): Fault {
  const field = at + instancePath.replace(/^\/(\d+)$/, '[$1]');
  const but = typeof data === 'object' ? '' : `, but is "${cut(String(data), 60)}"`;
  switch (keyword) {
    case 'pattern':
    case 'format':
      return { field, code: 'format', rule: `must be ${core.description.charAt(0).toLowerCase()}${core.description.slice(1, -1)}${but}.` };
    case 'enum':
      return { field, code: 'enum', rule: `must be one of ${cut((params as { allowedValues: string[] }).allowedValues.join(', '), 300)}${but}.` };
    default:
      return { field, code: keyword, rule: `${message}${but}.` };
  }
}
