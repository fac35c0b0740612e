// The operation on health, and the same for programs that watch. What is told of the whole server counts all
// organizations together, so that one could read from it what another does: it is shown to whoever operates the server.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requireDivisions } from '../access/index.ts';
import type { Handlers } from '../contract/bind.ts';
import type { Database } from '../db/database.ts';
import type { Wire } from '../families/wire.ts';
import { refuse } from '../http/errors.ts';
import { type Principal, UNASSIGNED } from '../http/principal.ts';
import { createMeasures } from './measures.ts';
import { metricsText } from './metrics.ts';
import { watchProcess } from './process.ts';
import { createSharedHealth, operationsAsked, requestSeries } from './server.ts';
import { isAlone, queuesOf, recordsOf } from './store.ts';

export interface HealthDeps {
  database: Database;
  version: string;
  /** Ids of the organizations of whoever operates the server. */
  operators: readonly string[];
  metricsToken: string | undefined;
}

export interface Health {
  handlers: Handlers;
  /** /metrics, where there is a token for it. */
  registerMetrics(): void;
}

/** Counts what the app answers from now on. */
export function createHealth(app: FastifyInstance, { database, version, operators, metricsToken }: HealthDeps): Health {
  const measures = createMeasures(app);
  const watch = watchProcess();
  app.addHook('onClose', async () => watch.close());
  const shared = createSharedHealth(database);

  /** Who acts here by a trust was let in by the organization, not by whoever operates the server. */
  const operates = async ({ orgId, homeOrgId }: Principal) =>
    homeOrgId === orgId && (operators.length > 0 ? operators.includes(orgId) : await isAlone(database.system));

  const serverHealth = async (): Promise<Wire['LiaisonServerHealth']> => ({
    process: watch.read(),
    requests: requestSeries(measures),
    operations: operationsAsked(measures),
    ...(await shared()),
  });

  const handlers: Handlers = {
    getLiaisonHealth: async ({ door, principal, divisions }) => {
      requireDivisions(divisions, [UNASSIGNED], 'liaison:health:view');
      const [records, queues, server] = await Promise.all([
        recordsOf(door, principal.orgId),
        queuesOf(door, principal.orgId),
        operates(principal).then((yes) => (yes ? serverHealth() : undefined)),
      ]);
      return JSON.stringify({ time: new Date().toISOString(), version, organization: { records, queues }, server } satisfies LiaisonHealth);
    },
  };

  const metrics = (token: string) => async (request: FastifyRequest, reply: FastifyReply) => {
    if (!isSame(request.headers.authorization ?? '', `Bearer ${token}`)) throw refuse('bad.credentials');
    // A database that does not answer is one of the things to be told.
    const text = metricsText(version, watch.read(), measures, await shared().catch(() => undefined));
    return reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8').send(text);
  };
  return { handlers, registerMetrics: () => void (metricsToken && app.get('/metrics', metrics(metricsToken))) };
}

type LiaisonHealth = Omit<Wire['LiaisonHealth'], 'server'> & { server: Wire['LiaisonServerHealth'] | undefined };

/** In a time that tells nothing. */
const isSame = (given: string, wanted: string) => timingSafeEqual(hashOf(given), hashOf(wanted));
const hashOf = (text: string) => createHash('sha256').update(text).digest();
