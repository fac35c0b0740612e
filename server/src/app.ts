// The product's table of contents: every slice, bound to the contract, on one listener.
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { type Catalogue, createAccess } from './access/index.ts';
import { auditHandlers } from './audits/index.ts';
import { bulkJobHandlers, createBulkRecords, deleteOldBulkJobs, watchedBulkJobs } from './bulk/index.ts';
import type { Config } from './config.ts';
import { registerConsole } from './console.ts';
import { contactHandlers, contactIdentifierHandlers, contactSearchHandlers, contactsOfOrganizations, deleteExpiredContacts } from './contacts/index.ts';
import { bind, type Handlers } from './contract/bind.ts';
import type { Contract } from './contract/load.ts';
import { createValidator } from './contract/validate.ts';
import { conversationHandlers, conversationsOfContacts } from './conversations/index.ts';
import type { Database } from './db/database.ts';
import { isLostConnection } from './db/retry.ts';
import { createEvents, createFeed } from './events/index.ts';
import { deleteExpiredExports, downloadExport, exportHandlers, watchedExports } from './exports/index.ts';
import { createPatches } from './families/patch.ts';
import { createFiles, registerFileRoutes } from './files/index.ts';
import { createHealth } from './health/index.ts';
import { forgetHistory } from './history/index.ts';
import { Refusal, refuse, renderErrorBody, renderOAuth } from './http/errors.ts';
import { limits } from './http/limits.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { rewriteUrl } from './http/rewrite-url.ts';
import { isXurrent, rateHeaders, renderXurrent, requireJsonAccepted } from './http/xurrent.ts';
import { createOnce, deleteOldAnswers } from './idempotency/index.ts';
import { duplicateHandlers, enrichHandlers, identityHandlers, observeHandlers, watchDuplicates } from './identity/index.ts';
import { deleteExpiredUploads, endForgottenImports, importDownloads, importHandlers, receiveUpload, watchedImports } from './imports/index.ts';
import { createJobs } from './jobs/index.ts';
import { journeyHandlers, journeysOfContacts, watchedSegments } from './journeys/index.ts';
import { noteHandlers, notesOf } from './notes/index.ts';
import { createNotifications, deleteExpiredChannels, isSocketRequest } from './notifications/index.ts';
import { organizationHandlers, organizationIdentifierHandlers, organizationSearchHandlers } from './organizations/index.ts';
import { registerReference } from './reference.ts';
import { relationshipHandlers, relationshipsOfOrganizations } from './relationships/index.ts';
import { schemaHandlers } from './schemas/index.ts';
import { settingsHandlers } from './settings/index.ts';
import { sourceHandlers } from './sources/index.ts';
import { subjectDownload, subjectHandlers, watchedSubjects } from './subjects/index.ts';
import { createTrustDoor, deleteExpiredPairings, trustHandlers, trustorsOfUser } from './trusts/index.ts';
import { viewHandlers } from './views/index.ts';
import { createDispatcher, webhookHandlers } from './webhooks/index.ts';
import { xurrentHandlers } from './xurrent/index.ts';

export interface Deps {
  config: Config;
  contract: Contract;
  database: Database;
  /** Whether all is up; until then /readyz says 503. */
  ready(): boolean;
}

/**
 * Builds the server; nothing listens yet, and closing the app releases all that it opened.
 * @throws where the contract and the handlers disagree
 */
export async function createApp({ config, contract, database, ready }: Deps): Promise<FastifyInstance> {
  const logsRequests = config.logLevel === 'debug' || config.logLevel === 'trace';
  const app = Fastify({
    logger: { level: config.logLevel, serializers: { req: loggedRequest } },
    logController: new LogController({ disableRequestLogging: !logsRequests }),
    bodyLimit: limits.bodyBytesMax,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1024 },
    requestTimeout: limits.requestTimeoutMs,
    exposeHeadRoutes: false,
    trustProxy: ['loopback', ...config.trustedProxies],
    genReqId: () => crypto.randomUUID(),
    // A logger per request costs a tenth of a point read; errors name their request themselves.
    ...(logsRequests ? {} : { childLoggerFactory: (logger) => logger }),
    rewriteUrl,
    http: { shouldUpgradeCallback: isSocketRequest },
    frameworkErrors: answerError,
  });
  tolerateBodies(app);
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.setHeader('ININ-Correlation-Id', request.id);
    reply.raw.setHeader('Cache-Control', 'no-cache, no-store, must-revalidate');
    if (isXurrent(request.url)) openXurrent(request, reply);
    done();
  });
  await app.register(cors, {
    origin: config.corsOrigins.includes('*') ? '*' : [...config.corsOrigins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'],
    allowedHeaders: [
      ...['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'Last-Event-ID', 'X-Liaison-Upload'],
      ...['X-Xurrent-Account', 'X-Xurrent-Source', 'X-4me-Account', 'X-4me-Source'],
    ],
    exposedHeaders: [
      'ININ-Correlation-Id',
      'inin-ratelimit-count',
      'inin-ratelimit-allowed',
      'inin-ratelimit-reset',
      'Retry-After',
      'ETag',
      'Content-Disposition',
      'Idempotency-Replayed',
      ...['Link', 'X-Pagination-Per-Page', 'X-Pagination-Current-Page', 'X-Pagination-Total-Pages', 'X-Pagination-Total-Entries'],
      ...['X-Pagination-Throttled', 'X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'],
    ],
    maxAge: 600,
  });
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => answerError(refuse('not.found'), request, reply));

  const { operators, metricsToken } = config;
  const health = createHealth(app, { database, version: contract.document.info.version, operators, metricsToken });

  // What goes with a contact, and with an external organization.
  const contactDependents = [notesOf('contact'), conversationsOfContacts, journeysOfContacts];
  const organizationDependents = [contactsOfOrganizations, notesOf('organization'), relationshipsOfOrganizations];
  const files = await createFiles(config);
  const chores = [
    deleteOldAnswers,
    deleteExpiredChannels,
    deleteExpiredPairings,
    deleteExpiredContacts(contactDependents),
    deleteExpiredUploads(files),
    endForgottenImports,
    deleteExpiredExports(files),
    deleteOldBulkJobs,
    () => files.sweep(),
    forgetHistory,
  ];
  const trustorsOf = (...whose: [Catalogue, string, string]) => trustorsOfUser(database, ...whose);
  const access = await createAccess({
    database,
    contract,
    publicUrl: config.publicUrl,
    privateTargets: config.webhookPrivateTargets,
    chores,
    trustorsOf,
  });
  const { changes, catalogue } = access;
  app.addHook('onClose', () => access.close());
  access.registerOAuth(app);
  const validator = createValidator(contract);
  const patches = createPatches(contract, validator);
  const handlers: Handlers[] = [
    access.handlers,
    contactHandlers({ patches, dependents: contactDependents }),
    contactIdentifierHandlers,
    contactSearchHandlers,
    organizationHandlers({
      trusts: createTrustDoor(database, catalogue),
      patches,
      dependents: organizationDependents,
    }),
    organizationIdentifierHandlers,
    organizationSearchHandlers,
    identityHandlers,
    duplicateHandlers,
    enrichHandlers({ contract, validator, contactDependents, organizationDependents }),
    observeHandlers(contactDependents),
    noteHandlers(patches),
    relationshipHandlers(patches),
    conversationHandlers,
    journeyHandlers,
    schemaHandlers,
    sourceHandlers,
    importHandlers({ contract, files, publicUrl: config.publicUrl }),
    exportHandlers(config.publicUrl),
    viewHandlers,
    bulkJobHandlers({ contract, validator, records: createBulkRecords() }),
    subjectHandlers(config.publicUrl),
    trustHandlers({ database, changes, catalogue, careOrganizations: config.careOrganizations, pairingHours: config.pairingHours }),
    xurrentHandlers({ validator, dependents: organizationDependents, publicUrl: config.publicUrl }),
    settingsHandlers({ changes, contract, requestsPerMinute: config.requestsPerMinute }),
  ];
  const feed = createFeed(database);
  const events = createEvents({ feed, authenticate: access.authenticate });
  handlers.push(events.handlers, auditHandlers);
  const notifications = createNotifications({ database, feed, holderOf: access.holderOf, publicUrl: config.publicUrl });
  handlers.push(notifications.handlers);
  // Whoever waits for events is answered before the server waits for its requests to end.
  app.addHook('preClose', async () => {
    events.close();
    feed.close();
    // Who does not read what he is sent would keep the server waiting for ever.
    const grace = setTimeout(() => app.server.closeAllConnections(), limits.closeGraceMs);
    app.server.once('close', () => clearTimeout(grace));
  });
  handlers.push(webhookHandlers(config.webhookPrivateTargets), health.handlers);
  const rateLimit = createRateLimit();
  bind(app, {
    contract,
    handlers,
    validator,
    authenticate: access.authenticate,
    doorOf: (principal) => database.tenant(principal.orgId),
    once: createOnce(database),
    rateLimit,
    requestsPerMinute: config.requestsPerMinute,
    checkReplies: config.checkReplies,
  });
  registerFileRoutes(app, database, {
    upload: receiveUpload(files),
    downloads: { ...importDownloads, export: downloadExport(files), subject: subjectDownload(files) },
  });
  await notifications.registerSockets(app);
  const rules = { firstMs: config.webhookRetryMs, attempts: config.webhookAttempts };
  const dispatcher = createDispatcher({ database, feed, log: app.log, rules, privateTargets: config.webhookPrivateTargets });
  app.addHook('onClose', () => dispatcher.close());
  const jobs = createJobs({
    database,
    tasks: [watchedImports, watchedExports, watchedBulkJobs, watchedSubjects, watchedSegments, watchDuplicates()],
    program: new URL('./worker.js', import.meta.url),
    given: config,
    log: app.log,
  });
  app.addHook('onClose', () => jobs.close());
  registerReference(app, contract);
  await registerConsole(app);
  registerProbes(app, database, ready);
  health.registerMetrics();
  return app;
}

/** What every answer of the second dialect has, also one that refuses who has not said who he is. @throws Refusal 406 */
function openXurrent(request: FastifyRequest, reply: FastifyReply): void {
  for (const [name, value] of Object.entries(rateHeaders(undefined))) reply.raw.setHeader(name, value);
  requireJsonAccepted(request.headers.accept);
}

/** A link to a file is as good as a token, and no log has tokens. */
const loggedRequest = ({ method, url, host, ip }: FastifyRequest) => ({
  method,
  url: url.replace(/(\/liaison\/v1\/files\/\w+\/)[^?]+/, '$1…'),
  host,
  remoteAddress: ip,
});

/** JSON and nothing else; but SDKs send its content type on requests without a body, which is no malformed JSON. */
function tolerateBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('remove', 'remove');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else parse(request, body as string, done);
  });
}

function registerProbes(app: FastifyInstance, database: Database, ready: () => boolean): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async () => {
    if (!ready()) throw refuse('service.unavailable', { headers: { 'Retry-After': '1' } });
    await database.ping();
    return { status: 'ready' };
  });
}

/** One place where whatever went wrong becomes an answer, in the dialect that the request came in by. */
function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = toRefusal(error, request);
  if (refusal.status >= 500 && refusal.code !== 'not.implemented') request.log.error({ reqId: request.id, err: refusal.cause ?? error }, 'a request failed');
  for (const [name, value] of Object.entries(refusal.facts.headers ?? {})) reply.header(name, value);
  reply.header('ININ-Correlation-Id', request.id);
  reply
    .code(refusal.status)
    .header('content-type', 'application/json')
    .send(renderIn(request.url, refusal, request.id));
}

function renderIn(url: string, refusal: Refusal, contextId: string): string {
  if (isXurrent(url)) return renderXurrent(refusal);
  if (/^\/(oauth\/|token\b)/.test(url)) return renderOAuth(refusal.status >= 500 ? 'server_error' : 'invalid_request', refusal.message);
  return renderErrorBody(refusal, contextId);
}

function toRefusal(error: unknown, request: FastifyRequest): Refusal {
  if (error instanceof Refusal) return error;
  const { code, statusCode, message } = error as { code?: string; statusCode?: number; message?: string };
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refuse('request.entity.too.large', { params: { most: limits.bodyBytesMax } });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return refuse('unsupported.media.type', { params: { type: request.headers['content-type'] ?? 'given' } });
    // Two integer ids that are alike, once in a billion: another attempt has another one.
    case '23505':
    case '40P01':
    case '40001':
      return refuse('conflict', { params: { reason: 'Others are changing the same records; try again.' }, cause: error });
    case '57014':
      return refuse('request.timeout', { cause: error });
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return refuse('bad.request', { params: { reason: message ?? '' } });
  if (isLostConnection(error)) return refuse('service.unavailable', { cause: error, headers: { 'Retry-After': '1' } });
  return refuse('internal.server.error', { cause: error });
}
