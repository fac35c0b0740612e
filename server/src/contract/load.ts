// Reads the contract folder into one OpenAPI document and a list of its operations.
import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { isXurrent } from '../http/xurrent.ts';

export interface Parameter {
  name: string;
  in: 'path' | 'query';
  required?: boolean;
  description?: string;
  schema: Schema;
}

export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: string[];
  items?: Schema;
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  required?: string[];
  default?: unknown;
  readOnly?: boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  /** White space around the value is cut off. */
  'x-trim'?: boolean;
  /** A value outside the enumeration is read as none. */
  'x-unknown-is-null'?: boolean;
  /** Items of this array are valid or refused one by one, each in its place. */
  'x-item-by-item'?: boolean;
  /** Any value will do, and is read as the second dialect reads it: `1`, `yes` and their like for true. */
  'x-any-boolean'?: boolean;
  /** In replies: whatever the caller sent, valid or not. */
  'x-as-sent'?: boolean;
  /** An object of which nothing is left counts as sent, not as no value: without its conditions a filter would let all pass. */
  'x-keeps-empty'?: boolean;
}

export interface Operation {
  operationId: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  path: string;
  parameters: Parameter[];
  permissions?: { mode: 'ANY' | 'ALL'; of: string[] };
  /** False where the contract says `security: []`. */
  authenticated: boolean;
  /** Whether it is of the second dialect. */
  xurrent: boolean;
  body?: { schema: Schema; pointer: string; required: boolean };
  /** Status → pointer of the body's schema, or undefined for no body. */
  responses: Map<number, string | undefined>;
  /** Status for what breaks a rule: the API does not have 422 everywhere. */
  invalidStatus: 400 | 422;
  gap: boolean;
}

export interface Contract {
  document: OpenApi;
  operations: Operation[];
  resolve(schema: Schema): Schema;
}

interface OpenApi {
  openapi: string;
  info: { title: string; version: string; description: string };
  tags: { name: string; description?: string }[];
  security: unknown[];
  paths: Record<string, Record<string, OperationObject>>;
  components: { schemas: Record<string, Schema>; securitySchemes: unknown; responses: unknown };
}

interface OperationObject {
  operationId: string;
  tags?: string[];
  description?: string;
  parameters?: Parameter[];
  security?: unknown[];
  'x-permissions'?: { mode: 'ANY' | 'ALL'; of: string[] };
  'x-errors'?: number[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, ResponseObject>;
}

interface ResponseObject {
  $ref?: string;
  description?: string;
  content?: Record<string, { schema: Schema }>;
}

interface ContractFile {
  tags?: { name: string }[];
  'x-errors'?: number[];
  paths?: Record<string, Record<string, OperationObject>>;
  components?: { schemas?: Record<string, Schema> };
}

const FOLDER = new URL('../../../contract/', import.meta.url);

/**
 * One document from the folder's files. A file's `x-errors` holds for each of its operations, an operation's own adds
 * to it; both become ordinary responses here, so that the served document is plain OpenAPI.
 * @throws where two files say the same path and method, operationId or schema.
 */
export function loadContract(): Contract {
  const gaps = new Set(Object.keys(JSON.parse(readFileSync(new URL('gaps.json', FOLDER), 'utf8'))));
  const document = load(readFileSync(new URL('openapi.yaml', FOLDER), 'utf8')) as OpenApi;
  document.paths = {};
  document.tags = [];
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yaml') && name !== 'openapi.yaml')
    .sort();
  for (const name of files) mergeFile(document, load(readFileSync(new URL(name, FOLDER), 'utf8')) as ContractFile, name, gaps);
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => describe(path, method, operation, gaps)),
  );
  const known = new Set(operations.map((operation) => operation.operationId));
  if (known.size !== operations.length) throw new Error('The contract names an operationId twice.');
  for (const gap of gaps) if (!known.has(gap)) throw new Error(`contract/gaps.json names ${gap}, which the contract does not have.`);
  const resolved = new WeakMap<Schema, Schema>();
  return {
    document,
    operations,
    resolve: (schema) => {
      const found = resolved.get(schema) ?? resolve(document, schema);
      resolved.set(schema, found);
      return found;
    },
  };
}

/** All that some operations mean by 422. */
const KEY_REUSED = '#/components/responses/KeyReused';

function mergeFile(document: OpenApi, file: ContractFile, name: string, gaps: Set<string>): void {
  document.tags.push(...(file.tags ?? []));
  const tag = file.tags?.[0]?.name;
  for (const [path, item] of Object.entries(file.paths ?? {})) {
    const paths = document.paths[path] ?? {};
    document.paths[path] = paths;
    for (const [method, operation] of Object.entries(item)) {
      if (paths[method]) throw new Error(`${method.toUpperCase()} ${path} stands twice in the contract (again in ${name}).`);
      const errors = new Set([...(file['x-errors'] ?? []), ...(operation['x-errors'] ?? []), ...(gaps.has(operation.operationId) ? [501] : [])]);
      delete operation['x-errors'];
      for (const status of [...errors].sort())
        operation.responses[status] ??= { $ref: isXurrent(path) ? '#/components/responses/XurrentError' : '#/components/responses/Error' };
      if (method === 'post' && operation.security?.length !== 0) operation.responses[422] ??= { $ref: KEY_REUSED };
      if (tag) operation.tags = [tag];
      paths[method] = operation;
    }
  }
  for (const [schema, value] of Object.entries(file.components?.schemas ?? {})) {
    if (document.components.schemas[schema]) throw new Error(`The schema ${schema} stands twice in the contract (again in ${name}).`);
    document.components.schemas[schema] = value;
  }
}

function describe(path: string, method: string, operation: OperationObject, gaps: Set<string>): Operation {
  const escaped = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1');
  const base = `#/paths/${escaped(path)}/${method}`;
  const responses = new Map<number, string | undefined>();
  for (const [status, response] of Object.entries(operation.responses)) {
    const pointer = response.$ref
      ? `${response.$ref}/content/application~1json/schema`
      : response.content?.['application/json'] && `${base}/responses/${status}/content/application~1json/schema`;
    responses.set(Number(status), pointer);
  }
  const schema = operation.requestBody?.content['application/json']?.schema;
  return {
    operationId: operation.operationId,
    method: method.toUpperCase() as Operation['method'],
    path,
    parameters: operation.parameters ?? [],
    authenticated: operation.security?.length !== 0,
    xurrent: isXurrent(path),
    responses,
    invalidStatus: (operation.responses[422]?.$ref ?? KEY_REUSED) === KEY_REUSED ? 400 : 422,
    gap: gaps.has(operation.operationId),
    ...(operation['x-permissions'] ? { permissions: operation['x-permissions'] } : {}),
    ...(schema
      ? { body: { schema, pointer: `${base}/requestBody/content/application~1json/schema`, required: operation.requestBody?.required ?? false } }
      : {}),
  };
}

function resolve(document: OpenApi, schema: Schema): Schema {
  let found = schema;
  while (found.$ref) {
    const name = found.$ref.slice('#/components/schemas/'.length);
    const next = document.components.schemas[name];
    if (!next) throw new Error(`The contract refers to ${found.$ref}, which it does not have.`);
    // A sibling of $ref (readOnly, description) holds beside what it refers to.
    const { $ref: _, ...beside } = found;
    found = Object.keys(beside).length > 0 && !next.$ref ? { ...next, ...beside } : next;
  }
  return found;
}
