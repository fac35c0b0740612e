// The floor: what node:http and pg can do at best with the very statements that the server sends. It is told of the
// requests to come, runs each once through the server's own handler behind a door that writes down what is asked of the
// database, and from then on answers request n by sending just that: no token, no validation, no work on rows. Since
// the statements come from the handlers, floor and server cannot drift apart.
//
//   POST /prepare {operationId, requests: [{method, path, body}], copies}   learns
//   any method /n                                                           answers as the n-th of them
//
// With `copies` it does not send the statements of a request but COPYs the rows that they write: see copy-floor.ts.
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Client, type QueryResult } from 'pg';
import { readConfig } from '../../server/src/config.ts';
import { contactHandlers, contactIdentifierHandlers, contactSearchHandlers } from '../../server/src/contacts/index.ts';
import type { Handlers, OperationId } from '../../server/src/contract/bind.ts';
import { loadContract } from '../../server/src/contract/load.ts';
import { queryReader } from '../../server/src/contract/parameters.ts';
import { createValidator } from '../../server/src/contract/validate.ts';
import { createDatabase, type Door, type Row, type Step } from '../../server/src/db/database.ts';
import { findRunning } from '../../server/src/db/embedded.ts';
import { TENANT_ROLE } from '../../server/src/db/migrate.ts';
import { type Statement, sql } from '../../server/src/db/sql.ts';
import { createPatches } from '../../server/src/families/patch.ts';
import type { Principal } from '../../server/src/http/principal.ts';
import { notesOf } from '../../server/src/notes/index.ts';
import { createCopier } from './copy-floor.ts';
import type { Request } from './drive.ts';

/** What one request asks of the database, in order: each part waits for the one before. */
type Script = Part[];
type Part = { steps: readonly Step[]; transaction: boolean; rowMode?: 'array' };

const begin = sql`begin`;
const commit = sql`commit`;
// As the server's flights do.
const planOnce = sql`select set_config('plan_cache_mode', 'force_generic_plan', true)`;
const WRITES = /^\s*(insert|update|delete)\b/i;

async function main(folder: string): Promise<void> {
  const connection = await findRunning(join(folder, 'postgres'));
  if (!connection) throw new Error(`no PostgreSQL runs in ${folder}`);
  const { databaseConnections: lanes } = readConfig({});
  const database = createDatabase({ connection, lanes, tenancy: 'session', role: TENANT_ROLE, statementTimeoutMs: 0 });
  const principal = await onlyOrganization(connection);
  const send = await openLanes({ ...connection, options: `-c role=${TENANT_ROLE} -c liaison.org_id=${principal.orgId}` }, lanes);
  const learn = createRecorder(principal, database.tenant(principal.orgId));
  const copier = createCopier(connection, lanes, principal.orgId);
  let answers: (() => Promise<string>)[] = [];

  const server = createServer((request, response) => {
    if (request.url === '/prepare') {
      bodyOf(request)
        .then(async (body) => {
          const { operationId, requests, copies } = JSON.parse(body) as { operationId: OperationId; requests: Request[]; copies: boolean };
          answers = [];
          for (const one of requests) {
            const script = await learn(operationId, one);
            answers.push(copies ? await copier.learn(script.flatMap(({ steps }) => steps)) : () => play(script, send));
          }
          response.setHeader('content-length', 0).end();
        })
        .catch((error: Error) => response.writeHead(500).end(error.stack));
      return;
    }
    request.resume();
    (answers[Number(request.url?.slice(1))] as () => Promise<string>)()
      .then((text) => response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text))
      .catch((error: Error) => response.writeHead(500, { 'content-length': Buffer.byteLength(error.message) }).end(error.message));
  });
  server.listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port));
}

type Send = (part: Part) => Promise<QueryResult[]>;

/** As many connections as the server has, each used in pipeline mode, the one that owes least first. */
async function openLanes(config: object, count: number): Promise<Send> {
  const lanes = await Promise.all(
    Array.from({ length: count }, async () => {
      const client = new Client({ ...config, pipeline: true } as object);
      await client.connect();
      return { client, owed: 0, stream: (client as unknown as { connection: { stream: { cork(): void; uncork(): void } } }).connection.stream };
    }),
  );
  return async ({ steps, transaction, rowMode }) => {
    let lane = lanes[0] as (typeof lanes)[number];
    for (const other of lanes) if (other.owed < lane.owed) lane = other;
    const query = ({ name, text }: Statement, values: Step[1]) =>
      lane.client.query({ name, text, values, ...(rowMode ? { rowMode } : {}) } as never) as unknown as Promise<QueryResult>;
    lane.owed += 1;
    lane.stream.cork();
    const sent = transaction
      ? [query(begin, []), query(planOnce, []), ...steps.map((step) => query(...step)), query(commit, [])]
      : steps.map((step) => query(...step));
    lane.stream.uncork();
    const results = await Promise.all(sent);
    lane.owed -= 1;
    return transaction ? results.slice(2, -1) : results;
  };
}

async function play(script: Script, send: Send): Promise<string> {
  let last: QueryResult | undefined;
  for (const part of script) last = (await send(part)).at(-1);
  return (last?.rows ?? []).map((row) => row[0] ?? row.entities ?? row.body).join(',');
}

/** @returns what the server's handler for a request asks of the database; writes are only written down */
function createRecorder(principal: Principal, door: Door): (operationId: OperationId, request: Request) => Promise<Script> {
  const { orgId, homeOrgId, clientId, userId } = principal;
  const contract = loadContract();
  const validator = createValidator(contract);
  const handlers: Handlers = {
    ...contactHandlers({ patches: createPatches(contract, validator), dependents: [notesOf('contact')] }),
    ...contactIdentifierHandlers,
    ...contactSearchHandlers,
  };
  return async (operationId, request) => {
    const operation = contract.operations.find((candidate) => candidate.operationId === operationId);
    const handler = handlers[operationId] as ((call: object) => Promise<unknown>) | undefined;
    if (!operation || !handler) throw new Error(`no handler ${operationId}`);
    const url = new URL(request.path, 'http://floor');
    const query: Record<string, string> = Object.fromEntries(url.searchParams);
    const script: Script = [];
    await handler({
      principal,
      divisions: 'all',
      door: recordingDoor(door, script),
      path: new RegExp(`^${operation.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`).exec(url.pathname)?.groups ?? {},
      query: queryReader(operation)(query),
      body: validator.body(operation, request.body === undefined ? undefined : JSON.parse(request.body)),
      author: { orgId, homeOrgId, clientId, userId, correlationId: crypto.randomUUID() },
      expectedVersion: undefined,
      headers: {},
      url: request.path,
    });
    return script;
  };
}

function recordingDoor(door: Door, script: Script): Door {
  return {
    rows(statement, values) {
      script.push({ steps: [[statement, values]], transaction: false });
      return door.rows(statement, values);
    },
    text(statement, values) {
      script.push({ steps: [[statement, values]], transaction: false, rowMode: 'array' });
      return door.text(statement, values);
    },
    async flight(steps) {
      script.push({ steps, transaction: true });
      return steps.some(([{ text }]) => WRITES.test(text)) ? steps.map(asWritten) : door.flight(steps);
    },
    afterCommit: (act) => door.afterCommit(act),
    transaction: (work) => door.transaction(work),
  };
}

/** What the last statement of a write would answer: of each record, whose ids are among its values. */
const asWritten = ([, values]: Step): Row[] =>
  values.flatMap((value) => (Array.isArray(value) ? value : [])).map((id) => ({ record_id: id, version: 1, body: '{}' }));

async function onlyOrganization(connection: object): Promise<Principal> {
  const client = new Client(connection);
  await client.connect();
  const { rows } = await client.query('select id, word_prefix, signing_key, default_country_code from organizations limit 1');
  await client.end();
  const { id, word_prefix: wordPrefix, signing_key: signingKey, default_country_code: defaultCountryCode } = rows[0];
  return {
    orgId: id,
    homeOrgId: id,
    clientId: id,
    clientName: 'floor',
    userId: undefined,
    cloneId: undefined,
    shortName: '',
    wordPrefix,
    signingKey,
    defaultCountryCode,
    divisionMoves: false,
    identityExpiryDays: 60,
    sharedIdentifiers: {},
    rateLimit: 0,
    scopes: [],
    tokenHash: Buffer.alloc(0),
    expiresAt: Number.POSITIVE_INFINITY,
    divisionsOf: () => 'all',
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

if (import.meta.main) await main(process.argv[2] as string);
