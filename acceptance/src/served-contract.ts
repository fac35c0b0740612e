// Reads the contract that a server serves: for each operation its ids, its bodies, its answers, so that a test made from it
// covers an operation the day that it appears.
import { aliasOf, nounAt } from './contract-words.ts';
import type { Server } from './server.ts';

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
  'x-item-by-item'?: boolean;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query';
  required?: boolean;
  schema: Schema;
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  parameters: Parameter[];
  body?: { schema: Schema; required: boolean };
  permissions?: { mode: 'ANY' | 'ALL'; of: string[] };
  authenticated: boolean;
  /** Status → pointer of its body's schema in the document, undefined where it has no body. */
  responses: Map<number, string | undefined>;
  /** Status → media types, where these are others than JSON and have no schema. */
  files: Map<number, string[]>;
  /** Not built yet: answers 501. */
  gap: boolean;
}

export interface Contract {
  document: Record<string, unknown>;
  operations: Operation[];
  /** What each noun is made by: contact → POST …/contacts. A noun under several others has several. */
  collections: Map<string, Operation[]>;
  /** One flat schema: references followed, allOf merged. */
  flat(schema: Schema): Schema;
  /** A schema of the document's components. */
  schema(name: string): Schema | undefined;
}

interface OperationObject {
  operationId: string;
  parameters?: Parameter[];
  security?: unknown[];
  'x-permissions'?: { mode: 'ANY' | 'ALL'; of: string[] };
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { $ref?: string; content?: Record<string, unknown> }>;
}

export async function readContract(server: Pick<Server, 'url'>): Promise<Contract> {
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as Record<string, unknown>;
  const paths = document.paths as Record<string, Record<string, OperationObject>>;
  const schemas = (document.components as { schemas: Record<string, Schema> }).schemas;
  const operations = Object.entries(paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => describe(path, method, operation)));
  return { document, operations, collections: findCollections(operations), flat: (schema) => flatten(schemas, schema), schema: (name) => schemas[name] };
}

function describe(path: string, method: string, operation: OperationObject): Operation {
  const pointer = `#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method}/responses`;
  const responses = new Map<number, string | undefined>();
  const files = new Map<number, string[]>();
  for (const [status, { $ref, content }] of Object.entries(operation.responses)) {
    const at = $ref ?? (content?.['application/json'] ? `${pointer}/${status}` : undefined);
    responses.set(Number(status), at && `${at}/content/application~1json/schema`);
    if (!at && content) files.set(Number(status), Object.keys(content));
  }
  const schema = operation.requestBody?.content['application/json']?.schema;
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    parameters: operation.parameters ?? [],
    authenticated: operation.security?.length !== 0,
    responses,
    files,
    gap: responses.has(501),
    ...(operation['x-permissions'] ? { permissions: operation['x-permissions'] } : {}),
    ...(schema ? { body: { schema, required: operation.requestBody?.required ?? false } } : {}),
  };
}

/** A noun is made where one may POST to the folder of its records. */
function findCollections(operations: Operation[]): Map<string, Operation[]> {
  const collections = new Map<string, Operation[]>();
  for (const made of operations.filter(({ method, gap }) => method === 'POST' && !gap)) {
    const child = operations
      .map(({ path, gap }) => (!gap && path.startsWith(`${made.path}/`) ? path.slice(made.path.length + 1) : ''))
      .find((rest) => /^\{\w+\}$/.test(rest));
    if (child === undefined) continue;
    const noun = nounAt(made.path, child.slice(1, -1));
    collections.set(noun, [...(collections.get(noun) ?? []), made]);
  }
  return collections;
}

function flatten(schemas: Record<string, Schema>, schema: Schema): Schema {
  let found = schema;
  while (found.$ref) {
    const { $ref, ...beside } = found;
    found = { ...schemas[$ref.slice('#/components/schemas/'.length)], ...beside };
  }
  const parts = found.allOf?.map((part) => flatten(schemas, part));
  if (!parts) return found;
  const required = parts.flatMap((part) => part.required ?? []);
  return { ...found, type: 'object', properties: Object.assign({}, ...parts.map((part) => part.properties)), required };
}

/** The noun whose records the path is about: /groups/{groupId}/members → user. */
export function nounOfPath(contract: Contract, path: string): string | undefined {
  for (const segment of path.split('/').reverse()) {
    const alias = aliasOf(segment);
    if (alias) return alias;
    for (const [noun, made] of contract.collections) if (made.some((operation) => operation.path.endsWith(`/${segment}`))) return noun;
  }
  return undefined;
}
