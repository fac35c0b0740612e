// Turns the contract's schemas into checks whose refusals name the field, the fault and the rule.
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { shortened } from '../families/cut.ts';
import { type Detail, Refusal, refuse } from '../http/errors.ts';
import { limits } from '../http/limits.ts';
import type { Contract, Operation, Schema } from './load.ts';
import { UUID } from './parameters.ts';
import { createTidy, Unstorable } from './tidy.ts';

export interface Validator {
  /** Checks and tidies a request body. @throws Refusal 422 for an invalid field, 400 for what is no object at all */
  body(operation: Operation, body: unknown): unknown;
  /** The same for a value that a schema of components describes. */
  named(schema: string, value: unknown): unknown;
  /** What is wrong with a reply, or undefined. Only tests ask: replies are built by statements of our own. */
  reply(operation: Operation, status: number, body: string): string | undefined;
}

/** An item of a body that is read item by item, and its text as it was sent. */
export interface BulkItem<Item = unknown> {
  item: Item | Refusal;
  sent: string;
}

export function createValidator(contract: Contract): Validator {
  const ajv = new Ajv2020({ strict: false, strictNumbers: true, allErrors: true, coerceTypes: false, ownProperties: true, verbose: true });
  addFormats.default(ajv, ['date-time', 'date', 'uri']);
  // Without the "urn:uuid:" that the library takes, too.
  ajv.addFormat('uuid', (value: string) => UUID.test(value.toLowerCase()));
  ajv.addFormat('email', EMAIL);
  ajv.addFormat('http-url', isHttpUrl);
  ajv.addFormat('uri-template-url', (value: string) => isHttpUrl(value.replaceAll(/\{\{[\w.]+\}\}/g, 'x')));
  ajv.addSchema({ ...anythingAsSent(contract.document), $id: 'contract' } as object, 'contract', undefined, false);
  const compiled = new Map<string, ValidateFunction>();
  const check = (pointer: string): ValidateFunction => {
    let known = compiled.get(pointer);
    if (!known) {
      known = ajv.compile({ $ref: `contract${pointer}` });
      compiled.set(pointer, known);
    }
    return known;
  };
  const tidyOf = createTidy(contract);
  const whole = (schema: Schema, pointer: string, raw: unknown): unknown => {
    const body = tidied(tidyOf(schema), raw);
    const validate = check(pointer);
    if (!validate(body)) throw invalid(validate.errors ?? []);
    return body;
  };
  /** A body whose items are refused one by one; undefined where it is no such body. */
  const bodyByItems = ({ schema, pointer }: NonNullable<Operation['body']>, raw: unknown): unknown => {
    const [name, list] = Object.entries(contract.resolve(schema).properties ?? {}).find(([, property]) => property['x-item-by-item']) ?? [];
    const items = name && (raw as Record<string, unknown>)[name];
    if (!list?.items || !Array.isArray(items)) return undefined;
    const most = list.maxItems ?? limits.bodyItemsMax;
    if (items.length > most)
      throw invalidFields([{ field: name as string, code: 'maxItems', rule: `takes at most ${most} items, but has ${items.length}.` }], 400);
    const read = items.map((item) => readItem(list.items as Schema, `${schema.$ref ?? pointer}/properties/${name}/items`, item));
    return { ...(whole(schema, pointer, { ...(raw as object), [name as string]: [] }) as object), [name as string]: read };
  };
  const readItem = (schema: Schema, pointer: string, raw: unknown): BulkItem => {
    const sent = JSON.stringify(raw);
    try {
      return { sent, item: whole(schema, pointer, raw) };
    } catch (error) {
      if (error instanceof Refusal) return { sent, item: error };
      throw error;
    }
  };
  return {
    body(operation, raw) {
      const spec = operation.body;
      if (!spec) return undefined;
      if (raw === undefined || raw === null) {
        if (!spec.required) return undefined;
        throw refuse('bad.request', { params: { reason: 'a JSON body is required.' } });
      }
      return bodyByItems(spec, raw) ?? whole(spec.schema, spec.pointer, raw);
    },
    named: (schema, value) => whole({ $ref: `#/components/schemas/${schema}` }, `#/components/schemas/${schema}`, value),
    reply(operation, status, body) {
      if (!operation.responses.has(status)) return `status ${status} is not declared by ${operation.operationId}`;
      const pointer = operation.responses.get(status);
      if (pointer === undefined) return body === '' ? undefined : `${operation.operationId} declares no body for ${status}`;
      const validate = check(pointer);
      if (validate(JSON.parse(body))) return undefined;
      return `${operation.operationId} ${status}: ${(validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`).join('; ')}`;
    },
  };
}

function tidied(tidy: (value: unknown) => unknown, raw: unknown): unknown {
  try {
    return tidy(raw);
  } catch (error) {
    if (!(error instanceof Unstorable)) throw error;
    throw refuse('constraint.validation', {
      params: { reason: error.message },
      details: [{ errorCode: error.code, fieldName: error.path }],
    });
  }
}

/** The document, in which what is sent back as it came may be anything; all other parts of it are the given one's. */
function anythingAsSent<T>(node: T): T {
  if (typeof node !== 'object' || node === null) return node;
  if ((node as Schema)['x-as-sent']) return {} as T;
  const entries = Object.entries(node).map(([name, value]) => [name, anythingAsSent(value)] as const);
  if (entries.every(([name, value]) => value === (node as Record<string, unknown>)[name])) return node;
  return (Array.isArray(node) ? entries.map(([, value]) => value) : Object.fromEntries(entries)) as T;
}

/** One fault of one field, as the slices find them beyond the schema. */
export interface Fault {
  field: string;
  /** A short code for programs, such as `not.found`. */
  code: string;
  /** The value's fault and the rule, for people. */
  rule: string;
  most?: number | undefined;
}

/** @throws nothing; returns the refusal for faults found in a body. */
export function invalidFields(faults: Fault[], status = 422) {
  const shown = faults.slice(0, limits.errorDetailsMax);
  return refuse('constraint.validation', {
    status,
    params: { reason: shown.map((fault) => `${fault.field || 'body'}: ${fault.rule}`).join(' ') },
    details: shown.map(({ code, field, rule, most }): Detail => ({ errorCode: code, fieldName: field, rule, ...(most === undefined ? {} : { most }) })),
  });
}

function invalid(errors: ErrorObject[]) {
  const faults = errors.filter((error) => error.keyword !== '$ref').map(faultOf);
  const root = faults.every((fault) => fault.field === '' && fault.code === 'type');
  return invalidFields(faults, root ? 400 : 422);
}

function faultOf(error: ErrorObject): Fault {
  const missing = error.keyword === 'required' ? `/${(error.params as { missingProperty: string }).missingProperty}` : '';
  const field = fieldName(error.instancePath + missing);
  const allowed = error.keyword === 'enum' ? ` (${(error.params as { allowedValues: unknown[] }).allowedValues.join(', ')})` : '';
  const rule = missing ? 'is required.' : `${error.message}${allowed}${shownValue(error.data)}.`;
  return { field, code: error.keyword, rule, most: error.keyword === 'maxLength' ? (error.params as { limit: number }).limit : undefined };
}

/** /externalIds/0/value → externalIds[0].value */
function fieldName(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part.replaceAll('~1', '/').replaceAll('~0', '~')}`))
    .join('')
    .replace(/^\./, '');
}

function shownValue(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return '';
  return `, but is "${shortened(String(value))}"`;
}

// Deliberately plain: something, an at sign, a host. What a mail server takes is wider than any pattern.
const EMAIL = /^[^\s@"(),:;<>[\\\]]+@[^\s@"(),:;<>[\\\]]+$/;

function isHttpUrl(value: string): boolean {
  return /^https?:\/\//i.test(value) && URL.canParse(value);
}
