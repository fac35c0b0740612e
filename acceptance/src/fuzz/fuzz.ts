// Fires requests at a server and holds each answer against its contract. Requests are made from a seed and their index;
// what earlier answers left (ids, cursors, texts) links them into sequences.
import { Agent, request as send } from 'node:http';
import { must } from '../access-callers.ts';
import { createCast } from '../contract-walk.ts';
import { nounOf } from '../contract-words.ts';
import { databaseOf } from '../database-of.ts';
import { type Contract, nounOfPath, type Operation, readContract, type Schema } from '../served-contract.ts';
import type { Server } from '../server.ts';
import { trustWorld } from '../trust-walk.ts';
import type { LinkedMemory } from './memory.ts';
import { type Random, randomOf } from './random.ts';
import { makeShot, type Shot } from './requests.ts';
import { type Ask, playSession } from './sessions.ts';
import { referenceOf } from './values.ts';
import { createJudge, type Outcome } from './verdict.ts';

export interface FuzzOptions {
  seed: number;
  requests: number;
  /** One request alone, by its index, where its state allows. */
  only?: number | undefined;
  inFlight?: number;
  onProgress?(done: number, failures: number): void;
  onFailure?(failure: Failure): void;
}

export interface Failure {
  index: number;
  why: string;
  shot: Shot;
  outcome: Outcome | { error: string };
}

export interface Result {
  seed: number;
  /** Requests, each session counted as one. */
  requests: number;
  failures: Failure[];
  /** How often each status came. */
  statuses: Record<string, number>;
  /** Operations that answered 2xx at least once. */
  succeeded: Set<string>;
  operations: number;
  perSecond: number;
  /** Operations that never did. */
  refused: string[];
}

/** Each makes some twenty requests. */
const SHARE_OF_SESSIONS = 0.005;

export async function fuzz(server: Server, { seed, requests, only, inFlight = 16, onProgress, onFailure }: FuzzOptions): Promise<Result> {
  const contract = await readContract(server);
  const operations = { built: contract.operations.filter(({ gap }) => !gap), gaps: contract.operations.filter(({ gap }) => gap) };
  const judge = createJudge(contract);
  const memory = await createMemory(server, contract, seed);
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const result: Result = {
    seed,
    requests: 0,
    failures: [],
    statuses: {},
    succeeded: new Set(),
    operations: operations.built.length,
    perSecond: 0,
    refused: [],
  };
  const tokens = createTokens(server);
  const startedAt = performance.now();

  const fail = (failure: Failure) => {
    result.failures.push(failure);
    onFailure?.(failure);
  };

  const exchanged = async (index: number, shot: Shot): Promise<Outcome | { error: string }> => {
    // A request that deletes what it does not name may end its own token.
    const personal = PERSONAL.test(shot.operation.path);
    const client = shot.method === 'DELETE' && !shot.operation.path.includes('{') ? await tokens.another() : await tokens.current();
    const token = personal ? memory.person : client;
    const outcome = await exchange(server, agent, shot, token).catch((error: Error) => ({ error: error.message }));
    const why = 'error' in outcome ? `no answer: ${outcome.error}` : judge(shot.operation, outcome);
    if (why !== undefined) fail({ index, why, shot, outcome });
    if (!('error' in outcome)) {
      result.statuses[outcome.status] = (result.statuses[outcome.status] ?? 0) + 1;
      if (outcome.status < 300) {
        result.succeeded.add(shot.operation.id);
        // What a session makes is its own until it is over.
        if (shot.kind !== 'session') memory.learn(shot, outcome);
      }
      if (outcome.status === 401 && shot.headers.authorization === undefined) tokens.renew(token);
    }
    return outcome;
  };

  const playOne = async (index: number, random: Random): Promise<void> => {
    let last: { shot: Shot; outcome: Outcome | { error: string } } | undefined;
    const ask: Ask = async (operationId, method, url, sent) => {
      const operation = operations.built.find(({ id }) => id === operationId) as Operation;
      const body = sent === undefined ? {} : { body: Buffer.from(JSON.stringify(sent)) };
      const shot: Shot = { operation, kind: 'session', method, url, path: {}, headers: { 'content-type': 'application/json' }, ...body };
      last = { shot, outcome: await exchanged(index, shot) };
      return 'error' in last.outcome ? undefined : { status: last.outcome.status, body: JSON.parse(last.outcome.text || '{}') };
    };
    const { left, fault } = await playSession(ask, random, `session ${seed} ${index}`.replaceAll(' ', '-'));
    for (const id of left) memory.adopt('contact', id);
    if (fault !== undefined && last) fail({ index, why: fault, ...last });
  };

  const fire = async (index: number): Promise<void> => {
    const random = randomOf(seed, index);
    if (random.chance(SHARE_OF_SESSIONS)) await playOne(index, random);
    else await exchanged(index, makeShot(contract, operations, memory, random));
    result.requests += 1;
    if (result.requests % 10_000 === 0) onProgress?.(result.requests, result.failures.length);
    if (server.process.exitCode !== null || server.process.signalCode !== null)
      throw new Error(`the server ended (${server.process.exitCode ?? server.process.signalCode}) at request ${index}`);
  };

  if (only === undefined) {
    let next = 0;
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        for (let index = next++; index < requests; index = next++) await fire(index);
      }),
    );
  } else await fire(only);
  agent.destroy();
  const alive = await server.request('GET', '/readyz', { token: null });
  if (alive.status !== 200)
    result.failures.push({
      index: requests,
      why: 'not ready afterwards',
      shot: makeShot(contract, operations, memory, randomOf(seed, 0)),
      outcome: { error: alive.text },
    });
  result.refused = operations.built.map(({ id }) => id).filter((id) => !result.succeeded.has(id));
  result.perSecond = Math.round(result.requests / ((performance.now() - startedAt) / 1000));
  return result;
}

function exchange(server: Server, agent: Agent, shot: Shot, token: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const headers = { authorization: `Bearer ${token}`, ...shot.headers, ...(shot.body ? { 'content-length': String(shot.body.length) } : {}) };
    const request = send({ host: '127.0.0.1', port: server.port, method: shot.method, path: shot.url, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      const answered = () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString(), tookMs: performance.now() - startedAt });
      response.on('end', answered);
      if (response.headers['content-type'] !== 'text/event-stream') return;
      // A stream has no end: that it begins is the answer.
      answered();
      response
        .removeListener('error', reject)
        .on('error', () => undefined)
        .destroy();
    });
    request.on('error', reject);
    request.end(shot.body);
  });
}

function createTokens(server: Server) {
  const make = () => server.tokenFor(server.firstRun.clientId, server.firstRun.clientSecret);
  let current = make();
  return {
    current: () => current,
    another: make,
    renew(ended: string) {
      const before = current;
      current = before.then((token) => (token === ended ? make() : token));
    },
  };
}

// Memory ---------------------------------------------------------------------------------------------------------------

/** What answers a client with 400 or 403 whatever it holds. */
const PERSONAL = /\/users\/me$|\/trustors\/\{/;

const REMEMBERED = 200;
/** On either side: some of them end on the way. */
const TRUSTS = 30;

interface LearningMemory extends LinkedMemory {
  learn(shot: Shot, outcome: Outcome): void;
  /** A token of the administrator, for what is about users or asks for one. */
  person: string;
  /** A record that is there from now on. */
  adopt(noun: string, id: string): void;
}

/** Starts with one record of each noun. The first client, its role and the administrator are never touched: the run needs them. */
async function createMemory(server: Server, contract: Contract, seed: number): Promise<LearningMemory> {
  const ids = new Map<string, string[]>();
  const chains = new Map<string, Record<string, string>[]>();
  const cursors = new Map<string, string[]>();
  const texts: string[] = [];
  const add = <T>(list: T[], item: T) => {
    if (list.length >= REMEMBERED) list.shift();
    list.push(item);
  };
  const listOf = <T>(map: Map<string, T[]>, key: string): T[] => {
    const list = map.get(key) ?? [];
    map.set(key, list);
    return list;
  };
  const objects = new Map<string, object[]>();
  const database = await databaseOf(server);
  const trusts = trustWorld(database, server.firstRun.organizationId, `heron${seed}`);
  const cast = createCast(server, contract, `heron${seed}`, server.token, trusts.given, trusts.bodies);
  for (const [noun, collections] of contract.collections) for (const made of collections) add(listOf(ids, noun), await cast.idIn(made, {}, true));
  const [agent] = (await must(server, 'GET', '/api/v2/authorization/roles?defaultRoleId=agent')).entities;
  add(listOf(ids, 'role'), agent.id);
  for (const noun of Object.keys(trusts.given)) if (!ids.has(noun) && noun !== 'trustorGroup') add(listOf(ids, noun), await cast.id(noun));
  for (const [folder, path] of await trusts.chains(TRUSTS)) add(listOf(chains, folder), path);
  await trusts.makeCare();
  const [administrator] = (await must(server, 'GET', '/api/v2/users')).entities.filter(({ email }: { email: string }) => email === server.firstRun.adminEmail);
  const person = await database.makeToken(server.firstRun.organizationId, server.firstRun.clientId, administrator.id, 86_400);
  await database.client.end();
  const from = <T>(list: T[] | undefined, random: Random): T | undefined => (list && list.length > 0 ? random.pick(list) : undefined);

  // What is gone is asked for again by those that were quicker; nearly every other request should find something.
  const forget = ({ operation, path }: Shot) => {
    const gone = /\{(\w+)\}$/.exec(operation.path)?.[1];
    const id = gone && path[gone];
    for (const list of ids.values()) if (id && list.includes(id)) list.splice(list.indexOf(id), 1);
    for (const [folder, list] of chains)
      chains.set(
        folder,
        list.filter((chain) => !Object.values(chain).includes(id ?? '')),
      );
  };

  return {
    person,
    id: (noun, random) => from(ids.get(noun), random),
    text: (random) => from(texts, random),
    remember: (text) => add(texts, text),
    object: (reference, random) => from(objects.get(reference), random),
    chain: (path, random) => {
      // Ids that went through on the same path, whatever was done there.
      const again = random.chance(0.25) ? from(chains.get(path), random) : undefined;
      if (again) return again;
      const fitting = [...chains.keys()].filter((folder) => path.startsWith(`${folder}/{`)).sort((a, b) => b.length - a.length)[0];
      return fitting === undefined ? undefined : from(chains.get(fitting), random);
    },
    cursor: (operation, random) => from(cursors.get(operation.id), random),
    adopt: (noun, id) => add(listOf(ids, noun), id),
    learn(shot, { text, headers }) {
      if (shot.method === 'DELETE') forget(shot);
      const body = text.startsWith('{') && String(headers['content-type']).startsWith('application/json') ? JSON.parse(text) : {};
      // The second dialect's ids are integers, and mean nothing to the first.
      const integer = shot.operation.path.startsWith('/v1/') && typeof body.id === 'number';
      const child = shot.method === 'POST' && (integer || typeof body.id === 'string') ? childOf(contract, shot.operation) : undefined;
      if (child !== undefined) {
        if (!integer) add(listOf(ids, nounOf(child)), body.id);
        add(listOf(chains, shot.operation.path), { ...shot.path, [child]: String(body.id) });
      } else if (shot.operation.path.includes('{') && shot.operation.method !== 'GET') add(listOf(chains, shot.operation.path), shot.path);
      for (const [reference, object] of answered(contract, shot.operation, body)) add(listOf(objects, reference), object);
      for (const { topicName, metadata } of (body.entities ?? []).slice(-3)) {
        if (metadata) add(listOf(ids, 'event'), metadata.id);
        if (topicName) add(listOf(ids, 'topic'), topicName);
      }
      const [bulk] = (body.results ?? []).filter((result: { entity?: object }) => result.entity);
      const noun = bulk && nounOfPath(contract, shot.operation.path);
      if (noun) add(listOf(ids, noun), bulk.entity.id);
      if (typeof body.cursors?.after === 'string') add(listOf(cursors, shot.operation.id), body.cursors.after);
    },
  };
}

/** The name of the path parameter by which a folder's records are reached. */
function childOf(contract: Contract, { path }: Operation): string | undefined {
  for (const operation of contract.operations) {
    const name = operation.path.startsWith(`${path}/`) && /^\{(\w+)\}$/.exec(operation.path.slice(path.length + 1))?.[1];
    if (name) return name;
  }
  return undefined;
}

/** What an answer has of objects that another operation may take: itself, or the entities of a listing. */
function answered(contract: Contract, { path, method }: Operation, body: { entities?: object[] }): [string, object][] {
  const paths = contract.document.paths as Record<string, Record<string, { responses: Record<string, { content?: Record<string, { schema: Schema }> }> }>>;
  const schema = paths[path]?.[method.toLowerCase()]?.responses['200']?.content?.['application/json']?.schema;
  if (!schema) return [];
  const items = contract.flat(schema).properties?.entities?.items;
  const pairs: [string, object][] = items ? (body.entities ?? []).slice(0, 2).map((entity) => [referenceOf(items), entity]) : [[referenceOf(schema), body]];
  return pairs.filter(([reference]) => reference !== '');
}

/** Failures by fault and operation, with a few of each, each with what it takes to have it again. */
export function report({ seed, failures }: Pick<Result, 'seed' | 'failures'>): string {
  const groups = Map.groupBy(failures, ({ why, shot }) => `${shot.operation.id}: ${why}`);
  return [...groups]
    .map(([title, group]) => [`${title} (${group.length} times)`, ...group.slice(0, 2).map((failure) => show(seed, failure))].join('\n'))
    .join('\n\n');
}

function show(seed: number, { index, shot, outcome }: Failure): string {
  const sent = [`${shot.method} ${clip(shot.url, 500)}`, ...Object.entries(shot.headers).map(([name, value]) => `${name}: ${clip(value, 100)}`)];
  if (shot.body) sent.push(clip(shot.body.toString(), 1500));
  const got = 'error' in outcome ? outcome.error : `${outcome.status} in ${Math.round(outcome.tookMs)} ms: ${clip(outcome.text, 600)}`;
  return `  --seed ${seed} --only ${index} (${shot.kind})\n${sent.map((line) => `    > ${line}`).join('\n')}\n    < ${got}`;
}

const clip = (text: string, most: number) => (text.length > most ? `${text.slice(0, most)}… (${text.length} characters)` : text);
