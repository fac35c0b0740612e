// Bodies of requests, from their schemas in the contract and what is known by name.
import { CHANGES, ELSEWHERE, FILTERS, isIdName, isLeftOut, nounAt, nounOf, POLICY, PREFERRED, settledValue } from './contract-words.ts';
import { type Contract, nounOfPath, type Operation, type Schema } from './served-contract.ts';
import type { Answer } from './server.ts';

/** The records of one organization, or of one of its divisions, that requests are built with; made as they are needed. */
export interface Cast {
  readonly contract: Contract;
  /** Stands in every text of every record. */
  readonly word: string;
  token(): Promise<string>;
  /** Of a bulk operation with one item, the outcome of that item. */
  send(request: Request, token?: string | null): Promise<Answer>;
  /** What is not to be made by a request, by noun. */
  readonly given: Given;
  readonly bodies: Bodies;
  /**
   * The record of a noun that stays; another one each time where it is to be `fresh`.
   * @param near a path: a contact's schema is made among those of contacts; `path` has what stands in it already
   */
  id(noun: string, options?: { fresh?: boolean; near?: string; path?: Record<string, string> }): Promise<string>;
  /** The record under a path's folder, such as a note of a certain contact. */
  idIn(collection: Operation, parents: Record<string, string>, fresh?: boolean): Promise<string>;
  /** A text, an e-mail address or a number that nobody else has. */
  text(name: string, schema: Schema): unknown;
}

/** Ids that are not to be made by a request, by noun: the division of all records, or a way to get a trustor. */
export type Given = Record<string, string | ((near?: string, path?: Record<string, string>) => Promise<string>)>;

/** Whole bodies that no schema tells how to make, by operation; where ids stand in them is noted in the request. */
export type Bodies = Record<string, (cast: Cast, request: Request) => Promise<unknown>>;

/** Parts of the way to a place in a body; the deepest of those that end has seven. */
const DEPTH_MAX = 20;

export type Trail = (string | number)[];

/** Where an id stands in a request. */
export interface Position {
  where: 'path' | 'query' | 'body';
  trail: Trail;
  noun: string;
}

export interface Request {
  operation: Operation;
  path: Record<string, string>;
  query: Record<string, string>;
  body?: unknown;
  positions: Position[];
}

interface Sampling {
  cast: Cast;
  request: Request;
  /** Whether records that the request changes or removes are to be new. */
  fresh: boolean;
}

/** A body with all that its schema has, but for what the server writes itself; its ids are noted in the request. */
export async function sample(sampling: Sampling, schema: Schema, trail: Trail = []): Promise<unknown> {
  const { cast, request } = sampling;
  const { path } = request.operation;
  // A schema that has itself in it would go on until the memory is full, for this waits at every level.
  if (trail.length > DEPTH_MAX) throw new Error(`${request.operation.id}: what ends ${trail.slice(0, 6).join('.')}…?`);
  const flat = cast.contract.flat(schema);
  const name = String(trail.findLast((part) => typeof part === 'string') ?? '');
  const noun = referenceAt(cast.contract, request.operation, trail, flat);
  // A second one would be found where the first is another organization's.
  if (name === 'contactIds' && path.endsWith('/erasures')) return [await merged(sampling, [...trail, 0])];
  if (MERGED.has(name)) return noun === undefined ? [await merged(sampling, [...trail, 0]), await merged(sampling, [...trail, 1])] : merged(sampling, trail);
  if (noun !== undefined) return refer(sampling, noun, trail, isItem(trail) && /\/(update|remove)$/.test(path));
  const settled = settledValue(path, name, cast.word, () => cast.text(name, { maxLength: 100 }));
  if (settled !== undefined) return settled;
  if (name === 'changes') return changes(sampling, trail);
  if (name === 'filter') return filter(sampling, trail);
  if (name === 'filters') return { eq: { field: 'ExternalOrganizationId', value: await refer(sampling, 'externalOrganization', [...trail, 'eq', 'value']) } };
  switch (flat.type) {
    case 'array':
      return flat.maxItems === 0 ? undefined : [await sample(sampling, flat.items ?? {}, [...trail, 0])];
    case 'object': {
      const object: Record<string, unknown> = {};
      for (const [property, inner] of Object.entries(flat.properties ?? {})) {
        if (isLeftOut(path, property) || cast.contract.flat(inner).readOnly || inner.readOnly) continue;
        if (property === 'id' && (trail.length === 0 || isEnriched(path, trail) || (isItem([...trail, property]) && path.endsWith('/add')))) continue;
        // A reference is told by its id, a schema's by its version, too; the rest of it is the other record's.
        if (isReference(cast.contract, name) && !isEnriched(path, trail) && property !== 'id' && !(name === 'schema' && property === 'version')) continue;
        const value = await sample(sampling, inner, [...trail, property]);
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

/** Whether this is the record that a request to enrich or to merge brings, which is none that it refers to. */
const isEnriched = (path: string, trail: Trail) =>
  (trail.length === 1 && trail[0] === 'valueOverride') ||
  (path.endsWith('/enrich') && ['contact', 'externalOrganization'].includes(String(trail.at(-1))) && trail.length === (trail[0] === 'entities' ? 3 : 1));

const MERGED = new Set(['contactIds', 'sourceContactId', 'targetContactId']);

/** A contact to be merged: a new one each time, for it is no more afterwards. The source may not be curated. */
async function merged({ cast, request }: Sampling, trail: Trail): Promise<string> {
  request.positions.push({ where: 'body', trail, noun: 'contact' });
  if (trail[0] !== 'sourceContactId') return cast.id('contact', { fresh: true });
  const operation = cast.contract.operations.find(({ path }) => path === '/liaison/v1/observe') as Operation;
  const identifiers = [{ type: 'Cookie', value: cast.text('cookie', {}) }];
  const body = { division: { id: await cast.id('division') }, identifiers };
  return (await cast.send({ operation, path: {}, query: {}, positions: [], body })).body.contact.id;
}

/** Whether this is the id of an item of a bulk operation. */
const isItem = (trail: Trail) => trail.length === 3 && trail[0] === 'entities' && trail[2] === 'id';

async function refer({ cast, request, fresh }: Sampling, noun: string, trail: Trail, changed = false): Promise<string> {
  request.positions.push({ where: 'body', trail, noun });
  return cast.id(noun, { fresh: fresh && changed, near: request.operation.path });
}

/** A partial update of every field that CHANGES knows of the noun, and of a list in which an id stands. */
async function changes(sampling: Sampling, trail: Trail): Promise<unknown[]> {
  const noun = nounOfPath(sampling.cast.contract, sampling.request.operation.path) ?? '';
  const list: unknown[] = [];
  for (const [field, of] of Object.entries(CHANGES[noun] ?? {})) {
    const at = [...trail, list.length, 'value'];
    list.push({ field: `$.${field}`, action: 'Update', value: of === 'text' ? sampling.cast.text(field, {}) : await refer(sampling, of, at) });
  }
  if (noun === 'contact' || noun === 'externalOrganization' || noun === 'bulkJob') {
    const id = await refer(sampling, 'externalSource', [...trail, list.length, 'value', 'externalSource', 'id']);
    list.push({ field: '$.externalIds', action: 'AppendToCollection', value: { externalSource: { id }, value: sampling.cast.text('externalIds', {}) } });
  }
  if (list.length === 0) throw new Error(`${sampling.request.operation.id}: what can be changed of a ${noun}?`);
  return list;
}

async function filter(sampling: Sampling, trail: Trail): Promise<unknown> {
  const known = FILTERS[nounOfPath(sampling.cast.contract, sampling.request.operation.path) ?? ''];
  if (!known) throw new Error(`${sampling.request.operation.id}: by which id can be filtered?`);
  return { field: known[0], eq: await refer(sampling, known[1], [...trail, 'eq']) };
}

/** Nouns whose records no request makes. */
const MADE_OTHERWISE = new Set(['event', 'trustor', 'upload']);

const isReference = (contract: Contract, name: string) => contract.collections.has(nounOf(name));

/** The noun that an id at this place of a body is of; undefined where it is no id of a record of ours. */
function referenceAt(contract: Contract, operation: Operation, trail: Trail, schema: Schema): string | undefined {
  if (schema.type !== 'string') return undefined;
  // A topic is called an id, too.
  if (schema.pattern?.startsWith('^v2')) return 'topic';
  const names = trail.filter((part) => typeof part === 'string');
  const name = names.at(-1);
  // What a request to enrich calls itself.
  if (operation.path.endsWith('/enrich') && isItem(trail)) return undefined;
  // A list at the root, of ids or of objects that have one; an item of a bulk operation.
  if (name === undefined || (name === 'id' && names.length === 1 && trail[0] === 0) || isItem(trail)) return nounOfPath(contract, operation.path);
  if (!isIdName(name) || (name === 'id' && ELSEWHERE.has(names.at(-2) ?? ''))) return undefined;
  // What this server is called at a provider.
  if (name === 'clientId' && operation.path.startsWith('/liaison/v1/identity-providers')) return undefined;
  const noun = nounAt(operation.path, name === 'id' ? (names.at(-2) ?? '') : name);
  // Within twitterId, lineId and their like stand the ids of other networks.
  const foreign = names.slice(0, -1).some((outer) => /Ids?$/.test(outer));
  if ((contract.collections.has(noun) || MADE_OTHERWISE.has(noun)) && (name === 'id' || !foreign)) return noun;
  if (foreign) return undefined;
  throw new Error(`${operation.id}: what does ${trail.join('.')} refer to?`);
}
