// Has every enabled webhook of every organization delivered to, in one process of those that share the database: two
// would get in each other's way, and there is little to share, for what takes time is the receivers.
import { type Lead, lead, type Term } from '../db/lead.ts';
import { limits } from '../http/limits.ts';
import { type Pump, type PumpDeps, startPump } from './pump.ts';
import { allWebhooks, deleteOldDead, type Listed } from './queue.ts';

/** A number that no other advisory lock of the product has. */
const LOCK = 7224116003;
const HOUSEKEEPING_MS = 3_600_000;

/** Delivers while this process leads, until it is closed. */
export function createDispatcher(deps: PumpDeps): Lead {
  return lead(deps.database, LOCK, () => dispatch(deps));
}

interface Running {
  version: number;
  pump: Pump;
  ending: boolean;
}

function dispatch(deps: PumpDeps): Term {
  const pumps = new Map<string, Running>();
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  let cleanedAt = 0;

  const end = async (key: string, running: Running, kept: boolean) => {
    running.ending = true;
    await running.pump.stop(kept);
    pumps.delete(key);
  };
  const reconcile = (listed: Listed[]) => {
    const wanted = new Map(listed.filter(({ runs }) => runs).map((webhook) => [webhook.id, webhook]));
    for (const [key, running] of pumps) {
      if (wanted.get(key)?.version !== running.version && !running.ending) void end(key, running, true);
    }
    for (const [key, { org_id: orgId, id, version, due }] of wanted) {
      const running = pumps.get(key);
      // One that is ending has its successor at the next look, for two of them would deliver in no order.
      if (!running) pumps.set(key, { version, pump: startPump(deps, orgId, id), ending: false });
      else if (due) running.pump.wake();
    }
  };
  const clean = async (listed: Listed[]) => {
    if (Date.now() - cleanedAt < HOUSEKEEPING_MS) return;
    cleanedAt = Date.now();
    for (const orgId of new Set(listed.map(({ org_id }) => org_id))) await deleteOldDead(deps.database.tenant(orgId), orgId);
  };
  const look = async () => {
    try {
      const listed = await allWebhooks(deps.database);
      if (ended) return;
      reconcile(listed);
      await clean(listed);
    } catch (error) {
      if (!ended) deps.log.error({ err: error }, 'the list of webhooks could not be read');
    }
    if (!ended) timer = setTimeout(look, limits.webhookTickMs);
  };
  void look();
  return {
    async end(kept) {
      ended = true;
      clearTimeout(timer);
      await Promise.all([...pumps].map(([key, running]) => end(key, running, kept)));
    },
  };
}
