// Reads path and query parameters as the contract declares them, with the tolerance its clients need (observed from the
// JavaScript, Go and Terraform clients): arrays come comma-joined or repeated, an empty value means absent, and an empty
// boolean means false, because that is how one client writes false.
import { cut } from '../families/cut.ts';
import { refuse } from '../http/errors.ts';
import type { Operation, Parameter, Schema } from './load.ts';

export type Raw = Record<string, string | string[] | undefined>;
export type Read = (raw: Raw) => Record<string, unknown>;

/** @throws Refusal 400 `invalid.query.param.value`, naming the parameter, its value and the rule. */
export function queryReader(operation: Operation): Read {
  const readers = operation.parameters.filter((parameter) => parameter.in === 'query').map((parameter) => [parameter.name, reader(parameter)] as const);
  return (raw) => {
    const read: Record<string, unknown> = {};
    for (const [name, readOne] of readers) {
      const value = readOne(raw[name]);
      if (value !== undefined) read[name] = value;
    }
    return read;
  };
}

/** A path id that cannot be one names nothing. @throws Refusal 404 */
export function pathReader(operation: Operation): Read {
  const checks = operation.parameters.filter((parameter) => parameter.in === 'path').map((parameter) => [parameter.name, pathCheck(parameter.schema)] as const);
  return (raw) => {
    const read: Record<string, unknown> = {};
    for (const [name, check] of checks) {
      const value = check(String(raw[name]));
      if (value === undefined) throw refuse('not.found');
      read[name] = value;
    }
    return read;
  };
}

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function pathCheck(schema: Schema): (value: string) => string | number | undefined {
  if (schema.format === 'uuid') {
    return (value) => {
      const id = value.toLowerCase();
      return UUID.test(id) ? id : undefined;
    };
  }
  if (schema.type === 'integer') return (value) => (/^\d{1,15}$/.test(value) ? Number(value) : undefined);
  return (value) => (value.includes('\0') || !value.isWellFormed() || value.length > 255 ? undefined : value);
}

function reader(parameter: Parameter): (raw: string | string[] | undefined) => unknown {
  const { name, schema } = parameter;
  const fail = (value: string, rule: string) => refuse('invalid.query.param.value', { params: { name, value: cut(value, 200), rule } });
  if (schema.type === 'array') {
    const item = scalar(name, schema.items ?? {}, fail);
    return (raw) => {
      const values = (Array.isArray(raw) ? raw : [raw ?? '']).flatMap((part) => part.split(',')).filter((part) => part !== '');
      if (values.length === 0) return absent(parameter, fail);
      if (values.length > (schema.maxItems ?? Number.POSITIVE_INFINITY)) throw fail(`${values.length} values`, `It takes at most ${schema.maxItems} values.`);
      return [...new Set(values)].map(item);
    };
  }
  const read = scalar(name, schema, fail);
  return (raw) => {
    const value = Array.isArray(raw) ? raw[raw.length - 1] : raw;
    if (value === '' && schema.type === 'boolean') return false;
    return value === undefined || value === '' ? absent(parameter, fail) : read(value);
  };
}

type Fail = (value: string, rule: string) => Error;

function absent(parameter: Parameter, fail: Fail): unknown {
  if (parameter.required) throw fail('', 'It is required.');
  return parameter.schema.default;
}

function scalar(name: string, schema: Schema, fail: Fail): (value: string) => unknown {
  switch (schema.type) {
    case 'integer':
      return (value) => {
        const least = schema.minimum ?? Number.MIN_SAFE_INTEGER;
        const most = schema.maximum ?? Number.MAX_SAFE_INTEGER;
        const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
        if (!(number >= least && number <= most)) throw fail(value, `It takes a whole number from ${least} to ${most}.`);
        return number;
      };
    case 'number':
      return (value) => {
        const { minimum: least = Number.MIN_SAFE_INTEGER, maximum: most = Number.MAX_SAFE_INTEGER } = schema;
        const number = /^-?\d{1,15}(\.\d{1,20})?$/.test(value) ? Number(value) : Number.NaN;
        if (!(number >= least && number <= most)) throw fail(value, `It takes a number from ${least} to ${most}.`);
        return number;
      };
    case 'boolean':
      return (value) => {
        if (value !== 'true' && value !== 'false') throw fail(value, 'It takes true or false.');
        return value === 'true';
      };
    case 'string': {
      const pattern = schema.pattern === undefined ? undefined : new RegExp(schema.pattern);
      return (value) => {
        if (value.includes('\0') || !value.isWellFormed()) throw fail(value.replaceAll('\0', ''), 'It has a character that no record can hold.');
        if (schema.enum && !schema.enum.includes(value)) throw fail(value, `Allowable values are: ${schema.enum.join(', ')}`);
        if (value.length > (schema.maxLength ?? 10_000)) throw fail(value, `It takes at most ${schema.maxLength ?? 10_000} characters.`);
        if (pattern && !pattern.test(value)) throw fail(value, `It must match ${schema.pattern}.`);
        return value;
      };
    }
    default:
      throw new Error(`The query parameter ${name} has a type that the server cannot read.`);
  }
}
