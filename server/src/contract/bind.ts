// Registers every operation of the contract as a route, in one order: correlation id, authenticate, rate limit, permit,
// validate, handler, reply. Start-up fails unless each operation has exactly one handler or a named gap.
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { operations } from '../../../contract/generated/types.d.ts';
import type { Door } from '../db/database.ts';
import { entityTag, readIfMatch } from '../http/entity-tag.ts';
import { Refusal, refuse } from '../http/errors.ts';
import { type Author, authorOf, type Divisions, type Principal, permit } from '../http/principal.ts';
import type { RateLimit, RateState } from '../http/rate-limit.ts';
import { requireScope, scopesOf } from '../http/scopes.ts';
import { basicToken, rateHeaders, requireAccount } from '../http/xurrent.ts';
import type { Contract, Operation } from './load.ts';
import { pathReader, queryReader, type Raw } from './parameters.ts';
import type { Validator } from './validate.ts';

export type OperationId = keyof operations;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of the contract's routes. */
    operationId?: string;
  }
}

/** What a handler gets. `body` is tidied and valid; `door` speaks for the token's organization only. */
export interface Call<Id extends OperationId = OperationId> {
  principal: Principal;
  door: Door;
  /** Where the caller may do what this operation does. */
  divisions: Divisions;
  path: NonNullable<operations[Id]['parameters']['path']>;
  query: NonNullable<operations[Id]['parameters']['query']>;
  body: BodyOf<operations[Id]>;
  /** Whom the changes that this request makes are attributed to. */
  author: Author;
  /** The version that If-Match asks a record to have; undefined for any. */
  expectedVersion: number | undefined;
  headers: IncomingHttpHeaders;
  /** Fields that a partial update names without a value: they are to have none. */
  cleared: readonly string[];
  /** Path and query as they came, for links to this and other pages. */
  url: string;
}

type BodyOf<O> = O extends { requestBody?: { content: { 'application/json': infer Body } } } ? Body : undefined;

/** A finished JSON text for 200; or another status with or without one, a record's with its version; or what is sent as it comes about. */
export type Reply = string | (Finished & { body?: string; version?: number }) | { stream: AsyncIterable<string>; type: string };

/** A reply that is complete, and can be given again. */
export interface Finished {
  status: number;
  body?: string | undefined;
  version?: number | undefined;
  /** Not of what may be asked for again. */
  headers?: Record<string, string> | undefined;
}

/** A request that may come several times and names itself by an Idempotency-Key. */
export interface Repeatable {
  principal: Principal;
  /** As the header has it. */
  key: string;
  method: string;
  url: string;
  body: unknown;
}

/**
 * Does a request's work the first time, all in one transaction, and gives the same reply again later.
 * @throws Refusal where the key is none, or was another request's
 */
export type Once = (request: Repeatable, work: (door: Door) => Promise<Finished>) => Promise<{ finished: Finished; replayed: boolean }>;

export type Handler<Id extends OperationId = OperationId> = (call: Call<Id>) => Promise<Reply> | Reply;
/** operationId → handler: a slice's table of contents. */
export type Handlers = { [Id in OperationId]?: Handler<Id> };

export interface BindOptions {
  contract: Contract;
  validator: Validator;
  handlers: Handlers[];
  authenticate(token: string): Principal | Promise<Principal | undefined> | undefined;
  doorOf(principal: Principal): Door;
  once: Once;
  rateLimit: RateLimit;
  /** Requests a minute for tokens without a limit of their own; 0 for none. */
  requestsPerMinute: number;
  /** Hold every reply against the contract, and answer 500 where it breaks it. For tests. */
  checkReplies: boolean;
}

/** @throws Error naming each operation without a handler, with two, or with both a handler and a gap. */
export function bind(app: FastifyInstance, options: BindOptions): void {
  const handlers = collect(options);
  for (const operation of options.contract.operations) {
    const handler = handlers.get(operation.operationId);
    app.route({
      // The second dialect takes PUT for a partial update, too.
      method: operation.xurrent && operation.method === 'PATCH' ? ['PATCH', 'PUT'] : operation.method,
      url: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      config: { operationId: operation.operationId },
      ...(operation.authenticated ? { onRequest: admit(operation, options) } : {}),
      handler: handler ? serve(operation, handler, options) : gap(operation),
    });
  }
}

type AnyHandler = (call: never) => Promise<Reply> | Reply;

function collect(options: BindOptions): Map<string, AnyHandler> {
  const faults: string[] = [];
  const found = new Map<string, AnyHandler>();
  const known = new Set(options.contract.operations.map((operation) => operation.operationId));
  for (const [id, handler] of options.handlers.flatMap((slice) => Object.entries(slice))) {
    if (!known.has(id)) faults.push(`${id} has a handler and is not in the contract`);
    if (found.has(id)) faults.push(`${id} has two handlers`);
    found.set(id, handler as AnyHandler);
  }
  for (const { operationId, gap: isGap } of options.contract.operations) {
    if (!isGap && !found.has(operationId)) faults.push(`${operationId} has no handler`);
    if (isGap && found.has(operationId)) faults.push(`${operationId} has a handler and stands in contract/gaps.json`);
  }
  if (faults.length > 0) throw new Error(`The contract and the handlers disagree:\n  ${faults.join('\n  ')}`);
  return found;
}

interface Admitted {
  principal: Principal;
  divisions: Divisions;
  token: string;
}

const admitted = new WeakMap<FastifyRequest, Admitted>();

/** Everything that can refuse a request before its body is read. Makes no promise where the token is known. */
function admit(operation: Operation, options: BindOptions) {
  const scopes = scopesOf(operation);
  const enter = (request: FastifyRequest, reply: FastifyReply, token: string, principal: Principal | undefined): Error | undefined => {
    try {
      if (!principal) throw refuse('bad.credentials');
      const rate = options.rateLimit.count(token, principal.rateLimit ?? options.requestsPerMinute);
      tellRate(rate, reply, operation.xurrent);
      if (rate.exceeded) throw refuse('too.many.requests.retry.after', { params: { seconds: rate.reset }, headers: { 'Retry-After': String(rate.reset) } });
      if (operation.xurrent) requireAccount(principal, request.headers);
      requireScope(principal, scopes);
      admitted.set(request, { principal, divisions: permit(principal, operation.permissions), token });
      return undefined;
    } catch (error) {
      return error as Error;
    }
  };
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    const { authorization } = request.headers;
    const token = bearer(authorization) ?? (operation.xurrent ? basicToken(authorization) : undefined);
    const known = token === undefined ? refuse('authentication.required') : options.authenticate(token);
    if (known instanceof Promise) known.then((principal) => done(enter(request, reply, token as string, principal)), done);
    else done(known instanceof Error ? known : enter(request, reply, token as string, known));
  };
}

/** A token without a limit is told nothing of it, but in the second dialect. */
function tellRate(rate: RateState, reply: FastifyReply, xurrent: boolean): void {
  if (xurrent) for (const [name, value] of Object.entries(rateHeaders(rate))) reply.raw.setHeader(name, value);
  if (rate.allowed === 0 || xurrent) return;
  reply.raw.setHeader('inin-ratelimit-count', rate.count);
  reply.raw.setHeader('inin-ratelimit-allowed', rate.allowed);
  reply.raw.setHeader('inin-ratelimit-reset', rate.reset);
}

function serve(operation: Operation, handler: AnyHandler, options: BindOptions) {
  const scopes = scopesOf(operation);
  /** A body may take a minute to come: whoever sends it must still be let in when it is there. */
  const stillAdmitted = async (who: Admitted): Promise<Admitted> => {
    const known = options.authenticate(who.token);
    const principal = known instanceof Promise ? await known : known;
    if (principal === who.principal) return who;
    if (!principal || principal instanceof Error) throw refuse('bad.credentials');
    requireScope(principal, scopes);
    return { ...who, principal, divisions: permit(principal, operation.permissions) };
  };
  const readPath = pathReader(operation);
  const readQuery = queryReader(operation);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const admittedAs = admitted.get(request);
    try {
      const who = admittedAs && request.body !== undefined ? await stillAdmitted(admittedAs) : admittedAs;
      // Before the body loses what means "no value".
      const cleared = operation.method === 'PATCH' ? clearedIn(request.body) : [];
      const call = {
        principal: who?.principal,
        divisions: who?.divisions,
        door: who && options.doorOf(who.principal),
        path: readPath(request.params as Raw),
        query: readQuery(request.query as Raw),
        body: options.validator.body(operation, request.body),
        author: who && authorOf(who.principal, request.id),
        expectedVersion: readIfMatch(request.headers['if-match']),
        headers: request.headers,
        cleared,
        url: request.url,
      };
      const key = operation.method === 'POST' ? request.headers['idempotency-key'] : undefined;
      if (who && key !== undefined) {
        const repeatable = { principal: who.principal, key: String(key), method: operation.method, url: request.url, body: request.body };
        const work = async (door: Door) => finish(operation, await handler({ ...call, door } as never), options);
        const { finished, replayed } = await options.once(repeatable, work);
        if (replayed) reply.header('idempotency-replayed', 'true');
        return send(reply, finished);
      }
      const result = await handler(call as never);
      if (isStream(result)) return reply.header('content-type', result.type).send(Readable.from(result.stream));
      return send(reply, finish(operation, result, options));
    } catch (error) {
      throw declared(operation, error);
    }
  };
}

type Streamed = Extract<Reply, { stream: unknown }>;

const isStream = (result: Reply): result is Streamed => typeof result !== 'string' && 'stream' in result;

/** @throws Error for what breaks the contract, where replies are checked; and for a stream, which cannot be given again */
function finish(operation: Operation, result: Reply, options: BindOptions): Finished {
  if (isStream(result)) throw new Error(`${operation.operationId} answers with a stream, which no Idempotency-Key can keep`);
  const finished: Finished = typeof result === 'string' ? { status: 200, body: result } : result;
  const fault = options.checkReplies ? options.validator.reply(operation, finished.status, finished.body ?? '') : undefined;
  if (fault) throw new Error(fault);
  return finished;
}

function send(reply: FastifyReply, { status, body, version, headers }: Finished): FastifyReply {
  if (headers) reply.headers(headers);
  if (version !== undefined) reply.header('etag', entityTag(version));
  if (body === undefined) return reply.code(status).send();
  return reply.code(status).header('content-type', 'application/json').send(body);
}

const clearedIn = (body: unknown): string[] =>
  typeof body === 'object' && body !== null ? Object.entries(body).flatMap(([name, value]) => (value === null || value === '' ? [name] : [])) : [];

/** The API does not have 422 everywhere: elsewhere what is invalid is a bad request. A key means the same to all. */
function declared(operation: Operation, error: unknown): unknown {
  if (!(error instanceof Refusal) || error.status !== 422 || operation.invalidStatus === 422 || error.code === 'idempotency.key.reused') return error;
  return refuse(error.code, { ...error.facts, status: 400 });
}

function gap(operation: Operation) {
  return () => {
    throw refuse('not.implemented', { params: { operation: operation.operationId } });
  };
}

/** @returns undefined where the header is missing or is no bearer token */
function bearer(header: string | undefined): string | undefined {
  return header?.slice(0, 7).toLowerCase() === 'bearer ' ? header.slice(7).trim() : undefined;
}
