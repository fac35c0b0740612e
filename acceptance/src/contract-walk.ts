// Builds requests from the contract: for each operation the ids in its path, its query and a body of its schema, with
// records that are made as they are needed.
import { type Bodies, type Cast, type Given, type Position, type Request, sample } from './contract-bodies.ts';
import { isIdName, nounAt, nounOfQuery, WORDS } from './contract-words.ts';
import { type Contract, nounOfPath, type Operation } from './served-contract.ts';
import type { Answer, Server } from './server.ts';

export type { Cast, Position, Request } from './contract-bodies.ts';

let casts = 0;

export function createCast(server: Server, contract: Contract, word: string, token: () => Promise<string>, given: Given = {}, bodies: Bodies = {}): Cast {
  const known = new Map<string, Promise<string>>();
  casts += 1;
  const area = 200 + casts;
  let made = 0;
  const make = async (collection: Operation, parents: Record<string, string>): Promise<string> => {
    // The second dialect knows no divisions: made by the first, an organization lies in that of the cast.
    if (collection.path === '/v1/organizations') return integerId(await cast.id('externalOrganization', { fresh: true }));
    const request = await build(cast, collection, { ids: parents });
    const answer = await cast.send(request);
    if (answer.status >= 300) throw new Error(`${collection.id} makes no record: ${answer.status} ${answer.text}\n${JSON.stringify(request.body)}`);
    return answer.body.id;
  };
  const cast: Cast = {
    contract,
    word,
    given,
    bodies,
    token,
    async send(request, as) {
      const answer = await server.request(request.operation.method, urlOf(request), {
        token: as === undefined ? await token() : as,
        ...(request.body === undefined ? {} : { body: request.body }),
      });
      // What it sets going would be taken for the next request's doing.
      if (answer.status === 202 && 'bulkJobId' in request.path) await stillness(server, urlOf(request).replace(/\/\w+$/, ''), await token());
      return outcomeOf(answer);
    },
    async id(noun, { fresh = false, near = '', path = {} } = {}) {
      const fixed = given[noun];
      if (typeof fixed === 'function') return fixed(near, path);
      if (fixed !== undefined) return fixed;
      if (noun === 'topic') return `v2.externalcontacts.contacts.${await cast.id('contact')}`;
      if (noun === 'event') return lastEvent(cast);
      if (SUGGESTED.has(noun)) {
        const one = fresh ? undefined : known.get('suggestion');
        const pair = one ?? suggestion(cast).then((found) => JSON.stringify(found));
        if (!fresh) known.set('suggestion', pair);
        return JSON.parse(await pair)[noun];
      }
      if (noun === 'upload') return uploaded(cast);
      const collections = contract.collections.get(noun) ?? [];
      const collection = collections.find((made) => near.split('/').includes(made.path.split('/').at(-2) as string)) ?? collections[0];
      if (!collection) throw new Error(`the contract has no way to make a ${noun}`);
      return cast.idIn(collection, {}, fresh);
    },
    idIn(collection, parents, fresh = false) {
      // A token has but twenty channels, and the oldest goes first.
      if (fresh || collection.path.endsWith('/channels')) return make(collection, parents);
      const key = `${collection.id} ${Object.values(parents)}`;
      const one = known.get(key) ?? make(collection, parents);
      known.set(key, one);
      return one;
    },
    text(name, schema) {
      made += 1;
      const most = schema.maxLength ?? 1000;
      if (schema.format === 'uuid') return crypto.randomUUID();
      if (schema.format === 'email') return `${word}${made}@${word}.example`;
      if (schema.format === 'date-time') return '2100-01-01T00:00:00.000Z';
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

/** The second dialect's id of an external organization. */
const integerId = (id: string): string => String(Number.parseInt(id.slice(-12), 16));

/** What comes of nobody's request, but of two records that are one: the pair, its cluster, one of the two. */
const SUGGESTED = new Set(['duplicate', 'cluster', 'twin']);

async function suggestion(cast: Cast): Promise<Record<string, string>> {
  const operation = (id: string) => cast.contract.operations.find((one) => one.id === id) as Operation;
  const contact = await build(cast, operation('postExternalcontactsContacts'));
  // The cast's own contacts are all so much alike that nobody could tell which are one.
  const [name = '', ...texts] = crypto.randomUUID().split('-');
  const { division } = contact.body as { division: unknown };
  const address = { address1: texts[0], city: texts[1], postalCode: texts[2] };
  contact.body = { division, firstName: name, lastName: `${cast.word} ${texts[3]}`, workEmail: `${name}@${cast.word}.example`, address };
  const twins: string[] = [(await cast.send(contact)).body.id, (await cast.send(contact)).body.id];
  const list = operation('getLiaisonDuplicates');
  for (const since = performance.now(); performance.now() - since < PATIENCE_MS; await new Promise((resolve) => setTimeout(resolve, 25))) {
    const { body } = await cast.send({ operation: list, path: {}, query: { recordId: twins[1] as string }, positions: [] });
    const pair = body.entities?.find(
      ({ records, cluster }: { records: { id: string }[]; cluster?: object }) => cluster && records.every(({ id }) => twins.includes(id)),
    );
    if (pair) return { duplicate: pair.id, cluster: pair.cluster.id, twin: twins[1] as string };
  }
  throw new Error('two contacts that are the same were not suggested');
}

/** Less than a test may take, so that its failure says what was waited for. */
const PATIENCE_MS = 30_000;

/** Suggested duplicates and views are of contacts here, and bulk jobs edit these; what is for others takes other permissions. */
export function isOfOtherKind({ path }: Operation, permission: string): boolean {
  if (path.includes('/bulk-jobs')) return !permission.endsWith(':contact:edit');
  return /\/(duplicates|views)(\/|$)/.test(path) && /externalOrganization/i.test(permission);
}

/** The event of the cast's contact. */
async function lastEvent(cast: Cast): Promise<string> {
  const events = cast.contract.operations.find(({ path }) => path === '/liaison/v1/events') as Operation;
  const { body } = await cast.send({ operation: events, path: {}, query: { topics: await cast.id('topic') }, positions: [] });
  return body.entities.at(-1).metadata.id;
}

/** A file that can be imported. */
async function uploaded(cast: Cast): Promise<string> {
  const announce = cast.contract.operations.find(({ path }) => path === '/liaison/v1/import/uploads') as Operation;
  const content = `Id,First,Last\n1,${cast.word},${cast.word}\n`;
  const { body } = await cast.send({ operation: announce, path: {}, query: {}, positions: [], body: { fileSize: content.length, fileName: cast.word } });
  const headers = Object.fromEntries(body.uploadHeaders.map(({ name, value }: Record<string, string>) => [name, value]));
  const { status } = await fetch(body.uploadUrl, { method: 'PUT', headers, body: content });
  if (status !== 200) throw new Error(`no file is uploaded: ${status}`);
  return body.uploadId;
}

/** What became of the one item of a bulk operation, as if it had been asked for by itself; any other answer as it is. */
function outcomeOf(answer: Answer): Answer {
  const [result, ...more] = answer.body?.results ?? [];
  return result === undefined || more.length > 0 ? answer : { ...answer, status: result.status, body: result };
}

/** A record in each folder, so that listings and look-ups have something to find; another one each time where `fresh`. */
export async function populate(cast: Cast, nouns: Iterable<string> = cast.contract.collections.keys(), fresh = false): Promise<void> {
  for (const noun of nouns)
    for (const collection of cast.contract.collections.get(noun) ?? []) if (cast.given[noun] === undefined) await cast.idIn(collection, {}, fresh);
}

// Requests -------------------------------------------------------------------------------------------------------------

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
    const asked = nounOfQuery(operation.path, name);
    const noun = isIdName(name) ? (asked ?? nounOfPath(cast.contract, operation.path)) : asked;
    if (operation.path.includes(`{${name}}`)) await fillPath(cast, request, name, options);
    else if (noun !== undefined) {
      request.query[name] = await cast.id(noun);
      request.positions.push({ where: 'query', trail: [name], noun });
    } else if (isIdName(name)) throw new Error(`${operation.id}: what does the query parameter ${name} refer to?`);
    else if (required)
      request.query[name] =
        schema.enum?.[0] ?? (name === 'permission' ? (operation.permissions?.of[0] ?? 'directory:user:view') : String(cast.text('value', { format: 'email' })));
  }
  if (operation.body) {
    const whole = cast.bodies[operation.id];
    request.body = whole ? await whole(cast, request) : await sample({ cast, request, fresh: options.fresh ?? false }, operation.body.schema);
    await fillVersion(cast, request);
  }
  return request;
}

async function fillPath(cast: Cast, request: Request, name: string, { ids: settled, fresh }: BuildOptions): Promise<void> {
  let ids = settled;
  const { operation } = request;
  const word = WORDS[name];
  if (word !== undefined) {
    request.path[name] = word;
    return;
  }
  if (operation.path.endsWith('/unmerge')) {
    request.path[name] = await resultOfMerge(cast);
    request.positions.push({ where: 'path', trail: [name], noun: 'contact' });
    return;
  }
  if (operation.path.endsWith('/{duplicateId}/reopen') && ids?.[name] === undefined) {
    const dismiss = cast.contract.operations.find(({ path }) => path.endsWith('/{duplicateId}/dismiss')) as Operation;
    const request = await build(cast, dismiss, { fresh: true });
    await cast.send(request);
    ids = { ...ids, ...request.path };
  }
  // A job takes a command once, and is taken back when it is over.
  const commands = operation.method === 'PUT' && operation.path.endsWith('/{jobId}');
  if ((commands || operation.path.endsWith('/{jobId}/undo')) && ids?.[name] === undefined) ids = { ...ids, [name]: await freshJob(cast, !commands) };
  if (operation.path.endsWith('/{bulkJobId}/undo') && ids?.[name] === undefined) ids = { ...ids, [name]: await cancelledBulkJob(cast) };
  const folder = shapeOf(operation.path.slice(0, operation.path.indexOf(`/{${name}}`)));
  const noun = nounAt(operation.path, name);
  const collection = [...cast.contract.collections.values()].flat().find((made) => shapeOf(made.path) === folder);
  const parents = Object.fromEntries(namesIn(collection?.path ?? '').map((parent) => [parent, request.path[parent] as string]));
  const made = collection && (cast.given[noun] === undefined || (fresh && operation.path.endsWith(`/{${name}}`)));
  // An organization has but twenty schemas.
  const anew = fresh === true && (noun !== 'schema' || operation.method === 'DELETE');
  request.path[name] =
    ids?.[name] ?? (made ? await cast.idIn(collection, parents, anew) : await cast.id(noun, { fresh: anew, near: operation.path, path: request.path }));
  request.positions.push({ where: 'path', trail: [name], noun });
}

async function freshJob(cast: Cast, over: boolean): Promise<string> {
  const operation = (id: string) => cast.contract.operations.find((one) => one.id === id) as Operation;
  const id = await cast.idIn(operation('postExternalcontactsImportJobs'), {}, true);
  if (over) {
    const cancel = {
      operation: operation('putExternalcontactsImportJob'),
      path: { jobId: id },
      query: {},
      body: { jobId: id, status: 'Cancel' },
      positions: [],
    };
    const read: Request = { operation: operation('getExternalcontactsImportJob'), path: { jobId: id }, query: {}, positions: [] };
    // It is cancelled where it waits, and not while it goes on by itself.
    const at = async () => (await cast.send(read)).body;
    for (let job = await at(); job.status === 'Created' || (job.status === 'Running' && job.executionStep !== 'Validated'); ) job = await at();
    const { status, text } = await cast.send(cancel);
    if (status !== 202) throw new Error(`the import could not be cancelled: ${status} ${text}`);
  }
  return id;
}

/** Waits until nothing happens to a bulk job by itself any more. */
async function stillness(server: Server, path: string, token: string): Promise<void> {
  for (let moves = true; moves; ) {
    const { status, undo } = (await server.request('GET', path, { token })).body;
    moves = status === 'Counting' || status === 'Running' || undo?.status === 'Running';
  }
}

/** It waits to be continued, and is over once it is cancelled. */
async function cancelledBulkJob(cast: Cast): Promise<string> {
  const id = await cast.id('bulkJob', { fresh: true });
  const operation = cast.contract.operations.find((one) => one.id === 'postLiaisonBulkJobCancel') as Operation;
  await cast.send({ operation, path: { bulkJobId: id }, query: {}, positions: [] });
  return id;
}

async function resultOfMerge(cast: Cast): Promise<string> {
  const merge = cast.contract.operations.find(({ path }) => path.endsWith('/contacts/merge')) as Operation;
  const { body, text } = await cast.send(await build(cast, merge));
  if (body?.id === undefined) throw new Error(`no contacts are merged: ${text}`);
  return body.id;
}

const namesIn = (path: string) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
const shapeOf = (path: string) => path.replaceAll(/\{\w+\}/g, '{}');

/** A change names the version that it changes. */
async function fillVersion(cast: Cast, request: Request): Promise<void> {
  const body = request.body as { version?: number; jobId?: string; conversationId?: string };
  if (body.jobId !== undefined && request.path.jobId !== undefined) body.jobId = request.path.jobId;
  if (body.conversationId !== undefined && request.path.conversationId !== undefined) body.conversationId = request.path.conversationId;
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

/** Whether only a user may ask, or one whom the other organization lets in. */
export const isPersonal = ({ body }: Answer): boolean => ['not.a.user', 'missing.trustor.permissions'].includes(body?.code);

/** Whether no other token will do: a channel belongs to the one that made it. */
export const isOfToken = ({ positions }: Request): boolean => positions.some(({ noun }) => noun === 'channel');

/** An answer without what differs from one time to the next: ids by order of appearance, moments, cursors. */
export function masked(text: string): string {
  const ids: string[] = [];
  return text
    .replaceAll(/"(contextId|secret)":"[^"]*"/g, '"$1":""')
    .replaceAll(/((?:cursor|after)=|"after"\s*:\s*")[\w-]+/g, '$1…')
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
