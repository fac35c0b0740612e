// Reads the served contract and builds requests from it: for each operation the ids in its path, its query and a body
// of its schema, so that a test made from it covers an operation the day that it appears. What the contract cannot say
// (what a name like `subjectId` refers to, which value makes an identifier) stands below as a vocabulary of names; an
// id that the vocabulary does not know fails the test instead of being passed over.
import type { Answer, Server } from './server.ts';

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
  return { document, operations, collections: findCollections(operations), flat: (schema) => flatten(schemas, schema) };
}

function describe(path: string, method: string, operation: OperationObject): Operation {
  const pointer = `#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method}/responses`;
  const responses = new Map<number, string | undefined>();
  for (const [status, { $ref, content }] of Object.entries(operation.responses)) {
    const at = $ref ?? (content?.['application/json'] ? `${pointer}/${status}` : undefined);
    responses.set(Number(status), at && `${at}/content/application~1json/schema`);
  }
  const schema = operation.requestBody?.content['application/json']?.schema;
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    parameters: operation.parameters ?? [],
    authenticated: operation.security?.length !== 0,
    responses,
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
    const noun = nounOf(child.slice(1, -1));
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

// The vocabulary -------------------------------------------------------------------------------------------------------

/** Names that stand for another noun's records. */
const ALIASES: Record<string, string> = { subject: 'user', member: 'user', createdBy: 'user', objects: 'user', default: 'defaultRole' };
/** Names that look like an id's and refer to no record of an organization. */
const NO_RECORD = new Set(['defaultRoleId', 'entityId']);
/** What the server cannot do yet, or what has to agree with something else. */
const LEFT_OUT = new Set(['schema', 'customFields', 'resourceConditionNode', 'entityId', 'entityType', 'sortBy']);
/** Chosen among the values of an enum before its first. */
const PREFERRED = ['ExternalId', 'CLIENT_CREDENTIALS', 'EXACT'];
/** Path parameters that are words. */
export const WORDS: Record<string, string> = { objectType: 'USER' };
/** A role that may be granted by whoever reads users. */
const POLICY: Record<string, string> = { domain: 'directory', entityName: 'user', actionSet: 'view' };

/** contactId, divisionIds, createdBy → contact, division, user */
export function nounOf(name: string): string {
  const noun = name.replace(/Ids?$/, '');
  return ALIASES[noun] ?? noun;
}

const isIdName = (name: string) => /^ids?$|Ids?$/.test(name);

/** The noun whose records the path is about: /groups/{groupId}/members → user. */
export function nounOfPath(contract: Contract, path: string): string | undefined {
  for (const segment of path.split('/').reverse()) {
    const alias = ALIASES[segment] ?? ALIASES[segment.replace(/s$/, '')];
    if (alias) return alias;
    for (const [noun, made] of contract.collections) if (made.some((operation) => operation.path.endsWith(`/${segment}`))) return noun;
  }
  return undefined;
}

// Casts ----------------------------------------------------------------------------------------------------------------

/** The records of one organization, or of one of its divisions, that requests are built with; made as they are needed. */
export interface Cast {
  readonly contract: Contract;
  /** Stands in every text of every record. */
  readonly word: string;
  token(): Promise<string>;
  send(request: Request, token?: string | null): Promise<Answer>;
  /** What is not to be made by a request, by noun. */
  readonly given: Record<string, string | (() => Promise<string>)>;
  /** The record of a noun that stays; another one each time where it is to be `fresh`. */
  id(noun: string, fresh?: boolean): Promise<string>;
  /** The record under a path's folder, such as a note of a certain contact. */
  idIn(collection: Operation, parents: Record<string, string>, fresh?: boolean): Promise<string>;
  /** A text, an e-mail address or a number that nobody else has. */
  text(name: string, schema: Schema): unknown;
}

let casts = 0;

/** @param given ids that are not to be made by a request, by noun: the division of all records, or a way to get a trustor */
export function createCast(
  server: Server,
  contract: Contract,
  word: string,
  token: () => Promise<string>,
  given: Record<string, string | (() => Promise<string>)> = {},
): Cast {
  const known = new Map<string, Promise<string>>();
  casts += 1;
  const area = 200 + casts;
  let made = 0;
  const make = async (collection: Operation, parents: Record<string, string>): Promise<string> => {
    const request = await build(cast, collection, { ids: parents });
    const answer = await cast.send(request);
    if (answer.status >= 300) throw new Error(`${collection.id} makes no record: ${answer.status} ${answer.text}\n${JSON.stringify(request.body)}`);
    return answer.body.id;
  };
  const cast: Cast = {
    contract,
    word,
    given,
    token,
    send: async (request, as) =>
      server.request(request.operation.method, urlOf(request), {
        token: as === undefined ? await token() : as,
        ...(request.body === undefined ? {} : { body: request.body }),
      }),
    async id(noun, fresh = false) {
      const fixed = given[noun];
      if (typeof fixed === 'function') return fixed();
      if (fixed !== undefined) return fixed;
      const [collection] = contract.collections.get(noun) ?? [];
      if (!collection) throw new Error(`the contract has no way to make a ${noun}`);
      return cast.idIn(collection, {}, fresh);
    },
    idIn(collection, parents, fresh = false) {
      if (fresh) return make(collection, parents);
      const key = `${collection.id} ${Object.values(parents)}`;
      const one = known.get(key) ?? make(collection, parents);
      known.set(key, one);
      return one;
    },
    text(name, schema) {
      made += 1;
      const most = schema.maxLength ?? 1000;
      if (schema.format === 'email') return `${word}${made}@${word}.example`;
      if (schema.format === 'uri-template-url') return `https://${word}.example/{{externalId.value}}`;
      if (schema.format === 'http-url') return `https://${word}.example/${made}`;
      if (name === 'display') return `+1${area}${5_550_000 + made}`;
      if (name === 'value' || name === 'values') return `${word}-value`;
      const texts = [`${word} ${name} ${made}`, `${word}_${made}`, 'US', 'a'];
      const fit = texts.find((text) => text.length <= most && text.length >= (schema.minLength ?? 0) && new RegExp(schema.pattern ?? '').test(text));
      if (fit === undefined) throw new Error(`no text fits ${name}: ${JSON.stringify(schema)}`);
      return fit;
    },
  };
  return cast;
}

/** A record in each folder, so that listings and look-ups have something to find; another one each time where `fresh`. */
export async function populate(cast: Cast, nouns: Iterable<string> = cast.contract.collections.keys(), fresh = false): Promise<void> {
  for (const noun of nouns)
    for (const collection of cast.contract.collections.get(noun) ?? []) if (cast.given[noun] === undefined) await cast.idIn(collection, {}, fresh);
}

// Requests -------------------------------------------------------------------------------------------------------------

/** Where an id stands in a request. */
export interface Position {
  where: 'path' | 'query' | 'body';
  trail: (string | number)[];
  noun: string;
}

export interface Request {
  operation: Operation;
  path: Record<string, string>;
  query: Record<string, string>;
  body?: unknown;
  positions: Position[];
}

export interface BuildOptions {
  /** Path ids that are settled. */
  ids?: Record<string, string>;
  /** New records for the path, for a request that changes or deletes them. */
  fresh?: boolean;
  /** Optional query parameters that take ids, too. */
  queryIds?: boolean;
}

/** A request that the contract allows, and the server should too, about records of the cast. */
export async function build(cast: Cast, operation: Operation, options: BuildOptions = {}): Promise<Request> {
  const request: Request = { operation, path: {}, query: {}, positions: [] };
  for (const { name, schema, required } of operation.parameters.filter((parameter) => parameter.in === 'path' || parameter.required || options.queryIds)) {
    if (operation.path.includes(`{${name}}`)) await fillPath(cast, request, name, options);
    else if (isIdName(name) && !NO_RECORD.has(name)) {
      const noun = /^ids?$/.test(name) ? nounOfPath(cast.contract, operation.path) : nounOf(name);
      if (noun === undefined) throw new Error(`${operation.id}: what does the query parameter ${name} refer to?`);
      request.query[name] = await cast.id(noun);
      request.positions.push({ where: 'query', trail: [name], noun });
    } else if (required)
      request.query[name] =
        schema.enum?.[0] ?? (name === 'permission' ? (operation.permissions?.of[0] ?? 'directory:user:view') : String(cast.text('value', { format: 'email' })));
  }
  if (operation.body) {
    request.body = await sample(cast, request, operation.body.schema, []);
    await fillVersion(cast, request);
  }
  return request;
}

async function fillPath(cast: Cast, request: Request, name: string, { ids, fresh }: BuildOptions): Promise<void> {
  const { operation } = request;
  const word = WORDS[name];
  if (word !== undefined) {
    request.path[name] = word;
    return;
  }
  const folder = shapeOf(operation.path.slice(0, operation.path.indexOf(`/{${name}}`)));
  const noun = nounOf(name);
  const collection = [...cast.contract.collections.values()].flat().find((made) => shapeOf(made.path) === folder);
  const parents = Object.fromEntries(namesIn(collection?.path ?? '').map((parent) => [parent, request.path[parent] as string]));
  const made = collection && (cast.given[noun] === undefined || (fresh && operation.path.endsWith(`/{${name}}`)));
  request.path[name] = ids?.[name] ?? (made ? await cast.idIn(collection, parents, fresh) : await cast.id(noun, fresh));
  request.positions.push({ where: 'path', trail: [name], noun });
}

const namesIn = (path: string) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
const shapeOf = (path: string) => path.replaceAll(/\{\w+\}/g, '{}');

/** A body with all that its schema has, but for what the server writes itself. */
async function sample(cast: Cast, request: Request, schema: Schema, trail: (string | number)[]): Promise<unknown> {
  const flat = cast.contract.flat(schema);
  const name = String(trail.findLast((part) => typeof part === 'string') ?? '');
  const noun = referenceAt(cast.contract, request.operation, trail, flat);
  if (noun !== undefined) {
    request.positions.push({ where: 'body', trail, noun });
    return cast.id(noun);
  }
  switch (flat.type) {
    case 'array':
      return flat.maxItems === 0 ? undefined : [await sample(cast, request, flat.items ?? {}, [...trail, 0])];
    case 'object': {
      const object: Record<string, unknown> = {};
      for (const [property, inner] of Object.entries(flat.properties ?? {})) {
        if (LEFT_OUT.has(property) || cast.contract.flat(inner).readOnly || inner.readOnly) continue;
        if (property === 'id' && trail.length === 0) continue;
        // A reference is told by its id; the rest of it is the other record's.
        if (isReference(cast.contract, name) && property !== 'id') continue;
        const value = await sample(cast, request, inner, [...trail, property]);
        if (value !== undefined) object[property] = value;
      }
      return object;
    }
    case 'integer':
    case 'number':
      return Math.min(Math.max(flat.minimum ?? 1, 1), flat.maximum ?? 1);
    case 'boolean':
      return true;
    default:
      if (trail.includes('permissionPolicies') && POLICY[name] !== undefined) return POLICY[name];
      // What is claimed must be nobody's yet.
      if (trail.includes('identifier') && name === 'value') return cast.text('identifier', flat);
      return flat.default ?? PREFERRED.find((value) => flat.enum?.includes(value)) ?? flat.enum?.[0] ?? cast.text(name, flat);
  }
}

const isReference = (contract: Contract, name: string) => contract.collections.has(nounOf(name));

/** The noun that an id at this place of a body is of; undefined where it is no id of a record of ours. */
function referenceAt(contract: Contract, operation: Operation, trail: (string | number)[], schema: Schema): string | undefined {
  if (schema.type !== 'string') return undefined;
  const names = trail.filter((part) => typeof part === 'string');
  const name = names.at(-1);
  // A list at the root, of ids or of objects that have one.
  if (name === undefined || (name === 'id' && names.length === 1 && trail[0] === 0)) return nounOfPath(contract, operation.path);
  if (!isIdName(name) || NO_RECORD.has(name)) return undefined;
  const noun = nounOf(name === 'id' ? (names.at(-2) ?? '') : name);
  // Within twitterId, lineId and their like stand the ids of other networks.
  const foreign = names.slice(0, -1).some((outer) => /Ids?$/.test(outer));
  if (contract.collections.has(noun) && (name === 'id' || !foreign)) return noun;
  if (foreign) return undefined;
  throw new Error(`${operation.id}: what does ${trail.join('.')} refer to?`);
}

/** A change names the version that it changes. */
async function fillVersion(cast: Cast, request: Request): Promise<void> {
  const body = request.body as { version?: number };
  if (body.version === undefined) return;
  const read = cast.contract.operations.find(({ method, path }) => method === 'GET' && path === request.operation.path.replace(/\/members$/, ''));
  if (!read) throw new Error(`${request.operation.id} takes a version, and nothing tells it`);
  const { body: now } = await cast.send({ operation: read, path: request.path, query: {}, positions: [] });
  body.version = now.version;
}

/**
 * Sends a request that must succeed. What a DELETE takes away is put there first, where the contract has an operation
 * for that on the same path: a member of a group, a grant, a link.
 */
export async function control(cast: Cast, request: Request, token?: string): Promise<Answer> {
  const { path, method } = request.operation;
  const below = (other: string) => other.startsWith(`${path}/`) && /^\{\w+\}$/.test(other.slice(path.length + 1));
  const puts = ({ gap, method: how, path: where }: Operation) => !gap && ((how === 'POST' && where === path) || (how === 'PUT' && below(where)));
  const before = method === 'DELETE' && cast.contract.operations.find(puts);
  if (before) await cast.send(await build(cast, before, { ids: request.path }), token);
  return cast.send(request, token);
}

/** An answer without what differs from one time to the next: ids by order of appearance, moments, cursors. */
export function masked(text: string): string {
  const ids: string[] = [];
  return text
    .replaceAll(/"(contextId|secret)":"[^"]*"/g, '"$1":""')
    .replaceAll(/(cursor=|"after"\s*:\s*")[\w-]+/g, '$1…')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'T')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => {
      if (!ids.includes(id)) ids.push(id);
      return `#${ids.indexOf(id)}`;
    });
}

/** Path and query. */
export function urlOf({ operation, path, query }: Request): string {
  const filled = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const params = new URLSearchParams(query).toString();
  return params ? `${filled}?${params}` : filled;
}

/** The request with no more in its body than it must have and what leads to the id. */
export function only(contract: Contract, request: Request, { trail }: Position): Request {
  const { body } = request.operation;
  if (!body || Array.isArray(request.body)) return request;
  const kept = [...(contract.flat(body.schema).required ?? []), trail[0]];
  return { ...request, body: Object.fromEntries(Object.entries(request.body as object).filter(([name]) => kept.includes(name))) };
}

/** The same request with another id in one place. */
export function withId(request: Request, { where, trail }: Position, id: string): Request {
  const changed = structuredClone({ path: request.path, query: request.query, body: request.body });
  let holder: Record<string | number, unknown> = where === 'body' ? (changed as Record<string, unknown>) : (changed[where] as Record<string, unknown>);
  const way = where === 'body' ? ['body', ...trail] : trail;
  for (const part of way.slice(0, -1)) holder = holder[part] as Record<string | number, unknown>;
  holder[way.at(-1) as string | number] = id;
  return { ...request, ...changed };
}
